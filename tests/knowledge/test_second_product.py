"""An invented product beside the shipped one, and alone: added as a folder, with no line of code."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.diagnosis import Diagnosis, Sceptic, Surface, build_sceptic, diagnose
from bot.evidence import read_evidence
from bot.knowledge.library import read_knowledge
from bot.languages import LANGUAGES
from bot.replies.answers.render import render
from bot.replies.incidents.card import render_incident
from bot.replies.workspace.help import render_help
from bot.settings import KNOWLEDGE, read_settings
from bot.slack.routing.commands import help_lines
from bot.triage.sightings import read_sightings
from tests.fixtures.reading import CONNECTOR
from tests.triage.incidents import evidence

TIDELINE = Path(__file__).parent.parent / "fixtures" / "products" / "tideline"
ASKED: tuple[Surface, ...] = ("mention", "command", "direct")
Ask = Callable[..., Diagnosis]


def asking(folders: list[Path]) -> Ask:
    built = build_sceptic(folders, read_settings(None).sceptic_cache, lambda _: None, KNOWLEDGE)

    def ask(text: str, surface: Surface = "mention") -> Diagnosis:
        return diagnose(read_evidence(text, built.knowledge.lexicon), built, surface)

    ask.sceptic = built  # type: ignore[attr-defined]
    return ask


@pytest.fixture(scope="module")
def ask() -> Ask:
    """Both products, side by side."""
    return asking([KNOWLEDGE, TIDELINE])


@pytest.fixture(scope="module")
def alone() -> Ask:
    """The invented product with nothing beside it."""
    return asking([TIDELINE])


def both(ask: Ask) -> Sceptic:
    found: Sceptic = ask.sceptic  # type: ignore[attr-defined]
    return found


COPIED = "Log Name: {log}\nSource: {source}\nDate: 1\nEvent ID: {event_id}\nLevel: Error\nComputer: PIER-3\nDescription:\n{text}\n"
RELAYED = COPIED.format(log="Tideline/Operational", source="Tideline-Relay", event_id="20502", text="Result TL-000.")
LOST = COPIED.format(log="Application", source="Tideline-Sensor", event_id="310045", text="No reading. Code TL-041.")
OURS = COPIED.format(
    log="Microsoft Intune Connector", source="Microsoft Intune Connector", event_id="20502", text="0x00000409"
)
STRANGE = COPIED.format(log="Application", source="Contoso-Kettle", event_id="310045", text="TL-041")


@pytest.mark.parametrize("surface", ["channel", "thread", *ASKED])
@pytest.mark.parametrize(
    ("text", "entries"),
    [
        (RELAYED, {"tide-20502"}),
        (LOST, {"tide-310045", "TL-041"}),
        (OURS, {"20502", "0x00000409"}),
        (RELAYED + "\n" + OURS, {"tide-20502", "20502", "0x00000409"}),
        (OURS + "\n" + LOST + "\n" + STRANGE, {"20502", "0x00000409", "tide-310045", "TL-041"}),
    ],
)
def test_a_pasted_event_is_that_products_whose_log_or_source_it_has(
    text: str, entries: set[str], surface: Surface, ask: Ask
) -> None:
    """Also where both have the same number, and in a log that others write to."""
    assert set(ask(text, surface).entries) == entries


def test_in_a_shared_log_another_source_is_nobodys_we_know(ask: Ask) -> None:
    """The log alone would claim every program's events."""
    assert ask(STRANGE).decision == "not_ours"
    assert ask(STRANGE, "channel").decision == "silent"
    assert ask(STRANGE.replace("Source: Contoso-Kettle\n", "")).decision == "not_ours"


@pytest.mark.parametrize("surface", ASKED)
@pytest.mark.parametrize("text", ["20502", "what is 20502", "event 20502", "事件 20502 是什麼"])
def test_a_number_of_two_products_is_offered_with_both(text: str, surface: Surface, ask: Ask) -> None:
    """Nothing in the text tells which."""
    diagnosis = ask(text, surface)

    assert diagnosis.decision == "choices"
    assert {match.article.id for match in diagnosis.choices} == {"20502", "tide-20502"}


