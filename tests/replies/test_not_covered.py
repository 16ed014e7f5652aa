"""Replies where no article answers: whose it is, what it seems to be about, and what to do next."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot import ask_batch
from bot.ask_batch import as_object
from bot.diagnosis import Diagnosis, Match, Sceptic, diagnose
from bot.diagnosis.values import MatchReason
from bot.knowledge import Knowledge, Topic
from bot.languages import LANGUAGES, Language
from bot.replies.answers.render import render, render_why
from bot.replies.values import Reply
from tests.fixtures.reading import read_evidence

PAGE = "https://learn.microsoft.com/en-us/mem/intune/protect/certificates-pfx-configure"
MAPPING = Topic("strong-mapping", {"en": "strong mapping", "zh-TW": "強式對應"}, PAGE)
BARE = Topic("drafts", {"en": "draughts & <drafts>", "zh-TW": "草稿"})


@pytest.fixture
def knowledge(sceptic: Sceptic) -> Knowledge:
    return sceptic.knowledge


def blocks_of(reply: Reply) -> str:
    return str([block["text"]["text"] for block in reply.blocks if "text" in block])


@pytest.mark.parametrize(
    ("language", "sentence", "topic", "page", "next_act"),
    [
        ("en", "I have no article on that.", "It seems to be about *strong mapping*", "/en-us/", "Paste an event"),
        ("zh-TW", "這個問題我沒有文章可以回答。", "看起來是在問 *強式對應*", "/zh-tw/", "請貼上事件內容"),
    ],
)
def test_a_question_without_an_article_is_told_what_it_is_about(
    language: Language, sentence: str, topic: str, page: str, next_act: str, knowledge: Knowledge
) -> None:
    """The nearest page is the reader's own, and the last line says what to give the bot instead."""
    shown = blocks_of(render(Diagnosis("not_covered", topic=MAPPING), knowledge, language))

    assert all(each in shown for each in (sentence, topic, page, next_act))


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_topic_or_a_page_nothing_is_guessed(language: Language, knowledge: Knowledge) -> None:
    """The sentence and the next act stand alone; a topic's name is text, whatever it holds."""
    nothing = blocks_of(render(Diagnosis("not_covered"), knowledge, language))
    no_page = blocks_of(render(Diagnosis("not_covered", topic=BARE), knowledge, "en"))

    assert "https" not in nothing
    assert "*draughts &amp; &lt;drafts&gt;*" in no_page
    assert "https" not in no_page


