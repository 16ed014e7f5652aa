"""The store: everything that outlives the process, and the only way to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, TypeVar

from sqlalchemy import Connection

from bot.store import cards, cursors, feedback, inbox, incidents, installations, outbox, outbox_queues, retention, stats
from bot.store.database import EVERY_TEAM, Database
from bot.store.group_commit import Writer
from bot.store.incidents import StoredIncident
from bot.store.leases_and_retries import AT_WORK, Timings
from bot.store.token_cipher import TokenCipher
from bot.store.transactions import WorkspaceTransaction
from bot.store.values import Capacity, ClaimedCall, ClaimedDelivery, Delivery, Installation, SlackCall

T = TypeVar("T")
# A part of a transaction: plain statements, no waiting for anything else.
Change = Callable[[Connection], object]


@dataclass(slots=True)
class Store:
    """Durable inbox and outbox, and storage of incidents. Every method raises StoreError when the database cannot.

    Three writers, each with a connection of its own on PostgreSQL: an acknowledgement waits neither for what else is
    written nor for its locks, and claiming holds no locks that completing waits for. SQLite has one writer for all.
    """

    database: Database
    timings: Timings = AT_WORK
    cipher: TokenCipher = field(default_factory=TokenCipher)
    # Receives deliveries and completes those that are answered at once.
    receipts: Writer = field(init=False)
    # Claims rows of every workspace, and applies the retention.
    claims: Writer = field(init=False)
    # Everything else.
    writer: Writer = field(init=False)

    def __post_init__(self) -> None:
        self.writer = Writer(self.database)
        several = self.database.is_postgres
        self.receipts = Writer(self.database) if several else self.writer
        self.claims = Writer(self.database) if several else self.writer

    # Inbox.

    @property
    def backfilling(self) -> set[tuple[str, str]]:
        """Return the channels (team, channel) in which this process has yet to read what it missed; the backfill changes it.

        With an empty channel a whole workspace, with both empty everything. Until it is read, hearing what is new
        there does not count as having heard all before it: whoever starts after a kill begins where this one began.
        """
        return self.receipts.backfilling

    async def receive(self, delivery: Delivery, within: float | None = None) -> bool:
        """Store a delivery for the worker; False when it is there already. After this, Slack may be told "received"."""
        return await self.receipts.receive(delivery, self.timings.receive if within is None else within)

    async def claim(self, most: int, capacity: Capacity | None = None) -> list[ClaimedDelivery]:
        """Take due deliveries for handling, fair between workspaces; they are the caller's for the time of a lease."""
        return await self._write_any(
            partial(inbox.claim, most=most, capacity=capacity or Capacity(most, {}), lease=self.timings.lease),
            single_statement=True,
        )

    async def complete(
        self, claimed: ClaimedDelivery, calls: Sequence[SlackCall], changes: Sequence[Change] = ()
    ) -> None:
        """Complete a handling in one transaction: calls, changes, and that it is done.

        Raises LeaseLostError, and keeps nothing, when another worker has taken the delivery.
        """
        delivery = claimed.delivery

        def end(db: Connection) -> None:
            inbox.finish(db, claimed)
            outbox.add(db, delivery.team_id, delivery.enterprise_id, calls)
            for change in changes:
                change(db)

        await self.writer.write(delivery.team_id, end)

    async def complete_now(
        self, delivery: Delivery, calls: Sequence[SlackCall], changes: Sequence[Change] = ()
    ) -> None:
        """Store a delivery as done together with its calls and changes."""

        def end(db: Connection) -> None:
            if inbox.keep_done(db, delivery):
                outbox.add(db, delivery.team_id, delivery.enterprise_id, calls)
                for change in changes:
                    change(db)

        await self.receipts.write(delivery.team_id, end, self.timings.receive)

    async def reschedule(self, claimed: ClaimedDelivery, seconds: float, error: str) -> None:
        """Try a delivery again in so many seconds."""
        change = partial(inbox.reschedule, claimed=claimed, seconds=seconds, error=error)
        await self.writer.write(claimed.delivery.team_id, change)

    async def dead_letter(self, claimed: ClaimedDelivery, error: str, calls: Sequence[SlackCall] = ()) -> None:
        """Mark a delivery dead, and enqueue the calls that report it."""
        delivery = claimed.delivery

        def end(db: Connection) -> None:
            inbox.dead_letter(db, claimed, error)
            outbox.add(db, delivery.team_id, delivery.enterprise_id, calls)

        await self.writer.write(delivery.team_id, end)

    # Outbox.

    async def claim_calls(self, most: int, capacity: Capacity | None = None) -> list[ClaimedCall]:
        """Take the next call of free channels, fair between workspaces; it is the caller's for the time of a lease."""
        return await self._write_any(
            partial(outbox_queues.claim, most=most, capacity=capacity or Capacity(most, {}), lease=self.timings.lease)
        )

    async def complete_call(self, claimed: ClaimedCall, ts: str, pause: float) -> None:
        """Complete a call that Slack has carried out; its channel rests for `pause` seconds."""
        await self._about(claimed, partial(outbox.finish, claimed=claimed, ts=ts, pause=pause))

    async def reschedule_call(
        self, claimed: ClaimedCall, seconds: float, error: str, *, reached: bool, whole_team: bool = False
    ) -> None:
        """Retry a call in so many seconds; `reached` when this attempt may have reached Slack."""
        change = partial(
            outbox.reschedule,
            claimed=claimed,
            seconds=seconds,
            error=error,
            reached=reached,
            whole_team=whole_team,
        )
        await self._about(claimed, change)

    async def give_up(self, claimed: ClaimedCall, state: Literal["dead", "ambiguous"], error: str) -> None:
        """Mark a call dead or ambiguous; the row stays and is counted."""
        change = partial(outbox.give_up, claimed=claimed, state=state, error=error)
        await self._about(claimed, change)

    async def refuse_call(self, claimed: ClaimedCall, error: str) -> None:
        """Complete a call that Slack refuses for good; its follow-up handles that."""
        await self._about(claimed, partial(outbox.refuse, claimed=claimed, error=error))

    async def use_fallback(self, claimed: ClaimedCall, error: str) -> None:
        """Replace a refused call by its fallback."""
        await self._about(claimed, partial(outbox.use_fallback, claimed=claimed, error=error))

    # Installations, incidents and maintenance.

    async def install(self, installation: Installation) -> None:
        """Store a workspace's token and the bot's user there."""
        change = partial(installations.save_installation, installation=installation, cipher=self.cipher)
        await self.writer.write(EVERY_TEAM, change)

    async def installation(self, team_id: str, enterprise_id: str) -> Installation | None:
        """Find the app's installation for a workspace. Raises KeyMissingError when its token cannot be decrypted."""
        look = partial(
            installations.find_installation, team_id=team_id, enterprise_id=enterprise_id, cipher=self.cipher
        )
        return await self.database.read(EVERY_TEAM, look)

    async def claim_refresh(self, installation: Installation, seconds: float) -> bool:
        """Reserve the refreshing of a rotated token for some seconds; False when another replica is at it."""
        change = partial(installations.claim_refresh, installation=installation, seconds=seconds)
        return await self.writer.write(EVERY_TEAM, change)

    async def channel_cursors(self) -> list[tuple[str, str, str, str]]:
        """Read each channel's cursor: team, organisation, channel, timestamp of its latest message."""
        return await self.database.read(EVERY_TEAM, cursors.read_channel_cursors)

    async def threads_since(self, team_id: str, channel_id: str, since: float) -> list[str]:
        """List a channel's threads in which the bot has posted since then (seconds since 1970)."""
        look = partial(cursors.threads_since, team_id=team_id, channel_id=channel_id, since=since)
        return await self.database.read(team_id, look)

    async def counts(self) -> stats.Counts:
        """Count rows that wait or were given up."""
        return await self.database.read(EVERY_TEAM, stats.count)

    def feedback(
        self, team_id: str, enterprise_id: str, message_ts: str, user_id: str, said: str, articles: str
    ) -> Change:
        """Make a change that stores what someone said about an answer."""
        return partial(
            feedback.note_feedback,
            team_id=team_id,
            enterprise_id=enterprise_id,
            message_ts=message_ts,
            user_id=user_id,
            said=said,
            articles=articles,
        )

    def transaction(self, delivery: Delivery, decide: Callable[[WorkspaceTransaction], object]) -> Change:
        """Make a change that reads the workspace's incidents and settings, and decides by them."""

        def change(db: Connection) -> object:
            return decide(WorkspaceTransaction(db, delivery.team_id, delivery.enterprise_id, self.timings))

        return change

    async def read(self, team_id: str, enterprise_id: str, look: Callable[[WorkspaceTransaction], T]) -> T:
        """Read a workspace's incidents and channel settings."""

        def read(db: Connection) -> T:
            return look(WorkspaceTransaction(db, team_id, enterprise_id, self.timings))

        return await self.database.read(team_id, read)

    async def write(self, team_id: str, enterprise_id: str, decide: Callable[[WorkspaceTransaction], T]) -> T:
        """Run a transaction that no delivery is the reason of."""

        def change(db: Connection) -> T:
            return decide(WorkspaceTransaction(db, team_id, enterprise_id, self.timings))

        return await self.writer.write(team_id, change)

    async def open_incidents(self) -> tuple[float, list[tuple[str, str, StoredIncident]]]:
        """Read the time (seconds since 1970), and every open incident with its workspace and organisation."""
        return await self.database.read(EVERY_TEAM, incidents.still_open)

    async def resolved_since(self, team_id: str, since: float) -> list[tuple[float, str]]:
        """Return incidents that are or were resolved and changed after `since` (seconds since 1970): the time, and the record.

        `read_record` reads a record; for many of them in a thread, since it takes long.
        """
        return await self.database.read(team_id, partial(incidents.resolved_since, team_id=team_id, since=since))

    async def has_incident(self, team_id: str, number: int, opened_at: float) -> bool:
        """Return True while the incident opened at `opened_at` (seconds since 1970) still has this number."""
        look = partial(incidents.is_there, team_id=team_id, number=number, opened_at=opened_at)
        return await self.database.read(team_id, look)

    async def due_cards(self, most: int = 10) -> list[StoredIncident]:
        """Read incidents whose card may be edited now; those that have to wait are looked at again soon."""
        if not await self.database.read(EVERY_TEAM, incidents.has_due_cards):
            return []
        return await self._write_any(partial(incidents.due_cards, most=most, timings=self.timings))

    async def edit_card(self, stored: StoredIncident, calls: Sequence[SlackCall]) -> bool:
        """Put the calls that bring a card up to date into the outbox, in place of edits that were never tried.

        False, and nothing is put in, when the incident or its card has changed since it was read: it is still due.
        """
        incident = stored.incident

        def edit(db: Connection) -> bool:
            enterprise_id = incidents.lock_unchanged(db, stored)
            if enterprise_id is None:
                return False
            cards.note_edit(db, incident, stored.card.ts)
            cards.drop_waiting_edits(db, incident)
            outbox.add(db, incident.team_id, enterprise_id, calls)
            return True

        return await self.writer.write(incident.team_id, edit)

    def workspace_deletion(self, team_id: str, enterprise_id: str, dead_token: str | None = None) -> Change:
        """Make a change that deletes everything of a workspace that has uninstalled the app.

        With an empty `team_id`: of a whole organisation, in all of its workspaces. With `dead_token` only while the
        app has not come back with another.
        """

        def forget(db: Connection) -> None:
            self.database.show_team(db, team_id or EVERY_TEAM)
            retention.forget(db, team_id, enterprise_id, self.cipher, dead_token)

        return forget

    def delivery_erasure(self, claimed: ClaimedDelivery) -> Change:
        """Make a change that forgets a workspace's channel cursors, where the app is not installed by then."""

        def leave_nothing(db: Connection) -> None:
            self.database.show_team(db, EVERY_TEAM)
            retention.erase_delivery(db, claimed)

        return leave_nothing

    async def tidy(self, days: int, most: int = 1000) -> int:
        """Apply the retention to so many rows of each table; returns how many it touched.

        A thousand take some milliseconds, in which deliveries wait on SQLite.
        """
        return await self._write_any(partial(retention.tidy, days=days, most=most))

    async def clear_log(self) -> bool:
        """Empty SQLite's write-ahead log, which holds what was deleted; False when somebody reads the file just now."""
        return await self.database.clear_log()

    async def close(self) -> None:
        """Finish waiting writes and close the database."""
        await self.receipts.close()
        await self.claims.close()
        await self.writer.close()
        await self.database.close()

    async def _about(self, claimed: ClaimedCall, change: Callable[[Connection], T]) -> T:
        return await self.writer.write(claimed.team_id, change)

    async def _write_any(self, change: Callable[[Connection], T], *, single_statement: bool = False) -> T:
        return await self.claims.write(EVERY_TEAM, change, single_statement=single_statement)
