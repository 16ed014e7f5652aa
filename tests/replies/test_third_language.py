"""A made-up language, as one entry of the registry, a catalogue and articles: it is spoken with no other line of code."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.pofile import read_po, write_po

from bot.diagnosis import Diagnosis, Match, MatchReason
from bot.knowledge import Knowledge
from bot.knowledge.library import check_knowledge
from bot.languages import DEFAULT, LANGUAGES, language_of_locale
from bot.replies import texts
from bot.replies.answers.render import language_for, render
from bot.replies.incidents.card import render_incident
from bot.replies.incidents.export import export_incident
from bot.replies.incidents.forms import hand_over_form, read_form
from bot.replies.texts.compile import compile_catalogues, texts_of
from bot.replies.workspace.help import render_help
from bot.replies.workspace.settings_form import ShownSettings, settings_form
from bot.settings import KNOWLEDGE
from bot.slack.routing.commands import find_command, help_lines
from bot.slack.routing.mentions import find_mention_command
from bot.triage import Incident, Sighting
from bot.triage.transitions import record_sightings
from tests.fixtures.slack_view import seen

# Private use (BCP 47): no language will ever have it.
TAG = "qaa"
HEADINGS = tuple(f"Q {heading}" for heading in LANGUAGES[DEFAULT].headings)


def write_catalogue(folder: Path) -> None:
    """Write the language's catalogue from the English one: every text in brackets, every command with a q before it."""
    shutil.copytree(texts.FOLDER, folder)
    with (folder / f"{DEFAULT}.po").open("rb") as source:
        catalogue = read_po(source)
    for message in catalogue:
        if not message.id:
            continue
        wrap: Callable[[str], str] = lambda text: f"⟦{text}⟧"  # noqa: E731
        if "".join(message.id).startswith("mention."):
            wrap = lambda text: "|".join(f"q{phrase}" for phrase in text.split("|"))  # noqa: E731
        if "".join(message.id).startswith("command."):
            wrap = lambda text: " ".join(f"q{word}" for word in text.split())  # noqa: E731
        message.string = wrap(message.string) if isinstance(message.string, str) else tuple(map(wrap, message.string))
    with (folder / f"{TAG}.po").open("wb") as written:
        write_po(written, catalogue)


def translate_yaml(value: Any) -> Any:
    """Give every wording of a product's files the language as well."""
    if isinstance(value, dict):
        if DEFAULT in value and isinstance(value[DEFAULT], str):
            return {**value, TAG: f"Q {value[DEFAULT]}"}
        return {key: translate_yaml(each) for key, each in value.items()}
    return [translate_yaml(each) for each in value] if isinstance(value, list) else value


def write_articles(folder: Path) -> None:
    """Write the language's siblings of all articles, and its wordings of product, relations and topics."""
    shutil.copytree(KNOWLEDGE, folder)
    for path in sorted(folder.glob("*/*.md")):
        if not path.stem.endswith(tuple(f".{language}" for language in LANGUAGES)):
            prose = path.read_text(encoding="utf-8").split("\n---\n", 1)[1]
            for english, own in zip(LANGUAGES[DEFAULT].headings, HEADINGS, strict=True):
                prose = prose.replace(f"## {english}\n", f"## {own}\n")
            path.with_name(f"{path.stem}.{TAG}.md").write_text(prose.replace("\n# ", "\n# Q "), encoding="utf-8")
    for path in folder.glob("*/*.yaml"):
        if path.name in {"product.yaml", "relations.yaml", "uncovered.yaml", "crosswalk.yaml"}:
            content = translate_yaml(yaml.safe_load(path.read_text(encoding="utf-8")))
            path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


