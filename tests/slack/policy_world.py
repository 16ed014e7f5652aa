"""A workspace in memory for the model of the access policy: real listeners and real SQL, a Slack of plain facts."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection, create_engine, event, select
from sqlalchemy.pool import StaticPool

from bot.diagnosis import Sceptic
from bot.slack.context.deferred_ack import DeferredAck
from bot.slack.context.handling import Handling
from bot.slack.context.policy import Rules
from bot.slack.context.responder import Responder
from bot.slack.context.visibility import Visibility
from bot.slack.delivery.metrics import Metrics
from bot.slack.delivery.outbox_sender import OutboxSender
from bot.slack.incidents.similar import SimilarIncidents
from bot.slack.platform.signals import Signal
from bot.slack.routing.commands import help_lines
from bot.store import AT_WORK, ChannelSettings, ClaimedCall, Delivery, SlackCall, Store, WorkspaceTransaction
from bot.store import incidents as stored_incidents
from bot.store.tables import channel_settings, incidents, metadata, notes, outbox, unanswered
from bot.triage import Incident, Sighting

TEAM, VENDOR = "TTEA", "TVENDOR"
BOT = "UBOT"
PASTE = "Source: Microsoft Intune Connector\nEvent ID: 20502\nCRPVerifyMetric_Failure\nDiagnostic Code: 0x00000409"
NOTE, UNANSWERED, UNKIND = "SUNDIALNOTE", "FALCONQUESTION", "UKINDLY"

# Facts of users.info.
PEOPLE: dict[str, dict[str, Any]] = {
    "UOLGA": {"is_owner": True, "is_admin": True},
    "UADA": {"is_admin": True},
    "UAMY": {},
    "UMIA": {},
    "UGUS": {"is_restricted": True, "is_ultra_restricted": True},
    "UGIA": {"is_restricted": True},
    "USID": {"team_id": VENDOR, "is_stranger": True},
    "UTOM": {"team_id": VENDOR},
    "UGONE": {"is_admin": True, "deleted": True},
    # In no channel that outsiders are in.
    "UKIM": {},
    BOT: {"is_bot": True},
}
STAFF, GUESTS, OUTSIDERS = {"UOLGA", "UADA", "UAMY", "UMIA", "UKIM"}, {"UGUS", "UGIA"}, {"USID", "UTOM"}


@dataclass(frozen=True)
class Place:
    """A channel: who is in it, who created it, and what conversations.info tells."""

    members: frozenset[str]
    creator: str = "UAMY"
    facts: dict[str, Any] = field(default_factory=dict)


CHANNELS: dict[str, Place] = {
    "CPUBLIC": Place(frozenset({"UOLGA", "UADA", "UAMY", "UMIA", "UKIM"})),
    "CQUIET": Place(frozenset({"UOLGA", "UAMY", "UKIM"}), creator="UKIM"),
    "CPRIVATE": Place(frozenset({"UAMY", "UKIM"}), facts={"is_private": True}),
    "CGUESTS": Place(frozenset({"UADA", "UAMY", "UMIA", "UGUS", "UGIA"}), creator="UMIA"),
    "CSHARED": Place(frozenset({"UADA", "UAMY", "UGIA", "USID", "UTOM"}), facts={"is_ext_shared": True}),
    "COFFERED": Place(frozenset({"UAMY", "UMIA"}), facts={"is_pending_ext_shared": True}),
    "CMOVES": Place(frozenset({"UAMY", "USID"}), creator="USID", facts={"is_ext_shared": True}),
    "CPARTNER": Place(frozenset({"UAMY", "UTOM"}), facts={"is_ext_shared": True, "is_private": True}),
}
PUBLIC = {"CPUBLIC", "CQUIET", "CGUESTS"}
INTERNAL = {"CPUBLIC", "CQUIET", "CPRIVATE"}
NUMBERS = {channel: number for number, channel in enumerate(CHANNELS, 1)}
RESOLVED = {channel: number for number, channel in enumerate(CHANNELS, 1 + len(CHANNELS))}


def secret_of(number: int) -> str:
    """The word that stands in every text of an incident and nowhere else."""
    return f"HUSH{number:03d}X"


class Slack:
    """The client of the workspace: facts, and what was opened with it."""

    token = "xoxb-world"

    def __init__(self) -> None:
        self.opened: list[dict[str, Any]] = []

    async def users_info(self, user: str, **_: Any) -> Any:
        return {"user": {"id": user, "team_id": TEAM, **PEOPLE[user]}}

    async def conversations_info(self, channel: str, **_: Any) -> Any:
        place = CHANNELS[channel]
        return {
            "channel": {"id": channel, "is_channel": True, "is_member": True, "creator": place.creator, **place.facts}
        }

    async def users_conversations(self, user: str, **_: Any) -> Any:
        return {"channels": [{"id": each} for each, place in CHANNELS.items() if user in place.members]}

    async def api_call(self, method: str, params: Any = None, **_: Any) -> Any:
        if method == "conversations.members":
            return {"members": sorted(CHANNELS[params["channel"]].members | {BOT})}
        raise SlackApiError(method, {"ok": False, "error": "missing_scope"})

    async def conversations_replies(self, ts: str, **_: Any) -> Any:
        return {"messages": [{"ts": ts, "user": "UAMY", "text": PASTE}]}

    async def auth_test(self, **_: Any) -> Any:
        return {"user_id": BOT}

    async def chat_getPermalink(self, **_: Any) -> Any:  # noqa: N802 - slack_sdk's name
        return {"permalink": "https://example.slack.com/p1"}

    async def views_open(self, view: dict[str, Any], **_: Any) -> Any:
        self.opened.append(view)
        return {}

    async def files_getUploadURLExternal(self, **_: Any) -> Any:  # noqa: N802 - slack_sdk's name
        raise SlackApiError("files", {"ok": False, "error": "file_uploads_disabled"})


class MemoryStore:
    """The store's reads and changes on one connection in memory, each try of which is taken back."""

    timings = AT_WORK

    def __init__(self, db: Connection) -> None:
        self.db = db

    def _transaction(self) -> WorkspaceTransaction:
        return WorkspaceTransaction(self.db, TEAM, "", AT_WORK)

    async def read(self, _team: str, _enterprise: str, look: Callable[[WorkspaceTransaction], Any]) -> Any:
        return look(self._transaction())

    def transaction(self, _delivery: Delivery, decide: Callable[[WorkspaceTransaction], Any]) -> Any:
        return lambda _db: decide(self._transaction())

    def feedback(self, *_: Any, **__: Any) -> Any:
        return lambda _db: None

    async def resolved_since(self, team_id: str, since: float) -> Any:
        return stored_incidents.resolved_since(self.db, team_id, since)

    async def has_incident(self, team_id: str, number: int, opened_at: float) -> bool:
        return stored_incidents.is_there(self.db, team_id, number, opened_at)


