"""What the tests share: the bot's knowledge, built once, with what was learned kept beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.diagnosis import Sceptic, build_sceptic
from bot.settings import Settings


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(_env_file=None)


@pytest.fixture(scope="session")
def sceptic(settings: Settings) -> Sceptic:
    built = build_sceptic(settings.sceptic_knowledge, settings.sceptic_cache)
    built.words()
    return built


@pytest.fixture(scope="session")
def checkout() -> Path:
    return Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", action="store_true", help="keep the screenshots that the README shows")
