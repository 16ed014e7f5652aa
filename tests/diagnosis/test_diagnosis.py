"""Deciding: the five decisions, the five promises, and what is learned from the articles."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.diagnosis import Diagnosis, Sceptic, build_sceptic, diagnose, follows_from
from bot.diagnosis.values import UNASKED, Surface
from bot.settings import KNOWLEDGE, Settings
from tests.fixtures.examples import examples
from tests.fixtures.reading import CONNECTOR, read_evidence
from tests.knowledge.test_articles import CODES, EVENTS

SURFACES: tuple[Surface, ...] = ("command", "mention", "direct", "channel", "thread")
ASKED = tuple(surface for surface in SURFACES if surface not in UNASKED)

OURS = (
    "Log Name: Microsoft Intune Connector\nSource: Microsoft Intune Connector\nEvent ID: {}\n"
    "Computer: TEAPOT-418\nDescription: {}"
)
THEIRS = "Log Name: {}\nSource: {}\nEvent ID: {}\nComputer: TEAPOT-418\nDescription: the tea is cold"


@pytest.fixture(scope="module")
def numbers(sceptic: Sceptic) -> frozenset[str]:
    """All numbers in the IDs of articles and their aliases, and codes as decimals."""
    names = [name for each in sceptic.knowledge.articles.values() for name in (each.id, *each.aliases)]
    decimals = [str(int(name, 16)) for name in names if name.startswith("0x")]
    return frozenset(number.lstrip("0") for name in (*names, *decimals) for number in re.findall("[0-9]+", name))


@pytest.fixture(scope="module")
def ask(sceptic: Sceptic):
    def decide(text: str, surface: Surface = "command") -> Diagnosis:
        return diagnose(read_evidence(text), sceptic, surface)

    return decide


def kinds(diagnosis: Diagnosis) -> set[str]:
    return {reason.kind for reason in diagnosis.reasons}


def offered(diagnosis: Diagnosis) -> list[str]:
    return [match.article.id for match in diagnosis.choices]


# --- the five decisions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "decision", "entries"),
    [
        ("20502", "answer", ["20502"]),
        ("what is event 20502", "answer", ["20502"]),
        ("20502 0x00000409", "answer", ["20502", "0x00000409"]),
        ("0x409", "answer", ["0x00000409"]),
        ("code 411", "answer", ["0x00000411"]),
        ("CRPVerifyMetric_Failure", "answer", ["20502"]),
        ("crp verify metric failure", "answer", ["20502"]),
        ("CRPVerifyMetrik_Failure", "answer", ["20502"]),
        ("the challenge could not be verified", "answer", ["4005"]),
        ("the registration point could not verify the challenge", "answer", ["20502"]),
        ("憑證登錄點無法驗證挑戰", "answer", ["20502"]),
        ("20503", "unknown", []),
        ("0x00000406", "unknown", []),
        ("event 20502 from Entity Framework Core", "not_ours", []),
        ("shall we have some tea", "silent", []),
        ("", "silent", []),
    ],
)
def test_what_is_decided_when_asked(text: str, decision: str, entries: list[str], ask) -> None:
    """IDs, codes, names, misspelled names and words are answered; the rest is said to be unknown, another's, or nothing."""
    diagnosis = ask(text)

    assert diagnosis.decision == decision
    assert list(diagnosis.entries) == entries


def test_words_that_fit_several_articles_are_offered(ask) -> None:
    """At most three, never an answer by chance."""
    diagnosis = ask("the connector cannot find its certificate")

    assert diagnosis.decision == "choices"
    assert 1 < len(offered(diagnosis)) <= 3
    assert diagnosis.entries == ()


def test_a_misspelled_name_that_is_near_to_two_is_answered_with_both_or_offered(ask) -> None:
    """CRPVerifyMetric_… without its ending is no article's name."""
    diagnosis = ask("CRPVerifyMetric")

    assert diagnosis.decision != "answer" or len(diagnosis.entries) > 1


# --- digits are exact ------------------------------------------------------------------------------------------------


