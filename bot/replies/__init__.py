"""Replies: what was decided → what is shown. Holds Slack's limits and escaping; sends nothing."""

from bot.replies.help import render_help
from bot.replies.render import language_for, render, render_why
from bot.replies.share import Shared, unpack
from bot.replies.values import Block, Reply

__all__ = ["Block", "Reply", "Shared", "language_for", "render", "render_help", "render_why", "unpack"]
