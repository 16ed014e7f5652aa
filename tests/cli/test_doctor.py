"""`sceptic doctor`: what is well, what is not, and what to do about it; against a local Slack."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import sys
from collections import namedtuple
from collections.abc import AsyncIterator, Iterator
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from bot.cli import main
from bot.doctor.command import examine
from bot.doctor.findings import Finding
from bot.doctor.machine import judge_clock
from bot.sandbox import SlackSandbox
from bot.settings import Settings
from bot.store import Installation, TokenCipher, open_store
from bot.store.token_cipher import new_key
from tests.e2e.conftest import free_port


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable and no .env of whoever runs the tests; every path is the test's own."""
    for name in (each.name.upper() for each in fields(Settings)):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SCEPTIC_CACHE", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'sceptic.db'}")


@pytest.fixture
def manifest(request: pytest.FixtureRequest, checkout: Path, tmp_path: Path) -> Path:
    """The app's manifest without the scopes that a test leaves out."""
    document = yaml.safe_load((checkout / "manifest.yml").read_text(encoding="utf-8"))
    scopes = document["oauth_config"]["scopes"]
    scopes["bot"] = [each for each in scopes["bot"] if each not in getattr(request, "param", ())]
    path = tmp_path / "granted.yml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


@pytest.fixture
async def slack(manifest: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackSandbox]:
    async with SlackSandbox(manifest=manifest) as sandbox:
        monkeypatch.setenv("SLACK_BOT_TOKEN", sandbox.bot_token)
        monkeypatch.setenv("SLACK_APP_TOKEN", sandbox.app_token)
        monkeypatch.setenv("SLACK_API_URL", sandbox.api_url)
        monkeypatch.setenv("SCEPTIC_PORT", str(free_port()))
        yield sandbox


async def found() -> Iterator[Finding]:
    """Findings that are not well; each says what to do."""
    findings = [each for each in await examine() if each.state != "ok"]
    assert all(each.advice for each in findings)
    return iter(findings)


async def named(name: str) -> list[Finding]:
    return [each for each in await examine() if each.name == name]


async def test_everything_that_the_command_names_is_looked_at(slack: SlackSandbox) -> None:
    """All is well but that no bot runs yet."""
    await (await open_store(os.environ["DATABASE_URL"], lambda _: None)).close()
    looked_at = {each.name for each in await examine()}
    (told,) = await found()

    assert {
        "settings",
        "database",
        "token key",
        "reachability",
        "clock",
        "tokens",
        "scopes",
        "disk",
        "bot",
    } == looked_at
    assert (told.name, told.advice) == ("bot", "Start it: sceptic serve")


@pytest.mark.thorough
async def test_the_running_bot_is_asked(running_port: int) -> None:
    (told,) = await named("bot")

    assert (told.state, told.said) == ("ok", f"the bot on port {running_port} is ready")


@pytest.fixture
async def running_port(slack: SlackSandbox) -> AsyncIterator[int]:
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert bot.stdout is not None
    async with asyncio.timeout(60):
        assert b"Connected" in await bot.stdout.readline()
    yield int(os.environ["SCEPTIC_PORT"])
    bot.terminate()
    await bot.communicate()


@pytest.mark.parametrize("manifest", [("files:write", "chat:write")], indirect=True)
async def test_scopes_are_held_against_the_manifest(slack: SlackSandbox) -> None:
    """Without a needed one the bot does not work; without an optional one something is off."""
    needed, optional = await named("scopes")

    assert (needed.state, optional.state) == ("fault", "warning")
    assert needed.said == "SLACK_BOT_TOKEN lacks chat:write"
    assert optional.said.startswith("SLACK_BOT_TOKEN lacks files:write: exports and drafts are posted as text")


async def test_tokens_that_slack_refuses(slack: SlackSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-teapot")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-teapot")
    bot, app = await named("tokens")

    assert (bot.said, app.said) == (
        "Slack refuses SLACK_BOT_TOKEN (invalid_auth)",
        "Slack refuses SLACK_APP_TOKEN (invalid_auth)",
    )


async def test_slack_that_does_not_answer(slack: SlackSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said of tokens then; the rest is looked at all the same."""
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/")
    told = {each.name: each for each in await found()}

    assert told.keys() == {"reachability", "bot"}
    assert "SLACK_API_URL" in told["reachability"].advice


async def test_tokens_in_the_store(slack: SlackSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """In clear, encrypted, with a key that does not fit; and one that its workspace has taken back."""
    address, key = os.environ["DATABASE_URL"], new_key()
    store = await open_store(address, lambda _: None)
    await store.install(Installation("T1", "", "xoxb-revoked", "U1", "B1"))
    await store.close()
    (clear,) = await named("token key")
    assert "1 of 1 installations have a token in clear" in clear.said
    assert "sceptic store key" in clear.advice
    assert [each.said for each in await found() if each.name == "tokens"] == [
        "Slack refuses the token of T1 (invalid_auth)"
    ]

    monkeypatch.setenv("SCEPTIC_TOKEN_KEY", key)
    await (await open_store(address, lambda _: None, cipher=TokenCipher(key))).close()
    (encrypted,) = await named("token key")
    assert encrypted.state == "ok"
    monkeypatch.setenv("SCEPTIC_TOKEN_KEY", new_key())
    (lost,) = await named("token key")
    assert (lost.state, "If it is lost" in lost.advice) == ("fault", True)


async def test_a_store_that_others_can_read_or_that_is_newer(slack: SlackSandbox, tmp_path: Path) -> None:
    await (await open_store(os.environ["DATABASE_URL"], lambda _: None)).close()
    file = tmp_path / "sceptic.db"
    file.chmod(0o644)
    (readable,) = await named("database")
    assert f"chmod 600 {file}" in readable.advice
    with sqlite3.connect(file) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()
    (newer,) = await named("database")
    assert (newer.state, "newer Sceptic (schema 9999" in newer.advice) == ("fault", True)


async def test_disks(slack: SlackSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Room, and the permission to use it."""
    monkeypatch.setenv("SCEPTIC_CACHE", "/dev/null/tea")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(1 << 40, 0, 50 << 20))
    cache, temporary, store = await named("disk")

    assert (cache.state, cache.said.startswith("the folder of the cache, /dev/null/tea")) == ("warning", True)
    assert (temporary.state, temporary.said[:14]) == ("warning", "50 MB are free")
    assert (store.state, store.said[:14]) == ("fault", "50 MB are free")


@pytest.mark.parametrize(
    ("ahead", "state"), [(3, "ok"), (-60, "warning"), (60, "warning"), (-290, "fault"), (9e4, "fault")]
)
def test_the_clock(ahead: float, state: str) -> None:
    assert judge_clock(ahead).state == state


def test_as_lines_and_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing to do but the settings, of which each fault is a line; the status tells programs."""
    monkeypatch.setenv("SCEPTIC_PORT", "tea")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "tea")
    lines = CliRunner().invoke(main, ["doctor"])
    objects = [json.loads(each) for each in CliRunner().invoke(main, ["doctor", "--json"]).output.splitlines()]

    assert lines.exit_code == 1
    assert lines.output.endswith("Not healthy. Looked at: 2; faults: 2; warnings: 0.\n")
    assert [(each["name"], each["state"]) for each in objects] == [("settings", "fault")] * 2
    assert "xoxb-" in objects[0]["advice"]
