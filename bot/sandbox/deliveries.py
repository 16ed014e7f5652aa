"""Delivering to the app: one door or the other, the deadline, and the retries."""

import asyncio
import uuid
from collections.abc import Callable

from .clock import Clock
from .errors import Json, SandboxError
from .http_door import HttpDoor
from .records import Attempt, Envelope, Kind
from .socket_door import SocketDoor

ACK_SECONDS = 3.0
# Waiting times before each further attempt at an event.
RETRY_SECONDS = (0.0, 60.0, 300.0)


class Deliveries:
    """Everything sent to the app, and whether it was acknowledged."""

    def __init__(
        self,
        clock: Clock,
        sockets: SocketDoor,
        http: HttpDoor,
        on_change: Callable[[Envelope], None],
        ack_seconds: float = ACK_SECONDS,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
    ) -> None:
        self.envelopes: list[Envelope] = []
        # Where events go by HTTP; None delivers through Socket Mode.
        self.request_url: str | None = None
        self._clock = clock
        self._sockets = sockets
        self._http = http
        self._on_change = on_change
        self._ack_seconds = ack_seconds
        self._retry_seconds = retry_seconds
        self._running: set[asyncio.Task[Envelope]] = set()

    def start(self, kind: Kind, payload: Json) -> "asyncio.Task[Envelope]":
        """Begin a delivery; the task ends when it is acknowledged or given up."""
        envelope = Envelope(str(uuid.uuid4()), kind, payload, self._clock.now())
        self.envelopes.append(envelope)
        self._on_change(envelope)
        task = asyncio.get_running_loop().create_task(self._deliver(envelope))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def unsettled(self) -> list[Envelope]:
        """What was delivered, or tried, and is not acknowledged."""
        return [envelope for envelope in self.envelopes if not envelope.acked]

    async def settle(self, seconds: float) -> None:
        """Wait until nothing is under way.

        Raises SandboxError that names what was not acknowledged, in time or at all.
        """
        deadline = self._clock.now() + seconds
        # An acknowledgement may set off another delivery, so look again after each round.
        while self._running and (left_seconds := deadline - self._clock.now()) > 0:
            await asyncio.wait(list(self._running), timeout=left_seconds)
        left = ", ".join(envelope.name for envelope in self.unsettled())
        if left:
            raise SandboxError(f"not acknowledged by the app: {left}")

    async def close(self) -> None:
        """Give up what is under way."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._http.close()

    async def _deliver(self, envelope: Envelope) -> Envelope:
        # Only events are delivered again; a person repeats a command or a click.
        waits = self._retry_seconds if envelope.kind == "events_api" else ()
        reason = ""
        for number, wait in enumerate((0.0, *waits)):
            if wait:
                await self._clock.sleep(wait)
            attempt = await self._attempt(envelope, number, reason)
            envelope.attempts.append(attempt)
            self._on_change(envelope)
            if attempt.acked:
                break
            reason = attempt.reason
        return envelope

    async def _attempt(self, envelope: Envelope, number: int, reason: str) -> Attempt:
        if self.request_url:
            return await self._http.send(self.request_url, envelope, number, reason, self._ack_seconds)
        return await self._sockets.send(envelope, number, reason, self._ack_seconds)
