"""The compiled articles: one text file beside the products with all that their files say, so that nobody parses those.

It is used only where the hashes in its first line are those of the files beside it. The second line holds the names of
others' products, the third all articles' facts, and each further line one article's prose.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.knowledge.faults import KnowledgeError
from bot.knowledge.files import OTHER_PRODUCTS_FILE, content_fingerprint, fingerprint
from bot.knowledge.other_names import OtherName
from bot.knowledge.serialisation import dump_knowledge, dump_other_names, load_knowledge_from, load_other_names
from bot.knowledge.values import Knowledge

COMPILED_FILE: Final = "articles.jsonl"
FORMAT: Final = 1
"""Raised when the lines of the file mean something else."""

_Fingerprint = Callable[[str], str]


class CompiledError(Exception):
    """The file is not to be used; the message says why, in the words that follow its path."""


@dataclass(frozen=True, slots=True)
class CompiledArticles:
    """The file as it was read, whole; neither part is parsed yet."""

    folder: Path
    knowledge: bytes
    # Of a file of others' products with this hash.
    others: bytes
    others_hash: str

    def read_knowledge(self) -> Knowledge:
        """Read all products and articles. Raises CompiledError."""
        try:
            return load_knowledge_from(self.knowledge, self.folder)[0]
        except ValueError as error:
            raise CompiledError("is damaged") from error

    def read_others(self, hashed: str) -> tuple[OtherName, ...] | None:
        """Return the names of others' products, None where their file has another hash than it had."""
        try:
            return load_other_names(self.others) if hashed == self.others_hash else None
        except ValueError:
            return None


def find_compiled(folders: Sequence[Path], of: _Fingerprint = fingerprint) -> CompiledArticles | None:
    """Return the compiled articles of exactly these folders, None where there are none to look for.

    Raises CompiledError when the file is damaged, belongs to another version, or the articles beside it have changed.
    """
    if len(folders) != 1:
        return None
    folder = folders[0]
    try:
        content = (folder / COMPILED_FILE).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CompiledError(f"cannot be read ({error.strerror})") from error
    head, _, rest = content.partition(b"\n")
    found = _read_head(head)
    if hashlib.sha256(rest).hexdigest() != found.get("sha256"):
        raise CompiledError("is damaged")
    if found.get("articles") != content_fingerprint(folder, of):
        raise CompiledError("was made from other articles")
    others, _, knowledge = rest.partition(b"\n")
    return CompiledArticles(folder, knowledge, others, str(found.get("others")))


def _read_head(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise CompiledError("is damaged") from error
    if not isinstance(found, dict):
        raise CompiledError("is damaged")
    if found.get("format") != FORMAT:
        raise CompiledError("belongs to another version of Sceptic")
    return found


def write_compiled(folder: Path) -> Path:
    """Write the file anew beside a folder's products, and return its path. Raises KnowledgeError when they have a fault."""
    path = folder / COMPILED_FILE
    path.write_bytes(_compile(folder))
    return path


def check_compiled(folder: Path) -> str | None:
    """Return a sentence on what is wrong with the file beside a folder's products, or None; reads all of them."""
    path = folder / COMPILED_FILE
    try:
        content = path.read_bytes()
    except OSError as error:
        return f"{path} cannot be read ({error.strerror}); run: make articles"
    return None if content == _compile(folder) else f"{path} was made from other articles; run: make articles"


def _compile(folder: Path) -> bytes:
    # Parsers of Markdown and YAML take longer to load than to run.
    from bot.knowledge.library import load_knowledge
    from bot.knowledge.other_names import read_other_names

    others = folder / OTHER_PRODUCTS_FILE
    names = dump_other_names(read_other_names(others))
    knowledge, faults = load_knowledge(folder)
    if faults:
        raise KnowledgeError(faults)
    rest = names + b"\n" + dump_knowledge(knowledge, base=folder)
    head = {
        "format": FORMAT,
        "articles": content_fingerprint(folder),
        "others": fingerprint(others),
        "sha256": hashlib.sha256(rest).hexdigest(),
    }
    return json.dumps(head).encode() + b"\n" + rest
