"""Reading and checking articles: each kind of fault is named with its file, its line and what to do, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.diagnosis import Sceptic
from bot.knowledge import KnowledgeError, KnowledgeFault
from bot.knowledge.library import check_knowledge, load_knowledge, read_knowledge
from bot.knowledge.phrasings import check_phrasings, read_phrasings
from bot.settings import Settings
from tests.fixtures.reading import CONNECTOR, copy_connector


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """A copy of the real articles, to be damaged."""
    return copy_connector(tmp_path / "knowledge")


def faults_of(folder: Path) -> list[KnowledgeFault]:
    try:
        knowledge, faults = check_knowledge(folder)
    except KnowledgeError as error:
        return error.faults
    return faults + check_phrasings(knowledge)


def change(path: Path, old: str, new: str) -> int:
    """Put `new` for the first `old` in a file and return the line it begins on."""
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    return content[: content.index(old)].count("\n") + 1


def test_the_real_folder_has_no_faults(settings: Settings) -> None:
    """Committed files can be read, and every phrasing is where it should be."""
    assert faults_of(CONNECTOR) == []


def test_an_unknown_key_is_named_with_its_line(folder: Path) -> None:
    """A misspelled key is not passed over."""
    line = change(folder / "20502.md", "outcome: failure", "outcome: failure\nteapot: full") + 1
    (fault,) = faults_of(folder)

    assert (fault.path, fault.line) == (folder / "20502.md", line)
    assert "“teapot” is not a key" in fault.message
    assert "knowledge/README.md" in fault.message


def test_a_missing_key_is_named(folder: Path) -> None:
    """Without its outcome an article cannot be shown."""
    change(folder / "20502.md", "outcome: failure\n", "")
    (fault,) = faults_of(folder)

    assert fault.path == folder / "20502.md"
    assert "“outcome” is missing; add it" in fault.message


def test_a_wrong_value_is_shown_with_its_line(folder: Path) -> None:
    """The sentence holds what was written and what would be right."""
    line = change(folder / "20502.md", "outcome: failure", "outcome: boiling")
    (fault,) = faults_of(folder)

    assert fault.line == line
    assert "'boiling'" in fault.message
    assert "must be one of success, information, warning, failure" in fault.message


def test_an_unknown_heading_is_named_with_those_that_are_known(folder: Path) -> None:
    """Headings are fixed, and the author is told which there are."""
    line = change(
        folder / "20502.md",
        "## Where to look",
        "## Where to sip\n\nAt the teapot.\n\n## Where to look",
    )
    (fault,) = faults_of(folder)

    assert (fault.path, fault.line) == (folder / "20502.md", line)
    assert "unknown heading “Where to sip”" in fault.message
    assert "Where to look" in fault.message


def test_an_unknown_heading_of_the_sibling_is_named_in_its_language(folder: Path) -> None:
    """The Chinese sibling has Chinese headings."""
    line = change(
        folder / "20502.zh-TW.md",
        "## 到哪裡看",
        "## Where to look\n\n茶壺。\n\n## 到哪裡看",
    )
    (fault,) = faults_of(folder)

    assert (fault.path, fault.line) == (folder / "20502.zh-TW.md", line)
    assert "到哪裡看" in fault.message


def test_a_missing_section_is_named(folder: Path) -> None:
    """Every article says where to look."""
    path = folder / "10010.md"
    content = path.read_text(encoding="utf-8")
    path.write_text(content[: content.index("## Where to look")], encoding="utf-8")
    (fault,) = faults_of(folder)

    assert fault.path == path
    assert "“## Where to look” is missing or empty; write it" in fault.message


def test_a_missing_title_is_named(folder: Path) -> None:
    """The title is what buttons show."""
    change(folder / "10010.md", "# The connector service started\n", "")
    (fault,) = faults_of(folder)

    assert fault.path == folder / "10010.md"
    assert "title is missing" in fault.message


def test_a_dead_cross_reference_is_named_with_its_line(folder: Path) -> None:
    """An article cannot send its reader to an event nobody documented."""
    line = change(folder / "20502.md", "look for **20402**", "look for **29992**")
    (fault,) = faults_of(folder.parent)

    assert (fault.path, fault.line) == (folder / "20502.md", line)
    assert "29992 is mentioned, but no article defines it" in fault.message


def test_a_dead_cause_is_named_with_its_line(folder: Path) -> None:
    """`caused_by` holds IDs of articles."""
    line = change(folder / "20502.md", 'caused_by: ["20402"', 'caused_by: ["29992"')
    (fault,) = faults_of(folder.parent)

    assert (fault.path, fault.line) == (folder / "20502.md", line)
    assert "“caused_by” names 29992, which no article defines" in fault.message


def test_an_undefined_code_is_named_with_its_line(folder: Path) -> None:
    """A code in the front matter needs an article and a cause."""
    line = change(folder / "20502.md", 'codes: ["0x00000000", ', 'codes: ["0x00000000", "0x00000418", ')
    faults = faults_of(folder.parent)

    assert (folder / "20502.md", line) in [(fault.path, fault.line) for fault in faults]
    assert any("“codes” names 0x00000418, which no article defines" in fault.message for fault in faults)
    assert any("the causes lack a line “- `0x00000418`: …”" in fault.message for fault in faults)


def test_a_code_without_a_cause_is_named_in_each_language(folder: Path) -> None:
    """Each documented code has its half sentence in both languages."""
    change(folder / "20502.zh-TW.md", "- `0x00000409`", "- `0x00000410`")
    (fault,) = faults_of(folder)

    assert fault.path == folder / "20502.zh-TW.md"
    assert "0x00000409" in fault.message


def test_an_unknown_step_is_named_with_those_that_are_known(folder: Path) -> None:
    """The step of the flow is one of the product's."""
    line = change(folder / "20502.md", "step: scep/policy-module", "step: scep/teapot")
    (fault,) = faults_of(folder)

    assert (fault.path, fault.line) == (folder / "20502.md", line)
    assert "scep/policy-module" in fault.message


