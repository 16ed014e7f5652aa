"""Strict parsing of JSON and YAML from outside: whatever cannot be read is a ValueError or a YAMLError.

Python's own JSON reader also takes NaN, lone surrogates and nesting that the next function
stumbles over; no JSON of an app's is meant to have them.
"""

import json
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

import yaml

# Values are of mixed types, and each reader checks those it needs.
JsonObject: TypeAlias = dict[str, Any]

# Block Kit nests some ten levels; Slack publishes no figure.
DEEPEST = 64


def read_json(text: str | bytes) -> object:
    """The value written there.

    Raises ValueError when it is not JSON, nests deeper than DEEPEST, holds half a
    character, or a number that JSON does not know or that Python will not read.
    """
    try:
        value = json.loads(text, parse_constant=_refuse)
    except RecursionError as failure:
        raise ValueError("nested too deeply") from failure
    _check(value)
    return value


def read_json_object(text: str | bytes) -> JsonObject:
    """Parse a JSON object; ValueError for any other JSON, too."""
    value = read_json(text)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def _check(value: object) -> None:
    """Level by level, not by recursion, for it is the depth that is in doubt."""
    level: list[object] = [value]
    depth = 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise ValueError("nested too deeply")
        following: list[object] = []
        for each in level:
            if isinstance(each, str):
                each.encode()
            elif isinstance(each, float) and each in (float("inf"), float("-inf")):
                raise ValueError("a number out of range")
            elif isinstance(each, dict):
                following += [*each, *each.values()]
            elif isinstance(each, list):
                following += each
        level = following


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def read_yaml(path: Path) -> object:
    """Read the document in a file, by libyaml where PyYAML has it: some ten times faster.

    Raises OSError, UnicodeDecodeError, and yaml.YAMLError when it is no YAML.
    """
    # Both loaders know plain values only. Each test starts a Slack of its own, and this is most of its start.
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
