"""Bad input to the Web API and the page: every request gets a named error, never a 5xx or silence."""

import asyncio
import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox import SlackSandbox
from bot.sandbox.api.handler import METHODS
from bot.sandbox.parsing import DEEPEST, read_json
from tests.fixtures.examples import examples

from .conftest import FULL_MANIFEST
from .test_deliveries import open_socket
from .test_interactions import fresh_response_url
from .test_web_api import AMY, SUPPORT

JSON_TYPE = {"Content-Type": "application/json; charset=utf-8"}
FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}


async def send(slack: SlackSandbox, method: str, verb: str = "POST", token: str = "bot", **request: Any) -> Any:
    """Send a request, with a bot token in the header by default, and return status and text."""
    bearer = {"bot": slack.bot_token, "app": slack.app_token}.get(token, token)
    headers = ({"Authorization": f"Bearer {bearer}"} if bearer else {}) | request.pop("headers", {})
    async with (
        aiohttp.ClientSession() as session,
        session.request(verb, slack.api_url + method, headers=headers, **request) as response,
    ):
        return response.status, await response.text()


async def error(slack: SlackSandbox, method: str = "chat.postMessage", **request: Any) -> str:
    status, text = await send(slack, method, **request)
    assert status == 200
    return str(json.loads(text).get("error"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{", "invalid_json"),
        (b"[1]", "json_not_object"),
        (b'"x"', "json_not_object"),
        (b"null", "json_not_object"),
        (b"\xff", "invalid_json"),
        (b'{"text": "\\ud800"}', "invalid_json"),
        (b'{"a": NaN}', "invalid_json"),
        (b'{"a": 1e999}', "invalid_json"),
        (b'{"a": ' + b"9" * 5000 + b"}", "invalid_json"),
        (b"[" * 100_000, "invalid_json"),
        (b'{"a": ' * 100 + b"1" + b"}" * 100, "invalid_json"),
        (b"", "invalid_arguments"),
        (b"{}", "invalid_arguments"),
    ],
)
async def test_a_json_body_must_be_a_plain_object(slack, body, expected):
    """Truncated JSON and JSON that would crash its reader are refused."""
    assert await error(slack, data=body, headers=JSON_TYPE) == expected


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({"Content-Type": "application/xml"}, b"<x/>", "invalid_post_type"),
        ({"Content-Type": "text/plain"}, b"channel=C0SUPPORT00", "invalid_arguments"),
        ({"Content-Type": "application/json; charset=utf-16"}, b"{}", "invalid_charset"),
        ({"Content-Type": "application/x-www-form-urlencoded; charset=klingon"}, b"a=1", "invalid_charset"),
        ({"Content-Type": "multipart/form-data"}, b"x", "invalid_form_data"),
        ({"Content-Type": "multipart/form-data; boundary=b"}, b"--c\r\n\r\nx", "invalid_form_data"),
        (FORM_TYPE, b"channel[]=C1", "invalid_array_arg"),
        (FORM_TYPE, b"channel[7]=C1", "invalid_array_arg"),
        (FORM_TYPE, b"chan-nel=C1", "invalid_arg_name"),
        (FORM_TYPE, b"=C1", "invalid_arg_name"),
        (FORM_TYPE, b"channel=%ff%fe&text=x", "channel_not_found"),
        (FORM_TYPE, b"channel=%00&text=x", "channel_not_found"),
        (FORM_TYPE, b"channel=C0NOWHERE00&channel=C0SUPPORT00&text=x", "None"),
    ],
)
async def test_a_body_of_another_kind_is_refused_by_name(slack, headers, body, expected):
    """Of several arguments with one name the last counts."""
    assert await error(slack, data=body, headers=headers) == expected


