"""Team notes under an answer, and warnings about pasted secrets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from bot.knowledge import Knowledge
from bot.languages import Language
from bot.privacy.values import SecretKind
from bot.replies.article_numbers import number_articles
from bot.replies.blocks import MESSAGE_BLOCKS, TOTAL, context, section, size
from bot.replies.mrkdwn import bare, escape_prose, mention, shorten
from bot.replies.texts import say
from bot.replies.values import Reply

_LONGEST: Final = 600


def under_notes(
    reply: Reply, notes: Sequence[tuple[str, str, str, float]], knowledge: Knowledge, language: Language
) -> Reply:
    """Put a team's notes (article, author, words, seconds since 1970) under an answer, as far as there is room."""
    blocks = list(reply.blocks)
    numbers = number_articles((article_id for article_id, *_ in notes), knowledge, language)
    # The buttons stay last.
    at = len(blocks) - 1 if blocks and blocks[-1]["type"] == "actions" else len(blocks)
    for article_id, user_id, words, noted_at in notes:
        date = datetime.fromtimestamp(noted_at, UTC).date().isoformat()
        written = escape_prose(shorten(words, _LONGEST))
        # Words that mrkdwn would style are an element of their own, for in plain text the author would be an ID.
        head, foot = (written, "") if written == bare(written) else ("", written)
        note = context(
            say(
                language, "notice.team_note", id=numbers.named(article_id), user=mention(user_id), date=date, words=head
            ).rstrip(),
            foot,
        )
        if len(blocks) >= MESSAGE_BLOCKS or size([*blocks, note]) > TOTAL:
            break
        blocks.insert(at, note)
        at += 1
    return Reply(reply.text, tuple(blocks))


def render_kept(language: Language) -> Reply:
    """Tell whoever asked in private that the question is kept for the administrators."""
    text = say(language, "notice.question_kept")
    return Reply(text, (context(text),))


def render_secrets(kinds: Sequence[SecretKind], language: Language) -> Reply:
    """Say which kinds of secrets a message shows, and what to revoke."""
    lines = [say(language, f"secret.{kind}") for kind in kinds]
    return Reply(" ".join(lines), (section("\n".join(f":warning: {line}" for line in lines)),))
