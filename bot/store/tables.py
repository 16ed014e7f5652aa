"""The tables. Each row belongs to a workspace; times are seconds since 1970 by the database's clock."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata: Final = MetaData()

# SQLite counts up by itself only in a column that is an INTEGER PRIMARY KEY.
_Number = BigInteger().with_variant(Integer, "sqlite")


def _workspace() -> tuple[Column[str], Column[str]]:
    """Make the columns of a row's workspace; `enterprise_id` is empty outside Enterprise Grid."""
    return Column("team_id", String(32), nullable=False), Column(
        "enterprise_id", String(32), nullable=False, default=""
    )


# Inbox: deliveries of Slack. `state` is open, done or dead; an open row may be claimed once `due_at` has passed, and the
# claim moves `due_at` to the end of the lease. `body` is Slack's JSON, {} once the row is done.
inbox: Final = Table(
    "inbox",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    *_workspace(),
    Column("key", String(255), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(8), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("received_at", Float(53), nullable=False),
    Column("due_at", Float(53), nullable=False),
    Column("done_at", Float(53)),
    Column("error", Text, nullable=False, default=""),
    UniqueConstraint("team_id", "key", name="inbox_once"),
    Index("inbox_state", "state", "team_id", "id"),
    Index("inbox_done", "state", "done_at"),
)

# Outbox: calls to Slack. `state` is open, sending, done, dead or ambiguous; `key` is the same however often the delivery
# behind it is handled; `otherwise` is the fallback when Slack refuses. An earlier attempt may be in Slack since
# `first_tried_at`. `follow_up` is the body of the delivery that reports the outcome, `for_others` the call in its place
# where others than members read the channel by then. Done rows keep no text.
outbox: Final = Table(
    "outbox",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    *_workspace(),
    Column("key", String(255), nullable=False),
    Column("channel_id", String(32), nullable=False),
    Column("thread_ts", String(32), nullable=False, default=""),
    Column("method", String(64), nullable=False),
    Column("arguments", Text, nullable=False),
    Column("otherwise", Text, nullable=False, default=""),
    Column("follow_up", Text),
    Column("for_others", Text),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Float(53), nullable=False),
    Column("first_tried_at", Float(53)),
    Column("done_at", Float(53)),
    Column("ts", String(32), nullable=False, default=""),
    Column("error", Text, nullable=False, default=""),
    UniqueConstraint("team_id", "key", name="outbox_once"),
    Index("outbox_lane", "state", "team_id", "channel_id", "id"),
    Index("outbox_done", "state", "done_at"),
)

# One line of waiting rows for each channel. Nothing is sent there before `free_at`: while a row is under way
# (`taken`, up to the end of its lease), for the pause between posts, or for as long as Slack said with Retry-After.
# The queue with an empty channel holds up a whole workspace.
channel_queues: Final = Table(
    "lanes",
    metadata,
    *_workspace(),
    Column("channel_id", String(32), nullable=False),
    Column("free_at", Float(53), nullable=False),
    Column("taken", Boolean, nullable=False),
    PrimaryKeyConstraint("team_id", "channel_id"),
)

# Channel cursors: the timestamp of the latest message received from each channel, from which a backfill begins.
channel_cursors: Final = Table(
    "heard",
    metadata,
    *_workspace(),
    Column("channel_id", String(32), nullable=False),
    Column("ts", String(32), nullable=False),
    PrimaryKeyConstraint("team_id", "channel_id"),
)

# Where the app is installed; an organisation's own installation has an empty `team_id`. Tokens are encrypted once
# `token_encryption` has a row. A token that Slack rotates ends at `expires_at`, and one replica at a time, until
# `refreshing_until`, asks for the next one.
installations: Final = Table(
    "installations",
    metadata,
    *_workspace(),
    Column("bot_token", Text, nullable=False),
    Column("bot_user_id", String(32), nullable=False),
    Column("bot_id", String(32), nullable=False),
    Column("scopes", Text, nullable=False, default=""),
    Column("installed_at", Float(53), nullable=False),
    Column("refresh_token", Text, nullable=False, server_default=""),
    Column("expires_at", Float(53)),
    Column("refreshing_until", Float(53), nullable=False, server_default="0"),
    PrimaryKeyConstraint("enterprise_id", "team_id"),
)

# One row, of no workspace, while tokens are encrypted: a proof that a key fits, and the fingerprint of the key in use.
token_encryption: Final = Table(
    "token_encryption",
    metadata,
    *_workspace(),
    Column("proof", Text, nullable=False),
    Column("key_id", String(16), nullable=False),
    PrimaryKeyConstraint("team_id", "enterprise_id"),
)

