"""Questions put to the bot: mentions, direct messages and the message shortcut."""

from __future__ import annotations

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Diagnosis, Surface
from bot.languages import Language, known_language
from bot.replies.answers.small_talk import find_small_talk, render_small_talk
from bot.replies.answers.unread import render_unread, with_unread
from bot.replies.values import Reply
from bot.replies.workspace.help import render_help
from bot.slack.answers.notes import note_unanswered, with_kept, with_notes
from bot.slack.answers.notices import warn_of_secrets
from bot.slack.context.conversation import read_conversation, read_notes
from bot.slack.context.handling import Handling
from bot.slack.context.policy import Act
from bot.slack.context.responder import Answer, Responder
from bot.slack.context.thread_subject import read_thread_subject, subject_of_incident
from bot.slack.incidents.evidence import find_incident
from bot.slack.incidents.similar import SimilarIncidents
from bot.slack.platform.file_download import MessageContent
from bot.slack.platform.message_text import text_of, without_mentions
from bot.slack.platform.payloads import Interaction, MessageEvent
from bot.slack.routing.commands import asks_for_help
from bot.slack.routing.mentions import find_mention_command
from bot.slack.workspace import channel_settings


async def answer_mention(
    responder: Responder,
    similar_incidents: SimilarIncidents,
    handling: Handling,
    event: MessageEvent,
    client: AsyncWebClient,
) -> None:
    """Answer a mention in its thread; with nothing sure in it, look at the message the thread is about."""
    channel_id, user_id = event["channel"], event.get("user")
    if user_id is None or event.get("bot_id"):
        return
    thread_ts = event.get("thread_ts")
    if await responder.visibility.is_bot(client, user_id):
        return
    if (over := await responder.over_budget(client, handling.delivery, user_id, channel_id)) is not None:
        if over.is_first:
            handling.whisper(over.reply, channel_id, user_id, thread_ts)
        return
    command = find_mention_command(event.get("text") or "")
    if command is not None and await command.listener(responder, similar_incidents, handling, event, client):
        return
    await _answer_question(responder, handling, event, client)


async def _answer_question(
    responder: Responder, handling: Handling, event: MessageEvent, client: AsyncWebClient
) -> None:
    channel_id, ts, user_id, thread_ts = event["channel"], event["ts"], event["user"], event.get("thread_ts")
    content = await responder.read_message(client, event)
    question, diagnosis = await read_question(responder, handling, client, event, content)
    conversation = await read_conversation(handling, channel_id, thread_ts, diagnosis)
    settings = conversation.settings
    if settings.speak == "never":
        language = await responder.language_of(client, user_id, settings.language)
        named = await responder.visibility.permits(Act.READ_SETTINGS, client, handling.delivery, user_id)
        told = channel_settings.describe_settings(settings, language, named=bool(named))
        handling.whisper(told, channel_id, user_id, thread_ts)
        return
    handling.decided(diagnosis, "mention")
    if find_small_talk(question) is None:
        await note_unanswered(responder, handling, client, diagnosis, content.text, channel_id)
    stored = conversation.incident
    incident = stored.incident.number if stored is not None and stored.incident.is_open else 0
    answer = await _lay_out(
        responder, client, question, diagnosis, user_id, spoken=settings.language, incident=incident
    )
    noted = await with_notes(
        responder, handling, client, answer, conversation.notes, user_id=user_id, channel_id=channel_id
    )
    reply = _with_files(noted, content, answer.language)
    if diagnosis.decision == "silent":
        handling.whisper(reply, channel_id, user_id, thread_ts)
    else:
        plain = _with_files(answer.reply, content, answer.language)
        handling.post(reply, channel_id, thread_ts or ts, for_others=plain)


async def read_question(
    responder: Responder, handling: Handling, client: AsyncWebClient, event: MessageEvent, content: MessageContent
) -> tuple[str, Diagnosis]:
    """Return the question of a mention and the decision about it; with nothing in it, those of the thread's first message.

    Where its words alone do not tell, they are read as being about what the thread is about.
    """
    thread_ts, question = event.get("thread_ts"), without_mentions(content.text)
    diagnosis = _decide(responder, question, "mention")
    is_settled = diagnosis.decision in ("answer", "unknown", "not_ours") or _is_to_the_bot(question)
    if is_settled or thread_ts is None or not without_mentions(event.get("text") or ""):
        return question, diagnosis
    knowledge = responder.sceptic.knowledge
    stored = await find_incident(handling, event["channel"], thread_ts)
    subject = subject_of_incident(stored.incident, knowledge) if stored is not None else None
    thread = await read_thread_subject(client, event["channel"], thread_ts, knowledge)
    subject = subject or thread.product_id
    if subject is not None:
        diagnosis = _decide(responder, question, "mention", subject)
    if diagnosis.decision == "silent":
        about_first = _decide(responder, thread.first_message, "mention")
        if about_first.decision == "answer":
            return thread.first_message, about_first
    return question, diagnosis


