"""Names in a text: our products', others', neighbours', and those that nobody knows."""

from __future__ import annotations

import pytest

from bot.diagnosis.features import has_han
from bot.diagnosis.subject import SubjectReader
from bot.evidence.lexicon import ProductWords, compile_lexicon
from bot.knowledge.other_names import OtherName


def other(name: str, **keys: tuple[str, ...]) -> OtherName:
    found = {"always": (name,), "cased": (), "words": (), "beside": (), "near": ()} | keys
    return OtherName(name=name, **found)


READER = SubjectReader(
    compile_lexicon([ProductWords(product="kettle", strong=("Kettlewerk", "壺台"), weak=("steam",))]),
    [
        other("Samovar Cloud", always=("Samovar Cloud", "雲端茶炊")),
        other("Kettlewerk for Gardens"),
        other("RIM", always=(), cased=("RIM",)),
        other("Whistle", always=(), words=("Whistle",), beside=("dog", "狗")),
        other("Pipe", near=("kettle",)),
        other("Steam"),
    ],
    ours=["Steam"],
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the samovar_cloud is down", ("Samovar Cloud",)),
        ("our Samovar-Cloud-Server", ("Samovar Cloud",)),
        ("云端茶炊坏了", ("Samovar Cloud",)),
        ("samovar clouds", ()),
        ("RIM says no", ("RIM",)),
        ("rim says no", ()),
        ("whistle at the dog", ("Whistle",)),
        ("狗不聽 Whistle", ("Whistle",)),
        ("the kettle makes a whistle", ()),
        ("steam comes out", ()),
    ],
)
def test_names_are_found_by_their_spellings(text: str, found: tuple[str, ...]) -> None:
    assert READER.read(text).foreign == found


def test_a_longer_name_hides_ours_in_it() -> None:
    subject = READER.read("Kettlewerk for Gardens does not start")

    assert (subject.strong, subject.foreign) == (False, ("Kettlewerk for Gardens",))
    assert READER.read("Kettlewerk does not start").strong


def test_a_neighbour_is_not_foreign() -> None:
    subject = READER.read("a pipe between Kettlewerk and the wall")

    assert (subject.strong, subject.foreign, subject.near) == (True, (), ("Pipe",))


def test_what_the_conversation_is_about_counts_as_a_word_that_may_mean_it() -> None:
    assert not READER.read("it is red again").weak
    assert READER.read("it is red again", "kettle").weak


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Today our HarborLog broke", ("HarborLog",)),
        ("since Monday Tessera fails. Then it works", ("Monday", "Tessera")),
        ("- Tessera fails", ("Tessera",)),
        ("tessera fails", ()),
    ],
)
def test_words_written_as_names(text: str, names: tuple[str, ...]) -> None:
    assert READER.read(text).capitalised == names


def test_only_a_text_in_chinese_waits_for_the_chinese_names() -> None:
    """The tables that they are folded with take longer to load than a question to answer."""
    folded: list[str] = []

    def fold(text: str) -> str:
        if has_han(text):
            folded.append(text)
        return text.lower()

    reader = SubjectReader(
        compile_lexicon(()),
        [
            other("Samovar", always=("Samovar", "茶炊", "Samovar 雲")),
            other("Whistle", always=(), words=("Whistle",), beside=("dog", "狗")),
            other("Tea", always=("茶壺",)),
        ],
        ours=["茶壺"],
        fold=fold,
    )

    assert reader.read("the samovar and the whistle of the dog").foreign == ("Samovar", "Whistle")
    assert folded == []
    assert reader.read("茶炊, 茶壺, whistle 狗").foreign == ("Samovar", "Whistle")
    assert reader.read("the samovar and the whistle of the dog").foreign == ("Samovar", "Whistle")
    assert reader.other_names == ["samovar", "samovar雲", "whistle", "茶炊"]