def test_a_missing_sibling_is_named(folder: Path) -> None:
    """An article without its Chinese prose is half an article."""
    (folder / "20502.zh-TW.md").unlink()
    (fault,) = faults_of(folder)

    assert fault.path == folder / "20502.zh-TW.md"
    assert "is missing; write the article's zh-TW prose there" in fault.message


def test_a_duplicate_phrasing_is_named_with_its_other_place(folder: Path) -> None:
    """A phrasing that stands under two articles would teach nothing."""
    for article_id in ("20502", "20402"):
        change(folder / f"{article_id}.people-say.yaml", "en:\n", 'en:\n  - "the teapot is on fire"\n')
    (fault,) = faults_of(folder)

    assert fault.path == folder / "20502.people-say.yaml"
    assert "“the teapot is on fire” stands under 20402 too" in fault.message


def test_too_few_phrasings_are_counted(folder: Path) -> None:
    """Free text needs many voices; the fault says how many are there and how many are needed."""
    (folder / "20502.people-say.yaml").write_text('en:\n  - "the teapot is on fire"\n', encoding="utf-8")
    messages = [fault.message for fault in faults_of(folder)]

    assert messages == [
        "has 1 phrasings in en; write at least 10",
        "has 0 phrasings in zh-TW; write at least 10",
    ]


def test_phrasings_without_an_article_are_named(folder: Path) -> None:
    """A file that was left behind is found."""
    (folder / "29992.people-say.yaml").write_text('en:\n  - "the teapot is on fire"\n', encoding="utf-8")
    (fault,) = faults_of(folder)

    assert fault.path == folder / "29992.people-say.yaml"
    assert "belongs to no article" in fault.message


def test_background_talk_may_be_sorted_by_kind(folder: Path) -> None:
    """Both forms are read, so that the file of an older product stays one."""
    flat, sorted_ = folder.parent / "flat.yaml", folder.parent / "sorted.yaml"
    flat.write_text('en:\n  - "the teapot is on fire"\nzh-TW:\n  - "茶壺著火了"\n', encoding="utf-8")
    sorted_.write_text(
        'everyday:\n  en:\n    - "the teapot is on fire"\nfollow-ups:\n  zh-TW:\n    - "茶壺著火了"\n', encoding="utf-8"
    )

    assert read_phrasings(sorted_, None) == read_phrasings(flat, None) == ["the teapot is on fire", "茶壺著火了"]


def test_an_articles_phrasings_have_no_kinds(folder: Path) -> None:
    """A kind there would be taken for a language."""
    content = 'everyday:\n  en:\n    - "the teapot is on fire"\n'
    (folder / "20502.people-say.yaml").write_text(content, encoding="utf-8")
    (fault,) = faults_of(folder)

    assert "must be lists of phrasings under a language" in fault.message


@pytest.mark.parametrize("content", ["en: [", "- a list\n", "en: a sentence\n", "en:\n\t- tab\n"])
def test_phrasings_that_are_no_lists_are_refused(folder: Path, content: str) -> None:
    """A damaged file of phrasings is one sentence, not a stack trace."""
    (folder / "20502.people-say.yaml").write_text(content, encoding="utf-8")
    (fault,) = faults_of(folder)

    assert fault.path == folder / "20502.people-say.yaml"
    assert "phrasing" in fault.message


def test_bad_yaml_is_named_with_its_line(folder: Path) -> None:
    """The line is the file's, not the front matter's."""
    line = change(folder / "20502.md", "outcome: failure", "outcome: [failure")
    faults = [fault for fault in faults_of(folder) if fault.path == folder / "20502.md"]

    assert "not valid YAML; check indentation and quotes" in faults[0].message
    assert line <= faults[0].line <= line + 1


