"""How a faulty call looks on the wire."""

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
# Closing with this set sends a reset (RST) and not a farewell (FIN).
_NO_LINGER = struct.pack("ii", 1, 0)


def refusal_record(fault: InjectedFault) -> JsonObject:
    """What the record of calls says of a call whose work was not done."""
    error = "ratelimited" if fault.kind == "ratelimited" else f"fault:{fault.kind}"
    return {"ok": False, "error": error}


def too_many_requests(seconds: int) -> web.Response:
    """The 429 that names the seconds to wait."""
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)})


async def respond_with_fault(
    request: web.Request,
    fault: InjectedFault,
    faults: Faults,
    clock: Clock,
    answer: JsonObject,
    headers: Mapping[str, str],
) -> web.StreamResponse:
    """Answer as the fault has it; `answer` is what Slack would have said."""
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
    kept = transport.get_extra_info("socket")
    if kept is not None:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
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
        # The app has hung up, which is what it should do.
        _reset(request)
    finally:
        ending.cancel()
    return response
