"""Names and sentences that people wrote come back to the character, wherever the bot shows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.diagnosis import Diagnosis, Match, MatchReason, Sceptic
from bot.evidence import Detail, Event, EventLog, Span
from bot.knowledge import Knowledge
from bot.languages import LANGUAGES, Language
from bot.replies.answers.notes import under_notes
from bot.replies.answers.render import render, render_why
from bot.replies.answers.unread import render_unread
from bot.replies.blocks import section
from bot.replies.incidents.card import render_incident, render_summary
from bot.replies.incidents.lists import render_incidents
from bot.replies.incidents.messages import render_owner, render_similar
from bot.replies.mrkdwn import escape, shorten
from bot.replies.terminal import set_reply
from bot.replies.values import Reply
from bot.replies.workspace.home import Home, home_view
from bot.slack.routing.commands import help_lines
from bot.triage import Incident, Sighting
from bot.triage.missing_evidence import find_missing_evidence, write_query
from bot.triage.similar import SharedFeatures
from bot.triage.transitions import hand_over, rate, record_sightings, resolve, set_status
from tests.fixtures.examples import examples
from tests.fixtures.slack_view import Seen, seen

HARMLESS = "hue"
PIECES = [
    *"_*~`&<>|aé中7-\\ ", "_x_", "*x*", "~x~", "`x`", "```", "NDES_01", "svc_", "> x", "<!channel>", "<@U0>", "<http://x|y>",
    "&lt;", "@here", "http://x", "```x```", "_ *", "* _",
    ":fire:", ":", "9:12:33", "\\n", "{0}", "%s",
]  # fmt: skip
SOME = st.lists(st.sampled_from(PIECES), max_size=3).map("".join)
# A letter that no article holds, so that the name is found where it stands and nowhere else.
ONE_LINE = st.tuples(SOME, SOME).map(lambda parts: f"{parts[0][:16]}Қ{parts[1][:16]}".strip())
LINES = st.lists(ONE_LINE, min_size=1, max_size=3).map("\n".join)


def event_of(event_id: str, name: str) -> Event:
    ca = (Detail("ca", name),)
    return Event(event_id, name, "Microsoft Intune Connector", "Error", name, name, "tea", (), ca, Span(0, 3))


def incident_with(name: str) -> Incident:
    """An open incident in which everything that somebody wrote is this name."""
    new = Incident(42, "T1", "C1", "1.0", "UADA", 1.0)
    evidence = (Sighting("20502", ("0x00000409",), name, name, "", name), Sighting("20402", (), name))
    opened = record_sightings(new, "1.0", "UADA", evidence, 2.0)
    rated = rate(opened, "UADA", "high", "high", name, 3.0)
    return set_status(rated, "UADA", "waiting", 4.0, name)


def without_commands(reply: Reply) -> Sequence[Any]:
    """Leave out the line of PowerShell, which names a computer only where it is nothing but a name."""
    return [block for block in reply.blocks if "Get-WinEvent" not in str(block)]


def blocks_with_name(name: str, knowledge: Knowledge, language: Language) -> Iterator[Sequence[Any]]:
    """Each kind of reply that shows a name out of a text, on one line."""
    verify, download = knowledge.articles["20502"], knowledge.articles["20402"]
    one = Match(
        verify, (MatchReason("id_cued", "20502"),), (event_of("20502", name),), (knowledge.articles["0x00000409"],)
    )
    two = Match(download, (MatchReason("id_cued", "20402"),), (event_of("20402", name),) * 2)
    more: dict[str, Any] = {
        "others": (event_of("10010", name),),
        "unexplained": (name,),
        "reasons": (MatchReason("words_sure", name), MatchReason("number_unmarked", name)),
    }
    silent = Diagnosis("silent")
    yield render(Diagnosis("answer", matches=(one,), **more), knowledge, language, private=True).blocks
    yield without_commands(render(Diagnosis("answer", matches=(two, one), **more), knowledge, language))
    yield render(Diagnosis("unknown", subject=name), knowledge, language).blocks
    yield render(Diagnosis("not_ours", subject=name, provider=name), knowledge, language).blocks
    yield render_why(Diagnosis("unknown", subject=name, reasons=more["reasons"]), silent, language).blocks
    incident = incident_with(name)
    for reply in (render_incident(incident, knowledge, language), render_summary(incident, knowledge, language)):
        yield without_commands(reply)
    yield render_incidents((incident,), "1", knowledge, language, 9.0, "search", name).blocks
    yield render_incidents((), "0", knowledge, language, 9.0, "search", name).blocks
    yield home_view(knowledge, language, help_lines(), Home(unanswered=((name, 2),), mine=(incident,), mine_total="1"))[
        "blocks"
    ]
    unread = render_unread([(name, EventLog("", 0, 0, 0, 0, fault="unreadable"))], language)
    assert unread is not None
    yield unread.blocks


def blocks_with_words(words: str, knowledge: Knowledge, language: Language) -> Iterator[Sequence[Any]]:
    """Each kind of reply that shows sentences somebody wrote, with their line breaks."""
    resolved = resolve(incident_with(HARMLESS), "UADA", words, words, 5.0)
    handed = hand_over(incident_with(HARMLESS), "UADA", "UBEN", 5.0, words)
    yield render_incident(resolved, knowledge, language).blocks
    yield render_summary(handed, knowledge, language).blocks
    yield render_owner(handed, "UADA", "", words, language).blocks


def assert_same_view(blocks: Sequence[Any], words: str, harmless: Sequence[Any]) -> None:
    """Hold what a reader sees to what they see with a harmless word; only our own emphasis may be missing."""
    mine, theirs = unstyled(seen(blocks), words), unstyled(seen(harmless), HARMLESS)
    assert "".join(character for character, _ in mine) == "".join(character for character, _ in theirs)
    assert all(styles <= allowed for (_, styles), (_, allowed) in zip(mine, theirs, strict=True))


def unstyled(found: Sequence[Seen], words: str) -> list[Seen]:
    """Return what is seen, with the harmless word in place of these words; a code span around them is no emphasis."""
    plain = [(character, styles - {"code", "preformatted"}) for character, styles in found]
    text = [character for character, _ in plain]
    at, made = 0, []
    while at < len(plain):
        styles = plain[at][1]
        if text[at : at + len(words)] == list(words):
            assert all(each == styles for _, each in plain[at : at + len(words)]), f"styled in itself: {words!r}"
            made += [(character, styles) for character in HARMLESS]
            at += len(words)
        else:
            made.append(plain[at])
            at += 1
    return made


@pytest.fixture(scope="module")
def articles_read(sceptic: Sceptic) -> Callable[[], Knowledge]:
    """The articles for Hypothesis, which prints its arguments."""
    return lambda: sceptic.knowledge


@settings(max_examples=examples(120))
@given(name=ONE_LINE, language=st.sampled_from(list(LANGUAGES)))
@example(name="NDES_01", language="en")
@example(name="_NDES_", language="zh-TW")
@example(name="*Contoso* `CA` ~1~", language="en")
def test_a_name_is_shown_as_it_was_written(
    name: str, language: Language, articles_read: Callable[[], Knowledge]
) -> None:
    """Whatever marks a name holds, a reader sees the reply with a harmless name, and this name in its place."""
    hostile = blocks_with_name(name, articles_read(), language)
    for blocks, harmless in zip(hostile, blocks_with_name(HARMLESS, articles_read(), language), strict=True):
        assert_same_view(blocks, name, harmless)


@settings(max_examples=examples(120))
@given(words=LINES, language=st.sampled_from(list(LANGUAGES)))
@example(words="Set-ItemProperty -Name use_proxy -Value 1\nthen restarted `NDES_Connector_Svc`", language="en")
def test_sentences_are_shown_as_they_were_written(
    words: str, language: Language, articles_read: Callable[[], Knowledge]
) -> None:
    """Cause, fix, note and team note keep their marks and their line breaks."""
    hostile = blocks_with_words(words, articles_read(), language)
    for blocks, harmless in zip(hostile, blocks_with_words(HARMLESS, articles_read(), language), strict=True):
        assert_same_view(blocks, words, harmless)


@settings(max_examples=examples(60))
@given(words=LINES, language=st.sampled_from(list(LANGUAGES)))
def test_a_team_note_is_shown_as_it_was_written(
    words: str, language: Language, articles_read: Callable[[], Knowledge]
) -> None:
    """Its author is a mention whatever the note holds, and nothing in the note is styled."""
    found = seen(under_notes(Reply("tea", ()), [("20502", "UADA", words, 1.0)], articles_read(), language).blocks)
    text = "".join(character for character, _ in found)
    assert "[@UADA]" in text
    assert words in text
    assert not any(styles for _, styles in found)


@settings(max_examples=examples(60))
@given(name=ONE_LINE)
def test_similar_incidents_show_what_fixed_them(name: str, articles_read: Callable[[], Knowledge]) -> None:
    """The fix of an earlier incident stands on one line beside its reasons."""

    def blocks(word: str) -> Sequence[Any]:
        found = resolve(incident_with(HARMLESS), "UADA", "tea", f"x {word}", 5.0)
        return render_similar([(found, (SharedFeatures("computer", (word,)),))], articles_read(), "en").blocks

    assert_same_view(blocks(name), name, blocks(HARMLESS))


@pytest.mark.parametrize("name", ["NDES_01", "_ndes", "a*b ~c~", "`tick`", "> x"])
def test_the_terminal_and_the_notification_show_a_name_as_it_was_written(name: str, sceptic: Sceptic) -> None:
    """The terminal prints the blocks; of a message's text only & < > are escaped."""
    reply = render(Diagnosis("not_ours", subject="10010", provider=name), sceptic.knowledge, "en")
    assert f"This 10010 is {name}'s, and no event of the legacy connector" in set_reply(reply, 200, styled=False)
    assert f"This 10010 is {name.replace('>', '&gt;')}'s, and no event of the legacy connector" in reply.text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("NDES\u200b01", "NDES\ufffd01"),
        ("\u202eexe.sedn", "\ufffdexe.sedn"),
        ("\x07bell\x1b[31mred", "\ufffdbell\ufffd[31mred"),
        ("\u200e5/\u200e14/\u200e2024", "5/14/2024"),
        ("\ufdd0x\ufdd2", "\ufffdx\ufffd"),
        ("👩\u200d💻 élodie", "👩\u200d💻 élodie"),
    ],
)
def test_a_character_that_cannot_be_seen_is_shown_to_be_there(written: str, shown: str, sceptic: Sceptic) -> None:
    """Else two names look alike, or the rest of a card is mirrored; Windows' own marks in dates go without a word."""
    reply = render(Diagnosis("not_ours", subject="10010", provider=written), sceptic.knowledge, "en")
    assert f"This 10010 is {shown}'s" in "".join(character for character, _ in seen(reply.blocks))
    assert f"This 10010 is {shown}'s" in reply.text


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("teapot 👩\u200d💻 full", 10, "teapot…"),
        ("teapots🇹🇼🇹🇼", 9, "teapots…"),
        ("cafe\u0301 au lait", 5, "caf…"),
        ("N" * 70, 64, "N" * 63 + "…"),
    ],
)
def test_a_text_is_cut_between_two_characters_that_are_seen(text: str, limit: int, cut: str) -> None:
    """A joined emoji, a flag and a letter with its accent stay whole or go."""
    assert shorten(text, limit) == cut


