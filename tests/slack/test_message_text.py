"""The text of a Slack message: what its writer says, and nothing that Slack attached."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.platform.message_text import as_typed, mentions_others, text_of

ANSWER = "Failure · 20502 · CRPVerifyMetric_Failure. Team note: mind the sundial"
LINK = "https://example.slack.com/archives/C1/p1"


@pytest.mark.parametrize(
    "attached",
    [
        {"is_msg_unfurl": True, "from_url": LINK, "author_id": "UBOT", "text": ANSWER},
        {"is_share": True, "is_msg_unfurl": True, "from_url": LINK, "text": ANSWER},
        {"is_app_unfurl": True, "app_unfurl_url": LINK, "text": ANSWER},
        {"from_url": "https://example.org", "service_name": "Example", "title": "20502", "text": ANSWER},
        {"original_url": "https://example.org", "fallback": ANSWER},
    ],
)
def test_what_slack_attached_is_not_read(attached: dict[str, Any]) -> None:
    """A forwarded answer of the bot is no new evidence, and the message behind a link is somebody else's."""
    assert text_of({"user": "UAMY", "text": "same as this?", "attachments": [attached]}) == "same as this?"


def test_what_a_monitoring_tool_attached_is_read() -> None:
    """Tools put the event's text there."""
    attached: Any = {"title": "NDES01", "text": "Event ID: 20502", "fields": [{"title": "Level", "value": "Error"}]}

    assert text_of({"bot_id": "B1", "attachments": [attached]}) == "NDES01\nEvent ID: 20502\nLevel: Error"


@pytest.mark.parametrize(
    ("received", "typed"),
    [
        ("from:<@U0LEE000000|lee> in:#night", "from:@lee in:#night"),
        ("<#C0NIGHT0000|night> <@U0LEE000000>", "#night @U0LEE000000"),
        ("<http://NDES01.contoso.com|NDES01.contoso.com>", "NDES01.contoso.com"),
        ("<https://contoso.com/scep>", "https://contoso.com/scep"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("2 < 3 > 1", "2 < 3 > 1"),
    ],
)
def test_what_slack_escaped_is_read_as_it_was_typed(received: str, typed: str) -> None:
    """A command's text comes with names and links escaped; a search shows and looks for what the person wrote."""
    assert as_typed(received) == typed


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("<@U0LEE000000> look at 20502", True),
        ("<@U0BOT000000> <@U0LEE000000|lee> 20502", True),
        ("<@U0BOT000000> 20502", False),
        ("<@U0BOT000000|sceptic> 20502", False),
        ("20502 on NDES01", False),
        ("<!here> 20502", False),
    ],
)
def test_who_is_called_by_name(text: str, calls: bool) -> None:
    """Somebody else than the bot: then people talk to each other."""
    assert mentions_others(text, "U0BOT000000") is calls