def test_a_missing_front_matter_is_named(folder: Path) -> None:
    """Prose alone is no article."""
    (folder / "20502.md").write_text("# Tea\n\n## What it means\nTea.\n", encoding="utf-8")
    faults = [fault for fault in faults_of(folder) if fault.path == folder / "20502.md"]

    assert "copy it from TEMPLATE.md" in faults[0].message


def test_a_file_that_is_not_utf8_is_named(folder: Path) -> None:
    """Notepad's other encodings are told apart from damage."""
    path = folder / "20502.md"
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    faults = [fault for fault in faults_of(folder) if fault.path == path]

    assert faults[0].message == "is not UTF-8 text; save it as UTF-8"


def test_a_sibling_that_is_not_utf8_is_named(folder: Path) -> None:
    """A zh-TW file in Big5 is a sentence, not a stack trace."""
    path = folder / "20502.zh-TW.md"
    path.write_bytes("# 茶壺\n".encode("big5"))
    faults = [fault for fault in faults_of(folder) if fault.path == path]

    assert "is not UTF-8 text; save it as UTF-8" in [fault.message for fault in faults]


def test_an_id_that_is_not_the_files_name_is_named_with_its_line(folder: Path) -> None:
    """The file's name is the article's address."""
    change(folder / "20502.md", 'id: "20502"', 'id: "20418"')
    faults = [fault for fault in faults_of(folder) if "is named 20502 but its id is 20418" in fault.message]

    assert [(fault.path, fault.line) for fault in faults] == [(folder / "20502.md", 2)]


@pytest.mark.parametrize("markdown", ["```\ntea\n```", "> tea", "---", "![tea](tea.png)"])
def test_markdown_that_chat_cannot_show_is_named_with_its_line(folder: Path, markdown: str) -> None:
    """Fences, quotes, rules, HTML and pictures have no place in a card."""
    line = change(
        folder / "10010.md",
        "## Likely causes",
        f"{markdown}\n\n## Likely causes",
    )
    (fault,) = faults_of(folder)

    assert (fault.path, fault.line) == (folder / "10010.md", line)
    assert "chat" in fault.message


def test_all_faults_are_reported_together_in_the_order_of_their_files(folder: Path) -> None:
    """An author mends everything in one go."""
    change(folder / "20502.md", "look for **20402**", "look for **29992**")
    change(folder / "10010.md", "outcome: success", "outcome: success\nteapot: full")
    (folder / "20600.zh-TW.md").unlink()
    change(folder / "20302.md", "## Where to look", "## Where to sip")
    found = [fault.path.name for fault in faults_of(folder.parent)]

    assert {"20502.md", "10010.md", "20600.zh-TW.md", "20302.md"} <= set(found)
    assert found == sorted(found)


def test_reading_a_folder_with_faults_raises_them_all(folder: Path) -> None:
    """The bot does not start with half a knowledge; the error's text is the list an author needs."""
    change(folder / "20502.md", "outcome: failure", "outcome: boiling")
    (folder / "20600.zh-TW.md").unlink()
    with pytest.raises(KnowledgeError) as raised:
        read_knowledge(folder)

    assert f"{folder / '20502.md'}:" in str(raised.value)
    assert f"{folder / '20600.zh-TW.md'}:1: is missing" in str(raised.value)


def test_a_date_that_does_not_exist_is_named_with_its_line(folder: Path) -> None:
    """A slip of the finger in a date is a fault of one line, as any other."""
    line = change(folder / "20502.md", "reviewed: 2026-11-30", "reviewed: 2026-02-30")
    (fault,) = faults_of(folder)

    assert (fault.path, fault.line) == (folder / "20502.md", line)
    assert "“reviewed” is '2026-02-30'" in fault.message


def test_an_article_that_notepad_saved_is_read(folder: Path) -> None:
    """Notepad puts a mark before the text when it saves as "UTF-8 with BOM"."""
    for name in ("20502.md", "20502.zh-TW.md"):
        (folder / name).write_bytes(b"\xef\xbb\xbf" + (folder / name).read_bytes())

    assert faults_of(folder) == []


def test_what_names_an_article_that_is_left_out_is_left_out_with_it(folder: Path) -> None:
    """No card, cause or question of the bot's leads to an article that is not there."""
    whole = read_knowledge(folder)
    change(folder / "20402.md", "outcome: failure", "outcome: boiling")
    change(folder / "0x00000409.md", "reviewed: 2026", "reviewed: 20262026")
    left, faults = load_knowledge(folder)

    assert {fault.path.name for fault in faults} == {"20402.md", "0x00000409.md"}
    assert left.broken == {"20402", "0x00000409"}
    assert left.articles.keys() == whole.articles.keys() - left.broken
    assert "20402" in whole.articles["20502"].caused_by
    assert "20402" not in left.articles["20502"].caused_by
    assert "0x00000409" not in left.articles["20502"].codes
    named = {side for each in left.relations.effects for side in (each.cause.event, each.effect.event)}
    assert "20402" in {each.cause.event for each in whole.relations.effects}
    assert not named & left.broken
    assert not any(set(each.events) & left.broken for each in left.relations.asks)


