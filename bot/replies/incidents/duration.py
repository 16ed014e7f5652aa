"""A span of time in words."""

from __future__ import annotations

from bot.languages import Language
from bot.replies.texts import say_count


def lasted(language: Language, seconds: float) -> str:
    """Say a span of time in one unit: minutes, hours, days."""
    minutes = max(0, int(seconds // 60))
    if minutes < 120:
        return say_count(language, "incident.minutes", minutes)
    if minutes < 48 * 60:
        return say_count(language, "incident.hours", minutes // 60)
    return say_count(language, "incident.days", minutes // 1440)
