"""Everything the environment can set, read once and first. The only reader of the environment; reports every fault at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import AnyHttpUrl, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_PACKAGE: Final = Path(__file__).parent


def _beside(packaged: str, in_checkout: str) -> Path:
    """Find a data file or folder of the installed package, or of the checkout it runs from."""
    installed = _PACKAGE / packaged
    return installed if installed.exists() else _PACKAGE.parent / in_checkout


MANIFEST: Final = _beside("_manifest.yml", "manifest.yml")
_KNOWLEDGE: Final = _beside("_knowledge", "knowledge") / "intune-connector"


class SettingsError(Exception):
    """The settings have faults; each line names one and says what to do."""


class Settings(BaseSettings):
    """The settings; each name in capital letters is an environment variable, or a line of a file `.env`."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    slack_bot_token: str = ""
    slack_app_token: str = ""
    slack_signing_secret: str = ""
    slack_client_id: str = ""
    slack_client_secret: str = ""
    slack_api_url: AnyHttpUrl = AnyHttpUrl("https://slack.com/api/")
    sceptic_host: str = "127.0.0.1"
    sceptic_port: Annotated[int, Field(ge=0, le=65535)] = 3000
    sceptic_sandbox_port: Annotated[int, Field(ge=0, le=65535)] = 8765
    sceptic_knowledge: Path = _KNOWLEDGE
    sceptic_cache: Path = Field(default_factory=lambda: user_cache_path("sceptic"))
    database_url: str = Field(default="", repr=False)
    sceptic_unowned_hours: Annotated[float, Field(ge=0)] = 1.0
    sceptic_silent_hours: Annotated[float, Field(ge=0)] = 24.0
    sceptic_retention_days: Annotated[int, Field(ge=1, le=3650)] = 30
    sceptic_log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, token: str) -> str:
        if token and not token.startswith("xoxb-"):
            raise ValueError(
                "must begin with xoxb-; copy the Bot User OAuth Token from your app's OAuth & Permissions page"
            )
        return token

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, token: str) -> str:
        if token and not token.startswith("xapp-"):
            raise ValueError(
                "must begin with xapp-; make an app-level token with connections:write on the Basic Information page"
            )
        return token

    @field_validator("sceptic_knowledge")
    @classmethod
    def _folder(cls, folder: Path) -> Path:
        if not (folder / "product.yaml").is_file():
            raise ValueError(
                "must be a folder of articles with a product.yaml; leave it unset for the one that comes with Sceptic"
            )
        return folder

    @field_validator("slack_api_url")
    @classmethod
    def _slash(cls, url: AnyHttpUrl) -> AnyHttpUrl:
        if str(url)[-1] != "/":
            raise ValueError("must end with a slash, such as https://slack.com/api/")
        return url

    @property
    def store_address(self) -> str:
        """DATABASE_URL, or an SQLite file in the platform's folder for data, which is made if need be."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{user_data_path('sceptic', ensure_exists=True) / 'sceptic.db'}"

    @property
    def api_url(self) -> str:
        """Where Slack's Web API is, with a slash at the end."""
        return str(self.slack_api_url)


def read_settings() -> Settings:
    """Read the environment and `.env`. Raises SettingsError with one line for each fault."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(map(_sentence, error.errors()))) from error


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


def _sentence(found: object) -> str:
    assert isinstance(found, dict)  # noqa: S101 - pydantic's ErrorDetails
    name = "_".join(map(str, found["loc"])).upper()
    message = str(found["msg"]).removeprefix("Value error, ")
    shown = "" if "token" in name.lower() or "secret" in name.lower() or not name else f" (it is {found['input']!r})"
    return f"{name} {message}{shown}." if name else message