# Feedback about answers: one voice a person and message.
feedback: Final = Table(
    "feedback",
    metadata,
    *_workspace(),
    Column("message_ts", String(32), nullable=False),
    Column("user_id", String(32), nullable=False),
    Column("said", String(32), nullable=False),
    Column("articles", Text, nullable=False),
    Column("said_at", Float(53), nullable=False),
    PrimaryKeyConstraint("team_id", "message_ts", "user_id"),
)

# Incidents: the whole record as JSON, and beside it what is looked for. The card is edited once `card_due_at` has
# passed; `card_at` is when it was edited last, `card_ts` which message it is.
incidents: Final = Table(
    "incidents",
    metadata,
    *_workspace(),
    Column("number", Integer, nullable=False),
    Column("channel_id", String(32), nullable=False),
    Column("thread_ts", String(32), nullable=False),
    Column("status", String(16), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("owner", String(32), nullable=False),
    Column("opened_at", Float(53), nullable=False),
    Column("changed_at", Float(53), nullable=False),
    Column("resolved_at", Float(53), nullable=False),
    Column("language", String(8), nullable=False),
    Column("record", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("card_due_at", Float(53)),
    Column("card_at", Float(53), nullable=False),
    Column("card_ts", String(32), nullable=False),
    PrimaryKeyConstraint("team_id", "number"),
    UniqueConstraint("team_id", "channel_id", "thread_ts", name="incidents_thread"),
    Index("incidents_card", "card_due_at"),
    Index("incidents_status", "team_id", "status", "changed_at"),
)

# Search index of incidents: the events and codes that were seen in each, and its words, each between spaces.
searched: Final = Table(
    "searched",
    metadata,
    *_workspace(),
    Column("number", Integer, nullable=False),
    Column("opened_at", Float(53), nullable=False),
    Column("seen", Text, nullable=False),
    Column("words", Text, nullable=False),
    PrimaryKeyConstraint("team_id", "number"),
    Index("searched_opened", "team_id", "opened_at"),
)

# The picture of a workspace's commonest events in its App Homes: the file at Slack, the numbers it shows
# as JSON, and when it was made.
charts: Final = Table(
    "charts",
    metadata,
    *_workspace(),
    Column("file_id", String(32), nullable=False),
    Column("shown", Text, nullable=False),
    Column("made_at", Float(53), nullable=False),
    PrimaryKeyConstraint("team_id"),
)

# The last number given to an incident of a workspace.
numbers: Final = Table(
    "numbers",
    metadata,
    *_workspace(),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("team_id"),
)

# Settings of a channel, or with a `thread_ts` of one thread; only what differs from the defaults.
channel_settings: Final = Table(
    "manners",
    metadata,
    *_workspace(),
    Column("channel_id", String(32), nullable=False),
    Column("thread_ts", String(32), nullable=False),
    Column("speak", String(16), nullable=False),
    Column("language", String(8), nullable=False),
    Column("privately", Boolean, nullable=False),
    Column("owner", String(32), nullable=False),
    # Whether people of other organisations may move incidents; empty in rows of older programs.
    Column("outsiders_move", Boolean),
    Column("set_by", String(32), nullable=False),
    Column("set_at", Float(53), nullable=False),
    PrimaryKeyConstraint("team_id", "channel_id", "thread_ts"),
)

# Questions that got no answer, with everything private masked.
unanswered: Final = Table(
    "unanswered",
    metadata,
    *_workspace(),
    Column("digest", String(64), nullable=False),
    Column("question", Text, nullable=False),
    Column("decision", String(16), nullable=False),
    Column("times", Integer, nullable=False),
    Column("last_at", Float(53), nullable=False),
    PrimaryKeyConstraint("team_id", "digest"),
)

# Corrections of answers, each with the question it was given to; everything private in them is masked.
corrections: Final = Table(
    "corrections",
    metadata,
    *_workspace(),
    Column("digest", String(64), nullable=False),
    Column("question", Text, nullable=False),
    Column("answered", Text, nullable=False),
    Column("why", String(16), nullable=False),
    Column("meant", Text, nullable=False),
    Column("said_at", Float(53), nullable=False),
    PrimaryKeyConstraint("team_id", "digest"),
)

# Notes of a team under an article, for itself.
notes: Final = Table(
    "notes",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    *_workspace(),
    Column("article_id", String(64), nullable=False),
    Column("user_id", String(32), nullable=False),
    Column("words", Text, nullable=False),
    Column("incident", Integer, nullable=False),
    Column("noted_at", Float(53), nullable=False),
    Index("notes_article", "team_id", "article_id"),
)
