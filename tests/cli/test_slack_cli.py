"""`slack run`: the Slack CLI's hooks are valid, and what they call is there and does it."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft7Validator

from bot.cli import main
from bot.sandbox import SlackSandbox

# https://docs.slack.dev/tools/slack-cli/reference/hooks, "CLI-SDK JSON interface format".
RULES: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["hooks"],
    "properties": {
        "runtime": {"enum": ["deno", "node", "python"]},
        "hooks": {
            "type": "object",
            "additionalProperties": False,
            "required": ["get-manifest", "start"],
            "properties": {
                name: {"type": "string", "minLength": 1}
                for name in ("get-hooks", "get-manifest", "start", "build", "deploy", "doctor", "check-update")
            },
        },
        "config": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "protocol-version": {"type": "array", "items": {"enum": ["default", "message-boundaries"]}},
                "sdk-managed-connection-enabled": {"type": "boolean"},
                "watch": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "filter-regex": {"type": "string"},
                        "paths": {"type": "array", "items": {"type": "string"}},
                    },
                },
            },
        },
    },
}
OUR_COMMAND = ".venv/bin/sceptic"


@pytest.fixture(scope="module")
def hooks_file(checkout: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((checkout / ".slack" / "hooks.json").read_text(encoding="utf-8"))
    return found


def arguments_of(hooks_file: dict[str, Any], hook: str) -> list[str]:
    """Return what a hook's command asks of `sceptic`, wherever that is installed."""
    program, *arguments = shlex.split(hooks_file["hooks"][hook])
    assert program == OUR_COMMAND
    return arguments


def test_the_hooks_are_valid(hooks_file: dict[str, Any]) -> None:
    """No hook or setting that the Slack CLI does not know, and none missing that `slack run` needs."""
    assert [error.message for error in Draft7Validator(RULES).iter_errors(hooks_file)] == []
    assert list(Draft7Validator(RULES).iter_errors({"hooks": {"start": "x", "brew": "y"}}))


def test_every_hook_calls_a_command_there_is(hooks_file: dict[str, Any]) -> None:
    """Each is one of `sceptic`'s own, without a path of anybody's machine."""
    for hook in hooks_file["hooks"]:
        assert arguments_of(hooks_file, hook)[0] in main.commands
    assert CliRunner().invoke(main, ["brew"]).exit_code == 2


def test_what_is_watched_is_there(hooks_file: dict[str, Any], checkout: Path) -> None:
    """The manifest, and not the thousands of files of the virtual environment."""
    assert hooks_file["config"]["watch"]["paths"] == ["manifest.yml"]
    assert (checkout / "manifest.yml").is_file()


def test_the_manifest_is_given_as_json(hooks_file: dict[str, Any], checkout: Path) -> None:
    """The Slack CLI reads manifest.json or this hook's output, not manifest.yml; it names the project's folder."""
    result = CliRunner().invoke(main, [*arguments_of(hooks_file, "get-manifest"), f"--source={checkout}"])

    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == yaml.safe_load((checkout / "manifest.yml").read_text(encoding="utf-8"))
    assert not (checkout / "manifest.json").exists()


async def test_the_bot_starts_with_the_tokens_that_the_slack_cli_gives(
    hooks_file: dict[str, Any], checkout: Path, tmp_path: Path
) -> None:
    """The tokens come as variables; Bolt, not the Slack CLI, holds the connection."""
    assert hooks_file["config"]["sdk-managed-connection-enabled"] is True
    async with SlackSandbox(manifest=checkout / "manifest.yml") as slack:
        tokens = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token}
        given = {**os.environ, **tokens, "SLACK_API_URL": slack.api_url, "PYTHONPATH": str(checkout)}
        started = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments_of(hooks_file, "start")), env=given, cwd=tmp_path
        )
        try:
            await slack.connected(timeout=60)
            await slack.command("/event", "20502")
            assert "20502" in slack.ephemerals()[-1]["text"]
        finally:
            started.send_signal(signal.SIGINT)
            await started.wait()
