"""What every listener needs: deciding, and the asker's language."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Diagnosis, Sceptic, Surface, diagnose
from bot.evidence import Wanted, read_evidence
from bot.knowledge import LANGUAGES, Language
from bot.replies.answers.render import language_for, render, render_why
from bot.replies.values import Reply
from bot.replies.workspace.help import render_help
from bot.slack.context.visibility import Visibility
from bot.slack.platform.message_text import without_mentions


@dataclass(slots=True)
class Responder:
    """Decides and speaks. One for a running bot."""

    sceptic: Sceptic
    # The folder of the articles, for drafts of them.
    articles: Path
    visibility: Visibility = field(default_factory=Visibility)

    @property
    def wanted(self) -> Wanted:
        """The providers and logs whose events are read of an event log."""
        return self.sceptic.identities.wanted

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
