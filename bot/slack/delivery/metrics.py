"""Prometheus metrics. Counters belong to the process; gauges of the store are read at each scrape."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300)


def _registry() -> CollectorRegistry:
    return CollectorRegistry()


@dataclass(slots=True)
class Metrics:
    """The counters and histograms of one running bot, in a registry of its own."""

    registry: CollectorRegistry = field(default_factory=_registry)
    deliveries: Counter = field(init=False)
    acknowledged_in: Histogram = field(init=False)
    handled: Counter = field(init=False)
    answered_in: Histogram = field(init=False)
    decided: Counter = field(init=False)
    sent: Counter = field(init=False)
    sent_in: Histogram = field(init=False)
    waiting: Gauge = field(init=False)
    oldest_due: Gauge = field(init=False)
    connected: Gauge = field(init=False)

    def __post_init__(self) -> None:
        """Register them."""
        self._about_deliveries(self.registry)
        self._about_calls(self.registry)
        self._about_now(self.registry)

    def _about_deliveries(self, registry: CollectorRegistry) -> None:
        self.deliveries = Counter(
            "sceptic_received",
            "Deliveries from Slack: kept, there already (again), its own words (echo), or refused as they could not be kept",
            ["kind", "outcome"],
            registry=registry,
        )
        self.acknowledged_in = Histogram(
            "sceptic_acknowledged_seconds",
            "How long keeping a delivery took before it was acknowledged",
            buckets=_SECONDS,
            registry=registry,
        )
        self.handled = Counter(
            "sceptic_handled",
            "Handlings of deliveries: done, retried later, dead (given up), or taken over by another replica",
            ["outcome"],
            registry=registry,
        )
        self.answered_in = Histogram(
            "sceptic_handled_seconds", "From delivery to a settled answer", buckets=_SECONDS, registry=registry
        )
        self.decided = Counter(
            "sceptic_decided", "Answers by what was decided and where", ["decision", "surface"], registry=registry
        )

    def _about_calls(self, registry: CollectorRegistry) -> None:
        self.sent = Counter(
            "sceptic_sent",
            "Calls to Slack from the outbox: done, found there from an earlier attempt, retried later, limited by "
            "Slack's rates, refused (and whoever asked is told), thread_not_found (the thread was deleted meanwhile), "
            "withheld (others than members read the channel by then), "
            "dead (refused for good), ambiguous (nobody can know), or taken over by another replica",
            ["method", "outcome"],
            registry=registry,
        )
        self.sent_in = Histogram("sceptic_sent_seconds", "How long Slack took", buckets=_SECONDS, registry=registry)

    def _about_now(self, registry: CollectorRegistry) -> None:
        self.waiting = Gauge(
            "sceptic_rows",
            "Rows of the store that are not done: open, sending, dead (given up) or ambiguous (nobody knows whether "
            "Slack has it; look at them with: sceptic store show)",
            ["table", "state"],
            registry=registry,
        )
        self.oldest_due = Gauge(
            "sceptic_oldest_due_seconds",
            "For how long the oldest row of the inbox or outbox could have been worked on; absent without a database",
            ["table"],
            registry=registry,
        )
        self.connected = Gauge(
            "sceptic_connected", "1 while Slack can reach the bot (over HTTP: always)", registry=registry
        )
