"""Faults of product.yaml: one sentence with file, line and what to do, and never the end of another product."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.diagnosis import Diagnosis, Match, build_sceptic
from bot.diagnosis.identity import Identities
from bot.knowledge import KnowledgeFault
from bot.knowledge.files import BACKGROUND_FILE, PHRASINGS_SUFFIX
from bot.knowledge.library import check_knowledge, left_out, load_knowledge, read_knowledge
from bot.knowledge.phrasings import check_phrasings, read_phrasings
from bot.replies.answers.render import render
from bot.settings import KNOWLEDGE
from tests.fixtures.reading import CONNECTOR
from tests.knowledge.test_second_product import TIDELINE

# Shipped products beside the one with the fault: all ten take ten times as long to read.
BESIDE = (CONNECTOR,)
SHIPPED = {path.name for path in BESIDE}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the invented product, to be damaged."""
    shutil.copytree(TIDELINE, tmp_path / "tideline")
    return tmp_path / "tideline"


def change(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


def line_with(path: Path, text: str) -> int:
    return next(at for at, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1) if text in line)


def faults_of(folder: Path, beside: tuple[Path, ...] = BESIDE) -> list[KnowledgeFault]:
    return [fault for fault in check_knowledge(*beside, folder)[1] if fault.path.parent == folder]


@pytest.mark.parametrize(
    ("old", "new", "marked", "said"),
    [
        ("ids: {digits: [2, 6]}", "ids: {digits: [2, 7]}", "ids:", "must be a whole number from 1 to 6"),
        ("ids: {digits: [2, 6]}", "ids: {digits: [6, 2]}", "ids:", "write the smaller number first"),
        (
            "ids: {digits: [2, 6]}",
            'ids: {digits: [2, 6], last_digit: {"2": failure, "2": warning}}',
            "ids:",
            "stands already",
        ),
        (
            "codes: {shape: 'TL-[0-9]{3}'",
            "codes: {shape: '[A-Z0-9-]*'",
            "codes:",
            "begin with what all codes have in common",
        ),
        ("codes: {shape: 'TL-[0-9]{3}'", "codes: {shape: 'TL-[0-9{3}'", "codes:", "is no regular expression"),
        ("neutral: [TL-000]", "neutral: [TL-0000]", "codes:", "TL-0000 has not the shape"),
        ("neutral: [TL-000]", "neutral: [TL-000, TL-041]", "codes:", "TL-041 is neutral here and a failure"),
        ("twins: [[tide-20502", "twins: [[TL-041", "twins:", "have one outcome"),
        ("twins: [[tide-20502", "twins: [[tide-99", "twins:", "no article has the ID tide-99"),
        ("strong: [tide gauge", "strong: [the, tide gauge", "strong:", "is in ordinary talk"),
        ("strong: [tide gauge", "strong: [crp, tide gauge", "strong:", "is a strong word of intune-connector too"),
        ("logs: [Tideline/Operational]", "logs: [Microsoft Intune Connector]", "logs:", "intune-connector's already"),
        ("support: {state: supported}", "support: {state: EOL}", "support:", "'EOL'"),
        ("support: {state: supported}", "support: {state: ended, since: 2022-02-30}", "support:", "2022-02-30"),
        (
            "support: {state: supported}",
            "support: {state: ended, superseded_by: kettle}",
            "support:",
            "no product's folder",
        ),
        ("aliases: [Tideline", "teapot: full\naliases: [Tideline", "teapot:", "“teapot” is not a key of product.yaml"),
        ("aliases: [Tideline", "aliases: [&a Tideline", "aliases:", "anchors"),
        ("en: the gauge relay", 'en: "the *gauge* <!here> relay"', "called:", "has marks"),
        ("en: the gauge relay", "en: the gauge relay.", "called:", "leave the full stop out"),
        ("name: {en: Tideline Gauge Relay, zh-TW: 潮位轉送站}\n", "", "", "“name” is missing"),
        ("zh-TW: 潮位轉送站}\nnote", "zh-TW: 潮位轉送站。}\nnote", "called:", "leave the full stop out"),
        ("neutral: [TL-000]", "neutral: [TL-000, 0x00000000]", "codes:", "0x00000000 has not the shape"),
        ("weak: [gauge", 'weak: ["TIDE  Gauge", gauge', "weak:", "is among the strong words too, as “tide gauge”"),
        ("twins: [[tide-20502, tide-310045]]", "twins: {tide-20502: tide-310045}", "twins:", "must be a list"),
        ("twins: [[tide-20502, tide-310045]]", "twins: [[tide-20502, tide-20502]]", "twins:", "opposite of itself"),
        (
            "twins: [[tide-20502, tide-310045]]",
            "twins: [[tide-20502, tide-310045], [tide-310045, TL-041]]",
            "twins:",
            "tide-310045 has a twin already, in the pair tide-20502 and tide-310045",
        ),
        ("twins: [[tide-20502", 'twins: [["20502"', "twins:", "20502 is an article of intune-connector"),
        ("- {id: relay,", "- {id: sensor,", "id: sensor, name: {en: relay", "“sensor” stands in reading already"),
        ("strong: [tide gauge", "strong: tide gauge #", "strong:", "must be a list, such as [one, two]"),
        ("shared_logs:\n  -", "shared_logs:\n ", "shared_logs:", "must be a list"),
        ('url: "https://tideline.example/reading"', "url: tideline.example", "reading: {title", "begins with https://"),
    ],
)
def test_a_fault_of_the_product_is_named_with_its_line_and_stops_nobody_else(
    old: str, new: str, marked: str, said: str, folder: Path
) -> None:
    """The shipped product keeps all its articles, whatever another one's file says."""
    path = folder / "product.yaml"
    change(path, old, new)
    found = [fault for fault in faults_of(folder) if said in fault.message]
    left, _ = load_knowledge(*BESIDE, folder)

    assert found
    assert found[0].path == path
    assert not marked or found[0].line == line_with(path, marked)
    assert len([each for each in left.articles.values() if each.product.id == "intune-connector"]) == 31


