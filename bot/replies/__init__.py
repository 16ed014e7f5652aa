"""Replies: what was decided → what is shown. Holds Slack's limits and escaping; sends nothing."""

from bot.replies.help import render_help
from bot.replies.render import language_for, render, render_why
from bot.replies.share import Shared, unpack
from bot.replies.values import Block, Reply
from bot.replies.views import article_view, home_view, render_error, render_gone, render_shared, render_thanks

__all__ = [
    "Block",
    "Reply",
    "Shared",
    "article_view",
    "home_view",
    "language_for",
    "render",
    "render_error",
    "render_gone",
    "render_help",
    "render_shared",
    "render_thanks",
    "render_why",
    "unpack",
]
