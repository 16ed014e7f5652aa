"""Unit of work of one delivery: its calls to Slack and its changes, committed in one transaction at its end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from bot.diagnosis import Diagnosis
from bot.replies.answers.messages import render_error
from bot.replies.values import Reply
from bot.slack.platform.message_events import earliest_reply
from bot.store import Change, ClaimedDelivery, Delivery, Json, SlackCall, Store, WorkspaceTransaction

T = TypeVar("T")

WITHHELD: Final = Reply("", ())
"""Placeholder for readers who are no members, in place of a reply that is for members alone."""

# Keys are columns of 255 characters.
_LONGEST_KEY: Final = 200


def reference_of(team_id: str, key: str) -> str:
    """Return the reference of a delivery: shown to the asker when it fails, and part of its log lines."""
    return hashlib.sha256(f"{team_id}/{key}".encode()).hexdigest()[:8]


@dataclass(slots=True)
class Calls:
    """Calls to Slack that one delivery leads to, each under a key of its own; the outbox makes them."""

    delivery: Delivery
    calls: list[SlackCall] = field(default_factory=list)

    def post(
        self,
        reply: Reply,
        channel_id: str,
        thread_ts: str | None,
        key: str = "",
        fallback: tuple[str, Json] | None = None,
        follow_up: Json | None = None,
        for_others: Reply | None = None,
    ) -> None:
        """Post in the thread where there is one, never echoed to the channel, with no unfurled links.

        `fallback`, a method and its arguments, is called when Slack refuses; `follow_up` as in `SlackCall`. A reply that
        says something remembered comes with the one `for_others`, which is posted where they read the channel by then.
        """
        arguments: dict[str, object] = {**message_of(reply), "unfurl_links": False, "unfurl_media": False}
        if thread_ts:
            arguments |= {"thread_ts": thread_ts, "reply_broadcast": False}
        arguments["channel"] = channel_id
        instead = None
        if for_others is not None and for_others != reply:
            instead = ("chat.postMessage", {**arguments, **message_of(for_others)}) if for_others.blocks else ("", {})
        self._add("chat.postMessage", channel_id, arguments, key, thread_ts or "", fallback, follow_up, instead)

    def whisper(self, reply: Reply, channel_id: str, user_id: str, thread_ts: str | None, key: str = "") -> None:
        """Post for one person's eyes; where the bot is no member, in a direct message."""
        arguments = {**message_of(reply), "channel": channel_id, "user": user_id}
        if thread_ts:
            arguments["thread_ts"] = thread_ts
        self._add("chat.postEphemeral", channel_id, arguments, key, thread_ts or "", directly(reply, user_id))

    def respond(
        self,
        response_url: str,
        channel_id: str,
        response: Json,
        key: str = "",
        fallback: tuple[str, Json] | None = None,
    ) -> None:
        """Use the response URL of a command or a click."""
        self._add("response_url", channel_id, {"response_url": response_url, **response}, key, fallback=fallback)

    def answer_privately(
        self,
        response_url: str,
        channel_id: str,
        reply: Reply,
        key: str = "",
        fallback: tuple[str, Json] | None = None,
    ) -> None:
        """Answer whoever clicked alone, below what they clicked on."""
        response = {**message_of(reply), "response_type": "ephemeral", "replace_original": False}
        self.respond(response_url, channel_id, response, key, fallback)

    def upload(
        self, content: str, filename: str, title: str, channel_id: str, thread_ts: str, for_others: tuple[str, Json]
    ) -> None:
        """Put a text file into a thread; `filename` is unlike that of any other upload there.

        It is a record: `for_others`, a method and its arguments, is called where they read the channel by then.
        """
        arguments = {"content": content, "filename": filename, "title": title, "channel": channel_id}
        arguments["thread_ts"] = thread_ts
        self._add("upload", channel_id, arguments, "", thread_ts, instead=for_others)

    def publish(self, view: Json, user_id: str, plainer: Json | None = None) -> None:
        """Show a home tab; `plainer` is shown when Slack refuses `view`."""
        fallback = ("views.publish", {"user_id": user_id, "view": plainer}) if plainer is not None else None
        self._add("views.publish", user_id, {"user_id": user_id, "view": view}, "", fallback=fallback)

    def _add(
        self,
        method: str,
        channel_id: str,
        arguments: Json,
        key: str,
        thread_ts: str = "",
        fallback: tuple[str, Json] | None = None,
        follow_up: Json | None = None,
        instead: tuple[str, Json] | None = None,
    ) -> None:
        key = key or f"{self.delivery.key}/{len(self.calls)}"
        if len(key) > _LONGEST_KEY:
            key = hashlib.sha256(key.encode()).hexdigest()
        # Only messages can be looked up in Slack.
        posted_since = earliest_reply(self.delivery) if method == "chat.postMessage" else None
        self.calls.append(
            SlackCall(key, channel_id, method, arguments, thread_ts, fallback, posted_since, follow_up, instead)
        )