@settings(max_examples=examples(400))
@given(
    digits=st.integers(0, 99_999).map(lambda number: f"{number:05d}"),
    phrase=st.sampled_from(
        ["{}", "event {}", "what is event id {}?", "事件 {} 是什麼", "Event ID: {}", "error {} on NDES connector"]
    ),
    surface=st.sampled_from(SURFACES),
)
def test_no_other_five_digits_are_ever_answered(digits: str, phrase: str, surface: Surface, ask, numbers) -> None:
    """A number is documented or it is not, however it is asked about."""
    assume(digits.lstrip("0") not in numbers)
    diagnosis = ask(phrase.format(digits), surface)

    assert diagnosis.decision != "answer"
    assert diagnosis.entries == ()


@settings(max_examples=examples(400))
@given(
    digits=st.one_of(
        st.integers(0, 0xFFFFFFFF).map(lambda number: f"{number:08X}"),
        st.integers(0x3F0, 0x420).map(lambda number: f"{number:08X}"),
        st.integers(0x3F0, 0x420).map(lambda number: f"{number:X}"),
    ),
    phrase=st.sampled_from(["0x{}", "diagnostic code 0x{}", "診斷碼 0x{}", "the NDES connector says 0x{}"]),
    surface=st.sampled_from(SURFACES),
)
def test_no_other_code_is_ever_answered(digits: str, phrase: str, surface: Surface, ask) -> None:
    """0x00000406 is not 0x00000405, and 0x0000040A is not 0x00000410."""
    assume(digits.lstrip("0") not in {code[2:].lstrip("0") for code in CODES})
    diagnosis = ask(phrase.format(digits), surface)

    assert diagnosis.decision != "answer"
    assert diagnosis.entries == ()


@settings(max_examples=examples(200))
@given(event_id=st.sampled_from(["20502", "10010", "20402"]), at=st.integers(0, 5), digit=st.sampled_from("0123456789"))
def test_a_digit_too_many_is_another_number(event_id: str, at: int, digit: str, ask) -> None:
    """A slip of the finger gives no answer, at most an offer."""
    longer = event_id[:at] + digit + event_id[at:]
    assume(longer.lstrip("0") not in EVENTS)

    assert ask(f"event {longer}").entries == ()


def test_an_undocumented_id_offers_its_documented_neighbours(ask) -> None:
    """20503 gets "did you mean", never the answer for 20502."""
    diagnosis = ask("what is 20503")

    assert (diagnosis.decision, diagnosis.subject) == ("unknown", "20503")
    assert offered(diagnosis) == ["20500", "20501", "20502"]


def test_an_undocumented_code_offers_its_documented_neighbours(ask) -> None:
    """0x00000406 lies between 405 and 408."""
    diagnosis = ask("0x00000406")

    assert (diagnosis.decision, diagnosis.subject) == ("unknown", "0x00000406")
    assert set(offered(diagnosis)) <= {"0x00000404", "0x00000405", "0x00000408", "0x00000409"}
    assert offered(diagnosis)


def test_an_undocumented_id_beside_a_documented_one_is_not_passed_over(ask) -> None:
    """The known one is answered, the other named."""
    diagnosis = ask("events 20502 and 20503")

    assert diagnosis.entries == ("20502",)
    assert diagnosis.unexplained == ("20503",)


@pytest.mark.parametrize(
    "spelling", ["0x0FFFFFFF", "0x0FFFFFFFF", "0x0fffffff", "0X0FFFFFFFF", "0xFFFFFFF", "０ｘ０ＦＦＦＦＦＦＦ"]
)
def test_unknown_error_has_two_spellings(spelling: str, ask) -> None:
    """Eight digits and nine are the same code; Microsoft prints both."""
    assert ask(spelling).entries == ("0x0FFFFFFF",)
    assert ask(OURS.format(20502, spelling)).entries == ("20502", "0x0FFFFFFF")


@pytest.mark.parametrize(
    "number", ["0xFFFFFFFF", "0xffffffff", "-1", "4294967295", "268435455", "0x0FFFFFFFFF", "0x00FFFFFF"]
)
@pytest.mark.parametrize("phrase", ["{}", "code {}", "diagnostic code {}", "診斷碼 {}"])
def test_numbers_of_the_same_value_are_not_unknown_error(number: str, phrase: str, ask) -> None:
    """Exit code -1 of any program is not this code."""
    assert ask(phrase.format(number)).entries == ()


