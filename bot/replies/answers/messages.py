"""Modals, and the bot's small answers to clicks."""

from __future__ import annotations

from typing import Any, Final

from bot.knowledge import Knowledge, Language
from bot.replies.answers.card import render_card
from bot.replies.answers.phrases import phrase
from bot.replies.answers.render import render
from bot.replies.answers.share import Shared
from bot.replies.blocks import context, fit, section
from bot.replies.mrkdwn import shorten
from bot.replies.values import Reply

_TITLE: Final = 24
_CLOSE: Final = {"en": "Close", "zh-TW": "關閉"}
_GONE: Final = {
    "en": "This button is from an older version of the articles. Ask again, for example with `/event 20502`.",
    "zh-TW": "這個按鈕屬於較舊版本的文章。請重新查詢，例如 `/event 20502`。",
}
_THANKS: Final = {"en": "Thank you, noted.", "zh-TW": "謝謝，已記下。"}
_ERROR: Final = (
    "Something went wrong on my side; please ask again. If it happens again, give your administrator the reference {reference}."
    "\n我這邊出了問題，請再問一次。若再發生，請把編號 {reference} 告訴管理員。"
)


def article_view(shared: Shared, knowledge: Knowledge) -> dict[str, Any]:
    """Lay out one article as a modal."""
    match = shared.diagnosis.matches[0]
    card = render_card(match, knowledge, shared.language, whole=True)
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": shorten(match.article.id, _TITLE)},
        "close": {"type": "plain_text", "text": _CLOSE[shared.language]},
        "blocks": [dict(block) for block in fit([*card.first_screen, *card.below], card.below)],
    }


def render_shared(shared: Shared, knowledge: Knowledge, user_id: str) -> Reply:
    """Lay out an answer for others to see, with who shared it."""
    reply = render(shared.diagnosis, knowledge, shared.language)
    note = context(phrase(shared.language, "shared_by", user_id=user_id))
    return Reply(reply.text, (*reply.blocks[:-1], note, reply.blocks[-1]))


def render_gone(language: Language) -> Reply:
    """Say that a button's article is no more."""
    return Reply(_GONE[language].replace("`", ""), (section(_GONE[language]),))


def render_thanks(language: Language) -> Reply:
    """Thank for a word on whether an answer helped."""
    return Reply(_THANKS[language], (section(_THANKS[language]),))


def render_error(reference: str) -> Reply:
    """Say that something went wrong, in both languages, with a reference that is also in the log."""
    text = _ERROR.format(reference=reference)
    return Reply(text, (section(text),))
