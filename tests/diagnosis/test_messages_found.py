"""Looking up known messages: what is passed over without a comparison could not have been alike."""

from __future__ import annotations

import pytest

from bot.diagnosis import Sceptic
from bot.diagnosis.message_matches import MessageIndex

_MIXED = "the pump of kettle 壺 ran dry before the descaling of its boiler could begin at all this morning"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(_MIXED, id="to the letter"),
        pytest.param(_MIXED.replace("壺", ""), id="in Latin letters alone"),
        pytest.param(f"it said: {_MIXED} and then?", id="among other words"),
    ],
)
def test_a_message_in_two_scripts_is_found(text: str, sceptic: Sceptic) -> None:
    """A text in Latin letters is not looked up in the pieces of other scripts, unless one is nearly Latin."""
    index = MessageIndex({"20502": sceptic.knowledge.articles["20502"]}, {"20502": (_MIXED,)})

    assert [each.article.id for each in index.find(text)] == ["20502"]


def test_half_a_message_is_not_found(sceptic: Sceptic) -> None:
    index = MessageIndex({"20502": sceptic.knowledge.articles["20502"]}, {"20502": (_MIXED,)})

    assert index.find(_MIXED[:40]) == []
