"""Schema rules for JSON values, which report faults in Slack's words.

A fault ends with a JSON pointer, as Slack's do:
`must be less than 151 characters [json-pointer:/blocks/0/text/text]`. The words are those of
https://github.com/slackhq/hack-json-schema, as answers quoted in public issues show them. Not
confirmed: the words for a wrong enum value, and for a pattern or date that does not match.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

# Yields the faults of a value; the path is the JSON pointer to it.
Rule: TypeAlias = Callable[[object, str], Iterator[str]]


# Slack's first message about a value with several schemas: https://github.com/metabase/metabase/issues/25704
NO_SCHEMA = "failed to match all allowed schemas"


def fault(message: str, path: str) -> str:
    """Format one fault as Slack does."""
    return f"{message} [json-pointer:{path}]"


def unchecked(_value: object, _path: str) -> Iterator[str]:
    """Accept any value."""
    yield from ()


def boolean(value: object, path: str) -> Iterator[str]:
    """Require true or false."""
    if not isinstance(value, bool):
        yield fault("must provide a boolean", path)


def integer(value: object, path: str) -> Iterator[str]:
    """Require a whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        yield fault("must provide a number", path)


def integer_between(least: int, most: int) -> Rule:
    """Require a whole number from `least` to `most`."""

    def check(value: object, path: str) -> Iterator[str]:
        yield from integer(value, path)
        if isinstance(value, int) and not least <= value <= most:
            yield fault(f"must be between {least} and {most}", path)

    return check


def string(most: int = 0, least: int = 0, pattern: str = "") -> Rule:
    """Require a string of `least` to `most` characters (0: no limit)."""

    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield fault("must provide a string", path)
        elif len(value) < least:
            yield fault(f"must be more than {least - 1} characters", path)
        elif most and len(value) > most:
            yield fault(f"must be less than {most + 1} characters", path)
        elif pattern and not re.fullmatch(pattern, value):
            yield fault("does not match the expected format", path)

    return check


def enum(*names: str) -> Rule:
    """Require one of these strings."""

    def check(value: object, path: str) -> Iterator[str]:
        if value not in names:
            yield fault(f"must be a valid enum value: {', '.join(names)}", path)

    return check


def array(rule: Rule, most: int = 0, least: int = 1) -> Rule:
    """Require a list whose items all follow one rule."""

    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield fault("must provide an array", path)
            return
        if len(value) < least:
            yield fault(f"no less than {least} items required", path)
        if most and len(value) > most:
            yield fault(f"no more than {most} items allowed", path)
        for position, item in enumerate(value):
            yield from rule(item, f"{path}/{position}")

    return check


def json_object(
    required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None, one_of: tuple[str, ...] = ()
) -> Rule:
    """Require an object with these required and optional fields, and at least one field of `one_of`."""
    known = {**required, **(optional or {})}

    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault("must provide an object", path)
            return
        for name in required:
            if name not in value:
                yield fault(f"missing required field: {name}", path)
        if one_of and not any(value.get(name) for name in one_of):
            yield fault("must define either " + " or ".join(f"`{name}`" for name in one_of), path)
        for name, item in value.items():
            if name not in known:
                yield fault(f"invalid additional property: {name}", path)
            # Slack takes null as an absent field.
            elif item is not None:
                yield from known[name](item, f"{path}/{name}")

    return check


def by_type(table: Mapping[str, Rule], allowed: tuple[str, ...] = ()) -> Rule:
    """Require an object whose `type` selects the rule, among the allowed ones (all by default)."""

    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault("must provide an object", path)
            return
        kind = value.get("type")
        if kind is None:
            yield fault("missing required field: type", path)
        elif not isinstance(kind, str) or kind not in table or (allowed and kind not in allowed):
            yield fault(f"unsupported type: {kind}", f"{path}/type")
        else:
            yield from table[kind](value, path)

    return check


def text_object(most: int, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> Rule:
    """Require a text object of 1 to `most` characters, plain_text or mrkdwn where allowed."""
    text = string(most=most, least=1)
    shapes = {
        "plain_text": json_object({"type": unchecked, "text": text}, {"emoji": boolean}),
        "mrkdwn": json_object({"type": unchecked, "text": text}, {"verbatim": boolean}),
    }

    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault("must provide an object", path)
            return
        kind = value.get("type")
        if kind not in kinds:
            faults = [fault(f"must be a valid enum value: {', '.join(kinds)}", f"{path}/type")]
        else:
            faults = list(shapes[kind](value, path))
        if faults and len(kinds) > 1:
            yield fault(NO_SCHEMA, path)
        yield from faults

    return check
