"""Evidence still needed to prove or disprove the likely cause, and the read-only PowerShell line that fetches it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.knowledge import Ask, Knowledge
from bot.knowledge.names import are_generations
from bot.triage.causes import find_causes
from bot.triage.evidence_order import (
    OrderedSighting,
    computers_of,
    host_names,
    is_known,
    order_sightings,
    weigh_sightings,
)
from bot.triage.incident import Incident, Sighting
from bot.triage.likely_cause import find_likely_cause, find_unsettled, telling_code

# Only a plain computer name goes from a pasted text into a command. Windows allows _ in one, though DNS does not: https://learn.microsoft.com/en-us/troubleshoot/windows-server/active-directory/naming-conventions-for-computer-domain-site-ou
_COMPUTER: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._'-]{0,62}[A-Za-z0-9_])?", re.ASCII)
_LOG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_-]{0,199}", re.ASCII)
_EVENT: Final = re.compile(r"[0-9]{1,6}", re.ASCII)
_MOST_COMPUTERS: Final = 8
MOST_IDS: Final = 19
"""Event IDs of one query; the start time is one expression more. For 20 and more expressions Microsoft asks for another
kind of query (EvtSubscribe, winevt.h); from 23 on the query is refused, or quietly empty (PowerShell issue 12303)."""
_BEFORE: Final = timedelta(days=1)
"""Time before the earliest event that the line reads: a cause may precede the pasted events by hours."""
_WITHOUT_A_TIME: Final = "(Get-Date).AddDays(-7)"
_SHOWN: Final = "Format-List TimeCreated, ProviderName, Id, MachineName, Message"


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to find out, in one log."""

    # The event it is about.
    article_id: str
    # The reason; None when the event's own code and message were not posted.
    ask: Ask | None
    log: str
    # Events of the ask that were not posted yet.
    events: tuple[str, ...]
    computers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingEvidence:
    """The open questions, those about the likely cause first, and the line that fetches the answers."""

    questions: tuple[Question, ...]
    command: str

    @property
    def names_computers(self) -> bool:
        """Return True when the line names the computers it reads; otherwise it reads the one it is run on."""
        return "-ComputerName" in self.command


def find_missing_evidence(incident: Incident, knowledge: Knowledge) -> MissingEvidence | None:
    """Return the evidence that would prove or disprove the likely cause; None when nothing is open.

    Questions concern failures that nothing explains and nothing has settled; while nothing fails, the last success.
    """
    shown = order_sightings(incident)
    seen = weigh_sightings(incident, knowledge)
    pasted = {(each.article_id, each.computer) for each in shown if not each.sighting.told}
    found = find_likely_cause(incident, knowledge)
    first = found.article_id if found is not None else ""
    asked = sorted(_merged(_questions(seen, pasted, knowledge)), key=lambda each: each.article_id != first)
    questions = tuple(asked)
    if not questions:
        return None
    known = [each.at for each in shown if each.at is not None]
    command = _command(questions, min(known) if known else None, knowledge)
    return MissingEvidence(questions, command) if command else None


def _questions(
    seen: Sequence[OrderedSighting], pasted: set[tuple[str, str]], knowledge: Knowledge
) -> Iterator[Question]:
    causes = find_causes(seen, knowledge)
    troubles = find_unsettled(seen, knowledge)
    latest = [each for each in seen if is_known(each.article_id, knowledge)][-1:]
    about = [each for each in troubles if each.place not in causes] or list(troubles) or latest
    for each in about:
        article = knowledge.articles.get(each.article_id)
        if article is None:
            continue
        if each in troubles and _would_tell(each.sighting, knowledge):
            key = next((key for key, log in knowledge.relations.logs.items() if log.name == article.log_name), "")
            if key:
                yield Question(article.id, None, key, (article.id,), computers_of([each]))
        for ask in _asks_about(each, seen, knowledge):
            computer, computers = _where(ask, each, seen, knowledge)
            lacking = tuple(event for event in ask.events if not _was_pasted(event, computer, pasted))
            if lacking:
                yield Question(article.id, ask, ask.log, lacking, computers)


def _where(
    ask: Ask, about: OrderedSighting, seen: Sequence[OrderedSighting], knowledge: Knowledge
) -> tuple[str, tuple[str, ...]]:
    """Return the computer whose events answer an ask, and as its sources spell it; nothing where that is not known.

    A log that stands on another product's computer is read there: on those where one of its events was seen.
    """
    owner, article = knowledge.relations.logs[ask.log].computer_of, knowledge.articles[about.article_id]
    if not owner or owner == article.product.id:
        return about.computer, computers_of([about])
    there = (each for each in seen if (of := knowledge.articles.get(each.article_id)) and of.product.id == owner)
    return "", computers_of(there)


def _would_tell(sighting: Sighting, knowledge: Knowledge) -> bool:
    """Return True when an event's details, which were not posted, could hold a code that names a cause."""
    article = knowledge.articles[sighting.article_id]
    known = any(telling_code(replace(sighting, codes=(code,)), knowledge) for code in article.codes)
    return article.kind == "event" and known and (sighting.told or not sighting.codes)


def _was_pasted(event: str, computer: str, pasted: set[tuple[str, str]]) -> bool:
    """Return True when an event was posted from a computer; an unknown computer may be the same one."""
    return any(event == seen and (not computer or where in ("", computer)) for seen, where in pasted)