@pytest.mark.parametrize("content", ["", "[]", "{}", "- name\n", "name: [", "\xff"])
def test_a_file_that_is_no_product_is_one_sentence(content: str, folder: Path) -> None:
    """No stack trace, and the products beside it are read."""
    (folder / "product.yaml").write_text(content, encoding="latin-1")
    faults = [fault for fault in faults_of(folder) if fault.path.name == "product.yaml"]

    assert faults
    assert load_knowledge(*BESIDE, folder)[0].products.keys() == SHIPPED


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: tide-310045", "id: tide-310045\nteapot: full", "is not a key"),
        ("provider: Tideline-Sensor", "provider: Tidline-Sensor", "is no source of this product"),
        ("log: Application", "log: System", "is no log of this product"),
        ('number: "310045"\n', "", "add “number:”"),
        ('number: "310045"', 'number: "3"', "has not 2 to 6 digits"),
        ('number: "310045"', "number: 0310045", "no event ID begins with 0; write 310045"),
        ('number: "310045"', "number: 31004x", "must be the event ID, one to six digits"),
        ("codes: [TL-041", "codes: TL-041 # [", "must be a list"),
        ("kind: event", "kind: happening", "must be one of event, code"),
        ("kind: event", "knd: event", "did you mean “kind”?"),
        ("  - title: Tideline, operations guide\n", "  - titel: Tideline, operations guide\n", "did you mean “title”?"),
        ("url: https:", "url: htps:", "must be an address that begins with https://"),
        ("mistaken_for: []", "mistaken_for: none", "must be a list"),
        ("mistaken_for: []\n", "", "“mistaken_for” is missing"),
        ("mistaken_for: []", "mistaken_for: []\ngeneric_name: perhaps", "must be true or false"),
        ("mistaken_for: []", "mistaken_for: []\nurgent_steps: 9", "must be a whole number from 0 to 5"),
    ],
)
def test_what_an_article_says_against_its_product_is_named(old: str, new: str, said: str, folder: Path) -> None:
    """The article could never match, or would match by its number alone; the others are kept."""
    change(folder / "tide-310045.md", old, new)
    left, faults = load_knowledge(*BESIDE, folder)

    assert any(said in fault.message and fault.path == folder / "tide-310045.md" for fault in faults)
    assert {"tide-20502", "TL-041", "20502"} <= left.articles.keys()
    assert "tide-310045" not in left.articles