# --- an ID is not an identity ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("log_name", "provider", "event_id"),
    [
        ("System", "Microsoft-Windows-DistributedCOM", "10010"),
        ("Application", "Microsoft.EntityFrameworkCore", "20102"),
        ("Application", "Teapot Service", "20502"),
        ("Teapot/Operational", "", "20402"),
        ("", "Teapot", "10020"),
    ],
)
def test_another_products_event_is_not_ours(log_name: str, provider: str, event_id: str, ask) -> None:
    """Asked, the bot says whose it is; unasked, it says nothing."""
    text = THEIRS.format(log_name, provider, event_id)
    for surface in ASKED:
        diagnosis = ask(text, surface)
        assert (diagnosis.decision, diagnosis.entries) == ("not_ours", ())
        assert diagnosis.subject == event_id
        assert diagnosis.provider in {provider, log_name}
    for surface in UNASKED:
        assert ask(text, surface).decision == "silent"


@pytest.mark.parametrize("surface", SURFACES)
def test_another_products_event_beside_ours_is_kept_apart(surface: Surface, ask) -> None:
    """A paste with both is answered for ours, and the other is named as another product's."""
    text = (
        THEIRS.format("System", "Microsoft-Windows-DistributedCOM", "10010") + "\n\n" + OURS.format(20502, "0x00000409")
    )
    diagnosis = ask(text, surface)

    assert diagnosis.entries == ("20502", "0x00000409")
    assert [(event.event_id, event.provider) for event in diagnosis.others] == [
        ("10010", "Microsoft-Windows-DistributedCOM")
    ]


def test_words_beside_a_number_can_name_another_product(ask) -> None:
    """10010 is DistributedCOM's far more often than the connector's."""
    for text in ("DCOM 10010", "event 10010 DistributedCOM did not register", "EF Core 20102 CommandError"):
        assert ask(text).decision == "not_ours", text
        assert ask(text, "channel").decision == "silent", text


def test_the_log_makes_an_event_ours_whatever_its_source_is_called(ask) -> None:
    """No paste of these events is public; the log's name is sure, the source's is inferred."""
    diagnosis = ask("Log Name: Microsoft Intune Connector\nSource: NDESConnectorTeapot\nEvent ID: 20502", "channel")

    assert diagnosis.entries == ("20502",)
    assert "log_agrees" in kinds(diagnosis)


# --- silent unless sure ------------------------------------------------------------------------------------------------

SPEAKS = [
    OURS.format(20502, "0x00000409"),
    OURS.format(10010, "tea is served"),
    "saw CRPVerifyMetric_Failure on the box",
    "20502 with 0x00000409",
    "event 20502 on our NDES",
]
KEEPS_SILENT = [
    "20502",
    "0x00000409",
    "0x409",
    "10010",
    "event 10010",
    "20503",
    "why can't NDES verify the challenge?",
    "憑證登錄點無法驗證挑戰",
    "ticket 20502 is mine",
    "we sold 20502 teapots",
    "event 20502 in the teapot system of the third floor kitchen",
    "crp verify metric failure",
    "Upload Failure",
    "help",
    "thanks!",
    THEIRS.format("System", "Microsoft-Windows-DistributedCOM", "10010"),
    "Event ID: 10010\nLevel: Error",
]


@pytest.mark.parametrize("surface", sorted(UNASKED))
@pytest.mark.parametrize("text", SPEAKS)
def test_strong_evidence_speaks_unasked(text: str, surface: Surface, ask) -> None:
    """The connector's log, a name written as one, an ID with its code, an ID called an event among the connector's words."""
    assert ask(text, surface).decision == "answer"


@pytest.mark.parametrize("surface", sorted(UNASKED))
@pytest.mark.parametrize("text", KEEPS_SILENT)
def test_anything_less_is_silence_unasked(text: str, surface: Surface, ask) -> None:
    """A bare number, free words, a question nobody put to the bot."""
    diagnosis = ask(text, surface)

    assert diagnosis.decision == "silent"
    assert (diagnosis.matches, diagnosis.choices) == ((), ())


