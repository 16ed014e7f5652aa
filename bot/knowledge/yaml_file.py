"""Reads an author's YAML file without surprises: every scalar is text, every fault has its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from bot.knowledge.faults import KnowledgeError, KnowledgeFault, Place

NOT_UTF8: Final = "is not UTF-8 text; save it as UTF-8"
_NO_ANCHORS: Final = "anchors (&, *) are not used in these files; write it out"
_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read_text(path: Path) -> str:
    """Return an author's text, with or without the mark that Notepad puts before UTF-8. Raises KnowledgeError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise KnowledgeError([KnowledgeFault(path, 1, f"cannot be read ({error.strerror})")]) from error
    except UnicodeDecodeError as error:
        raise KnowledgeError([KnowledgeFault(path, 1, NOT_UTF8)]) from error


def read_yaml(path: Path) -> tuple[Any, yaml.Node | None]:
    """Return a file's content, all scalars as they are written, and its tree of nodes, which know their lines.

    Raises KnowledgeError for what is no such file, for anchors, and for a key that stands twice.
    """
    try:
        text = read_text(path)
    except KnowledgeError as error:
        if path.exists():
            raise
        raise KnowledgeError([KnowledgeFault(path, 1, "is missing; is this the knowledge folder?")]) from error
    return parse_yaml(text, path)


def parse_yaml(text: str, path: Path, lines_above: int = 0) -> tuple[Any, yaml.Node | None]:
    """Do what `read_yaml` does with a text of a file in which so many lines stand above it."""
    faults: list[KnowledgeFault] = []
    try:
        if "&" in text:
            faults = [KnowledgeFault(path, lines_above + line, _NO_ANCHORS) for line in _anchors(text)]
        if not faults:
            tree = yaml.compose(text, Loader=_LOADER)
            faults = [KnowledgeFault(path, lines_above + line, sentence) for line, sentence in _doubles(tree)]
            if not faults:
                return _plain(tree), tree
    except (yaml.YAMLError, RecursionError) as error:
        sentence = "is not valid YAML; check indentation and quotes"
        faults = [KnowledgeFault(path, lines_above + _line_of_error(error), sentence)]
    raise KnowledgeError(faults)


def _line_of_error(error: Exception) -> int:
    mark = getattr(error, "problem_mark", None)
    return int(mark.line) + 1 if mark is not None else 1


def _anchors(text: str) -> list[int]:
    """Return the line of the first anchor: what stands for something else could be written out a billion times."""
    for event in yaml.parse(text, Loader=_LOADER):
        if getattr(event, "anchor", None) is not None:
            return [int(getattr(event.start_mark, "line", 0)) + 1]
    return []


def _plain(node: yaml.Node | None) -> Any:
    """Return what a tree says as text, lists and dictionaries; of a key that is no text, its text."""
    match node:
        case None:
            return ""
        case yaml.ScalarNode():
            return node.value
        case yaml.SequenceNode():
            return [_plain(each) for each in node.value]
        case _:
            return {str(key.value): _plain(value) for key, value in node.value}


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


def line_of_text(path: Path, text: str) -> int:
    """Return the first line of a file that holds a text."""
    if not path.exists():
        return 1
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((number for number, line in enumerate(lines, 1) if text in line), 1)


def line_of_prose(path: Path, text: str) -> int:
    """Return the first line of an article's prose that holds a text; where only its facts do, that line."""
    if not path.exists():
        return 1
    lines = path.read_text(encoding="utf-8-sig", errors="replace").split("\n")
    marks = [number for number, line in enumerate(lines, 1) if line.strip() == "---"][:2]
    below = marks[1] if len(marks) == 2 and not "".join(lines[: marks[0] - 1]).strip() else 0
    return next((number for number, line in enumerate(lines, 1) if number > below and text in line), 0) or line_of_text(
        path, text
    )
