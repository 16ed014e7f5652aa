"""Signed HTTP: deliveries to the app's request URL.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import asyncio
import hashlib
import hmac
import json
from urllib.parse import urlencode

import aiohttp

from ..parsing import read_json
from ..state.clock import Clock
from ..state.records import Attempt, Envelope


class SignedHttpClient:
    """Client that delivers by POST; a 2xx answer in time is the acknowledgement."""

    def __init__(self, clock: Clock, signing_secret: str) -> None:
        # Seconds by which Slack's clock is ahead of the app's.
        self.clock_offset = 0.0
        self._clock = clock
        self._signing_secret = signing_secret
        self._session: aiohttp.ClientSession | None = None

    async def send(self, url: str, envelope: Envelope, number: int, reason: str, seconds: float) -> Attempt:
        """Deliver once and wait this many seconds for the answer."""
        started = self._clock.now()
        body, headers = self._request(envelope)
        if number:
            headers |= {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
        failure, ack = "", None
        try:
            status, ack = await self._clock.within(seconds, self._post(url, body, headers))
            failure = "" if 200 <= status < 300 else "http_error"
        except TimeoutError:
            failure = "http_timeout"
        except (aiohttp.ClientError, OSError):
            failure = "connection_failed"
        took = self._clock.now() - started
        return Attempt(
            number=number, transport="http", at=started, took=took, acked=not failure, ack=ack, reason=failure
        )

    async def close(self) -> None:
        """Close the connections to the app."""
        if self._session:
            await self._session.close()
            # aiohttp closes its transports in the next turn of the loop.
            await asyncio.sleep(0)

    def sign(self, timestamp: str, body: bytes) -> str:
        """Compute the x-slack-signature of a body sent at this time."""
        base = b"v0:" + timestamp.encode() + b":" + body
        return "v0=" + hmac.new(self._signing_secret.encode(), base, hashlib.sha256).hexdigest()

    def _request(self, envelope: Envelope) -> tuple[bytes, dict[str, str]]:
        if envelope.kind == "events_api":
            body, kind = json.dumps(envelope.payload).encode(), "application/json"
        elif envelope.kind == "slash_commands":
            body, kind = urlencode(envelope.payload).encode(), "application/x-www-form-urlencoded"
        else:
            form = urlencode({"payload": json.dumps(envelope.payload)})
            body, kind = form.encode(), "application/x-www-form-urlencoded"
        timestamp = str(int(self._clock.machine_time() + self.clock_offset))
        return body, {
            "Content-Type": kind,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": self.sign(timestamp, body),
        }

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, object]:
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=False)
        async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            text = await response.text(errors="replace")
            return response.status, _read_ack(text, response.content_type)


def _read_ack(text: str, content_type: str) -> object:
    """Parse a JSON body; return any other as text, and an empty one as None."""
    if not text.strip():
        return None
    if content_type == "application/json":
        try:
            return read_json(text)
        except ValueError:
            return text
    return text