@settings(max_examples=examples(200))
@given(text=st.text(max_size=80))
def test_only_an_answer_or_silence_comes_unasked(text: str, ask) -> None:
    """No choices, no "unknown", no "not ours" where nobody asked."""
    assert ask(text, "channel").decision in {"answer", "silent"}


@pytest.mark.parametrize("text", [*SPEAKS, *KEEPS_SILENT])
@pytest.mark.parametrize("surface", SURFACES)
def test_every_decision_carries_its_reasons(text: str, surface: Surface, ask) -> None:
    """Nothing is decided without a reason that a person can be shown, silence included."""
    assert ask(text, surface).reasons


def test_silence_unasked_says_that_nobody_asked(ask) -> None:
    """`/event why` tells the weak evidence and that it was too weak."""
    assert {"number_unmarked", "unasked"} & kinds(ask("we sold 20502 teapots", "channel"))
    assert "commoner_elsewhere" in kinds(ask("Event ID: 10010\nLevel: Error", "channel"))


def test_free_text_names_the_runner_up(ask) -> None:
    """The second article is kept, and is not the first."""
    diagnosis = ask("the challenge could not be verified")

    assert diagnosis.runner_up is not None
    assert diagnosis.runner_up.id not in diagnosis.entries
    assert "words_sure" in kinds(diagnosis)


# --- pairs of event and code -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("surface", SURFACES)
def test_a_documented_pair_fits(surface: Surface, ask) -> None:
    """0x00000409 is documented with 20502."""
    (match,) = ask(OURS.format(20502, "0x00000409"), surface).matches

    assert [code.id for code in match.codes] == ["0x00000409"]
    assert match.misfits == ()


@pytest.mark.parametrize("text", ["20502 0x00000411", OURS.format(20502, "0x00000411"), "event 20502 with code 411"])
def test_a_pair_that_is_not_documented_is_told_apart(text: str, ask) -> None:
    """0x00000411 is documented with 20501; both are explained, and the pair is marked."""
    (match,) = ask(text).matches

    assert match.article.id == "20502"
    assert [code.id for code in match.misfits] == ["0x00000411"]


def test_codes_go_to_the_event_they_are_documented_with(ask) -> None:
    """Two events and two codes in one sentence."""
    matches = ask("events 20501 and 20502, codes 0x00000411 and 0x00000409").matches

    assert {match.article.id: [code.id for code in match.codes] for match in matches} == {
        "20501": ["0x00000411"],
        "20502": ["0x00000409"],
    }


def test_an_undocumented_code_beside_an_event_is_named_not_guessed(ask) -> None:
    """No article has 0x8007ABCD; the event is still explained."""
    diagnosis = ask(OURS.format(20102, "0x8007ABCD"))

    assert diagnosis.entries == ("20102",)
    assert diagnosis.unexplained == ("0x8007ABCD",)


# --- several events ----------------------------------------------------------------------------------------------------


def test_causes_stand_before_what_follows_from_them(ask) -> None:
    """Failed downloads leave the registration point without a signing certificate, whichever was pasted first."""
    text = "\n\n".join([OURS.format(10010, "-"), OURS.format(20502, "0x00000409"), OURS.format(20402, "-")])
    matches = list(ask(text).matches)

    assert [match.article.id for match in matches] == ["20402", "20502", "10010"]
    assert [getattr(follows_from(match, matches), "id", None) for match in matches] == [None, "20402", None]


def test_the_same_event_many_times_is_one_match(ask) -> None:
    """Five copies are one line with a count."""
    (match,) = ask("\n\n".join([OURS.format(20502, "0x00000409")] * 5)).matches

    assert len(match.events) == 5


def test_events_that_cause_one_another_come_to_an_order(ask) -> None:
    """Even all nineteen events at once are put in order, each once."""
    matches = ask("\n\n".join(OURS.format(event_id, "-") for event_id in EVENTS)).matches

    assert sorted(match.article.id for match in matches) == sorted(EVENTS)


