"""Patterns that wait for their first use: the same as compiled ones, and compiled once."""

from __future__ import annotations

import re

import pytest

from bot.evidence.lazy_pattern import lazy_pattern


def test_a_lazy_pattern_finds_what_the_compiled_one_does() -> None:
    lazy, compiled, text = (*(make(r"te(a|pot)", re.IGNORECASE) for make in (lazy_pattern, re.compile)), "Tea, teapot")

    assert [match.span() for match in lazy.finditer(text, 1)] == [match.span() for match in compiled.finditer(text, 1)]
    assert lazy.sub("x", text) == compiled.sub("x", text)
    assert lazy.split(text) == compiled.split(text)
    assert lazy.findall(text) == compiled.findall(text)
    assert lazy.fullmatch(text) is None
    assert lazy.pattern == compiled.pattern


def test_it_is_compiled_when_it_is_first_used_and_never_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    compile_now = re.compile
    monkeypatch.setattr(re, "compile", lambda *given: (made.append(given[0]), compile_now(*given))[1])
    lazy = lazy_pattern("tea")
    assert made == []

    assert lazy.search("more tea") is not None
    assert lazy.match("tea") is not None
    assert made == ["tea"]


def test_a_pattern_with_a_fault_says_so_when_it_is_used() -> None:
    lazy = lazy_pattern("tea(")
    with pytest.raises(re.error):
        lazy.search("tea")
    with pytest.raises(AttributeError):
        _ = lazy.kettle  # type: ignore[attr-defined]
