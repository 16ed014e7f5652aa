"""Limits of views and sockets."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from .test_deliveries import open_socket, socket_address
from .test_interactions import fresh_trigger
from .test_limits import INPUT, LIMITS, plain
from .test_web_api import AMY, refusal

IN_VIEWS = [name for name in LIMITS if name != "blocks" and not name.startswith("table")]


@pytest.mark.parametrize("name", IN_VIEWS)
async def test_a_home_tab_is_held_to_the_limits_of_blocks(client, name):
    """The path starts at the view."""
    most, build, path = LIMITS[name]
    assert (await client.views_publish(user_id=AMY, view={"type": "home", "blocks": build(most)}))["ok"]

    answer = await refusal(client.views_publish(user_id=AMY, view={"type": "home", "blocks": build(most + 1)}))
    assert answer["error"] == "invalid_arguments"
    assert f"[json-pointer:/view{path}]" in "\n".join(answer["response_metadata"]["messages"])


VIEWS = {
    "title": (24, lambda n: {"title": plain(n)}, "/view/title/text"),
    "submit": (24, lambda n: {"submit": plain(n)}, "/view/submit/text"),
    "close": (24, lambda n: {"close": plain(n)}, "/view/close/text"),
    "private_metadata": (3000, lambda n: {"private_metadata": "x" * n}, "/view/private_metadata"),
    "callback_id": (255, lambda n: {"callback_id": "x" * n}, "/view/callback_id"),
    "external_id": (255, lambda n: {"external_id": "x" * n}, "/view/external_id"),
    "blocks": (100, lambda n: {"blocks": [{"type": "divider"}] * n}, "/view/blocks"),
}


@pytest.mark.parametrize("name", VIEWS)
async def test_a_modal_is_opened_at_its_limits_and_refused_past_them(slack, client, name):
    """A refusal leaves the trigger unused."""
    most, build, path = VIEWS[name]
    trigger_id = await fresh_trigger(slack)
    modal = {"type": "modal", "title": plain(1), "blocks": [{"type": "divider"}]}
    answer = await refusal(client.views_open(trigger_id=trigger_id, view={**modal, **build(most + 1)}))

    assert answer["error"] == "invalid_arguments"
    assert f"[json-pointer:{path}]" in "\n".join(answer["response_metadata"]["messages"])
    assert (await client.views_open(trigger_id=trigger_id, view={**modal, **build(most)}))["ok"]


@pytest.mark.parametrize("block", [{"type": "markdown", "text": "x"}, {"type": "table", "rows": [[]]}])
async def test_some_blocks_are_for_messages_only(client, block):
    answer = await refusal(client.views_publish(user_id=AMY, view={"type": "home", "blocks": [block]}))

    words = f"[ERROR] unsupported type: {block['type']} [json-pointer:/view/blocks/0/type]"
    assert words in answer["response_metadata"]["messages"]


async def test_an_app_has_ten_sockets(slack):
    """The eleventh is closed with its reason."""
    async with aiohttp.ClientSession() as session:
        sockets = [await open_socket(session, slack) for _ in range(10)]
        async with session.ws_connect(await socket_address(session, slack)) as eleventh:
            farewell = await eleventh.receive_json()
        assert slack.connections == 10
        for socket in sockets:
            await socket.close()

    assert (farewell["type"], farewell["reason"]) == ("disconnect", "too_many_websockets")


async def test_a_form_of_inputs_needs_a_button(slack, client):
    """A modal without inputs needs none."""
    modal = {"type": "modal", "title": plain(1), "blocks": [INPUT]}
    answer = await refusal(client.views_open(trigger_id=await fresh_trigger(slack), view=modal))
    messages = answer["response_metadata"]["messages"]
    assert messages[0] == "[ERROR] failed to match all allowed schemas [json-pointer:/view]"
    assert messages[1] == "[ERROR] missing required field: submit [json-pointer:/view]"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": plain(25)}, "must be less than 25 characters [json-pointer:/view/title/text]"),
        ({"private_metadata": "x" * 3001}, "[json-pointer:/view/private_metadata]"),
        ({"blocks": [{"type": "divider"}] * 101}, "no more than 100 items allowed [json-pointer:/view/blocks]"),
        ({"type": "home"}, "must be a valid enum value: modal"),
        (
            {"blocks": [{"type": "input", "label": plain(1), "element": {"type": "plain_text_input"}}]},
            "missing required field: submit",
        ),
    ],
)
async def test_a_view_is_held_to_its_limits(client, change, words):
    """Views are refused with invalid_arguments."""
    view = {"type": "modal", "title": plain(24), "blocks": [{"type": "divider"}] * 100, **change}
    with pytest.raises(SlackApiError) as refused:
        await client.views_open(trigger_id="1.2.3", view=view)

    assert refused.value.response["error"] == "invalid_arguments"
    assert words in "\n".join(refused.value.response["response_metadata"]["messages"])
