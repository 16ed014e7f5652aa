"""The names of the files in a product's folder and beside it, and fingerprints of their contents. Reads no YAML."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Container, Iterable, Sequence
from pathlib import Path
from typing import Final

from bot.knowledge.layers import find_files
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
_TICK_NS: Final = 2_000_000_000
_UNKNOWN: Final = [0, 0, 0, None]


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


def fingerprint(path: Path) -> str:
    """Return a hash of a text file, the same whichever way its lines end; empty when it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError:
        return ""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()[:_DIGITS]


class Fingerprints:
    """Hashes of files, each read only when its size or times are others than before: reading all is most of a start."""

    def __init__(self, content: bytes | None = None, clock: Callable[[], int] = time.time_ns) -> None:
        """Take over what `dump` wrote; anything else counts as nothing known."""
        self._clock = clock
        self._before: dict[str, list[object]] = {}
        self._now: dict[str, list[object]] = {}
        try:
            before = json.loads(content or b"{}")
        except ValueError:
            return
        if isinstance(before, dict) and all(isinstance(each, list) and len(each) == 4 for each in before.values()):
            self._before = before

    def of(self, path: Path) -> str:
        """Return the fingerprint of a file."""
        name = str(path)
        try:
            found = os.stat(name)
        except OSError:
            return ""
        times = [found.st_size, found.st_mtime_ns, found.st_ctime_ns]
        known = self._before.get(name, _UNKNOWN)
        if known[:3] != times or not isinstance(known[3], str):
            known = [*times, fingerprint(path)]
        # What was written just now may be written again before the clock's next tick, and nothing would tell.
        if self._clock() - max(times[1:]) > _TICK_NS:
            self._now[name] = known
        return str(known[3])

    @property
    def are_new(self) -> bool:
        """Tell whether files were met that were not known, or are others now."""
        return any(self._before.get(name) != known for name, known in self._now.items())

    def dump(self) -> bytes:
        """Return what is known of all files that are still there."""
        self._before |= self._now
        return json.dumps({name: each for name, each in self._before.items() if os.path.exists(name)}).encode()


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


def articles_fingerprint(folders: Sequence[Path], of: Callable[[Path], str] = fingerprint) -> str:
    """Return a hash of all that articles are read from: the products' files but the phrasings, and the code that reads."""
    digest = hashlib.sha256()
    for of_product in product_folders(folders):
        digest.update("".join(f"{folder.absolute()}\0" for folder in of_product).encode())
        messages = [folder / MESSAGES_FOLDER for folder in of_product]
        for path in [*find_files(of_product, ".md"), *find_files(of_product, ".yaml"), *find_files(messages, ".yaml")]:
            if not path.name.endswith(PHRASINGS_SUFFIX):
                digest.update(f"{path.name}\0{of(path)}\0".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found = path.stat()
        digest.update(f"{path.name}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:_DIGITS]
