"""Scopes that the bot can do without: what stays off where a workspace has not granted one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from bot.languages import Language
from bot.replies.texts import say

# Each has a text in the catalogues under its name; a new scope is optional and gets a row here.
OPTIONAL_SCOPES: Final = ("files:read", "files:write", "groups:history", "groups:read", "mpim:history")


def name_what_is_off(granted: Collection[str], language: Language) -> Iterator[tuple[str, str]]:
    """Yield each optional scope that was not granted, and what stays off without it."""
    for scope in OPTIONAL_SCOPES:
        if scope not in granted:
            yield scope, say(language, f"scope.{scope.replace(':', '_')}")
