"""People's names in what the bot says: found, and left out for readers of other organisations."""

from __future__ import annotations

import json
import re
from typing import Final

from bot.replies.values import Reply
from bot.store import Json

_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
# In place of a name, in every language.
_SOMEBODY: Final = "@…"


def named_in(arguments: Json) -> frozenset[str]:
    """Return the IDs of the people whom a call's arguments name."""
    return frozenset(_MENTION.findall(json.dumps(arguments)))


def without_names(arguments: Json, but: frozenset[str] = frozenset()) -> Json:
    """Return arguments that name nobody `but` these people."""

    def hide(mention: re.Match[str]) -> str:
        return mention[0] if mention[1] in but else _SOMEBODY

    hidden: Json = json.loads(_MENTION.sub(hide, json.dumps(arguments, ensure_ascii=False)))
    return hidden


def nameless(reply: Reply) -> Reply:
    """Return a reply that names nobody."""
    plain = without_names({"text": reply.text, "blocks": [dict(each) for each in reply.blocks]})
    return Reply(plain["text"], tuple(plain["blocks"]))