def _is_to_the_bot(question: str) -> bool:
    """Return True for small talk, such as a greeting, that is about no fault."""
    return asks_for_help(question) or find_small_talk(question) is not None


def _decide(responder: Responder, question: str, surface: Surface, subject: str | None = None) -> Diagnosis:
    """Decide about a question; `subject` is the product that its thread is about already."""
    return Diagnosis("silent") if _is_to_the_bot(question) else responder.decide(question, surface, subject)


async def _lay_out(
    responder: Responder,
    client: AsyncWebClient,
    question: str,
    diagnosis: Diagnosis,
    user_id: str,
    *,
    private: bool = False,
    thread_ts: str = "",
    spoken: str = "",
    incident: int = 0,
) -> Answer:
    """Lay a decision about a question out, the help where the question is for that, or a word in return.

    `incident` is the number of the open incident in whose thread it was said.
    """
    products = responder.sceptic.knowledge.products.values()
    if asks_for_help(question):
        language = await responder.language_of(client, user_id)
        return Answer(diagnosis, language, render_help(language, responder.commands, products))
    if (talk := find_small_talk(question)) is not None:
        language = talk.language or await responder.language_of(client, user_id)
        language = known_language(spoken, otherwise=language)
        return Answer(diagnosis, language, render_small_talk(talk.kind, language, products, incident))
    return await responder.answer(client, diagnosis, user_id, private=private, thread_ts=thread_ts, spoken=spoken)


async def answer_direct(
    responder: Responder,
    handling: Handling,
    event: MessageEvent,
    client: AsyncWebClient,
    content: MessageContent | None = None,
) -> None:
    """Answer every direct message. `content` is given when the message was read already."""
    content = content or await responder.read_message(client, event)
    channel_id, user_id, thread_ts = event["channel"], event["user"], event.get("thread_ts")
    await warn_of_secrets(responder, handling, client, content.text, channel_id, user_id, thread_ts)
    if await responder.visibility.is_bot(client, user_id):
        return
    if (over := await responder.over_budget(client, handling.delivery, user_id)) is not None:
        if over.is_first:
            handling.post(over.reply, channel_id, thread_ts)
        return
    question = without_mentions(content.text)
    diagnosis = _decide(responder, question, "direct")
    handling.decided(diagnosis, "direct")
    answer = await _lay_out(responder, client, question, diagnosis, user_id)
    notes = await read_notes(handling, diagnosis)
    reply = await with_notes(responder, handling, client, answer, notes, user_id=user_id)
    if find_small_talk(question) is None and await note_unanswered(
        responder, handling, client, diagnosis, content.text, channel_id, private=True
    ):
        reply = with_kept(reply, answer.language)
    handling.post(_with_files(reply, content, answer.language), channel_id, thread_ts)


def _with_files(reply: Reply, content: MessageContent, language: Language) -> Reply:
    """Add to an answer which files were not read; return that alone where nothing but such files was given."""
    if not without_mentions(content.text) and (unread := render_unread(content.files, language)) is not None:
        return unread
    return with_unread(reply, content.files, language)


async def explain_message(
    responder: Responder, handling: Handling, ack: AsyncAck, body: Interaction, client: AsyncWebClient
) -> None:
    """Explain the message a shortcut was used on, privately; sharing goes into that message's thread."""
    await ack()
    message = body["message"]
    thread_ts, user_id = message.get("thread_ts") or message["ts"], body["user"]["id"]
    if (over := await responder.over_budget(client, handling.delivery, user_id)) is not None:
        handling.answer_privately(body["response_url"], body["channel"]["id"], over.reply)
        return
    question = without_mentions(text_of(message))
    diagnosis = _decide(responder, question, "direct")
    handling.decided(diagnosis, "shortcut")
    answer = await _lay_out(responder, client, question, diagnosis, user_id, private=True, thread_ts=thread_ts)
    handling.answer_privately(
        body["response_url"],
        body["channel"]["id"],
        answer.reply,
    )
