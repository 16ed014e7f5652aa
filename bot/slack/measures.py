"""What is measured, in Prometheus' terms. Counts belong to the process; what waits in the store is read when asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300)


def _registry() -> CollectorRegistry:
    return CollectorRegistry()


@dataclass(slots=True)
class Measures:
    """The counters and histograms of one running bot, in a registry of its own."""

    registry: CollectorRegistry = field(default_factory=_registry)
    received: Counter = field(init=False)
    acknowledged_in: Histogram = field(init=False)
    handled: Counter = field(init=False)
    answered_in: Histogram = field(init=False)
    decided: Counter = field(init=False)
    sent: Counter = field(init=False)
    sent_in: Histogram = field(init=False)
    waiting: Gauge = field(init=False)
    oldest_due: Gauge = field(init=False)

    def __post_init__(self) -> None:
        """Register them."""
        registry = self.registry
        self.received = Counter(
            "sceptic_received", "Deliveries from Slack", ["kind", "outcome"], registry=registry
        )  # outcome: kept, again, refused
        self.acknowledged_in = Histogram(
            "sceptic_acknowledged_seconds", "From delivery to acknowledgement", buckets=_SECONDS, registry=registry
        )
        self.handled = Counter(
            "sceptic_handled", "Deliveries handled", ["outcome"], registry=registry
        )  # outcome: done, retried, dead, taken
        self.answered_in = Histogram(
            "sceptic_handled_seconds", "From delivery to a settled answer", buckets=_SECONDS, registry=registry
        )
        self.decided = Counter("sceptic_decided", "Answers by decision", ["decision", "surface"], registry=registry)
        self.sent = Counter(
            "sceptic_sent", "Calls to Slack from the outbox", ["method", "outcome"], registry=registry
        )  # outcome: done, found, retried, limited, dead, ambiguous, taken
        self.sent_in = Histogram("sceptic_sent_seconds", "How long Slack took", buckets=_SECONDS, registry=registry)
        self.waiting = Gauge("sceptic_rows", "Rows of the store", ["table", "state"], registry=registry)
        self.oldest_due = Gauge("sceptic_oldest_due_seconds", "Age of the oldest row that is due", registry=registry)
