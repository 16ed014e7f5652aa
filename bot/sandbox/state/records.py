"""Records of the traffic, API calls and deliveries, for tests and the inspector."""

from dataclasses import dataclass, field
from typing import Literal

from ..parsing import JsonObject

DeliveryKind = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """Web API call, or use of a response URL (then `method` is "response_url")."""

    method: str
    arguments: JsonObject
    answer: JsonObject
    # Seconds since 1970, and duration in seconds.
    at: float
    took: float
    # Workspace that the call acted on.
    team_id: str = ""

    @property
    def ok(self) -> bool:
        """True when Slack did what was asked."""
        return bool(self.answer.get("ok"))

    def to_inspector(self) -> JsonObject:
        """Build the record that the page's inspector shows."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Attempt at delivering an envelope; `reason` is Slack's word for its failure."""

    number: int
    transport: Literal["socket", "http"]
    at: float
    took: float
    acked: bool
    ack: object = None
    reason: str = ""


@dataclass(slots=True, kw_only=True)
class Envelope:
    """Delivery to the app, with all its attempts."""

    envelope_id: str
    kind: DeliveryKind
    payload: JsonObject
    at: float
    attempts: list[Attempt] = field(default_factory=list)
    # Slack's objection to the body of the acknowledgement; "" for none.
    refusal: str = ""

    @property
    def name(self) -> str:
        """Subject of the delivery: the event type, the command, or the interaction type."""
        if self.kind == "slash_commands":
            return str(self.payload["command"])
        if self.kind == "interactive":
            return str(self.payload["type"])
        event = self.payload.get("event", self.payload)
        return ".".join(str(event[name]) for name in ("type", "subtype") if event.get(name))

    @property
    def team_id(self) -> str:
        """ID of the workspace that the delivery comes from."""
        # Clicks of an org-wide app have no `team`; events about an organisation have only its ID.
        team, user = self.payload.get("team") or {}, self.payload.get("user") or {}
        return str(
            self.payload.get("team_id") or team.get("id") or user.get("team_id") or self.payload.get("enterprise_id")
        )

    @property
    def acked(self) -> bool:
        """True when the app acknowledged any attempt in time."""
        return any(attempt.acked for attempt in self.attempts)

    @property
    def ack(self) -> object:
        """Body of the acknowledgement: a JSON value, plain text, or None."""
        return next((attempt.ack for attempt in self.attempts if attempt.acked), None)

    @property
    def retries(self) -> int:
        """Number of attempts after the first."""
        return max(0, len(self.attempts) - 1)

    def to_inspector(self) -> JsonObject:
        """Build the record that the page's inspector shows."""
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
