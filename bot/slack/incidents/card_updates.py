"""Updates of incidents' cards: each is edited in place after a change, several changes at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from bot.knowledge import Knowledge
from bot.languages import known_language
from bot.replies.incidents.card import render_incident
from bot.slack.context.handling import message_of
from bot.slack.platform.signals import Signal
from bot.store import SlackCall, Store, StoredIncident, StoreError
from bot.triage import Incident

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class CardUpdates:
    """Loop that edits due cards, until cancelled."""

    store: Store
    # Read anew for each card: the articles change while the bot runs.
    knowledge: Callable[[], Knowledge]
    outbox_signal: Signal

    async def run(self) -> None:
        """Edit due cards at each poll."""
        while True:
            try:
                if await self.update():
                    self.outbox_signal()
            except StoreError as error:
                logger.warning("cards cannot be brought up to date, trying again: %s", error)
            await asyncio.sleep(self.store.timings.card_poll)

    async def update(self) -> int:
        """Edit the due cards; return how many."""
        due = await self.store.due_cards()
        return sum([await self.store.edit_card(stored, self._calls(stored)) for stored in due])

    def _calls(self, stored: StoredIncident) -> list[SlackCall]:
        if stored.card.is_thread_gone:
            return []
        incident = stored.incident
        words = card(stored, self.knowledge())
        post = {**words, "channel": incident.channel_id, "thread_ts": incident.thread_ts, "unfurl_links": False}
        key = f"card/{incident.number}/{stored.revision + 1}"
        if not stored.card.ts:
            # Slack refused the first post, as in an archived channel; the next change posts it again.
            return [SlackCall(key, incident.channel_id, "chat.postMessage", post, incident.thread_ts)]
        # A card that was deleted by hand is posted anew.
        fallback = ("chat.postMessage", post)
        edit = {**words, "channel": incident.channel_id, "ts": stored.card.ts}
        return [SlackCall(key, incident.channel_id, "chat.update", edit, incident.thread_ts, fallback)]


def card(stored: StoredIncident, knowledge: Knowledge) -> dict[str, object]:
    """Return the card as arguments of a call."""
    language = known_language(stored.language)
    return message_of(render_incident(stored.incident, knowledge, language))


def first_card(incident: Incident, language: str, knowledge: Knowledge) -> SlackCall:
    """Make the call that posts a new incident's card into its thread."""
    words = card(StoredIncident(incident, language, 0), knowledge)
    post = {**words, "channel": incident.channel_id, "thread_ts": incident.thread_ts, "unfurl_links": False}
    key = f"card/{incident.number}/0"
    return SlackCall(key, incident.channel_id, "chat.postMessage", post, incident.thread_ts)