def test_what_is_not_covered_is_unknown_to_a_batch_alone_and_told_by_why(
    knowledge: Knowledge, sceptic: Sceptic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch keeps to its five words; one JSON object has the decision itself."""
    diagnosis = Diagnosis("not_covered", topic=MAPPING, reasons=(MatchReason("words_uncovered", "strong mapping"),))
    why = render_why(diagnosis, Diagnosis("silent"), "en").text

    monkeypatch.setattr(ask_batch, "decide", lambda *_: diagnosis)
    assert json.loads(ask_batch.answer_line(1, b'{"text": "x"}', sceptic) or "")["decision"] == "unknown"
    assert as_object(diagnosis)["decision"] == "not_covered"
    assert "not covered" in why
    assert "no article is about them: strong mapping" in why


def unknown(*subjects: str, codes: tuple[str, ...] = ()) -> Diagnosis:
    reasons = tuple(MatchReason("code_unknown" if each in codes else "id_unknown", each) for each in subjects)
    return Diagnosis("unknown", subject=subjects[0], reasons=reasons)


def test_every_unknown_identifier_is_named(knowledge: Knowledge) -> None:
    """Events as events and codes as codes; of many, how many more there are."""
    both = render(unknown("20503", "20509", "0x00000499", codes=("0x00000499",)), knowledge, "en").text
    many = render(unknown(*(f"20{n}" for n in range(710, 725))), knowledge, "en").text
    chinese = render(unknown("20503", "20509"), knowledge, "zh-TW").text

    assert "20503, 20509 are not among the documented events" in both
    assert "0x00000499 is not among the documented diagnostic codes" in both
    assert "And 5 more." in many
    assert "20503、20509" in chinese


def test_identifiers_beside_the_subject_are_named_with_it(knowledge: Knowledge) -> None:
    """A decision lists them where they have no reason of their own."""
    shown = render(Diagnosis("unknown", subject="20503", unexplained=("20603",)), knowledge, "en").text

    assert "20503, 20603 are not" in shown


@pytest.mark.parametrize(
    ("subject", "speaks"),
    [("20503", True), ("20999", False), ("403", False), ("4099", False), ("1059", False), ("7", False)],
)
def test_the_last_digit_is_spoken_of_only_in_a_number_of_one_products_group(
    subject: str, speaks: bool, knowledge: Knowledge
) -> None:
    """403 is no event of five digits, and 20999 may be any product's: their last digits mean nothing."""
    shown = render(unknown(subject), knowledge, "en").text

    assert ("end in" in shown) is speaks
    assert "Paste the whole event" in blocks_of_context(render(unknown(subject), knowledge, "en"))


def blocks_of_context(reply: Reply) -> str:
    return str([block["elements"] for block in reply.blocks if block["type"] == "context"])


def test_a_product_out_of_support_is_named_with_that(knowledge: Knowledge, sceptic: Sceptic) -> None:
    """To whoever runs the one that replaced it, it is another."""
    asked = diagnose(read_evidence("event 20503 on the legacy connector"), sceptic, "mention")
    foreign = Diagnosis("not_ours", subject="20502", provider="Contoso-Kettle")
    supported = Diagnosis("unknown", subject="1059", product=knowledge.products["unified-connector"])

    assert "of the legacy connector (out of support)." in render(asked, knowledge, "en").text
    assert "no event of the legacy connector (out of support)." in render(foreign, knowledge, "en").text
    assert "舊版連接器（已不受支援）" in render(foreign, knowledge, "zh-TW").text
    assert "of the current connector." in render(supported, knowledge, "en").text


@pytest.mark.parametrize(
    ("subject", "sentence"),
    [
        # An ID of the group of 20500 to 20502, of the one product whose articles hold all that is documented.
        ("20503", "20503 is not among the documented events of the legacy connector (out of support)."),
        ("0x00000499", "0x00000499 is not among the documented diagnostic codes of the legacy connector"),
        # The vendor says that the list is not complete.
        ("4099", "I have no article on event 4099 of the current connector."),
        ("http-418", "I have no article on code http-418 of IIS."),
        # Any of four products may have it; nobody has a list of all codes of Windows.
        ("31337", "I have no article on 31337."),
        ("7", "I have no article on 7."),
        ("0x8007ABCD", "I have no article on 0x8007ABCD."),
    ],
)
def test_what_is_not_known_is_said_of_the_products_that_may_have_it(
    subject: str, sentence: str, knowledge: Knowledge
) -> None:
    """A list of all products is nobody's answer, and "not documented" holds only where the articles hold all that is."""
    codes = () if subject.isdecimal() else (subject,)

    assert sentence in render(unknown(subject, codes=codes), knowledge, "en").text


@pytest.mark.parametrize(
    ("subject", "sentence"),
    [
        ("10010", "This 10010 is Contoso-Kettle's, and no event of the legacy connector (out of support)."),
        ("31337", "This 31337 is Contoso-Kettle's."),
    ],
)
def test_an_event_of_another_source_is_denied_only_of_those_that_have_its_number(
    subject: str, sentence: str, knowledge: Knowledge
) -> None:
    """A list of products without a 31337 tells nobody anything; whose it is stands first."""
    shown = render(Diagnosis("not_ours", subject=subject, provider="Contoso-Kettle"), knowledge, "en").text

    assert shown.startswith(sentence)
    by_words = MatchReason("foreign_words", "Exchange")
    named = Diagnosis("not_ours", subject="31337", provider="Exchange", reasons=(by_words,))
    assert "I do not take 31337 for an event that I know." in render(named, knowledge, "en").text


def test_a_code_that_says_that_there_is_no_fault_is_no_unknown_one(knowledge: Knowledge) -> None:
    """It needs no article, and asks for nothing more."""
    neutral = Diagnosis("unknown", subject="QG-000", reasons=(MatchReason("code_neutral", "QG-000"),))
    both = replace(neutral, unexplained=("20503",), reasons=(*neutral.reasons, MatchReason("id_unknown", "20503")))

    assert "QG-000 says that there is no fault." in render(neutral, knowledge, "en").text
    assert "not among" not in render(neutral, knowledge, "en").text
    assert "20503 is not among the documented events" in render(both, knowledge, "en").text


@pytest.mark.parametrize("decision", ["choices", "not_ours", "not_covered"])
def test_what_else_was_named_is_told_beside_every_decision(decision: Any, knowledge: Knowledge) -> None:
    """No identifier vanishes because something else was decided about."""
    choices = (Match(knowledge.articles["20502"], ()),) if decision == "choices" else ()
    diagnosis = Diagnosis(
        decision, choices=choices, subject="7", unexplained=("20603",), elsewhere=(("1000", "Contoso <Kettle>"),)
    )
    shown = blocks_of_context(render(diagnosis, knowledge, "en"))

    assert "20603 (not documented)" in shown
    assert "1000 (Contoso &lt;Kettle&gt;)" in shown


def test_another_product_that_only_words_name_is_not_called_the_owner(knowledge: Knowledge) -> None:
    """Nothing says that its log holds the event."""
    named = Diagnosis(
        "not_ours", subject="20502", provider="Exchange", reasons=(MatchReason("foreign_words", "Exchange"),)
    )
    owned = replace(named, reasons=(MatchReason("foreign_provider", "Exchange"),))

    assert "You name Exchange" in render(named, knowledge, "en").text
    assert "This 20502 is Exchange's" in render(owned, knowledge, "en").text


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("digits_doubtful", "may have been misread"),
        ("source_contradicts", "contradict each other"),
        ("product_left_out", "could not be loaded"),
    ],
)
@pytest.mark.parametrize("decision", ["choices", "unknown", "silent"])
def test_what_keeps_a_decision_from_being_sure_is_told(
    decision: Any, kind: Any, said: str, knowledge: Knowledge
) -> None:
    """Whatever was decided; the reader can look it up or mend it."""
    choices = (Match(knowledge.articles["20502"], ()),) if decision == "choices" else ()
    diagnosis = Diagnosis(decision, choices=choices, subject="20503", reasons=(MatchReason(kind, "2O502"),))

    assert said in blocks_of_context(render(diagnosis, knowledge, "en"))
