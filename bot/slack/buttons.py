"""What the buttons of an answer do: share it, open an article, choose one, say whether it helped."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.replies import Reply, Shared, article_view, render_gone, render_shared, render_thanks, unpack
from bot.slack.speaker import Payload, Speaker

logger = logging.getLogger(__name__)


def _shared(speaker: Speaker, body: Payload) -> Shared | None:
    return unpack(body["actions"][0].get("value") or "", speaker.sceptic.knowledge)


def _message(reply: Reply) -> dict[str, Any]:
    return {"text": reply.text, "blocks": [dict(block) for block in reply.blocks]}


async def _gone(speaker: Speaker, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
    language = await speaker.language(client, speaker.decide("", "command"), body["user"]["id"])
    await respond(**_message(render_gone(language)), response_type="ephemeral", replace_original=False)


async def share(speaker: Speaker, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
    """Post a private answer where others see it, once, and take the private one away."""
    await ack()
    shared = _shared(speaker, body)
    if shared is None:
        await _gone(speaker, body, client, respond)
        return
    container: Mapping[str, Any] = body["container"]
    async with speaker.once(
        "share", body["user"]["id"], container.get("message_ts"), body["actions"][0].get("value")
    ) as first:
        if not first:
            return
        reply = render_shared(shared, speaker.sceptic.knowledge, body["user"]["id"])
        channel_id = body["channel"]["id"]
        try:
            await client.chat_postMessage(
                channel=channel_id,
                **_message(reply),
                thread_ts=shared.thread_ts,
                unfurl_links=False,
                unfurl_media=False,
            )
        except SlackApiError as error:
            if error.response.get("error") not in {"not_in_channel", "channel_not_found", "is_archived"}:
                raise
            # Where the bot is no member, the answer's own address may still speak for it.
            await respond(**_message(reply), response_type="in_channel", replace_original=False, unfurl_links=False)
        await respond(delete_original=True)


async def choose(speaker: Speaker, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
    """Put the chosen article in place of the choices."""
    await ack()
    shared = _shared(speaker, body)
    if shared is None:
        await _gone(speaker, body, client, respond)
        return
    private = bool(body["container"].get("is_ephemeral"))
    reply = speaker.lay_out(shared.diagnosis, shared.language, private=private)
    await respond(**_message(reply), replace_original=True)


async def open_article(
    speaker: Speaker, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
) -> None:
    """Show one line of a digest in full, in a modal. The modal's trigger lives three seconds, so it is opened at once."""
    await ack()
    shared = _shared(speaker, body)
    if shared is None:
        await _gone(speaker, body, client, respond)
        return
    view = article_view(shared, speaker.sceptic.knowledge)
    await client.views_open(trigger_id=body["trigger_id"], view=view)


async def take_feedback(
    speaker: Speaker, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
) -> None:
    """Note whether an answer helped, and thank whoever said so; one voice a person and answer."""
    await ack()
    shared = _shared(speaker, body)
    if shared is None:
        await _gone(speaker, body, client, respond)
        return
    action = body["actions"][0]
    said = action["action_id"].partition(":")[2]
    async with speaker.once("feedback", body["user"]["id"], body["container"].get("message_ts")) as first:
        if first:
            logger.info("feedback %s for %s", said, ",".join(shared.diagnosis.entries))
        await respond(**_message(render_thanks(shared.language)), response_type="ephemeral", replace_original=False)