def _asks_about(each: OrderedSighting, seen: Sequence[OrderedSighting], knowledge: Knowledge) -> Iterator[Ask]:
    """Yield the most specific ask that fits an event, for each log of which something was seen."""
    code = telling_code(each.sighting, knowledge)
    fitting = [
        ask
        for ask in knowledge.relations.asks
        if ask.about.fits(each.article_id, (code,) if code else ()) and _is_in_use(ask.log, each, seen, knowledge)
    ]
    for log in dict.fromkeys(ask.log for ask in fitting):
        yield max((ask for ask in fitting if ask.log == log), key=lambda ask: ask.about.weight)


def _is_in_use(log_key: str, about: OrderedSighting, seen: Sequence[OrderedSighting], knowledge: Knowledge) -> bool:
    """Tell whether a log is read: that of the product's other generation only where something in it was seen."""
    log = knowledge.relations.logs.get(log_key)
    if log is None:
        return False
    names = {article.log_name for each in seen if (article := knowledge.articles.get(each.article_id)) is not None}
    if log.name in names or any(each.article_id in log.events for each in seen):
        return True
    product = knowledge.articles[about.article_id].product
    owners = (each for each in knowledge.products.values() if log.name in each.log_names)
    return not log.events and not any(are_generations(product, owner) for owner in owners)


def _merged(questions: Iterable[Question]) -> Iterator[Question]:
    """Merge the same question about several computers into one."""
    found: dict[tuple[str, int, str], Question] = {}
    for each in questions:
        key = (each.article_id, id(each.ask), each.log)
        before = found.get(key)
        if before is not None:
            each = Question(
                each.article_id,
                each.ask,
                each.log,
                tuple(dict.fromkeys((*before.events, *each.events))),
                tuple(dict.fromkeys((*before.computers, *each.computers))),
            )
        found[key] = each
    yield from found.values()


def _command(questions: Sequence[Question], earliest: datetime | None, knowledge: Knowledge) -> str:
    """Write the line that asks each computer for exactly the events missing of it."""
    written: dict[str, str] = {}
    hosts = host_names(computer for question in questions for computer in question.computers)
    wanted: dict[str, dict[str, dict[str, None]]] = {}
    for question in _readable(questions):
        log = knowledge.relations.logs[question.log].name
        for computer in question.computers or ("",):
            host = hosts.get(computer, "")
            written.setdefault(host, computer)
            of_it = wanted.setdefault(host, {})
            of_it.setdefault(log, {}).update(dict.fromkeys(_number(each, knowledge) for each in question.events))
    groups: dict[tuple[tuple[str, tuple[str, ...]], ...], list[str]] = {}
    for name in list(wanted)[:_MOST_COMPUTERS]:
        events = tuple((log, tuple(ids)) for log, ids in wanted[name].items())
        groups.setdefault(events, []).append(written[name])
    queries = [each for events, names in groups.items() if (each := write_query(names, dict(events), earliest))]
    return _line(list(dict.fromkeys(queries)))


def _readable(questions: Sequence[Question]) -> Sequence[Question]:
    """Leave out what stands on a computer that is not known, where the line names others: it would read the wrong one."""
    named = [question for question in questions if question.computers]
    return named or questions


def _number(event: str, knowledge: Knowledge) -> str:
    """Return the ID that Windows knows an event by; one that only a relation names has no article."""
    article = knowledge.articles.get(event)
    return article.number if article is not None else event


def _line(queries: Sequence[str]) -> str:
    if not queries:
        return ""
    return f"{queries[0] if len(queries) == 1 else '& { ' + '; '.join(queries) + ' }'} | {_SHOWN}"


def write_query(computers: Sequence[str], events_by_log: dict[str, tuple[str, ...]], earliest: datetime | None) -> str:
    """Write the part of the line that lists these events of these computers, from a day before the earliest time on.

    `Get-WinEvent` takes one computer, so several go through a pipe. Names that are not plain are left out; without a
    name it reads the computer it is run on. Empty when there is nothing to ask for.
    """
    tables = [
        f"@{{LogName='{log}'; Id={','.join(ids)}; StartTime={_start(earliest)}}}"
        for log, events in events_by_log.items()
        if _LOG.fullmatch(log) and (ids := [each for each in events if _EVENT.fullmatch(each)][:MOST_IDS])
    ]
    if not tables:
        return ""
    # Between single quotes PowerShell takes every character as it is, but for the quote, which is doubled.
    plain = [name.replace("'", "''") for name in dict.fromkeys(computers) if _COMPUTER.fullmatch(name)]
    names = [f"'{name}'" for name in plain[:_MOST_COMPUTERS]]
    query = f"-FilterHashtable {','.join(tables)}"
    if len(names) > 1:
        return f"{','.join(names)} | ForEach-Object {{ Get-WinEvent -ComputerName $_ {query} }}"
    where = f"-ComputerName {names[0]} " if names else ""
    return f"Get-WinEvent {where}{query}"


def _start(earliest: datetime | None) -> str:
    if earliest is None:
        return _WITHOUT_A_TIME
    try:
        start = earliest - _BEFORE
    except OverflowError:
        start = earliest
    zone = "Z" if start.tzinfo else ""
    return f"'{start.replace(tzinfo=None).isoformat(timespec='seconds')}{zone}'"
