"""Deliveries to the app: the choice of transport, the deadline, and the retries."""

import asyncio
import time
import uuid
from collections.abc import Callable, Coroutine

from ..parsing import JsonObject
from ..state.clock import Clock, VirtualClock
from ..state.errors import SandboxError
from ..state.records import Attempt, DeliveryKind, Envelope
from .signed_http import SignedHttpClient
from .socket_mode import SocketModeServer

ACK_SECONDS = 3.0
_LOOK_AGAIN_SECONDS = 0.05
_TURN_SECONDS = 0.001
# Seconds before each further attempt at an event.
RETRY_SECONDS = (0.0, 60.0, 300.0)


class Deliveries:
    """All deliveries to the app, with their acknowledgements."""

    def __init__(
        self,
        clock: Clock,
        sockets: SocketModeServer,
        http: SignedHttpClient,
        ack_seconds: float = ACK_SECONDS,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
    ) -> None:
        self.envelopes: list[Envelope] = []
        # Destination of signed HTTP; None delivers through Socket Mode.
        self.request_url: str | None = None
        # Callback for a new envelope or attempt.
        self.on_change: Callable[[Envelope], None] = lambda _envelope: None
        self._clock = clock
        self._sockets = sockets
        self.http = http
        self._ack_seconds = ack_seconds
        self._retry_seconds = retry_seconds
        self._running: set[asyncio.Task[Envelope]] = set()
        # Number of running tasks that wait for a retry or at a gate.
        self._asleep = 0
        # Gates of held events by envelope ID; None while nothing is held.
        self._held: dict[str, asyncio.Event] | None = None

    def start(self, kind: DeliveryKind, payload: JsonObject) -> "asyncio.Task[Envelope]":
        """Start a delivery; the task ends when it is acknowledged or given up."""
        envelope = Envelope(envelope_id=str(uuid.uuid4()), kind=kind, payload=payload, at=self._clock.now())
        self.envelopes.append(envelope)
        self.on_change(envelope)
        gate = None
        if self._held is not None and kind == "events_api":
            gate = self._held[envelope.envelope_id] = asyncio.Event()
        return self._run(self._deliver(envelope, gate))

    def redeliver(self, envelope: Envelope) -> "asyncio.Task[Envelope]":
        """Deliver an envelope again, as Slack does when an acknowledgement got lost."""
        return self._run(self._try_again(envelope, len(envelope.attempts)))

    async def deliver_once(self, kind: DeliveryKind, payload: JsonObject, retry: int) -> Envelope:
        """Deliver a literal payload in one attempt of this number (0: the first)."""
        envelope = Envelope(envelope_id=str(uuid.uuid4()), kind=kind, payload=payload, at=self._clock.now())
        self.envelopes.append(envelope)
        return await self._run(self._try_again(envelope, retry))

    def hold(self) -> None:
        """Hold new events back until `release`."""
        self._held = {} if self._held is None else self._held

    async def release(self, order: Callable[[list[Envelope]], list[Envelope]], copies: int) -> None:
        """Deliver the held events in this order, one after the other, each `copies` times."""
        held, self._held = self._held or {}, None
        for envelope in order([each for each in self.envelopes if each.envelope_id in held]):
            held[envelope.envelope_id].set()
            while not envelope.attempts:
                await asyncio.wait(list(self._running), timeout=_TURN_SECONDS)
            for _ in range(copies - 1):
                await self.redeliver(envelope)

    def unacknowledged(self) -> list[Envelope]:
        """List the deliveries that no attempt got acknowledged."""
        return [envelope for envelope in self.envelopes if not envelope.acked]

    async def wait_for_acknowledgements(self, seconds: float) -> None:
        """Wait until no delivery is under way, except those that wait for a virtual clock.

        Raises SandboxError that names the deliveries without an acknowledgement.
        """
        deadline = time.monotonic() + seconds
        still = isinstance(self._clock, VirtualClock)
        # An acknowledgement may trigger another delivery, so check again after each round.
        while self._running and (left_seconds := deadline - time.monotonic()) > 0:
            if still and not self._at_work():
                break
            await asyncio.wait(list(self._running), timeout=min(left_seconds, _LOOK_AGAIN_SECONDS))
        left = ", ".join(envelope.name for envelope in self.unacknowledged())
        if left:
            raise SandboxError(f"not acknowledged by the app: {left}")

    async def wait_for_app(self, seconds: float) -> None:
        """Wait, up to this many seconds of real time, until the app has answered every attempt."""
        deadline = time.monotonic() + seconds
        await asyncio.sleep(0)
        while self._at_work() and time.monotonic() < deadline:
            await asyncio.wait(list(self._running), timeout=_TURN_SECONDS)

    async def close(self) -> None:
        """Cancel the deliveries under way."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self.http.close()

    def _run(self, delivery: Coroutine[object, object, Envelope]) -> "asyncio.Task[Envelope]":
        task = asyncio.get_running_loop().create_task(delivery)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _try_again(self, envelope: Envelope, number: int) -> Envelope:
        lost = "http_timeout" if self.request_url else "timeout"
        envelope.attempts.append(await self._attempt(envelope, number, lost if number else ""))
        self.on_change(envelope)
        return envelope

    async def _deliver(self, envelope: Envelope, gate: asyncio.Event | None) -> Envelope:
        if gate:
            await self._pass(gate)
        # Slack retries only events; a person repeats a command or a click.
        waits = self._retry_seconds if envelope.kind == "events_api" else ()
        reason = ""
        for number, wait in enumerate((0.0, *waits)):
            if wait:
                await self._sleep(wait)
            attempt = await self._attempt(envelope, number, reason)
            envelope.attempts.append(attempt)
            self.on_change(envelope)
            if attempt.acked:
                break
            reason = attempt.reason
        return envelope

    async def _pass(self, gate: asyncio.Event) -> None:
        self._asleep += 1
        try:
            await gate.wait()
        finally:
            self._asleep -= 1

    async def _sleep(self, seconds: float) -> None:
        self._asleep += 1
        try:
            await self._clock.sleep(seconds)
        finally:
            self._asleep -= 1

    def _at_work(self) -> bool:
        return len(self._running) > self._asleep

    async def _attempt(self, envelope: Envelope, number: int, reason: str) -> Attempt:
        if self.request_url:
            return await self.http.send(self.request_url, envelope, number, reason, self._ack_seconds)
        return await self._sockets.send(envelope, number, reason, self._ack_seconds)
