"""An invented set of products that belong together: two generations, a service, what people ask about, and codes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.diagnosis import Diagnosis, Surface, build_sceptic, diagnose
from bot.diagnosis.weighing import weigh
from bot.evidence import read_evidence
from bot.knowledge import plain
from bot.knowledge.library import check_knowledge, load_knowledge, read_knowledge
from bot.knowledge.phrasings import check_phrasings
from bot.languages import Language
from bot.replies.answers.render import render
from bot.settings import KNOWLEDGE

SET = Path(__file__).parent.parent / "fixtures" / "product_set"


@pytest.fixture
def brewing(tmp_path: Path) -> Path:
    """A copy of the product that has topics and lines only, to be damaged."""
    return Path(shutil.copytree(SET / "brewing", tmp_path / "brewing"))


def test_a_product_of_topics_and_lines_needs_no_log() -> None:
    """It has no event either; with four phrasings a line has enough."""
    knowledge, faults = check_knowledge(SET / "brewing")
    topic, line = knowledge.articles["topic-limescale"], knowledge.articles["line-lid-open"]

    assert faults == []
    assert [fault for fault in check_phrasings(knowledge) if fault.path.name != "background.yaml"] == []
    assert (topic.kind, topic.number, topic.prose["en"].causes) == ("topic", "Limescale in the boiler", ())
    assert (line.kind, line.match[1], line.confidence) == ("line", "E_LID_AJAR", "documented")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("topic-limescale.md", "kind: topic", 'kind: topic\nnumber: "12"', "a topic has no “number”; take it out"),
        ("line-lid-open.md", "match:", "errata:", "a line needs “match”"),
        ("line-lid-open.md", '"E_LID_AJAR"', '"E"', "must be a literal piece of text of at least 6 characters"),
        ("topic-limescale.md", "kind: topic", "kind: topic\nambiguous: true", "“ambiguous” is for codes"),
        ("topic-limescale.md", "generic_name: true", "generic_name: false", "write words and “generic_name: true”"),
        ("topic-limescale.md", "confidence: documented", "confidence: sure", "must be one of documented, seen in"),
        ("line-lid-open.md", "## Likely causes\n- Somebody looked inside.\n", "", "“## Likely causes” is missing"),
        ("topic-limescale.md", "kind: topic", 'kind: event\nnumber: "1234"', "neither “logs”, “providers” nor"),
    ],
)
def test_what_a_kind_cannot_have_is_named(brewing: Path, file: str, old: str, new: str, message: str) -> None:
    """A number of a topic would be read for an event's, and a line without its text could not be found."""
    content = (brewing / file).read_text(encoding="utf-8")
    assert old in content
    (brewing / file).write_text(content.replace(old, new), encoding="utf-8")
    faults = [fault.message for fault in check_knowledge(brewing)[1]]

    assert any(message in fault for fault in faults), faults


def test_the_whole_set_has_no_fault() -> None:
    """Each product names articles of another, by their IDs or by those of near twins."""
    knowledge, faults = check_knowledge(SET)

    assert faults == []
    assert [fault for fault in check_phrasings(knowledge) if fault.path.name != "background.yaml"] == []
    assert knowledge.articles["40001"].codes == ("0x8007EA02",)
    assert [effect.cause.event for effect in knowledge.relations.effects] == ["teapot-12"]


def test_prose_names_another_products_event_as_people_do() -> None:
    """The ID of an article is its author's business; a topic is named by its title."""
    prose = read_knowledge(SET).articles["40001"].prose

    assert plain(prose["en"].causes[1]) == "The spout is blocked: spout event 12, or its twin spout event 13."
    assert plain(prose["zh-TW"].causes[1]) == "壺嘴堵住：壺嘴事件 12，或同類的 壺嘴事件 13。"
    assert "see White flakes in the tea are harmless." in plain(prose["en"].next_steps[0])


