"""The environment: every fault at once, each with its key and what to do."""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, read_settings, require_slack

ALL = [each.name.upper() for each in fields(Settings)]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable and no .env of whoever runs the tests."""
    for name in ALL:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.chdir(tmp_path)


def faults(**environment: str) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        with pytest.raises(SettingsError) as raised:
            read_settings()
    return str(raised.value).split("\n")


def test_nothing_has_to_be_set() -> None:
    """Trying the bot needs no token and no file."""
    settings = read_settings()

    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.slack_bot_token == settings.slack_app_token == settings.slack_signing_secret == ""


@pytest.mark.parametrize(
    ("name", "value", "do"),
    [
        ("SLACK_BOT_TOKEN", "xapp-teapot", "OAuth & Permissions"),
        ("SLACK_APP_TOKEN", "xoxb-teapot", "connections:write"),
        ("SLACK_API_URL", "teapot", "URL"),
        ("SLACK_API_URL", "https://slack.com/api", "slash"),
        ("SCEPTIC_PORT", "70000", "65535"),
        ("SCEPTIC_PORT", "tea", "integer"),
        ("SCEPTIC_SANDBOX_PORT", "-1", "0"),
        ("SCEPTIC_KNOWLEDGE", "/teapot", "product.yaml"),
        ("SCEPTIC_LOG_LEVEL", "boiling", "'debug'"),
        ("SLACK_API_URL", "http://slack.example/api/", "must begin with https://"),
        ("SLACK_SIGNING_SECRET", "  \t ", "is only blanks"),
        ("DATABASE_URL", " ", "is only blanks"),
        ("SLACK_BOT_TOKEN", "xoxb-1\n2", "a line break"),
        ("SLACK_SIGNING_SECRET", "tea pot", "copy it again"),
        ("SCEPTIC_UNOWNED_HOURS", "inf", "a number of hours"),
        ("SCEPTIC_SILENT_HOURS", "nan", "a number of hours"),
        ("SLACK_BOT_TOKEN_FILE", "/teapot", "SLACK_BOT_TOKEN_FILE names /teapot, which cannot be read (No such file"),
        ("SLACK_BOT_TOKEN_FILE", "/", "cannot be read (Is a directory)"),
        ("SLACK_BOT_TOKEN_FILE", sys.executable, "is no UTF-8 text"),
        ("SLACK_BOT_TOKEN_FILE", "/dev/zero", "is too long"),
        ("SLACK_BOT_TOKEN_FILE", "/dev/null", "which is empty"),
        ("SCEPTIC_SHIPPED_KNOWLEDGE", "perhaps", "must be yes or no"),
        ("SCEPTIC_SHIPPED_KNOWLEDGE", "no", "SCEPTIC_KNOWLEDGE must name folders"),
    ],
)
def test_a_fault_names_its_key_and_what_to_do(name: str, value: str, do: str) -> None:
    """One line for one fault."""
    (fault,) = faults(**{name: value})

    assert name in fault
    assert do in fault


def test_all_faults_are_reported_at_once() -> None:
    """Nobody mends one variable only to be told of the next."""
    found = faults(
        SLACK_BOT_TOKEN="teapot",
        SLACK_APP_TOKEN="teapot",
        SLACK_API_URL="teapot",
        SCEPTIC_PORT="tea",
        SCEPTIC_SANDBOX_PORT="70000",
        SCEPTIC_KNOWLEDGE="/teapot",
        SCEPTIC_LOG_LEVEL="boiling",
    )

    assert [line.split(" ")[0] for line in found] == [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "SLACK_API_URL",
        "SCEPTIC_PORT",
        "SCEPTIC_SANDBOX_PORT",
        "SCEPTIC_KNOWLEDGE",
        "SCEPTIC_LOG_LEVEL",
    ]


def test_a_slash_is_asked_for_together_with_the_other_faults() -> None:
    """The address without its slash is reported with the rest, not after the rest is mended."""
    found = faults(SLACK_API_URL="https://slack.com/api", SCEPTIC_PORT="tea")

    assert [line.split(" ")[0] for line in found] == ["SLACK_API_URL", "SCEPTIC_PORT"]


def test_a_secret_is_never_shown() -> None:
    """A token in the wrong variable does not end up in a log."""
    found = "\n".join(faults(SLACK_BOT_TOKEN="xapp-1-TEAPOT-SECRET", SLACK_APP_TOKEN="xoxb-TEAPOT-SECRET"))

    assert "SECRET" not in found


def test_a_dotenv_file_is_read_and_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`.env` is for trying; a variable that is set wins."""
    (tmp_path / ".env").write_text("SCEPTIC_PORT=4180\nSCEPTIC_SANDBOX_PORT=4181\nTEAPOT=full\n", encoding="utf-8")
    monkeypatch.setenv("SCEPTIC_PORT", "4182")

    assert (read_settings().sceptic_port, read_settings().sceptic_sandbox_port) == (4182, 4181)


