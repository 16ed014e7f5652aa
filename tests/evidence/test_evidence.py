"""Reading sentences: identifiers, codes, names and language; and that every finding says where it stood."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.evidence import Evidence, Span
from bot.evidence.normalise import MAX_CHARACTERS, normalise
from tests.fixtures.examples import examples
from tests.fixtures.reading import read_evidence


def identifiers(text: str) -> list[str]:
    return [found.digits for found in read_evidence(text).identifiers]


def codes(text: str) -> list[str]:
    return [found.digits for found in read_evidence(text).codes]


# --- event IDs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "event 20502",
        "Event ID 20502",
        "EventID=20502",
        "event-id: 20502",
        "evt 20502 on the teapot",
        "event20502",
        "ID20502",
        "what is event id #20502?",
        "we keep getting the 20502 event",
        "事件 20502 是什麼",
        "事件識別碼20502",
        "20502 這個事件",
        "イベント ID 20502 とは",
        "Ereignis-ID 20502 kommt ständig",
        "événement 20502 sur la théière",
        "evento 20502 en la tetera",
        "Get-WinEvent -FilterHashtable @{LogName='x'; Id=20502}",
        "Where-Object { $_.Id -eq 20502 }",
    ],
)
def test_a_number_that_is_called_an_event_is_an_identifier(text: str) -> None:
    """The word beside the number makes it an event ID, in any language and with any punctuation between."""
    assert identifiers(text) == ["20502"]
    assert {found.cue for found in read_evidence(text).identifiers} == {"event"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("events 20402 and 20502", ["20402", "20502"]),
        ("event 20400, 20402, 20502", ["20400", "20402", "20502"]),
        ("event 20402/20502", ["20402", "20502"]),
        ("事件 20402 和 20502", ["20402", "20502"]),
        ("Ereignis 20402 und 20502", ["20402", "20502"]),
    ],
)
def test_a_number_in_a_list_takes_the_cue_of_the_one_before_it(text: str, expected: list[str]) -> None:
    """People name a word once and several numbers after it."""
    assert identifiers(text) == expected


def test_a_bare_number_is_unmarked_until_something_marks_it() -> None:
    """A number in a sentence about tea is kept as unmarked, not as an identifier."""
    evidence = read_evidence("the kitchen brews 20502 litres for building nine")

    assert evidence.identifiers == ()
    assert [found.digits for found in read_evidence("biscuits 20502 marmalade teapot").unmarked] == ["20502"]


def test_leading_zeros_do_not_change_an_id() -> None:
    """Some tools pad their numbers."""
    assert identifiers("event 020502") == ["20502"]


# --- codes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("0x00000409", "00000409"),
        ("0X00000409", "00000409"),
        ("Ox00000409", "00000409"),
        ("０ｘ００００４０９", "0000409"),
        ("0x409", "409"),
        ("0x 00000409", "00000409"),
        ("(0x0fffffff)", "0FFFFFFF"),
        ("0x0FFFFFFFF.", "0FFFFFFFF"),
        ("`0x800706ba`", "800706BA"),
        ("409h", "409"),
        ("diagnostic code 409", "409"),
        ("診斷碼 409", "409"),
        ("診断コード 409", "409"),
    ],
)
def test_a_code_is_read_in_every_spelling_and_kept_as_written(text: str, digits: str) -> None:
    """Codes are text: their zeros stay, and nothing is turned into a number."""
    assert codes(text) == [digits]


@pytest.mark.parametrize(
    "text",
    [
        "0x00000409.0x1",
        "a0x00000409",
        "0x00000409g",
        "deadbeef",
        "{00000409-0000-0000-0000-000000000000}",
        "lcid 1033",
        "the 411 on teapots",
    ],
)
def test_what_only_resembles_a_code_is_none(text: str) -> None:
    """Edges exclude letters, hyphens and dots; decimals are no codes."""
    assert codes(text) == []


# --- names and language ----------------------------------------------------------------------------------------------


def test_words_written_as_one_identifier_are_names() -> None:
    """An underscore or an inner capital makes a name; ordinary words do not."""
    names = [
        name.squashed for name in read_evidence("saw CRPVerifyMetric_Failure and TeapotEmpty in the kitchen").names
    ]

    assert names == ["crpverifymetricfailure", "teapotempty"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("20502", None),
        ("0x00000409", None),
        ("why does the teapot fail", "en"),
        ("茶壺為什麼失敗", "zh-TW"),
        ("茶壶为什么失败", "zh-TW"),
        ("急須が失敗するのはなぜですか", "en"),
        ("NDES 無法驗證 challenge", "zh-TW"),
        ("", None),
    ],
)
def test_the_language_is_the_askers(text: str, language: str | None) -> None:
    """Chinese is answered in Chinese; a bare identifier tells no language."""
    assert read_evidence(text).language == language


# --- spans -----------------------------------------------------------------------------------------------------------

# What can stand between two characters without being seen.
UNSEEN = st.sampled_from(
    ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u202c", "\x00", "\x07", "\ud800", "\udfff"]
)
# What can stand before or behind a sentence and changes its length when it is read.
AROUND = st.sampled_from(
    ["&lt;", "&gt; ", "&amp; ", "&nbsp;", "<@U0TEAPOT> ", ":teapot: ", "茶壺。", "“tea” ", "\u3000", "👍 "]
)
SENTENCES = [
    "event 20502 code 0x00000409",
    "Event ID: 20402 and 20502, diagnostic code 411",
    "事件 20502，診斷碼 0x00000410",
    "saw CRPVerifyMetric_Failure with 0x0FFFFFFFF",
]


def wide(character: str) -> str:
    return chr(ord(character) + 0xFEE0) if character.isascii() and character.isalnum() else character


@st.composite
def disturbed(draw: st.DrawFn) -> tuple[str, str]:
    """A sentence, and the same with unseen characters inside it, wide ones in it, and entities around it."""
    sentence = draw(st.sampled_from(SENTENCES))
    pieces = []
    for character in sentence:
        if draw(st.integers(0, 4)) == 0:
            pieces.append(draw(UNSEEN))
        pieces.append(wide(character) if draw(st.integers(0, 5)) == 0 else character)
    before, behind = "".join(draw(st.lists(AROUND, max_size=3))), "".join(draw(st.lists(AROUND, max_size=3)))
    return sentence, f"{before}\n{''.join(pieces)}\n{behind}"


def shown(text: str, span: Span) -> str:
    return normalise(text[span.start : span.end]).text


def findings(evidence: Evidence) -> tuple[list[str], list[str], list[str]]:
    return (
        [found.digits for found in evidence.identifiers],
        [found.digits for found in evidence.codes],
        [found.squashed for found in evidence.names],
    )


@settings(max_examples=examples(300))
@given(disturbed())
def test_every_finding_stands_where_its_span_says(pair: tuple[str, str]) -> None:
    """Invisible characters change no finding, and the span in the received text holds just what was read."""
    sentence, text = pair
    evidence = read_evidence(text)

    assert findings(evidence) == findings(read_evidence(sentence))
    for identifier in evidence.identifiers:
        assert shown(text, identifier.span) == identifier.digits
    for code in evidence.codes:
        assert shown(text, code.span).upper().removeprefix("0X") == code.digits
    for name in evidence.names:
        assert shown(text, name.span).replace("_", "").lower() == name.squashed


PASTE = "Log Name: Microsoft Intune Connector\nEvent ID: 20502\nComputer: TEAPOT-418\nDescription: 0x00000409"


@settings(max_examples=examples(150))
@given(
    st.text(st.sampled_from("tea 茶\u200b\u3000&;<>\ud800"), max_size=30),
    st.integers(0, len(PASTE)),
    UNSEEN,
    st.sampled_from(["", "\n\nthanks :teapot: &amp; bye"]),
)
def test_a_pasted_events_span_holds_the_whole_event(before: str, at: int, unseen: str, behind: str) -> None:
    """Reading only what the span covers gives the same event again."""
    text = before + "\n\n" + PASTE[:at] + unseen + PASTE[at:] + behind
    (event,) = read_evidence(text).events
    (again,) = read_evidence(text[event.span.start : event.span.end]).events

    assert (event.event_id, event.computer) == ("20502", "TEAPOT-418")
    assert (again.event_id, again.log_name, again.computer) == (event.event_id, event.log_name, event.computer)
    assert [code.digits for code in event.codes] == ["00000409"]
    assert [shown(text, code.span) for code in event.codes] == ["0x00000409"]


@settings(max_examples=examples(300))
@given(
    st.lists(
        st.one_of(
            st.sampled_from(list("0123456789xXfF<>&;:|\"'`\n\t,=[]{}()#*_-./ 事件識別碼")),
            st.sampled_from(
                ["Event ID: ", "20502", "0x00000409", "<Event>", "<EventID>", "&nbsp;", "Source: ", "Level,"]
            ),
            st.characters(codec=None),
        ),
        max_size=60,
    ).map("".join)
)
def test_no_text_breaks_the_reading_and_no_span_leaves_it(text: str) -> None:
    """Any string at all, lone surrogates included, is read, and every span lies inside it."""
    evidence = read_evidence(text)
    for found in (*evidence.events, *evidence.identifiers, *evidence.unmarked, *evidence.codes, *evidence.names):
        assert 0 <= found.span.start < found.span.end <= len(text)
    for identifier in (*evidence.identifiers, *evidence.unmarked):
        assert (shown(text, identifier.span).lstrip("0") or "0") == identifier.digits


@pytest.mark.parametrize(
    "text",
    [
        "\u202eevent 20502\u202c",
        "event \u206620502\u2069",
        "event 20502\ud800",
        "\udc00\ud800event 20502",
        "\x00event\x00 \x0120502\x7f",
        "\ufeffevent 20502",
        "event\u202820502",
    ],
)
def test_surrogates_overrides_and_controls_are_looked_through(text: str) -> None:
    """Characters that a terminal or a browser would act on are neither an error nor in the way."""
    evidence = read_evidence(text)

    assert [found.digits for found in evidence.identifiers] == ["20502"]
    assert not set("\u202e\u202c\u2066\u2069\ud800\udc00\x00\x01\x7f\ufeff") & set(evidence.text)


@pytest.mark.parametrize("text", ["", " ", "\n\n\t", "👍", "\u200b\ufeff", "\ud800", "\x00"])
def test_a_text_without_anything_holds_nothing(text: str) -> None:
    """Nothing in, nothing found."""
    evidence = read_evidence(text)

    assert (evidence.events, evidence.identifiers, evidence.codes, evidence.names) == ((), (), (), ())
    assert evidence.language is None


def test_a_text_is_read_as_far_as_slack_could_send_it_and_further() -> None:
    """40,000 characters of digits are no event, and what stands behind 100,000 characters is not read."""
    assert identifiers("7" * 40_000) == []
    assert identifiers("tea " * 9_990 + "event 20502") == ["20502"]
    assert identifiers("x" * MAX_CHARACTERS + " event 20502") == []


@pytest.mark.parametrize("host", ["MFP_3W_", "_teapot", "*kettle", "tea_pot.example.com", "10.0.0.5"])
@pytest.mark.parametrize(
    "line",
    [
        "Computer: {}",
        "**Computer:** {}",
        "**Computer: {}**",
        "`Computer: {}`",
        "Computer: **{}**",
        "> Computer: `{}`",
        '"Computer": "{}",',
    ],
)
def test_a_computer_keeps_the_marks_of_its_name(line: str, host: str) -> None:
    """Quote marks and emphasis around a value are taken off it, not those that belong to it."""
    evidence = read_evidence("Log Name: Teapots\nEvent ID: 31415\n" + line.format(host))

    assert [event.computer for event in evidence.events] == [host]
