"""How the bot behaves where: `/event here`, its form, and hushing it in a thread."""

from __future__ import annotations

import re
from typing import Final, cast

from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Diagnosis
from bot.knowledge import Language
from bot.replies import Reply, manners_form, read_manners, render_hushed, render_manners
from bot.slack.context.handling import Turn
from bot.slack.context.responder import Payload, Speaker, without_mentions
from bot.slack.delivery.receiver import LateAck
from bot.store import Manners, Speak

_HUSH: Final = re.compile(
    r"(?:please )?(?:hush|be quiet|quiet|stop|mute)[.!]?|(?:請)?(?:安靜|閉嘴|靜音)[。！]?", re.IGNORECASE
)
_SPEAK: Final = re.compile(
    r"(?:please )?(?:speak|unhush|unmute)[.!]?|(?:請)?(?:開口|說話|取消靜音)[。！]?", re.IGNORECASE
)
WORDS: Final = {
    "pasted": "pasted",
    "mentioned": "mentioned",
    "never": "never",
    "貼上": "pasted",
    "提及": "mentioned",
    "永不": "never",
}


async def manners_in(speaker: Speaker, turn: Turn, channel_id: str, thread_ts: str | None = None) -> Manners:
    """How the bot is to behave there."""
    received = turn.received
    return await speaker.store.look(
        received.team_id, received.enterprise_id, lambda ledger: ledger.manners(channel_id, thread_ts or "")
    )


def shown(manners: Manners, language: Language) -> Reply:
    """Manners in words."""
    return render_manners(
        manners.speak,
        manners.language,
        manners.owner,
        language,
        privately=manners.privately,
        in_thread=bool(manners.thread_ts),
    )


async def with_manners(speaker: Speaker, turn: Turn, reply: Reply, channel_id: str, language: Language) -> Reply:
    """Why the bot kept silent may be how it is set here: say that under the reasons."""
    manners = await manners_in(speaker, turn, channel_id)
    if manners.speak == "pasted":
        return reply
    told = shown(manners, language)
    return Reply(f"{reply.text} {told.text}", (*reply.blocks, *told.blocks))


async def here(speaker: Speaker, turn: Turn, ack: LateAck, body: Payload, client: AsyncWebClient, word: str) -> None:
    """Answer `/event here`: open the form; with a word (pasted, mentioned, never) set that at once."""
    language = await speaker.language(client, Diagnosis("silent"), body["user_id"])
    channel_id = body["channel_id"]
    before = await manners_in(speaker, turn, channel_id)
    speak = WORDS.get(word.casefold())
    if speak is None:
        form = manners_form(
            channel_id, before.speak, before.language, before.owner, language, privately=before.privately
        )
        await client.views_open(trigger_id=body["trigger_id"], view=dict(form))
        await ack()
        return
    after = Manners(channel_id, "", cast(Speak, speak), before.language, before.privately, before.owner)
    _set(speaker, turn, after, body["user_id"])
    reply = shown(after, language)
    await ack(text=reply.text, blocks=[dict(block) for block in reply.blocks], response_type="ephemeral")


async def save(speaker: Speaker, turn: Turn, ack: LateAck, body: Payload, client: AsyncWebClient) -> None:
    """Keep what the form says, and tell whoever set it."""
    await ack()
    channel_id, chosen = read_manners(body["view"])
    user_id = body["user"]["id"]
    after = Manners(
        channel_id,
        "",
        cast(Speak, chosen["speak"]),
        chosen["language"],
        chosen["where"] == "privately",
        chosen["owner"],
    )
    _set(speaker, turn, after, user_id)
    language = await speaker.language(client, Diagnosis("silent"), user_id)
    turn.whisper(shown(after, language), channel_id, user_id, None)


def _set(speaker: Speaker, turn: Turn, wanted: Manners, user_id: str) -> None:
    turn.changes.append(speaker.store.deciding(turn.received, lambda ledger: ledger.set_manners(wanted, user_id)))


async def hush(speaker: Speaker, turn: Turn, event: Payload, client: AsyncWebClient) -> bool:
    """In a thread, follow "hush" and "speak"; False when the mention says something else.

    Nobody of another organisation sets how the bot behaves; to them it is a mention like any other.
    """
    thread_ts, said = event.get("thread_ts"), without_mentions(event.get("text") or "")
    hushed = _HUSH.fullmatch(said) is not None
    if not thread_ts or not (hushed or _SPEAK.fullmatch(said)):
        return False
    if not await speaker.visibility.may_act(client, turn.received, event["user"]):
        return False
    before = await manners_in(speaker, turn, event["channel"])
    speak: Speak = "never" if hushed else "pasted"
    after = Manners(event["channel"], thread_ts, speak, before.language, before.privately, before.owner)
    _set(speaker, turn, after, event["user"])
    language = await speaker.language(client, Diagnosis("silent"), event["user"])
    turn.whisper(render_hushed(language, hushed=hushed), event["channel"], event["user"], thread_ts)
    return True
