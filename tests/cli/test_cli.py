"""The command line, called as a person or a script calls it."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.settings import KNOWLEDGE, Settings
from tests.fixtures.event_logs import Record, event_log
from tests.fixtures.reading import CONNECTOR

KEYS = {"decision", "entries", "choices", "provider", "language"}
PASTE = "Log Name: Microsoft Intune Connector\nSource: Microsoft Intune Connector\nEvent ID: 20502\nDescription: 0x00000409\n"
DCOM = "Log Name: System\nSource: Microsoft-Windows-DistributedCOM\nEvent ID: 10010\n"


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable and no .env of whoever runs the tests."""
    for name in (each.name for each in fields(Settings)):
        monkeypatch.delenv(name.upper(), raising=False)
    # Where a store is made when DATABASE_URL is not set.
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def sceptic(*arguments: str, given: str | bytes | None = None, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(main, arguments, input=given)


def asked(*arguments: str, given: str | bytes | None = None) -> dict[str, Any]:
    result = sceptic("ask", "--json", *arguments, given=given)
    assert (result.exit_code, result.exception) == (0, None)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def batch(*lines: str | bytes | dict[str, Any]) -> list[dict[str, Any]]:
    """Answer a file of lines."""
    written = [json.dumps(line) if isinstance(line, dict) else line for line in lines]
    content = b"".join(line if isinstance(line, bytes) else line.encode() + b"\n" for line in written)
    Path("questions.jsonl").write_bytes(content)
    result = sceptic("ask", "--batch", "questions.jsonl")
    assert (result.exit_code, result.exception) == (0, None)
    return [json.loads(line) for line in result.stdout.splitlines()]


def assert_one_sentence(result: Result, *parts: str) -> None:
    """The person at the keyboard is told what to do, and shown no stack trace."""
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    # Besides what is learned and what is logged, as JSON where nobody watches.
    said = [line for line in result.output.splitlines() if not line.startswith(("Learning ", '{"event"'))]
    assert said[0].startswith("Error: ")
    assert "Traceback" not in result.output
    for part in parts:
        assert part in result.output


# --- ask -----------------------------------------------------------------------------------------------------------------


def test_entries_stand_in_the_order_in_which_the_card_shows_them() -> None:
    """The later event would explain the earlier one on its own server; on another it explains nothing."""
    event = (
        "Source: Microsoft-Windows-NetworkDeviceEnrollmentService\nEvent ID: {}\nLevel: Error\n"
        "Date: 2026-05-01 {}:00\nComputer: {}\n\n"
    )
    apart = event.format(2, "09:00", "TEAPOT01") + event.format(10, "10:00", "SAMOVAR02")

    assert asked(given=apart.encode())["entries"] == ["ndes-2", "ndes-10"]
    assert asked(given=apart.replace("SAMOVAR02", "TEAPOT01").replace("10:00", "09:00").encode())["entries"] == [
        "ndes-10",
        "ndes-2",
    ]


def test_a_question_is_answered_with_its_card() -> None:
    """Outcome, ID, name, and the steps."""
    result = sceptic("ask", "what", "is", "20502")

    assert result.exit_code == 0
    assert "Failure · 20502 · CRPVerifyMetric_Failure" in result.stdout
    assert "1. " in result.stdout


def test_a_paste_is_read_from_standard_input() -> None:
    """A paste has many lines; it is piped."""
    result = sceptic("ask", given=PASTE)

    assert result.exit_code == 0
    assert "0x00000409 CRPSCEPSigningCert_NotFound" in result.stdout


def test_standard_input_that_is_not_utf8_is_still_read() -> None:
    """A file of another encoding is no error; what can be read in it is."""
    assert asked(given=PASTE.encode() + b"\xff\xfe tea \x80")["entries"] == ["20502", "0x00000409"]


def log_of(*records: Record) -> bytes:
    return event_log(records)


def test_an_event_log_is_read_like_a_paste() -> None:
    """From a file of any name, from a dash, and from standard input."""
    content = log_of(Record(20502, data={"": "Diagnostic Code: 0x00000409"}), Record(10010, "Teapot", "System"))
    for name in ("events.evtx", "events.txt"):
        Path(name).write_bytes(content)
        assert asked("--file", name)["entries"] == ["20502", "0x00000409"]
    assert asked("--file", "-", given=content)["entries"] == ["20502", "0x00000409"]
    assert asked(given=content)["entries"] == ["20502", "0x00000409"]
    shown = " ".join(sceptic("ask", "--file", "events.evtx").stdout.split())
    assert "Failure · 20502 · CRPVerifyMetric_Failure" in shown
    assert "10010 Teapot (another product) ×1" in shown


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("events.txt", PASTE.encode()),
        ("events.log", PASTE.encode("utf-16")),
        (
            "events.csv",
            b"Level,Date and Time,Source,Event ID,Task Category\nError,x,Microsoft Intune Connector,20502,None,0x00000409\n",
        ),
        (
            "events.xml",
            b"\xef\xbb\xbf<Events><Event><System><Provider Name='Microsoft Intune Connector'/><EventID>20502</EventID></System>"
            b"<EventData><Data>0x00000409</Data></EventData></Event></Events>",
        ),
        ("events.evtx", PASTE.encode()),
    ],
)
def test_a_text_file_is_read_whatever_windows_wrote_it_with(name: str, content: bytes) -> None:
    """Text, UTF-16, CSV, XML, and text that is only called an event log."""
    Path(name).write_bytes(content)

    assert asked("--file", name)["entries"] == ["20502", "0x00000409"]


