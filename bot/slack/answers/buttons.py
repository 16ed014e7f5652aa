"""Buttons of an answer: share it, open an article, choose one, give feedback."""

from __future__ import annotations

import logging

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.replies import action_ids
from bot.replies.answers.article_view import article_view
from bot.replies.answers.messages import render_left_out, render_shared, render_thanks
from bot.slack.context.conversation import read_notes
from bot.slack.context.deferred_ack import DeferredAck
from bot.slack.context.handling import Handling, message_of
from bot.slack.context.policy import Act
from bot.slack.context.responder import Responder
from bot.slack.context.shared_answers import answer_key, note_feedback, read_or_say_gone
from bot.slack.platform.payloads import Interaction

logger = logging.getLogger(__name__)


async def share(
    responder: Responder, handling: Handling, ack: AsyncAck, body: Interaction, client: AsyncWebClient
) -> None:
    """Post a private answer into the conversation, once, and delete the private one."""
    await ack()
    shared = await read_or_say_gone(responder, handling, body, client)
    if shared is None:
        return
    user_id, channel_id, url = body["user"]["id"], body["channel"]["id"], body["response_url"]
    reply = render_shared(shared, responder.sceptic.knowledge, user_id)
    once = answer_key(body)
    # Where the bot is no member, the response URL may still post.
    openly = {**message_of(reply), "response_type": "in_channel", "replace_original": False, "unfurl_links": False}
    handling.post(
        reply, channel_id, shared.thread_ts, key=once, fallback=("response_url", {"response_url": url, **openly})
    )
    handling.respond(url, channel_id, {"delete_original": True}, f"{once}/gone")
    notes = await read_notes(handling, shared.diagnosis)
    if notes and await responder.visibility.permits(Act.READ_NOTES, client, handling.delivery, user_id):
        # The private answer showed them.
        handling.answer_privately(url, channel_id, render_left_out(shared.language), f"{once}/left out")


async def choose(
    responder: Responder, handling: Handling, ack: AsyncAck, body: Interaction, client: AsyncWebClient
) -> None:
    """Put the chosen article in place of the choices."""
    await ack()
    shared = await read_or_say_gone(responder, handling, body, client)
    if shared is None:
        return
    private = bool(body["container"].get("is_ephemeral"))
    thread_ts = shared.thread_ts or ""
    reply = responder.lay_out(shared.diagnosis, shared.language, private=private, thread_ts=thread_ts)
    handling.respond(body["response_url"], body["channel"]["id"], {**message_of(reply), "replace_original": True})


async def open_article(
    responder: Responder, handling: Handling, ack: DeferredAck, body: Interaction, client: AsyncWebClient
) -> None:
    """Show one line of a digest in full, in a modal. The modal's trigger lives three seconds, so it is opened at once."""
    await ack()
    shared = await read_or_say_gone(responder, handling, body, client)
    if shared is None:
        return
    view = article_view(shared, responder.sceptic.knowledge)
    await client.views_open(trigger_id=body["trigger_id"], view=view)


async def take_feedback(
    responder: Responder, handling: Handling, ack: AsyncAck, body: Interaction, client: AsyncWebClient
) -> None:
    """Note whether an answer helped, and thank whoever said so; one voice a person and answer."""
    await ack()
    shared = await read_or_say_gone(responder, handling, body, client)
    if shared is None:
        return
    note_feedback(handling, body, shared)
    message_ts = body["container"].get("message_ts") or ""
    said = action_ids.name_of(body["actions"][0]["action_id"])
    handling.answer_privately(
        body["response_url"],
        body["channel"]["id"],
        render_thanks(shared.language),
        key=f"thanks/{message_ts}/{body['user']['id']}/{said}",
    )
