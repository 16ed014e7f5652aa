"""README of the sandbox: its examples run as written, and its lists match the code."""

import ast
import asyncio
import re
from pathlib import Path
from typing import get_args

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

import bot.sandbox
from bot.sandbox import SlackSandbox
from bot.sandbox.api.handler import METHODS
from bot.sandbox.delivery.faults import FaultKind

from .echo_app import MANIFEST

README = Path(bot.sandbox.__file__).with_name("README.md")
PAGE = README.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"(?ms)^```python\n(.+?)^```", PAGE)
PROGRAMS = [each for each in EXAMPLES if "async with" in each]
FAULTS = [each for each in EXAMPLES if "faults.add" in each]


def build_app(client: AsyncWebClient, signing_secret: str) -> AsyncApp:
    """Make an app that answers mentions."""
    app = AsyncApp(name="anybody", client=client, signing_secret=signing_secret)

    @app.event("app_mention")
    async def answer(event, say):
        await say(text=f"heard: {event['text']}", thread_ts=event["ts"])

    @app.event("message")
    async def keep_silent():
        """Acknowledge messages, since Bolt answers 404 without a listener."""

    return app


def test_five_lines_start_an_app_over_either_transport():
    assert [len(example.splitlines()) for example in PROGRAMS] == [5, 5]
    assert ["joined" in example for example in PROGRAMS] == [True, False]
    assert ["serving" in example for example in PROGRAMS] == [False, True]
    assert sorted(EXAMPLES) == sorted([*PROGRAMS, *FAULTS])


def test_every_method_is_listed_and_no_other():
    rows = re.findall(r"(?m)^\| `([\w.]+)` \| (`.+) \|$", PAGE.partition("## Methods it answers")[2])
    listed = [f"{family}.{name}" for family, names in rows for name in re.findall(r"`(\w+)`", names)]

    assert sorted(listed) == sorted(METHODS)


def test_every_kind_of_fault_is_listed_and_no_other():
    rows = re.findall(r"(?m)^\| `(\w+)` \|", PAGE.partition("| Fault |")[2].partition("## ")[0])

    assert sorted(rows) == sorted(get_args(FaultKind))


def test_every_link_leads_to_a_file():
    links = re.findall(r"\]\(([^)#]+)\)", PAGE)

    assert links
    assert [each for each in links if not (README.parent / each).exists()] == []


def test_the_named_actions_are_methods_of_the_sandbox():
    """The tables name actions and waits, with or without arguments."""
    table = PAGE.partition("## Use it in a test")[2].partition("## Inject faults")[0]
    rows = re.findall(r"(?m)^\| (?:People act|People see|The wire|Wait|Deliver) \| (.+) \|$", table)
    names = {name for row in rows for name in re.findall(r"`(\w+)(?:\([^`]*\))?`", row)} - {"look"}

    assert len(rows) == 5
    assert [each for each in names if not hasattr(SlackSandbox, each)] == []


@pytest.mark.parametrize("example", FAULTS)
async def test_the_fault_example_runs_as_written(example, slack):
    exec(compile(example, "the example", "exec"), {"slack": slack})

    assert slack.faults.take_fault("chat.postMessage").kind == "ratelimited"
    assert slack.clock_offset == 400


@pytest.mark.parametrize("example", PROGRAMS, ids=["socket", "http"])
async def test_the_example_runs_as_it_is_written(example, tmp_path, monkeypatch):
    """Only `build_app` and the manifest are the reader's own."""
    (tmp_path / "manifest.yml").write_text(MANIFEST.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names = {
        "AsyncSocketModeHandler": AsyncSocketModeHandler,
        "AsyncWebClient": AsyncWebClient,
        "Path": Path,
        "SlackSandbox": SlackSandbox,
        "build_app": build_app,
    }
    code = compile(example, "the example", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    await asyncio.wait_for(eval(code, names), 20)

    assert names["answer"] == f"heard: <@{names['slack'].bot_user_id}> hello"
    assert not names["slack"].connections
    assert names["slack"].request_url is None