def test_files_and_words_are_one_question() -> None:
    """Each file adds to what was asked."""
    Path("one.evtx").write_bytes(log_of(Record(20402)))
    Path("two.txt").write_text(PASTE, encoding="utf-8")

    found = asked("--file", "one.evtx", "--file", "two.txt", "what", "about", "event", "10020")["entries"]
    assert {"20402", "20502", "0x00000409", "10020"} == set(found)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"Dear teapot,\0", "events.evtx is called an event log but is none"),
        (b"ElfFile\0" + b"tea" * 2_000, "events.evtx cannot be read as an event log"),
        (log_of(), "events.evtx holds no events."),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_sentence(content: bytes, sentence: str) -> None:
    """And the exit code says so; in Chinese where that is asked for."""
    Path("events.evtx").write_bytes(content)
    assert_one_sentence(sceptic("ask", "--file", "events.evtx"), sentence)

    assert "events.evtx" in sceptic("ask", "--language", "zh-TW", "--file", "events.evtx").output
    assert sceptic("ask", "--file", "teapot.evtx").exit_code == 2


def test_what_was_not_read_of_a_file_is_told_beside_the_answer() -> None:
    """On standard error, so that standard output stays one object."""
    Path("events_&_tea.evtx").write_bytes(log_of(Record(20402, damaged=True), Record(20502)))
    result = sceptic("ask", "--json", "--file", "events_&_tea.evtx")

    assert json.loads(result.stdout)["entries"] == ["20502"]
    assert "Parts of events_&_tea.evtx are damaged (1)" in result.stderr


@pytest.mark.parametrize("text", ["", " ", "👍", "\u202e", "7" * 40_000])
def test_a_text_without_a_fault_gets_one_sentence_what_to_do(text: str) -> None:
    """Nothing asked, nothing answered, and no error either."""
    result = sceptic("ask", text)

    assert result.exit_code == 0
    assert "Name an event ID, a code or a name" in " ".join(result.stdout.split())


def test_the_language_is_the_questions_else_the_one_asked_for() -> None:
    """`--language` decides only where the text does not tell."""
    assert "失敗" in sceptic("ask", "--language", "zh-TW", "20502").stdout
    assert "失敗" in sceptic("ask", "憑證登錄點無法驗證挑戰").stdout
    assert "Failure" in sceptic("ask", "--language", "zh-TW", "what", "does", "event", "20502", "mean").stdout


def test_why_tells_what_was_matched_and_what_would_be_said_unasked() -> None:
    """Decision, reasons, runner-up, and silence in a channel."""
    shown = " ".join(sceptic("ask", "--why", "the challenge could not be verified").stdout.split())

    for part in ("Why I decided so", "answer · 4005", "What I looked at", "Runner-up", "I would keep silent"):
        assert part in shown
    assert "I would answer" in " ".join(sceptic("ask", "--why", given=PASTE).stdout.split())


