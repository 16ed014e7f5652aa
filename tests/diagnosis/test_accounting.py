"""Whatever is named is accounted for: answered, or said to be unknown, another product's, or not certain."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.diagnosis import Diagnosis, Sceptic, build_sceptic, diagnose
from bot.diagnosis.values import UNASKED, Surface
from bot.evidence import read_evidence
from bot.replies.answers.render import render
from bot.settings import KNOWLEDGE
from tests.knowledge.test_second_product import TIDELINE

ASKED: tuple[Surface, ...] = ("command", "mention", "direct")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Sceptic:
    """The shipped product and an invented one; nothing here is asked in free text, so nothing is learned."""
    return build_sceptic([KNOWLEDGE, TIDELINE], tmp_path_factory.mktemp("cache"))


def ask(text: str, sceptic: Sceptic, surface: Surface = "mention") -> Diagnosis:
    return diagnose(read_evidence(text, sceptic.knowledge.lexicon), sceptic, surface)


def offered(diagnosis: Diagnosis) -> list[str]:
    return [match.article.id for match in diagnosis.choices]


def kinds(diagnosis: Diagnosis) -> set[str]:
    return {reason.kind for reason in diagnosis.reasons}


# --- unknown ones ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("event ids 20503 and 20603", ["20503", "20603"]),
        ("what do 20103, 20204 and 20305 mean", ["20103", "20204", "20305"]),
        ("0x8009402F means a bad template and 0x8009481F means no access. right?", ["0x8009402F", "0x8009481F"]),
        ("事件 20503 和 20603 是什麼", ["20503", "20603"]),
        ("Event ID 1057 PkcsIssueFailure", ["1057"]),
        ("the connector shows 3057 when a device is retired, its certificate is not revoked", ["3057"]),
        ("our NDES logs 3004 and 3005 since the certificate could not be revoked", ["3004", "3005"]),
        ("0x8009402F CERTSRV_E_NOTHING, the challenge could not be verified", ["0x8009402F"]),
        ("-2146877393", ["-2146877393"]),
        ("the CA says error -2146877393 for each request", ["-2146877393"]),
        ("800B011F", ["800B011F"]),
        ("error 000C0FFE from the CA", ["000C0FFE"]),
        ("error code 2147944123", ["2147944123"]),
        ("event 2o503 on NDES", ["2o503"]),
    ],
)
@pytest.mark.parametrize("surface", ASKED)
def test_everything_named_and_unknown_is_said_to_be(
    text: str, unknown: list[str], surface: Surface, both: Sceptic
) -> None:
    """No words and no near name beside it take its place, and none of several is passed over."""
    diagnosis = ask(text, both, surface)

    assert diagnosis.decision == "unknown"
    assert [diagnosis.subject, *diagnosis.unexplained] == unknown


@pytest.mark.parametrize("surface", sorted(UNASKED))
def test_what_is_unknown_says_nothing_unasked(surface: Surface, both: Sceptic) -> None:
    """Nobody asked."""
    for text in ("event ids 20503 and 20603", "-2146877436", "error 000C0FFE from the CA"):
        assert ask(text, both, surface).decision == "silent"


def test_what_is_unknown_or_elsewhere_is_named_beside_an_answer(both: Sceptic) -> None:
    """The answer is to the one that is known."""
    diagnosis = ask("events 20502 and 20503 on NDES, and what is 0x8009402F", both)

    assert diagnosis.entries == ("20502",)
    assert set(diagnosis.unexplained) == {"20503", "0x8009402F"}


@pytest.mark.parametrize(
    ("notation", "code"), [("-2147023174", "800706BA"), ("2147944122", "800706BA"), ("800706BA", "800706BA")]
)
def test_every_notation_of_a_code_is_the_same_code(notation: str, code: str, both: Sceptic) -> None:
    """Signed and unsigned decimals and hexadecimal digits without 0x."""
    (read,) = read_evidence(f"error code {notation}", both.knowledge.lexicon).codes

    assert (read.digits, read.written) == (code, notation)


# --- no identifiers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "status:\n  id: '9'\n  reason: out of tea",
        "- id: 17\n  name: kettle\n- id: 18\n  name: pot",
        "Keywords: 0x8000000000000000",
        "Keywords: 0x80",
        "Process ID: 4332, Thread ID: 5112",
        "version 6.2406.0.1001 of the kettle",
        "decade and facade0f words",
    ],
)
def test_a_field_of_something_else_is_no_identifier(text: str, both: Sceptic) -> None:
    """By its form or its own label: a mask, a process, a version, a list of anything."""
    evidence = read_evidence(text, both.knowledge.lexicon)

    assert (evidence.events, evidence.identifiers, evidence.codes) == ((), (), ())


def test_an_id_among_fields_of_an_event_is_one(both: Sceptic) -> None:
    """Format-List prints it as "Id"."""
    text = "Id           : 20502\nProviderName : Microsoft Intune Connector\nMessage      : tea"

    assert ask(text, both, "channel").entries == ("20502",)


def test_a_short_number_offers_the_code_of_its_digits(both: Sceptic) -> None:
    """403 may be a status of HTTP, and 1032 is 0x408 in decimals; neither meaning is said to be meant."""
    assert "0x00000403" in offered(ask("403", both))
    assert any(article_id.startswith("http-403") for article_id in offered(ask("403", both)))
    assert offered(ask("1032", both)) == ["1032", "0x00000408"]
    assert ask("event 1032", both).entries == ("1032",)


def test_two_products_of_one_code_shape_are_told_apart(tmp_path: Path) -> None:
    """Each code is its product's, whichever of them was read last; one that neither has is said to be unknown."""
    for name in ("tideline", "millrace"):
        shutil.copytree(TIDELINE, tmp_path / "k" / name, ignore=shutil.ignore_patterns("*.people-say.yaml"))
    millrace = tmp_path / "k" / "millrace"
    for path in sorted(filter(Path.is_file, millrace.iterdir())):
        text = path.read_text(encoding="utf-8").replace("tide-", "mill-").replace("TL-041", "TL-099")
        for old, new in (("Tideline", "Millrace"), ("tideline", "millrace"), ("tide gauge", "mill race")):
            text = text.replace(old, new)
        path.unlink()
        name = path.name.replace("tide-", "mill-").replace("TL-041", "TL-099")
        (millrace / name).write_text(text, encoding="utf-8")
    sceptic = build_sceptic([tmp_path / "k", KNOWLEDGE], tmp_path / "cache")

    for code, product in (("TL-041", "tideline"), ("TL-099", "millrace")):
        assert [match.article.product.id for match in ask(code, sceptic).matches] == [product]
    assert ask("TL-055", sceptic).decision == "unknown"


