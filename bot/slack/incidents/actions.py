"""The buttons of an incident's card and the forms they open: claim, hand over, rate, status, resolve, reopen."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.knowledge import Article, Knowledge
from bot.languages import Language, article_suffix, known_language
from bot.privacy import redact
from bot.replies import action_ids
from bot.replies.form_errors import render_form_unreadable, under_first_input
from bot.replies.incidents.article_draft import draft_article
from bot.replies.incidents.card import render_summary
from bot.replies.incidents.export import export_incident
from bot.replies.incidents.forms import (
    Answers,
    Form,
    hand_over_form,
    note_form,
    rate_form,
    read_form,
    resolve_form,
    waiting_form,
)
from bot.replies.incidents.messages import render_refused, render_unknown_incident
from bot.replies.texts import say
from bot.slack.context.deferred_ack import DeferredAck
from bot.slack.context.handling import Handling, message_of
from bot.slack.context.policy import Act
from bot.slack.context.responder import Responder
from bot.slack.incidents.moves import make_move, read_click, read_submission
from bot.slack.platform.payloads import Interaction, Submission
from bot.store import Json, StoredIncident
from bot.triage import Incident

logger = logging.getLogger(__name__)

# A number of more digits than the database's.
_NUMBER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
# Buttons and forms whose act is not a move.
_ACTS: Final = {"note": Act.WRITE_NOTE, "export": Act.EXPORT, "draft": Act.EXPORT}
_TYPED: Final = {"note", "service", "cause", "fix", "words"}
_FORMS: Final[Mapping[str, Callable[[Incident, Language], Form]]] = {
    "hand_over": hand_over_form,
    "rate": rate_form,
    "status": waiting_form,
}


async def handle_action(
    responder: Responder, handling: Handling, ack: AsyncAck, body: Interaction, client: AsyncWebClient
) -> None:
    """Handle a button or menu of the card."""
    await ack()
    pressed, user_id = _read_button(body), body["user"]["id"]
    language = await responder.language_of(client, user_id)
    stored = await _read_pressed(responder, handling, client, body, pressed, language)
    if stored is None:
        return
    incident, name = stored.incident, pressed.name
    # The summary says what the card says, to one person.
    if name != "summary" and not await _may_act(responder, handling, client, incident, name, user_id, language):
        return
    if (move := read_click(name, pressed.chosen, user_id)) is not None:
        make_move(handling, incident.number, move, language)
        return
    match name:
        case "summary":
            await _summary(responder, handling, incident.number, user_id, language)
        case "export":
            await _export(responder, handling, client, incident.number, user_id, language)
        case "draft":
            await _draft(responder, handling, client, incident.number, user_id, language)
        case _:
            return


@dataclass(frozen=True, slots=True)
class _Button:
    """A button or menu of a card: its name, the incident's number, and what was chosen."""

    name: str
    number: int
    chosen: list[str]


def _read_button(body: Interaction) -> _Button:
    """Read what was pressed; a value that no card has carries the number 0, which no incident has."""
    action = body["actions"][0]
    number, *chosen = ((action.get("selected_option") or action).get("value") or "").split("|")
    return _Button(action_ids.name_of(action["action_id"]), _number(number), chosen)


def _number(text: str) -> int:
    return int(text) if _NUMBER.fullmatch(text) else 0


async def _read_pressed(
    responder: Responder,
    handling: Handling,
    client: AsyncWebClient,
    body: Interaction,
    pressed: _Button,
    language: Language,
) -> StoredIncident | None:
    """Read the incident whose button was pressed; None where it is not, and the person is told why."""
    stored, _ = await _read_incident(handling, pressed.number)
    channel_id, user_id = body["channel"]["id"], body["user"]["id"]
    if stored is not None and stored.incident.channel_id == channel_id:
        return stored
    reply = render_unknown_incident(language)
    if stored is not None:
        logger.warning("a button of an incident was pressed in another channel, and refused")
        # A card that somebody forwarded: who reads the copy may not be in the incident's channel, and its forms and
        # answers say more than the copy. To them there is no such incident.
        if await responder.visibility.is_in(client, stored.incident.channel_id, user_id):
            reply = render_refused(stored.incident, "copied", "", language)
    handling.answer_privately(body["response_url"], channel_id, reply)
    return None


