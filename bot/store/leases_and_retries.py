"""Leases, retries, rests and limits of waiting: one value that the store and all that works on it share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Durations in seconds. Raises ValueError unless a lease outlasts the work that it covers.

    `lease > attempt > call`, and `lease > handling`: whoever claims a row ends its work, or gives it up, before anybody
    else can claim it. What a database needs to note the outcome fits in between.
    """

    # Lease of a claimed delivery or channel queue.
    lease: float = 30.0

    # Slack waits three seconds for an acknowledgement.
    receive: float = 2.5

    # One handling of a delivery, from the claim on.
    handling: float = 15.0
    # After failures that may pass by themselves: Slack or the network did not answer.
    handling_retries: tuple[float, ...] = (1.0, 5.0, 30.0, 120.0, 600.0)
    # Retries, and the crashes of a process for other reasons, take fewer attempts than this.
    handling_attempts: int = 30

    # One attempt at a call to Slack, from the claim on: the client, the look-up of an earlier attempt, the call.
    attempt: float = 25.0
    # One request to Slack.
    call: float = 10.0
    # Slack takes about one message a second and channel.
    pause: float = 1.0
    # Delay before the look-up of a call of unknown outcome: time for it to become visible in Slack.
    visible: float = 3.0
    call_retries: tuple[float, ...] = (1.0, 5.0, 15.0, 60.0, 120.0, 300.0)
    # A day and a bit of Slack being away, at five minutes a retry.
    call_attempts: int = 300

    # Poll interval of inbox and outbox, for rows that become due without a signal.
    poll: float = 0.5

    # Poll interval of due cards.
    card_poll: float = 0.4
    # Several changes within so many seconds are one edit of the card, and two edits are at least so far apart.
    card_gather: float = 0.5
    card_between: float = 2.0

    # Poll interval of due reminders.
    reminder_poll: float = 60.0

    # Interval at which a team's own articles are looked at for changes.
    knowledge_poll: float = 5.0

    # Before a background loop that met an unexpected error starts anew: cards, reminders, backfill, retention, reload.
    loop_retries: tuple[float, ...] = (1.0, 5.0, 30.0, 120.0, 600.0)

    # Delay before a channel that could not be read is tried again.
    backfill_retry: float = 30.0
    # Clock skew, and the time for which Slack itself delivers again.
    backfill_margin: float = 900.0

    # Work that has been due for longer while none was done is stalled, and so is a loop without a heartbeat.
    stalled: float = 60.0
    heartbeat: float = 60.0
    # Timeout of a health page's query.
    health: float = 3.0

    # Timeouts for the head of a request and for its body.
    http_head: float = 15.0
    http_body: float = 3.0

    # Grace period at shutdown; unfinished rows are found in the store at the next start.
    drain: float = 10.0
    # Intervals at which SQLite's write-ahead log is emptied and the retention is applied.
    log_clearing: float = 60.0
    retention: float = 3600.0

    def __post_init__(self) -> None:
        if not self.lease > self.attempt > self.call:
            raise ValueError(f"lease > attempt > call does not hold: {self.lease}, {self.attempt}, {self.call} s")
        if not self.lease > self.handling:
            raise ValueError(f"lease > handling does not hold: {self.lease}, {self.handling} s")


AT_WORK: Final = Timings()
