"""Names that are made of ordinary words: when they are meant as names, and what they keep others from."""

from __future__ import annotations

import pytest

from bot.diagnosis import Sceptic
from bot.diagnosis.names import NameIndex


@pytest.fixture(scope="module")
def names(sceptic: Sceptic) -> NameIndex:
    return sceptic.names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("event name: UPLOAD FAILURE", ["20302"]),
        ("事件名稱：Upload Failure 是什麼", ["20302"]),
        ('the name is "upload failure", which one is that', ["20302"]),
        ("Upload Failure", ["20302"]),
        ("we had an upload failure and then lunch", []),
        ("the vendor named upload failure their top issue", []),
    ],
)
def test_ordinary_words_are_a_name_where_they_stand_alone_or_are_called_one(
    names: NameIndex, text: str, found: list[str]
) -> None:
    assert [match.article.id for match in names.find(text)] == found


def test_a_name_that_words_only_resemble_gives_way_to_one_that_they_are(names: NameIndex) -> None:
    """PkcsUploadFailure is two letters away from "is upload failure"."""
    assert names.find("what is upload failure, please") == []
    assert [match.article.id for match in names.find("PksUploadFailure")] == ["1101"]
