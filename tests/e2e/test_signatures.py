"""Whoever is not Slack is turned away before what they sent is parsed, and takes nothing from those behind them."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import hmac
import io
import time
from urllib.parse import urljoin, urlsplit

import aiohttp
import pytest

from bot.sandbox import SlackSandbox

pytestmark = pytest.mark.parametrize("slack", ["http"], indirect=True)
FORM = "application/x-www-form-urlencoded"


async def send(slack: SlackSandbox, body: bytes, headers: dict[str, str]) -> int:
    assert slack.request_url is not None
    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.request_url, data=io.BytesIO(body), headers=headers) as answer,
    ):
        return answer.status


def signed(slack: SlackSandbox, body: bytes, **more: str) -> dict[str, str]:
    """Headers that sign these bytes."""
    timestamp = str(int(time.time()))
    found = hmac.new(slack.signing_secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={found.hexdigest()}",
        "Content-Type": FORM,
        **more,
    }


@pytest.mark.parametrize("timestamp", ["abc", "", "nan", "inf", "9" * 400, "-1", "1e9", "١٢٣", "0x10", "1_000"])
async def test_a_timestamp_that_is_no_number_of_seconds_is_refused(slack: SlackSandbox, timestamp: str) -> None:
    signature = {"X-Slack-Signature": f"v0={'0' * 64}", "Content-Type": FORM}

    assert await send(slack, b"a=b", {**signature, "X-Slack-Request-Timestamp": timestamp}) == 401


@pytest.mark.parametrize("signature", ["", "v0=", "v0=ÿ", "v0=" + "é" * 64, "v1=" + "0" * 64, "v0=" + "A" * 64])
async def test_a_signature_of_another_form_is_refused(slack: SlackSandbox, signature: str) -> None:
    timestamp = {"X-Slack-Request-Timestamp": str(int(time.time())), "Content-Type": FORM}

    assert await send(slack, b"a=b", {**timestamp, "X-Slack-Signature": signature}) == 401
    assert await send(slack, b"a=b", timestamp) == 401


@pytest.mark.parametrize(
    "body",
    [b"[" * 900_000, b"{", b"payload=%7B", b"&".join(b"%d=x" % each for each in range(120_000)), b"\xff" * 900_000],
)
async def test_what_nobody_signed_is_not_parsed(
    slack: SlackSandbox, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    """A big form costs a third of a second to parse, and all deliveries share one processor."""
    parsed: list[str] = []
    monkeypatch.setattr("slack_bolt.request.async_request.parse_body", lambda *given: parsed.append(given[0]) or {})
    good = signed(slack, b"a=b")

    assert await send(slack, body, good) == 401
    assert await send(slack, body, {**good, "X-Slack-Signature": "v0=ÿ"}) == 401
    assert parsed == []


@pytest.mark.parametrize(
    ("body", "more"),
    [
        (b"\xff\xfe", {}),
        (gzip.compress(b"payload=%7B%7D", mtime=0), {"Content-Encoding": "gzip"}),
        (b'payload={"type":"block_actions"}&payload={"type":"view_submission"}', {}),
        ("payload=%7B%22é".encode("latin-1"), {"Content-Type": f"{FORM}; charset=latin-1"}),
    ],
)
async def test_signed_bytes_that_slack_does_not_send_are_refused(
    slack: SlackSandbox, body: bytes, more: dict[str, str]
) -> None:
    """The signature holds for the bytes as they were sent; they are neither unpacked nor guessed at."""
    assert await send(slack, body, signed(slack, body, **more)) == 400


async def test_slacks_own_look_at_the_certificate_is_answered_unsigned(slack: SlackSandbox) -> None:
    """Nothing of it is acted upon; a long body gets no such answer."""
    assert await send(slack, b"ssl_check=1&token=x", {"Content-Type": FORM}) == 200
    assert await send(slack, b"ssl_check=1&token=" + b"x" * 2_000, {"Content-Type": FORM}) == 401


async def open_to(slack: SlackSandbox) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    place = urlsplit(slack.request_url or "")
    return await asyncio.open_connection(place.hostname, place.port)


async def test_a_body_that_does_not_come_is_not_waited_for(slack: SlackSandbox) -> None:
    reader, writer = await open_to(slack)
    headers = "".join(f"{name}: {value}\r\n" for name, value in signed(slack, b"a=b").items())
    writer.write(f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n{headers}\r\na".encode())
    answer = await asyncio.wait_for(reader.read(100), 10)
    writer.close()

    assert answer.startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize("size", [1_048_577, 20_000_000])
async def test_a_body_beyond_a_megabyte_is_not_read(slack: SlackSandbox, size: int) -> None:
    """Slack sends none; what it says of its length is enough to refuse it."""
    reader, writer = await open_to(slack)
    headers = "".join(f"{name}: {value}\r\n" for name, value in signed(slack, b"a=b").items())
    writer.write(f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n{headers}\r\n".encode())
    answer = await asyncio.wait_for(reader.read(100), 10)
    writer.close()

    assert answer.startswith(b"HTTP/1.1 413")


async def test_a_header_that_comes_twice_is_no_signature(slack: SlackSandbox) -> None:
    """Which of two timestamps was signed would be a guess."""
    reader, writer = await open_to(slack)
    headers = "".join(f"{name}: {value}\r\n" for name, value in signed(slack, b"a=b").items())
    twice = f"{headers}X-Slack-Request-Timestamp: 1\r\n"
    writer.write(f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n{twice}\r\na=b".encode())
    answer = await asyncio.wait_for(reader.read(1000), 10)
    writer.close()

    assert answer.startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/nowhere"])
async def test_nobody_is_told_which_libraries_answer(slack: SlackSandbox, path: str) -> None:
    """Their versions tell which faults they have; nor do the numbers name a team or a channel."""
    async with aiohttp.ClientSession() as session, session.get(urljoin(slack.request_url or "", path)) as answer:
        assert "Server" not in answer.headers
        said = await answer.text()
    assert "aiohttp" not in said
    assert slack.team_id not in said
