"""Everything the environment can set, read first. The only reader of the environment; reports every fault at once."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

_PACKAGE: Final = Path(__file__).parent


def _beside(packaged: str, in_checkout: str) -> Path:
    """Find a data file or folder of the installed package, or of the checkout it runs from."""
    installed = _PACKAGE / packaged
    return installed if installed.exists() else _PACKAGE.parent / in_checkout


MANIFEST: Final = _beside("_manifest.yml", "manifest.yml")
KNOWLEDGE: Final = _beside("_knowledge", "knowledge")
"""The folder of the products that come with Sceptic."""


_ANSWERS: Final = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}
# Where Docker, Podman and Compose put the secrets of a container.
_CONTAINER_SECRETS: Final = "/run/secrets"
_LONGEST_TEXT: Final = 100_000
_KEY_BYTES: Final = 32
_LEVELS: Final = ("debug", "info", "warning", "error")
_SETTINGS_BY: Final = ("creators", "admins", "owners")


class SettingsError(Exception):
    """The settings have faults; each line names one and says what to do."""


def _token(prefix: str, what_to_do: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not text.startswith(prefix):
            raise ValueError(f"must begin with {prefix}; {what_to_do}")
        return _secret(text)

    return read


def _secret(text: str) -> str:
    if any(each.isspace() or not each.isprintable() for each in text):
        raise ValueError("holds a blank, a line break or a control character; copy it again")
    return text


def _keys(text: str) -> str:
    for key in text.replace(",", " ").split():
        try:
            whole = len(base64.b64decode(key, altchars=b"-_", validate=True)) == _KEY_BYTES
        except ValueError:
            whole = False
        if not whole:
            raise ValueError("must be a key of 32 bytes as `sceptic store key` prints it, or several between commas")
    return text


def _folders(text: str) -> tuple[Path, ...]:
    folders = tuple(Path(each) for each in text.split(os.pathsep) if each)
    for folder in folders:
        if not any(any(folder.glob(each)) for each in ("*.md", "product.yaml", "*/*.md", "*/product.yaml")):
            raise ValueError(
                f"names {folder}, which must be a product's folder, with a product.yaml or articles, or hold such folders "
                f"(several are separated by {os.pathsep}); leave it unset for what comes with Sceptic alone"
            )
    return folders


def _cache_folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("sceptic")


def _address(text: str) -> str:
    address = urlsplit(text)
    if address.scheme not in {"http", "https"} or not address.hostname:
        raise ValueError("must be a URL, such as https://slack.com/api/")
    if address.scheme == "http" and not is_this_machine(address.hostname):
        raise ValueError("must begin with https://, or tokens would travel in clear; http:// is for this machine alone")
    if not text.endswith("/"):
        raise ValueError("must end with a slash, such as https://slack.com/api/")
    return text


def is_this_machine(host: str) -> bool:
    """Tell whether a host's name is one of the loopback interface."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise ValueError(f"must be an integer from {least} to {most}")
        return number

    return read


def _hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = -1
    if not 0 <= hours < float("inf"):
        raise ValueError("must be a number of hours, 0 or more")
    return hours


def _yes_or_no(text: str) -> bool:
    if text.lower() not in _ANSWERS:
        raise ValueError("must be yes or no")
    return _ANSWERS[text.lower()]


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be one of {', '.join(map(repr, words))}")
        return text

    return read


def _setting(default: Any, read: Callable[[str], Any] = str, *, secret: bool = False) -> Any:
    """Declare a setting; `read` makes its value of a variable's text, or raises ValueError saying what it must be."""
    return field(default=default, repr=not secret, metadata={"read": read, "secret": secret})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings; each name in capital letters is an environment variable, or a line of a file `.env`."""

    slack_bot_token: str = _setting(
        "",
        _token(
            "xoxb-",
            "copy the Bot User OAuth Token from your app's OAuth & Permissions page; with token rotation on (xoxe.…) "
            "leave it out and install the app by its page /slack/install",
        ),
        secret=True,
    )
    slack_app_token: str = _setting(
        "",
        _token("xapp-", "make an app-level token with connections:write on the Basic Information page"),
        secret=True,
    )
    slack_signing_secret: str = _setting("", _secret, secret=True)
    slack_client_id: str = _setting("", _secret)
    slack_client_secret: str = _setting("", _secret, secret=True)
    slack_api_url: str = _setting("https://slack.com/api/", _address)
    sceptic_host: str = _setting("127.0.0.1")
    sceptic_port: int = _setting(3000, _whole(0, 65535))
    sceptic_sandbox_port: int = _setting(8765, _whole(0, 65535))
    # What comes with Sceptic, if it is wanted, and a team's own folders over it.
    sceptic_knowledge: tuple[Path, ...] = _setting((KNOWLEDGE,), _folders)
    sceptic_shipped_knowledge: bool = _setting(True, _yes_or_no)
    sceptic_cache: Path = field(default_factory=_cache_folder, metadata={"read": Path})
    database_url: str = _setting("", secret=True)
    # The first encrypts the tokens of workspaces, all of them decrypt.
    sceptic_token_key: str = _setting("", _keys, secret=True)
    sceptic_unowned_hours: float = _setting(1.0, _hours)
    sceptic_silent_hours: float = _setting(24.0, _hours)
    sceptic_retention_days: int = _setting(30, _whole(1, 3650))
    # Who may set how the bot behaves in a channel.
    sceptic_settings_by: Literal["creators", "admins", "owners"] = _setting("creators", _one_of(*_SETTINGS_BY))
    # Questions without an answer are kept from commands and direct messages, too, and the asker is told.
    sceptic_keep_private_questions: bool = _setting(False, _yes_or_no)
    # Questions a minute that one person, and one channel, gets answered; 0: no limit.
    sceptic_person_budget: int = _setting(60, _whole(0, 100_000))
    sceptic_channel_budget: int = _setting(120, _whole(0, 100_000))
    sceptic_log_level: str = _setting("info", _one_of(*_LEVELS))

    @property
    def store_address(self) -> str:
        """DATABASE_URL, or an SQLite file in the platform's folder for data, which is made if need be."""
        if self.database_url:
            return self.database_url
        from platformdirs import user_data_path

        return f"sqlite:///{user_data_path('sceptic', ensure_exists=True) / 'sceptic.db'}"


