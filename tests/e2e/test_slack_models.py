"""The check that holds every end-to-end reply against slack_sdk's models can fail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SlackSandbox
from tests.sandbox.test_deliveries import serve_plainly
from tests.slack_models import faults_of, faults_of_everything


def section(text: str = "words", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Press"}, **more}


def modal(**more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": {"type": "plain_text", "text": "Teapot"}, "blocks": [section()], **more}


@pytest.mark.parametrize(
    "given",
    [
        {"text": "words", "blocks": [section()]},
        {"text": "words", "blocks": '[{"type": "divider"}]'},
        {"text": "words", "blocks": [{"type": "actions", "elements": [button(value="1", style="danger")]}]},
        {"text": "words"},
        {"delete_original": True},
    ],
)
def test_what_the_models_know_has_no_faults(given: dict[str, Any]) -> None:
    """A check that refuses everything would hold nothing."""
    assert list(faults_of("chat.postMessage", given)) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"blocks": [section()]}, "without a text"),
        ({"text": "", "blocks": []}, "without a text"),
        ({"text": "words", "blocks": [{"type": "teapot"}]}, "unknown type 'teapot'"),
        ({"text": "words", "blocks": [section(teapot=True)]}, "the model prints"),
        ({"text": "words", "blocks": [section("x" * 3001)]}, "cannot exceed 3000"),
        ({"text": "words", "blocks": [{"type": "actions", "elements": [button(colour="red")]}]}, "the model prints"),
        ({"text": "words", "blocks": [{"type": "actions", "elements": [button(style="loud")]}]}, "style"),
        ({"text": "words", "blocks": '[{"type": "header"}]'}, "block 0"),
    ],
)
def test_a_wrong_message_is_found(given: dict[str, Any], said: str) -> None:
    """A missing text, unknown blocks, fields and styles, and what is too long."""
    assert said in "; ".join(faults_of("chat.postMessage", given))


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (modal(title={"type": "plain_text", "text": "A title that is too long"}), ""),
        (modal(title={"type": "plain_text", "text": "A title that is much too long"}), "title must be"),
        (modal(teapot=True), "the model prints"),
        (modal(blocks=[section(teapot=True)]), "the model prints"),
        (modal(type="teapot"), "type must be"),
    ],
)
def test_a_wrong_view_is_found(view: dict[str, Any], said: str) -> None:
    """A title may have 24 characters; the view's own fields and its blocks are looked at."""
    found = "; ".join(faults_of("views.open", {"view": view}))

    assert said in found
    assert bool(found) == bool(said)


async def test_calls_and_acknowledgements_are_both_looked_at(checkout: Path) -> None:
    """Calls that the sandbox let pass are still held against the models; a refused one was never said."""

    async def answer_without_text(_request: web.Request) -> web.Response:
        return web.json_response({"response_type": "ephemeral", "blocks": [section()]})

    async with SlackSandbox(manifest=checkout / "manifest.yml") as slack:
        runner = await serve_plainly(slack, answer_without_text)
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        await slack.command("/event", "20502")
        await client.api_call("chat.postMessage", json={"channel": "C0SUPPORT00", "blocks": [section()]})
        with pytest.raises(SlackApiError, match="no_text"):
            await client.api_call("chat.postMessage", json={"channel": "C0SUPPORT00"})
        await runner.cleanup()

    assert faults_of_everything(slack) == [
        "chat.postMessage: a message without a text",
        "/event: a message without a text",
    ]
