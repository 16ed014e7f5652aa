"""What the sandbox remembers of the traffic: API calls and deliveries, for tests and the inspector."""

from dataclasses import dataclass, field
from typing import Any, Literal

from ..parsing import JsonObject

DeliveryKind = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One Web API call, or one use of a response_url (then `method` is "response_url")."""

    method: str
    arguments: JsonObject
    answer: JsonObject
    # Seconds since 1970, and seconds taken.
    at: float
    took: float
    # The workspace it was for.
    team_id: str = ""

    @property
    def ok(self) -> bool:
        """Whether Slack did what was asked."""
        return bool(self.answer.get("ok"))

    def to_inspector(self) -> JsonObject:
        """As the page's inspector wants it."""
        return {
            "record": "call",
            "name": self.method,
            "ok": self.ok,
            "at": self.at,
            "took": self.took,
            "sent": self.arguments,
            "answer": self.answer,
            "team": self.team_id,
        }


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at delivering an envelope; `reason` says, in Slack's word, why it failed."""

    number: int
    transport: Literal["socket", "http"]
    at: float
    took: float
    acked: bool
    ack: Any = None
    reason: str = ""


@dataclass(slots=True)
class Envelope:
    """One delivery to the app, with every attempt at it."""

    envelope_id: str
    kind: DeliveryKind
    payload: JsonObject
    at: float
    attempts: list[Attempt] = field(default_factory=list)
    # What Slack holds against the body of the acknowledgement; "" when it takes it.
    refusal: str = ""

    @property
    def name(self) -> str:
        """What it is about: the event type, the command, or the interaction type."""
        if self.kind == "slash_commands":
            return str(self.payload["command"])
        if self.kind == "interactive":
            return str(self.payload["type"])
        event = self.payload.get("event", self.payload)
        return ".".join(str(event[name]) for name in ("type", "subtype") if event.get(name))

    @property
    def team_id(self) -> str:
        """The workspace it comes from."""
        # An org-wide app's clicks have no `team`, and what concerns a whole organisation has only its ID.
        team, user = self.payload.get("team") or {}, self.payload.get("user") or {}
        return str(
            self.payload.get("team_id") or team.get("id") or user.get("team_id") or self.payload.get("enterprise_id")
        )

    @property
    def acked(self) -> bool:
        """Whether the app acknowledged it in time, at any attempt."""
        return any(attempt.acked for attempt in self.attempts)

    @property
    def ack(self) -> Any:
        """The body of the acknowledgement: a JSON value, a plain text, or None."""
        return next((attempt.ack for attempt in self.attempts if attempt.acked), None)

    @property
    def retries(self) -> int:
        """How often it was delivered again."""
        return max(0, len(self.attempts) - 1)

    def to_inspector(self) -> JsonObject:
        """As the page's inspector wants it."""
        attempts = [
            {"transport": each.transport, "acked": each.acked, "reason": each.reason, "took": each.took, "at": each.at}
            for each in self.attempts
        ]
        return {
            "record": "envelope",
            "kind": self.kind,
            "name": self.name,
            "team": self.team_id,
            "id": self.envelope_id,
            "ok": self.acked if self.attempts else None,
            "at": self.at,
            "took": self.attempts[-1].took if self.attempts else 0,
            "sent": self.payload,
            "answer": self.ack,
            "refusal": self.refusal,
            "attempts": attempts,
        }
