"""Replies: what was decided → what is shown. Holds Slack's limits and escaping; sends nothing."""

from bot.replies.answers.article_view import article_view
from bot.replies.answers.messages import render_error, render_gone, render_shared, render_thanks
from bot.replies.answers.notes import render_secrets, under_notes
from bot.replies.answers.render import language_for, render, render_why
from bot.replies.answers.share import Shared, unpack
from bot.replies.answers.unread import render_unread, unread, with_unread
from bot.replies.incidents.article_draft import draft_article
from bot.replies.incidents.card import render_incident, render_summary
from bot.replies.incidents.export import export_incident
from bot.replies.incidents.forms import (
    Answers,
    Form,
    hand_over_form,
    note_form,
    rate_form,
    read_form,
    resolve_form,
    waiting_form,
)
from bot.replies.incidents.messages import (
    render_not_opened,
    render_open_already,
    render_owner,
    render_refused,
    render_reminder,
    render_similar,
)
from bot.replies.incidents.phrases import incident_phrase
from bot.replies.values import Block, Reply
from bot.replies.workspace.help import render_help
from bot.replies.workspace.home import Home, home_view
from bot.replies.workspace.settings_form import read_settings_form, render_hushed, render_settings, settings_form

__all__ = [
    "Answers",
    "Block",
    "Form",
    "Home",
    "Reply",
    "Shared",
    "article_view",
    "draft_article",
    "export_incident",
    "hand_over_form",
    "home_view",
    "incident_phrase",
    "language_for",
    "note_form",
    "rate_form",
    "read_form",
    "read_settings_form",
    "render",
    "render_error",
    "render_gone",
    "render_help",
    "render_hushed",
    "render_incident",
    "render_not_opened",
    "render_open_already",
    "render_owner",
    "render_refused",
    "render_reminder",
    "render_secrets",
    "render_settings",
    "render_shared",
    "render_similar",
    "render_summary",
    "render_thanks",
    "render_unread",
    "render_why",
    "resolve_form",
    "settings_form",
    "under_notes",
    "unpack",
    "unread",
    "waiting_form",
    "with_unread",
]
