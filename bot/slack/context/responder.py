"""What every listener needs: deciding, and the asker's language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Diagnosis, Sceptic, Surface, diagnose
from bot.evidence import read_evidence
from bot.knowledge import LANGUAGES, Language
from bot.replies import Reply, language_for, render, render_help, render_why
from bot.slack.context.visibility import Visibility
from bot.slack.incidents.similar import SimilarIncidents
from bot.store import Store

Payload = Mapping[str, Any]

# Slack puts the mention where it was typed; the question is the rest.
_MENTION: Final = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")


@dataclass(slots=True)
class Responder:
    """Decides and speaks. One for a running bot."""

    sceptic: Sceptic
    store: Store
    # The folder of the articles, for drafts of them.
    articles: Path
    similar_incidents: SimilarIncidents = field(init=False)
    visibility: Visibility = field(default_factory=Visibility)

    def __post_init__(self) -> None:
        """Remember what the store holds."""
        self.similar_incidents = SimilarIncidents(self.store)

    async def locale(self, client: AsyncWebClient, user_id: str) -> str | None:
        """Return a user's Slack locale, such as zh-TW; None when Slack does not tell."""
        person = await self.visibility.person(client, user_id)
        return person.locale if person else None

    def decide(self, text: str, surface: Surface) -> Diagnosis:
        """Decide about a text."""
        return diagnose(read_evidence(text), self.sceptic, surface)

    async def language(self, client: AsyncWebClient, diagnosis: Diagnosis, user_id: str, spoken: str = "") -> Language:
        """Choose the channel's language if it has one (`spoken`), else that of the question, else the asker's locale."""
        if spoken in LANGUAGES:
            return spoken
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
        spoken: str = "",
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
        language = await self.language(client, diagnosis, user_id, spoken)
        return diagnosis, self.lay_out(diagnosis, language, private=private, thread_ts=thread_ts)


def without_mentions(text: str) -> str:
    """Take the bot's and other people's mentions out of a text."""
    return _MENTION.sub(" ", text).strip()


def text_of(message: Payload) -> str:
    """Return the text a message shows: its own, and that of attachments and blocks, where monitoring tools put theirs."""
    # Of a bot's message with blocks Slack shows the blocks, and its text in notifications only. What a person writes
    # comes as blocks as well, but stands in the text whole.
    shown = text_of_blocks(message.get("blocks") or []) if message.get("bot_id") else ""
    parts = [shown or message.get("text") or ""]
    for attachment in message.get("attachments") or []:
        parts.extend(str(attachment.get(key) or "") for key in ("pretext", "title", "text"))
        parts.extend(f"{found.get('title', '')}: {found.get('value', '')}" for found in attachment.get("fields") or [])
        parts.append(text_of_blocks(attachment.get("blocks") or []))
        if not any(attachment.get(key) for key in ("text", "title", "fields", "blocks")):
            parts.append(str(attachment.get("fallback") or ""))
    return "\n".join(part for part in parts if part)


def text_of_blocks(blocks: Sequence[Payload]) -> str:
    """Return what blocks say, a line for each text; of buttons and menus nothing."""
    return "\n".join(found for block in blocks if (found := _said(block)))


def _said(block: Payload) -> str:
    if block.get("type") == "actions":
        return ""
    if isinstance(text := block.get("text"), str):
        return text
    inside = [text] if text else []
    inside += [*(block.get("fields") or []), *(block.get("elements") or [])]
    # The pieces of one line of rich text stand side by side.
    between = "" if str(block.get("type")).startswith("rich_text_") else "\n"
    return between.join(found for each in inside if (found := _said(each)))
