"""Messages beside an answer: shared, gone, thanks, an error."""

from __future__ import annotations

from typing import Final

from bot.knowledge import Knowledge, Language
from bot.replies.answers.phrases import phrase
from bot.replies.answers.render import render
from bot.replies.answers.share import Shared
from bot.replies.blocks import context, section
from bot.replies.values import Reply

_GONE: Final = {
    "en": "This button is from an older version of the articles. Ask again, for example with `/event 20502`.",
    "zh-TW": "這個按鈕屬於較舊版本的文章。請重新查詢，例如 `/event 20502`。",
}
_THANKS: Final = {"en": "Thank you, noted.", "zh-TW": "謝謝，已記下。"}
_ERROR: Final = (
    "Something went wrong on my side; please ask again. If it happens again, give your administrator the reference {reference}."
    "\n我這邊出了問題，請再問一次。若再發生，請把編號 {reference} 告訴管理員。"
)


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