def test_each_choice_names_its_product(ask: Ask) -> None:
    """Two buttons with the same number would be a riddle."""
    reply = render(ask("20502"), both(ask).knowledge, "en")

    assert "(the legacy connector)" in reply.text
    assert "(the gauge relay)" in reply.text


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("20502 tideline", {"tide-20502"}),
        ("event 20502 on the tide gauge", {"tide-20502"}),
        ("20502 at the buoy", {"tide-20502"}),
        ("20502 intune", {"20502"}),
        ("event 20502 on the ndes server", {"20502"}),
        ("20502 0x409", {"20502", "0x00000409"}),
        ("310045 TL-041", {"tide-310045", "TL-041"}),
        ("310045", {"tide-310045"}),
        ("TL-041", {"TL-041"}),
        ("tl041?", {"TL-041"}),
        ("10010", {"10010"}),
        ("Reading_Lost", {"tide-310045"}),
    ],
)
@pytest.mark.parametrize("surface", ASKED)
def test_words_codes_and_names_tell_whose_a_number_is(text: str, entries: set[str], surface: Surface, ask: Ask) -> None:
    """Words lean towards a product, digits stay exact."""
    assert set(ask(text, surface).entries) == entries


@pytest.mark.parametrize(
    "text", ["event 310045 on the ndes server", "event 310045 in intune", "20502", "310045", "TL-041"]
)
def test_unasked_another_products_words_make_no_number_speak(text: str, ask: Ask) -> None:
    """The word of one product is no evidence for another's event."""
    assert ask(text, "channel").decision == "silent"


@pytest.mark.parametrize("surface", ASKED)
def test_a_product_that_is_named_does_not_answer_with_anothers_event(surface: Surface, ask: Ask) -> None:
    """It has no event of that number; whose it is, is offered."""
    for text, owner, other in (
        ("tideline 10010", "tideline", "10010"),
        ("event 20402 on the tide gauge", "tideline", "20402"),
    ):
        diagnosis = ask(text, surface)

        assert (diagnosis.decision, diagnosis.product and diagnosis.product.id) == ("unknown", owner)
        assert [match.article.id for match in diagnosis.choices] == [other]
        assert ask(text, "channel").decision == "silent"


@pytest.mark.parametrize("surface", ASKED)
@pytest.mark.parametrize("text", ["is 310045 an intune event?", "NDES event 310045", "310045 in the intune log"])
def test_a_number_that_the_named_product_cannot_have_is_its_owners(text: str, surface: Surface, ask: Ask) -> None:
    """Whoever names another product names the place where it was seen; the answer says whose it is."""
    found = ask(text, surface)

    assert found.entries == ("tide-310045",)
    assert "current, supported" in str(render(found, both(ask).knowledge, "en").blocks)
    assert ask(text, "channel").decision == "silent"


def test_unasked_an_events_number_among_its_products_words_speaks(ask: Ask) -> None:
    """The shipped product's does so, too."""
    text = "we had event 310045 again on the tide gauge today after the change"

    assert ask(text, "channel").entries == ("tide-310045",)


@pytest.mark.parametrize("digits", ["310046", "31004", "3100450", "20503", "205020", "10011", "97"])
@pytest.mark.parametrize("phrase", ["event {}", "{}", "event {} on the tide gauge", "event {} on the ndes server"])
def test_no_other_number_is_ever_answered(digits: str, phrase: str, ask: Ask) -> None:
    """Six digits being allowed makes nothing of a number with one more or less."""
    assert ask(phrase.format(digits)).decision in {"unknown", "silent"}


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("the buoy's lamp is red and its battery empty", {"TL-041"}),
        ("潮位計從早上就沒有讀數", {"tide-310045"}),
        ("the challenge could not be verified", {"20502"}),
    ],
)
def test_free_text_reaches_the_articles_of_either_product(text: str, entries: set[str], ask: Ask) -> None:
    """Phrasings of both are learned together."""
    assert set(ask(text).entries) == entries


@pytest.mark.parametrize(
    "text", ["who took my mug with the penguin on it", "thanks!", "lunch at noon?", "printer is out of toner"]
)
def test_talk_is_answered_by_neither(text: str, ask: Ask, alone: Ask) -> None:
    """Also where background talk is taken from what comes with the bot."""
    assert ask(text).decision == "silent"
    assert alone(text).decision == "silent"