def test_a_section_is_not_cut_inside_an_escape() -> None:
    """A reader would see &am."""
    for room in range(8):
        text = section("x" * (2990 + room) + "&amp;" * 20)["text"]["text"]
        assert len(text) <= 3000
        assert re.fullmatch(r"x+(?:&amp;)*…", text)


def test_the_line_that_fetches_events_asks_a_computer_with_an_underscore(sceptic: Sceptic) -> None:
    """Windows allows _ in a computer's name; without the name the line would read another computer's log."""
    shown = record_sightings(
        Incident(42, "T", "C", "1.0", "U", 1.0), "1.0", "U", (Sighting("20502", (), "NDES_01"),), 2.0
    )
    lacking = find_missing_evidence(shown, sceptic.knowledge)
    assert lacking is not None
    assert "-ComputerName 'NDES_01'" in lacking.command
    assert lacking.names_computers


@pytest.mark.parametrize(
    ("name", "written"),
    [("O'BRIEN-PC", "'O''BRIEN-PC'"), ("A'B'C.contoso.com", "'A''B''C.contoso.com'"), ("A';calc", ""), ("O’BRIEN", "")],
)
def test_a_quote_in_a_computers_name_is_doubled_in_the_line(name: str, written: str) -> None:
    """A single quote is the only thing that PowerShell reads between single quotes."""
    query = write_query([name], {"System": ("1",)}, None)

    assert query.startswith(f"Get-WinEvent -ComputerName {written} -FilterHashtable" if written else "Get-WinEvent -F")


def test_the_card_says_to_run_the_line_on_the_server_where_it_cannot_name_it(sceptic: Sceptic) -> None:
    """A name that could be more than a name stays out of the command, and the card says what that means."""
    shown = record_sightings(
        Incident(42, "T", "C", "1.0", "U", 1.0), "1.0", "U", (Sighting("20502", (), "NDES';x"),), 2.0
    )
    assert "run on the server that writes this log" in str(render_incident(shown, sceptic.knowledge, "en").blocks)
    assert "-ComputerName" not in write_query(["NDES';x"], {"System": ("1",)}, None)


@pytest.mark.parametrize("ordinary", ["2026-07-01 09:40:00Z", "9:12:33 AM", "NDES_01.contoso.com", "CA01\\Issuing CA"])
def test_an_ordinary_name_or_time_is_set_as_it_is(ordinary: str) -> None:
    """Code spans are for what Slack would style; a card full of them is hard to read."""
    assert section(f"· {escape(ordinary)}")["text"]["text"] == f"· {ordinary}"