async def test_a_body_without_a_type_is_refused(slack):
    async with aiohttp.ClientSession(skip_auto_headers=["Content-Type"]) as session:
        headers = {"Authorization": f"Bearer {slack.bot_token}"}
        async with session.post(slack.api_url + "chat.postMessage", data=b"x", headers=headers) as response:
            assert (await response.json())["error"] == "missing_post_type"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"channel": [SUPPORT], "text": "x"}, "invalid_array_arg"),
        ({"channel": {"id": SUPPORT}, "text": "x"}, "invalid_arguments"),
        ({"channel": SUPPORT, "text": ["x"]}, "invalid_array_arg"),
        ({"channel": SUPPORT, "text": {"a": 1}}, "invalid_arguments"),
        ({"channel": SUPPORT, "text": "x", "blocks": "[" * 100_000}, "invalid_blocks_format"),
        ({"channel": SUPPORT, "text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"channel": SUPPORT, "text": "x", "metadata": "{"}, "invalid_metadata_format"),
        ({"channel": SUPPORT, "text": "x", "metadata": [1]}, "invalid_metadata_format"),
        ({"channel": SUPPORT, "text": "x", "metadata": {"event_type": "e"}}, "invalid_metadata_schema"),
        ({"channel": SUPPORT, "text": "x", "attachments": "{"}, "invalid_attachments"),
        ({"channel": SUPPORT, "text": "x", "attachments": ["a"]}, "invalid_attachments"),
        ({"channel": SUPPORT, "text": "a\u0000b"}, "None"),
    ],
)
async def test_an_argument_of_the_wrong_shape_is_refused_by_name(slack, arguments, expected):
    """Only a JSON body can hold arrays and objects."""
    assert await error(slack, json=arguments) == expected


@pytest.mark.parametrize(
    ("method", "arguments", "expected"),
    [
        ("conversations.history", {"channel": SUPPORT, "oldest": "x"}, "invalid_ts_oldest"),
        ("conversations.history", {"channel": SUPPORT, "oldest": "nan"}, "invalid_ts_oldest"),
        ("conversations.history", {"channel": SUPPORT, "latest": "x"}, "invalid_ts_latest"),
        ("conversations.history", {"channel": SUPPORT, "latest": "now"}, "None"),
        ("conversations.history", {"channel": SUPPORT, "limit": "9" * 5000}, "invalid_limit"),
        ("conversations.history", {"channel": SUPPORT, "limit": "٣"}, "invalid_limit"),
        ("conversations.list", {"types": "private"}, "invalid_types"),
        ("conversations.info", {"channel": "C0NOWHERE00"}, "channel_not_found"),
        ("conversations.replies", {"channel": SUPPORT, "ts": "x"}, "thread_not_found"),
        ("reactions.add", {"name": "eyes"}, "no_item_specified"),
        ("reactions.add", {"name": "eyes", "channel": SUPPORT, "timestamp": "x"}, "bad_timestamp"),
        ("reactions.add", {"name": "eyes", "channel": SUPPORT, "timestamp": "1.000001"}, "message_not_found"),
        ("pins.add", {"channel": SUPPORT}, "no_item_specified"),
        ("pins.add", {"channel": SUPPORT, "timestamp": "yesterday"}, "bad_timestamp"),
        (
            "bookmarks.add",
            {"channel_id": SUPPORT, "title": "t", "type": "link", "link": "mailto:a@b.c"},
            "invalid_link",
        ),
        ("users.info", {"user": "U0NOBODY000"}, "user_not_found"),
        ("files.info", {"file": "F0NOWHERE00"}, "file_not_found"),
        ("views.update", {"view_id": "V0NOWHERE00", "view": "{}"}, "not_found"),
        ("views.open", {"trigger_id": "1.2.3"}, "invalid_arguments"),
        ("chat.update", {"channel": SUPPORT, "ts": "1.000001", "text": "x"}, "message_not_found"),
        ("chat.scheduleMessage", {"channel": SUPPORT, "text": "x", "post_at": "9" * 5000}, "invalid_time"),
        ("chat.scheduledMessages.list", {"oldest": "nan"}, "invalid_time"),
        ("functions.completeError", {"function_execution_id": "Fx0", "error": "e"}, "function_execution_not_found"),
    ],
)
async def test_what_there_is_none_of_is_named(full, method, arguments, expected):
    """Each method has its own error for a missing object."""
    assert await error(full, method, data=arguments) == expected


async def test_a_form_in_parts_is_read_too(slack):
    """SDKs that also send files use multipart forms."""
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("channel", SUPPORT)
    form.add_field("text", "in parts")
    form.add_field("ignored", b"a file", filename="a.txt")

    assert await error(slack, data=form) == "None"
    assert slack.messages()[-1]["text"] == "in parts"


async def test_an_unknown_method_or_path_or_verb_is_no_crash(slack):
    """Only GET and POST reach the Web API."""
    slack.allows_unknown_methods = True
    assert await error(slack, "chat.shout") == "unknown_method"
    assert await error(slack, "chat.postMessage%00") == "unknown_method"
    assert [(await send(slack, path))[0] for path in ("", "chat/postMessage", "../nowhere")] == [404] * 3
    verbs = [(await send(slack, "auth.test", verb=verb))[0] for verb in ("PUT", "DELETE", "PATCH", "OPTIONS")]
    assert verbs == [405] * 4
    assert (await send(slack, "auth.test", verb="GET"))[0] == 200


async def test_a_token_counts_in_the_header_and_in_a_form_only(slack):
    """Apps made since 2021 must not put it in the URL."""
    token = slack.bot_token
    assert await error(slack, "auth.test", token="", params={"token": token}) == "not_authed"
    assert await error(slack, "auth.test", token="", json={"token": token}) == "not_authed"
    assert await error(slack, "auth.test", token="", data={"token": token}) == "None"
    assert await error(slack, "auth.test", token="xoxb-wrong", data={"token": token}) == "invalid_auth"
    assert await error(slack, "auth.test", token="", headers={"Authorization": "Bearer "}) == "not_authed"
    assert await error(slack, "auth.test", token="", headers={"Authorization": f"Basic {token}"}) == "not_authed"


async def test_what_is_too_large_is_refused_and_recorded(slack):
    """The body exceeds the sandbox's limit, and the header the HTTP server's."""
    status, _ = await send(slack, "chat.postMessage", data=io.BytesIO(b"text=" + b"x" * 5_000_000), headers=FORM_TYPE)
    assert (status, slack.calls[-1].answer["error"]) == (413, "http:413")
    status, _ = await send(slack, "auth.test", headers={"X-Huge": "x" * 100_000})
    assert status in (400, 431)
    assert await error(slack, "auth.test") == "None"


async def test_a_response_that_is_too_large_is_refused_and_recorded(slack):
    """It counts as none of the five uses."""
    url = await fresh_response_url(slack)
    async with aiohttp.ClientSession() as session:
        statuses = []
        for sent in (b'{"text": "' + b"x" * 5_000_000 + b'"}', *[b'{"text": "x"}'] * 6):
            async with session.post(url, data=io.BytesIO(sent)) as response:
                statuses.append(response.status)

    assert statuses == [413, *[200] * 5, 404]
    answers = [call.answer.get("error") for call in slack.calls if call.method == "response_url"]
    assert answers == ["http:413", *[None] * 5, "used_url"]


async def test_only_get_and_post_do_something(slack):
    """HTTP servers answer HEAD like GET, but it posts nothing."""
    for verb in ("HEAD", "PUT", "DELETE", "OPTIONS"):
        status, _ = await send(slack, f"chat.postMessage?channel={SUPPORT}&text=x", verb)
        assert status == 405
    assert slack.calls == []


@pytest.mark.parametrize(("token", "told"), [("bot", True), ("app", True), ("", False), ("xoxb-wrong", False)])
async def test_only_who_has_a_token_is_told_its_scopes(slack, token, told):
    """Refusals, too, have the x-oauth-scopes header."""
    bearer = {"bot": slack.bot_token, "app": slack.app_token}.get(token, token)
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    async with aiohttp.ClientSession() as session, session.get(f"{slack.api_url}team.info", headers=headers) as answer:
        assert ("x-oauth-scopes" in answer.headers) is told


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"user": "amy"}', "application/json; charset=teapot"),
        (b"\xff\xfe{", "application/json"),
        (b"[1]", "application/json"),
        (b"null", "text/plain"),
        (b'{"user": {}, "team": [], "channel": 3, "text": null}', "application/json"),
        (b'{"user": "amy", "channel": "nowhere", "text": "x"}', "application/json"),
    ],
)
async def test_what_the_page_did_not_send_is_refused_in_words(slack, body, kind):
    """Any program on this machine can call the page's routes."""
    for act in ("post", "edit", "use_in_message", "submit", "command"):
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{slack.url}page/act/{act}", data=body, headers={"Content-Type": kind}) as answer,
        ):
            assert answer.status == 200
            said = await answer.json()
        assert said["ok"] is False
        assert said["error"]


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff", b"[" * 100_000, b'{"text": "\\udfff"}', b""])
async def test_a_response_url_takes_json_objects(slack, body):
    """A refused use is recorded, and counts as none of the five."""
    url = await fresh_response_url(slack)
    async with aiohttp.ClientSession() as session:
        statuses = []
        for sent in (body, *[b'{"text": "x"}'] * 6):
            async with session.post(url, data=sent) as response:
                statuses.append(response.status)

    assert statuses == [400, *[200] * 5, 404]


@pytest.mark.parametrize(
    "frame",
    ["", "nonsense", "[1]", "3", '{"envelope_id": {"a": []}}', '{"envelope_id": "unknown"}', "[" * 50_000, "\u0000"],
)
async def test_a_socket_outlives_frames_that_nobody_understands(slack, frame):
    """The acknowledgement after a text or binary frame still counts."""
    async with aiohttp.ClientSession() as session:
        socket = await open_socket(session, slack)
        await slack.post("hello")
        envelope = await socket.receive_json()
        await socket.send_str(frame)
        await socket.send_bytes(frame.encode())
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await slack.settled()
        assert slack.connections == 1
        await socket.close()

    assert len(slack.envelopes[0].attempts) == 1


def test_json_is_read_as_deep_as_it_may_be():
    """One more level is refused."""
    assert read_json("[" * (DEEPEST - 1) + "1" + "]" * (DEEPEST - 1))
    with pytest.raises(ValueError, match="deep"):
        read_json("[" * DEEPEST + "1" + "]" * DEEPEST)


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40)
    | st.sampled_from([SUPPORT, AMY, "1.000001", "[]", "{}", '{"type":"home","blocks":[]}', "9" * 5000, "²", "\u0000"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
NAMES = """channel channel_id channels text markdown_text blocks attachments metadata ts thread_ts timestamp message_ts
    user user_id users view view_id external_id hash trigger_id name limit cursor types oldest latest inclusive file
    files filename length post_at scheduled_message_id link title type emoji bookmark_id outputs function_execution_id
    error code client_id client_secret grant_type refresh_token include_locale return_im bot"""
ARGUMENTS = st.dictionaries(st.sampled_from(NAMES.split()) | st.text(max_size=6), VALUES, max_size=7)
# Methods that would end the session of the other examples.
SHARED = sorted(set(METHODS) - {"auth.revoke", "apps.uninstall"})


@settings(max_examples=examples(300), suppress_health_check=[HealthCheck.too_slow])
@given(method=st.sampled_from(SHARED), arguments=ARGUMENTS, as_form=st.booleans())
def test_any_arguments_get_an_answer_from_any_method(fuzzed, method, arguments, as_form):
    """The answer is a JSON object with `ok`, and a named error when that is false."""
    loop, slack, session = fuzzed
    token = slack.app_token if method == "apps.connections.open" else slack.bot_token

    async def ask() -> tuple[int, Any]:
        sent: dict[str, Any] = {"json": arguments}
        if as_form:
            form = {name: each if isinstance(each, str) else json.dumps(each) for name, each in arguments.items()}
            sent = {"data": urlencode(form).encode()}
        headers = {"Authorization": f"Bearer {token}"} | (FORM_TYPE if as_form else {})
        async with session.post(slack.api_url + method, headers=headers, **sent) as response:
            return response.status, await response.json()

    status, answer = loop.run_until_complete(asyncio.wait_for(ask(), 10))
    assert status == 200
    assert answer["ok"] is True or (answer["ok"] is False and answer["error"])
    # api.test returns the requested error.
    assert answer["ok"] or method == "api.test" or answer["error"].replace("_", "").isalpha()


@pytest.fixture(scope="module")
def fuzzed() -> Any:
    """Sandbox for all examples, in an event loop of its own."""
    loop = asyncio.new_event_loop()
    slack = SlackSandbox(Path(FULL_MANIFEST), virtual_time=True)
    loop.run_until_complete(slack.__aenter__())
    slack.request_url = "http://127.0.0.1:9/slack/events"
    session = aiohttp.ClientSession(loop=loop)
    yield loop, slack, session
    loop.run_until_complete(session.close())
    loop.run_until_complete(slack.__aexit__(None, None, None))
    loop.close()
