"""The card of the flows, and what a strip claims: nothing is ticked on inference without saying so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.diagnosis import Match, Sceptic
from bot.knowledge.library import read_knowledge
from bot.languages import LANGUAGES, Language
from bot.replies.answers.card import render_card
from bot.replies.answers.flows import find_flows, render_flows
from bot.replies.incidents.card import render_incident
from tests.replies.test_replies import assert_sendable
from tests.triage.incidents import evidence, seen

PRODUCTS = Path(__file__).parents[1] / "fixtures" / "product_set"


def shown(reply: object) -> str:
    blocks = getattr(reply, "blocks")  # noqa: B009 - a card or a reply
    return json.dumps(list(blocks), ensure_ascii=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_holds_both_generations_step_by_step(sceptic: Sceptic, language: Language) -> None:
    """Each step once, with the numbers of either connector, its log, and its guide in the reader's language."""
    knowledge = sceptic.knowledge
    flows = find_flows(knowledge, "")
    reply = render_flows(flows, knowledge, language)
    assert_sendable(reply)
    text = shown(reply)

    assert [flow.id for flow in flows] == ["scep", "pkcs"]
    assert text.count("4004") == text.count("*20500*") == 1
    for flow in flows:
        assert len(flow.products) == 2
        assert all(step.guide.address(language) in text and step.logs[language] in text for step in flow.steps)


def test_a_flow_is_found_by_its_name_alone(sceptic: Sceptic) -> None:
    """Whatever the case; a name that no flow has finds none."""
    assert [flow.id for flow in find_flows(sceptic.knowledge, "Revoke")] == ["revoke"]
    assert find_flows(sceptic.knowledge, "samovar") == ()


def test_products_without_generations_show_all_their_flows() -> None:
    """Without a successor no flow comes before another."""
    knowledge = read_knowledge(PRODUCTS)
    flows = find_flows(knowledge, "")

    assert {flow.id for flow in flows} == {flow for each in knowledge.products.values() for flow in each.flows}


@pytest.mark.parametrize(("language", "words"), [("en", "inferred, no page says so"), ("zh-TW", "沒有文件這樣寫")])
def test_a_step_that_is_only_concluded_is_ticked_in_brackets(sceptic: Sceptic, language: Language, words: str) -> None:
    """20502 says that the challenge was not verified; that the profile arrived is read off the order of the steps."""
    article = sceptic.knowledge.articles["20502"]
    strip = "\n".join(map(str, render_card(Match(article, ()), sceptic.knowledge, language).first_screen))
    card = shown(render_incident(evidence((seen("20502", "10:00"),)), sceptic.knowledge, language))
    first = article.product.flows["scep"][0].name[language]

    for text in (strip, card):
        assert f"{first} (✓)" in text
        assert f"{first} ✓" not in text
        assert words in text


def test_a_card_without_inference_needs_no_explanation(sceptic: Sceptic) -> None:
    """Nothing is said of brackets where there are none."""
    article = sceptic.knowledge.articles["20102"]
    text = "\n".join(map(str, render_card(Match(article, ()), sceptic.knowledge, "en").first_screen))

    assert ("(✓)" in text) == ("no page says so" in text)


def test_what_happened_on_another_products_side_stands_in_the_same_strip(sceptic: Sceptic) -> None:
    """The CA's own event and the connector's are steps of one flow: one line, not one for each product."""
    card = shown(render_incident(evidence((seen("4004", "10:00"), seen("ndes-31", "10:01"))), sceptic.knowledge, "en"))

    assert card.count("SCEP:") == 1
    assert "CA ✗" in card
    assert "verification with Intune ✓" in card


def test_what_stands_in_two_flows_touches_neither_alone(sceptic: Sceptic) -> None:
    """A request that the CA denied may be SCEP's or PKCS's; beside an event that tells, it counts."""
    alone = shown(render_incident(evidence((seen("ca-53", "10:00"),)), sceptic.knowledge, "en"))
    beside = shown(render_incident(evidence((seen("1002", "10:00"), seen("ca-53", "10:01"))), sceptic.knowledge, "en"))

    assert "SCEP:" not in alone
    assert "PKCS:" not in alone
    assert "connector → CA (✗)" in beside
    assert "SCEP:" not in beside