def test_a_folder_without_a_product_is_named(tmp_path: Path) -> None:
    """An empty folder is not the knowledge folder."""
    with pytest.raises(KnowledgeError, match="is this the knowledge folder") as raised:
        read_knowledge(tmp_path)

    assert raised.value.faults[0].path == tmp_path / "product.yaml"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("logs:", "teapots:", "“teapots” is not a key of product.yaml"),
        ("flows:", "flows: [", "not valid YAML"),
    ],
)
def test_a_damaged_product_file_is_named(folder: Path, old: str, new: str, said: str) -> None:
    """The product's own file is checked as strictly as an article."""
    change(folder / "product.yaml", old, new)
    faults = faults_of(folder)

    assert any(fault.path == folder / "product.yaml" and said in fault.message for fault in faults)


@pytest.mark.parametrize(
    "link",
    [
        "https://support.microsoft.com/help/4457481/troubleshooting-scep-certificate-profile-deployment-in-intune",
        "https://learn.microsoft.com/en-us/troubleshoot/mem/intune/certificates/troubleshoot-scep-certificate-profiles",
        "https://aka.ms/intuneconnectorverificationscript",
        "digicert",
    ],
)
def test_every_link_of_the_source_page_stands_in_an_article(link: str, sceptic: Sceptic) -> None:
    """The SCEP guide under its old and its new address, the script samples, and the DigiCert RA page as an absolute link."""
    urls = {
        run.url
        for article in sceptic.knowledge.articles.values()
        for section in (article.prose["en"].next_steps, article.prose["en"].where_to_look, article.prose["en"].causes)
        for text in section
        for run in text
        if run.url
    }
    found = [url for url in urls if link in url]

    assert found
    assert all(url.startswith("https://") for url in found)


def test_every_article_names_its_sources_and_the_day_it_was_reviewed(sceptic: Sceptic) -> None:
    """Nothing without a source."""
    for article in sceptic.knowledge.articles.values():
        assert article.sources, article.id
        on_page = any("troubleshoot-certificate-connector-events" in source.url for source in article.sources)
        assert on_page or article.product.id != CONNECTOR.name, article.id
        assert article.reviewed >= "2026-11-01", article.id


def test_urgent_steps_of_a_code_or_more_than_there_are_is_a_fault(folder: Path) -> None:
    """The key says which of an event's steps a code's may not replace."""
    on_code = change(folder / "0x00000402.md", "outcome: failure", "outcome: failure\nurgent_steps: 1") + 1
    too_many = change(folder / "20300.md", "outcome: success", "outcome: success\nurgent_steps: 5") + 1
    found = {(fault.path.name, fault.line): fault.message for fault in faults_of(folder)}

    assert "is for events" in found["0x00000402.md", on_code]
    assert "fewer steps" in found["20300.md", too_many]


def test_relations_that_name_a_removed_article_are_left_out(folder: Path) -> None:
    """No success is awaited, and no event asked for, that the bot could not explain when it comes."""
    whole = read_knowledge(folder.parent)
    for path in folder.glob("20100.*"):
        path.unlink()
    left, faults = load_knowledge(folder.parent)

    assert any(fault.path.name == "relations.yaml" and "20100" in fault.message for fault in faults)
    assert "20100" in whole.relations.named
    assert "20100" not in left.relations.named
    assert not left.relations.named & left.broken
    assert left.relations.logs == whole.relations.logs


@pytest.mark.parametrize("copy", ["10001", "99999"], ids=["read before it", "read after it"])
def test_a_copy_whose_id_nobody_changed_takes_no_articles_place(folder: Path, copy: str) -> None:
    """Whoever begins an article with a copy of another one changes the text first and the ID last."""
    (folder / f"{copy}.md").write_bytes((folder / "20502.md").read_bytes())
    change(folder / f"{copy}.md", "outcome: failure", "outcome: success")
    left, _ = load_knowledge(folder)

    assert left.articles["20502"].outcome == "failure"
    assert left.broken == {copy}


def test_an_article_in_a_file_of_another_name_is_left_out(folder: Path) -> None:
    """Its other files, the draft's address among them, would be looked for under a name that is not there."""
    (folder / "20502.md").rename(folder / "20502-old.md")
    left, _ = load_knowledge(folder)

    assert "20502" not in left.articles
    assert "20502" in left.broken
