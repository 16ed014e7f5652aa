"""The timeline in words: every kind of line, in both languages, with what people typed made harmless."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from bot.languages import LANGUAGES, Language
from bot.replies.blocks import section
from bot.replies.incidents.timeline import timeline_lines, utc
from bot.triage import Entry, EntryKind, Incident
from bot.triage.reminders import Reminder, record_reminder
from bot.triage.transitions import (
    begin_incident,
    claim,
    hand_over,
    mark_step,
    rate,
    record_sightings,
    reopen,
    resolve,
    set_status,
)
from tests.fixtures.slack_view import seen
from tests.triage.incidents import DOWNLOAD, MESSAGE, OPENED_AT, SCEP, incident, numbers_as_ids

AT = OPENED_AT


def told(of: Incident, language: Language = "en", **steps: str) -> list[str]:
    """The lines without their moments."""
    return [line.partition(" · ")[2] for line in timeline_lines(of, numbers_as_ids(language), steps)]


def eventful() -> Incident:
    """An incident in which everything happened once."""
    of = begin_incident(incident(), AT, "UADA")
    of = record_sightings(of, MESSAGE, "UADA", (DOWNLOAD, SCEP), AT + 1)
    of = record_sightings(of, MESSAGE, "UADA", (SCEP,), AT + 2)
    of = record_sightings(of, MESSAGE, "UADA", (), AT + 3)
    of = hand_over(of, "UADA", "UBOB", AT + 4, "descale it")
    of = claim(of, "UBOB", AT + 5)
    of = set_status(of, "UBOB", "mitigated", AT + 6)
    of = set_status(of, "UBOB", "in_progress", AT + 7)
    of = record_reminder(of, Reminder("reminded_silent", AT + 7), AT + 8)
    of = mark_step(of, "UBOB", "f2a", "did_not_help", AT + 9)
    of = rate(of, "UBOB", "high", "medium", "", AT + 10)
    of = rate(of, "UBOB", "high", "high", "tea for all", AT + 11)
    of = set_status(of, "UBOB", "waiting", AT + 12, "the kettle")
    of = hand_over(of, "UEVE", "UEVE", AT + 13)
    of = resolve(of, "UEVE", "limescale", "vinegar", AT + 14)
    of = reopen(of, "UADA", AT + 15, "it boils over")
    return of.with_entry(Entry("reminded_unowned", "", AT + 16))


def test_every_kind_of_line_is_told_in_english() -> None:
    """Each line says who did what, and in whose words."""
    assert told(eventful(), f2a="Descale the kettle") == [
        "<@UADA> opened INC-42; it was given to <@UADA>",
        "<@UADA> posted 20402, 20502",
        "A message of <@UADA> was edited and now shows 20502",
        "A message of <@UADA> was edited or deleted and no longer shows 20502",
        "<@UADA> handed it over to <@UBOB>: descale it",
        "<@UBOB> claimed it",
        "<@UBOB> set it to “Mitigated”",
        "<@UBOB> set it to “In progress”",
        "Sceptic reminded the thread that nothing has happened for a while",
        "<@UBOB> on the step “Descale the kettle”: Did not help",
        "<@UBOB> rated it P2: impact High, urgency Medium",
        "<@UBOB> rated it P1: impact High, urgency High; affected: tea for all",
        "<@UBOB> set it to “Waiting”: the kettle",
        "<@UEVE> took it over",
        "<@UEVE> named the cause: limescale",
        "<@UEVE> resolved it; what fixed it: vinegar",
        "<@UADA> reopened it: it boils over",
        "Sceptic reminded the thread that nobody owns it",
    ]


def test_every_kind_of_line_is_told_in_chinese() -> None:
    """With Chinese colons, commas and quotation marks."""
    assert told(eventful(), "zh-TW", f2a="替水壺除垢") == [
        "<@UADA> 開啟 INC-42，由 <@UADA> 負責",
        "<@UADA> 貼出 20402、20502",
        "<@UADA> 的訊息經編輯，現在顯示 20502",
        "<@UADA> 的訊息經編輯或刪除，不再顯示 20502",
        "<@UADA> 交接給 <@UBOB>：descale it",
        "<@UBOB> 認領",
        "<@UBOB> 將狀態設為「已緩解」",
        "<@UBOB> 將狀態設為「處理中」",
        "Sceptic 提醒：已經一段時間沒有動靜",
        "<@UBOB> 回報步驟「替水壺除垢」：沒有幫助",
        "<@UBOB> 評為 P2：影響高、急迫性中",
        "<@UBOB> 評為 P1：影響高、急迫性高，受影響的是：tea for all",
        "<@UBOB> 將狀態設為「等待中」：the kettle",
        "<@UEVE> 接手",
        "<@UEVE> 指出原因：limescale",
        "<@UEVE> 標示為已解決，解決方法：vinegar",
        "<@UADA> 重新開啟：it boils over",
        "Sceptic 提醒：尚無人負責",
    ]


def test_the_eventful_incident_has_every_kind_of_entry() -> None:
    """The two tests above leave none out."""
    assert {entry.kind for entry in eventful().timeline} == set(get_args(EntryKind))


def test_a_line_begins_with_its_moment_in_the_readers_own_time_zone() -> None:
    """Slack puts it there; whoever cannot be shown that reads UTC."""
    (line,) = timeline_lines(incident(), numbers_as_ids())

    assert line == "<!date^1782900000^{date_num} {time}|2026-07-01 10:00 UTC> · <@UADA> opened INC-42"
    assert utc(AT + 59) == "2026-07-01 10:00 UTC"


def test_what_was_posted_before_the_opening_comes_before_it() -> None:
    """The thread is read when it becomes an incident; the lines are told by time, not by when they were read."""
    of = record_sightings(begin_incident(incident(), AT + 50), MESSAGE, "UADA", (SCEP,), float(MESSAGE))

    assert told(of) == ["<@UADA> posted 20502", "<@UADA> opened INC-42"]


def test_a_step_that_the_articles_no_longer_hold_is_called_that() -> None:
    """Articles are mended while an incident is open."""
    of = mark_step(incident(), "UBOB", "f2a", "done", AT)

    assert told(of)[1] == "<@UBOB> on the step “a step that the articles no longer hold”: Done"


def test_a_monitoring_tool_is_not_mentioned_like_a_person() -> None:
    """It posts with a bot's ID."""
    of = record_sightings(incident(), MESSAGE, "B0KETTLE", (SCEP,), AT)

    assert told(of)[1] == "B0KETTLE posted 20502"


HOSTILE = "<!channel> <@U1> *bold* `code` {who} {0} %s\n> quote \u202etxt & <https://evil.example|here> " + "x" * 5000


@pytest.mark.parametrize(("language", "kind"), list(product(LANGUAGES, ["note", "fix", "service", "step"])))
def test_what_somebody_typed_pings_links_and_styles_nothing(language: Language, kind: str) -> None:
    """It stays on its line, and no line grows without end."""
    made = {
        "note": lambda: hand_over(incident(), "UADA", "UBOB", AT, HOSTILE),
        "fix": lambda: resolve(incident(), "UADA", HOSTILE, HOSTILE, AT),
        "service": lambda: rate(incident(), "UADA", "low", "low", HOSTILE, AT),
        "step": lambda: mark_step(incident(), "UADA", "f2a", "done", AT),
    }[kind]()

    for line in told(made, language, f2a=HOSTILE)[1:]:
        found = seen([section(line)])
        text = "".join(character for character, _ in found)
        assert "<!channel> <@U1> *bold* `code` {who} {0} %s > quote \ufffdtxt & <https://evil.example|here> xxx" in text
        assert not any(styles for _, styles in found)
        assert text.count("\n") == 1
        assert len(line) < 600
