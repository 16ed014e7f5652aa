"""The cache: only what is whole and ours is used, nobody else's file is deleted, and a fault is said once."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bot.cache import Cache

DAY = 86_400


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def cache(tmp_path: Path, told: list[str]) -> Cache:
    return Cache(tmp_path / "kept", told.append)


def the_file(cache: Cache) -> Path:
    (found,) = cache.folder.iterdir()
    return found


def test_what_was_kept_is_there_again(cache: Cache, told: list[str]) -> None:
    assert cache.load("teapot") is None
    cache.keep("teapot", b"tea")

    assert cache.load("teapot") == b"tea"
    assert cache.load("kettle") is None
    assert told == []


@pytest.mark.parametrize("damage", [b"", b"tea", b"sceptic 1\n" + bytes(40)])
def test_a_damaged_file_is_not_used_and_replaced(cache: Cache, told: list[str], damage: bytes) -> None:
    cache.keep("teapot", b"tea")
    the_file(cache).write_bytes(damage)

    assert cache.load("teapot") is None
    assert told == [f"{the_file(cache)} is damaged and is made anew."]
    cache.keep("teapot", b"more tea")
    assert cache.load("teapot") == b"more tea"


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows has no owners' numbers")
@pytest.mark.parametrize("whose", ["everybody's to write", "another user's"])
def test_a_file_that_somebody_else_may_have_written_is_not_used(
    cache: Cache, told: list[str], whose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of temporary files is shared; what lies there under our name need not be ours."""
    cache.keep("teapot", b"tea")
    if whose == "everybody's to write":
        the_file(cache).chmod(0o666)
    elif os.getuid() == 0:
        os.chown(the_file(cache), 4242, -1)
    else:
        monkeypatch.setattr(os, "getuid", lambda: 4242)

    assert cache.load("teapot") is None
    assert told == [f"{the_file(cache)} may have been written by somebody else and is not used; delete it."]


def test_a_folder_that_cannot_be_made_is_said_once(told: list[str]) -> None:
    """A service whose cache is nowhere still works, and its log says why each start takes longer."""
    cache = Cache(Path("/dev/null/x"), told.append)
    for name in ("teapot", "kettle"):
        assert cache.load(name) is None
        cache.keep(name, b"tea")

    assert told == [
        "Nothing can be kept in /dev/null/x (Not a directory): each start takes longer; "
        "set SCEPTIC_CACHE to a folder that can be written."
    ]


def test_only_what_nobody_used_for_a_month_is_deleted(cache: Cache) -> None:
    """Another product's weights, or another version's, are younger while they are in use."""
    ages = {"unused": 40, "used": 40, "young": 20}
    for name in ages:
        cache.keep(name, name.encode())
    for name, days in ages.items():
        at = time.time() - days * DAY
        os.utime(cache.folder / f"{name}.cache", (at, at))
    before = cache.folder / "weights-9-teapot.npz"
    before.write_bytes(b"of an earlier version")
    os.utime(before, (0, 0))
    assert cache.load("used") == b"used"
    cache.keep("new", b"new")

    assert {path.name for path in cache.folder.iterdir()} == {"used.cache", "young.cache", "new.cache"}
