"""Socket Mode: the app's websockets, and the acknowledgements of envelopes.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from ..parsing import JsonObject, read_json_object
from ..state.clock import Clock
from ..state.records import Attempt, Envelope
from .faults import Faults

MOST_SOCKETS = 10
PING_SECONDS = 20.0
_HOST = "applink-sandbox"


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Envelope in flight: the socket it was sent to, and the future of its acknowledgement."""

    socket: web.WebSocketResponse
    answer: asyncio.Future[object]


class SocketModeServer:
    """Server that sends each envelope to one of the app's websockets, in turn."""

    def __init__(self, clock: Clock, app_id: str, faults: Faults, ping_seconds: float = PING_SECONDS) -> None:
        # Callback for an opened or closed socket.
        self.on_change: Callable[[], None] = lambda: None
        self._clock = clock
        self._app_id = app_id
        self._faults = faults
        self._ping_seconds = ping_seconds
        self._tickets: set[str] = set()
        self._sockets: list[web.WebSocketResponse] = []
        self._transports: dict[web.WebSocketResponse, asyncio.Transport] = {}
        self._waiting: dict[str, _Waiting] = {}
        self._connected = asyncio.Event()

    @property
    def connections(self) -> int:
        """Number of the app's open sockets."""
        return len(self._sockets)

    def issue_ticket(self) -> str:
        """Issue a ticket that opens one socket."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket of the app, from `hello` to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=403)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=self._ping_seconds)
        await socket.prepare(request)
        if len(self._sockets) >= MOST_SOCKETS:
            await self._say_goodbye(socket, "too_many_websockets")
            return socket
        self._sockets.append(socket)
        if request.transport:
            self._transports[socket] = request.transport
        try:
            await socket.send_json(self._hello())
            self._connected.set()
            self.on_change()
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(message.data)
        finally:
            self._forget(socket)
        return socket

    async def send(self, envelope: Envelope, number: int, reason: str, seconds: float) -> Attempt:
        """Deliver once and wait this many seconds for the acknowledgement."""
        started = self._clock.now()
        failure, ack = "timeout", None
        try:
            ack = await self._clock.within(seconds, self._exchange(envelope, number, reason))
            failure = ""
        except TimeoutError:
            failure = "timeout" if self._sockets else "connection_failed"
        except ConnectionError:
            failure = "connection_failed"
        finally:
            self._waiting.pop(envelope.envelope_id, None)
        took = self._clock.now() - started
        return Attempt(
            number=number, transport="socket", at=started, took=took, acked=not failure, ack=ack, reason=failure
        )

    def drop(self) -> None:
        """Abort every connection without a closing frame, as a network failure does.

        slack_sdk waits before it reconnects after this. After a closing frame it would reconnect at
        once, and a client caught in that attempt when its loop ends never finishes.
        """
        for transport in list(self._transports.values()):
            transport.abort()

    async def disconnect(self, reason: str) -> None:
        """Ask the app to reconnect, as Slack does every few hours, and close its sockets.

        A "warning" precedes that by some seconds and closes nothing.
        """
        for socket in list(self._sockets):
            await self._say_goodbye(socket, reason)

    async def _exchange(self, envelope: Envelope, number: int, reason: str) -> object:
        await self._connected.wait()
        socket = self._sockets.pop(0)
        self._sockets.append(socket)
        waiting = _Waiting(socket, asyncio.get_running_loop().create_future())
        # The socket may close while the frame is being written, before the future is awaited.
        waiting.answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._waiting[envelope.envelope_id] = waiting
        sent: JsonObject = {
            "envelope_id": envelope.envelope_id,
            "type": envelope.kind,
            "payload": envelope.payload,
            "accepts_response_payload": envelope.kind != "events_api",
        }
        if envelope.kind == "events_api":
            sent |= {"retry_attempt": number, "retry_reason": reason}
        if self._faults.take_fault(envelope.kind, envelope.team_id, on_socket=True):
            self._send_half(socket, sent)
        else:
            await socket.send_json(sent)
        return await waiting.answer

    def _send_half(self, socket: web.WebSocketResponse, sent: JsonObject) -> None:
        """Send half of a frame, then close the connection."""
        body = json.dumps(sent).encode()
        transport = self._transports[socket]
        # Text frame with an eight-byte length (RFC 6455, 5.2).
        transport.write(b"\x81\x7f" + len(body).to_bytes(8, "big") + body[: len(body) // 2])
        transport.close()

    def _acknowledge(self, text: str) -> None:
        try:
            message = read_json_object(text)
        # Not confirmed: Slack's reaction to an unreadable frame. Here it is ignored.
        except ValueError:
            return
        waiting = self._waiting.get(str(message.get("envelope_id")))
        if waiting and not waiting.answer.done():
            waiting.answer.set_result(message.get("payload"))

    def _forget(self, socket: web.WebSocketResponse) -> None:
        if socket in self._sockets:
            self._sockets.remove(socket)
            self._transports.pop(socket, None)
        if not self._sockets:
            self._connected.clear()
        self.on_change()
        for waiting in self._waiting.values():
            if waiting.socket is socket and not waiting.answer.done():
                waiting.answer.set_exception(ConnectionError("the app's socket closed"))

    def _hello(self) -> JsonObject:
        return {
            "type": "hello",
            "num_connections": len(self._sockets),
            "debug_info": {"host": _HOST, "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app_id},
        }

    async def _say_goodbye(self, socket: web.WebSocketResponse, reason: str) -> None:
        with suppress(ConnectionError):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}})
            if reason != "warning":
                await socket.close()
