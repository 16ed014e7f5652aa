"""In a channel: a number is an event where its source, log or product reports it, in the words of any language."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.diagnosis import Sceptic, build_sceptic, diagnose
from bot.evidence import read_evidence
from bot.settings import KNOWLEDGE

SENTENCES = yaml.safe_load((Path(__file__).parent / "reporters.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Sceptic:
    """Nothing here is asked in free text, so nothing is learned."""
    return build_sceptic([KNOWLEDGE], tmp_path_factory.mktemp("cache"))


def entries(text: str, sceptic: Sceptic) -> set[str]:
    diagnosis = diagnose(read_evidence(text, sceptic.knowledge.lexicon), sceptic, "channel")
    return {match.article.id for match in diagnosis.matches or diagnosis.choices}


def test_reports_of_all_products_are_answered(quick: Sceptic) -> None:
    """Counts in words, remarks in brackets, lists, audit events, monitoring tools' lines, texts pasted without an ID."""
    found = {text: (entries(text, quick), set(wanted)) for text, wanted in SENTENCES["reports"]}
    wrong = {text: pair for text, pair in found.items() if pair[0] != pair[1]}

    assert not wrong


def test_other_talk_of_the_same_sources_stays_unanswered(quick: Sceptic) -> None:
    """Amounts, rooms, servers' names, other services under the same source, plans, lessons and what is over."""
    wrong = {text: found for text in SENTENCES["silent"] if (found := entries(text, quick))}

    assert not wrong


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("DeviceManagement-Enterprise-Diagnostics-Provider shows 11", {"mdm-11"}),
        ("CAPI2 shows 11", {"capi2-11"}),
        ("CertEnroll shows 32", set()),
    ],
)
def test_a_source_reports_its_own_events_alone(text: str, wanted: set[str], quick: Sceptic) -> None:
    """Not those of another source of its product."""
    assert entries(text, quick) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Intune connector log full of 4005, proxy?", {"4005"}),
        ("Microsoft Intune Connector log full of 4005, proxy?", set()),
        ("the old Intune connector log is full of 4005, proxy?", set()),
        ("Intune connector log full of 20502, proxy?", {"20502"}),
    ],
)
def test_a_name_of_both_generations_is_told_by_the_digits(text: str, wanted: set[str], quick: Sceptic) -> None:
    """The log's full name and a word such as "old" mean the one that has no such number."""
    assert entries(text, quick) == wanted


def test_a_misspelled_name_beside_its_product_is_offered(quick: Sceptic) -> None:
    """Marked as doubtful, and never put right in silence."""
    text = "typed from a photo: Microsoft Intune Connector, CRPVerfyMetric_Failur"
    diagnosis = diagnose(read_evidence(text, quick.knowledge.lexicon), quick, "channel")

    assert diagnosis.decision == "choices"
    assert [match.article.id for match in diagnosis.choices] == ["20502"]
    assert "letters_doubtful" in {reason.kind for reason in diagnosis.reasons}
    assert entries("the teapot writes CRPVerfyMetric_Failur", quick) == set()


def test_an_error_number_beside_an_event_is_explained_with_it(quick: Sceptic) -> None:
    text = "Service Control Manager 7038 and error 1069 for PFXCertificateConnectorSvc"

    assert entries(text, quick) == {"scm-7038", "win32-1069"}
    assert entries("error 1069 on the teapot", quick) == set()


def test_the_minutes_of_a_time_are_no_event(quick: Sceptic) -> None:
    text = "Error 14.11.2026 05:00:41 Microsoft-Windows-CertificateServicesClient-CertEnroll 86 None"

    assert entries(text, quick) == {"certenroll-86"}


def test_the_name_of_anybodys_code_speaks_among_words_of_ours_alone(quick: Sceptic) -> None:
    assert entries("NDES: CERTSRV_E_TEMPLATE_DENIED for every request since Monday", quick) == {"0x80094012"}
    assert entries("CBS Failed to start sample upload. [HRESULT = 0x80004005 - E_FAIL]", quick) == set()
