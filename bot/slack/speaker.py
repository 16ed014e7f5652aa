"""What every listener needs: deciding, the asker's language, posting once, and remembering what was handled."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Hashable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from cachetools import TTLCache
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Diagnosis, Sceptic, Surface, diagnose
from bot.evidence import read_evidence
from bot.knowledge import Language
from bot.replies import Reply, language_for, render, render_help, render_why

logger = logging.getLogger(__name__)

Payload = Mapping[str, Any]

_REMEMBERED: Final = 100_000
_REMEMBERED_SECONDS: Final = 24 * 3600
_LOCALE_SECONDS: Final = 3600
# Slack puts the mention where it was typed; the question is the rest.
_MENTION: Final = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")


@dataclass(slots=True)
class Speaker:
    """Decides and speaks. One for a running bot."""

    sceptic: Sceptic
    _handled: TTLCache[Hashable, bool] = field(default_factory=lambda: TTLCache(_REMEMBERED, _REMEMBERED_SECONDS))
    _locales: TTLCache[str, str | None] = field(default_factory=lambda: TTLCache(10_000, _LOCALE_SECONDS))

    @asynccontextmanager
    async def once(self, *key: Hashable) -> AsyncIterator[bool]:
        """Yield True the first time a key is handled. A failure forgets the key, so that Slack's next delivery is answered."""
        if key in self._handled:
            yield False
            return
        self._handled[key] = True
        try:
            yield True
        except BaseException:
            self._handled.pop(key, None)
            raise

    async def locale(self, client: AsyncWebClient, user_id: str) -> str | None:
        """Return a user's Slack locale, such as zh-TW; None when Slack does not tell."""
        if user_id not in self._locales:
            try:
                answer = await client.users_info(user=user_id, include_locale=True)
                self._locales[user_id] = answer["user"].get("locale")
            except SlackApiError as error:
                logger.warning("users.info failed: %s", error.response.get("error"))
                return None
        return self._locales[user_id]

    def decide(self, text: str, surface: Surface) -> Diagnosis:
        """Decide about a text."""
        return diagnose(read_evidence(text), self.sceptic, surface)

    async def language(self, client: AsyncWebClient, diagnosis: Diagnosis, user_id: str) -> Language:
        """Choose the language of the question, else of the asker's locale."""
        if diagnosis.language is not None:
            return diagnosis.language
        return language_for(diagnosis, await self.locale(client, user_id))

    def lay_out(self, diagnosis: Diagnosis, language: Language, *, private: bool = False, thread_ts: str = "") -> Reply:
        """Lay a decision out."""
        return render(diagnosis, self.sceptic.knowledge, language, private=private, thread_ts=thread_ts)

    async def answer(
        self,
        client: AsyncWebClient,
        text: str,
        surface: Surface,
        user_id: str,
        *,
        private: bool = False,
        thread_ts: str = "",
    ) -> tuple[Diagnosis, Reply]:
        """Decide about a question, or about the words help and why in front of one, and lay the answer out."""
        question = without_mentions(text)
        word, _, rest = question.partition(" ")
        if (word.casefold() in {"help", "幫助", "說明", "?", "？"} and not rest) or not question:
            silent = Diagnosis("silent")
            return silent, render_help(await self.language(client, silent, user_id))
        if word.casefold() in {"why", "為什麼", "为什么"} and rest.strip() and surface == "command":
            diagnosis = self.decide(rest, surface)
            language = await self.language(client, diagnosis, user_id)
            return diagnosis, render_why(diagnosis, self.decide(rest, "channel"), language)
        diagnosis = self.decide(question, surface)
        language = await self.language(client, diagnosis, user_id)
        return diagnosis, self.lay_out(diagnosis, language, private=private, thread_ts=thread_ts)


def without_mentions(text: str) -> str:
    """Take the bot's and other people's mentions out of a text."""
    return _MENTION.sub(" ", text).strip()


def text_of(message: Payload) -> str:
    """Return the text a message shows: its own, and that of attachments, where monitoring tools put theirs."""
    parts = [message.get("text") or ""]
    for attachment in message.get("attachments") or []:
        parts.extend(str(attachment.get(key) or "") for key in ("pretext", "title", "text"))
        parts.extend(f"{found.get('title', '')}: {found.get('value', '')}" for found in attachment.get("fields") or [])
        if not any(attachment.get(key) for key in ("text", "title", "fields")):
            parts.append(str(attachment.get("fallback") or ""))
    return "\n".join(part for part in parts if part)


async def post(client: AsyncWebClient, reply: Reply, channel_id: str, thread_ts: str | None) -> None:
    """Post a reply: in the thread where there is one, never echoed to the channel, with no unfurled links."""
    await client.chat_postMessage(
        channel=channel_id,
        text=reply.text,
        blocks=[dict(block) for block in reply.blocks],
        thread_ts=thread_ts,
        reply_broadcast=False if thread_ts else None,
        unfurl_links=False,
        unfurl_media=False,
    )


async def whisper(client: AsyncWebClient, reply: Reply, channel_id: str, user_id: str, thread_ts: str | None) -> None:
    """Post a reply that one person sees."""
    await client.chat_postEphemeral(
        channel=channel_id,
        user=user_id,
        text=reply.text,
        blocks=[dict(block) for block in reply.blocks],
        thread_ts=thread_ts,
    )
