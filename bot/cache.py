"""A folder of files that can be made anew at any time, each named by the fingerprint of all it was made from.

Nothing here is trusted: a file that is damaged, or that somebody else may have written, is not used.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_MAGIC: Final = b"sceptic 1\n"
_DIGEST: Final = hashlib.sha256().digest_size
_UNUSED_SECONDS: Final = 30 * 86_400
"""Age since its last use from which a file is deleted: that of another version or product in use is younger."""
_DAY_SECONDS: Final = 86_400
_TICK_NS: Final = 2_000_000_000
_UNKNOWN: Final = [0, 0, 0, None]
_SUFFIX: Final = ".cache"
_WRITTEN_BEFORE: Final = ("weights-*.npz",)
"""Names that earlier versions gave."""


@dataclass(slots=True)
class Cache:
    """Keeps bytes by name; `tell` is given one sentence for whatever keeps it from doing so."""

    folder: Path
    tell: Callable[[str], None] = lambda _sentence: None
    _refused: bool = field(default=False, init=False)

    def load(self, name: str) -> bytes | None:
        """Return what was kept under a name, or None when there is nothing that can be trusted."""
        path = self.folder / f"{name}{_SUFFIX}"
        try:
            with path.open("rb") as file:
                found = os.fstat(file.fileno())
                if not _is_trusted(found):
                    self.tell(f"{path} may have been written by somebody else and is not used; delete it.")
                    return None
                head, kept = file.read(len(_MAGIC) + _DIGEST), file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            self._refuse(error)
            return None
        if head != _MAGIC + hashlib.sha256(kept).digest():
            self.discard(name)
            return None
        if time.time() - found.st_mtime > _DAY_SECONDS:
            with suppress(OSError):
                os.utime(path)
        return kept

    def discard(self, name: str) -> None:
        """Say that what was kept under a name is damaged; it is to be made and kept anew."""
        self.tell(f"{self.folder / name}{_SUFFIX} is damaged and is made anew.")

    def keep(self, name: str, content: bytes) -> None:
        """Keep bytes under a name, whole or not at all, and delete what was not used for long."""
        import tempfile

        path = self.folder / f"{name}{_SUFFIX}"
        beside: str | None = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, beside = tempfile.mkstemp(dir=self.folder, suffix=_SUFFIX)
            with os.fdopen(handle, "wb") as file:
                file.write(_MAGIC + hashlib.sha256(content).digest() + content)
            Path(beside).replace(path)
        except OSError as error:
            self._refuse(error)
            if beside is not None:
                Path(beside).unlink(missing_ok=True)
            return
        self._drop_unused()

    def _drop_unused(self) -> None:
        oldest = time.time() - _UNUSED_SECONDS
        for pattern in (f"*{_SUFFIX}", *_WRITTEN_BEFORE):
            for path in self.folder.glob(pattern):
                # Another process may be deleting the same file.
                with suppress(OSError):
                    if path.stat().st_mtime < oldest:
                        path.unlink()

    def _refuse(self, error: OSError) -> None:
        if not self._refused:
            self._refused = True
            self.tell(
                f"Nothing can be kept in {self.folder} ({error.strerror or error}): each start takes longer; "
                "set SCEPTIC_CACHE to a folder that can be written."
            )


class Fingerprints:
    """Hashes of files, each read only when its size or times are others than before: reading all is most of a start."""

    def __init__(self, read: Callable[[Path | str], str], content: bytes | None = None) -> None:
        """Take over what `dump` wrote; anything else counts as nothing known. `read` hashes a file."""
        self._read = read
        self._before: dict[str, list[object]] = {}
        self._now: dict[str, list[object]] = {}
        try:
            before = json.loads(content or b"{}")
        except ValueError:
            return
        if isinstance(before, dict) and all(isinstance(each, list) and len(each) == 4 for each in before.values()):
            self._before = before

    def of(self, path: Path | str) -> str:
        """Return the fingerprint of a file."""
        name = str(path)
        try:
            found = os.stat(name)
        except OSError:
            return ""
        times = [found.st_size, found.st_mtime_ns, found.st_ctime_ns]
        known = self._before.get(name, _UNKNOWN)
        if known[:3] != times or not isinstance(known[3], str):
            known = [*times, self._read(path)]
        # What was written just now may be written again before the clock's next tick, and nothing would tell.
        if time.time_ns() - max(times[1:]) > _TICK_NS:
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


class KeptFingerprints(Fingerprints):
    """Fingerprints that are kept in the cache, for those who read the same folders again."""

    def __init__(self, read: Callable[[Path | str], str], cache: Cache, folders: Iterable[Path]) -> None:
        of = "\0".join(str(folder.absolute()) for folder in folders).encode("utf-8", "surrogateescape")
        self._cache, self._name = cache, f"files-{hashlib.sha256(of).hexdigest()[:24]}"
        super().__init__(read, cache.load(self._name))

    def keep(self) -> None:
        """Keep what was learned of files since the last time."""
        if self.are_new:
            self._cache.keep(self._name, self.dump())


def _is_trusted(found: os.stat_result) -> bool:
    """Tell whether a file is our own or the administrator's, and nobody else's to change."""
    if not hasattr(os, "getuid"):
        return True  # Windows keeps the folder of a user's profile to the user
    return found.st_uid in {os.getuid(), 0} and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
