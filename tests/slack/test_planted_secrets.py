"""Planted words are gone after deletions, edits and the retention: from the raw database file, its log, and a backup."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, cast

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Sceptic
from bot.slack.context.deferred_ack import DeferredAck
from bot.slack.context.handling import Handling
from bot.slack.context.policy import Rules
from bot.slack.context.responder import Responder
from bot.slack.context.visibility import Visibility
from bot.slack.incidents import opening
from bot.slack.incidents.similar import SimilarIncidents
from bot.slack.routing import commands, messages, questions
from bot.slack.routing.commands import help_lines
from bot.store import Delivery, SlackCall, Store, open_store
from bot.store.backup import back_up
from bot.store.values import Correction
from tests.slack.policy_world import BOT, PASTE, TEAM, Slack
from tests.store.factories import claim_one, let_pass, send_all

_DAY = 86_400
HERE = "CPUBLIC"


def words(kind: str, number: int = 40) -> list[str]:
    """Words that nothing masks: letters alone, each another."""
    drawn = random.Random(kind)
    return ["".join(drawn.choices("bcdfghjklmnpqrstvwxz", k=14)) for _ in range(number)]


DELETED, EDITED, ASKED, CORRECTED, GIVEN_UP = (
    words(kind) for kind in ("deleted", "edited", "asked", "corrected", "given up")
)
PLANTED = [*DELETED, *EDITED, *ASKED, *CORRECTED, *GIVEN_UP]


class Bot:
    """Listeners on a store in a file; what they say is sent at once."""

    def __init__(self, store: Store, sceptic: Sceptic) -> None:
        self.store, self.client = store, cast(AsyncWebClient, Slack())
        visibility = Visibility(Rules(keep_private_questions=True))
        self.responder = Responder(sceptic, help_lines(), visibility)
        self.similar = SimilarIncidents(store)

    async def hear(self, key: str, event: dict[str, Any]) -> None:
        """Handle one event as the inbox worker does: received, claimed, handled, completed."""
        event = {"channel": HERE, "user": "UAMY", **event}
        delivery = Delivery(TEAM, "", key, "event", {"event": event}, HERE, str(event.get("ts", "")))
        claimed = await claim_one(self.store, delivery)
        handling = Handling(claimed.delivery, store=self.store, claimed=claimed)
        body = cast(Any, event)
        if event["type"] == "app_mention":
            await questions.answer_mention(self.responder, self.similar, handling, body, self.client)
        else:
            context = cast(AsyncBoltContext, type("Context", (), {"bot_user_id": BOT}))
            await messages.handle_message(self.responder, handling, body, self.client, context)
        await self.store.complete(claimed, handling.calls, handling.changes)

    async def ask(self, number: int, text: str) -> None:
        """Ask by command, which is answered at once."""
        body: Any = {"text": text, "user_id": "UAMY", "channel_id": HERE, "trigger_id": "t"}
        handling = Handling(Delivery(TEAM, "", f"command/{number}", "command", body), store=self.store)
        await commands.answer_command(self.responder, handling, DeferredAck(), body, self.client)
        await self.store.complete_now(handling.delivery, handling.calls, handling.changes)


async def triage(bot: Bot, thread_ts: str) -> None:
    body: Any = {
        "user": {"id": "UAMY", "team_id": TEAM}, "channel": {"id": HERE}, "response_url": "https://x",
        "message": {"ts": thread_ts, "text": PASTE},
    }  # fmt: skip
    handling = Handling(Delivery(TEAM, "", f"interaction/{thread_ts}", "interaction", body), store=bot.store)
    await opening.start_from_message(bot.responder, bot.similar, handling, cast(Any, DeferredAck()), body, bot.client)
    await bot.store.complete_now(handling.delivery, handling.calls, handling.changes)
    # The second reading of the thread, which has nothing new.
    for claimed in await bot.store.claim(9):
        await bot.store.complete(claimed, [])


def paste_with(word: str) -> str:
    """A paste whose computer is named by the word: it becomes evidence of the incident."""
    return f"{PASTE}\nComputer: {word}.contoso.com\n{word} happened here"


async def plant(bot: Bot) -> None:
    """Plant two hundred words in everything that people send or type, 40 each way."""
    await triage(bot, "1.000000")
    for number, word in enumerate([*DELETED, *EDITED], 10):
        said = {"ts": f"{number}.000001", "thread_ts": "1.000000", "text": paste_with(word)}
        await bot.hear(f"message/{HERE}/{number}.000001", {"type": "message", **said})
        asked = {"ts": f"{number}.000002", "text": f"<@{BOT}> why does the {word} sing"}
        await bot.hear(f"app_mention/{HERE}/{number}.000002", {"type": "app_mention", **asked})
    for number, word in enumerate(ASKED):
        await bot.ask(number, f"does the falcon eat {word}")
    for word in CORRECTED:
        correction = Correction(question=f"why {word}", answered=("20502",), why="other", meant=word)
        await bot.store.write(TEAM, "", lambda transaction, it=correction: transaction.note_correction(it))
    for number, word in enumerate(GIVEN_UP):
        body = {"event": {"text": word}}
        claimed = await claim_one(bot.store, Delivery(TEAM, "", f"dead/{number}", "event", body))
        said = {"channel": f"C{number}", "text": word}
        fallback = ("chat.postMessage", said)
        call = SlackCall(f"dead/{number}", f"C{number}", "chat.postMessage", said, fallback=fallback)
        await bot.store.dead_letter(claimed, "KeyError", [call])
        (sending,) = [each for each in await bot.store.claim_calls(99) if each.call.key == f"dead/{number}"]
        await bot.store.give_up(sending, "ambiguous", "timeout")


async def take_back(bot: Bot) -> None:
    """The writers delete, or edit, what they wrote."""
    for number, word in enumerate([*DELETED, *EDITED], 10):
        for place, before in (
            ("000001", {"thread_ts": "1.000000", "text": paste_with(word)}),
            ("000002", {"text": f"<@{BOT}> why does the {word} sing"}),
        ):
            ts = f"{number}.{place}"
            previous = {"ts": ts, "user": "UAMY", **before}
            change = {"type": "message", "ts": f"{number + 500}.{place}", "previous_message": previous}
            if word in EDITED:
                edited = {**previous, "text": "(removed)", "edited": {"ts": f"{number + 500}.{place}"}}
                change |= {"subtype": "message_changed", "message": edited}
            else:
                change |= {"subtype": "message_deleted", "deleted_ts": ts}
            await bot.hear(f"event/{number}{place}", {**change, "event_ts": change["ts"]})


def found_in(*files: Path) -> dict[str, list[str]]:
    """The planted words that stand somewhere in the bytes of files, by the file."""
    return {
        file.name: [word for word in PLANTED if word.encode() in file.read_bytes().lower()]
        for file in files if file.exists()
    }  # fmt: skip


async def test_planted_words_are_gone_from_file_log_and_backup(tmp_path: Path, sceptic: Sceptic) -> None:
    """200 words: deleted and edited ones leave with the deletion, the others after the retention."""
    path = tmp_path / "sceptic.db"
    address = f"sqlite:///{path}"
    store = await open_store(address, lambda _: None, new=True)
    bot = Bot(store, sceptic)
    await plant(bot)
    files = (path, Path(f"{path}-wal"))
    planted = {word for each in found_in(*files).values() for word in each}
    # What is there to be found at all: what was handled already keeps a word where it is kept on purpose.
    assert len(planted) == len(PLANTED) == 200

    await take_back(bot)
    await send_all(store)
    assert await store.clear_log()
    left = {word for each in found_in(*files).values() for word in each}
    assert not left & {*DELETED, *EDITED}
    assert left == {*ASKED, *CORRECTED, *GIVEN_UP}

    await let_pass(store, 31 * _DAY)
    while await store.tidy(days=30):
        pass
    assert await store.clear_log()
    back_up(address, tmp_path / "backup.db")
    assert found_in(*files, tmp_path / "backup.db") == {"sceptic.db": [], "sceptic.db-wal": [], "backup.db": []}
    await store.close()