@dataclass(slots=True)
class Handling(Calls):
    """One delivery being handled: its calls and changes are committed in one transaction at its end.

    Listeners call Slack themselves only to read, or to open a modal, so they can run again.
    """

    store: Store = field(kw_only=True)
    # None while the delivery is answered at once, in its acknowledgement.
    claimed: ClaimedDelivery | None = None
    changes: list[Change] = field(default_factory=list)
    # The error that a listener raised, set by the error listener.
    error: Exception | None = None
    # The decision and its surface, for the metrics.
    decision: tuple[str, str] | None = None

    @property
    def reference(self) -> str:
        """See `reference_of`."""
        return reference_of(self.delivery.team_id, self.delivery.key)

    async def read(self, read: Callable[[WorkspaceTransaction], T]) -> T:
        """Read the workspace's rows in one snapshot."""
        return await self.store.read(self.delivery.team_id, self.delivery.enterprise_id, read)

    def change(self, change: Callable[[WorkspaceTransaction], object]) -> None:
        """Run `change` in the transaction that ends the handling; it runs again when that transaction is repeated."""
        self.changes.append(self.store.transaction(self.delivery, change))

    def decided(self, diagnosis: Diagnosis, surface: str) -> None:
        """Note the decision for the metrics."""
        self.decision = (diagnosis.decision, surface)


def apology(handling: Handling) -> Calls:
    """Make the call that tells the asker that something failed, with the reference to find in the log."""
    body = handling.delivery.body
    event = body.get("event") or {}
    sorry = Calls(handling.delivery)
    asked = event.get("type") == "app_mention" or event.get("channel_type") == "im" or handling.delivery.kind != "event"
    channel_id = event.get("channel") or (body.get("channel") or {}).get("id")
    user_id = event.get("user") or (body.get("user") or {}).get("id")
    if asked and isinstance(channel_id, str) and isinstance(user_id, str):
        # A key of its own: a retried delivery must find its own keys unused.
        key = f"{handling.delivery.key}/sorry"
        sorry.whisper(render_error(handling.reference), channel_id, user_id, event.get("thread_ts"), key)
    elif handling.delivery.kind == "interaction" and isinstance(user_id, str):
        # The home tab is in no channel.
        sorry.post(render_error(handling.reference), user_id, None, f"{handling.delivery.key}/sorry")
    return sorry


def directly(reply: Reply, user_id: str) -> tuple[str, Json]:
    """Make a call that posts a direct message, for where an ephemeral one is refused."""
    return "chat.postMessage", {**message_of(reply), "channel": user_id, "unfurl_links": False}


def message_of(reply: Reply) -> dict[str, object]:
    """Return a reply as arguments of a call."""
    return {"text": reply.text, "blocks": [dict(block) for block in reply.blocks]}
