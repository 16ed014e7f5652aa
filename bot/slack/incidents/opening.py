"""Opening an incident: from an answer, from any message, or by a mention, each in a thread.

A private answer has no thread of its own: it is posted first, and the click is made again on what was posted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.evidence import empty_lexicon, read_evidence
from bot.languages import known_language
from bot.replies.answers.messages import render_shared
from bot.replies.answers.share import Shared, unpack
from bot.replies.incidents.messages import render_not_opened, render_open_already, render_similar
from bot.slack.answers.notices import warn_of_unread
from bot.slack.context.handling import WITHHELD, Calls, Handling, directly
from bot.slack.context.responder import Responder
from bot.slack.context.shared_answers import answer_key, say_gone
from bot.slack.incidents.card_updates import first_card
from bot.slack.incidents.similar import SimilarIncidents
from bot.slack.incidents.thread import Thread, read_thread, second_reading, take_thread
from bot.slack.platform.payloads import Interaction, MessageEvent
from bot.store import Json, WorkspaceTransaction
from bot.triage import Incident, Sighting
from bot.triage.sightings import read_sightings
from bot.triage.similar import SharedFeatures
from bot.triage.transitions import begin_incident, record_sightings

# Similar incidents shown, and candidates looked at: some may not be visible to everybody here.
_SHOWN: Final = 3
_LOOKED_AT: Final = 8
# A second press by the opener within so many seconds gets no “is open already”.
_IMPATIENT_SECONDS: Final = 5.0
# Slack's permanent errors, and our words for them. Every other error is retried.
_CLOSED: Final = {
    "not_in_channel": "not_there",
    "channel_not_found": "not_there",
    "is_archived": "archived",
    "thread_not_found": "message_gone",
    "message_not_found": "message_gone",
}
# Fields of a click that its follow-up repeats, on the message that was posted because of it.
_CLICK: Final = ("type", "team", "enterprise", "is_enterprise_install", "api_app_id", "user", "channel", "actions")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request to open an incident: the thread, the person and the answer it came from."""

    channel_id: str
    thread_ts: str
    user_id: str
    # Where to answer whoever asked; empty for a mention.
    response_url: str = ""
    # The answer whose button was pressed, and the timestamp of its message.
    answer: Shared | None = None
    answer_ts: str = ""


async def start_from_button(
    responder: Responder,
    similar_incidents: SimilarIncidents,
    handling: Handling,
    ack: AsyncAck,
    body: Interaction,
    client: AsyncWebClient,
) -> None:
    """Open an incident in the thread of the answer whose button was pressed; what nobody else sees is posted first."""
    await ack()
    container = body["container"]
    channel_id, user_id, url = body["channel"]["id"], body["user"]["id"], body.get("response_url") or ""
    shared = unpack(body["actions"][0].get("value") or "", responder.sceptic.knowledge)
    # A private answer names the thread it would be shared into.
    thread_ts = (shared and shared.thread_ts) or container.get("thread_ts")
    if "message" in body:
        thread_ts = thread_ts or body["message"].get("thread_ts")
    if refused := body.get("refused"):
        await _say_why(responder, handling, client, _Asked(channel_id, "", user_id, url), refused)
    elif await _is_over_budget(responder, handling, client, _Asked(channel_id, "", user_id, url)):
        return
    elif thread_ts or not container.get("is_ephemeral"):
        answer_ts = container["message_ts"]
        asked = _Asked(channel_id, thread_ts or answer_ts, user_id, url, shared, answer_ts)
        await _start(responder, similar_incidents, handling, client, asked)
        if private := body.get("private_answer"):
            handling.respond(url, channel_id, {"delete_original": True}, f"{private}/gone")
    elif shared is None:
        await say_gone(responder, handling, body, client)
    else:
        _post_first(responder, handling, body, shared)


