"""Bodies of acknowledgements, right and wrong: Slack's reaction, and the record of it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from .conftest import serve
from .test_deliveries import open_socket, serve_plainly
from .test_interactions import fresh_trigger
from .test_limits import INPUT, marked, plain

FORM = {
    "type": "modal",
    "title": plain(1),
    "submit": plain(1),
    "blocks": [{**INPUT, "block_id": "b", "optional": True}],
}
TOO_LONG = {"blocks": [{"type": "section", "text": marked(3001)}]}


class Answering:
    """App at a request URL that acknowledges everything with the same body."""

    def __init__(self) -> None:
        self.body: bytes = b""
        self.content_type = "application/json"

    async def answer(self, _request: web.Request) -> web.Response:
        return web.Response(body=self.body, content_type=self.content_type)

    def say(self, body: Any) -> None:
        """Set the body: bytes as they are, any other value as JSON."""
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()


@pytest.fixture
async def app(slack) -> AsyncIterator[Answering]:
    """App at the request URL."""
    answering = Answering()
    runner = await serve_plainly(slack, answering.answer)
    yield answering
    await runner.cleanup()


@pytest.mark.parametrize("body", [b"", b"  ", {}, {"response_type": "in_channel"}])
async def test_an_empty_answer_to_a_command_shows_nothing(slack, app, body):
    before = len(slack.messages())
    app.say(body)
    envelope = await slack.command("/echo", "x")

    assert (envelope.acked, envelope.refusal) == (True, "")
    assert (slack.ephemerals(), len(slack.messages())) == ([], before)


async def test_a_commands_answer_may_be_plain_text_or_an_object(slack, app):
    """Both are ephemeral."""
    app.content_type = "text/plain"
    app.say(b"plain < text")
    await slack.command("/echo")
    app.content_type = "application/json"
    app.say({"text": "an object", "attachments": [{"text": "more"}]})
    await slack.command("/echo")

    assert [each["text"] for each in slack.ephemerals()] == ["plain &lt; text", "an object"]
    assert slack.ephemerals()[-1]["attachments"][0]["text"] == "more"


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ([1], "invalid_command_response"),
        (3, "invalid_command_response"),
        (True, "invalid_command_response"),
        ({"foo": 1}, "no_text"),
        ({"text": ["x"]}, "invalid_array_arg"),
        ({"blocks": "nonsense"}, "invalid_blocks_format"),
        (TOO_LONG, "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        ({"blocks": [{"type": "fanfare"}]}, "unsupported type: fanfare [json-pointer:/blocks/0/type]"),
        ({"text": "x", "attachments": "nonsense"}, "invalid_attachments"),
    ],
)
async def test_a_wrong_answer_to_a_command_fails_it_and_is_in_the_record(slack, app, body, refusal):
    """The person sees the failure, and the app's author its reason."""
    app.say(body)
    envelope = await slack.command("/echo", "x")

    assert envelope.acked
    assert refusal in envelope.refusal
    assert envelope.to_inspector()["refusal"] == envelope.refusal
    assert slack.ephemerals()[-1]["text"].startswith('/echo failed with the error "invalid_command_response"')


@pytest.mark.parametrize("body", [b"\xff\xfe", b"{", b"[" * 100_000, b"\x00"])
async def test_bytes_that_are_no_json_are_an_answer_in_text(slack, app, body):
    """The delivery ends in any case."""
    app.say(body)
    envelope = await slack.command("/echo", "x")

    assert envelope.acked
    assert len(slack.ephemerals()) == 1


async def test_a_public_answer_to_a_thread_that_is_not_there_lands_at_the_channels_root(slack, app):
    """Slack drops an unknown thread_ts, here as in chat.postMessage."""
    app.say({"text": "here", "response_type": "in_channel", "thread_ts": "1.000001"})
    envelope = await slack.command("/echo", "x")

    assert envelope.refusal == ""
    assert [each["text"] for each in slack.messages()][-1] == "here"


