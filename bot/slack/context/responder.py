"""Decisions and replies for every listener, in the language of whoever asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Diagnosis, Sceptic, Surface, diagnose
from bot.evidence import EventLogReader, Evidence, read_evidence
from bot.languages import LANGUAGES, Language
from bot.replies.answers.messages import render_over_budget
from bot.replies.answers.render import language_for, render
from bot.replies.values import Reply
from bot.replies.workspace.help import CommandHelp
from bot.slack.context.budget import Budget
from bot.slack.context.visibility import Visibility
from bot.slack.platform.file_download import MessageContent, MessageReader
from bot.slack.platform.message_text import without_mentions
from bot.slack.platform.payloads import Message
from bot.store import Delivery


@dataclass(frozen=True, slots=True)
class Reading:
    """A text's evidence, and the decision about it."""

    evidence: Evidence
    diagnosis: Diagnosis


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision and its rendered reply."""

    diagnosis: Diagnosis
    language: Language
    reply: Reply


@dataclass(frozen=True, slots=True)
class OverBudget:
    """A friendly refusal; what nobody asked for is refused once and then passed over in silence."""

    reply: Reply
    is_first: bool


@dataclass(frozen=True, slots=True)
class Responder:
    """Decides about texts and renders replies, by one state of the articles. A delivery has one from beginning to end."""

    sceptic: Sceptic
    # The subcommands of `/event`, for the help.
    commands: Sequence[CommandHelp]
    visibility: Visibility = field(default_factory=Visibility)
    event_logs: EventLogReader = field(default_factory=EventLogReader)
    budget: Budget = field(default_factory=Budget)

    async def over_budget(
        self, client: AsyncWebClient, delivery: Delivery, user_id: str, channel_id: str = ""
    ) -> OverBudget | None:
        """Take an answer from the budgets of a person and of a channel; the refusal when there is none left."""
        refusal = self.budget.spend(delivery, user_id, channel_id)
        if refusal is None:
            return None
        language = await self.language_of(client, user_id)
        return OverBudget(render_over_budget(refusal.whose, refusal.seconds, language), refusal.is_first)

    def message_reader(self, client: AsyncWebClient) -> MessageReader:
        """Return a reader for the messages of one delivery, which keeps our products' events of event logs."""
        return MessageReader(client, self.sceptic.identities.wanted, self.event_logs)

    async def read_message(self, client: AsyncWebClient, message: Message) -> MessageContent:
        """Read a message with its files; see `MessageReader.read`."""
        return await self.message_reader(client).read(message)

    def read(self, text: str, surface: Surface, subject: str | None = None) -> Reading:
        """Read a text as evidence, and decide about it; people who are mentioned in it say nothing about a fault.

        `subject` is the ID of the product that the conversation is about already.
        """
        evidence = read_evidence(without_mentions(text), self.sceptic.knowledge.lexicon)
        return Reading(evidence, diagnose(evidence, self.sceptic, surface, subject))

    def decide(self, text: str, surface: Surface, subject: str | None = None) -> Diagnosis:
        """Decide about a text; see `read`."""
        return self.read(text, surface, subject).diagnosis

    async def language_of(self, client: AsyncWebClient, user_id: str, spoken: str = "") -> Language:
        """Choose the channel's language if it has one (`spoken`), else that of a person's Slack."""
        if spoken in LANGUAGES:
            return spoken
        person = await self.visibility.person(client, user_id)
        return language_for(Diagnosis("silent"), person.locale if person else None)

    async def language(self, client: AsyncWebClient, diagnosis: Diagnosis, user_id: str, spoken: str = "") -> Language:
        """Choose the channel's language if it has one (`spoken`), else that of the question, else the asker's."""
        if spoken in LANGUAGES:
            return spoken
        return diagnosis.language or await self.language_of(client, user_id)

    def lay_out(self, diagnosis: Diagnosis, language: Language, *, private: bool = False, thread_ts: str = "") -> Reply:
        """Render a decision."""
        return render(diagnosis, self.sceptic.knowledge, language, private=private, thread_ts=thread_ts)

    async def answer(
        self,
        client: AsyncWebClient,
        diagnosis: Diagnosis,
        user_id: str,
        *,
        private: bool = False,
        thread_ts: str = "",
        spoken: str = "",
    ) -> Answer:
        """Render a decision in the language of the asker."""
        language = await self.language(client, diagnosis, user_id, spoken)
        reply = self.lay_out(diagnosis, language, private=private, thread_ts=thread_ts)
        return Answer(diagnosis, language, reply)


@dataclass(slots=True)
class CurrentResponder:
    """The responder of each delivery that begins from now on; a reload of the articles replaces it."""

    responder: Responder

    def take(self, sceptic: Sceptic) -> None:
        """Answer by other articles from now on; deliveries under way keep those that they began with."""
        self.responder = replace(self.responder, sceptic=sceptic)
