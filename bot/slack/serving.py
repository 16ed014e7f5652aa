"""Running the bot: what is started in which order, and how it stops without leaving anything half done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, Final

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp

from bot.diagnosis import Sceptic
from bot.settings import Settings
from bot.slack.app import build_app
from bot.slack.catching_up import CatchingUp
from bot.slack.connection import Connection
from bot.slack.health import Health
from bot.slack.installed import Installed, make_client
from bot.slack.measures import Measures
from bot.slack.receiving import Receiver
from bot.slack.speaker import Speaker
from bot.slack.speaking import Speaking
from bot.slack.worker import Worker
from bot.store import Store, StoreError, open_store

logger = logging.getLogger(__name__)

_DRAIN_SECONDS: Final = 10.0
_TIDY_SECONDS: Final = 3600.0
_PATH: Final = "/slack/events"


async def serve(settings: Settings, sceptic: Sceptic, ready: Callable[[str], None] = lambda _sentence: None) -> None:
    """Run until cancelled: over Socket Mode when there is an app-level token, over HTTP otherwise.

    `ready` is given one sentence when messages are being received. Raises SettingsError for a token that Slack
    refuses, StoreError for a store that cannot be used, and OSError when Slack cannot be reached.
    """
    # The weights are there before the first message, so that no question waits for them.
    await asyncio.to_thread(sceptic.words)
    async with AsyncExitStack() as stack:
        store = await open_store(settings.store_address, logger.warning)
        stack.push_async_callback(store.close)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        await _serve(settings, sceptic, store, session, ready)


async def _serve(
    settings: Settings,
    sceptic: Sceptic,
    store: Store,
    session: aiohttp.ClientSession,
    ready: Callable[[str], None],
) -> None:
    measures = Measures()
    client = make_client(settings, None)
    client.session = session
    installed = Installed(settings, store, client)
    speaking = Speaking(store, installed.client_of, measures, session)
    # The worker, the receiver and catching up call each other; each gets what it needs before the first delivery.
    catching_up = CatchingUp(store, installed, lambda: worker.wake())
    receiver = Receiver(store, measures, lambda: worker.wake(), speaking.wake, catching_up.missed)
    app = build_app(settings, Speaker(sceptic, store), receiver, installed)
    worker = Worker(app, store, measures, speaking.wake)
    places = await catching_up.places()
    connection = Connection(app, settings.slack_app_token, catching_up.missed) if settings.slack_app_token else None
    health = Health(store, worker, speaking, measures, lambda: connection is None or connection.connected)

    async with _listening(settings, app, health, receives=connection is None):
        await installed.introduce()
        async with (
            _working(speaking.speak(), speaking.drain),
            _working(worker.work(), worker.drain),
            _working(catching_up.run(places)),
            _working(_tidy(store, settings.sceptic_retention_days)),
        ):
            if connection is None:
                ready(f"Listening on http://{settings.sceptic_host}:{settings.sceptic_port}{_PATH}")
                await asyncio.Event().wait()
                return
            await connection.open()
            try:
                ready("Connected over Socket Mode.")
                await connection.watch()
            finally:
                await connection.close()


@asynccontextmanager
async def _working(
    loop: Coroutine[Any, Any, None], drain: Callable[[float], Coroutine[Any, Any, None]] | None = None
) -> AsyncIterator[None]:
    """Run a loop beside everything else; at the end stop it, and let what it has under way come to its end."""
    task = asyncio.create_task(loop)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        if drain is not None:
            await drain(_DRAIN_SECONDS)


@asynccontextmanager
async def _listening(settings: Settings, app: AsyncApp, health: Health, *, receives: bool) -> AsyncIterator[None]:
    """Answer on the port of the settings: the health pages, and with `receives` what Slack posts."""

    async def receive(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    pages = web.Application()
    pages.add_routes(health.routes())
    if receives:
        pages.router.add_post(_PATH, receive)
    runner = web.AppRunner(pages, access_log=None, shutdown_timeout=_DRAIN_SECONDS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, settings.sceptic_host, settings.sceptic_port).start()
        except OSError as error:
            if receives:
                raise
            logger.warning("no health pages, port %d cannot be used: %s", settings.sceptic_port, error.strerror)
        yield
    finally:
        await runner.cleanup()


async def _tidy(store: Store, days: int) -> None:
    """Apply the retention now and then."""
    while True:
        try:
            changed = await store.tidy(days)
            if changed:
                logger.info("retention: %d rows emptied or deleted", changed)
        except StoreError as error:
            logger.warning("retention could not be applied: %s", error)
        await asyncio.sleep(_TIDY_SECONDS)
