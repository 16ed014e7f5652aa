"""The store: everything that outlives the process, and the only way to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Literal, TypeVar

from sqlalchemy import Connection

from bot.store import inbox, incidents, outbox, retention
from bot.store.database import EVERY_TEAM, Database
from bot.store.group_commit import Writer
from bot.store.incidents import Kept
from bot.store.transactions import Ledger
from bot.store.values import Claimed, Installation, Outgoing, Received, Room, Sending

T = TypeVar("T")
# A part of a transaction: plain statements, no waiting for anything else.
Change = Callable[[Connection], object]

# Slack waits three seconds for an acknowledgement.
KEEP_WITHIN_SECONDS: Final = 2.5


@dataclass(slots=True)
class Store:
    """What Slack delivered and is to be told. Every method raises StoreError when the database cannot."""

    database: Database
    writer: Writer
    # On PostgreSQL an acknowledgement does not wait for what else is written, nor for the locks of that, and taking
    # work holds no locks that ending it waits for. SQLite has one writer.
    keeper: Writer = field(init=False)
    taker: Writer = field(init=False)

    def __post_init__(self) -> None:
        several = self.database.is_postgres
        self.keeper = Writer(self.database) if several else self.writer
        self.taker = Writer(self.database) if several else self.writer

    # What Slack delivers.

    @property
    def behind(self) -> set[tuple[str, str]]:
        """The channels (team, channel) in which this process has yet to read what it missed; theirs to change.

        With an empty channel a whole workspace, with both empty everything. Until it is read, hearing what is new
        there does not count as having heard all before it: whoever starts after a kill begins where this one began.
        """
        return self.keeper.behind

    async def keep(self, received: Received, within: float = KEEP_WITHIN_SECONDS) -> bool:
        """Keep a delivery for the worker; False when it is there already. After this, Slack may be told "received"."""
        return await self.keeper.keep(received, within)

    async def claim(self, most: int, room: Room | None = None) -> list[Claimed]:
        """Take due deliveries for handling, fair between workspaces; they are ours for LEASE_SECONDS."""
        return await self._engine_room(partial(inbox.claim, most=most, room=room or Room(most, {})), at_once=True)

    async def settle(self, claimed: Claimed, outgoing: Sequence[Outgoing], changes: Sequence[Change] = ()) -> None:
        """End the handling in one transaction: what is to be told, what has changed, and that it is done.

        Raises LeaseLostError, and keeps nothing, when another worker has taken the delivery.
        """
        received = claimed.received

        def end(db: Connection) -> None:
            inbox.finish(db, claimed)
            outbox.add(db, received.team_id, received.enterprise_id, outgoing)
            for change in changes:
                change(db)

        await self.writer.write(received.team_id, end)

    async def settle_at_once(
        self, received: Received, outgoing: Sequence[Outgoing], changes: Sequence[Change] = ()
    ) -> None:
        """Keep a delivery that is handled already, together with what came of it."""

        def end(db: Connection) -> None:
            if inbox.keep_done(db, received):
                outbox.add(db, received.team_id, received.enterprise_id, outgoing)
                for change in changes:
                    change(db)

        await self.keeper.write(received.team_id, end, KEEP_WITHIN_SECONDS)

    async def put_back(self, claimed: Claimed, seconds: float, error: str) -> None:
        """Try a delivery again in so many seconds."""
        change = partial(inbox.put_back, claimed=claimed, seconds=seconds, error=error)
        await self.writer.write(claimed.received.team_id, change)

    async def bury(self, claimed: Claimed, error: str, outgoing: Sequence[Outgoing] = ()) -> None:
        """Give a delivery up, and tell what is to be told about that."""
        received = claimed.received

        def end(db: Connection) -> None:
            inbox.bury(db, claimed, error)
            outbox.add(db, received.team_id, received.enterprise_id, outgoing)

        await self.writer.write(received.team_id, end)

    # What Slack is told.

    async def claim_outgoing(self, most: int, room: Room | None = None) -> list[Sending]:
        """Take the next call of free channels, fair between workspaces; it is ours for LEASE_SECONDS."""
        return await self._engine_room(partial(outbox.claim, most=most, room=room or Room(most, {})))

    async def sent(self, sending: Sending, ts: str, pause: float) -> None:
        """Slack has it; the channel rests for `pause` seconds."""
        await self._about(sending, partial(outbox.finish, sending=sending, ts=ts, pause=pause))

    async def send_later(
        self, sending: Sending, seconds: float, error: str, *, reached: bool, whole_team: bool = False
    ) -> None:
        """Try again in so many seconds; `reached` when Slack may have done it all the same."""
        change = partial(
            outbox.put_back,
            sending=sending,
            seconds=seconds,
            error=error,
            reached=reached,
            whole_team=whole_team,
        )
        await self._about(sending, change)

    async def give_up(self, sending: Sending, state: Literal["dead", "ambiguous"], error: str) -> None:
        """Stop trying; the row stays and is counted."""
        change = partial(outbox.give_up, sending=sending, state=state, error=error)
        await self._about(sending, change)

    async def refused(self, sending: Sending, error: str) -> None:
        """Slack refuses it for good, and its follow-up sees to that."""
        await self._about(sending, partial(outbox.refuse, sending=sending, error=error))

    async def send_otherwise(self, sending: Sending, error: str) -> None:
        """Make the call that was kept for this refusal."""
        await self._about(sending, partial(outbox.replace, sending=sending, error=error))

    # Workspaces, and keeping house.

    async def install(self, installation: Installation) -> None:
        """Keep a workspace's token and who the bot is there."""
        change = partial(retention.save_installation, installation=installation)
        await self.writer.write(EVERY_TEAM, change)

    async def installation(self, team_id: str, enterprise_id: str) -> Installation | None:
        """The app's installation for a workspace."""
        look = partial(retention.find_installation, team_id=team_id, enterprise_id=enterprise_id)
        return await self.database.read(EVERY_TEAM, look)

    async def heard(self) -> list[tuple[str, str, str, str]]:
        """Each channel and its latest message: team, organisation, channel, timestamp."""
        return await self.database.read(EVERY_TEAM, retention.heard_so_far)

    async def threads_since(self, team_id: str, channel_id: str, since: float) -> list[str]:
        """The threads of a channel in which the bot has spoken since then (seconds since 1970)."""
        look = partial(retention.threads_since, team_id=team_id, channel_id=channel_id, since=since)
        return await self.database.read(team_id, look)

    async def counts(self) -> retention.Counts:
        """What is waiting and what went wrong."""
        return await self.database.read(EVERY_TEAM, retention.count)

    def feedback(
        self, team_id: str, enterprise_id: str, message_ts: str, user_id: str, said: str, articles: str
    ) -> Change:
        """A change that keeps what someone said about an answer."""
        return partial(
            retention.note_feedback,
            team_id=team_id,
            enterprise_id=enterprise_id,
            message_ts=message_ts,
            user_id=user_id,
            said=said,
            articles=articles,
        )

    def deciding(self, received: Received, decide: Callable[[Ledger], object]) -> Change:
        """A change that reads the workspace's incidents and habits, and decides by them."""

        def change(db: Connection) -> object:
            return decide(Ledger(db, received.team_id, received.enterprise_id))

        return change

    async def look(self, team_id: str, enterprise_id: str, look: Callable[[Ledger], T]) -> T:
        """Read a workspace's incidents and habits."""

        def read(db: Connection) -> T:
            return look(Ledger(db, team_id, enterprise_id))

        return await self.database.read(team_id, read)

    async def decide(self, team_id: str, enterprise_id: str, decide: Callable[[Ledger], T]) -> T:
        """Decide in a transaction of its own, where no delivery is the reason."""

        def change(db: Connection) -> T:
            return decide(Ledger(db, team_id, enterprise_id))

        return await self.writer.write(team_id, change)

    async def open_incidents(self) -> tuple[float, list[tuple[str, str, Kept]]]:
        """The time (seconds since 1970), and every open incident with its workspace and organisation."""
        return await self.database.read(EVERY_TEAM, incidents.still_open)

    async def resolved_since(self, team_id: str, since: float) -> list[tuple[float, str]]:
        """What changed after `since` (seconds since 1970) among incidents that are or were resolved: when, and its record.

        `read_record` reads a record; for many of them in a thread, since it takes long.
        """
        return await self.database.read(team_id, partial(incidents.resolved_since, team_id=team_id, since=since))

    async def has_incident(self, team_id: str, number: int, opened_at: float) -> bool:
        """Whether there is still the incident that was opened then (seconds since 1970) under this number."""
        look = partial(incidents.is_there, team_id=team_id, number=number, opened_at=opened_at)
        return await self.database.read(team_id, look)

    async def edit_cards(self, edit: Callable[[Kept], Sequence[Outgoing] | None], most: int = 10) -> int:
        """Bring cards up to date; returns how many.

        `edit` says what Slack is told, None when that cannot be said yet.
        """

        def bring(db: Connection) -> int:
            taken = incidents.take_due_cards(db, most)
            for kept, enterprise_id in taken:
                outgoing = None if kept.card_resting else edit(kept)
                if outgoing is None:
                    incidents.postpone_card(db, kept.incident)
                    continue
                incidents.drop_waiting_edits(db, kept.incident)
                outbox.add(db, kept.incident.team_id, enterprise_id, outgoing)
            return len(taken)

        return await self._engine_room(bring)

    def forgetting(self, team_id: str, enterprise_id: str, dead_token: str | None = None) -> Change:
        """A change that deletes everything of a workspace that has uninstalled the app.

        With an empty `team_id`: of a whole organisation, in all of its workspaces. With `dead_token` only while the
        app has not come back with another.
        """

        def forget(db: Connection) -> None:
            self.database.show_team(db, team_id or EVERY_TEAM)
            retention.forget(db, team_id, enterprise_id, dead_token)

        return forget

    def unheard(self, claimed: Claimed) -> Change:
        """A change that leaves nothing of a delivery but its key, where the app is not installed by then."""

        def leave_nothing(db: Connection) -> None:
            self.database.show_team(db, EVERY_TEAM)
            retention.leave_nothing(db, claimed)

        return leave_nothing

    async def tidy(self, days: int) -> int:
        """Apply the retention; returns how many rows it touched."""
        return await self._engine_room(partial(retention.tidy, days=days))

    async def clear_log(self) -> bool:
        """Empty SQLite's write-ahead log, which holds what was deleted; False when somebody reads the file just now."""
        return await self.database.clear_log()

    async def close(self) -> None:
        """Write what is left and let the database go."""
        await self.keeper.close()
        await self.taker.close()
        await self.writer.close()
        await self.database.close()

    async def _about(self, sending: Sending, change: Callable[[Connection], T]) -> T:
        return await self.writer.write(sending.team_id, change)

    async def _engine_room(self, change: Callable[[Connection], T], *, at_once: bool = False) -> T:
        return await self.taker.write(EVERY_TEAM, change, at_once=at_once)
