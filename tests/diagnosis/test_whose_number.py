"""Short words that say whose a number is, lists, ranges, statuses, and numbers of several meanings."""

from __future__ import annotations

import pytest

from bot.diagnosis import Diagnosis, Sceptic, build_sceptic, diagnose
from bot.diagnosis.values import Surface
from bot.evidence import read_evidence
from bot.settings import KNOWLEDGE


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Sceptic:
    return build_sceptic([KNOWLEDGE], tmp_path_factory.mktemp("cache"))


def ask(text: str, sceptic: Sceptic, surface: Surface = "mention") -> Diagnosis:
    return diagnose(read_evidence(text, sceptic.knowledge.lexicon), sceptic, surface)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CA 62", {"ca-62"}),
        ("ca event 62 on our issuing server", {"ca-62"}),
        ("KDC イベント 41", {"kdc-41"}),
        ("CAPI2 30 und MDM 30", {"capi2-30"}),
        ("NDES 3, 16 and 28 since noon", {"ndes-3", "ndes-16", "ndes-28"}),
        ("憑證授權單位事件 17、22", {"ca-17", "ca-22"}),
        ("CA 39 vs KDC 39", {"ca-39", "kdc-39"}),
        ("WAS 5021 on the NDES server", {"was-5021"}),
        ("7038 PkiCreateConnectorSvc", {"scm-7038"}),
        ("intune connector 4005", {"4005"}),
        ("connector 1000 and 1003", {"1000", "1003"}),
        ("error 80094012 from NDES", {"0x80094012"}),
    ],
)
def test_a_word_before_a_number_says_whose_it_is(text: str, expected: set[str], quick: Sceptic) -> None:
    assert set(ask(text, quick).entries) == expected


@pytest.mark.parametrize(
    "text", ["ca 62 Leute warten", "we met in CA 62 times", "it was 5002 steps today", "NDES 3, 20 users are affected"]
)
def test_everyday_numbers_are_none_of_theirs(text: str, quick: Sceptic) -> None:
    """Unasked nothing speaks; asked, what only looks so is not answered with two articles."""
    assert ask(text, quick, "channel").entries == ()
    assert len(ask(text, quick).entries) <= 1


@pytest.mark.parametrize("text", ["HTTP 500", "HTTP 403.7", "404", "39", "event 10", "1000"])
def test_what_several_things_are_called_is_offered(text: str, quick: Sceptic) -> None:
    diagnosis = ask(text, quick)

    assert (diagnosis.decision, diagnosis.entries) == ("choices", ())


@pytest.mark.parametrize(
    ("text", "expected"), [("mscep.dll returns 503", "http-503"), ("HTTP 500 from NDES", "http-500")]
)
def test_a_status_among_the_words_of_the_field_is_answered(text: str, expected: str, quick: Sceptic) -> None:
    assert ask(text, quick).entries == (expected,)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("connector events 1000-1999", "1001"),
        ("憑證連接器 3000–3999", "3001"),
        ("from 20500 to 20599", "20502"),
        ("4003-4009 on the connector", "4005"),
    ],
)
def test_a_range_offers_the_failures_in_it(text: str, first: str, quick: Sceptic) -> None:
    """Neither of its ends is answered."""
    diagnosis = ask(text, quick)

    assert diagnosis.decision == "choices"
    assert diagnosis.choices[0].article.id == first


def test_a_range_in_which_nothing_is_documented_is_said_to_be(quick: Sceptic) -> None:
    diagnosis = ask("connector events 8000-8999", quick)

    assert (diagnosis.decision, diagnosis.subject) == ("unknown", "8000-8999")


def test_a_missing_description_is_no_event(quick: Sceptic) -> None:
    """Windows says that it has no text for an event; the number in it reports nothing."""
    for text in (
        "The description for Event ID 4005 from source Microsoft-Intune-CertificateConnectors cannot be found.",
        "找不到來源 Microsoft-Intune-CertificateConnectors 的事件識別碼 4005 的描述。",
    ):
        assert ask(text, quick).entries == ("text-description-cannot-be-found",)


def test_twenty_numbers_are_all_accounted_for(quick: Sceptic) -> None:
    numbers = ["1001", "1003", "1052", "4005", "4007", "5002", "4444", "4446"]
    diagnosis = ask(f"connector events {', '.join(numbers)}", quick)

    assert {*diagnosis.entries, *diagnosis.unexplained} == set(numbers)


@pytest.mark.parametrize(
    "text", ["Windows Update failed with 0x80070005", "Hyper-V: 0x800706BA", "our Veeam job ends with -2147024891"]
)
def test_a_code_of_another_product_is_not_ours(text: str, quick: Sceptic) -> None:
    """Everybody's events carry these; the product that is named beside one has it."""
    assert ask(text, quick).decision == "not_ours"


def test_a_right_to_left_mark_stays_in_a_name_and_goes_from_a_number(quick: Sceptic) -> None:
    text = (
        "Event ID: \u200f31\nSource: NetworkDeviceEnrollmentService\nComputer: \u200f\u05de\u05d7\u05e9\u05d1\u200f01"
    )
    (event,) = read_evidence(text, quick.knowledge.lexicon).events

    assert (event.event_id, event.computer) == ("31", "\u200f\u05de\u05d7\u05e9\u05d1\u200f01")


def test_an_id_spelled_as_those_of_articles_is_said_to_be_unknown(quick: Sceptic) -> None:
    assert (ask("what is ndes-99", quick).decision, ask("what is ndes-99", quick).subject) == ("unknown", "ndes-99")