# --- digits that are not certain ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("2O502", "20502"),
        ("what is event 2050Z", "20502"),
        ("event l0010 on the connector", "10010"),
        ("NDES wrote 204O2 twice", "20402"),
        ("event 20 502", "20502"),
        ("event id 20,402 on NDES", "20402"),
        ("Log Name: Microsoft Intune Connector\nEvent ID: 2O502", "20502"),
        ("0x00000O4O9", "0x00000409"),
    ],
)
def test_a_digit_that_may_be_misread_is_offered_and_never_corrected(text: str, article: str, both: Sceptic) -> None:
    """Digits are exact: what text recognition made of them is a doubt, also where the log is the product's."""
    for surface in ASKED:
        diagnosis = ask(text, both, surface)

        assert (diagnosis.decision, diagnosis.entries) == ("choices", ())
        assert article in offered(diagnosis)
        assert "digits_doubtful" in kinds(diagnosis)
    assert ask(text, both, "channel").decision == "silent"


# --- two products ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("connector 20502, tideline 20502 — related?", {"20502", "tide-20502"}),
        ("tideline 20502 and connector 20502", {"20502", "tide-20502"}),
        ("20502 on the NDES server vs 20502 on the tide gauge", {"20502", "tide-20502"}),
        ("intune 20502 vs tideline 310045", {"20502", "tide-310045"}),
        ("20402 and 20502 on NDES; the tide gauge has 310045", {"20402", "20502", "tide-310045"}),
    ],
)
def test_two_ids_each_with_its_product_are_both_answered(text: str, entries: set[str], both: Sceptic) -> None:
    """The clause of a number tells whose it is."""
    assert set(ask(text, both).entries) == entries


@pytest.mark.parametrize(
    "text",
    [
        "Log Name: Microsoft Intune Connector\nSource: Contoso-Kettle\nEvent ID: 20502",
        "Log: Tideline/Operational, source Microsoft Intune Connector, Event ID: 20502",
        "ログの名前: Tideline/Operational\nソース: Microsoft Intune Connector\nイベント ID: 20502",
    ],
)
def test_log_and_source_that_contradict_each_other_are_nobodys(text: str, both: Sceptic) -> None:
    """Unasked it is silent; asked it offers."""
    assert ask(text, both, "channel").decision == "silent"
    diagnosis = ask(text, both)
    assert diagnosis.decision == "choices"
    assert "source_contradicts" in kinds(diagnosis)


