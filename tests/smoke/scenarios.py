"""Conversations with the bot for any Slack: typed in the sandbox, or sent by the API.

Clicks, slash commands and modals are not here: Slack's API has no way to make them.
"""

from __future__ import annotations

import asyncio
import html
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SlackSandbox

PASTE = """Log Name:      Microsoft Intune Connector
Source:        Microsoft Intune Connector
Date:          5/14/2024 9:12:33 AM
Event ID:      20502
Task Category: None
Level:         Error
Computer:      NDES01.contoso.com
Description:
The certificate registration point failed to verify the challenge.
Device ID: 0a1b2c3d-0000-4000-8000-00000000 3f2a
Diagnostic Code: 0x00000409"""

DCOM = """Log Name:      System
Source:        Microsoft-Windows-DistributedCOM
Event ID:      10010
Level:         Error
Description:
The server did not register with DCOM within the required timeout."""


class Place(Protocol):
    """Channel with the bot, and a person who posts in it."""

    # Text that mentions the bot.
    mention: str
    # Seconds to wait for an answer, and between two polls.
    patience: float
    pause: float

    async def post(self, text: str, thread_ts: str | None = None) -> str:
        """Post a message and return its timestamp."""

    async def edit(self, ts: str, text: str) -> None:
        """Edit the message."""

    async def delete(self, ts: str) -> None:
        """Delete the message."""

    async def thread(self, ts: str) -> list[dict[str, Any]]:
        """List the message and its replies, oldest first; nothing after it was deleted."""


@dataclass
class ByHand:
    """Person who types in the sandbox."""

    slack: SlackSandbox
    mention: str = "@Sceptic"
    patience: float = 5
    pause: float = 0.01

    async def post(self, text: str, thread_ts: str | None = None) -> str:
        return await self.slack.post(text, thread_ts=thread_ts)

    async def edit(self, ts: str, text: str) -> None:
        await self.slack.edit(ts, text)

    async def delete(self, ts: str) -> None:
        await self.slack.delete(ts)

    async def thread(self, ts: str) -> list[dict[str, Any]]:
        return self.slack.messages("support", ts)


@dataclass
class ByApi:
    """Person whose token posts to the client's Slack."""

    client: AsyncWebClient
    channel_id: str
    mention: str
    patience: float = 5
    pause: float = 0.01

    async def post(self, text: str, thread_ts: str | None = None) -> str:
        sent = self._escaped(text)
        answer = await self.client.chat_postMessage(channel=self.channel_id, text=sent, thread_ts=thread_ts)
        return str(answer["ts"])

    async def edit(self, ts: str, text: str) -> None:
        await self.client.chat_update(channel=self.channel_id, ts=ts, text=self._escaped(text))

    async def delete(self, ts: str) -> None:
        await self.client.chat_delete(channel=self.channel_id, ts=ts)

    async def thread(self, ts: str) -> list[dict[str, Any]]:
        try:
            answer = await self.client.conversations_replies(channel=self.channel_id, ts=ts)
        except SlackApiError as refusal:
            if refusal.response["error"] == "thread_not_found":
                return []
            raise
        return list(answer["messages"])

    async def wait_for(self, look: Callable[[], bool]) -> None:
        """Wait until a condition holds."""
        deadline = time.monotonic() + self.patience
        while not look():
            assert time.monotonic() < deadline, f"waited {self.patience} s in vain"
            await asyncio.sleep(self.pause)

    def _escaped(self, text: str) -> str:
        """Escape text as Slack's client does; only the bot can be mentioned."""
        return html.escape(text, quote=False).replace(html.escape(self.mention), self.mention)


def words_of(message: dict[str, Any]) -> str:
    """Join all texts of a message."""
    return str(message["text"]) + json.dumps(message.get("blocks", []), ensure_ascii=False)


async def replies(place: Place, ts: str, count: int = 1) -> list[dict[str, Any]]:
    """Wait until a thread has this many replies, and return them."""
    deadline = time.monotonic() + place.patience
    while len(found := await place.thread(ts)) <= count:
        if time.monotonic() > deadline:
            raise AssertionError(f"{len(found) - 1} replies in {place.patience} s; is the bot in this channel?")
        await asyncio.sleep(place.pause)
    assert len(found) == count + 1, [words_of(each)[:200] for each in found]
    return found[1:]


