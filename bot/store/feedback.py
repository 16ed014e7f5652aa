"""Feedback on answers, by article."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import (
    Connection,
    func,
    select,
)

from bot.store.dialect import NOW, insert_into
from bot.store.tables import (
    feedback,
)
from bot.store.values import FeedbackCounts


def feedback_counts(db: Connection, team_id: str, since: float) -> tuple[FeedbackCounts, ...]:
    """Return the feedback on each article's answers since `since` (seconds since 1970), the least helpful first.

    An answer about several articles counts for the first, which it begins with.
    """
    said: dict[str, Counter[str]] = {}
    mine = (feedback.c.team_id == team_id) & (feedback.c.said_at > since)
    for row in db.execute(
        select(feedback.c.articles, feedback.c.said, func.count())
        .where(mine)
        .group_by(feedback.c.articles, feedback.c.said)
    ):
        said.setdefault(row[0].partition(",")[0], Counter())[row[1]] += row[2]
    found = [FeedbackCounts(article, each["helpful"], each.total() - each["helpful"]) for article, each in said.items()]
    return tuple(sorted(found, key=lambda each: (-each.unhelpful, -each.helpful, each.article_id)))


def note_feedback(
    db: Connection,
    team_id: str,
    enterprise_id: str,
    message_ts: str,
    user_id: str,
    said: str,
    articles: str,
) -> None:
    """Keep what someone said about an answer; saying something else later replaces it."""
    values = {"said": said, "articles": articles, "said_at": NOW}
    row = {"team_id": team_id, "enterprise_id": enterprise_id, "message_ts": message_ts, "user_id": user_id, **values}
    keys = ["team_id", "message_ts", "user_id"]
    db.execute(insert_into(db, feedback).values(row).on_conflict_do_update(index_elements=keys, set_=values))