def test_the_surface_decides_how_sure_the_bot_must_be() -> None:
    """A bare number is answered when asked and passed over in a channel."""
    assert asked("20502")["decision"] == "answer"
    assert asked("--surface", "mention", "20502")["decision"] == "answer"
    assert asked("--surface", "channel", "20502")["decision"] == "silent"
    assert asked("--surface", "thread", given=PASTE)["decision"] == "answer"
    assert sceptic("ask", "--surface", "teapot", "20502").exit_code == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            PASTE,
            {
                "decision": "answer",
                "entries": ["20502", "0x00000409"],
                "choices": [],
                "provider": "Microsoft Intune Connector",
                "language": "en",
            },
        ),
        (
            "20503",
            {
                "decision": "unknown",
                "entries": [],
                "choices": ["20500", "20501", "20502"],
                "provider": None,
                "language": "en",
            },
        ),
        (
            DCOM,
            {
                "decision": "not_ours",
                "entries": [],
                "choices": [],
                "provider": "Microsoft-Windows-DistributedCOM",
                "language": "en",
            },
        ),
        ("茶壺", {"decision": "silent", "entries": [], "choices": [], "provider": None, "language": "zh-TW"}),
        (
            "0x0FFFFFFFF",
            {"decision": "answer", "entries": ["0x0FFFFFFF"], "choices": [], "provider": None, "language": "en"},
        ),
    ],
)
def test_the_json_object_is_the_public_interface(text: str, expected: dict[str, Any]) -> None:
    """These five keys and no others, with IDs as the source prints them."""
    assert asked(given=text) == expected


NOT_NEEDED = {
    *("numpy", "opencc", "rapidfuzz", "bot.diagnosis.training", "bot.diagnosis.text_classifier"),
    *("yaml", "pydantic", "dotenv", "bot.knowledge.reader"),
    *("slack_bolt", "slack_sdk", "aiohttp", "asyncio", "sqlalchemy", "alembic", "psycopg", "structlog", "evtx"),
    *("PIL", "rich", "multiprocessing", "subprocess", "bot.replies.workspace.home", "bot.replies.incidents.forms"),
    *("ssl", "bot.replies.answers.digest", "bot.triage.likely_cause"),
}


def test_an_id_is_answered_without_loading_what_it_does_not_need() -> None:
    """A look-up starts fast: no matching of words, no parsers once the articles are cached, no Slack, no store."""
    program = (
        "import sys; from bot.cli import main; main(['ask', '20502'], standalone_mode=False); "
        f"print(sorted({NOT_NEEDED} & set(sys.modules)))"
    )
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


# --- ask --batch -----------------------------------------------------------------------------------------------------------


def test_a_batch_is_answered_line_by_line_in_order() -> None:
    """One object for each line, with exactly the keys of `--json`; the surface is a command's unless it is given."""
    answers = batch(
        {"text": "20502"},
        {"text": "20502", "surface": "channel"},
        {"text": PASTE, "surface": "channel"},
        {"text": "20503", "surface": "mention"},
        {"text": "茶壺", "surface": "direct"},
        {"text": ""},
    )

    assert [answer["decision"] for answer in answers] == ["answer", "silent", "answer", "unknown", "silent", "silent"]
    assert all(answer.keys() == KEYS for answer in answers)
    assert answers[2]["entries"] == ["20502", "0x00000409"]


@pytest.mark.parametrize(
    "line",
    [
        "20502",
        "tea",
        "{",
        "[]",
        "null",
        '"20502"',
        "{}",
        '{"text": 20502}',
        '{"text": null}',
        '{"text": ["20502"]}',
        '{"texts": "20502"}',
        '{"text": "20502", "surface": "teapot"}',
        '{"text": "20502", "surface": null}',
        '{"text": "20502", "surface": ["channel"]}',
        '{"text": "20502"} tea',
        "[" * 100_000,
        b'{"text": "20502 \xff\xfe"}\n',
    ],
)
def test_a_malformed_line_gets_an_error_and_keeps_its_place(line: str | bytes) -> None:
    """Nothing is lost, nothing is guessed: the line's number and what it should be."""
    answers = batch({"text": "20402"}, "", line, {"text": "20302"})

    assert [answer["entries"] for answer in answers] == [["20402"], [], ["20302"]]
    assert answers[1]["decision"] == "silent"
    assert answers[1].keys() == {*KEYS, "error"}
    assert "line 3 is not" in answers[1]["error"]
    assert "error" not in answers[0]


def test_blank_lines_are_passed_over() -> None:
    """An empty last line is no question."""
    assert len(batch("", {"text": "20502"}, "   ", "\t", {"text": "20402"}, "")) == 2


