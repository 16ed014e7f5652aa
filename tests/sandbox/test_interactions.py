"""Commands, clicks, shortcuts, forms and home tabs, over either transport."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox import SandboxError, SlackSandbox

from .echo_app import FORM
from .test_web_api import SUPPORT, refusal


async def test_a_commands_plain_answer_is_ephemeral(slack, echo):
    """The body of the acknowledgement is shown to the person who asked."""
    envelope = await slack.command("/echo", "418", user="lee")

    assert [each["text"] for each in slack.ephemerals("support", "lee")] == ["You said: 418"]
    assert slack.ephemerals("support", "amy") == []
    assert envelope.payload["user_name"] == "lee"
    assert envelope.payload["channel_name"] == "support"


async def test_a_commands_json_answer_may_be_for_everyone(slack, echo):
    """`response_type` is "in_channel"."""
    await slack.command("/echo", "public")

    assert slack.messages()[-1]["text"] == "For everyone"


async def test_a_command_may_answer_later(slack, echo):
    """The use of its response_url is recorded as a call."""
    await slack.command("/echo", "later")
    await slack.wait_for(lambda: slack.ephemerals())

    assert slack.ephemerals()[-1]["text"] == "Here I am"
    assert "response_url" in [each.method for each in slack.calls]


async def test_a_command_that_is_not_acknowledged_fails_visibly(slack, echo):
    """Slack does not retry it and shows the person an error."""
    envelope = await slack.command("/echo", "silent")

    assert (envelope.acked, envelope.retries) == (False, 0)
    assert slack.ephemerals()[-1]["text"].startswith('/echo failed with the error "')


async def test_an_unknown_command_is_slacks_own_business(slack, echo):
    """The app receives nothing."""
    assert await slack.command("/nonsense") is None

    assert "not a valid command" in slack.ephemerals()[-1]["text"]
    assert slack.envelopes == []


async def test_a_click_in_an_ephemeral_message_can_replace_it(slack, echo):
    """The payload has no message, since Slack does not store ephemeral ones."""
    await slack.command("/echo", "buttons")
    envelope = await slack.click(slack.ephemerals()[-1], "Again")
    await slack.wait_for(lambda: slack.ephemerals()[-1]["text"] == "Again, 1")

    assert "message" not in envelope.payload
    assert envelope.payload["container"]["is_ephemeral"]
    assert envelope.payload["actions"][0]["value"] == "1"
    assert len(slack.ephemerals()) == 1


async def test_a_click_in_a_message_carries_the_message(slack, echo):
    """The app deletes the message."""
    blocks = [{"type": "actions", "elements": [button("remove")]}]
    ts = (await echo.client.chat_postMessage(channel=SUPPORT, text="x", blocks=blocks))["ts"]
    envelope = await slack.click(ts, "remove")
    await slack.wait_for(lambda: all(each["ts"] != ts for each in slack.messages()))

    assert envelope.payload["message"]["ts"] == ts
    assert {"response_url", "trigger_id"} <= envelope.payload.keys()


async def test_a_form_is_refused_and_then_taken(slack, echo):
    """Errors keep it open; an empty acknowledgement closes it."""
    await slack.command("/echo", "buttons")
    await slack.click(slack.ephemerals()[-1], "open_form")
    view = (await slack.wait_for(lambda: slack.views("amy")))[-1]
    refused = await slack.submit_view(view["id"], {"text": "no"})
    assert refused.ack["errors"] == {"words": "Anything but that."}
    assert slack.views("amy")

    taken = await slack.submit_view(view["id"], {"words": "yes", "choice": "LOUDLY"})
    await slack.wait_for(lambda: slack.direct_messages("amy"))
    assert slack.views("amy") == []
    assert slack.direct_messages("amy")[-1]["text"] == "The form said: yes"
    values = taken.payload["view"]["state"]["values"]
    assert values["loudness"]["choice"]["selected_option"]["value"] == "loud"


async def test_a_required_input_cannot_be_left_empty(slack, echo):
    """Slack's client does not send such a form."""
    await slack.command("/echo", "buttons")
    await slack.click(slack.ephemerals()[-1], "open_form")
    view = (await slack.wait_for(lambda: slack.views("amy")))[-1]

    with pytest.raises(SandboxError, match="required"):
        await slack.submit_view(view["id"], {})
    with pytest.raises(SandboxError, match="no input"):
        await slack.submit_view(view["id"], {"text": "x", "nonsense": "y"})


async def test_closing_a_form_is_told_when_asked_for(slack, echo):
    await slack.command("/echo", "buttons")
    await slack.click(slack.ephemerals()[-1], "open_form")
    view = (await slack.wait_for(lambda: slack.views("amy")))[-1]
    envelope = await slack.close_view(view["id"])

    assert slack.views("amy") == []
    assert (envelope.name, envelope.acked) == ("view_closed", True)


