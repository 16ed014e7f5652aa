"""Counting what became of what was said, from Slack's own records and from the database itself."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from bot.replies import action_ids
from bot.sandbox import Envelope
from bot.slack.platform.message_events import WRITTEN
from tests.faults.load import Crowd, Offered


@dataclass(slots=True)
class Tally:
    """The numbers of a run. `lost`: acknowledged and never answered; `false`: acknowledged and not in the database."""

    offered: int = 0
    acknowledged: int = 0
    answered: int = 0
    lost: int = 0
    twice: int = 0
    false: int = 0
    ambiguous: int = 0
    dead: int = 0
    # What is wrong, one line each, to look into.
    found: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Nothing lost, nothing twice, nothing falsely acknowledged. What was given up and owed is lost."""
        return not (self.lost or self.twice or self.false)


def tally(crowd: Crowd) -> Tally:
    """Count. To be called when all is quiet."""
    ground = crowd.ground
    deliveries = _by_message(ground.slack.envelopes)
    counted = Tally(offered=len(crowd.offered))
    for each in crowd.offered:
        told = [each.envelope] if each.envelope else deliveries.get(_place(each), [])
        acked = any(envelope.acked for envelope in told)
        answers = _answers(each)
        counted.acknowledged += acked
        counted.answered += answers > 0
        if acked and not answers:
            counted.lost += 1
            counted.found.append(f"lost: {each.kind} {each.team.team_id} {each.channel} {each.ts}")
        if answers > 1:
            counted.twice += 1
            counted.found.append(f"{answers} times: {each.kind} {each.team.team_id} {each.channel} {each.ts}")
    # Of what was handled only the key is kept.
    kept = set(ground.database.rows("select team_id, key from inbox"))
    for envelope in ground.slack.envelopes:
        if envelope.acked and not _apologised(envelope) and (envelope.team_id, _key(envelope.payload)) not in kept:
            counted.false += 1
            counted.found.append(f"false acknowledgement: {envelope.name} {_key(envelope.payload)}")
    for state, key, error in ground.database.rows(
        "select state, key, error from outbox where state in ('ambiguous', 'dead') union all"
        " select state, key, error from inbox where state = 'dead'"
    ):
        setattr(counted, state, getattr(counted, state) + 1)
        counted.found.append(f"{state}: {key} ({error})")
    return counted


def _apologised(envelope: Envelope) -> bool:
    """Return True for a command that was answered that it could not be done: whoever asked knows, and nothing need be kept."""
    return envelope.kind == "slash_commands" and "actions" not in json.dumps(envelope.ack)


def _by_message(envelopes: list[Envelope]) -> dict[tuple[str, str, str], list[Envelope]]:
    found: dict[tuple[str, str, str], list[Envelope]] = {}
    for envelope in envelopes:
        event = envelope.payload.get("event") or {}
        if event.get("type") in {"message", "app_mention"} and event.get("user"):
            found.setdefault((envelope.team_id, event["type"], event["ts"]), []).append(envelope)
    return found


def _place(offered: Offered) -> tuple[str, str, str]:
    return offered.team.team_id, "app_mention" if offered.kind in {"mention", "incident"} else "message", offered.ts


def _answers(offered: Offered) -> int:
    if offered.kind == "command":
        # Its acknowledgement is the answer, and one that comes too late is shown to nobody.
        return int(bool(offered.envelope and "blocks" in (offered.envelope.ack or {})))
    messages = offered.team.messages(offered.channel, offered.thread_ts or None)
    if offered.kind == "incident":
        # A card has buttons; a reminder, which names the incident, too, has none.
        return sum(action_ids.INCIDENT in str(each) for each in messages if each.get("bot_id"))
    return sum(bool(each.get("bot_id")) for each in messages)


def _key(body: dict[str, Any]) -> str:
    """Return the key under which a delivery is kept, whoever told of it: Slack, or a look into the channel."""
    if (event := body.get("event")) is None:
        return f"{'command' if 'command' in body else 'interaction'}/{body['trigger_id']}"
    if event.get("type") in {"message", "app_mention"} and event.get("subtype") in WRITTEN:
        return f"{event['type']}/{event['channel']}/{event['ts']}"
    return f"event/{body['event_id']}"
