"""Reads `other-products.yaml`: the names of what is not a product of this knowledge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.knowledge.faults import KnowledgeError, KnowledgeFault
from bot.languages import DEFAULT


@dataclass(frozen=True, slots=True)
class OtherName:
    """Another product, service or thing, and the spellings that name it."""

    name: str
    # Spellings that always mean it; in exactly these capitals; and everyday words that do in company of those in `beside`.
    always: tuple[str, ...]
    cased: tuple[str, ...]
    words: tuple[str, ...]
    beside: tuple[str, ...]
    # The products of which it is a neighbour: naming it does not speak against them.
    near: tuple[str, ...]


def read_other_names(path: Path) -> tuple[OtherName, ...]:
    """Read all names of the file, none when there is no file. Raises KnowledgeError when it holds anything else."""
    if not path.is_file():
        return ()
    # Names that are kept need no parser.
    from bot.knowledge.yaml_file import read_yaml

    content, _ = read_yaml(path)
    try:
        return tuple(_names(content))
    except (AttributeError, KeyError, TypeError) as error:
        sentence = "must be classes, each with “called” and a list of “names”"
        raise KnowledgeError([KnowledgeFault(path, 1, sentence)]) from error


def _names(content: dict[str, Any]) -> Iterator[OtherName]:
    for group in content.values():
        for each in group["names"]:
            entry: dict[str, Any] = {"name": each} if isinstance(each, str) else each
            name = entry["name"]
            spelled = [name] if isinstance(name, str) else list(name.values())
            shown = name if isinstance(name, str) else name[DEFAULT]
            only_so = {*entry.get("cased", ()), *entry.get("words", ())}
            yield OtherName(
                name=shown,
                always=tuple(text for text in (*spelled, *entry.get("also", ())) if text not in only_so),
                cased=tuple(entry.get("cased", ())),
                words=tuple(entry.get("words", ())),
                beside=tuple(entry.get("beside", ())),
                near=tuple(entry.get("near", ())),
            )
