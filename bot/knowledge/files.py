"""The names of the files in a product's folder and beside it, and fingerprints of their contents. Reads no YAML."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Container, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot.knowledge.layers import names_in
from bot.knowledge.values import Knowledge

PRODUCT_FILE: Final = "product.yaml"
PHRASINGS_SUFFIX: Final = ".people-say.yaml"
BACKGROUND_FILE: Final = "background.yaml"
CONCEPTS_FILE: Final = "concepts.yaml"
OTHER_PRODUCTS_FILE: Final = "other-products.yaml"
UNCOVERED_FILE: Final = "uncovered.yaml"
MESSAGES_FOLDER: Final = "messages"
_DIGITS: Final = 24
"""Of a fingerprint; enough that two files never have the same."""


def shared_folder(knowledge: Knowledge, shipped: Path | None = None) -> Path:
    """Return the folder of what all products share: the first beside one of them that has background talk, or `shipped`."""
    beside = [product.folder.parent for product in knowledge.products.values()]
    found = next((folder for folder in beside if (folder / BACKGROUND_FILE).is_file()), None)
    return found or shipped or beside[0]


def phrasing_files(knowledge: Knowledge, shared: Path) -> dict[str | None, Path]:
    """Return the file of phrasings of each article that has one, and under None that of background talk."""
    files: dict[str | None, Path] = {None: shared / BACKGROUND_FILE}
    files.update({each.id: each.product.path(f"{each.id}{PHRASINGS_SUFFIX}") for each in knowledge.articles.values()})
    return {article_id: path for article_id, path in files.items() if path.is_file()}


def fingerprint(path: Path | str) -> str:
    """Return a hash of a text file, the same whichever way its lines end; empty when it cannot be read."""
    try:
        content = Path(path).read_bytes()
    except OSError:
        return ""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()[:_DIGITS]


FileStates = frozenset[tuple[str, int, int]]
"""Path, size and time of change (nanoseconds) of files."""


def file_states(folder: Path) -> FileStates:
    """Return the state of every file of articles below a folder; empty when it cannot be read."""
    found: set[tuple[str, int, int]] = set()
    try:
        for path in folder.rglob("*"):
            if path.suffix in {".md", ".yaml"}:
                # It may have gone since it was listed.
                with suppress(FileNotFoundError):
                    stat = path.stat()
                    found.add((str(path), stat.st_size, stat.st_mtime_ns))
    except OSError:
        return frozenset()
    return frozenset(found)


def product_folders(folders: Iterable[Path]) -> list[tuple[Path, ...]]:
    """Return the folders of each product, each over those before it: of each name all that are found.

    Each of `folders` is a product's, or holds some. One without a `product.yaml` is one where a product has its name already.
    """
    found: dict[str, tuple[Path, ...]] = {}
    for folder in folders:
        for each in _products_in(folder, found):
            of_this_name = found.get(each.name, ())
            found[each.name] = of_this_name if each in of_this_name else (*of_this_name, each)
    return list(found.values())


def _products_in(folder: Path, known: Container[str]) -> list[Path]:
    if (folder / PRODUCT_FILE).is_file() or not folder.is_dir():
        return [folder]
    inner = [path for path in sorted(folder.iterdir()) if path.is_dir()]
    return [path for path in inner if (path / PRODUCT_FILE).is_file() or path.name in known] or [folder]


def articles_fingerprint(folders: Sequence[Path], of: Callable[[str], str] = fingerprint) -> str:
    """Return a hash of all that articles are read from, and of where it lies: the products' files but the phrasings."""
    digest = hashlib.sha256()
    for of_product in product_folders(folders):
        digest.update("".join(f"{folder.absolute()}\0" for folder in of_product).encode())
        _add_files(digest, _files_of(of_product), of)
    for path in _code_files():
        found = os.stat(path)
        digest.update(f"{os.path.basename(path)}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:_DIGITS]


def content_fingerprint(folder: Path, of: Callable[[str], str] = fingerprint) -> str:
    """Return a hash of all that the articles of a folder's products are read from, the same wherever it lies."""
    digest = hashlib.sha256()
    for of_product in product_folders([folder]):
        digest.update(f"{of_product[0].name}\0".encode())
        _add_files(digest, _files_of(of_product), of)
    _add_files(digest, _code_files(), of)
    return digest.hexdigest()[:_DIGITS]


_CODE: Final = Path(__file__).parent
"""The code that reads, a part of what is read."""


def _files_of(of_product: Sequence[Path]) -> list[str]:
    """Return the paths of all files of a product but the phrasings, as text: a thousand `Path`s take longer than to stat them."""
    found = {name: f"{folder}{os.sep}{name}" for folder in of_product for name in names_in(folder)}
    files = [found[name] for ending in (".md", ".yaml") for name in sorted(found) if name.endswith(ending)]
    messages = [folder / MESSAGES_FOLDER for folder in of_product]
    files += [f"{each}{os.sep}{name}" for each in messages for name in sorted(names_in(each)) if name.endswith(".yaml")]
    return [path for path in files if not path.endswith(PHRASINGS_SUFFIX)]


def _code_files() -> list[str]:
    return [f"{_CODE}{os.sep}{name}" for name in sorted(names_in(_CODE)) if name.endswith(".py")]


def _add_files(digest: hashlib._Hash, paths: Iterable[str], of: Callable[[str], str]) -> None:
    digest.update("".join(f"{os.path.basename(path)}\0{of(path)}\0" for path in paths).encode())
