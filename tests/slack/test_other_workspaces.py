"""All that a workspace's people did, done once more by another workspace with the same IDs: nothing of theirs is shown or changed.

Through the real listeners over signed HTTP; `tests/store/test_workspaces.py` tries what the listeners ask of the store.
"""

from __future__ import annotations

import asyncio
import copy
import itertools
import json
from dataclasses import dataclass
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from sqlalchemy import create_engine, select

from bot.sandbox import DeliveryKind, SlackSandbox, Team
from bot.settings import Settings
from bot.store import Installation, open_store
from bot.store.tables import metadata
from tests.e2e.test_incidents import DOWNLOAD
from tests.fixtures.examples import examples
from tests.slack.conftest import Running
from tests.slack.test_cards_in_any_order import filled, presses
from tests.smoke.scenarios import PASTE, words_of
from tests.store.test_workspaces import Loop

pytestmark = pytest.mark.thorough

# In what is theirs and in nothing that is sent in the other's name.
MARKER: Final = "SAMOVAR"
EXAMPLES, ACTS = 20, 20
COMMANDS: Final = (
    "open",
    "mine",
    f"search {MARKER[:3]}",
    "search INC-1",
    "here",
    "here mentioned",
    "20502 0x409",
    "why 20502",
)
SAYINGS: Final = ("what does this mean?", "triage this", "hush", "20502", PASTE, DOWNLOAD, "thanks")


@dataclass(frozen=True)
class Act:
    """Something that Slack delivers, as JSON; its workspace and its own IDs are put in when it is sent."""

    name: str
    kind: DeliveryKind
    payload: str


async def their_day(slack: SlackSandbox) -> list[Act]:
    """An incident from paste to resolution, with its marks in words, names and files; everything that was delivered by it."""
    marked = PASTE.replace("NDES01", MARKER)
    ts = await slack.post(f"{marked}\n{MARKER} does not boil", channel="support", user="amy")
    await slack.wait_for(lambda: len(slack.messages("support", ts)) == 2)
    await slack.click(slack.messages("support", ts)[1], "start_triage", user="amy")
    await slack.wait_for(lambda: len(slack.messages("support", ts)) == 3)
    card = slack.messages("support", ts)[2]["ts"]
    await slack.upload(
        "log.txt", DOWNLOAD.replace("NDES01", MARKER).encode(), channel="support", user="lee", thread_ts=ts
    )
    said = await slack.post(DOWNLOAD.replace("NDES01", MARKER), channel="support", user="lee", thread_ts=ts)
    await slack.edit(said, f"{MARKER} is descaled", channel="support", user="lee")
    await slack.delete(said, channel="support", user="lee")
    await slack.post(f"<@{slack.bot_user_id}> what does this mean?", channel="support", user="amy", thread_ts=ts)
    for words in COMMANDS:
        await slack.command("/event", words, channel="support", user="amy")
    for shortcut in ("explain_event", "start_triage"):
        await slack.shortcut(shortcut, ts, channel="support", user="amy")
    await slack.open_home(user="amy")
    await slack.wait_for(
        lambda: MARKER in words_of(next(each for each in slack.messages("support", ts) if each["ts"] == card))
    )
    shown = [each for each in slack.messages("support", ts) if each.get("blocks") and each.get("bot_id")]
    acts = [Act(f"{each.name}", each.kind, json.dumps(each.payload)) for each in slack.envelopes]
    acts += [_press(slack, message, action) for message in shown for action in presses(message)]
    for action in presses(next(each for each in shown if each["ts"] == card)):
        if action["action_id"].startswith("open_incident:"):
            chosen = (action.get("selected_option") or {}).get("value")
            await slack.click(card, action["action_id"], user="amy", chosen=chosen)
    for call in slack.calls:
        if call.method == "views.open":
            view = call.arguments["view"]
            acts += [
                _submission(slack, json.loads(view) if isinstance(view, str) else view, chance) for chance in range(3)
            ]
    return acts


def _press(slack: SlackSandbox, message: dict[str, Any], action: dict[str, Any]) -> Act:
    body = {
        "type": "block_actions",
        "team": {"id": slack.team_id, "domain": "contoso"},
        "user": {"id": "U0AMY000000", "team_id": slack.team_id},
        "channel": {"id": "C0SUPPORT00"},
        "message": message,
        "container": {"type": "message", "message_ts": message["ts"], "channel_id": "C0SUPPORT00"},
        "actions": [action],
    }
    return Act(action["action_id"], "interactive", json.dumps(body))


def _submission(slack: SlackSandbox, view: dict[str, Any], chance: int) -> Act:
    whole = filled(view, "U0AMY000000", chance)
    body = {
        "type": "view_submission",
        "team": {"id": slack.team_id},
        "user": {"id": "U0AMY000000"},
        "view": {**whole, "id": "V0"},
    }
    return Act(view["callback_id"], "interactive", json.dumps(body))


