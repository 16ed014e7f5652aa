"""Typed text in the form that Slack stores."""

import time

import pytest

from bot.sandbox.blockkit.typed_text import TypedText, escape, parse_typed_text, unescape
from bot.sandbox.state.seed import DEFAULT_WORKSPACE, read_seed

BOT = "<@U0BOTUSER01>"


def typed(text: str) -> TypedText:
    seed = read_seed(DEFAULT_WORKSPACE, "Event Sceptic", "", 0)
    return parse_typed_text(text, seed.workspace)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("@Event Sceptic what?", f"{BOT} what?"),
        ("@event sceptic, what?", f"{BOT}, what?"),
        ("@Event Sceptical", "@Event Sceptical"),
        ("@amy and @建宏請看", "<@U0AMY000000> and <@U0JIANHONG0>請看"),
        (f"{BOT} typed by a test", f"{BOT} typed by a test"),
        ("<@U0NOBODY000>", "&lt;@U0NOBODY000&gt;"),
        ("@here", "<!here>"),
        ("see #support, not #nowhere", "see <#C0SUPPORT00|support>, not #nowhere"),
        ("https://contoso.com/a?b=1&c=2.", "<https://contoso.com/a?b=1&c=2>."),
        ("SRV.contoso.com", "<http://SRV.contoso.com|SRV.contoso.com>"),
        ("amy@contoso.com", "<mailto:amy@contoso.com|amy@contoso.com>"),
        ('xmlns="http://schemas.microsoft.com/x"', 'xmlns="<http://schemas.microsoft.com/x>"'),
        ("10.0.20348 and TeapotPlugin.log and a.b", "10.0.20348 and TeapotPlugin.log and a.b"),
        ("`<Event>` *b* _i_ ~s~", "`&lt;Event&gt;` *b* _i_ ~s~"),
        ("```\n<Event>\n```", "```&lt;Event&gt;```"),
        ("> said", "&gt; said"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a   b\t c", "a   b\t c"),
        ("*unfinished _and `so on", "*unfinished _and `so on"),
    ],
)
def test_text_is_stored_as_slack_stores_it(text, stored):
    """It is escaped, mentions and links are control sequences, and white space stays."""
    assert typed(text).text == stored


def test_only_known_people_are_mentioned():
    """Only a known name causes an app_mention."""
    assert typed("@Event Sceptic and @nobody").mentions == {"U0BOTUSER01"}


def test_the_rich_text_block_says_the_same():
    """Sections, quotes and code are separate, and styles belong to the elements."""
    block = typed("look *here*:\n```\ncode\n```\n> quoted\n:eyes:").blocks[0]

    kinds = [each["type"] for each in block["elements"]]
    assert kinds == [
        "rich_text_section",
        "rich_text_preformatted",
        "rich_text_section",
        "rich_text_quote",
        "rich_text_section",
    ]
    assert block["elements"][0]["elements"][1] == {"type": "text", "text": "here", "style": {"bold": True}}
    assert block["elements"][1]["elements"] == [{"type": "text", "text": "code"}]
    assert block["elements"][-1]["elements"][-1] == {"type": "emoji", "name": "eyes"}


def test_unescaping_undoes_escaping():
    """The text may contain entities itself."""
    text = "&lt; < & &amp;amp; >"
    assert unescape(escape(text)) == text


def test_a_long_paste_is_read_quickly():
    """Matching hostile text must not take quadratic time."""
    for piece in ("*", "`", "a.", "<", "_a ", ":a", "@a"):
        text = piece * (40_000 // len(piece))
        began = time.process_time()
        read = typed(text)
        # It takes some hundredths of a second; the pattern for addresses that was quadratic took 1.6 s.
        assert time.process_time() - began < 1, piece
        assert unescape(read.text) == text