async def test_a_message_shortcut_carries_the_message(slack, echo):
    """The app answers in the message's thread."""
    ts = await slack.post("an event", user="lee")
    envelope = await slack.shortcut("echo_message", ts)
    await slack.wait_for(lambda: len(slack.messages("support", ts)) == 2)

    assert envelope.payload["message"]["text"] == "an event"
    assert slack.messages("support", ts)[1]["text"] == "It said: an event"


async def test_the_home_tab_is_published_for_one_person(slack, echo):
    """Its buttons reach the app."""
    await slack.open_home("lee")
    await slack.wait_for(lambda: slack.home("lee"))
    assert slack.home("amy") is None

    await slack.click(slack.home("lee"), "open_form", user="lee")
    await slack.wait_for(lambda: slack.views("lee"))


async def test_a_trigger_opens_one_view(slack, client):
    """A second use, and an invented trigger, are refused by name."""
    trigger_id = await fresh_trigger(slack)
    await client.views_open(trigger_id=trigger_id, view=FORM)

    assert (await refusal(client.views_open(trigger_id=trigger_id, view=FORM)))["error"] == "exchanged_trigger_id"
    assert (await refusal(client.views_open(trigger_id="1.2.3", view=FORM)))["error"] == "invalid_trigger_id"


async def test_modals_stack_three_high(slack, client):
    """The fourth is refused."""
    await client.views_open(trigger_id=await fresh_trigger(slack), view=FORM)
    for _ in range(2):
        await client.views_push(trigger_id=await fresh_trigger(slack), view=FORM)

    answer = await refusal(client.views_push(trigger_id=await fresh_trigger(slack), view=FORM))
    assert answer["error"] == "push_limit_reached"
    assert [each["root_view_id"] for each in slack.views("amy")] == [slack.views("amy")[0]["id"]] * 3


async def test_a_view_changed_meanwhile_is_not_overwritten(slack, client):
    """`hash` names the version that the app has seen."""
    view = (await client.views_open(trigger_id=await fresh_trigger(slack), view=FORM))["view"]
    await client.views_update(view_id=view["id"], hash=view["hash"], view=FORM)

    late = await refusal(client.views_update(view_id=view["id"], hash=view["hash"], view=FORM))
    assert late["error"] == "hash_conflict"


async def test_a_response_url_works_five_times(slack):
    """The answers are ephemeral by default; the sixth use is refused."""
    url = await fresh_response_url(slack)
    answers = [await AsyncWebhookClient(url).send(text=f"answer {number}") for number in range(6)]

    assert [each.status_code for each in answers] == [200] * 5 + [404]
    assert "used_url" in answers[-1].body
    texts = [each["text"] for each in slack.ephemerals() if each["text"].startswith("answer")]
    assert texts == [f"answer {number}" for number in range(5)]


async def test_a_response_url_holds_messages_to_the_limits(slack):
    """Invalid bodies are refused as in the Web API."""
    url = await fresh_response_url(slack)
    blocks: list[Any] = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    refused = await AsyncWebhookClient(url).send(text="x", blocks=blocks)
    async with aiohttp.ClientSession() as session:
        async with session.post(url, data="nonsense") as nonsense:
            status = nonsense.status
        async with session.post(url.rsplit("/", 1)[0] + "/unknown", json={"text": "x"}) as unknown:
            assert unknown.status == 404

    assert refused.status_code == 400
    assert "invalid_blocks" in refused.body
    assert status == 400


async def test_people_are_held_to_what_they_could_do(slack: SlackSandbox):
    """An impossible action in a test is an error."""
    ts = await slack.post("amy's")
    for attempt in (
        slack.edit(ts, "x", user="lee"),
        slack.post("  "),
        slack.post("x", channel="nowhere"),
        slack.post("x", user="nobody"),
        slack.post("x", thread_ts="1.000001"),
        slack.shortcut("nonsense", ts),
        slack.click(ts, "nonsense"),
        slack.close_view("V0"),
        slack.wait_for(lambda: False, timeout=0.01),
    ):
        with pytest.raises(SandboxError):
            await attempt


def button(action_id: str) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": "x"}}


async def fresh_trigger(slack: SlackSandbox) -> str:
    """Return the trigger of a command that no app answers."""
    await asyncio.wait({asyncio.ensure_future(slack.command("/echo"))}, timeout=0.01)
    return str(slack.envelopes[-1].payload["trigger_id"])


async def fresh_response_url(slack: SlackSandbox) -> str:
    await asyncio.wait({asyncio.ensure_future(slack.command("/echo"))}, timeout=0.01)
    return str(slack.envelopes[-1].payload["response_url"])
