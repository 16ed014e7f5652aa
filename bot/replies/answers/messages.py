"""Messages beside an answer: shared, gone, thanks, an error."""

from __future__ import annotations

from bot.knowledge import Knowledge
from bot.languages import LANGUAGES, Language
from bot.replies.answers.render import render
from bot.replies.answers.share import Shared
from bot.replies.blocks import context, section
from bot.replies.mrkdwn import without_marks
from bot.replies.texts import say
from bot.replies.values import Reply


def render_shared(shared: Shared, knowledge: Knowledge, user_id: str) -> Reply:
    """Lay out an answer for others to see, with who shared it."""
    reply = render(shared.diagnosis, knowledge, shared.language)
    note = context(say(shared.language, "notice.shared_by", user_id=user_id))
    return Reply(reply.text, (*reply.blocks[:-1], note, reply.blocks[-1]))


def render_gone(language: Language) -> Reply:
    """Say that a button's article is no more."""
    text = say(language, "notice.gone")
    return Reply(without_marks(text), (section(text),))


def render_left_out(language: Language) -> Reply:
    """Say that a shared answer lacks the team's notes."""
    text = say(language, "notice.left_out")
    return Reply(text, (section(text),))


def render_thanks(language: Language) -> Reply:
    """Thank for a word on whether an answer helped."""
    text = say(language, "notice.thanks")
    return Reply(text, (section(text),))


def render_over_budget(whose: str, seconds: int, language: Language) -> Reply:
    """Say that a person or a channel asks too much at once, and when it is answered again."""
    text = say(language, f"budget.{whose}", seconds=seconds)
    return Reply(text, (section(text),))


def render_error(reference: str) -> Reply:
    """Say that something went wrong, in every language, with a reference that is also in the log."""
    text = "\n".join(say(language, "notice.error", reference=reference) for language in LANGUAGES)
    return Reply(text, (section(text),))