def _post_first(responder: Responder, handling: Handling, body: Interaction, shared: Shared) -> None:
    """Post a private answer for everybody, once, as sharing does; what becomes of it comes back as a click on it."""
    channel_id, user_id = body["channel"]["id"], body["user"]["id"]
    once = answer_key(body)
    click: Json = {**body}
    again = {
        **{name: click[name] for name in _CLICK if name in click},
        "container": {"type": "message", "channel_id": channel_id, "is_ephemeral": False},
        "response_url": body["response_url"],
        "private_answer": once,
    }
    reply = render_shared(shared, responder.sceptic.knowledge, user_id)
    handling.post(reply, channel_id, None, key=once, follow_up=again)


async def start_from_message(
    responder: Responder,
    similar_incidents: SimilarIncidents,
    handling: Handling,
    ack: AsyncAck,
    body: Interaction,
    client: AsyncWebClient,
) -> None:
    """Open an incident in the thread of any message."""
    await ack()
    message, url = body["message"], body.get("response_url") or ""
    thread_ts = message.get("thread_ts") or message["ts"]
    asked = _Asked(body["channel"]["id"], thread_ts, body["user"]["id"], url)
    if not await _is_over_budget(responder, handling, client, asked):
        await _start(responder, similar_incidents, handling, client, asked)


async def _is_over_budget(responder: Responder, handling: Handling, client: AsyncWebClient, asked: _Asked) -> bool:
    """Return True, and tell whoever asked, when their budget is spent; a mention was counted where it was heard."""
    over = await responder.over_budget(client, handling.delivery, asked.user_id)
    if over is not None:
        handling.answer_privately(
            asked.response_url, asked.channel_id, over.reply, fallback=directly(over.reply, asked.user_id)
        )
    return over is not None


async def start_from_mention(
    responder: Responder,
    similar_incidents: SimilarIncidents,
    handling: Handling,
    event: MessageEvent,
    client: AsyncWebClient,
) -> None:
    """Open an incident in the thread of a mention that asks for it."""
    asked = _Asked(event["channel"], event.get("thread_ts") or event["ts"], event["user"])
    await _start(responder, similar_incidents, handling, client, asked)


async def _start(
    responder: Responder, similar_incidents: SimilarIncidents, handling: Handling, client: AsyncWebClient, asked: _Asked
) -> None:
    thread = await _read(responder, handling, client, asked)
    if thread is None:
        return
    await warn_of_unread(responder, handling, client, thread.files, asked.channel_id, asked.user_id, asked.thread_ts)
    link = await _link(client, asked.channel_id, asked.thread_ts)
    language = await responder.language_of(client, asked.user_id)
    draft = Incident(0, handling.delivery.team_id, asked.channel_id, asked.thread_ts, asked.user_id, 0.0, link=link)
    answered = _answered(thread, asked)
    seen = (*thread.sightings, *answered)
    similar = await _similar(responder, similar_incidents, handling, client, draft, seen, thread.words)
    gone = await _gone_owner(responder, handling, client, asked.channel_id)

    def decide(transaction: WorkspaceTransaction) -> None:
        now = transaction.now()
        settings = transaction.channel_settings(asked.channel_id)
        spoken = known_language(settings.language, otherwise=language)
        incident = take_thread(begin_incident(draft, now, settings.owner if settings.owner != gone else ""), thread)
        if answered:
            incident = record_sightings(incident, asked.answer_ts, asked.user_id, answered, float(asked.answer_ts))
        incident, new = transaction.open(incident, spoken)
        told = Calls(handling.delivery)
        if new:
            transaction.enqueue_calls([first_card(incident, spoken, responder.sceptic.knowledge)])
            transaction.enqueue_delivery(second_reading(handling.delivery, incident, thread))
            if similar:
                reply = render_similar(similar, responder.sceptic.knowledge, spoken)
                key = f"similar/{incident.number}"
                told.post(reply, asked.channel_id, asked.thread_ts, key, for_others=WITHHELD)
        elif incident.opened_by != asked.user_id or now - incident.opened_at > _IMPATIENT_SECONDS:
            key = f"{handling.delivery.key}/open"
            told.whisper(render_open_already(incident, spoken), asked.channel_id, asked.user_id, asked.thread_ts, key)
        transaction.enqueue_calls(told.calls)

    handling.change(decide)