# --- negation ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the registration point verified the challenge successfully", "20500"),
        ("the registration point did not verify the challenge", "20502"),
        ("the challenge was verified successfully", "20500 4004"),
        ("the challenge was not verified", "20502 4005"),
        ("the pkcs certificate was issued", "20100 1000 1050"),
        ("the pkcs certificate was not issued", "20102 1001 1051 1052"),
        ("the certificate was revoked fine", "20200 3000 3050"),
        ("the certificate could not be revoked", "20202 3001 3051"),
        ("登錄點驗證挑戰成功", "20500"),
        ("登錄點驗證挑戰沒有成功", "20502"),
        ("憑證撤銷成功", "20200 3000 3050"),
        ("憑證沒有撤銷成功", "20202 3001 3051"),
        ("無法下載要求", "20402"),
        ("順利下載了要求", "20400"),
    ],
)
def test_negation_decides_between_twins(text: str, expected: str, ask) -> None:
    """Success and failure differ in one small word, in both languages and both generations."""
    diagnosis = ask(text)

    assert {*expected.split()} & {*diagnosis.entries[:1], *offered(diagnosis)[:1]}


# --- learning ----------------------------------------------------------------------------------------------------------

ARTICLE = """\
---
id: teapot-418
number: "41802"
kind: event
name: TeapotBoilingDry_Failure
outcome: failure
provider: Microsoft Intune Connector
log: Microsoft Intune Connector
codes: []
mistaken_for: []
sources:
  - title: Absurd Kitchens
    url: https://example.com/teapot
reviewed: 2026-11-22
---

# The teapot boiled dry

## What it means
There is no water in the teapot.

## Likely causes
- Nobody filled it.

## Next steps
1. Fill it.

## Where to look
- In the kitchen.
"""
SIBLING = (
    "# 茶壺燒乾了\n\n## 代表什麼\n茶壺裡沒有水。\n\n"
    "## 可能原因\n- 沒有人加水。\n\n## 接下來\n1. 加水。\n\n## 到哪裡看\n- 廚房。\n"
)
PHRASINGS = "en:\n" + "".join(
    f'  - "{who} {what}"\n'
    for who in ("the teapot", "our kettle", "that samovar")
    for what in (
        "boiled dry",
        "has no water left",
        "smells of burnt tea leaves",
        "whistles without water",
        "glows red hot",
    )
)


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """A copy of the real articles with few of their phrasings and no shipped weights, so that learning is quick."""
    copied = Path(shutil.copytree(CONNECTOR, tmp_path / "knowledge" / CONNECTOR.name))
    for path in KNOWLEDGE.glob("*.yaml"):
        shutil.copy(path, tmp_path / "knowledge")
    for path in [*copied.glob("*.people-say.yaml"), tmp_path / "knowledge" / "background.yaml"]:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        phrasings = content.get("everyday", content)["en"][:10]
        path.write_text(yaml.safe_dump({"en": phrasings}, allow_unicode=True), encoding="utf-8")
    return copied


@pytest.fixture
def extended(folder: Path) -> Path:
    """The copy with one more article, about a teapot."""
    (folder / "teapot-418.md").write_text(ARTICLE, encoding="utf-8")
    (folder / "teapot-418.zh-TW.md").write_text(SIBLING, encoding="utf-8")
    (folder / "teapot-418.people-say.yaml").write_text(PHRASINGS, encoding="utf-8")
    return folder


def test_a_new_article_is_found_by_its_words_even_where_nothing_can_be_kept(extended: Path, tmp_path: Path) -> None:
    """An article and its phrasings are all it takes; a cache that cannot be written costs time, not answers."""
    cache = tmp_path / "cache"
    cache.write_text("a file where the folder should be", encoding="utf-8")
    told: list[str] = []
    built = build_sceptic([extended], cache, told.append)

    assert diagnose(read_evidence("help, our teapot has boiled dry and glows"), built).entries == ("teapot-418",)
    assert diagnose(read_evidence("the challenge could not be verified"), built).entries == ("20502",)
    refused, learning = told
    assert learning.startswith("Learning")
    assert refused == (
        f"Nothing can be kept in {cache} (Not a directory): each start takes longer; "
        "set SCEPTIC_CACHE to a folder that can be written."
    )
    assert cache.read_text(encoding="utf-8") == "a file where the folder should be"