@pytest.fixture
def spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Knowledge:
    """The knowledge of a bot that speaks the language too."""
    own = replace(LANGUAGES[DEFAULT], name="Qaa", comma=" + ", locales=(TAG,), characters="", headings=HEADINGS)  # type: ignore[arg-type]
    monkeypatch.setitem(LANGUAGES, TAG, own)
    write_catalogue(tmp_path / "texts")
    monkeypatch.setattr(texts, "FOLDER", tmp_path / "texts")
    write_articles(tmp_path / "knowledge")
    assert compile_catalogues(tmp_path / "texts") == []
    knowledge, faults = check_knowledge(tmp_path / "knowledge")
    assert faults == []
    return knowledge


def view(blocks: Any) -> str:
    return "".join(character for character, _ in seen(blocks))


def test_a_third_language_answers(spoken: Knowledge) -> None:
    """For a reader whose Slack speaks it: every label out of the catalogue, every sentence out of the article."""
    silent = Diagnosis("silent")
    assert language_for(silent, "qaa-XX") == language_of_locale(TAG) == TAG
    match = Match(spoken.articles["20502"], (MatchReason("id_cued", "20502"),), (), (spoken.articles["0x00000409"],))
    answer = view(render(Diagnosis("answer", matches=(match,)), spoken, TAG, private=True).blocks)

    assert "⟦Failure⟧ · 20502 · CRPVerifyMetric_Failure" in answer
    assert "⟦Do this next⟧\n1. " in answer
    assert "Q device → NDES (✓)" in answer
    unknown = render(Diagnosis("unknown", subject="20503"), spoken, TAG)
    assert unknown.text.startswith("⟦")


def test_a_third_language_keeps_an_incident(spoken: Knowledge) -> None:
    """Card, form, export, and the reasons of a cause."""
    sightings = (Sighting("20502", ("0x00000409",), "NDES01"), Sighting("20402", (), "NDES01"))
    incident = record_sightings(Incident(42, "T1", "C1", "1.0", "UADA", 1.0), "1.0", "UADA", sightings, 2.0)
    card = view(render_incident(incident, spoken, TAG).blocks)

    assert "INC-42 · ⟦Triage⟧" in card or "⟦INC-42 · ⟦Triage⟧" in card
    assert "⟦Likely cause⟧" in card
    assert "⟦Nobody owns it yet⟧" in card
    form = hand_over_form(incident, TAG)
    assert form["submit"]["text"] == "⟦Hand over⟧"
    submitted: Any = {"private_metadata": form["private_metadata"], "state": {"values": {}}}
    assert read_form(submitted).language == TAG
    assert "## ⟦Evidence⟧" in export_incident(incident, spoken, TAG)


def test_a_third_language_helps_and_is_offered(spoken: Knowledge) -> None:
    """Its commands are understood, and a channel can choose it; other catalogues call it what its speakers do."""
    help_text = render_help(TAG, help_lines(), tuple(spoken.products.values())).text
    assert help_text.startswith("⟦Sceptic explains")
    assert re.search(r"⟦• /event open \+ /event mine \+ /event search \S+: ⟦incidents⟧⟧", help_text)
    assert "20502" in help_text
    command = find_command("qopen")
    assert command is not None
    assert (command.name, command.language_of("qopen"), command.language_of("open")) == ("open", TAG, None)
    mentioned = find_mention_command("⟦qhush⟧")
    assert mentioned is not None
    assert mentioned.name == "hush"
    form = settings_form(ShownSettings(channel_id="C1", speak="pasted"), "en")
    assert "'text': 'Qaa'" in str(form)


def test_a_language_without_its_catalogue_or_articles_is_named(
    spoken: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence each, with the file."""
    (tmp_path / "texts" / f"{TAG}.po").unlink()
    (tmp_path / "knowledge" / "intune-connector" / f"20502.{TAG}.md").unlink()

    assert compile_catalogues(tmp_path / "texts") == [
        f"{tmp_path}/texts/{TAG}.po:1: is missing; copy en.po and translate it"
    ]
    (fault,) = check_knowledge(tmp_path / "knowledge")[1]
    assert str(fault.path).endswith(f"20502.{TAG}.md")
    assert "is missing; write the article's qaa prose there" in fault.message
    assert texts_of(tmp_path / "texts", DEFAULT)
