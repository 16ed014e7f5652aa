"""The state of each step of a flow: proven, failed, warned or without evidence, and by which event."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from bot.knowledge import Knowledge, Product, Step
from bot.knowledge.flows import Flow, flow_family, flows_of, is_inferred
from bot.triage.evidence_order import OrderedSighting, computers_of, weigh_sightings
from bot.triage.incident import Incident, Sighting
from bot.triage.settled import find_settled

State = Literal["proven", "failed", "warned", "no_evidence"]
_BY_OUTCOME: Final[Mapping[str, State]] = {"success": "proven", "warning": "warned", "failure": "failed"}
_GRAVITY: Final[Sequence[State]] = ("failed", "warned", "proven")


@dataclass(frozen=True, slots=True)
class FlowState:
    """The state of one step of a flow."""

    of: Flow
    step: Step
    state: State
    # The event that shows it; None without evidence.
    sighting: Sighting | None = None
    # The known computers in this state. A step that fails on one computer has failed.
    computers: tuple[str, ...] = ()
    # No page says that the event shows it: it is read off the order of the steps.
    inferred: bool = False

    @property
    def flow(self) -> str:
        """Return the flow's key."""
        return self.of.id


@dataclass(frozen=True, slots=True)
class _Claim:
    seen: OrderedSighting
    state: State
    inferred: bool
    # It shows by itself that this flow is the one in question.
    touches: bool


def trace_flow(incident: Incident, knowledge: Knowledge) -> tuple[FlowState, ...]:
    """Return the state of all steps of each flow that the evidence touches, in the product's order.

    On each computer the latest event of each device decides: a success after a failure proves the step again, but not
    for another device. A settled failure counts as proven by the success that settled it. A step has failed when it
    fails on any computer. Events without a computer or device count for every one.
    """
    seen = weigh_sightings(incident, knowledge)
    settled = find_settled(seen, knowledge)
    evident = {article.product for each in seen if (article := knowledge.articles.get(each.article_id))}
    found: list[FlowState] = []
    for flow in flows_of(knowledge):
        claims: dict[str, list[_Claim]] = {}
        for each in seen:
            for step, claim in _says(each, flow, knowledge):
                over = claim.state != "proven" and each.place in settled
                held = replace(claim, seen=settled[each.place][1], state="proven") if over else claim
                claims.setdefault(step, []).append(held)
        if any(claim.touches for each in claims.values() for claim in each):
            found += [_state(flow, step, claims.get(step.id, [])) for step in _steps_of(flow, evident)]
    return tuple(found)


def _steps_of(flow: Flow, evident: Collection[Product]) -> tuple[Step, ...]:
    """Return the steps as the generation calls them whose events are there; of several, as the newest does."""
    own = [product for product in flow.products if product in evident]
    return own[0].flows[flow.id] if own and own[0] is not flow.products[0] else flow.steps


def _says(seen: OrderedSighting, flow: Flow, knowledge: Knowledge) -> Iterator[tuple[str, _Claim]]:
    """Yield the steps of a flow an event is evidence for: its own by its outcome, those it proves, those the flow names."""
    article = knowledge.articles.get(seen.article_id)
    if article is None:
        return
    of_flow = flow_family(article.product, knowledge.products) == flow_family(flow.products[0], knowledge.products)
    for step in flow.steps:
        key = f"{flow.id}/{step.id}"
        is_own, is_proof = of_flow and article.step == key, article.id in step.proved_by
        inferred = is_inferred(article, key)
        if is_own and article.outcome in _BY_OUTCOME:
            yield step.id, _Claim(seen, _BY_OUTCOME[article.outcome], inferred, touches=True)
        elif of_flow and key in article.proves:
            yield step.id, _Claim(seen, "proven", inferred, touches=True)
        elif is_proof:
            yield step.id, _Claim(seen, "proven", inferred, touches=is_own)
        elif article.id in step.failed_by and article.outcome in _BY_OUTCOME:
            yield step.id, _Claim(seen, _BY_OUTCOME[article.outcome], inferred, touches=is_own)


def _state(flow: Flow, step: Step, claims: list[_Claim]) -> FlowState:
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
    telling = [claim for claim in standing if claim.state == worst]
    # What a page says weighs more than what is read off it, unless something else was seen since.
    other = max((claim.seen.place for claim in claims if claim.state != worst), default=-1)
    firm = [each for each in claims if each.state == worst and not each.inferred and each.seen.place > other]
    newest = max(firm or telling, key=lambda claim: claim.seen.place)
    computers = computers_of([claim.seen for claim in telling])
    return FlowState(flow, step, worst, newest.seen.sighting, computers, newest.inferred)


def _latest(claims: Sequence[_Claim]) -> Iterable[_Claim]:
    """Yield the last claim of each device on one computer; an unknown device may be any of them."""
    later: set[str] = set()
    for claim in reversed(claims):
        device = claim.seen.sighting.device
        if not (later if not device else {device, ""} & later):
            yield claim
        later.add(device)
