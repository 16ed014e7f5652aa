"""One delivery being handled: what is to be told and kept because of it, all in one transaction at its end."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

from bot.diagnosis import Diagnosis
from bot.replies import Reply, render_error
from bot.slack.platform.message_events import found_since
from bot.store import Change, Claimed, Json, Outgoing, Received

# Keys are columns of 255 characters.
_LONGEST_KEY: Final = 200


def reference_of(team_id: str, key: str) -> str:
    """What the asker is told when something goes wrong, and what the log has of the delivery with this key."""
    return hashlib.sha256(f"{team_id}/{key}".encode()).hexdigest()[:8]


@dataclass(slots=True)
class Turn:
    """Collects what a listener wants told. Listeners call Slack themselves only to read, or to open a modal."""

    received: Received
    # None while the delivery is answered at once, in its acknowledgement.
    claimed: Claimed | None = None
    outgoing: list[Outgoing] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    # What the listener failed with, as Bolt told our error listener.
    error: Exception | None = None
    # The decision and where it was asked for, to be counted.
    decision: tuple[str, str] | None = None

    @property
    def reference(self) -> str:
        """See `reference_of`."""
        return reference_of(self.received.team_id, self.received.key)

    def decided(self, diagnosis: Diagnosis, surface: str) -> None:
        """Note what was decided, for the counts."""
        self.decision = (diagnosis.decision, surface)

    def post(
        self,
        reply: Reply,
        channel_id: str,
        thread_ts: str | None,
        key: str = "",
        otherwise: tuple[str, Json] | None = None,
        follow_up: Json | None = None,
    ) -> None:
        """Post in the thread where there is one, never echoed to the channel, with no unfurled links.

        `otherwise`, a method and its arguments, is called when Slack refuses; `follow_up` as in `Outgoing`.
        """
        arguments: dict[str, Any] = {**message_of(reply), "unfurl_links": False, "unfurl_media": False}
        if thread_ts:
            arguments |= {"thread_ts": thread_ts, "reply_broadcast": False}
        arguments["channel"] = channel_id
        self._add("chat.postMessage", channel_id, arguments, key, thread_ts or "", otherwise, follow_up)

    def whisper(self, reply: Reply, channel_id: str, user_id: str, thread_ts: str | None, key: str = "") -> None:
        """Post what one person sees; where the bot is no member, it goes into a direct message."""
        arguments = {**message_of(reply), "channel": channel_id, "user": user_id}
        if thread_ts:
            arguments["thread_ts"] = thread_ts
        self._add("chat.postEphemeral", channel_id, arguments, key, thread_ts or "", directly(reply, user_id))

    def respond(
        self,
        response_url: str,
        channel_id: str,
        key: str = "",
        otherwise: tuple[str, Json] | None = None,
        **arguments: Any,
    ) -> None:
        """Use the response URL of a command or a click; `arguments` are those of such a response."""
        self._add("response_url", channel_id, {"response_url": response_url, **arguments}, key, otherwise=otherwise)

    def upload(self, content: str, filename: str, title: str, channel_id: str, thread_ts: str) -> None:
        """Put a text file into a thread; `filename` is unlike that of any other upload there."""
        arguments = {"content": content, "filename": filename, "title": title, "channel": channel_id}
        self._add("upload", channel_id, {**arguments, "thread_ts": thread_ts}, "", thread_ts)

    def publish(self, view: Json, user_id: str, plainer: Json | None = None) -> None:
        """Show a home tab; `plainer` is shown when Slack refuses `view`."""
        otherwise = ("views.publish", {"user_id": user_id, "view": plainer}) if plainer is not None else None
        self._add("views.publish", user_id, {"user_id": user_id, "view": view}, "", otherwise=otherwise)

    def _add(
        self,
        method: str,
        channel_id: str,
        arguments: Json,
        key: str,
        thread_ts: str = "",
        otherwise: tuple[str, Json] | None = None,
        follow_up: Json | None = None,
    ) -> None:
        key = key or f"{self.received.key}/{len(self.outgoing)}"
        if len(key) > _LONGEST_KEY:
            key = hashlib.sha256(key.encode()).hexdigest()
        # Only a message can be looked for.
        told_since = found_since(self.received) if method == "chat.postMessage" else None
        self.outgoing.append(Outgoing(key, channel_id, method, arguments, thread_ts, otherwise, told_since, follow_up))


def apology(turn: Turn) -> Turn:
    """Tell whoever asked that something went wrong, and the reference under which it is found in the log."""
    body = turn.received.body
    event = body.get("event") or {}
    sorry = Turn(turn.received)
    asked = event.get("type") == "app_mention" or event.get("channel_type") == "im" or turn.received.kind != "event"
    channel_id = event.get("channel") or (body.get("channel") or {}).get("id")
    user_id = event.get("user") or (body.get("user") or {}).get("id")
    if asked and isinstance(channel_id, str) and isinstance(user_id, str):
        # A key of its own: the delivery may be handled again one day, and must then find its own keys unused.
        key = f"{turn.received.key}/sorry"
        sorry.whisper(render_error(turn.reference), channel_id, user_id, event.get("thread_ts"), key)
    elif turn.received.kind == "interaction" and isinstance(user_id, str):
        # The home tab is in no channel.
        sorry.post(render_error(turn.reference), user_id, None, f"{turn.received.key}/sorry")
    return sorry


def directly(reply: Reply, user_id: str) -> tuple[str, Json]:
    """The call that tells one person in a direct message, for where nothing else can reach them."""
    return "chat.postMessage", {**message_of(reply), "channel": user_id, "unfurl_links": False}


def message_of(reply: Reply) -> dict[str, Any]:
    """A reply as arguments of a call."""
    return {"text": reply.text, "blocks": [dict(block) for block in reply.blocks]}
