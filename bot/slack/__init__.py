"""Slack: the Bolt app and its listeners. Translates payloads, calls, saves, replies."""

from bot.slack.app import build_app, serve

__all__ = ["build_app", "serve"]
