"""Reads the texts that a product's events and codes carry in each language, by which a pasted message is recognised.

They are data to compare with and are shown to nobody: answers are written in the articles.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from bot.knowledge.faults import KnowledgeError, KnowledgeFault
from bot.knowledge.fields import Fields, PlacedFault
from bot.knowledge.files import MESSAGES_FOLDER
from bot.knowledge.yaml_file import line_of, read_yaml

_REPOSITORY: Final = re.compile(r"[\w.-]+/[\w.-]+")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")


def read_messages(
    folders: Sequence[Path], articles: Collection[str], written: Collection[str]
) -> tuple[dict[str, tuple[str, ...]], list[KnowledgeFault]]:
    """Read all files of a product's `messages/`; texts of an article that is left out are left out with it.

    An article's text in a file of a later folder stands in place of that in the file of its name before it; texts of
    other articles stay. `written` are the IDs of all article files, also of those that could not be read.
    """
    by_file: dict[str, dict[str, str]] = {}
    faults: list[KnowledgeFault] = []
    for folder in folders:
        for path in sorted((folder / MESSAGES_FOLDER).glob("*.yaml")):
            by_file.setdefault(path.name, {}).update(_read_file(path, written, faults))
    found: dict[str, tuple[str, ...]] = {}
    for _, texts in sorted(by_file.items()):
        for article_id, text in texts.items():
            if article_id in articles:
                found[article_id] = (*found.get(article_id, ()), text)
    return found, faults


def _read_file(path: Path, written: Collection[str], faults: list[KnowledgeFault]) -> dict[str, str]:
    """Read one language: where its texts come from, and the text of each article."""
    try:
        content, tree = read_yaml(path)
    except KnowledgeError as error:
        faults.extend(error.faults)
        return {}
    found: list[PlacedFault] = []
    fields = Fields(content, ("repository", "commit", "path", "licence", "messages"), "a file of messages", found)
    fields.text("repository", pattern=_REPOSITORY, must="must be the repository's owner and name, owner/name")
    fields.text("commit", pattern=_COMMIT, must="must be the commit's 40 digits")
    fields.text("path")
    fields.text("licence")
    messages: dict[str, str] = {}
    for article_id, text in fields.entries("messages").items():
        if not isinstance(text, str) or not text.strip():
            fields.wrong("messages", "must be one text; put it in quotes", article_id)
        elif article_id not in written:
            fields.fault(
                f"messages: no article has the ID {article_id}; correct it or write it", "messages", article_id
            )
        else:
            messages[article_id] = text.strip()
    faults.extend(KnowledgeFault(path, line_of(tree, place), sentence) for place, sentence in found)
    return messages
