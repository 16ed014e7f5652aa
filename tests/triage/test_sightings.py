"""Sightings of a message: one for each pasted event, codes where they belong, device IDs masked."""

from __future__ import annotations

from pathlib import Path

from bot.diagnosis import Sceptic, build_sceptic, diagnose
from bot.evidence import read_evidence as read
from bot.settings import KNOWLEDGE, read_settings
from bot.triage import Sighting
from bot.triage.sightings import mask, read_sightings
from tests.fixtures.reading import read_evidence


def paste(
    event_id: str, computer: str = "TEAPOT01", time: str = "2026-07-01T09:58:00Z", more: str = "", log: str = ""
) -> str:
    log = log or "Microsoft Intune Connector"
    return (
        f"Log Name:      {log}\nSource:        {log.split('/')[0]}\nDate:          {time}\nEvent ID:      {event_id}\n"
        f"Level:         Error\nComputer:      {computer}\nDescription:\nThe teapot whistled.\n{more}\n"
    )


def seen_in(text: str, sceptic: Sceptic, *, relations: bool = False) -> tuple[Sighting, ...]:
    evidence = read_evidence(text)
    diagnosis = diagnose(evidence, sceptic, "thread")
    return read_sightings(diagnosis, evidence, sceptic.knowledge.relations if relations else None)


def test_a_pasted_event_is_a_sighting_with_its_fields(sceptic: Sceptic) -> None:
    """Computer, time, code and CA are kept as written; of the device ID its last four characters."""
    details = "Device ID: 0badcafe-0000-4000-8000-00000000beef\nCA Name: TEA-CA\nDiagnostic Code: 0x00000409"

    assert seen_in(paste("20502", more=details), sceptic) == (
        Sighting("20502", ("0x00000409",), "TEAPOT01", "2026-07-01T09:58:00Z", "…beef", "TEA-CA"),
    )


def test_each_of_several_events_is_a_sighting_in_the_order_of_the_paste(sceptic: Sceptic) -> None:
    """The digest shows causes first; the record shows what was pasted as it was pasted."""
    text = paste("20502") + paste("20402") + paste("20502", "SAMOVAR02")

    assert [(each.article_id, each.computer) for each in seen_in(text, sceptic)] == [
        ("20502", "TEAPOT01"),
        ("20402", "TEAPOT01"),
        ("20502", "SAMOVAR02"),
    ]


def test_each_event_keeps_its_own_code(sceptic: Sceptic) -> None:
    """Of two events of one kind each has the code of its own message, whichever way it is spelled."""
    text = paste("20502", more="Code: 0x00000408") + paste("20502", more="Code: 0x409") + paste("20502")

    assert [each.codes for each in seen_in(text, sceptic)] == [("0x00000408",), ("0x00000409",), ()]


def test_each_event_keeps_the_code_of_its_products_own_shape() -> None:
    """Two events of one kind, of a product whose codes are no hexadecimal numbers."""
    tideline = Path(__file__).parent.parent / "fixtures" / "products" / "tideline"
    relay = build_sceptic([tideline], read_settings(None).sceptic_cache, lambda _: None, KNOWLEDGE)
    lost = "Log Name: Application\nSource: Tideline-Sensor\nEvent ID: 310045\nComputer: {}\nDescription:\n{}\n"
    evidence = read(lost.format("PIER-1", "Code TL041.") + lost.format("PIER-2", "No code."), relay.knowledge.lexicon)
    seen = read_sightings(diagnose(evidence, relay, "thread"), evidence)

    assert [(each.computer, each.codes) for each in seen] == [("PIER-1", ("TL-041",)), ("PIER-2", ())]


def test_a_value_that_is_cut_says_so(sceptic: Sceptic) -> None:
    """A computer's name of 180 letters is another name than its first 120."""
    (seen,) = seen_in(paste("20502", computer="N" * 180), sceptic)
    (whole,) = seen_in(paste("20502", computer="N" * 120), sceptic)

    assert seen.computer == "N" * 119 + "…"
    assert whole.computer == "N" * 120


def test_the_ninth_digit_of_microsofts_page_is_the_same_code(sceptic: Sceptic) -> None:
    """0x0FFFFFFFF is Unknown_Error; 0xFFFFFFFF is none."""
    text = paste("20402", more="Code: 0x0FFFFFFFF") + paste("20402", more="Exit code: 0xFFFFFFFF")

    assert [each.codes for each in seen_in(text, sceptic)] == [("0x0FFFFFFF",), ()]


def test_an_event_that_is_only_named_is_told(sceptic: Sceptic) -> None:
    """A named event weighs less than a pasted one."""
    assert seen_in("event 20502 0x409 again", sceptic) == (Sighting("20502", ("0x00000409",), told=True),)


def test_another_products_event_is_no_sighting(sceptic: Sceptic) -> None:
    """10010 of DistributedCOM says nothing about the connector."""
    assert seen_in(paste("10010", log="Microsoft-Windows-DistributedCOM"), sceptic) == ()


def test_a_listed_event_of_the_current_connector_is_a_sighting_only_in_its_own_log(sceptic: Sceptic) -> None:
    """4004 can settle an expired challenge; 4004 of a DNS server cannot."""
    log = "Microsoft-Intune-CertificateConnectors/Operational"
    device = "Device ID: 0badcafe-0000-4000-8000-00000000beef"

    (seen,) = seen_in(paste("4004", log=log, more=device), sceptic, relations=True)
    assert (seen.article_id, seen.computer, seen.device) == ("4004", "TEAPOT01", "…beef")
    assert seen_in(paste("4004", log="DNS Server"), sceptic, relations=True) == ()


def test_an_id_is_masked_to_its_last_four_characters() -> None:
    """A short ID, of which four characters would be half, is masked whole."""
    assert mask("{0badcafe-0000-4000-8000-00000000beef}") == "…beef"
    assert mask("PC-12345") == ""
    assert mask("PC-123456") == "…3456"