def test_damaged_weights_are_learned_anew(folder: Path, tmp_path: Path) -> None:
    """Weights are kept for the next start; half a file, or something else under its name, is said and replaced."""
    told: list[str] = []

    def start() -> tuple[str, ...]:
        built = build_sceptic([folder], tmp_path / "cache", told.append)
        return diagnose(read_evidence("the challenge could not be verified"), built).entries

    assert start() == start() == ("20502",)
    assert len(told) == 1
    (kept,) = (tmp_path / "cache").glob("weights-*")
    whole = kept.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"", b"tea", whole[:9000] + bytes(9000) + whole[18000:]):
        kept.write_bytes(damaged)
        told.clear()
        assert start() == ("20502",)
        assert told[0] == f"{kept} is damaged and is made anew."
        assert len(told) == 2
        assert kept.stat().st_size == len(whole)


def test_changed_phrasings_are_learned(folder: Path, tmp_path: Path) -> None:
    """The next start knows what an author added; what was learned before stays, for another checkout may use it."""
    told: list[str] = []
    build_sceptic([folder], tmp_path / "cache", told.append).words()
    path = folder / "20502.people-say.yaml"
    path.write_text(path.read_text(encoding="utf-8") + '- "the teapot is on fire"\n', encoding="utf-8")
    built = build_sceptic([folder], tmp_path / "cache", told.append)

    assert diagnose(read_evidence("our teapot is on fire"), built).entries == ("20502",)
    assert len(told) == 2
    assert len(list((tmp_path / "cache").glob("weights-*"))) == 2


@pytest.mark.parametrize("count", range(5))
def test_a_product_of_a_few_articles_answers_or_keeps_silent(count: int, folder: Path, tmp_path: Path) -> None:
    """Whoever begins a product has no article, then one, and then two."""
    (folder / "relations.yaml").unlink()
    product = yaml.safe_load((folder / "product.yaml").read_text(encoding="utf-8"))
    del product["twins"]
    (folder / "product.yaml").write_text(yaml.safe_dump(product, allow_unicode=True), encoding="utf-8")
    for path in [*folder.glob("*.md"), *folder.glob("*.people-say.yaml")]:
        path.unlink()
    for number in range(418, 418 + count):
        article = ARTICLE.replace("418", str(number))  # the ID, and the number, which has five digits here
        article = article.replace("TeapotBoilingDry_Failure", f"TeapotBoilingDry{number}_Failure")
        (folder / f"teapot-{number}.md").write_text(article, encoding="utf-8")
        (folder / f"teapot-{number}.zh-TW.md").write_text(SIBLING, encoding="utf-8")
        (folder / f"teapot-{number}.people-say.yaml").write_text(
            PHRASINGS.replace("the teapot", f"teapot number {number}"), encoding="utf-8"
        )
    told: list[str] = []
    built = build_sceptic([folder], tmp_path / "cache", told.append)
    for text in ("good morning", "the teapot has boiled dry", "teapot-419 418", "茶壺燒乾了嗎"):
        for surface in SURFACES:
            diagnosis = diagnose(read_evidence(text), built, surface)

            assert set(diagnosis.entries) <= built.knowledge.articles.keys(), (text, surface)
    assert len(built.knowledge.articles) == count
    assert not any("teapot" in line for line in told)
    boiled = diagnose(read_evidence("help, our teapot has boiled dry and glows"), built)
    assert (boiled.decision != "silent") == (count > 0)


def test_exact_lookups_never_wait_for_learning(settings: Settings, tmp_path: Path) -> None:
    """IDs, codes and names are answered before anything was learned."""
    told: list[str] = []
    built = build_sceptic(settings.sceptic_knowledge, tmp_path, told.append)

    for text in ("20502", "0x409", "CRPVerifyMetric_Failure", "20503", OURS.format(20502, "0x00000409")):
        assert diagnose(read_evidence(text), built).decision in {"answer", "unknown"}
    assert told == []
    assert list(tmp_path.glob("weights-*")) == []