@dataclass(frozen=True)
class State:
    """State that acts can change: incidents' records, settings, notes and kept questions."""

    incidents: dict[int, str]
    settings: dict[tuple[str, str], tuple[Any, ...]]
    notes: int
    questions: int


@dataclass
class Told:
    """One text and all who read it."""

    text: str
    readers: frozenset[str]
    # The conversation it stands in; empty for the home tab and a direct message.
    channel_id: str
    # In a channel's history, not to one person.
    posted: bool


class World:
    """The workspace, ready to be acted in."""

    def __init__(self, sceptic: Sceptic, rules: Rules) -> None:
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})

        @event.listens_for(engine, "connect")
        def prepare(connection: sqlite3.Connection, _: object) -> None:
            connection.isolation_level = None
            connection.create_function("sceptic_now", 0, time.time)

        self.db = engine.connect()
        metadata.create_all(self.db)
        self.db.commit()
        self.slack, self.rules = Slack(), rules
        self.client = cast(AsyncWebClient, self.slack)
        self.store = cast(Store, MemoryStore(self.db))
        self.visibility = Visibility(rules)
        self.responder = Responder(sceptic, help_lines(), self.visibility)
        self.similar = SimilarIncidents(self.store)
        signal = Signal()
        self.sender = OutboxSender(
            self.store, cast(Any, None), Metrics(), cast(Any, None), signal, signal, self.visibility
        )
        self._fill()
        self.before = self.state()

    def _fill(self) -> None:
        transaction = WorkspaceTransaction(self.db, TEAM, "", AT_WORK)
        now = time.time()
        for resolved in (False, True):
            for channel_id in CHANNELS:
                number = (RESOLVED if resolved else NUMBERS)[channel_id]
                word = secret_of(number)
                seen = Sighting("20502", ("0x00000409",), word, "2026-07-01T09:58:00Z")
                transaction.open(
                    Incident(
                        0, TEAM, channel_id, f"{number}.000100", "UAMY", now - 60, owner="UKIM", service=word,
                        status="resolved" if resolved else "triage", resolved_at=now - 30 if resolved else 0.0,
                        cause=word if resolved else "", fix=word if resolved else "", evidence={"1.000100": (seen,)},
                    ),
                    "en",
                )  # fmt: skip
        transaction.add_note("20502", "UKIM", NOTE, RESOLVED["CPUBLIC"])
        transaction.note_unanswered("digest", UNANSWERED, "silent")
        transaction.set_channel_settings(ChannelSettings("CMOVES", outsiders_move=True, owner="UKIM"), "UAMY")
        transaction.set_channel_settings(ChannelSettings("CSHARED", owner="UKIM"), "UAMY")
        self.db.commit()

    def state(self) -> State:
        settings = {
            (row.channel_id, row.thread_ts): (row.speak, row.language, row.owner, row.privately, row.outsiders_move)
            for row in self.db.execute(select(channel_settings))
        }
        return State(
            {row.number: row.record for row in self.db.execute(select(incidents.c.number, incidents.c.record))},
            settings,
            len(self.db.execute(select(notes.c.id)).all()),
            sum(self.db.execute(select(unanswered.c.times)).scalars()),
        )

    @contextmanager
    def try_out(self) -> Iterator[None]:
        """Take back whatever is changed inside."""
        self.db.rollback()
        self.slack.opened.clear()
        self.db.exec_driver_sql("BEGIN")
        try:
            yield
        finally:
            self.db.exec_driver_sql("ROLLBACK")
            self.db.rollback()

    def handling(self, body: dict[str, Any], key: str, kind: Any = "interaction") -> Handling:
        return Handling(Delivery(TEAM, "", key, kind, body), store=self.store)

    async def outcome(self, handling: Handling, actor: str, ack: DeferredAck | None, here: str) -> list[Told]:
        """Make the changes, and send what is to be said as the outbox does; all texts and who reads them."""
        for change in handling.changes:
            change(self.db)
        calls = list(handling.calls)
        calls += [_call(row) for row in self.db.execute(select(outbox).order_by(outbox.c.id)).mappings()]
        told = [Told(str(view), frozenset({actor}), here, False) for view in self.slack.opened]
        if ack is not None and ack.arguments:
            told.append(Told(str(ack.arguments), frozenset({actor}), here, False))
        for call in calls:
            claimed = await self.sender._for_readers(self.client, ClaimedCall(1, 1, TEAM, "", call, None))
            if claimed is not None:
                told.append(read_by(claimed.call, actor))
        return told


def _call(row: Any) -> SlackCall:
    others = json.loads(row["for_others"]) if row["for_others"] else None
    return SlackCall(
        row["key"], row["channel_id"], row["method"], json.loads(row["arguments"]), row["thread_ts"],
        for_others=(others[0], others[1]) if others else None,
    )  # fmt: skip


def read_by(call: SlackCall, actor: str) -> Told:
    """The text of a call, and everybody who reads it."""
    arguments, channel_id = call.arguments, str(call.arguments.get("channel") or call.channel_id)
    if call.method == "chat.postEphemeral":
        return Told(str(arguments), frozenset({arguments["user"]}), channel_id, False)
    if call.method == "views.publish":
        return Told(str(arguments["view"]), frozenset({arguments["user_id"]}), "", False)
    if call.method == "response_url" and arguments.get("response_type") != "in_channel":
        return Told(str(arguments), frozenset({actor}), channel_id, False)
    if channel_id in CHANNELS:
        return Told(str(arguments), CHANNELS[channel_id].members, channel_id, True)
    # A direct message, or somebody's own ID for it.
    return Told(str(arguments), frozenset({"U" + channel_id[1:]}), "", False)