async def open_form(slack: Any, client: Any) -> str:
    """Open a modal with one input for amy, and return its ID."""
    answer = await client.views_open(trigger_id=await fresh_trigger(slack), view=FORM)
    return str(answer["view"]["id"])


@pytest.mark.parametrize("body", [b"", {}, {"response_action": "clear"}])
async def test_a_form_closes_on_an_empty_answer(slack, client, app, body):
    """`response_action` "clear" closes it as well."""
    view_id = await open_form(slack, client)
    app.say(body)
    envelope = await slack.submit_view(view_id, {"b": "x"})

    assert envelope.refusal == ""
    assert slack.views() == []


async def test_a_form_shows_errors_at_its_inputs(slack, client, app):
    """The form stays open."""
    view_id = await open_form(slack, client)
    app.say({"response_action": "errors", "errors": {"b": "no"}})
    envelope = await slack.submit_view(view_id, {"b": "x"})

    assert (envelope.refusal, len(slack.views())) == ("", 1)


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b"ok", "invalid_response"),
        ([1], "invalid_response"),
        ({"response_action": "explode"}, "invalid_response_action"),
        ({"response_action": ["update"]}, "invalid_response_action"),
        ({"response_action": "update"}, "missing required field: view"),
        ({"response_action": "update", "view": {"type": "home", "blocks": []}}, "must be a valid enum value: modal"),
        ({"response_action": "push", "view": {**FORM, "title": plain(25)}}, "[json-pointer:/view/title/text]"),
        ({"response_action": "errors"}, "must name input blocks (b)"),
        ({"response_action": "errors", "errors": {}}, "must name input blocks (b)"),
        ({"response_action": "errors", "errors": {"elsewhere": "no"}}, "must name input blocks (b)"),
    ],
)
async def test_a_wrong_answer_to_a_form_leaves_it_open_and_is_in_the_record(slack, client, app, body, refusal):
    """The person sees only that Slack had trouble connecting."""
    view_id = await open_form(slack, client)
    app.say(body)
    envelope = await slack.submit_view(view_id, {"b": "x"})

    assert refusal in envelope.refusal
    assert [each["id"] for each in slack.views()] == [view_id]


@pytest.mark.parametrize("body", [b"nonsense", [1], TOO_LONG, {"text": "x"}])
async def test_the_answer_to_an_event_is_only_its_status(slack, app, body):
    """Slack ignores the body of an event's acknowledgement."""
    app.say(body)
    await slack.post("hello")
    await slack.settled()

    assert [each.refusal for each in slack.envelopes] == [""]
    assert slack.messages()[-1]["text"] == "hello"


async def test_wrong_answers_through_a_socket_are_recorded_too(slack):
    async with aiohttp.ClientSession() as session:
        socket = await open_socket(session, slack)

        async def answer() -> None:
            envelope = await socket.receive_json()
            await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": TOO_LONG})

        envelope, _ = await asyncio.gather(slack.command("/echo", "x"), answer())
        await socket.close()

    assert "[json-pointer:/blocks/0/text/text]" in envelope.refusal


@pytest.mark.parametrize(("secret", "offset", "acked"), [("", 0, True), ("wrong", 0, False), ("", -400, False)])
async def test_an_app_refuses_what_is_signed_wrongly_or_long_ago(slack, secret, offset, acked):
    """Bolt answers 401, which Slack counts as not delivered."""
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    bolt = AsyncApp(name="echo", client=client, signing_secret=secret or slack.signing_secret)
    heard = []

    @bolt.command("/echo")
    async def listen(ack: Any) -> None:
        heard.append(1)
        await ack()

    runner = await serve(bolt)
    host, port = runner.addresses[0][:2]
    slack.request_url, slack.clock_offset = f"http://{host}:{port}/slack/events", offset
    envelope = await slack.command("/echo", "x")
    slack.request_url = None
    await runner.cleanup()

    assert (envelope.acked, len(heard)) == (acked, int(acked))
    assert envelope.attempts[0].reason == ("" if acked else "http_error")
