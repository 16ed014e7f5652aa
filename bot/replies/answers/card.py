"""The card of one event or code: outcome, meaning, cause and next steps on the first screen, the rest below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.diagnosis import Match
from bot.evidence import Event
from bot.knowledge import Article, EventOutcome, Knowledge, Prose, Text, plain
from bot.knowledge.aliases import event_numbers
from bot.knowledge.flows import is_inferred
from bot.languages import LANGUAGES, Language, localize_address
from bot.replies import action_ids
from bot.replies.answers.counterparts import say_asked_counterpart, say_counterparts
from bot.replies.answers.share import pack
from bot.replies.blocks import actions, button, context, section, sections
from bot.replies.event_fields import short_computer, short_time
from bot.replies.mrkdwn import MARKS, bulleted, escape, numbered, set_text, shorten, tidy
from bot.replies.texts import say
from bot.replies.values import Block

_MAX_STEPS = 5
_FIELD = 60
FIRST_PLACES: Final = 3
_STATES: Final[Mapping[EventOutcome, str]] = {"success": "✓", "warning": "!", "failure": "✗", "information": ""}


@dataclass(frozen=True, slots=True)
class Card:
    """A card in two parts: what must be read now, and what can be dropped when Slack's limits are near."""

    text: str
    first_screen: tuple[Block, ...]
    below: tuple[Block, ...]


def render_card(match: Match, knowledge: Knowledge, language: Language, *, whole: bool = False) -> Card:
    """Lay out an article for the event and codes it was matched with.

    A message names the first places to look; `whole`, for a modal, names all.
    """
    writer = _Writer(match, knowledge, language)
    head = headline(match, language)
    first = [section(head + "\n" + writer.meaning())]
    first.extend(context(text) for text in (writer.in_place_of(), writer.certainty()) if text)
    first.extend(section(text) for text in (writer.cause(), writer.misfit()) if text)
    first.extend(sections(writer.steps()))
    first.extend(context(text) for text in (writer.flow(), writer.only_if()) if text)
    below: list[Block] = []
    below.append(context(writer.where_to_look(None if whole else FIRST_PLACES)))
    below.extend(context(text) for text in (writer.codes(), writer.errata()) if text)
    below.extend(context(text) for text in (say_counterparts(match.article, knowledge, language),) if text)
    below.append(context(writer.guides(), writer.source()))
    return Card(_summary(match, language), tuple(first), tuple(below))


def headline(match: Match, language: Language) -> str:
    """Say outcome, ID and name, and what was read from the paste."""
    article = match.article
    outcome = say(language, f"outcome.{article.outcome}")
    twin = f"{asked}, " if (asked := _asked_as(match)) else ""
    head = f"{MARKS[article.outcome]} *{outcome} · {twin}{label(article, language)}*"
    read = [what for event in match.events[:1] for what in read_from(event, language)]
    return f"{head} — {' · '.join(read)}" if read else head


def _asked_as(match: Match) -> str:
    """Return the number that was asked about, where its article is that of a near twin; empty where it has its own."""
    article = match.article
    numbers = [event.event_id for event in match.events] + [reason.about for reason in match.reasons]
    others = (
        event_numbers(article)[1:] if article.kind == "event" else tuple(a for a in article.aliases if a[:2] == "0x")
    )
    return next((number for number in numbers if number in others), "")


def label(article: Article, language: Language, between: str = " · ") -> str:
    """Return number and name of an event or code; what has no number is called by its title."""
    if article.kind in ("topic", "line"):
        return article.prose[language].title
    # A name of ordinary words is the author's; the title says the same in the reader's language.
    name = article.prose[language].title if article.generic_name and " " in article.name else article.name
    return f"{article.number}{between}{name}"


def read_from(event: Event, language: Language) -> list[str]:
    """Say what was read from a pasted event, so that a reader sees it was the right one; IDs are shortened."""
    read = []
    if event.computer:
        read.append(escape(shorten(short_computer(event.computer), _FIELD)))
    if event.time:
        read.append(escape(shorten(short_time(event.time), _FIELD)))
    for detail in event.details:
        value = detail.value if detail.kind == "ca" else "…" + "".join(filter(str.isalnum, detail.value))[-4:]
        read.append(f"{say(language, f'detail.{detail.kind}')} {escape(shorten(value, _FIELD))}")
    return read


def _summary(match: Match, language: Language) -> str:
    article = match.article
    prose = article.prose[language]
    codes = "".join(f" · {code.number} {code.name}" for code in match.codes)
    return (
        f"{say(language, f'outcome.{article.outcome}')} · {label(article, language)}{codes}: {plain(prose.meaning[0])}"
    )


