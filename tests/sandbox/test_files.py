"""Manifest and workspace files: read, or refused with a helpful sentence."""

import asyncio
import socket
import sys
from pathlib import Path

import pytest
import yaml

from bot.sandbox import ManifestError, SlackSandbox, WorkspaceError
from bot.sandbox.state.manifest import read_manifest

from .echo_app import MANIFEST


def changed(tmp_path: Path, **settings: object) -> Path:
    """Write the echo manifest with other bot scopes, events, commands or shortcuts."""
    document = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    if "scopes" in settings:
        document["oauth_config"]["scopes"]["bot"] = settings["scopes"]
    if "commands" in settings:
        document["features"]["slash_commands"] = settings["commands"]
    path = tmp_path / "manifest.yml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


def test_a_manifest_is_read():
    """Commands and shortcuts appear in the page as declared."""
    manifest = read_manifest(MANIFEST)

    assert (manifest.bot_name, manifest.home_tab) == ("Echo", True)
    assert manifest.command("/echo").usage_hint == "[text]"
    assert manifest.shortcut("echo_message", "message").name == "Echo this message"
    assert manifest.shortcut("echo_message", "global") is None


def test_all_faults_of_a_manifest_are_named_together(tmp_path):
    """Slack refuses events without their scope, and commands without theirs."""
    path = changed(tmp_path, scopes=["chat:write"], commands=[{"command": "echo"}])

    with pytest.raises(ManifestError) as refused:
        read_manifest(path)
    words = str(refused.value)
    assert "message.channels needs the bot scope channels:history" in words
    assert "bot scope commands" in words
    assert "'echo' must be one word that starts with a slash" in words
    assert str(path) in words


@pytest.mark.parametrize("text", ["", "[]", "a: [", "\x00"])
def test_a_file_that_is_no_manifest_is_refused(tmp_path, text):
    """The sentence has the path and no traceback."""
    path = tmp_path / "manifest.yml"
    path.write_text(text)
    with pytest.raises(ManifestError, match=r"manifest\.yml"):
        read_manifest(path)


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "team: {}",
        "{team: {name: T, domain: t}, users: [{name: amy}, {name: Amy}], channels: []}",
        "{team: {name: T, domain: t}, users: [{name: amy}], channels: [{name: a, members: [lee]}]}",
    ],
)
def test_a_workspace_that_is_not_whole_is_refused(tmp_path, text):
    """Parts are missing, or two names give the same ID."""
    path = tmp_path / "workspace.yml"
    path.write_text(text)
    with pytest.raises(WorkspaceError, match=r"workspace\.yml"):
        SlackSandbox(MANIFEST, path)


async def test_the_default_workspace_welcomes_whoever_opens_it(slack):
    """The history is not delivered to the app."""
    texts = [each["text"] for each in slack.messages("support")]

    assert slack.envelopes == []
    assert "Echo is in this channel" in texts[-1]
    assert slack.messages("general")


EXAMPLES = """
messages:
  - {text: The teapot is empty, locale: en-US, minutes_ago: 30}
  - {text: 茶壺空了, locale: zh-TW, minutes_ago: 300}
  - {text: "Ask @{app} for tea", minutes_ago: 2, channel: general, user: lee}
  - {text: Filled it, locale: en-US, minutes_ago: 20, reply_to: 0}
"""


async def test_examples_join_the_history_in_the_order_of_their_times(tmp_path):
    """A message without a channel goes where the app is, and one without a user gets an author of its locale."""
    path = tmp_path / "examples.yaml"
    path.write_text(EXAMPLES, encoding="utf-8")
    async with SlackSandbox(MANIFEST, examples=[path]) as slack:
        messages = slack.messages("support")
        locales = {each.user_id: each.locale for each in slack._slack.workspace.users.values()}
        thread = slack.messages("support", messages[-1]["ts"])

        assert [each["text"] for each in messages if "Welcome" not in each["text"]] == [
            "茶壺空了",
            "The teapot is empty",
        ]
        assert [locales[each["user"]] for each in messages if "Welcome" not in each["text"]] == ["zh-TW", "en-US"]
        assert [each["text"] for each in thread] == ["The teapot is empty", "Filled it"]
        assert slack.messages("general")[-1]["text"] == f"Ask <@{slack.bot_user_id}> for tea"
        assert slack.envelopes == []


@pytest.mark.parametrize(
    "entry",
    [
        "{}",
        "{text: x, user: nobody}",
        "{text: x, channel: nowhere}",
        "{text: x, minutes_ago: soon}",
        "{text: x, reply_to: 7}",
        "{text: x, reply_to: -1}",
        "7",
    ],
)
def test_an_example_that_cannot_be_posted_is_refused(tmp_path, entry):
    """The error names the file and the number of the message."""
    path = tmp_path / "examples.yaml"
    path.write_text(f"messages: [{{text: y}}, {entry}]")
    with pytest.raises(WorkspaceError, match=r"examples\.yaml: message 1 is"):
        SlackSandbox(MANIFEST, examples=[path])


def test_a_reply_is_not_older_than_what_it_replies_to(tmp_path):
    path = tmp_path / "examples.yaml"
    path.write_text("messages: [{text: y, minutes_ago: 5}, {text: x, reply_to: 0, minutes_ago: 6}]")
    with pytest.raises(WorkspaceError, match="older"):
        SlackSandbox(MANIFEST, examples=[path])


async def run(*arguments: str) -> tuple[int | None, str, str]:
    """Run `python -m bot.sandbox`, and stop it after its first lines."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.sandbox",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=MANIFEST.parents[2],
    )
    assert process.stdout
    assert process.stderr
    lines = [await asyncio.wait_for(process.stdout.readline(), 20) for _ in range(5)]
    if process.returncode is None and lines[0]:
        process.terminate()
    errors = await process.stderr.read()
    return await process.wait(), b"".join(lines).decode(), errors.decode()


async def test_run_alone_it_prints_what_an_app_needs():
    """It prints the address and the tokens, and ends cleanly on Ctrl+C."""
    code, printed, errors = await run("--manifest", str(MANIFEST), "--port", "0")

    assert (code, errors) == (0, "")
    for name in ("SLACK_API_URL=http://127.0.0.1:", "SLACK_BOT_TOKEN=xoxb-", "SLACK_APP_TOKEN=xapp-", "SECRET="):
        assert name in printed


async def test_an_occupied_port_is_one_clear_sentence():
    """The exit status is 1."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, errors = await run("--manifest", str(MANIFEST), "--port", str(port))

    assert code == 1
    assert errors == f"port {port} on 127.0.0.1 is not free; choose another with --port.\n"
