"""Reminders of an incident without an owner, or without activity. Knows no clock; the time is passed in."""

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
    """A state that has lasted too long. `since`, in seconds since 1970, tells one such stretch from the next."""

    kind: ReminderKind
    since: float


def due_reminders(incident: Incident, now: float, unowned_hours: float, silent_hours: float) -> tuple[Reminder, ...]:
    """Return the reminders due at `now` (seconds since 1970), each once a stretch; 0 hours turns one off.

    An incident is unowned from its opening or reopening until it is claimed. It is silent since the last act of a person;
    a reminder is none. Waiting with a note is not silent: somebody has explained the silence. Where both are due, both
    are returned: they make one message.
    """
    hours = {"reminded_unowned": unowned_hours, "reminded_silent": silent_hours}
    return tuple(
        each for each in _unspoken(incident) if hours[each.kind] > 0 and now - each.since >= hours[each.kind] * 3600
    )


def record_reminder(incident: Incident, reminder: Reminder, at: float) -> Incident:
    """Record that the thread was reminded.

    Returns the incident unchanged, and then nothing is to be posted, when somebody has acted in between or another
    process has reminded already.
    """
    if reminder not in tuple(_unspoken(incident)):
        return incident
    # Not before the stretch began: the bot's clock may be behind Slack's.
    return incident.with_entry(Entry(reminder.kind, "", max(at, reminder.since)))


def _unspoken(incident: Incident) -> Iterator[Reminder]:
    """Yield the stretches of the moment, however short, that were not reminded of yet."""
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
