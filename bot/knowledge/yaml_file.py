"""Reads an author's YAML file without surprises: every scalar is text, every fault has its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from bot.knowledge.faults import KnowledgeError, KnowledgeFault, Place

NOT_UTF8: Final = "is not UTF-8 text; save it as UTF-8"
_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read_yaml(path: Path) -> tuple[Any, Any]:
    """Return a file's content, all scalars as they are written, and its tree of nodes, which know their lines.

    Raises KnowledgeError for what is no such file, for anchors, and for a key that stands twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        sentence = f"cannot be read ({error.strerror}); is this the knowledge folder?"
        raise KnowledgeError([KnowledgeFault(path, 1, sentence)]) from error
    except UnicodeDecodeError as error:
        raise KnowledgeError([KnowledgeFault(path, 1, NOT_UTF8)]) from error
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if getattr(event, "anchor", None) is not None:
                line = getattr(event.start_mark, "line", 0) + 1
                raise KnowledgeError(
                    [KnowledgeFault(path, line, "anchors (&, *) are not used in these files; write it out")]
                )
        tree = yaml.compose(text, Loader=_LOADER)
        faults = [KnowledgeFault(path, line, sentence) for line, sentence in _doubles(tree)]
        if faults:
            raise KnowledgeError(faults)
        return yaml.load(text, Loader=_LOADER), tree  # noqa: S506 - the base loader makes nothing but text
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = int(mark.line) + 1 if mark is not None else 1
        raise KnowledgeError([KnowledgeFault(path, line, "is not valid YAML; check indentation and quotes")]) from error


def line_of(node: yaml.Node | None, place: Place) -> int:
    """Return the line of the innermost part of a tree that a place leads to."""
    line = node.start_mark.line + 1 if node is not None else 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return int(line)


def _doubles(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Yield each key that stands a second time in one mapping."""
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if str(key.value) in seen:
                yield line, f"“{key.value}” stands already in line {seen[str(key.value)]}; keep one of them"
            seen.setdefault(str(key.value), line)
            yield from _doubles(value)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _doubles(each)