def test_words_of_one_product_are_never_about_the_others_articles(ask: Ask) -> None:
    """However near the rest of the sentence comes."""
    named = {each.article.id for each in ask("is the NDES battery flat, with a red lamp").choices}

    assert not {each for each in named if each.startswith(("tide", "TL"))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_names_the_product_that_it_is_about(language: str, ask: Ask, alone: Ask) -> None:
    """Footer, unknown, not ours; "the connector" only where it is meant."""
    called = {"en": "the gauge relay", "zh-TW": "潮位轉送站"}[language]
    connector = {"en": "connector", "zh-TW": "連接器"}[language]
    unknown = COPIED.format(log="Tideline/Operational", source="Tideline-Relay", event_id="310046", text="")
    for ask_of, text in ((ask, LOST), (ask, unknown), (alone, "310046"), (alone, STRANGE), (alone, "20502")):
        shown = str(render(ask_of(text), both(ask_of).knowledge, language).blocks)  # type: ignore[arg-type]

        assert connector not in shown
        assert called in shown or {"en": "current, supported", "zh-TW": "現行版本"}[language] in shown
    assert connector in str(render(ask(OURS), both(ask).knowledge, language).blocks)  # type: ignore[arg-type]


def test_the_last_digit_tells_nothing_where_the_product_says_so(ask: Ask, alone: Ask) -> None:
    """The pattern of one product's IDs is none of another's."""
    for ask_of in (ask, alone):
        text = COPIED.format(log="Tideline/Operational", source="Tideline-Relay", event_id="310042", text="")

        assert "end in" not in render(ask_of(text), both(ask_of).knowledge, "en").text


def test_the_help_names_every_product_with_examples_of_its_own(ask: Ask, alone: Ask) -> None:
    """And one product alone nothing of another."""
    products = both(ask).knowledge.products
    two = [products["intune-connector"], products["tideline"]]
    side_by_side = render_help("en", help_lines(), two).text
    single = render_help("en", help_lines(), both(alone).knowledge.products.values()).text

    assert "Intune certificate connector" in side_by_side
    assert "Tideline Gauge Relay" in side_by_side
    assert "/event 20502" in side_by_side
    assert "/event 310045" in side_by_side
    assert "why has the gauge gone quiet" in single
    assert "20502" not in single
    assert "onnector" not in single


def test_an_incident_shows_the_flow_of_its_own_product(ask: Ask) -> None:
    """Its card has the second product's event, step and code."""
    knowledge = both(ask).knowledge
    diagnosis = ask(LOST, "thread")
    seen = read_sightings(diagnosis, read_evidence(LOST, knowledge.lexicon), knowledge.relations)
    card = str(render_incident(evidence(seen), knowledge, "en").blocks)

    assert "310045 Reading_Lost" in card
    assert "TL-041" in card
    assert "sensor" in card
    assert "onnector" not in card


# --- the terminal, knowledge check, and fewer articles -------------------------------------------------------------------


def sceptic(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environment)


def test_the_terminal_answers_for_both_products() -> None:
    """SCEPTIC_KNOWLEDGE names several folders, separated as PATH is."""
    import os

    folders = os.pathsep.join(map(str, (CONNECTOR, TIDELINE)))
    found = [sceptic("ask", "--json", text, SCEPTIC_KNOWLEDGE=folders).stdout for text in ("310045", "20402", "TL-041")]

    assert ['"tide-310045"' in found[0], '"20402"' in found[1], '"TL-041"' in found[2]] == [True] * 3


def _of_both() -> int:
    """Count the articles that come with the bot, and the three of the invented product."""
    return len(read_knowledge(KNOWLEDGE).articles) + 3


def test_the_check_knows_products_side_by_side() -> None:
    """One command for all folders."""
    result = sceptic("knowledge", "check", str(KNOWLEDGE), str(TIDELINE))

    assert (result.exit_code, result.output) == (0, f"{_of_both()} articles, no faults.\n")


def test_a_parent_of_several_products_holds_them_all(tmp_path: Path) -> None:
    """A team keeps its products in one folder."""
    for folder in (CONNECTOR, TIDELINE):
        shutil.copytree(folder, tmp_path / "all" / folder.name)
    result = sceptic("knowledge", "check", str(tmp_path / "all"))

    assert (result.exit_code, result.output) == (0, "34 articles, no faults.\n")


def test_a_product_of_one_article_runs_and_what_points_to_nothing_is_said(tmp_path: Path) -> None:
    """Whoever begins a product has one article, and product.yaml already speaks of three."""
    folder = tmp_path / "tideline"
    shutil.copytree(TIDELINE, folder, ignore=shutil.ignore_patterns("tide-310045*", "TL-041*"))
    result = sceptic("knowledge", "check", str(CONNECTOR), str(folder))
    ask = asking([CONNECTOR, folder])

    assert "twins: no article has the ID tide-310045" in result.output
    assert result.exit_code == 1
    assert ask(RELAYED, "channel").entries == ("tide-20502",)
    assert ask("what about event 310045 of the tide gauge").decision == "unknown"
    assert ask("the level on the office's screen is old though the reading came in").decision in {"answer", "choices"}
    assert ask(OURS).entries == ("20502", "0x00000409")