async def all_is_said(place: Place) -> None:
    """Wait until the bot has answered everything so far, by an answer to a later message."""
    await replies(place, await place.post(PASTE))


async def a_paste_is_answered_in_its_thread(place: Place) -> None:
    """The event is explained once, with the cause for its code, and the channel gets no copy."""
    ts = await place.post(PASTE)
    (answer,) = await replies(place, ts)

    assert "20502 · CRPVerifyMetric_Failure" in words_of(answer)
    assert "0x00000409" in words_of(answer)
    assert "NDES01" in words_of(answer)
    assert answer["thread_ts"] == ts
    assert answer.get("subtype") != "thread_broadcast"


async def other_products_and_chat_are_left_alone(place: Place) -> None:
    """A DCOM event, a question and a ticket number in a channel get no unasked answer."""
    said = (DCOM, "why can't NDES verify the challenge?", "ticket 20502 is mine", "lunch?", "20503")
    posted = [await place.post(text) for text in said]
    await all_is_said(place)

    assert [len(await place.thread(ts)) for ts in posted] == [1] * len(said)


async def a_mention_is_answered_in_its_language(place: Place) -> None:
    """A question in Traditional Chinese gets a Chinese answer, whoever asks."""
    ts = await place.post(f"{place.mention} 憑證登錄點無法驗證挑戰")
    (answer,) = await replies(place, ts)

    assert "失敗 · 20502" in words_of(answer)


async def a_mention_in_a_thread_asks_about_its_first_message(place: Place) -> None:
    """ "what does this mean" refers to the message above."""
    ts = await place.post("seen on the NDES box: 20402 and it keeps coming")
    await place.post(f"{place.mention} what does this mean?", thread_ts=ts)
    (_, answer) = await replies(place, ts, 2)

    assert "20402 · Download_Failure" in words_of(answer)


async def several_events_become_one_digest(place: Place) -> None:
    """The paste gets one message, the cause first."""
    download = PASTE.replace("20502", "20402").replace("0x00000409", "0x00000000")
    ts = await place.post(f"{PASTE}\n\n{download}\n\n{DCOM}")
    (answer,) = await replies(place, ts)
    digest = words_of(answer)

    assert digest.index("20402 Download_Failure") < digest.index("20502 CRPVerifyMetric_Failure")
    assert "10010 Microsoft-Windows-DistributedCOM (another product)" in digest


async def editing_and_deleting_bring_no_second_answer(place: Place) -> None:
    """A message is one question, however often it is edited, and none after it was deleted."""
    ts = await place.post(PASTE)
    await replies(place, ts)
    await place.edit(ts, PASTE.replace("NDES01", "NDES02"))
    await all_is_said(place)
    assert len(await place.thread(ts)) == 2

    await place.delete(ts)
    await all_is_said(place)
    assert len(await place.thread(ts)) <= 2


async def what_a_person_typed_pings_nobody(place: Place) -> None:
    """Quoted text in an answer is escaped."""
    ts = await place.post(PASTE.replace("NDES01.contoso.com", "<!channel> *x* <http://evil.example|y>"))
    (answer,) = await replies(place, ts)

    assert "<!channel>" not in words_of(answer)
    assert "<http://evil.example" not in words_of(answer)


Scenario = Callable[[Place], Awaitable[None]]
SCENARIOS: tuple[Scenario, ...] = (
    a_paste_is_answered_in_its_thread,
    other_products_and_chat_are_left_alone,
    a_mention_is_answered_in_its_language,
    a_mention_in_a_thread_asks_about_its_first_message,
    several_events_become_one_digest,
    editing_and_deleting_bring_no_second_answer,
    what_a_person_typed_pings_nobody,
)


def marked_paste() -> tuple[str, str]:
    """Make a unique paste, with the mark that identifies it."""
    mark = secrets.token_hex(4)
    return PASTE.replace("0a1b2c3d", mark), mark
