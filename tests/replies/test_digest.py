"""Several events in one paste: what follows from what, by the same relations as an incident's card, and no other."""

from __future__ import annotations

import pytest

from bot.diagnosis import Sceptic, diagnose
from bot.evidence import read_evidence
from bot.replies.answers.render import language_for, render
from bot.replies.terminal import set_reply

EVENT = (
    "Log Name: Microsoft Intune Connector\nSource: Microsoft Intune Connector\nDate: 2024-05-14T{time}:00Z\n"
    "Event ID: {number}\nComputer: {computer}\nDescription: {text}\n"
)


def event(number: str, time: str, computer: str = "TEAPOT01", text: str = "-") -> str:
    return EVENT.format(number=number, time=time, computer=computer, text=text)


def digest(sceptic: Sceptic, *events: str) -> list[str]:
    diagnosis = diagnose(read_evidence("".join(events), sceptic.knowledge.lexicon), sceptic, "channel")
    reply = render(diagnosis, sceptic.knowledge, language_for(diagnosis, None))
    return set_reply(reply, 500, styled=False).split("\n")


def line_of(lines: list[str], number: str) -> str:
    return next(line for line in lines if f" {number} " in line)


DOWNLOAD, VERIFY = event("20402", "09:02"), event("20502", "09:12", text="0x00000409")


def test_a_cause_that_came_before_on_the_same_computer_comes_first(sceptic: Sceptic) -> None:
    """Whichever was pasted first."""
    for pasted in ((DOWNLOAD, VERIFY), (VERIFY, DOWNLOAD)):
        lines = digest(sceptic, *pasted)

        assert "most likely explains the others" in lines[0]
        assert "look here first" in line_of(lines, "20402")
        assert "follows from 20402" in line_of(lines, "20502")


@pytest.mark.parametrize(
    "cause",
    [event("20402", "09:02", computer="SAMOVAR02"), event("20402", "11:02")],
    ids=["on another computer", "later"],
)
def test_nothing_is_a_cause_elsewhere_or_afterwards(sceptic: Sceptic, cause: str) -> None:
    """A digest claims no more than its events show."""
    lines = digest(sceptic, cause, VERIFY)

    assert "explains the others" not in lines[0]
    assert "follows from" not in "\n".join(lines)


def test_a_cause_that_was_settled_in_between_explains_nothing(sceptic: Sceptic) -> None:
    """Open failures stand first, and the settled one is said to be settled."""
    lines = digest(sceptic, DOWNLOAD, event("20400", "09:05"), event("20502", "09:12", text="0x00000409"))

    assert "follows from" not in "\n".join(lines)
    assert "settled since: 20400" in line_of(lines, "20402")
    assert lines.index(line_of(lines, "20502")) < lines.index(line_of(lines, "20402"))


def test_a_link_that_no_page_states_is_said_to_be_inferred(sceptic: Sceptic) -> None:
    """A page says that NDES does not start without its certificates, and none that a download needs the connector's."""
    ndes = [
        event("10", "09:00").replace("Log Name: Microsoft Intune Connector", "Log Name: Application"),
        event("2", "09:00").replace("Log Name: Microsoft Intune Connector", "Log Name: Application"),
    ]
    source = "Source: Microsoft-Windows-NetworkDeviceEnrollmentService"
    ndes = [each.replace("Source: Microsoft Intune Connector", source) for each in ndes]

    assert "follows from 10302 (inferred)" in line_of(digest(sceptic, event("10302", "09:00"), DOWNLOAD), "20402")
    assert line_of(digest(sceptic, *ndes), "Failure · 2").endswith("follows from 10")


def test_a_digest_asks_for_what_would_prove_its_cause(sceptic: Sceptic) -> None:
    """The same question, and the same line to fetch it, as the incident's card; shown as it is to be typed."""
    text = "\n".join(digest(sceptic, DOWNLOAD, VERIFY))

    assert "Get-WinEvent -ComputerName 'TEAPOT01'" in text
    assert "`" not in text