async def _may_act(
    responder: Responder,
    handling: Handling,
    client: AsyncWebClient,
    incident: Incident,
    name: str,
    user_id: str,
    language: Language,
) -> bool:
    """Return True when a person may press a button or send its form; else tell them who may."""
    act = _ACTS.get(name, Act.MOVE_INCIDENT)
    visibility = responder.visibility
    if act is not Act.MOVE_INCIDENT:
        if await visibility.permits(act, client, handling.delivery, user_id):
            return True
        why = "notes_of_members" if act is Act.WRITE_NOTE else "members_only"
        _refuse(handling, incident, why, user_id, language)
        return False
    settings = await handling.read(lambda transaction: transaction.channel_settings(incident.channel_id))
    if await visibility.permits_here(act, client, handling.delivery, moves=settings.outsiders_move):
        return True
    _refuse(handling, incident, "members_only", user_id, language)
    return False


async def _is_internal(
    responder: Responder,
    handling: Handling,
    client: AsyncWebClient,
    incident: Incident,
    user_id: str,
    language: Language,
) -> bool:
    """Return True when only members read an incident's thread; else tell the person why its record stays out of it."""
    if await responder.visibility.is_internal(client, handling.delivery, incident.channel_id, user_id):
        return True
    _refuse(handling, incident, "read_by_others", user_id, language)
    return False


async def _summary(responder: Responder, handling: Handling, number: int, user_id: str, language: Language) -> None:
    """Show a summary of the incident to the person who asked."""
    stored, _ = await _read_incident(handling, number)
    if stored is not None:
        reply = render_summary(stored.incident, responder.sceptic.knowledge, language)
        handling.whisper(reply, stored.incident.channel_id, user_id, stored.incident.thread_ts)


async def _export(
    responder: Responder, handling: Handling, client: AsyncWebClient, number: int, user_id: str, language: Language
) -> None:
    """Put the whole record into the thread as a Markdown file."""
    stored, now = await _read_incident(handling, number)
    if stored is not None and await _is_internal(responder, handling, client, stored.incident, user_id, language):
        incident = stored.incident
        document = export_incident(incident, responder.sceptic.knowledge, language)
        stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%S")
        name = f"{incident.name}-{stamp}-{handling.reference}.md"
        refusal = _refusal(incident, "read_by_others", user_id, language)
        handling.upload(document, name, incident.name, incident.channel_id, incident.thread_ts, refusal)


async def _draft(
    responder: Responder, handling: Handling, client: AsyncWebClient, number: int, user_id: str, asked: Language
) -> None:
    """Put the article with the incident's cause and fix in it into the thread, for a pull request."""
    stored, _ = await _read_incident(handling, number)
    if stored is None:
        return
    incident = stored.incident
    language = known_language(stored.language)
    ending = article_suffix(language)
    articles = _articles_of(incident, responder.sceptic.knowledge)
    found = await asyncio.to_thread(_read_first, articles, ending)
    if incident.is_open or found is None:
        _refuse(handling, incident, "not_resolved" if incident.is_open else "nothing_to_draft", user_id, asked)
        return
    if not await _is_internal(responder, handling, client, incident, user_id, asked):
        return
    article_id, text = found
    name = f"{article_id}-{incident.name}-{handling.reference}{ending}"
    title, draft = responder.sceptic.knowledge.articles[article_id].number, draft_article(text, incident, language)
    refusal = _refusal(incident, "read_by_others", user_id, asked)
    handling.upload(draft, name, title, incident.channel_id, incident.thread_ts, refusal)


def _articles_of(incident: Incident, knowledge: Knowledge) -> list[Article]:
    """Return the articles of the evidence that are there, in the order of the messages."""
    seen = dict.fromkeys(key for each in incident.sightings for key in (each.article_id, *each.codes))
    return [knowledge.articles[key] for key in seen if key in knowledge.articles]


def _read_first(articles: Sequence[Article], ending: str) -> tuple[str, str] | None:
    """Read the first article whose file is still there, with its ID; somebody may have moved it since the bot started."""
    for article in articles:
        try:
            return article.id, article.product.path(f"{article.id}{ending}").read_text("utf-8")
        except FileNotFoundError:
            continue
    return None


def _refusal(incident: Incident, why: str, user_id: str, language: Language) -> tuple[str, Json]:
    """Make the call that tells one person why their action was refused."""
    arguments = {**message_of(render_refused(incident, why, "", language)), "user": user_id}
    return "chat.postEphemeral", {**arguments, "channel": incident.channel_id, "thread_ts": incident.thread_ts}


