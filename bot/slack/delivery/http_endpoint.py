"""The HTTP endpoint of Slack's deliveries: signatures are verified over the raw bytes before anything is parsed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.slack.delivery.connections import Connections

logger = logging.getLogger(__name__)

PATH: Final = "/slack/events"
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE: Final = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)
_HEADERS: Final = ("X-Slack-Request-Timestamp", "X-Slack-Signature")
_PAYLOAD: Final = re.compile(rb"(?:^|&)payload=")
# Slack's periodic SSL check is a short form that Bolt accepts unsigned.
_SSL_CHECK: Final = re.compile(rb"(?:^|&)ssl_check=1(?:&|$)")
_LONGEST_SSL_CHECK: Final = 1_000
# Bytes; aiohttp stops reading there, too.
_LONGEST_BODY: Final = 2**20


def slack_routes(
    app: AsyncApp, signing_secret: str, body_seconds: float, connections: Connections
) -> list[web.RouteDef]:
    """Return the route of Slack's deliveries."""
    return [web.post(PATH, receive_signed(app, signing_secret, body_seconds, connections))]


def receive_signed(
    app: AsyncApp, signing_secret: str, body_seconds: float, connections: Connections
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Make the handler of deliveries: 401 for a wrong signature, 400 for a malformed body, else Bolt's response.

    A body that has not come whole after `body_seconds` gets 408: it could not be answered in time either; so does the
    oldest of too many that are read at once.
    """
    verifier = _Verifier(signing_secret)

    async def receive(request: web.Request) -> web.Response:
        may_be_signed = _may_be_signed(request)
        if not may_be_signed and (request.content_length or 0) > _LONGEST_SSL_CHECK:
            return _refuse(401)
        if (request.content_length or 0) > _LONGEST_BODY:
            return _refuse(413)
        try:
            async with asyncio.timeout(body_seconds) as within:
                with connections.reading(within):
                    body = await request.read()
        except TimeoutError:
            return _refuse(408)
        if not may_be_signed or not verifier.is_valid(body, *_signed(request.headers)):
            is_check = len(body) <= _LONGEST_SSL_CHECK and _SSL_CHECK.search(body)
            return web.Response() if is_check else _refuse(401)
        connections.trust(request)
        try:
            asked = _read(request, body)
        # A truncated or too deep document, another charset, or JSON that is no object, which Bolt would take for one.
        except (ValueError, RecursionError, LookupError, AttributeError, TypeError) as error:
            logger.info("a request that nobody understands was refused (%s)", type(error).__name__)
            return web.Response(status=400)
        return await to_aiohttp_response(await app.async_dispatch(asked))

    return receive


class _Verifier(SignatureVerifier):
    """A verifier of the bytes as they were sent; slack_sdk's own wants them to be UTF-8."""

    def generate_signature(self, *, timestamp: str, body: str | bytes) -> str:
        """Sign a body as Slack does. https://docs.slack.dev/authentication/verifying-requests-from-slack"""
        raw = body.encode() if isinstance(body, str) else body
        signed = hmac.new(self.signing_secret.encode(), f"v0:{timestamp}:".encode() + raw, hashlib.sha256)
        return f"v0={signed.hexdigest()}"


def _may_be_signed(request: web.Request) -> bool:
    """Tell whether timestamp and signature have the form of Slack's, each once; slack_sdk raises for others."""
    timestamp, signature = _signed(request.headers)
    if any(len(request.headers.getall(name, ())) > 1 for name in _HEADERS):
        return False
    return bool(_TIMESTAMP.fullmatch(timestamp) and _SIGNATURE.fullmatch(signature))


def _signed(headers: Mapping[str, str]) -> tuple[str, str]:
    timestamp, signature = (headers.get(name, "") for name in _HEADERS)
    return timestamp, signature


def _refuse(status: int) -> web.Response:
    response = web.Response(status=status)
    # What is left of the body is not read.
    response.force_close()
    return response


def _read(request: web.Request, body: bytes) -> AsyncBoltRequest:
    """Parse a verified body. Raises ValueError among others for what Slack does not send."""
    if len(_PAYLOAD.findall(body)) > 1:
        raise ValueError("two payloads")
    headers: dict[str, str | Sequence[str]] = {name: request.headers.getall(name) for name in request.headers}
    return AsyncBoltRequest(body=body.decode("utf-8"), query=request.query_string, headers=headers)