@pytest.mark.parametrize(
    "text", ["event 20502 source Contoso-Kettle", "20402 in the Application log", "應用程式記錄檔裡的事件 20402"]
)
def test_a_source_or_log_that_a_sentence_names_decides(text: str, both: Sceptic) -> None:
    """A sentence decides by them just as the fields of a pasted event do."""
    assert ask(text, both).decision == "not_ours"
    assert ask(text, both, "channel").decision == "silent"


def test_a_log_that_others_write_to_makes_nothing_speak_unasked(both: Sceptic) -> None:
    """Asked, it tells which of two products may be meant."""
    assert ask("event 20502 in the Application log", both).entries == ("tide-20502",)
    assert ask("event 20502 in the Application log", both, "channel").decision == "silent"


def test_a_neutral_code_says_that_there_is_no_fault_and_whose_it_is(both: Sceptic) -> None:
    """It needs no article, and is not unknown; a code of a product's own shape names the product."""
    neutral, unknown = ask("TL-000 what does it mean", both), ask("TL-042", both)

    assert "code_neutral" in kinds(neutral)
    assert "code_neutral" not in kinds(unknown)
    assert [each.product and each.product.id for each in (neutral, unknown)] == ["tideline", "tideline"]


# --- short IDs, lost text, articles left out -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of both products' folders that a test may spoil."""
    folder = tmp_path_factory.mktemp("products")
    shutil.copytree(KNOWLEDGE, folder / "knowledge", ignore=shutil.ignore_patterns("*.people-say.yaml", "weights.npz"))
    shutil.copytree(TIDELINE, folder / "knowledge" / "tideline", ignore=shutil.ignore_patterns("*.people-say.yaml"))
    return folder / "knowledge"


def test_a_short_id_never_speaks_on_the_word_event_alone(changed: Path, tmp_path: Path) -> None:
    """Everybody has an event 17; its source in the sentence makes it speak."""
    for path in sorted((changed / "tideline").glob("tide-310045*.md")):
        text = path.read_text(encoding="utf-8").replace("tide-310045", "tide-17").replace("310045", "17")
        (changed / "tideline" / path.name.replace("310045", "17")).write_text(text, encoding="utf-8")
    sceptic = build_sceptic([changed], tmp_path)
    for text in ("event 17", "event 17 at the harbour, tide gauge tour", "Event ID: 17\nLevel: Error"):
        assert ask(text, sceptic, "channel").decision == "silent"
        assert "tide-17" in {*ask(text, sceptic).entries, *offered(ask(text, sceptic))}
    shown = str(render(ask("tideline event 17", sceptic), sceptic.knowledge, "en").blocks)
    assert "True only if its source is _Tideline-Sensor_" in shown
    pasted = "Log Name: Application\nSource: Tideline-Sensor\nEvent ID: 17"
    assert "True only if" not in str(render(ask(pasted, sceptic), sceptic.knowledge, "en").blocks)


def test_text_with_nulls_is_silent_unasked(both: Sceptic) -> None:
    """It was decoded with the wrong encoding: what is left may lack the words that say whose an event is."""
    text = "Log Name: Microsoft Intune Connector\nEvent ID: 2\0" + "0502"

    assert ask(text, both, "channel").decision == "silent"
    assert "undecodable" in kinds(ask(text, both))


def test_ids_of_a_product_that_is_left_out_are_not_answered_by_another(tmp_path: Path) -> None:
    """Its file has a fault, so nothing is said of its events, but that its articles could not be loaded."""
    shutil.copytree(
        KNOWLEDGE, tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.people-say.yaml", "weights.npz")
    )
    product = tmp_path / "knowledge" / "intune-connector" / "product.yaml"
    product.write_text(product.read_text(encoding="utf-8") + "\n\tids: {digits: [5, 5]}\n", encoding="utf-8")
    sceptic = build_sceptic([tmp_path / "knowledge", TIDELINE], tmp_path / "cache")
    for text in ("20502", "0x409", "what is 20402"):
        diagnosis = ask(text, sceptic)

        assert (diagnosis.decision, diagnosis.entries) == ("silent", ())
        assert {"article_broken", "product_left_out"} <= kinds(diagnosis)
    assert ask("tideline 20502", sceptic).entries == ("tide-20502",)
    assert ask("310045", sceptic).entries == ("tide-310045",)
