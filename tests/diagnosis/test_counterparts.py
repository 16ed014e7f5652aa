"""A number of one generation asked of the other: answered by meaning, and said how certain that is."""

from __future__ import annotations

import pytest

from bot.diagnosis import Diagnosis, Match, Sceptic, diagnose
from bot.evidence import read_evidence
from bot.replies.answers.card import render_card
from bot.replies.answers.render import language_for, render


def decided(sceptic: Sceptic, text: str) -> Diagnosis:
    return diagnose(read_evidence(text, sceptic.knowledge.lexicon), sceptic, "mention")


def shown(sceptic: Sceptic, text: str) -> str:
    diagnosis = decided(sceptic, text)
    return str(render(diagnosis, sceptic.knowledge, language_for(diagnosis, None)).blocks)


@pytest.mark.parametrize(
    ("text", "article", "line"),
    [
        ("what is 20502 on the new connector", "4005", "*20502* (the legacy connector) is *4005* on the current"),
        ("what does 20100 correspond to on the current connector?", "1050", "*20100* (the legacy connector) is *1050*"),
        ("20502 在新版連接器是哪一個", "4005", "*20502*（舊版連接器）在新版連接器是 *4005*（推論）"),
        ("20202 對應新版連接器的哪個編號", "3051", "*20202*"),
        ("0x00000409 on the unified connector", "4005", "*0x00000409* (the legacy connector) is *4005*"),
        ("4004 on the legacy connector", "20500", "*4004* (the current connector) is *20500* on the legacy connector"),
    ],
)  # fmt: skip
def test_a_number_is_answered_with_its_counterpart(sceptic: Sceptic, text: str, article: str, line: str) -> None:
    """The first line says which number became which, by whose reading, and why."""
    found = decided(sceptic, text)

    assert [match.article.id for match in found.matches] == [article]
    assert line in shown(sceptic, text)


def test_one_number_that_became_several_is_a_choice_of_events(sceptic: Sceptic) -> None:
    """Downloads have a number for each kind now; two numbers that became one are offered without their codes."""
    new = decided(sceptic, "what does 20402 correspond to in the new connector")
    old = decided(sceptic, "what is 4005 on the legacy connector")

    assert [match.article.id for match in new.choices] == ["1003", "3003", "2203"]
    assert [match.article.id for match in old.choices] == ["20501", "20502"]


@pytest.mark.parametrize("text", ["10010 on the current connector?", "新版連接器沒有 10010 嗎"])
def test_where_nothing_means_the_same_it_says_so_and_what_does(sceptic: Sceptic, text: str) -> None:
    """No event of the current list tells that a service started; Windows' own does."""
    answer = shown(sceptic, text)

    assert "7036" in answer
    assert "10010" in answer
    assert "inferred" in answer or "推論" in answer


def test_below_an_answer_one_line_names_the_counterpart(sceptic: Sceptic) -> None:
    """Of an event only events are named; what is not documented is said to be inferred."""
    assert "On the current connector: *4005* (inferred)." in shown(sceptic, "20502")
    assert "On the legacy connector: *20501*, *20502* (inferred)." in shown(sceptic, "4005")


def test_an_answer_says_what_nobody_documented_and_what_was_not_read(sceptic: Sceptic) -> None:
    """Each article that is inferred, seen in reports or whose text nobody read says so on its card, and no other."""
    for article in sceptic.knowledge.articles.values():
        card = str(render_card(Match(article, ()), sceptic.knowledge, "en").first_screen)
        assert ("Nobody documented this; inferred from" in card) == (article.confidence == "inferred"), article.id
        assert ("it was seen in reports: " in card) == (article.confidence == "seen in reports"), article.id
        assert ("was not read: " in card) >= (not article.text_seen), article.id
