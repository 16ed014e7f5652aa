"""Values that go into the store and come out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

# A payload or arguments as JSON has them.
Json = Mapping[str, Any]

RequestKind = Literal["event", "command", "interaction"]


# In the body of a delivery that waited in a backup: since when (seconds since 1970) what comes of it may be in Slack.
ANSWERED_SINCE: Final = "sceptic_answered_since"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery of Slack's. `key` is the same for each delivery of the same thing, and different for all else.

    `channel_id` and `ts` are set for messages people wrote: so far the channel has been heard. What is only an `echo`
    of the bot's own words is kept as handled, by its key and without its body.
    """

    team_id: str
    enterprise_id: str
    key: str
    kind: RequestKind
    body: Json
    channel_id: str = ""
    ts: str = ""
    echo: bool = False

    @property
    def place(self) -> tuple[str, str]:
        """Return the workspace and channel."""
        return self.team_id, self.channel_id


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A received row taken for handling; `attempts` counts this one, and is the fence when it is finished."""

    id: int
    attempts: int
    delivery: Delivery
    received_at: float


@dataclass(frozen=True, slots=True)
class Capacity:
    """The capacity for one claim: rows in progress allowed for one workspace, and those each has in progress."""

    of_one: int
    busy: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SlackCall:
    """One call to Slack that is to happen once. `method` is a Web API method, or "response_url".

    `key` is the same however often the reason for it is handled; `arguments` are the call's own, as JSON has them.
    When Slack refuses it, `fallback` (a method and its arguments) is called instead. With `posted_since` (seconds since
    1970) it may have been made already by a store that was lost, so it is looked for even before the first attempt.

    A call that says something remembered is for members only: where others read the channel by the time it is sent,
    `for_others` (a method and its arguments) is called in its place, or nothing where that method is empty.

    What becomes of it is received as a delivery of its own with the body `follow_up`, kept together with the end of the
    call: with `container.message_ts` where Slack has the message, else with `refused`, Slack's word for why not.
    """

    key: str
    channel_id: str
    method: str
    arguments: Json
    thread_ts: str = ""
    fallback: tuple[str, Json] | None = None
    posted_since: float | None = None
    follow_up: Json | None = None
    for_others: tuple[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class ClaimedCall:
    """An outgoing row taken for sending. With `attempts` above 1 an earlier try may have reached Slack since
    `first_tried_at` (seconds since 1970), unless it is None."""

    id: int
    attempts: int
    team_id: str
    enterprise_id: str
    call: SlackCall
    first_tried_at: float | None


@dataclass(frozen=True, slots=True)
class Installation:
    """The app in a workspace, or with an empty `team_id` in a whole Enterprise Grid organisation.

    A token that Slack rotates has a `refresh_token` and ends at `expires_at` (seconds since 1970).
    """

    team_id: str
    enterprise_id: str
    bot_token: str
    bot_user_id: str
    bot_id: str
    scopes: str = ""
    refresh_token: str = ""
    expires_at: float | None = None


Speak = Literal["pasted", "mentioned", "never"]


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """The bot's behaviour in a channel, or with a `thread_ts` in one thread."""

    channel_id: str
    thread_ts: str = ""
    # On pasted events, only when mentioned, or never.
    speak: Speak = "pasted"
    # "" follows the asker.
    language: str = ""
    # Answers to pasted events go to whoever pasted them alone.
    privately: bool = False
    # Who owns a new incident here.
    owner: str = ""
    # People of other organisations may move incidents here.
    outsiders_move: bool = False
    # Who set it last; empty where everything is as by default.
    set_by: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A note that a team left under an article after an incident; `noted_at` is in seconds since 1970."""

    article_id: str
    user_id: str
    words: str
    incident: int
    noted_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction of an answer that did not help, with everything private masked."""

    # As it was asked, or as the person put it again; may be empty.
    question: str
    # IDs of the articles that were answered or offered.
    answered: tuple[str, ...]
    why: str
    # What was meant, in the person's words; may be empty.
    meant: str


@dataclass(frozen=True, slots=True)
class UnansweredQuestion:
    """A question that got no answer, what was decided about it, and how often it came."""

    question: str
    decision: str
    times: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture that Slack has, and the numbers it shows; `made_at` is in seconds since 1970."""

    file_id: str
    shown: tuple[tuple[str, int], ...]
    made_at: float


@dataclass(frozen=True, slots=True)
class FeedbackCounts:
    """The counts of people who found an article's answers helpful, and who did not."""

    article_id: str
    helpful: int
    unhelpful: int
