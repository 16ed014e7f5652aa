"""Where in the certificate flow it stopped: each step proven, failed, warned or without evidence, and by which event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.knowledge import Article, Knowledge, Step
from bot.triage.incident import Incident, Sighting
from bot.triage.order import Seen, computers_of, weighed

State = Literal["proven", "failed", "warned", "no_evidence"]
_BY_OUTCOME: Final[Mapping[str, State]] = {"success": "proven", "warning": "warned", "failure": "failed"}
_GRAVITY: Final[Sequence[State]] = ("failed", "warned", "proven")


@dataclass(frozen=True, slots=True)
class FlowState:
    """How one step of a flow stands."""

    flow: str
    step: Step
    state: State
    # The event that says so; None without evidence.
    sighting: Sighting | None = None
    # Those that are in this state now, where they are known: a step that fails on one computer has failed.
    computers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Claim:
    seen: Seen
    state: State


def where_it_stopped(incident: Incident, knowledge: Knowledge) -> tuple[FlowState, ...]:
    """Return all steps of each flow that the evidence touches, in the order of the product's flows.

    On each computer the latest event decides: a success after a failure proves the step again. A step has failed when
    it fails on any computer. Events without a computer count for every one.
    """
    seen = weighed(incident, knowledge)
    claims: dict[str, list[_Claim]] = {}
    for each in seen:
        for step, state in _says(knowledge.articles.get(each.article_id)):
            claims.setdefault(step, []).append(_Claim(each, state))
    touched = {step.partition("/")[0] for step in claims}
    return tuple(
        _state(flow, step, claims.get(f"{flow}/{step.id}", []))
        for flow, steps in knowledge.product.flows.items()
        if flow in touched
        for step in steps
    )


def _says(article: Article | None) -> Iterator[tuple[str, State]]:
    """What one event says about steps: its own by its outcome, and those it proves."""
    if article is None:
        return
    if article.step and article.outcome in _BY_OUTCOME:
        yield article.step, _BY_OUTCOME[article.outcome]
    for proven in article.proves:
        if proven != article.step:
            yield proven, "proven"


def _state(flow: str, step: Step, claims: list[_Claim]) -> FlowState:
    if not claims:
        return FlowState(flow, step, "no_evidence")
    names = {claim.seen.computer for claim in claims if claim.seen.computer}
    last = [[claim for claim in claims if claim.seen.computer in (name, "")][-1] for name in (sorted(names) or [""])]
    worst = min((claim.state for claim in last), key=_GRAVITY.index)
    telling = [claim.seen for claim in last if claim.state == worst]
    newest = max(telling, key=lambda each: each.place)
    return FlowState(flow, step, worst, newest.sighting, computers_of(telling))
