"""The engine as the settings want it: their articles, and their cache."""

from __future__ import annotations

from functools import partial

import click

from bot.diagnosis import Sceptic, build_sceptic
from bot.settings import KNOWLEDGE, Settings


def build_from_settings(settings: Settings) -> Sceptic:
    """Read all articles; what a person at the keyboard should know goes to standard error."""
    return build_sceptic(settings.sceptic_knowledge, settings.sceptic_cache, partial(click.echo, err=True), KNOWLEDGE)