def test_a_number_needs_no_quotes(folder: Path) -> None:
    """Numbers are read as they are written, digit by digit: nothing turns into another number."""
    change(folder / "tide-310045.md", 'number: "310045"', "number: 310045")
    change(
        folder / "product.yaml",
        "'TL-[0-9]{3}', neutral: [TL-000]",
        "'(TL-[0-9]{3}|0x[0-9A-F]{8})', neutral: [TL-000, 0x00000000]",
    )
    left, faults = load_knowledge(*BESIDE, folder)

    assert faults == []
    assert left.articles["tide-310045"].number == "310045"
    assert left.products["tideline"].neutral_codes == {"TL-000", "0x00000000"}


def test_all_faults_of_an_article_are_said_at_once(folder: Path) -> None:
    """A wrong day hides neither the address nor what is wrong further below, or in the other language."""
    path = folder / "tide-310045.md"
    change(path, "url: https:", "url: htps:")
    change(path, "reviewed: 2026-11-20", "reviewed: 2026-13-45")
    change(path, "Have somebody look", "Have [somebody]() look")
    change(path, "**tide-20502**", "**tide-71**")
    change(path, "## Where to look", "3. Wait.\n\n## Where to look")
    faults = faults_of(folder)

    assert [(fault.path.name, fault.line) for fault in faults] == [
        ("tide-310045.md", line_with(path, "htps:")),
        ("tide-310045.md", line_with(path, "2026-13-45")),
        ("tide-310045.md", line_with(path, "somebody")),
        ("tide-310045.md", line_with(path, "tide-71")),
        ("tide-310045.zh-TW.md", line_with(folder / "tide-310045.zh-TW.md", "## 接下來")),
    ]


def test_one_id_in_two_products_is_the_first_ones(folder: Path) -> None:
    """A red failure never turns into a green success because of another folder."""
    for ending in (".md", ".zh-TW.md", ".people-say.yaml"):
        (folder / f"tide-20502{ending}").rename(folder / f"20502{ending}")
    change(folder / "20502.md", "id: tide-20502", 'id: "20502"')
    left, faults = load_knowledge(*BESIDE, folder)

    (fault,) = [
        each
        for each in faults
        if "intune-connector has an article 20502; give this one an ID of its own" in each.message
    ]
    assert left_out(fault, left) == "the article 20502 of tideline"
    assert left.articles["20502"].product.id == "intune-connector"


@pytest.mark.parametrize("log", ["Application", "' SYSTEM '", "security", "Setup", "ForwardedEvents", "應用程式"])
def test_a_log_that_every_program_writes_to_is_nobodys_own(log: str, folder: Path) -> None:
    """One sentence, and no other program's event is taken for this product's because of its log."""
    change(folder / "product.yaml", "logs: [Tideline/Operational]", f"logs: [Tideline/Operational, {log}]")
    faults = faults_of(folder)
    left, _ = load_knowledge(*BESIDE, folder)

    assert [fault.line for fault in faults] == [line_with(folder / "product.yaml", "logs:")]
    assert "under “shared_logs” with the “providers”" in faults[0].message
    assert left.products["tideline"].log_names == ("Tideline/Operational",)
    assert Identities(left).owner(log.strip("' "), "Contoso-Kettle") == "foreign"
    assert Identities(left).owner(log.strip("' "), "Tideline-Sensor") is left.products["tideline"]


