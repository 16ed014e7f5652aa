"""Strict parsing of JSON and YAML from outside.

Python's own JSON reader also takes NaN, lone surrogates, and nesting that overflows the
stack later. None of them is valid JSON for Slack, so they are a ValueError here.
"""

import json
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

import yaml

# Values are of mixed types; each reader checks the fields that it needs.
JsonObject: TypeAlias = dict[str, Any]

# Levels of nesting. Block Kit has some ten; Slack publishes no limit.
DEEPEST = 64


def read_json(text: str | bytes) -> object:
    """Parse a JSON value.

    Raises ValueError for invalid JSON, nesting deeper than DEEPEST, a lone surrogate, and a
    number that JSON does not have or Python cannot read.
    """
    try:
        value = json.loads(text, parse_constant=_refuse)
    except RecursionError as failure:
        raise ValueError("nested too deeply") from failure
    _check(value)
    return value


def read_json_object(text: str | bytes) -> JsonObject:
    """Parse a JSON object; raise ValueError for any other JSON as well."""
    value = read_json(text)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def _check(value: object) -> None:
    """Check depth, surrogates and numbers level by level, since recursion would fail on deep input."""
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
    """Parse a YAML file, with libyaml where PyYAML has it, which is some ten times faster.

    Raises OSError, UnicodeDecodeError, and yaml.YAMLError for invalid YAML.
    """
    # Both loaders build plain values only. Each test starts a sandbox of its own, whose start is mostly this.
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
