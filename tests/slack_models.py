"""Second opinion on an app's messages and views: slack_sdk's models, beside the sandbox's own checks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.sandbox import SlackSandbox

MESSAGES = {"chat.postMessage", "chat.postEphemeral", "chat.update", "chat.scheduleMessage", "response_url"}
VIEWS = {"views.open", "views.push", "views.update", "views.publish"}


@pytest.fixture(autouse=True)
def held_against_the_models(request: pytest.FixtureRequest) -> Iterator[None]:
    """Check everything that the app sent after each test with a sandbox `slack`."""
    yield
    slack = request.node.funcargs.get("slack")
    if slack is not None:
        assert faults_of_everything(slack) == []


def faults_of_everything(slack: SlackSandbox) -> list[str]:
    """List the models' objections to each message and view of the app, acknowledgements included."""
    said = [(call.method, call.arguments) for call in slack.calls if call.ok]
    # Nobody sees the acknowledgement of an event.
    heard = [each for each in slack.envelopes if each.kind != "events_api" and isinstance(each.ack, Mapping)]
    said += [(each.name, each.ack) for each in heard]
    return [f"{name}: {fault}" for name, given in said for fault in faults_of(name, given)]


def faults_of(name: str, given: Mapping[str, Any]) -> Iterator[str]:
    """List the faults in the content of a call or acknowledgement; `name` is the method, or the acknowledged delivery."""
    if name in VIEWS or "view" in given:
        yield from view_faults(_parsed(given["view"]))
    elif name in MESSAGES or "text" in given or "blocks" in given:
        yield from message_faults(given)


def message_faults(message: Mapping[str, Any]) -> Iterator[str]:
    """Check a message: it needs a text, for notifications and screen readers, and valid blocks."""
    if not message.get("text") and not message.get("delete_original"):
        yield "a message without a text"
    yield from block_faults(_parsed(message.get("blocks")) or [])


def block_faults(blocks: list[dict[str, Any]]) -> Iterator[str]:
    """Check each block: the model knows every field and prints the block as it was sent."""
    for position, (block, known) in enumerate(zip(blocks, Block.parse_all(blocks), strict=True)):
        yield from (f"block {position}: {fault}" for fault in _faults(block, known))


def view_faults(view: dict[str, Any]) -> Iterator[str]:
    """Check a modal or home tab."""
    yield from _faults(view, View(**view))
    yield from block_faults(view.get("blocks", []))


def _faults(sent: dict[str, Any], known: Block | View | None) -> Iterator[str]:
    if known is None:
        yield f"unknown type {sent.get('type')!r}"
        return
    try:
        printed = known.to_dict()
    except SlackObjectFormationError as fault:
        yield str(fault)
        return
    if printed != sent:
        yield f"the model prints {json.dumps(printed, sort_keys=True)} for {json.dumps(sent, sort_keys=True)}"


def _parsed(given: Any) -> Any:
    """Parse blocks and views, which a form carries as JSON text."""
    return json.loads(given) if isinstance(given, str) else given
