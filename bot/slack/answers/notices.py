"""Notices to the writer of a message alone: secrets in it, and files that were not read."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.privacy import find_secrets, is_secret
from bot.privacy.values import SecretKind
from bot.replies.answers.notes import render_secrets
from bot.replies.answers.unread import render_unread
from bot.slack.context.handling import Handling
from bot.slack.context.responder import Responder
from bot.slack.platform.file_download import MessageContent


async def warn_of_secrets(
    responder: Responder,
    handling: Handling,
    client: AsyncWebClient,
    text: str,
    channel_id: str,
    user_id: str | None,
    thread_ts: str | None,
    known: str = "",
) -> None:
    """Warn the writer of a text which kinds of secrets it shows, without repeating them.

    `known` is the text before it was edited: what stood in it already was told of.
    """
    told = _kinds(known)
    kinds = tuple(kind for kind in _kinds(text) if kind not in told)
    if not kinds or not user_id:
        return
    language = await responder.language_of(client, user_id)
    handling.whisper(render_secrets(kinds, language), channel_id, user_id, thread_ts, f"{handling.delivery.key}/secret")


async def warn_of_unread(
    responder: Responder,
    handling: Handling,
    client: AsyncWebClient,
    content: MessageContent,
    channel_id: str,
    user_id: str | None,
    thread_ts: str | None,
) -> None:
    """Tell the writer of a message which parts of its files were not read, where no answer says so."""
    if not content.files or not user_id:
        return
    language = await responder.language_of(client, user_id)
    if (reply := render_unread(content.files, language)) is not None:
        handling.whisper(reply, channel_id, user_id, thread_ts, f"{handling.delivery.key}/unread")


def _kinds(text: str) -> tuple[SecretKind, ...]:
    return tuple(dict.fromkeys(each.kind for each in find_secrets(text) if is_secret(each.kind)))