def test_an_article_in_a_log_that_is_left_out_is_kept(folder: Path) -> None:
    """The fault stands in product.yaml; its source still tells whose the event is."""
    path = folder / "product.yaml"
    change(path, "shared_logs:\n  - {log: Application, providers: [Tideline-Sensor]}\n", "")
    change(path, "logs: [Tideline/Operational]", "logs: [Tideline/Operational, Application]")
    change(path, "providers: [Tideline-Relay]", "providers: [Tideline-Relay, Tideline-Sensor]")
    left, faults = load_knowledge(*BESIDE, folder)

    assert [fault.path for fault in faults] == [path]
    assert "tide-310045" in left.articles


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ids: {digits: [2, 6]}", "ids: {digits: [2, 9]}"),
        ("ids: {digits: [2, 6]}", "ids: {digit: [2, 6]}"),
        ("ids: {digits: [2, 6]}", "id: {digits: [2, 6]}"),
        ("neutral: [TL-000]", "neutral: [TL-00]"),
        ("neutral: [TL-000]", "netural: [TL-000]"),
        ("codes: {shape", "code: {shape"),
        ("codes: {shape: 'TL-[0-9]{3}'", "codes: {shape: 'TL-[0-9]{3'"),
    ],
)
def test_a_fault_in_the_shapes_is_the_only_one_and_leaves_the_product_out(old: str, new: str, folder: Path) -> None:
    """Articles that are right are not said to be wrong."""
    change(folder / "product.yaml", old, new)
    faults = faults_of(folder)
    left, named = load_knowledge(*BESIDE, folder)

    assert [(fault.path, fault.line) for fault in faults] == [
        (folder / "product.yaml", line_with(folder / "product.yaml", new))
    ]
    assert [fault for fault in named if fault.path.parent == folder] == faults
    assert left.products.keys() == SHIPPED
    assert not [each for each in left.articles if each.startswith(("tide", "TL"))]


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ("providers: [Tideline-Relay]", "provders: [Tideline-Relay]", "providers"),
        ("logs: [Tideline/Operational]", "log: [Tideline/Operational]", "logs"),
        ("shared_logs:", "sharedlogs:", "shared_logs"),
        ("flows:", "flow:", "flows"),
        ("twins:", "twin:", "twins"),
        ("  strong:", "  stong:", "strong"),
    ],
)
def test_a_misspelled_key_is_one_fault_and_read_as_what_was_meant(old: str, new: str, meant: str, folder: Path) -> None:
    """Nothing that is missing without it is said a second time, and the product's events are answered."""
    change(folder / "product.yaml", old, new)
    (fault,) = faults_of(folder)
    left, _ = load_knowledge(*BESIDE, folder)
    whole, _ = load_knowledge(*BESIDE, TIDELINE)

    assert fault.line == line_with(folder / "product.yaml", new)
    assert f"is not a key of product.yaml; did you mean “{meant}”?" in fault.message
    for name in ("providers", "log_names", "shared_logs", "flows", "twins", "strong_words"):
        assert getattr(left.products["tideline"], name) == getattr(whole.products["tideline"], name)
    assert left.articles.keys() == whole.articles.keys()


def test_all_that_is_wrong_under_one_key_is_said_at_once(folder: Path) -> None:
    """A state that does not exist does not hide a day that does not exist."""
    change(folder / "product.yaml", "{state: supported}", "{state: EOL, since: 2022-02-30}")

    assert sorted(fault.message.split(":")[0] for fault in faults_of(folder)) == [
        "“support.since” is '2022-02-30'",
        "“support.state” is 'EOL'",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("flows:\n  reading:", "flows:\n  reading: none\nflaws:"),
        ("- {id: relay, name: {en: relay,", "- {id: relay, name: {"),
        ("providers: [Tideline-Relay]", "providers: Tideline-Relay"),
        ("  - {log: Application, providers: [Tideline-Sensor]}", "  - {log: Application, providers: []}"),
    ],
)
def test_what_cannot_be_read_of_a_product_is_held_against_no_article(old: str, new: str, folder: Path) -> None:
    """The articles are right: their steps and sources only seem to be unknown."""
    change(folder / "product.yaml", old, new)
    faults = faults_of(folder)
    left, _ = load_knowledge(*BESIDE, folder)

    assert {fault.path for fault in faults} == {folder / "product.yaml"}
    assert {"tide-20502", "tide-310045", "TL-041"} <= left.articles.keys()


