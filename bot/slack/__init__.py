"""Slack: the Bolt app and its listeners. Translates payloads, calls, saves, replies."""

from bot.slack.serving import serve

__all__ = ["serve"]
