"""The examples in the sandbox's docstring run as they stand there, with a Bolt app that is not the bot."""

import ast
import asyncio
import re
import textwrap
from pathlib import Path

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

import bot.sandbox
from bot.sandbox import SlackSandbox
from bot.sandbox.api.handler import METHODS

from .echo_app import MANIFEST

EXAMPLES = re.findall(r"(?m)(?:^ {4}.*\n)+", bot.sandbox.__doc__ or "")


def build_app(client: AsyncWebClient, signing_secret: str) -> AsyncApp:
    """Anybody's app."""
    app = AsyncApp(name="anybody", client=client, signing_secret=signing_secret)

    @app.event("app_mention")
    async def answer(event, say):
        await say(text=f"heard: {event['text']}", thread_ts=event["ts"])

    @app.event("message")
    async def keep_silent():
        """An event without a listener is answered 404."""

    return app


def test_there_is_one_for_each_door_in_five_lines():
    """Both are short enough to be read."""
    assert [len(example.splitlines()) for example in EXAMPLES] == [5, 5]
    assert ["joined" in example for example in EXAMPLES] == [True, False]
    assert ["serving" in example for example in EXAMPLES] == [False, True]


def test_the_readme_shows_the_same_lines(checkout: Path):
    """What is run here is what a reader copies."""
    assert f"```python\n{textwrap.dedent(EXAMPLES[0])}```" in (checkout / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_every_method_there_is_and_no_other(checkout: Path):
    """Family by family, in the table of what the sandbox enforces."""
    page = (checkout / "README.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"(?m)^\| Methods \| (.+?) \|", page)
    families = [family.split(": ") for family in row.split("; ")]

    assert sorted(f"{family}.{name}" for family, names in families for name in names.split(", ")) == sorted(METHODS)


@pytest.mark.parametrize("example", EXAMPLES, ids=["socket", "http"])
async def test_the_example_runs_as_it_is_written(example, tmp_path, monkeypatch):
    """Exactly its text; only `build_app` and the manifest are the reader's own."""
    (tmp_path / "manifest.yml").write_text(MANIFEST.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names = {
        "AsyncSocketModeHandler": AsyncSocketModeHandler,
        "AsyncWebClient": AsyncWebClient,
        "Path": Path,
        "SlackSandbox": SlackSandbox,
        "build_app": build_app,
    }
    code = compile(textwrap.dedent(example), "the example", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    await asyncio.wait_for(eval(code, names), 20)

    assert names["answer"] == f"heard: <@{names['slack'].bot_user_id}> hello"
    assert not names["slack"].connections
    assert names["slack"].request_url is None