def has_more(match: Match, language: Language) -> bool:
    """Tell whether a message leaves out some of the places to look."""
    return len(_guiding(match, language).where_to_look) > FIRST_PLACES


def _guiding(match: Match, language: Language) -> Prose:
    """Return the prose whose steps to follow: the code's where one tells the cause, else the event's."""
    telling = [code for code in match.codes if _tells(code)]
    return (telling[0] if telling else match.article).prose[language]


def _tells(code: Article) -> bool:
    """Tell whether a code names a cause by itself."""
    return code.id not in code.product.general_codes and not code.ambiguous


class _Writer:
    """Writes the parts of one card."""

    def __init__(self, match: Match, knowledge: Knowledge, language: Language) -> None:
        self.match, self.knowledge, self.language = match, knowledge, language
        self.article = match.article
        self.prose = match.article.prose[language]
        self.general = match.article.product.general_codes
        self.telling = [code for code in match.codes if _tells(code) and code.id not in self.general]

    def _link(self, url: str) -> str:
        return url

    def _say(self, key: str, **values: object) -> str:
        return say(self.language, key, **values)

    def _label(self, key: str) -> str:
        """Put the language's colon behind a label."""
        return self._say(key) + LANGUAGES[self.language].colon.rstrip()

    def meaning(self) -> str:
        return tidy(set_text(self.prose.meaning[0]))

    def certainty(self) -> str:
        """Say what nobody documented, and that a text was not read; empty where a page says it."""
        source = escape(self.article.sources[0].title)
        confidence = self.article.confidence
        said = []
        if confidence != "documented":
            said.append(self._say(f"answer.{confidence.replace(' ', '_')}", source=source))
        if not self.article.text_seen:
            said.append(self._say("answer.text_unseen_event" if self.article.kind == "event" else "answer.text_unseen"))
        return "\n".join(said)

    def in_place_of(self) -> str:
        """Say which number of another generation was asked about, where the answer is its counterpart."""
        asked = next((reason.about for reason in self.match.reasons if reason.kind == "counterpart"), "")
        return say_asked_counterpart(self.article, asked, self.knowledge, self.language) if asked else ""

    def cause(self) -> str:
        """Give the cause for each code that was found; without one, a line for each code it could be."""
        if self.article.kind != "event":
            return self._cause_line(self.article) if self.prose.causes else ""
        if self.match.codes:
            return "\n".join(self._cause_line(code) for code in self.match.codes)
        possible = [code for code in self.article.codes if code not in self.general]
        if not possible:
            is_fault = self.article.outcome in ("warning", "failure")
            return self._cause_line(self.article) if is_fault and self.prose.causes else ""
        lines = [
            f"*{self._say('answer.which_code')}*",
            *(self._code_line(code) for code in possible + sorted(self.general & set(self.article.codes))),
        ]
        if not self.match.events:
            lines.append(f"_{self._say('answer.paste_hint')}_")
        return "\n".join(lines)

    def _cause_line(self, code: Article) -> str:
        own = self.prose.causes_by_code.get(code.id) if code.id in self.general or code.ambiguous else None
        prose = code.prose[self.language]
        text = own or (*prose.causes, *prose.meaning)[0]
        if code is self.article:
            return f"*{self._label('answer.cause')}* {tidy(set_text(text))}"
        return f"*{self._label('answer.cause')} `{code.number}` {code.name}* — {tidy(set_text(text))}"

    def _code_line(self, code_id: str) -> str:
        code = self.knowledge.articles[code_id]
        text = self.prose.causes_by_code.get(code_id) or code.prose[self.language].meaning[0]
        return f"• `{code.number}` {code.name}: {tidy(set_text(text))}"

    def misfit(self) -> str:
        """Say where a code is documented when not with this event."""
        lines = []
        for code in self.match.misfits:
            holders = [a.number for a in self.knowledge.articles.values() if code.id in a.codes]
            key = "answer.pair_documented" if holders else "answer.pair_nowhere"
            title, events = code.prose[self.language].title, ", ".join(f"*{holder}*" for holder in holders)
            lines.append(
                f"*{self._say('answer.pair')}* "
                + self._say(key, code=code.number, title=title, events=events, event=self.article.number)
            )
        return "\n".join(lines)

    def _guiding(self) -> Prose:
        return _guiding(self.match, self.language)

    def steps(self) -> str:
        steps = tuple(dict.fromkeys((*self._urgent(), *self._guiding().next_steps[:_MAX_STEPS])))
        return f"*{self._say('answer.do_next')}*\n{numbered(steps, self._link)}"

    def _urgent(self) -> tuple[Text, ...]:
        """Return the event's steps that cannot wait for what its code says."""
        return self.prose.next_steps[: self.article.urgent_steps]

    def flow(self) -> str:
        """Show where in its flow it stopped: proven ✓, failed ✗, warned !; in brackets what no page says."""
        article = self.article
        flow, _, here = (article.step or "").partition("/")
        steps = article.product.flows.get(flow)
        if not here or steps is None:
            return ""
        shown: list[str] = []
        infers = False
        for step in steps:
            key = f"{flow}/{step.id}"
            mark = _STATES[article.outcome] if step.id == here else "✓" if key in article.proves else ""
            if mark and is_inferred(article, key):
                mark, infers = f"({mark})", True
            name = f"{step.name[self.language]} {mark}".rstrip()
            shown.append(f"*{name}*" if step.id == here else name)
        strip = " · ".join(shown)
        return f"{strip}\n{self._say('flow.inferred')}" if infers else strip

    def only_if(self) -> str:
        """Warn that the bare number is used by others too, when the text did not say whose it is."""
        named = any(event.log_name or event.provider for event in self.match.events)
        by_number = any(reason.kind.startswith("id_") for reason in self.match.reasons)
        others = list(dict.fromkeys(other.provider for other in self.article.mistaken_for))
        if named or not by_number or self.article.log_name is None:
            return ""
        shared = [log for log in self.article.product.shared_logs if log.log_name == self.article.log_name]
        if shared and self.article.provider:
            source, log = escape(self.article.provider), escape(self.article.log_name)
            return self._say("answer.only_if_source", source=source, log=log)
        if not others:
            return ""
        return self._say("answer.only_if", log=self.article.log_name, id=self.article.number, others=", ".join(others))

    def where_to_look(self, most: int | None) -> str:
        return f"*{self._say('answer.where')}*\n{bulleted(self._guiding().where_to_look[:most], self._link)}"

    def codes(self) -> str:
        # Codes that say that there is no fault need no article, and are not among an article's codes then.
        if not self.match.codes or not self.article.codes:
            return ""
        return f"*{self._label('answer.codes')}* " + ", ".join(f"`{code}`" for code in self.article.codes)

    def errata(self) -> str:
        texts = [*self.prose.errata, *(text for code in self.match.codes for text in code.prose[self.language].errata)]
        return f"*{self._label('answer.errata')}* " + " ".join(tidy(set_text(text)) for text in texts) if texts else ""

    def guides(self) -> str:
        """Name the guide for this step of the flow, and the flow's whole guide."""
        step = (self.telling[0] if self.telling else self.article).step or self.article.step or ""
        flow, _, here = step.partition("/")
        product = self.article.product
        found = [s.guide for s in product.flows.get(flow, ()) if s.id == here]
        found += [guide for name, guide in product.apart.items() if name == step]
        found += [guide for name, guide in product.guides.items() if name == flow]
        unique = {guide.title[self.language]: guide for guide in found}
        links = [f"<{guide.address(self.language)}|{title}>" for title, guide in unique.items()]
        return f"{self._say('answer.guide')}{LANGUAGES[self.language].colon}{' · '.join(links)}" if links else ""

    def source(self) -> str:
        sources = {s.url: s.title for article in (self.article, *self.match.codes) for s in article.sources}
        (url, title), *others = sources.items()
        named = f"<{self._address(url)}|{title}>"
        # The first is what the article rests on; the others are one number each.
        numbers = "".join(f" <{self._address(other)}|[{at}]>" for at, (other, _) in enumerate(others, 2))
        parts = [
            f"{self._say('answer.source')}{LANGUAGES[self.language].colon}{named}{numbers}",
            f"{self._say('answer.reviewed')} {self.article.reviewed}",
        ]
        return " · ".join(filter(None, [*parts, self.article.product.note[self.language]]))

    def _address(self, url: str) -> str:
        return localize_address(url, self.language)


def answer_buttons(matches: tuple[Match, ...], language: Language, *, private: bool, thread_ts: str) -> Block:
    """Lay out the row of buttons below an answer; a private one is shared by the first."""
    value = pack(matches, language, thread_ts)
    buttons = [
        button(say(language, "answer.helpful"), f"{action_ids.FEEDBACK}helpful", value),
        button(say(language, "answer.not_helpful"), action_ids.NOT_HELPFUL, value),
    ]
    if len(matches) == 1 and has_more(matches[0], language):
        buttons.insert(0, button(say(language, "answer.more"), f"{action_ids.OPEN_ARTICLE}0", pack(matches, language)))
    buttons.insert(0, button(say(language, "incident.start"), action_ids.START_TRIAGE, value))
    if private:
        buttons.insert(0, button(say(language, "answer.share"), action_ids.SHARE, value, style="primary"))
    return actions("answer", *buttons)
