"""Fixtures that all tests share: the bot's knowledge, built once, with its weights kept beside the checkout."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.diagnosis import Sceptic, build_sceptic
from bot.settings import Settings, read_settings
from tests.fixtures.examples import register_profiles

pytest_plugins = ["tests.fixtures.browser", "tests.fixtures.databases", "tests.fixtures.timings"]

register_profiles()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Nothing from the environment, a store of the test's own, any free port, and no budget: a test is no person."""
    address = f"sqlite:///{tmp_path / 'sceptic.db'}"
    found = replace(read_settings(None), database_url=address, sceptic_port=0)
    return replace(found, sceptic_person_budget=0, sceptic_channel_budget=0)


@pytest.fixture(scope="session")
def sceptic() -> Sceptic:
    settings = read_settings(None)
    built = build_sceptic(settings.sceptic_knowledge, settings.sceptic_cache)
    built.words()
    return built


@pytest.fixture(scope="session")
def checkout() -> Path:
    return Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", action="store_true", help="keep the screenshots that the README shows")
