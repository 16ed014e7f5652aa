"""The modal that shows one article in full."""

from __future__ import annotations

from typing import Final

from bot.knowledge import Knowledge
from bot.replies.answers.card import render_card
from bot.replies.answers.share import Shared
from bot.replies.blocks import fit
from bot.replies.mrkdwn import shorten
from bot.replies.texts import say

_TITLE: Final = 24


def article_view(shared: Shared, knowledge: Knowledge) -> dict[str, object]:
    """Lay out one article as a modal."""
    match = shared.diagnosis.matches[0]
    card = render_card(match, knowledge, shared.language, whole=True)
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": shorten(match.article.number, _TITLE)},
        "close": {"type": "plain_text", "text": say(shared.language, "notice.close")},
        "blocks": [dict(block) for block in fit([*card.first_screen, *card.below], card.below)],
    }
