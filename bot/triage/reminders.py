"""Reminders: an incident that nobody owns, or that nobody has said anything about. Knows no clock; the time is passed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from bot.triage.incident import Entry, Incident
from bot.triage.transitions import status_note

ReminderKind = Literal["reminded_unowned", "reminded_silent"]
KINDS: Final[frozenset[str]] = frozenset({"reminded_unowned", "reminded_silent"})


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something that has lasted too long; `since` is in seconds since 1970 and tells it from the next such stretch."""

    kind: ReminderKind
    since: float


def due_reminders(incident: Incident, now: float, unowned_hours: float, silent_hours: float) -> tuple[Reminder, ...]:
    """Say what the thread is to be reminded of at `now` (seconds since 1970); a setting of 0 hours is off.

    Each is due once for each stretch. Nobody owns an incident from its opening or reopening on until it is claimed. It is
    silent from the last thing anybody did; a reminder is no such thing. One that waits, and says what for, is not
    silent: somebody has explained the silence. Where both are due, both are returned: they make one message.
    """
    hours = {"reminded_unowned": unowned_hours, "reminded_silent": silent_hours}
    return tuple(
        each for each in _unspoken(incident) if hours[each.kind] > 0 and now - each.since >= hours[each.kind] * 3600
    )


def record_reminder(incident: Incident, reminder: Reminder, at: float) -> Incident:
    """Note that the thread was reminded; unchanged, and then nothing is to be posted, when it no longer applies.

    That is so when somebody has acted in between, and when another process has reminded already.
    """
    if reminder not in tuple(_unspoken(incident)):
        return incident
    # Never before what it is about: the bot's clock may be behind Slack's.
    return incident.with_entry(Entry(reminder.kind, "", max(at, reminder.since)))


def _unspoken(incident: Incident) -> Iterator[Reminder]:
    """What lasts at the moment, however long, and was not reminded of."""
    if not incident.is_open:
        return
    reopenings = [each.at for each in incident.timeline if each.kind == "reopened"]
    acts = [each.at for each in incident.timeline if each.kind not in KINDS]
    lasting: list[Reminder] = []
    if not incident.owner:
        lasting.append(Reminder("reminded_unowned", max([incident.opened_at, *reopenings])))
    if incident.status != "waiting" or not status_note(incident):
        lasting.append(Reminder("reminded_silent", max([incident.opened_at, *acts])))
    for each in lasting:
        if not any(entry.kind == each.kind and entry.at >= each.since for entry in incident.timeline):
            yield each