def test_what_another_folder_would_explain_is_no_fault_without_it() -> None:
    """Each folder can be read alone; what it names elsewhere is dropped until that is there."""
    knowledge, faults = check_knowledge(SET / "samovar")

    assert faults == []
    assert (knowledge.articles["40001"].codes, knowledge.articles["40001"].caused_by) == ((), ())
    assert load_knowledge(SET / "samovar")[0].relations.effects == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("samovar/40001.md", 'caused_by: ["teapot-12"]', 'caused_by: ["teapot-99"]', "“caused_by” names teapot-99"),
        ("samovar/40001.zh-TW.md", "**6001**", "**6999**", "6999 is mentioned, but no article defines it"),
        ("samovar/relations.yaml", "{event: teapot-13}", "{event: teapot-14}", "teapot-14 is named, but no article"),
        ("teapot-service/teapot-12.md", '"teapot-13"', '"6001"', "“aliases” names 6001, which leads to 6001 already"),
        ("teapot-service/product.yaml", "spout event {number}", "spout event", "has no {number}; write it"),
    ],
)
def test_a_name_that_leads_nowhere_is_a_fault_with_all_folders(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    """With everything loaded that a product refers to, what nobody defines is a slip."""
    copy = Path(shutil.copytree(SET, tmp_path / "set"))
    content = (copy / file).read_text(encoding="utf-8")
    assert old in content
    (copy / file).write_text(content.replace(old, new), encoding="utf-8")
    faults = check_knowledge(copy)[1]

    assert any(message in fault.message and fault.path == copy / file for fault in faults), faults


Ask = Callable[..., Diagnosis]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """All products of the set; nothing here is asked in free text."""
    built = build_sceptic([SET], tmp_path_factory.mktemp("cache"), pytest.fail, KNOWLEDGE)

    def ask(text: str, surface: Surface = "mention") -> Diagnosis:
        return diagnose(read_evidence(text, built.knowledge.lexicon), built, surface)

    return ask


PASTED = "Log Name: {log}\nSource: {source}\nEvent ID: {number}\nLevel: Error\nComputer: PANTRY\nDescription:\n{text}\n"


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        # Notations of one code, and of its near twin.
        ("0x8007EA02", {"0x8007EA02"}),
        ("8007ea02", {"0x8007EA02"}),
        ("-2146964990", {"0x8007EA02"}),
        ("error code 2148002306", {"0x8007EA02"}),
        ("WIN32: 59906", {"0x8007EA02"}),
        ("it says (WIN32/HTTP: 59906)", {"0x8007EA02"}),
        ("%%59906", {"0x8007EA02"}),
        ("%%2148002306", {"0x8007EA02"}),
        ("59906", {"0x8007EA02"}),
        ("2148002306", {"0x8007EA02"}),
        ("8007ea03", {"0x8007EA02"}),
        ("0x8007EA03", {"0x8007EA02"}),
        ("STEAM_E_LITTLE_WATER", {"0x8007EA02"}),
        # Other IDs of an article.
        ("what is 6101", {"6001"}),
        ("teapot-13?", {"teapot-12"}),
        ("SPOUT_E_BLOCKED", {"teapot-12"}),
        ("topic-limescale", {"topic-limescale"}),
        ("0xC25A000C", {"teapot-12"}),
        ("event 13 of the teapot spout", {"teapot-12"}),
        (PASTED.format(log="Application", source="Teapot-Spout", number=13, text="Blocked."), {"teapot-12"}),
        # A code that belongs to everybody stands with any product's event.
        (PASTED.format(log="Samovar/Boiler", source="", number=40001, text="-2146964990"), {"40001", "0x8007EA02"}),
        # Literal pieces, and aliases of several words.
        ("WARN lid sensor:  lid reported\nopen", {"line-lid-open"}),
        ("what does tea-note 77 say", {"topic-limescale"}),
        ("E_LID_AJAR 0x8007EA02", {"line-lid-open", "0x8007EA02"}),
    ],
)
def test_whatever_is_exact_leads_to_its_article(text: str, entries: set[str], ask: Ask) -> None:
    found = ask(text)

    assert (found.decision, set(found.entries)) == ("answer", entries), found.reasons


