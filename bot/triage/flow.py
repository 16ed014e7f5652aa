"""The state of each step of a flow: proven, failed, warned or without evidence, and by which event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.knowledge import Article, Knowledge, Step
from bot.triage.evidence_order import OrderedSighting, computers_of, weigh_sightings
from bot.triage.incident import Incident, Sighting
from bot.triage.settled import find_settled

State = Literal["proven", "failed", "warned", "no_evidence"]
_BY_OUTCOME: Final[Mapping[str, State]] = {"success": "proven", "warning": "warned", "failure": "failed"}
_GRAVITY: Final[Sequence[State]] = ("failed", "warned", "proven")


@dataclass(frozen=True, slots=True)
class FlowState:
    """The state of one step of a flow."""

    flow: str
    step: Step
    state: State
    # The event that shows it; None without evidence.
    sighting: Sighting | None = None
    # The known computers in this state. A step that fails on one computer has failed.
    computers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Claim:
    seen: OrderedSighting
    state: State


def trace_flow(incident: Incident, knowledge: Knowledge) -> tuple[FlowState, ...]:
    """Return the state of all steps of each flow that the evidence touches, in the product's order.

    On each computer the latest event of each device decides: a success after a failure proves the step again, but not
    for another device. A settled failure counts as proven by the success that settled it. A step has failed when it
    fails on any computer. Events without a computer or device count for every one.
    """
    seen = weigh_sightings(incident, knowledge)
    settled = find_settled(seen, knowledge)
    claims: dict[tuple[str, str], list[_Claim]] = {}
    for each in seen:
        article = knowledge.articles.get(each.article_id)
        for step, state in _says(article):
            over = state != "proven" and each.place in settled
            claim = _Claim(settled[each.place][1], "proven") if over else _Claim(each, state)
            claims.setdefault((article.product.id if article else "", step), []).append(claim)
    touched = {(product, step.partition("/")[0]) for product, step in claims}
    return tuple(
        _state(flow, step, claims.get((product.id, f"{flow}/{step.id}"), []))
        for product in knowledge.products.values()
        for flow, steps in product.flows.items()
        if (product.id, flow) in touched
        for step in steps
    )


def _says(article: Article | None) -> Iterator[tuple[str, State]]:
    """Yield the steps an event is evidence for: its own by its outcome, and those it proves."""
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
    claims = sorted(claims, key=lambda claim: claim.seen.place)
    names = {claim.seen.computer for claim in claims if claim.seen.computer}
    standing = [
        claim
        for name in (sorted(names) or [""])
        for claim in _latest([claim for claim in claims if claim.seen.computer in (name, "")])
    ]
    worst = min((claim.state for claim in standing), key=_GRAVITY.index)
    telling = [claim.seen for claim in standing if claim.state == worst]
    newest = max(telling, key=lambda each: each.place)
    return FlowState(flow, step, worst, newest.sighting, computers_of(telling))


def _latest(claims: Sequence[_Claim]) -> Iterable[_Claim]:
    """Yield the last claim of each device on one computer; an unknown device may be any of them."""
    later: set[str] = set()
    for claim in reversed(claims):
        device = claim.seen.sighting.device
        if not (later if not device else {device, ""} & later):
            yield claim
        later.add(device)