def _refuse(handling: Handling, incident: Incident, why: str, user_id: str, language: Language) -> None:
    reply = render_refused(incident, why, "", language)
    handling.whisper(reply, incident.channel_id, user_id, incident.thread_ts)


async def _read_incident(handling: Handling, number: int) -> tuple[StoredIncident | None, float]:
    return await handling.read(
        lambda transaction: (transaction.find_number(number), transaction.now()),
    )


async def open_form(
    responder: Responder, handling: Handling, ack: DeferredAck, body: Interaction, client: AsyncWebClient
) -> None:
    """Open the form of a button; its trigger lives three seconds. Of the statuses only waiting has one."""
    await ack()
    pressed, user_id = _read_button(body), body["user"]["id"]
    language = await responder.language_of(client, user_id)
    stored = await _read_pressed(responder, handling, client, body, pressed, language)
    if stored is None:
        return
    incident, name = stored.incident, pressed.name
    if not await _may_act(responder, handling, client, incident, name, user_id, language):
        return
    if name == "status" and pressed.chosen != ["waiting"]:
        if (move := read_click(name, pressed.chosen, user_id)) is not None:
            make_move(handling, incident.number, move, language)
        return
    form = _form_of(name, incident, responder.sceptic.knowledge, language)
    if form is None:
        _refuse(handling, incident, "nothing_to_draft", user_id, language)
        return
    await client.views_open(trigger_id=body["trigger_id"], view=dict(form))


def _form_of(name: str, incident: Incident, knowledge: Knowledge, language: Language) -> Form | None:
    """Make the form of a button; None for a note where no article is named."""
    match name:
        case "resolve":
            return resolve_form(incident, knowledge, language)
        case "note":
            articles = _articles_of(incident, knowledge)
            return note_form(incident, knowledge, language, articles) if articles else None
        case _:
            return _FORMS[name](incident, language)


async def handle_submission(
    responder: Responder, handling: Handling, ack: DeferredAck, body: Submission, client: AsyncWebClient
) -> None:
    """Make the move of a submitted form."""
    view, user_id = body["view"], body["user"]["id"]
    name = view["callback_id"].removeprefix(action_ids.INCIDENT_FORM)
    answers = await _read_answers(responder, handling, ack, body, client)
    if answers is None:
        return
    # What is typed here outlives the thread.
    values = {name: redact(value) if name in _TYPED else value for name, value in answers.values.items()}
    if name == "resolve" and (blank := [field for field in ("cause", "fix") if not values[field].strip()]):
        said = say(answers.language, "refused.no_cause")
        await ack(response_action="errors", errors=dict.fromkeys(blank, said))
        return
    if (move := read_submission(name, values, user_id)) is not None:
        make_move(handling, answers.number, move, answers.language)
    elif name == "note":
        number, article_id, words = answers.number, values["article"], values["words"].strip()
        handling.change(lambda transaction: transaction.add_note(article_id, user_id, words, number))
    else:
        return
    await ack()


async def _read_answers(
    responder: Responder, handling: Handling, ack: DeferredAck, body: Submission, client: AsyncWebClient
) -> Answers | None:
    """Read a submitted form; None where its sender may not send it, or what it carries is not what it was made with.

    Whoever sends it may have left the channel, or the organisation, since they opened it.
    """
    view, user_id = body["view"], body["user"]["id"]
    name = view["callback_id"].removeprefix(action_ids.INCIDENT_FORM)
    try:
        answers = read_form(view)
    except (KeyError, TypeError, ValueError, AttributeError):
        await ack(**render_form_unreadable(view, await responder.language_of(client, user_id)))
        return None
    stored, _ = await _read_incident(handling, answers.number)
    if stored is None or answers.channel_id not in ("", stored.incident.channel_id):
        await ack(**render_form_unreadable(view, answers.language))
        return None
    incident = stored.incident
    inside = await responder.visibility.is_in(client, incident.channel_id, user_id)
    # Of direct and group messages Slack does not tell; then the form is enough, which carries where it was opened.
    if inside is False or (inside is None and not answers.channel_id):
        await ack(**under_first_input(view, say(answers.language, "refused.left_channel", name=incident.name)))
        return None
    if not await _may_act(responder, handling, client, incident, name, user_id, answers.language):
        await ack()
        return None
    return answers