def test_secrets_are_read_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file that a setting names, and one that systemd or a container lays out; a line end is no part of a secret."""
    (tmp_path / "token").write_text("xoxb-teapot\n", encoding="utf-8")
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "slack_signing_secret").write_text("kettle\r\n", encoding="utf-8")
    (credentials / "SLACK_BOT_TOKEN").write_text("xoxb-other", encoding="utf-8")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    found = read_settings()

    assert (found.slack_bot_token, found.slack_signing_secret) == ("xoxb-teapot", "kettle")


def test_a_secret_has_one_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Given twice in one place it is a fault; the environment's file wins over a value in `.env`."""
    (tmp_path / "token").write_text("xoxb-file", encoding="utf-8")
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-dotenv\n", encoding="utf-8")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", "token")

    assert read_settings().slack_bot_token == "xoxb-file"
    assert faults(SLACK_BOT_TOKEN="xoxb-teapot") == [
        "SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE are both set; keep one of them."
    ]


def test_this_machine_may_be_spoken_to_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox has no certificate, and nobody listens in between."""
    for address in (
        "http://127.0.0.1:8765/api/",
        "http://localhost/api/",
        "http://[::1]:80/api/",
        "https://x.example/",
    ):
        monkeypatch.setenv("SLACK_API_URL", address)
        assert read_settings().slack_api_url == address


def test_a_dotenv_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    """Windows' editors save as UTF-16 when told to."""
    (tmp_path / ".env").write_bytes("SCEPTIC_PORT=4180\n".encode("utf-16"))
    with pytest.raises(SettingsError, match=r"^\.env cannot be read; save it as UTF-8 text"):
        read_settings()


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose files pass empty variables on."""
    monkeypatch.setenv("SCEPTIC_PORT", "")
    monkeypatch.setenv("SLACK_API_URL", "")

    assert read_settings() == Settings()


def test_all_missing_tokens_are_named_at_once() -> None:
    """Serving needs a bot token, and an app-level token or a signing secret."""
    with pytest.raises(SettingsError) as raised:
        require_slack(read_settings())
    first, second = str(raised.value).split("\n")

    assert first.startswith("SLACK_BOT_TOKEN is missing; ")
    assert "SLACK_APP_TOKEN" in second
    assert "SLACK_SIGNING_SECRET" in second


@pytest.mark.parametrize("one", [{"slack_app_token": "xapp-teapot"}, {"slack_signing_secret": "teapot"}])
def test_one_way_to_slack_is_enough(one: dict[str, str]) -> None:
    """Socket Mode needs no signing secret, HTTP needs no app-level token."""
    require_slack(Settings(slack_bot_token="xoxb-teapot", **one))
    with pytest.raises(SettingsError, match=r"^SLACK_BOT_TOKEN is missing"):
        require_slack(Settings(**one))
