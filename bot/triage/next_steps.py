"""Next steps: those of everything that still fails, the root's first, each once; then the success to expect."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType
from typing import Final

from bot.knowledge import Article, Knowledge, Text, Watch, plain
from bot.languages import DEFAULT, LANGUAGES, Language
from bot.triage.causes import find_causes, find_root
from bot.triage.evidence_order import OrderedSighting, weigh_sightings
from bot.triage.incident import Incident, Mark
from bot.triage.likely_cause import find_likely_cause, find_unsettled, telling_code
from bot.triage.settled import matching_watches

_KEY_LENGTH: Final = 10
_CLOSING: Final = 90
"""Characters up to which a step that names a success only waits for it."""
_OPENING: Final = 60
"""Characters in which first steps of a product out of use agree where they only send on to what took its place."""
_EVENT: Final = re.compile(r"(?<!\w)\d{4,5}(?!\w)")


@dataclass(frozen=True, slots=True)
class NextStep:
    """One step, with the mark somebody set on it."""

    # Stable as long as its English text is.
    key: str
    # The first article that has it.
    article_id: str
    text: Mapping[Language, Text]
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class NextSteps:
    """The steps in their order, and the successes that would settle the failures."""

    steps: tuple[NextStep, ...]
    # Each success once, the root's first.
    expected: tuple[Watch, ...]


def next_steps(incident: Incident, knowledge: Knowledge) -> NextSteps:
    """Return the steps of all events that nothing has settled, without repeats, each with its mark.

    An event whose code names a cause is mended by the code's article, any other by its own. Urgent steps come first.
    """
    ordered = _root_first(incident, knowledge)
    articles = dict.fromkeys(_guiding(each, knowledge) for each in ordered)
    urgent = [step for each in ordered for step in _urgent(knowledge.articles[each.article_id])]
    openings = {_opening(step, knowledge): step for step in reversed(urgent)}
    found = {step.key: step for step in urgent if openings[_opening(step, knowledge)].key == step.key}
    said = {step.key for step in urgent}
    closing: dict[str, NextStep] = {}
    for article in articles:
        steps_of = tuple(_steps_of(article))
        for step in steps_of:
            if step.key in said:
                continue
            expects = _expects(step, knowledge) if step is steps_of[-1] else ""
            if expects:
                closing.setdefault(expects, step)
            else:
                found.setdefault(step.key, step)
    steps = (*found.values(), *closing.values())
    expected: dict[str, Watch] = {}
    for each in ordered:
        for watch in matching_watches(each, knowledge):
            if watch.settled_by in knowledge.articles:
                expected.setdefault(watch.settled_by, watch)
    return NextSteps(
        tuple(replace(step, mark=incident.marks.get(step.key)) for step in steps), tuple(expected.values())
    )


def step_key(text: Text) -> str:
    """Return the key of a step by its English text: ten hexadecimal digits."""
    return hashlib.sha256(plain(text).encode()).hexdigest()[:_KEY_LENGTH]


def _root_first(incident: Incident, knowledge: Knowledge) -> Sequence[OrderedSighting]:
    """Order the unsettled failures: the likely cause, other roots, then what follows from them."""
    seen = weigh_sightings(incident, knowledge)
    causes = find_causes(seen, knowledge)
    troubles = find_unsettled(seen, knowledge)
    found = find_likely_cause(incident, knowledge)
    still = {each.place for each in troubles}
    held = {place: pair for place, pair in causes.items() if pair[0].place in still}

    def rank(each: OrderedSighting) -> tuple[bool, int, int]:
        root = find_root(each, held)
        is_found = found is not None and root.article_id == found.article_id
        return (not is_found, int(root.place != each.place), each.place)

    return sorted(troubles, key=rank)


def _guiding(seen: OrderedSighting, knowledge: Knowledge) -> Article:
    code = telling_code(seen.sighting, knowledge)
    return knowledge.articles[code or seen.article_id]


def _steps_of(article: Article) -> Iterator[NextStep]:
    for position, text in enumerate(article.prose[DEFAULT].next_steps):
        texts: dict[Language, Text] = {}
        for language in LANGUAGES:
            own = article.prose[language].next_steps
            texts[language] = own[position] if position < len(own) else text
        yield NextStep(step_key(text), article.id, MappingProxyType(texts))


def _urgent(article: Article) -> Iterator[NextStep]:
    """Yield an event's steps that come before those of its code: urgent ones, and the first of a product out of use."""
    return islice(_steps_of(article), article.urgent_steps or int(bool(article.product.superseded_by)))


def _opening(step: NextStep, knowledge: Knowledge) -> str:
    """Return what makes an urgent step one with another: its key, or how it begins where it sends on to another product."""
    is_out_of_use = knowledge.articles[step.article_id].product.superseded_by
    return plain(step.text[DEFAULT])[:_OPENING] if is_out_of_use else step.key


def _expects(step: NextStep, knowledge: Knowledge) -> str:
    """Return the event of its own product that a step merely waits for; empty when there is more to the step."""
    text = plain(step.text[DEFAULT])
    named = [knowledge.articles[event] for event in _EVENT.findall(text) if event in knowledge.articles]
    own = [each for each in named if each.product is knowledge.articles[step.article_id].product]
    if len(text) > _CLOSING or len(own) != 1 or any(each.outcome != "success" for each in named):
        return ""
    return own[0].id