def read_settings(dotenv: Path | None = Path(".env")) -> Settings:
    """Read the environment, files that it names, the platform's secrets, and a file of more variables, in this order.

    Raises SettingsError with one line for each fault.
    """
    variables, faults = _read_variables([each.name.upper() for each in fields(Settings)], dotenv)
    values: dict[str, Any] = {}
    for setting in fields(Settings):
        name = setting.name.upper()
        if (text := variables.get(name)) is None:
            continue
        try:
            values[setting.name] = setting.metadata["read"](text)
        except ValueError as error:
            shown = "" if setting.metadata.get("secret") else f" (it is {text!r})"
            faults.append(f"{name} {error}{shown}.")
    if values.get("sceptic_shipped_knowledge", True):
        values["sceptic_knowledge"] = (KNOWLEDGE, *values.get("sceptic_knowledge", ()))
    elif "SCEPTIC_KNOWLEDGE" not in variables:
        faults.append("SCEPTIC_SHIPPED_KNOWLEDGE is no, so SCEPTIC_KNOWLEDGE must name folders of products.")
    if faults:
        raise SettingsError("\n".join(faults))
    return Settings(**values)


def read_token_key_file() -> str:
    """Read SCEPTIC_TOKEN_KEY again, for a bot that runs: its keys where they come from a file, else nothing.

    Keys that are no good any more count as nothing.
    """
    name = "SCEPTIC_TOKEN_KEY"
    if name in os.environ:
        return ""
    try:
        variables, faults = _read_variables([name], Path(".env"))
        return "" if faults else _keys(variables.get(name, ""))
    except (SettingsError, ValueError):
        return ""


def _read_variables(names: Sequence[str], dotenv: Path | None) -> tuple[dict[str, str], list[str]]:
    """Return the text of each setting that is set, and a sentence for each that cannot be read."""
    texts: dict[str, str] = {}
    faults: list[str] = []
    # The last one wins.
    for variables in (_read_dotenv(dotenv), _read_platform_secrets(names), os.environ):
        given = {name.upper(): text for name, text in variables.items() if text}
        for name in names:
            file = given.get(f"{name}_FILE", "")
            if name in given and file:
                faults.append(f"{name} and {name}_FILE are both set; keep one of them.")
            elif file or name in given:
                try:
                    texts[name] = _read_text(Path(file)) if file else given[name].strip()
                except ValueError as error:
                    faults.append(f"{name}_FILE names {file}, {error}.")
                else:
                    blank = f"{name} is only blanks; give it a value, or leave it out."
                    faults += [] if texts[name] else [blank]
    return {name: text for name, text in texts.items() if text}, faults


def _read_text(path: Path) -> str:
    """Read the file that stands for a setting. Raises ValueError saying why it cannot be."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_LONGEST_TEXT + 1)
    except UnicodeDecodeError as error:
        raise ValueError("which is no UTF-8 text") from error
    except OSError as error:
        raise ValueError(f"which cannot be read ({error.strerror})") from error
    if len(text) > _LONGEST_TEXT:
        raise ValueError("which is too long for a setting")
    if not text.strip():
        raise ValueError("which is empty")
    return text.strip()


def _read_platform_secrets(names: Sequence[str]) -> dict[str, str]:
    """Name the files of settings that systemd's LoadCredential= or a container's secrets have laid out."""
    found: dict[str, str] = {}
    for folder in (_CONTAINER_SECRETS, os.environ.get("CREDENTIALS_DIRECTORY")):
        if folder and os.path.isdir(folder):
            there = {each.upper(): each for each in os.listdir(folder)}
            found |= {f"{name}_FILE": os.path.join(folder, there[name]) for name in names if name in there}
    return found


def _read_dotenv(path: Path | None) -> Mapping[str, str | None]:
    if path is None or not path.is_file():
        return {}
    from dotenv import dotenv_values

    try:
        return dotenv_values(path, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path} cannot be read; save it as UTF-8 text, readable by whoever runs Sceptic."
        ) from error


def shows_styles() -> bool:
    """Tell whether the terminal, by its own variables, shows styles: NO_COLOR (no-color.org) and TERM say when not."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def require_slack(settings: Settings) -> None:
    """Check that what `sceptic serve` needs is there. Raises SettingsError naming everything that is missing."""
    missing = []
    if bool(settings.slack_client_id) != bool(settings.slack_client_secret):
        name = "SLACK_CLIENT_SECRET" if settings.slack_client_id else "SLACK_CLIENT_ID"
        missing.append(f"{name} is missing; both are on your app's Basic Information page, or leave both out.")
    # Over HTTP workspaces may all come by installing the app.
    if not settings.slack_bot_token and (settings.slack_app_token or not settings.slack_client_id):
        missing.append(
            "SLACK_BOT_TOKEN is missing; copy the Bot User OAuth Token (xoxb-…) from your app's OAuth & Permissions page."
        )
    if not settings.slack_app_token and not settings.slack_signing_secret:
        missing.append(
            "SLACK_APP_TOKEN (xapp-…, for Socket Mode) or SLACK_SIGNING_SECRET (for HTTP) is missing; "
            "set one, both are on your app's Basic Information page."
        )
    if missing:
        raise SettingsError("\n".join(missing))