def test_an_outcome_that_the_last_digit_contradicts_is_named_with_both_lines(folder: Path) -> None:
    """The article's own outcome counts until somebody decides."""
    change(folder / "product.yaml", "ids: {digits: [2, 6]}", 'ids: {digits: [2, 6], last_digit: {"2": failure}}')
    (fault,) = faults_of(folder)
    left, _ = load_knowledge(*BESIDE, folder)

    assert (fault.path, fault.line) == (folder / "product.yaml", line_with(folder / "product.yaml", "ids:"))
    assert f"tide-20502.md line {line_with(folder / 'tide-20502.md', 'outcome:')} says" in fault.message
    assert left.articles["tide-20502"].outcome == "success"


def test_a_number_that_the_product_has_no_room_for_is_named_with_both_lines(folder: Path) -> None:
    """The line is that of the number, not that of the article's ID."""
    change(folder / "product.yaml", "digits: [2, 6]", "digits: [2, 5]")
    (fault,) = faults_of(folder)

    assert (fault.path.name, fault.line) == ("tide-310045.md", line_with(folder / "tide-310045.md", "number:"))
    assert f"(line {line_with(folder / 'product.yaml', 'ids:')})" in fault.message


def test_a_product_that_is_left_out_may_be_named_as_what_took_anothers_place(folder: Path) -> None:
    """One fault is named, not another product's too."""
    later = folder.with_name("tideline-two")
    shutil.copytree(folder, later)
    change(later / "product.yaml", "ids: {digits: [2, 6]}", "ids: {digits: [6, 2]}")
    change(folder / "product.yaml", "{state: supported}", "{state: ended, superseded_by: tideline-two}")

    assert [fault.path for fault in check_knowledge(*BESIDE, folder, later)[1]] == [later / "product.yaml"]


def copy_article(folder: Path, old: str, new: str) -> Path:
    """Copy an article with its siblings under another ID; return its file."""
    for path in sorted(folder.glob(f"{old}.*")):
        (folder / path.name.replace(old, new, 1)).write_bytes(path.read_bytes())
    change(folder / f"{new}.md", f"id: {old}\n", f"id: {new}\n")
    return folder / f"{new}.md"


@pytest.mark.parametrize("lines", ["", "log: Application\n", "provider: Tideline-Sensor\n"])
def test_an_event_that_two_articles_explain_is_the_firsts(lines: str, folder: Path) -> None:
    """Otherwise the bot could not choose, and a channel would hear nothing of the event."""
    path = copy_article(folder, "tide-310045", "tide-310045-old")
    change(path, "provider: Tideline-Sensor\nlog: Application\n", lines)
    found, faults = check_knowledge(*BESIDE, folder)
    faults += [fault for fault in check_phrasings(found) if fault.path.parent == folder]
    left, _ = load_knowledge(*BESIDE, folder)

    assert [fault.path for fault in faults] == [path]
    assert "tide-310045.md explains the same event, 310045" in faults[0].message
    assert faults[0].line == line_with(path, "number:")
    assert [each.id for each in Identities(left).events("310045")] == ["tide-310045"]


def test_one_event_id_of_two_sources_is_two_events(folder: Path) -> None:
    """Source and number together are what Windows tells events apart by."""
    path = copy_article(folder, "tide-310045", "tide-310045-relay")
    change(path, "provider: Tideline-Sensor\nlog: Application\n", "provider: Tideline-Relay\n")

    assert faults_of(folder) == []


def test_a_code_that_two_articles_explain_is_the_firsts(folder: Path) -> None:
    """Also in another spelling of the same letters and digits."""
    change(folder / "product.yaml", "'TL-[0-9]{3}'", "'TL-?[0-9]{3}'")
    path = copy_article(folder, "TL-041", "TL041")
    left, faults = load_knowledge(*BESIDE, folder)

    assert [fault.path for fault in faults] == [path]
    assert "TL-041.md explains the same code, TL-041" in faults[0].message
    assert "TL-041" in left.articles
    assert "TL041" not in left.articles


