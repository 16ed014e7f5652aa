"""The card of an incident is kept true: edited in place after every change, some changes at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.knowledge import Knowledge, Language
from bot.replies.incidents.card import render_incident
from bot.slack.context.handling import message_of
from bot.store import SlackCall, Store, StoredIncident, StoreError
from bot.triage import Incident

logger = logging.getLogger(__name__)

_LOOK_SECONDS: Final = 0.4


@dataclass(slots=True)
class CardUpdates:
    """Brings cards up to date until cancelled."""

    store: Store
    knowledge: Knowledge
    # Called when the outbox has something new.
    speak: Callable[[], None]

    async def run(self) -> None:
        """Look for incidents whose card is behind."""
        while True:
            try:
                if await self.store.edit_cards(self._edit):
                    self.speak()
            except StoreError as error:
                logger.warning("cards cannot be brought up to date, trying again: %s", error)
            await asyncio.sleep(_LOOK_SECONDS)

    def _edit(self, stored: StoredIncident) -> list[SlackCall] | None:
        if stored.card_coming:
            return None
        if stored.thread_gone:
            return []
        incident = stored.incident
        words = card(stored, self.knowledge)
        post = {**words, "channel": incident.channel_id, "thread_ts": incident.thread_ts, "unfurl_links": False}
        key = f"card/{incident.number}/{stored.revision + 1}"
        if not stored.card_ts:
            # Slack refused the first one, as in a channel that was archived; the next change finds it again.
            return [SlackCall(key, incident.channel_id, "chat.postMessage", post, incident.thread_ts)]
        # Somebody may have deleted the card by hand: then there is a new one.
        fallback = ("chat.postMessage", post)
        edit = {**words, "channel": incident.channel_id, "ts": stored.card_ts}
        return [SlackCall(key, incident.channel_id, "chat.update", edit, incident.thread_ts, fallback)]


def card(stored: StoredIncident, knowledge: Knowledge) -> dict[str, object]:
    """The card's words, as arguments of a call."""
    language: Language = "zh-TW" if stored.language == "zh-TW" else "en"
    return message_of(render_incident(stored.incident, knowledge, language))


def first_card(incident: Incident, language: str, knowledge: Knowledge) -> SlackCall:
    """The call that posts a new incident's card into its thread."""
    words = card(StoredIncident(incident, language, 0, ""), knowledge)
    post = {**words, "channel": incident.channel_id, "thread_ts": incident.thread_ts, "unfurl_links": False}
    key = f"card/{incident.number}/0"
    return SlackCall(key, incident.channel_id, "chat.postMessage", post, incident.thread_ts)
