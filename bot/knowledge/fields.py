"""Reads the keys of an author's file one by one: every fault is kept with its place, and says what to do."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeVar

from bot.knowledge.faults import Place
from bot.languages import LANGUAGES, Language

PlacedFault = tuple[Place, str]
"""Where in a file something is wrong, and the sentence that says what to do."""
ADDRESS: Final = re.compile(r"https://\S+")
_Choice = TypeVar("_Choice", bound=str)
_LONGEST: Final = 200
"""Characters of a name, a word or a title."""
_SHOWN: Final = 60
"""Characters of a wrong value that its fault repeats."""
_NEAR: Final = 0.7
"""Likeness, of 1, from which an unknown key is taken for a misspelled one."""
_NO_MAPPING: Final = "must be names with values under it; a line that begins with “-” makes a list"


class Fields:
    """One mapping of an author's file; every scalar is text, as YAML's base loader leaves it.

    A key nobody knows is a fault. One that is nearly a known key, which is not there, is read as that one, so that a slip
    of the finger is one fault and not also that of whatever is missing then.
    """

    def __init__(
        self, content: object, keys: Iterable[str], file: str, faults: list[PlacedFault], place: Place = ()
    ) -> None:
        self.file, self.faults, self.place = file, faults, place
        # A misspelled key by the one that was meant.
        self.misspelled: dict[str, str] = {}
        self._content: dict[str, object] = {}
        if isinstance(content, Mapping):
            self._content.update((str(key), value) for key, value in content.items())
            self._find_unknown(frozenset(keys))
        elif content != "" or place == ():
            self.fault(f"“{self._path()}” {_NO_MAPPING}" if place else _NO_MAPPING)

    def _find_unknown(self, known: frozenset[str]) -> None:
        for key in [key for key in self._content if key not in known]:
            value = self._content.pop(key)
            sentence = f"“{self._path(key)}” is not a key of {self.file}"
            if near := _nearest(key, known - self._content.keys() - self.misspelled.keys()):
                self.misspelled[near] = key
                self._content[near] = value
                self.faults.append(((*self.place, key), f"{sentence}; did you mean “{near}”?"))
            else:
                self.faults.append(
                    ((*self.place, key), f"{sentence}; see knowledge/README.md for those that are, or take it out")
                )

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def _path(self, *steps: str | int) -> str:
        return ".".join(map(str, (*self.place, *steps)))

    def at(self, key: str, *steps: str | int) -> Place:
        """Return the place of a key, as it is spelled in the file, or of something under it."""
        return (*self.place, self.misspelled.get(key, key), *steps)

    def fault(self, sentence: str, *steps: str | int) -> None:
        """Keep a fault of the mapping, or of something under it."""
        place = (*self.place, *steps) if not steps else self.at(str(steps[0]), *steps[1:])
        self.faults.append((place, sentence))

    def wrong(self, key: str, must: str, *steps: str | int) -> None:
        """Keep a fault of a value: it is repeated, with what it must be."""
        value: object = self._content.get(key)
        for step in steps:
            value = value[step] if isinstance(value, (list, dict)) else value  # type: ignore[index]
        shown = repr(value) if len(repr(value)) <= _SHOWN else f"{repr(value)[:_SHOWN]}…"
        self.fault(f"“{self._path(key, *steps)}” is {shown}: {must}", key, *steps)

    def missing(self, key: str) -> None:
        """Keep the fault that a key is not there."""
        self.fault(f"“{self._path(key)}” is missing; add it")

    def text(
        self, key: str, otherwise: str | None = None, *, pattern: re.Pattern[str] | None = None, must: str = ""
    ) -> str:
        """Return a text; a key without an `otherwise` has to be there."""
        if key not in self._content or (otherwise is not None and self._content[key] == ""):
            if otherwise is None:
                self.missing(key)
            return otherwise or ""
        found = self._checked(key, pattern, must)
        return (otherwise or "") if found is None else found

    def _checked(self, key: str, pattern: re.Pattern[str] | None, must: str, *steps: str | int) -> str | None:
        value: object = self._content[key]
        for step in steps:
            value = value[step]  # type: ignore[index]
        if not isinstance(value, str):
            self.wrong(key, must or "must be one text; put it in quotes", *steps)
        elif not (text := value.strip()):
            self.fault(f"“{self._path(key, *steps)}” is empty; write something, or take it out", key, *steps)
        elif pattern is not None and not pattern.fullmatch(text):
            self.wrong(key, must, *steps)
        elif len(text) > _LONGEST and pattern is not ADDRESS:
            self.wrong(key, f"must have at most {_LONGEST} characters", *steps)
        else:
            return text
        return None

    def texts(
        self, key: str, *, least: int = 0, pattern: re.Pattern[str] | None = None, must: str = ""
    ) -> tuple[str, ...]:
        """Return a list of texts, without those that have a fault."""
        values = self._items(key, least)
        found = [self._checked(key, pattern, must, at) for at in range(len(values))]
        return tuple(text for text in found if text is not None)

    def _items(self, key: str, least: int = 0) -> list[object]:
        if key not in self._content:
            if least:
                self.missing(key)
            return []
        values = self._content[key]
        if not isinstance(values, list):
            self.wrong(key, "must be a list, such as [one, two]")
            return []
        if len(values) < least:
            self.fault(f"“{self._path(key)}” is empty; write at least one", key)
        return values

    def entries_of_list(self, key: str, length: int, must: str) -> list[object]:
        """Return a list of just so many items; empty where there is none, or one of another length."""
        values = self._items(key)
        if key in self._content and len(values) != length and isinstance(self._content[key], list):
            self.wrong(key, must)
            return []
        return values

    def pairs(self, key: str, must: str) -> Iterator[tuple[int, tuple[str, str]]]:
        """Yield each pair of texts in a list, with its position."""
        for at, value in enumerate(self._items(key)):
            if isinstance(value, list) and len(value) == 2 and all(isinstance(each, str) and each for each in value):
                yield at, (str(value[0]).strip(), str(value[1]).strip())
            else:
                self.wrong(key, must, at)

    def choice(self, key: str, choices: tuple[_Choice, ...], otherwise: _Choice | None = None) -> _Choice:
        """Return one of a few words; a key without an `otherwise` has to be there."""
        if key not in self._content:
            if otherwise is None:
                self.missing(key)
        elif self._content[key] in choices:
            return choices[choices.index(self._content[key])]
        else:
            self.wrong(key, f"must be one of {', '.join(choices)}")
        return choices[0] if otherwise is None else otherwise

    def flag(self, key: str) -> bool:
        """Return a truth, false where nothing is said."""
        value = self._content.get(key, "false")
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        self.wrong(key, "must be true or false")
        return False

    def number(self, key: str, least: int, most: int, otherwise: int) -> int:
        """Return a whole number within bounds."""
        return self.number_at(key, least, most, otherwise) if key in self._content else otherwise

    def number_at(self, key: str, least: int, most: int, otherwise: int, *steps: str | int) -> int:
        """Return a whole number under a key that is there."""
        value: object = self._content[key]
        for step in steps:
            value = value[step]  # type: ignore[index]
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value) and least <= int(value) <= most:
            return int(value)
        self.wrong(key, f"must be a whole number from {least} to {most}", *steps)
        return otherwise

    def day(self, key: str, *, required: bool = False) -> str:
        """Return a day as ISO 8601 writes it; empty where none is given."""
        if key not in self._content:
            if required:
                self.missing(key)
            return ""
        value = self._content[key]
        try:
            if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                return datetime.date.fromisoformat(value).isoformat()
        except ValueError:
            pass
        self.wrong(key, "must be a day that exists, written as 2026-11-22")
        return ""

    def translations(self, key: str, check: Callable[[str], str] | None = None) -> dict[Language, str]:
        """Return a wording in every language; `check` returns a sentence on a wording that is wrong, or nothing."""
        if key not in self._content:
            self.missing(key)
            return dict.fromkeys(LANGUAGES, "")
        texts = self._content[key]
        if not isinstance(texts, dict):
            self.wrong(key, f"must be a wording in each language: {', '.join(LANGUAGES)}")
            return dict.fromkeys(LANGUAGES, "")
        for tag in texts:
            if tag not in LANGUAGES:
                self.fault(f"“{self._path(key)}”: “{tag}” is no language here; use {', '.join(LANGUAGES)}", key, tag)
        wordings = dict.fromkeys(LANGUAGES, "")
        for tag in LANGUAGES:
            if tag not in texts:
                self.fault(f"“{self._path(key)}”: “{tag}” is missing; add it", key)
            elif (text := self._checked_wording(key, tag, texts[tag])) is not None:
                wordings[tag] = text
                if check is not None and (sentence := check(text)):
                    self.fault(f"“{self._path(key)}”: {sentence}", key, tag)
        return wordings

    def _checked_wording(self, key: str, tag: str, value: object) -> str | None:
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.wrong(key, "must be a text; put it in quotes", tag)
        return None

    def fields(self, key: str, keys: Iterable[str]) -> Fields:
        """Return the mapping under a key, empty where there is none."""
        return Fields(self._content.get(key, {}), keys, self.file, self.faults, self.at(key))

    def each(self, key: str, keys: Iterable[str], least: int = 0) -> Iterator[Fields]:
        """Yield the mappings in a list."""
        for at, value in enumerate(self._items(key, least)):
            yield Fields(value, keys, self.file, self.faults, self.at(key, at))

    def each_under(self, key: str, name: str, keys: Iterable[str]) -> Iterator[Fields]:
        """Yield the mappings in a list that stands by its name under a key."""
        values = self.entries(key)[name]
        if isinstance(values, list):
            for at, value in enumerate(values):
                yield Fields(value, keys, self.file, self.faults, self.at(key, name, at))
        else:
            self.wrong(key, "must be a list, each item beginning with “-”", name)

    def entries(self, key: str) -> dict[str, object]:
        """Return what stands by name under a key."""
        value = self._content.get(key, {})
        if isinstance(value, dict):
            return {str(name): each for name, each in value.items()}
        if value != "":
            self.fault(f"“{self._path(key)}” {_NO_MAPPING}", key)
        return {}

    def named(self, key: str, keys: Iterable[str]) -> Iterator[tuple[str, Fields]]:
        """Yield the mappings under a key, each with its name."""
        for name, value in self.entries(key).items():
            yield name, Fields(value, keys, self.file, self.faults, self.at(key, name))


def _nearest(key: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(key, sorted(known), 1, _NEAR)), None)
