"""The answer that a button carries: reading it, its key once shared, feedback about it, and saying that it is gone."""

from __future__ import annotations

import hashlib

from slack_sdk.web.async_client import AsyncWebClient

from bot.replies import action_ids
from bot.replies.answers.messages import render_gone
from bot.replies.answers.share import Shared, unpack
from bot.slack.context.handling import Handling
from bot.slack.context.responder import Responder
from bot.slack.platform.payloads import Interaction


async def read_or_say_gone(
    responder: Responder, handling: Handling, body: Interaction, client: AsyncWebClient
) -> Shared | None:
    """Read the answer that a button carries; None when its articles are gone, and the person who pressed it is told."""
    shared = unpack(body["actions"][0].get("value") or "", responder.sceptic.knowledge)
    if shared is None:
        await say_gone(responder, handling, body, client)
    return shared


def answer_key(body: Interaction) -> str:
    """Return the key under which a private answer is posted for others, the same for every press of its buttons."""
    answer = hashlib.sha256(body["actions"][0]["value"].encode()).hexdigest()[:32]
    return f"share/{body['channel']['id']}/{body['container'].get('message_ts')}/{body['user']['id']}/{answer}"


async def say_gone(responder: Responder, handling: Handling, body: Interaction, client: AsyncWebClient) -> None:
    """Tell the person who pressed a button that its articles are gone."""
    language = await responder.language(client, responder.decide("", "command"), body["user"]["id"])
    reply = render_gone(language)
    handling.answer_privately(
        body["response_url"],
        body["channel"]["id"],
        reply,
    )


def note_feedback(handling: Handling, body: Interaction, shared: Shared) -> None:
    """Store the feedback of the button that was pressed: one voice a person and message."""
    delivery, message_ts = handling.delivery, body["container"].get("message_ts") or ""
    said, articles = action_ids.name_of(body["actions"][0]["action_id"]), ",".join(shared.diagnosis.entries)
    handling.changes.append(
        handling.store.feedback(
            delivery.team_id, delivery.enterprise_id, message_ts, body["user"]["id"], said, articles
        )
    )