async def _gone_owner(responder: Responder, handling: Handling, client: AsyncWebClient, channel_id: str) -> str:
    """Return the owner that a channel sets for new incidents, if that account is deactivated: then nobody owns them."""
    settings = await handling.read(lambda transaction: transaction.channel_settings(channel_id))
    person = await responder.visibility.person(client, settings.owner) if settings.owner else None
    return settings.owner if person is not None and person.is_gone else ""


async def _read(responder: Responder, handling: Handling, client: AsyncWebClient, asked: _Asked) -> Thread | None:
    """Read the thread; None where there can be no incident, and whoever asked is told why."""
    try:
        refused = await _closed(client, asked.channel_id)
        if not refused:
            bot_user_id = (await client.auth_test())["user_id"]
            return await read_thread(responder, client, asked.channel_id, asked.thread_ts, bot_user_id)
    except SlackApiError as error:
        refused = str(error.response.get("error"))
        if refused not in _CLOSED:
            raise
    await _say_why(responder, handling, client, asked, refused)
    return None


async def _closed(client: AsyncWebClient, channel_id: str) -> str:
    """Return Slack's word for why the bot cannot keep an incident in a channel; empty where it can, as far as is known."""
    # Slack tells about direct and group messages only to apps that may see who is in them.
    if channel_id.startswith("D"):
        return ""
    try:
        channel = (await client.conversations_info(channel=channel_id))["channel"]
    except SlackApiError as error:
        if error.response.get("error") == "missing_scope":
            return ""
        raise
    if channel.get("is_archived"):
        return "is_archived"
    return "" if channel.get("is_member", True) else "not_in_channel"


async def _say_why(
    responder: Responder, handling: Handling, client: AsyncWebClient, asked: _Asked, refused: str
) -> None:
    """Tell whoever asked why there is no incident, in one sentence; a private answer stays as it is."""
    language = await responder.language_of(client, asked.user_id)
    why = _CLOSED.get(refused, "not_posted")
    if why == "not_there" and asked.channel_id.startswith("D"):
        # A bot cannot be invited to a direct message.
        why = "not_yours"
    reply = render_not_opened(why, refused, language)
    if not asked.response_url:
        handling.whisper(reply, asked.channel_id, asked.user_id, asked.thread_ts)
        return
    handling.answer_privately(
        asked.response_url,
        asked.channel_id,
        reply,
        fallback=directly(reply, asked.user_id),
    )


def _answered(thread: Thread, asked: _Asked) -> tuple[Sighting, ...]:
    """Return sightings of the explained articles that the thread does not show: the question came by command, or in few words."""
    if asked.answer is None:
        return ()
    shown = {key for each in thread.sightings for key in (each.article_id, *each.codes)}
    named = read_sightings(asked.answer.diagnosis, read_evidence("", empty_lexicon()))
    return tuple(each for each in named if each.article_id not in shown)


async def _similar(
    responder: Responder,
    similar_incidents: SimilarIncidents,
    handling: Handling,
    client: AsyncWebClient,
    draft: Incident,
    seen: Sequence[Sighting],
    words: str,
) -> list[tuple[Incident, tuple[SharedFeatures, ...]]]:
    """Find the resolved incidents that resemble this one and may be shown to everybody here, each with what both share."""
    near = await similar_incidents.find(draft.team_id, seen, words=words, most=_LOOKED_AT)
    here = (handling.delivery, draft.channel_id, draft.opened_by)
    if not near or not await responder.visibility.is_internal(client, *here):
        return []
    found = [each for each in near if await _may_be_shown(responder, client, each.incident, draft.channel_id)]
    return [(each.incident, each.shared) for each in found[:_SHOWN]]


async def _may_be_shown(responder: Responder, client: AsyncWebClient, incident: Incident, channel_id: str) -> bool:
    """Return True when everybody here may read that incident: it is of this channel, or of a public one."""
    if incident.channel_id == channel_id:
        return True
    return await responder.visibility.is_public(client, incident.channel_id)


async def _link(client: AsyncWebClient, channel_id: str, thread_ts: str) -> str:
    try:
        return str((await client.chat_getPermalink(channel=channel_id, message_ts=thread_ts))["permalink"])
    except SlackApiError:
        return ""
