"""The kinds of rule a JSON field can be held to, each reporting faults in Slack's words.

A fault ends with a JSON pointer, as Slack's do:
`must be less than 151 characters [json-pointer:/blocks/0/text/text]`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol


class Rule(Protocol):
    """What a value must be; `path` is the JSON pointer to it."""

    def faults(self, value: object, path: str) -> Iterator[str]: ...


def fault(words: str, path: str) -> str:
    """One fault in Slack's form."""
    return f"{words} [json-pointer:{path}]"


@dataclass(frozen=True, slots=True)
class Words:
    """A plain string of `least` to `most` characters."""

    most: int = 0
    least: int = 0
    pattern: str = ""

    def faults(self, value: object, path: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield fault("must provide a string", path)
        elif len(value) < self.least:
            yield fault(f"must be more than {self.least - 1} characters", path)
        elif self.most and len(value) > self.most:
            yield fault(f"must be less than {self.most + 1} characters", path)
        elif self.pattern and not re.fullmatch(self.pattern, value):
            yield fault("does not match the expected format", path)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few strings."""

    words: tuple[str, ...]

    def faults(self, value: object, path: str) -> Iterator[str]:
        if value not in self.words:
            yield fault(f"must be a valid enum value: {', '.join(self.words)}", path)


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""

    def faults(self, value: object, path: str) -> Iterator[str]:
        if not isinstance(value, bool):
            yield fault("must provide a boolean", path)


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number."""

    def faults(self, value: object, path: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield fault("must provide a number", path)


@dataclass(frozen=True, slots=True)
class Anything:
    """Not checked."""

    def faults(self, value: object, path: str) -> Iterator[str]:
        yield from ()


@dataclass(frozen=True, slots=True)
class Items:
    """A list, each item held to the same rule."""

    rule: Rule
    most: int = 0
    least: int = 1

    def faults(self, value: object, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield fault("must provide an array", path)
            return
        if len(value) < self.least:
            yield fault(f"no less than {self.least} items required", path)
        if self.most and len(value) > self.most:
            yield fault(f"no more than {self.most} items allowed", path)
        for position, item in enumerate(value):
            yield from self.rule.faults(item, f"{path}/{position}")


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: the fields it must have, may have, and of which it needs at least one."""

    required: Mapping[str, Rule] = field(default_factory=dict)
    optional: Mapping[str, Rule] = field(default_factory=dict)
    one_of: tuple[str, ...] = ()

    def faults(self, value: object, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault("must provide an object", path)
            return
        for name in self.required:
            if name not in value:
                yield fault(f"missing required field: {name}", path)
        if self.one_of and not any(value.get(name) for name in self.one_of):
            yield fault("must define either " + " or ".join(f"`{name}`" for name in self.one_of), path)
        for name, item in value.items():
            rule = self.required.get(name) or self.optional.get(name)
            if rule is None:
                yield fault(f"invalid additional property: {name}", path)
            # slack_sdk leaves nulls out, and Slack takes a null as an absent field.
            elif item is not None:
                yield from rule.faults(item, f"{path}/{name}")


@dataclass(frozen=True, slots=True)
class Typed:
    """An object whose `type` picks the rule, among those allowed in this place.

    `table` is looked into late, so that rules may refer to each other.
    """

    table: Mapping[str, Rule]
    allowed: tuple[str, ...] = ()

    def faults(self, value: object, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault("must provide an object", path)
            return
        kind = value.get("type")
        if kind is None:
            yield fault("missing required field: type", path)
        elif kind not in self.table or (self.allowed and kind not in self.allowed):
            yield fault(f"unsupported type: {kind}", f"{path}/type")
        else:
            yield from self.table[str(kind)].faults(value, path)


@dataclass(frozen=True, slots=True)
class TextObject:
    """A text object of at most `most` characters, plain_text or mrkdwn where allowed."""

    most: int
    kinds: tuple[str, ...] = ("plain_text", "mrkdwn")
    least: int = 1

    def faults(self, value: object, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault("must provide an object", path)
            return
        kind = value.get("type")
        if kind not in self.kinds:
            yield fault(f"must be a valid enum value: {', '.join(self.kinds)}", f"{path}/type")
        own = {"emoji": Flag()} if kind == "plain_text" else {"verbatim": Flag()}
        words = Words(most=self.most, least=self.least)
        yield from Shape({"type": Anything(), "text": words}, own).faults(value, path)
