"""Start and shutdown of the bot's parts, in an order that leaves no work half done."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

import aiohttp
from aiohttp import web

from bot.diagnosis import Sceptic, build_sceptic
from bot.evidence import EventLogReader
from bot.settings import KNOWLEDGE, Settings, read_token_key_file
from bot.slack.app import build_app
from bot.slack.context.budget import Budget
from bot.slack.context.knowledge_reload import KnowledgeReload
from bot.slack.context.policy import Rules
from bot.slack.context.responder import CurrentResponder, Responder
from bot.slack.context.visibility import Visibility
from bot.slack.delivery.backfill import Backfill
from bot.slack.delivery.connections import CappedSite, Connections, hide_software
from bot.slack.delivery.health import Health
from bot.slack.delivery.http_endpoint import PATH, slack_routes
from bot.slack.delivery.inbox_worker import InboxWorker
from bot.slack.delivery.metrics import Metrics
from bot.slack.delivery.outbox_sender import OutboxSender
from bot.slack.delivery.receiver import Receiver
from bot.slack.incidents.card_updates import CardUpdates
from bot.slack.incidents.reminder_loop import ReminderLoop
from bot.slack.platform.background import keep_running
from bot.slack.platform.installations import Installations, make_client
from bot.slack.platform.oauth import oauth_routes
from bot.slack.platform.signals import Signal
from bot.slack.platform.socket_mode import SocketModeConnection
from bot.slack.routing.commands import help_lines
from bot.store import AT_WORK, Store, StoreError, Timings, TokenCipher, open_store

logger = logging.getLogger(__name__)

# Slack's deadline for a response; a request that takes longer is delivered again.
_ANSWERING_SECONDS: Final = 3.0
# As the log names them.
_LOOPS: Final = ("backfill", "card updates", "reminders", "retention", "the reload of articles")


async def serve(
    settings: Settings,
    sceptic: Sceptic,
    ready: Callable[[str], None] = lambda _sentence: None,
    *,
    new_store: bool = False,
    timings: Timings = AT_WORK,
    event_logs: EventLogReader | None = None,
) -> None:
    """Run until cancelled: over Socket Mode when there is an app-level token, over HTTP otherwise.

    `ready` is given one sentence when messages are being received; with `new_store` nobody has to know that the store
    is new. Raises SettingsError for a token that Slack refuses, StoreError for a store that cannot be used, and OSError
    when Slack cannot be reached.
    """
    own = [folder for folder in settings.sceptic_knowledge if folder != KNOWLEDGE]
    build = partial(build_sceptic, settings.sceptic_knowledge, settings.sceptic_cache, logger.warning, KNOWLEDGE)
    knowledge_reload = KnowledgeReload(own, build, timings.knowledge_poll)
    # Load the weights before the first message, so that no question waits for them.
    await asyncio.to_thread(sceptic.words)
    async with AsyncExitStack() as stack:
        cipher = TokenCipher(settings.sceptic_token_key, read_token_key_file)
        store = await open_store(settings.store_address, logger.warning, timings, new=new_store, cipher=cipher)
        stack.push_async_callback(store.close)
        # slack_sdk applies its own timeout only to sessions that it makes.
        timeout = aiohttp.ClientTimeout(total=timings.call)
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        responder = Responder(
            sceptic,
            help_lines(),
            Visibility(
                Rules(
                    settings_by=settings.sceptic_settings_by,
                    keep_private_questions=settings.sceptic_keep_private_questions,
                )
            ),
            event_logs or EventLogReader(),
            Budget(settings.sceptic_person_budget, settings.sceptic_channel_budget),
        )
        await _serve(settings, CurrentResponder(responder), knowledge_reload, store, session, ready)


async def _serve(
    settings: Settings,
    current: CurrentResponder,
    knowledge_reload: KnowledgeReload,
    store: Store,
    session: aiohttp.ClientSession,
    ready: Callable[[str], None],
) -> None:
    metrics = Metrics()
    client = make_client(settings, None, seconds=store.timings.call)
    client.session = session
    installations = Installations(settings, store, client)
    inbox_signal, outbox_signal = Signal(), Signal()
    sender = OutboxSender(
        store, installations.client_of, metrics, session, inbox_signal, outbox_signal, current.responder.visibility
    )
    backfill = Backfill(store, installations, inbox_signal)
    receiver = Receiver(store, metrics, inbox_signal, outbox_signal, backfill.missed)
    app = build_app(settings, current, receiver, installations)
    worker = InboxWorker(app, store, metrics, inbox_signal, outbox_signal)
    card_updates = CardUpdates(store, lambda: current.responder.sceptic.knowledge, outbox_signal)
    reminder_loop = ReminderLoop(store, settings.sceptic_unowned_hours, settings.sceptic_silent_hours, outbox_signal)
    cursors = await backfill.cursors()
    token = settings.slack_app_token
    connection = SocketModeConnection(app, token, backfill.missed) if token else None
    health = Health(store, worker, sender, metrics, lambda: connection is None or connection.connected)

    routes, connections = health.routes(), Connections()
    if connection is None:
        routes += slack_routes(app, settings.slack_signing_secret, store.timings.http_body, connections)
        routes += oauth_routes(settings, store, installations)
    async with _listening(settings, routes, store.timings, connections, needed=connection is None) as stop_listening:
        await installations.introduce()
        tidy = partial(_tidy, store, settings.sceptic_retention_days)
        reload = partial(knowledge_reload.run, current.take)
        loops = _keep(store, partial(backfill.run, cursors), card_updates.run, reminder_loop.run, tidy, reload)
        async with _working(_Ending(store.timings.drain), sender, worker, *loops):
            try:
                await _receive(settings, connection, ready)
            finally:
                # Stop receiving, then drain the inbox, then the outbox.
                logger.info("stopping")
                await stop_listening()
                if connection is not None:
                    await connection.close()


def _keep(store: Store, *loops: Callable[[], Awaitable[None]]) -> list[Coroutine[object, object, None]]:
    retries = store.timings.loop_retries
    return [keep_running(name, run, retries) for name, run in zip(_LOOPS, loops, strict=True)]


async def _receive(settings: Settings, connection: SocketModeConnection | None, ready: Callable[[str], None]) -> None:
    if connection is None:
        ready(f"Listening on http://{settings.sceptic_host}:{settings.sceptic_port}{PATH}")
        await asyncio.Event().wait()
        return
    await connection.open()
    ready("Connected over Socket Mode.")
    await connection.watch()


@dataclass(slots=True)
class _Ending:
    """Grace period that all parts share at shutdown; it starts with the first call of `left`."""

    seconds: float
    _deadline: float | None = None

    def left(self) -> float:
        """Return the seconds that are left."""
        now = time.monotonic()
        self._deadline = self._deadline or now + self.seconds
        return max(0.0, self._deadline - now)


@asynccontextmanager
async def _working(
    ending: _Ending, sender: OutboxSender, worker: InboxWorker, *loops: Coroutine[object, object, None]
) -> AsyncIterator[None]:
    """Run all loops; at the end the worker finishes its rows first, then the sender."""
    sending, handling = asyncio.create_task(sender.run()), asyncio.create_task(worker.run())
    others = [asyncio.create_task(each) for each in loops]
    try:
        yield
    finally:
        await _cancel(*others)
        for part, task in ((worker, handling), (sender, sending)):
            part.stop()
            await asyncio.wait({task}, timeout=ending.left())
            await _cancel(task)


async def _cancel(*tasks: asyncio.Task[None]) -> None:
    """End tasks; raises the error of one that failed."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def _listening(
    settings: Settings, routes: list[web.RouteDef], timings: Timings, connections: Connections, *, needed: bool
) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Answer on the port of the settings; unless `needed`, go without when the port is taken.

    Gives what ends that before the end: requests under way are answered, new ones find nobody.
    """
    pages = web.Application()
    pages.on_response_prepare.append(hide_software)
    pages.add_routes(routes)
    # Signatures cover the bytes as sent, so nothing is decompressed.
    runner = web.AppRunner(
        pages,
        access_log=None,
        shutdown_timeout=_ANSWERING_SECONDS,
        keepalive_timeout=timings.http_head,
        lingering_time=_ANSWERING_SECONDS,
        auto_decompress=False,
    )
    await runner.setup()
    try:
        try:
            site = CappedSite(runner, settings.sceptic_host, settings.sceptic_port)
            site.connections = connections
            await site.start()
        except OSError as error:
            if needed:
                raise
            logger.warning("no health pages, port %d cannot be used: %s", settings.sceptic_port, error.strerror)
        yield runner.cleanup
    finally:
        await runner.cleanup()


async def _tidy(store: Store, days: int) -> None:
    """Apply the retention at its interval, and clear the write-ahead log, which holds deleted text, more often."""
    applied = -math.inf
    while True:
        try:
            if time.monotonic() - applied >= store.timings.retention:
                applied = time.monotonic()
                while changed := await store.tidy(days):
                    logger.info("retention: %d rows blanked or deleted", changed)
            await store.clear_log()
        except StoreError as error:
            logger.warning("retention could not be applied: %s", error)
        await asyncio.sleep(store.timings.log_clearing)