def test_a_code_of_several_meanings_is_offered_with_the_events_it_is_documented_with(tmp_path: Path) -> None:
    """Alone it says nothing; beside an event it is that event's."""
    copy = Path(shutil.copytree(SET, tmp_path / "set"))
    for article in (copy / "samovar").glob("40001*.md"):
        article.write_text(article.read_text(encoding="utf-8").replace("EA02", "EA01"), encoding="utf-8")
    built = build_sceptic([copy], tmp_path / "cache", lambda _: None, KNOWLEDGE)
    alone, beside = (
        diagnose(read_evidence(text, built.knowledge.lexicon), built, "mention")
        for text in ("0x8007EA01", PASTED.format(log="Samovar/Boiler", source="", number=40001, text="0x8007EA01"))
    )

    assert alone.decision == "choices"
    assert [match.article.id for match in alone.choices] == ["0x8007EA01", "40001"]
    assert beside.entries == ("40001", "0x8007EA01")


@pytest.mark.parametrize("surface", ["mention", "channel"])
def test_a_source_of_everything_is_a_products_only_with_its_words(surface: Surface, ask: Ask) -> None:
    """The same number reports on any service; so does an event of that source that has no article."""
    pasted = [
        PASTED.format(log="System", source="Everybodys Kitchen", number=number, text=text)
        for number, text in (
            (7000, "SamovarSvc did not start."),
            (7000, "OvenSvc did not start."),
            (7036, "SamovarSvc"),
        )
    ]
    ours, others, undocumented = (ask(text, surface) for text in pasted)

    assert ours.entries == ("kitchen-7000",)
    assert others.entries == undocumented.entries == ()
    assert (others.decision, undocumented.decision) == (("not_ours",) * 2 if surface == "mention" else ("silent",) * 2)


@pytest.mark.parametrize(
    "text", ["event 7000 of our oven", "lid sensor reported 12 things", "we have 12 teapots", "event 12", "12"]
)
def test_unasked_nothing_short_or_shared_speaks(text: str, ask: Ask) -> None:
    assert ask(text, "channel").decision == "silent"


def test_a_short_number_is_answered_only_beside_its_products_name(ask: Ask) -> None:
    """Hundreds of other sources have a 12, too: called an event, its one meaning is offered."""
    alone = ask("event 12")

    assert (alone.decision, [match.article.id for match in alone.choices]) == ("choices", ["teapot-12"])
    assert ask("teapot spout event 12").entries == ask("Teapot-Spout 12").entries == ("teapot-12",)


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("what is 40001 on the new boiler", {"6002"}),
        ("新版鍋爐的 40001 是哪個編號", {"6002"}),
        ("what was event 6002 on the old boiler", {"40001"}),
        ("40001 on the old boiler", {"40001"}),
        # A word that both generations have names neither.
        ("event 6002 on the boiler", {"6002"}),
        ("event 40001 of the boiler", {"40001"}),
    ],
)
def test_a_number_is_answered_for_the_generation_that_the_words_name(text: str, entries: set[str], ask: Ask) -> None:
    found = ask(text)

    assert (found.decision, set(found.entries)) == ("answer", entries), found.reasons


def test_an_answer_names_its_counterpart_and_how_certain_that_is(ask: Ask) -> None:
    """In both directions, in the reader's language."""
    knowledge = read_knowledge(SET)
    older, newer = (
        "\n".join(str(block) for block in render(ask(text), knowledge, language).blocks)
        for text, language in (("40001", "en"), ("6002", "zh-TW"))
    )

    assert "On the new boiler: *6002* (inferred)." in older
    assert "舊版鍋爐的對應編號：*40001*（推論）。" in newer


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('legacy: "40001"', 'legacy: "40002"', "40002 is named, but no article defines it"),
        ('legacy: "40001"', 'legacy: "6001"', "6001 is not of a product that this one took the place of"),
        ('current: ["6002"]', "current: []", "“fit” is none where “current” is empty"),
        ("confidence: inferred", "confidence: hoped", "must be one of documented"),
    ],
)
def test_a_crosswalk_names_what_is_there(tmp_path: Path, old: str, new: str, message: str) -> None:
    copy = Path(shutil.copytree(SET, tmp_path / "set"))
    path = copy / "samovar-next" / "crosswalk.yaml"
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")

    assert any(message in fault.message and fault.path == path for fault in check_knowledge(copy)[1])


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_what_has_no_number_is_called_by_its_title(language: Language, ask: Ask) -> None:
    """A topic shows no cause where it has none; a line shows its first."""
    knowledge = read_knowledge(SET)
    topic, line, event = (
        str(render(ask(text), knowledge, language).blocks)
        for text in ("tea-note 77", "E_LID_AJAR 0x8007EA02", "teapot-12")
    )

    assert "White flakes" in topic or "白色薄片" in topic
    assert "Limescale in the boiler" not in topic
    assert ("The lid is open" if language == "en" else "蓋子開著") in line
    assert ("Leaves, mostly" if language == "en" else "多半是茶葉") in event


