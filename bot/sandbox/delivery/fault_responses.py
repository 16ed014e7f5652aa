"""HTTP responses to calls that an injected fault hits."""

import asyncio
import json
import socket
import struct
from collections.abc import Mapping

from aiohttp import web

from ..parsing import JsonObject
from ..state.clock import Clock
from .faults import Faults, InjectedFault

_PIECES = 10
# SO_LINGER of zero seconds: closing sends a reset (RST) instead of FIN.
_NO_LINGER = struct.pack("ii", 1, 0)


def refusal_record(fault: InjectedFault) -> JsonObject:
    """Build the recorded answer of a call that was not carried out."""
    error = "ratelimited" if fault.kind == "ratelimited" else f"fault:{fault.kind}"
    return {"ok": False, "error": error}


def too_many_requests(seconds: int) -> web.Response:
    """Build the 429 response that names the seconds to wait."""
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)})


async def respond_with_fault(
    request: web.Request,
    fault: InjectedFault,
    faults: Faults,
    clock: Clock,
    answer: JsonObject,
    headers: Mapping[str, str],
) -> web.StreamResponse:
    """Send the fault's response; `answer` is the one that Slack would have sent."""
    if fault.kind == "ratelimited":
        return too_many_requests(fault.retry_after)
    if fault.kind == "server_error":
        return web.Response(
            status=fault.status, text="<html><body>Server Error</body></html>", content_type="text/html"
        )
    if fault.kind == "half_json":
        body = json.dumps(answer)
        return web.Response(text=body[: len(body) // 2], content_type="application/json", headers=headers)
    if fault.kind == "slow_body":
        return await _dribble(request, fault.seconds, faults, clock, answer, headers)
    if fault.kind == "never_answers":
        await faults.closing.wait()
    _reset(request)
    return web.Response()


def _reset(request: web.Request) -> None:
    transport = request.transport
    if transport is None:
        return
    raw_socket = transport.get_extra_info("socket")
    if raw_socket is not None:
        raw_socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


async def _dribble(
    request: web.Request, seconds: float, faults: Faults, clock: Clock, answer: JsonObject, headers: Mapping[str, str]
) -> web.StreamResponse:
    body = json.dumps(answer).encode()
    response = web.StreamResponse(headers={**headers, "Content-Type": "application/json"})
    response.content_length = len(body)
    size = -(-len(body) // _PIECES)
    ending = asyncio.ensure_future(faults.closing.wait())
    try:
        await response.prepare(request)
        for start in range(0, len(body), size):
            waiting = asyncio.ensure_future(clock.sleep(seconds / _PIECES))
            await asyncio.wait({waiting, ending}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            await response.write(body[start : start + size])
    except ConnectionError:
        # The app closed the connection, as it should.
        _reset(request)
    finally:
        ending.cancel()
    return response
