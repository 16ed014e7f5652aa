"""Every form an event is copied in: each field is its own record's, whatever its order and whoever stands between."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from bot.diagnosis import Sceptic, diagnose
from bot.evidence import Event
from bot.evidence.documents import read_document
from tests.fixtures.event_forms import DOCUMENTS, DONE, DOWNLOAD, FAILED, FOREIGN, FORMS, THEIRS, Form, Record, Records
from tests.fixtures.reading import read_evidence

ORDERS: dict[str, Records] = {
    "newest first": (FAILED, DOWNLOAD, FOREIGN, DONE),
    "oldest first": (DONE, FOREIGN, DOWNLOAD, FAILED),
    "theirs first": (FOREIGN, DOWNLOAD, FAILED, DONE),
    "theirs last": (DOWNLOAD, DONE, FAILED, FOREIGN),
}


def faults(form: Form, record: Record, event: Event) -> list[str]:
    """Name the fields of an event that are not the record's."""
    words = {2: form.levels[0], 4: form.levels[1]}
    want = {
        "event_id": str(record.event_id),
        "time": record.iso if form.iso else record.printed,
        "computer": record.computer,
        "provider": record.provider,
        "log_name": record.log_name,
        "level": words[record.level],
        "code": record.code,
    }
    have = {name: getattr(event, name) for name in want if name != "code"}
    have["code"] = " ".join(code.written for code in event.codes)
    if have["time"] is not None:
        have["time"] = have["time"].removesuffix(" UTC")
    held = form.fields | {"event_id"}
    found = [f"{name}: {have[name]!r} for {want[name]!r}" for name in want if name in held and have[name] != want[name]]
    if "code" in form.fields and ("device", "3e9a1c52-7b06-4d18-8f21-6a40c5d7e912") not in [
        (detail.kind, detail.value) for detail in event.details
    ]:
        found.append(f"device: {event.details}")
    return found + ["slipped"] * event.slipped


def faults_of(form: Form, records: Records, text: str) -> list[str]:
    """Read a text and name all that is not as the records have it."""
    evidence = read_evidence(text)
    if len(evidence.events) != len(records):
        return [f"{len(evidence.events)} events: {[event.event_id for event in evidence.events]}"]
    found = [fault for each, event in zip(records, evidence.events, strict=True) for fault in faults(form, each, event)]
    left = [each.digits for each in (*evidence.identifiers, *evidence.codes)]
    return found + [f"left among the words: {left}"] * bool(left)


@pytest.mark.parametrize("order", ORDERS)
def test_every_form_keeps_its_records_whole(order: str) -> None:
    """Another product's record stands between ours, before them and behind them."""
    records = ORDERS[order]
    wrong = {name: found for name, form in FORMS.items() if (found := faults_of(form, records, form.show(records)))}

    assert wrong == {}


def test_every_form_is_read_with_one_record() -> None:
    wrong = {name: found for name, form in FORMS.items() if (found := faults_of(form, [FAILED], form.show([FAILED])))}

    assert wrong == {}


@pytest.mark.parametrize("order", ORDERS)
def test_pages_and_mails_keep_their_records_whole(order: str) -> None:
    records = ORDERS[order]
    wrong = {
        name: found
        for name, form in DOCUMENTS.items()
        if (found := faults_of(form, records, read_document(form.show(records).encode(), "x").received))
    }

    assert wrong == {}


PROVIDERS = (THEIRS, "Microsoft-Windows-DistributedCOM", "ESENT", "NDES Watchdog Service", "Contoso Print Gateway")


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=pytest.mark.thorough)])
def test_no_event_of_another_product_is_claimed_in_any_form(rounds: int, sceptic: Sceptic) -> None:
    """Its number, its code and its computer are those of ours; its log and source are not."""
    chance = random.Random(16)
    claimed: list[tuple[str, Records]] = []
    for name, form in [*FORMS.items(), *DOCUMENTS.items()] * rounds:
        records = [
            replace(
                FOREIGN,
                event_id=chance.choice((20502, 20402, 10010, 4005, 1001, 31, 53, 70)),
                provider=chance.choice(PROVIDERS),
                log_name=chance.choice(("System", "Application", "Contoso-Kettle/Operational")),
                code=chance.choice(("0x00000409", "0x0FFFFFFF", "0x80070005", "")),
                computer=chance.choice(("NDES01", "HR01.example.com")),
            )
            for _ in range(4)
        ]
        text = form.show(records)
        received = read_document(text.encode(), "x").received if name in DOCUMENTS else text
        if diagnose(read_evidence(received), sceptic, "channel").decision != "silent":
            claimed.append((name, records))

    assert claimed == []