def test_an_empty_batch_is_no_error() -> None:
    """Nothing asked."""
    assert batch() == []


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    """PowerShell writes one."""
    assert batch(b'\xef\xbb\xbf{"text": "20502"}\n')[0]["entries"] == ["20502"]


def test_a_last_line_without_its_line_break_is_answered() -> None:
    """`printf` writes none."""
    assert batch({"text": "20402"}, b'{"text": "20502"}')[1]["entries"] == ["20502"]


def test_a_megabyte_in_one_line_is_answered_like_any_other() -> None:
    """A log that was pasted whole."""
    answers = batch({"text": PASTE + "tea " * 250_000}, {"text": "7" * 1_000_000}, {"text": "20402"})

    assert answers[0]["entries"] == ["20502", "0x00000409"]
    assert answers[1]["entries"] == []
    assert answers[2]["entries"] == ["20402"]


def test_a_line_longer_than_anything_keeps_the_order() -> None:
    """One line in is one line out, even where the line is too long to be read."""
    answers = batch({"text": "20402"}, {"text": "tea " * 1_100_000}, {"text": "20502"})

    assert [answer["entries"] for answer in answers] == [["20402"], [], ["20502"]]


def test_lone_surrogates_neither_break_the_answer_nor_the_output() -> None:
    """JSON can hold half a character; a terminal cannot."""
    answers = batch(
        '{"text": "event \\ud800 20502"}',
        '{"text": "Log Name: Microsoft Intune Connector\\nSource: Microsoft Intune\\udfff Connector\\nEvent ID: 20502"}',
        '{"text": "\\udc00\\ud800"}',
    )

    assert [answer["entries"] for answer in answers] == [["20502"], ["20502"], []]
    assert all(answer.keys() == KEYS for answer in answers)


def test_a_batch_comes_from_standard_input_with_a_dash() -> None:
    """Pipes are answered as they come."""
    result = sceptic("ask", "--batch", "-", given='{"text": "20502"}\n{"text": "20402"}\n')

    assert [json.loads(line)["entries"] for line in result.stdout.splitlines()] == [["20502"], ["20402"]]


def test_a_large_file_is_shared_among_processes_and_stays_in_order() -> None:
    """Above two megabytes; every answer is where its question was."""
    questions = [{"text": f"{20_500 + number % 3} {'tea ' * 300}", "surface": "channel"} for number in range(1_800)]
    questions[::600] = [{"text": event_id} for event_id in ("20502", "20402", "20302")]
    answers = batch(*questions)

    assert len(answers) == 1_800
    assert {number: answer["entries"] for number, answer in enumerate(answers) if answer["entries"]} == {
        0: ["20502"],
        600: ["20402"],
        1200: ["20302"],
    }


def test_a_batch_file_that_is_not_there_is_named() -> None:
    """click says which file."""
    result = sceptic("ask", "--batch", "teapot.jsonl")

    assert result.exit_code == 2
    assert "teapot.jsonl" in result.output


# --- what keeps it from starting ---------------------------------------------------------------------------------------------


@pytest.fixture
def occupied() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield int(taken.getsockname()[1])


def test_an_occupied_port_is_one_sentence_for_the_sandbox(occupied: int) -> None:
    """`sceptic run` says which port, and to choose another."""
    assert_one_sentence(sceptic("run", "--port", str(occupied)), str(occupied), "choose another")


def test_an_occupied_port_is_one_sentence_for_serving(occupied: int) -> None:
    """`sceptic serve` over HTTP says which port, and to choose another."""
    result = sceptic(
        "serve",
        SLACK_BOT_TOKEN="xoxb-teapot",
        SLACK_SIGNING_SECRET="teapot",
        SCEPTIC_PORT=str(occupied),
        SLACK_API_URL="http://127.0.0.1:9/",
    )

    assert_one_sentence(result, str(occupied), "choose another")


def test_missing_tokens_are_all_named() -> None:
    """Everything that is missing, at once."""
    assert_one_sentence(
        sceptic("serve"), "SLACK_BOT_TOKEN is missing", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "Basic Information"
    )


@pytest.mark.parametrize(
    "command", [["ask", "20502"], ["ask", "--batch", "-"], ["serve"], ["run"], ["knowledge", "check"]]
)
def test_faults_of_the_environment_stop_every_command(command: list[str]) -> None:
    """All of them are listed, whichever command was given."""
    result = sceptic(*command, SCEPTIC_PORT="tea", SCEPTIC_LOG_LEVEL="boiling")

    assert_one_sentence(result, "SCEPTIC_PORT", "SCEPTIC_LOG_LEVEL")


