"""A pasted event on its way from the listener to the reply: no package calls one on a floor above its own."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from types import FrameType

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Sceptic
from bot.settings import Settings
from bot.slack.app import build_app
from bot.slack.context.handling import Handling
from bot.slack.context.responder import CurrentResponder, Responder
from bot.slack.context.visibility import Person, Visibility
from bot.slack.delivery.metrics import Metrics
from bot.slack.delivery.receiver import Receiver
from bot.slack.platform.signals import Signal
from bot.slack.routing.commands import help_lines
from bot.store import ClaimedDelivery, Delivery, open_store
from tests.slack.test_knowledge_reload import Here
from tests.test_architecture import SLACK_WINGS

PLAIN = ["languages", "evidence", "knowledge", "diagnosis", "privacy", "triage", "store", "replies"]
FLOORS = {name: at for at, name in enumerate([*PLAIN, *(f"slack.{wing}" for wing in SLACK_WINGS), "slack.app"])}
PASTE = (
    "Log Name: Microsoft Intune Connector\nSource: Microsoft Intune Connector\nDate: 7/1/2026 9:40:00 AM\n"
    "Event ID: 20502\nLevel: Error\nComputer: TEAPOT01\nDescription:\nThe teapot is empty. 0x00000409\n"
)


class Nobody(Visibility):
    """Slack tells nothing of anybody."""

    async def person(self, client: AsyncWebClient, user_id: str) -> Person | None:
        return None


def floor_of(frame: FrameType | None) -> str | None:
    """The package of the bot whose code runs, or which waits for other code that runs."""
    while frame is not None:
        _, *parts = str(frame.f_globals.get("__name__", "")).split(".")
        name = ".".join(parts[:2]) if parts[:1] == ["slack"] else "".join(parts[:1])
        if name in FLOORS:
            return name
        frame = frame.f_back
    return None


async def test_a_pasted_event_never_climbs_back(
    settings: Settings, sceptic: Sceptic, migrated_file: Path, tmp_path: Path
) -> None:
    """Bolt calls the listener, and from there on every call leads down: what a package needs it is given."""
    shutil.copy(migrated_file, tmp_path / "sceptic.db")
    store = await open_store(settings.store_address, lambda _sentence: None)
    signal, met, climbs = Signal(), set[str](), set[str]()
    receiver = Receiver(store, Metrics(), signal, signal, lambda since, team_id: None)
    current = CurrentResponder(Responder(sceptic, help_lines(), Nobody()))
    app = build_app(settings, current, receiver, Here(settings, store, AsyncWebClient("xoxb-tea")))

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_globals.get("__name__", "").startswith("bot."):
            callee, caller = floor_of(frame), floor_of(frame.f_back)
            met.add(callee or "")
            if callee and caller and FLOORS[callee] > FLOORS[caller]:
                climbs.add(f"{caller} calls {frame.f_code.co_name} of {callee}")

    event = {
        "type": "message",
        "user": "U1",
        "channel": "C1",
        "channel_type": "channel",
        "ts": "1.000001",
        "text": PASTE,
    }
    body = {"type": "event_callback", "team_id": "T1", "event_id": "E1", "event": event}
    delivery = Delivery("T1", "", "E1", "event", body)
    handling = Handling(delivery, store=store, claimed=ClaimedDelivery(1, 1, delivery, 0.0))
    before = sys.getprofile()
    try:
        sys.setprofile(watch)
        await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body, context={"handling": handling}))
    finally:
        sys.setprofile(before)
        await store.close()

    assert handling.error is None
    assert "20502" in str([call.arguments for call in handling.calls])
    assert {"evidence", "diagnosis", "replies", "store", "slack.routing", "slack.context"} <= met
    assert sorted(climbs) == []