@pytest.mark.parametrize(
    ("alias", "owner"),
    [("Intune Connector", "intune-connector"), ("IntuneConnector", "intune-connector"), ("NDES", "ndes")],
)
def test_a_name_that_two_products_have_counts_for_neither(alias: str, owner: str, folder: Path) -> None:
    """The fault names both files."""
    change(folder / "product.yaml", "aliases: [Tideline", f"aliases: [{alias}, Tideline")
    faults = faults_of(folder, (KNOWLEDGE / owner,))
    left, _ = load_knowledge(KNOWLEDGE / owner, folder)

    assert [fault.line for fault in faults] == [line_with(folder / "product.yaml", "aliases:")]
    assert str(KNOWLEDGE / owner / "product.yaml") in faults[0].message
    assert "tideline" not in left.lexicon.products_in(f"20502 {alias}")[0]
    assert "tideline" in left.lexicon.products_in("20502 tideline")[0]


@pytest.mark.parametrize("alias", ["no", "'Is'", "print", "的"])
def test_an_everyday_word_is_no_name(alias: str, folder: Path) -> None:
    """Every message would speak of the product."""
    change(folder / "product.yaml", "aliases: [Tideline", f"aliases: [{alias}, Tideline")
    faults = faults_of(folder)
    left, _ = load_knowledge(*BESIDE, folder)

    assert ["is an everyday word" in fault.message for fault in faults] == [True]
    assert left.lexicon.products_in(f"{alias} 20502")[0] == frozenset()


def test_neither_of_two_products_is_meant_by_their_common_name(folder: Path) -> None:
    """Whichever of them is read first."""
    shutil.copytree(folder, folder.with_name("tideline-two"))
    left, _ = load_knowledge(folder, folder.with_name("tideline-two"))

    assert left.lexicon.products_in("20502 TLGR")[0] == frozenset()


def test_a_product_that_stands_alone_is_checked_with_the_shipped_background(folder: Path) -> None:
    """A folder anywhere is enough to begin; what its phrasings share with the background is still found."""
    result = CliRunner().invoke(main, ["knowledge", "check", str(folder)])
    assert (result.exit_code, result.output) == (0, "3 articles, no faults.\n")

    shared = read_phrasings(KNOWLEDGE / BACKGROUND_FILE, None)[0]
    change(folder / f"tide-20502{PHRASINGS_SUFFIX}", "en:\n", f'en:\n  - "{shared}"\n')
    result = CliRunner().invoke(main, ["knowledge", "check", str(folder)])
    assert f"“{shared}” stands under" in result.output


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("product.yaml", "ids: {digits: [2, 6]}", "ids: {digits: [2, 9]}", "the whole product tideline"),
        ("product.yaml", "twins: [[tide-20502", "twins: [[tide-99", "this line only"),
        ("tide-20502.md", "outcome: success", "outcome: boiling", "the article tide-20502"),
        ("tide-20502.zh-TW.md", "## 接下來", "## 之後", "the article tide-20502"),
    ],
)
def test_what_is_left_out_is_said(name: str, old: str, new: str, said: str, folder: Path, tmp_path: Path) -> None:
    """One line, an article or all of a product: who reads the log knows what the bot no longer answers."""
    change(folder / name, old, new)
    told: list[str] = []
    build_sceptic([*BESIDE, folder], tmp_path / "cache", told.append)

    assert told
    assert all(sentence.startswith(f"Left out ({said}): {folder / name}:") for sentence in told)


def test_an_event_whose_codes_are_all_neutral_has_no_line_of_documented_codes() -> None:
    """A label with nothing behind it says nothing."""
    knowledge = read_knowledge(TIDELINE)
    event, code = knowledge.articles["tide-20502"], knowledge.articles["TL-041"]
    shown = render(Diagnosis("answer", matches=(Match(event, (), codes=(code,)),)), knowledge, "en")

    assert event.codes == ()
    assert "Documented codes" not in str(shown.blocks)
