"""Reminders: one post in a thread whose incident nobody owns, or in which nothing has happened."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from functools import partial

from bot.languages import known_language
from bot.replies.incidents.messages import render_reminder
from bot.slack.context.handling import message_of
from bot.slack.platform.signals import Signal
from bot.store import SlackCall, Store, StoredIncident, StoreError, WorkspaceTransaction
from bot.triage.reminders import Reminder, due_reminders, record_reminder

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class ReminderLoop:
    """Loop over all open incidents, until cancelled. A setting of 0 hours is off."""

    store: Store
    unowned_hours: float
    silent_hours: float
    outbox_signal: Signal

    async def run(self) -> None:
        """Post the reminders that are due."""
        while True:
            try:
                await self._look()
            except StoreError as error:
                logger.warning("reminders have to wait: %s", error)
            await asyncio.sleep(self.store.timings.reminder_poll)

    async def _look(self) -> None:
        now, found = await self.store.open_incidents()
        for team_id, enterprise_id, stored in found:
            due = due_reminders(stored.incident, now, self.unowned_hours, self.silent_hours)
            if due:
                await self.store.write(team_id, enterprise_id, partial(_remind, stored=stored, due=due))
                self.outbox_signal()


def _remind(transaction: WorkspaceTransaction, stored: StoredIncident, due: tuple[Reminder, ...]) -> None:
    """Note the reminders and post them as one message; another replica may have been first."""
    incident, now = stored.incident, transaction.now()
    given: list[Reminder] = []
    for reminder in due:
        before = transaction.find_number(incident.number)
        after = transaction.change(incident.number, partial(record_reminder, reminder=reminder, at=now))
        if before is not None and after is not None and after != before.incident:
            given.append(reminder)
    if not given:
        return
    language = known_language(stored.language)
    reply = render_reminder(incident, [each.kind for each in given], language)
    post = {
        **message_of(reply),
        "channel": incident.channel_id,
        "thread_ts": incident.thread_ts,
        "unfurl_links": False,
    }
    key = f"remind/{incident.number}/{given[0].kind}/{given[0].since:.3f}"
    transaction.enqueue_calls([SlackCall(key, incident.channel_id, "chat.postMessage", post, incident.thread_ts)])