# --- knowledge -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """A copy of the real articles, to be damaged."""
    shutil.copytree(KNOWLEDGE, tmp_path / "knowledge")
    return tmp_path / "knowledge" / CONNECTOR.name


def test_the_check_says_that_all_is_well() -> None:
    """An author runs it before committing."""
    result = sceptic("knowledge", "check")
    articles = sum(not path.name.endswith(".zh-TW.md") for path in KNOWLEDGE.glob("*/*.md"))

    assert result.exit_code == 0
    assert result.output == f"{articles} articles, no faults.\n"


def test_the_check_lists_every_fault_with_file_and_line(folder: Path) -> None:
    """All at once, then how many."""
    article = folder / "20502.md"
    article.write_text(article.read_text(encoding="utf-8").replace("**20402**", "**29992**"), encoding="utf-8")
    (folder / "20600.zh-TW.md").unlink()
    result = sceptic("knowledge", "check", str(folder.parent))

    assert result.exit_code == 1
    assert f"{article}:" in result.output
    assert f"{folder / '20600.zh-TW.md'}:1: is missing" in result.output
    assert "does not have 29992 in bold, as 20502.md does" in result.output
    assert result.output.rstrip().endswith("3 to mend.")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("20502.people-say.yaml", b"en: ["),
        ("../background.yaml", b"en: ["),
        ("../concepts.yaml", b"tea: ["),
        ("../concepts.yaml", b"\xff\xfe"),
        ("../concepts.yaml", b"tea"),
        ("product.yaml", b"name: ["),
        ("product.yaml", b"\xff\xfe"),
    ],
)
def test_the_check_names_a_damaged_file_of_any_kind(name: str, content: bytes, folder: Path) -> None:
    """No stack trace, whichever file it is."""
    (folder / name).write_bytes(content)
    result = sceptic("knowledge", "check", str(folder))

    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert f"{(folder / name).resolve()}:" in result.output


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("reviewed: 2026-11-30", "reviewed: 2026-13-45"),
        ("outcome: failure", "outcome: boiling"),
        ("outcome: failure", "outcome: ["),
        ("## Next steps", "## Afterwards"),
        ("caused_by: [", 'caused_by: ["29992", '),
    ],
)
def test_an_article_with_a_fault_is_left_out_and_named_and_the_others_are_answered(
    old: str, new: str, folder: Path
) -> None:
    """One author's typo neither stops the bot nor makes it say that nobody documented the event."""
    article = folder / "20502.md"
    content = article.read_text(encoding="utf-8")
    assert old in content
    article.write_text(content.replace(old, new, 1), encoding="utf-8")
    other = sceptic("ask", "20402", SCEPTIC_KNOWLEDGE=str(folder))
    itself = sceptic("ask", "20502", SCEPTIC_KNOWLEDGE=str(folder))

    assert other.exit_code == 0
    assert "Upload_Failure" in other.stdout or "20402" in other.stdout
    assert f"Left out (the article 20502): {article.resolve()}:" in other.stderr
    assert "My article on 20502 has a fault" in " ".join(itself.stdout.split())


@pytest.mark.parametrize("name", ["20502.people-say.yaml", "../concepts.yaml", "../background.yaml"])
def test_phrasings_with_a_fault_are_left_out_and_named(name: str, folder: Path) -> None:
    """A question in words is matched by what is left."""
    for path in folder.glob("*.people-say.yaml"):
        path.write_text("en:\n" + "".join(path.read_text(encoding="utf-8").splitlines(True)[1:11]), encoding="utf-8")
    (folder / name).write_text("en: [", encoding="utf-8")
    with TemporaryDirectory() as cache:
        result = sceptic(
            "ask",
            "could the connector download its file",
            SCEPTIC_KNOWLEDGE=str(folder),
            SCEPTIC_SHIPPED_KNOWLEDGE="no",
            SCEPTIC_CACHE=cache,
        )

    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert f"Left out: {(folder / name).resolve()}:" in " ".join(result.stderr.split())


def test_the_flows_are_shown_in_the_terminal() -> None:
    """By name in either language; an unknown name is answered with those that there are."""
    assert "4005" in sceptic("flow").stdout
    assert "推論" in sceptic("flow", "scep", "--language", "zh-TW").stdout
    assert_one_sentence(sceptic("flow", "samovar"), "samovar", "scep", "revoke")