def test_a_product_says_how_many_phrasings_its_events_need(tmp_path: Path) -> None:
    """Windows' own events are pasted; a topic is asked about in any product."""
    copy = Path(shutil.copytree(SET, tmp_path / "set"))
    with (copy / "teapot-service" / "product.yaml").open("a", encoding="utf-8") as file:
        file.write("fewest_phrasings: 11\n")
    messages = [fault.message for fault in check_phrasings(read_knowledge(copy / "teapot-service"))]

    assert messages.count("has 10 phrasings in en; write at least 11") == 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (PASTED.format(log="Application", source="Teapot-Spout", number=13, text="Blocked."), "· 13, 12 ·"),
        ("0x8007EA03", "· 0x8007EA03, 0x8007EA02 ·"),
        ("teapot-12", "· 12 ·"),
        ("-2146964990", "· 0x8007EA02 ·"),
    ],
)
def test_a_near_twin_is_named_before_the_number_of_its_article(text: str, shown: str, ask: Ask) -> None:
    """Whoever asks about 13 sees that 12 explains it, too."""
    assert shown in str(render(ask(text), read_knowledge(SET), "en").blocks)


def test_a_products_name_in_quotes_is_no_phrase_of_an_article(tmp_path: Path) -> None:
    """An article that says what something is called does not take every sentence with that name."""
    copy = Path(shutil.copytree(SET, tmp_path / "set"))
    article = copy / "brewing" / "topic-limescale.md"
    article.write_text(
        article.read_text(encoding="utf-8").replace(
            "They are limescale.", 'Not the "Samovar Boiler", but "white flakes everywhere".'
        ),
        encoding="utf-8",
    )
    built = build_sceptic([copy], tmp_path / "cache", lambda _: None, KNOWLEDGE)
    texts = [each.text for each in built.messages().find("the Samovar Boiler has white flakes everywhere")]

    assert texts == ["white flakes everywhere"]


def test_the_text_of_a_code_speaks_only_in_company(tmp_path: Path) -> None:
    """Any program says it; by itself it is asked about."""
    copy = Path(shutil.copytree(SET, tmp_path / "set"))
    article = copy / "steam-codes" / "0x8007EA02.md"
    content = article.read_text(encoding="utf-8")
    article.write_text(
        content.replace("outcome: failure", 'outcome: failure\nmatch: ["The tank holds no water"]', 1), encoding="utf-8"
    )
    built = build_sceptic([copy], tmp_path / "cache", lambda _: None, KNOWLEDGE)
    alone, ours, strange = (
        weigh(read_evidence(text, built.knowledge.lexicon), built, asked=True).strong.keys()
        for text in (
            "the tank holds no water.",
            "new boiler: The tank holds no water",
            "My fish died since the tank holds no water",
        )
    )

    assert list(alone) == list(ours) == ["0x8007EA02"]
    assert list(strange) == []


def test_a_source_with_hyphens_before_a_number_in_brackets_is_read(ask: Ask) -> None:
    """The console logger of .NET writes so; another source's number is another's."""
    assert ask("warn: Samovar-Next[6002] too hot", "channel").entries == ("6002",)
    assert ask("warn: Contoso-Samovar-Next[6002] too hot", "channel").entries == ()