def rows_of(settings: Settings, team_id: str, tables: tuple[str, ...] = ()) -> list[str]:
    """Everything of a workspace, a row a line."""
    engine = create_engine(settings.store_address)
    with engine.connect() as db:
        found = [
            f"{table.name} {dict(row)}"
            for table in metadata.sorted_tables
            if not tables or table.name in tables
            for row in db.execute(select(table).where(table.c.team_id == team_id)).mappings()
        ]
    engine.dispose()
    return sorted(found)


def waiting(settings: Settings) -> int:
    """Count what is not handled or not told yet."""
    engine = create_engine(settings.store_address)
    with engine.connect() as db:
        inbox, outbox = (metadata.tables[name] for name in ("inbox", "outbox"))
        found = len(db.execute(select(inbox.c.id).where(inbox.c.state == "open")).all())
        found += len(db.execute(select(outbox.c.id).where(outbox.c.state.in_(("open", "sending")))).all())
    engine.dispose()
    return found


async def at_rest(settings: Settings) -> None:
    """Wait until everything is handled and told."""
    async with asyncio.timeout(30):
        while waiting(settings):  # noqa: ASYNC110 - another loop's database
            await asyncio.sleep(0.05)


async def send(slack: SlackSandbox, other: Team, act: Act, number: int, words: str, *, own_user: bool) -> Any:
    """Deliver an act as the other workspace's; what was acknowledged."""
    users = ("U0AMY000000", "U0LEE000000") if own_user else ()
    text = act.payload.replace(slack.team_id, other.team_id).replace(slack.bot_user_id, other.bot_user_id)
    text = text.replace(MARKER, "KETTLE")
    for each in users:
        text = text.replace(each, f"U{other.team_id[1:]}")
    payload = json.loads(text)
    for name in ("event_id", "trigger_id"):
        if name in payload or act.kind != "events_api":
            payload[name] = f"{name}-{number}"
    # Slack gives it to whoever it belongs to.
    payload.pop("response_url", None)
    event = payload.get("event") or {}
    if "text" in event:
        event |= {"text": words, "ts": f"{event['ts']}{number}"}
    envelope = await slack.deliver(act.kind, payload)
    assert envelope.acked or act.kind == "interactive", (act.name, envelope.attempts)
    return envelope.ack


async def test_with_another_workspaces_ids_no_listener_shows_or_changes_anything(
    slack: SlackSandbox, running: Running, settings: Settings
) -> None:
    """Clicks, forms, commands, shortcuts, messages, edits, deletions and files, in any order, by people of either."""
    other = slack.add_workspace()
    store = await open_store(settings.store_address, lambda _: None)
    for team in (slack, other):
        await store.install(Installation(team.team_id, "", team.bot_token, team.bot_user_id, bot_id=""))
    await store.close()
    numbers = itertools.count()
    sent: list[str] = []
    async with running("http"):
        await other.post(PASTE, channel="support", user="amy")
        acts = await their_day(slack)
        before: list[str] = []
        # The card follows a little later, and what Slack tells of that.
        while before != (before := rows_of(settings, slack.team_id)):
            await asyncio.sleep(3)
            await at_rest(settings)
        said = copy.deepcopy(slack.messages("support"))
        assert any(row.startswith("incidents") and MARKER in row for row in before)
        assert {"events_api", "slash_commands", "interactive"} == {act.kind for act in acts}

        @trying(
            max_examples=examples(EXAMPLES),
            database=None,
            deadline=None,
            # What was sent cannot be sent again as if for the first time, so nothing is shrunk.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            st.lists(
                st.tuples(st.integers(0, len(acts) - 1), st.sampled_from(SAYINGS), st.booleans()),
                min_size=ACTS,
                max_size=ACTS,
            )
        )
        def hold(tries: list[tuple[int, str, bool]]) -> None:
            async def all_of_them() -> list[Any]:
                told = [
                    await send(slack, other, acts[which], next(numbers), words, own_user=own_user)
                    for which, words, own_user in tries
                ]
                await at_rest(settings)
                return told

            told = loop.run_until_complete(all_of_them())
            sent.extend(acts[which].name for which, *_ in tries)
            assert MARKER not in json.dumps(told)
            assert rows_of(settings, slack.team_id) == before

        loop = Loop(asyncio.get_running_loop())
        await asyncio.to_thread(hold)

    assert slack.messages("support") == said
    assert not [row for row in rows_of(settings, other.team_id) if MARKER in row]
    assert not [call for call in slack.calls if call.team_id == other.team_id and MARKER in str(call.arguments)]
    assert len(sent) >= EXAMPLES * ACTS
    # What they did with numbers and names of their own was done: the tries were no empty ones.
    assert rows_of(settings, other.team_id, ("outbox",))
