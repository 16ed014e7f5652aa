"""Files of a product whose folders lie over one another: one of a later folder stands in place of an earlier one's."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path


def find_file(folders: Sequence[Path], name: str) -> Path:
    """Return the file of a name in the last folder that has it, or else where it would be in the first."""
    return next((path for folder in reversed(folders) if (path := folder / name).is_file()), folders[0] / name)


def find_files(folders: Sequence[Path], ending: str) -> list[Path]:
    """Return all files whose names end so, by their names; of two with one name that of the later folder."""
    found = {name: folder for folder in folders for name in names_in(folder) if name.endswith(ending)}
    return [folder / name for name, folder in sorted(found.items())]


def names_in(folder: Path) -> list[str]:
    """Return the names of all that is in a folder, none of one that cannot be read."""
    try:
        return os.listdir(folder)
    except OSError:
        return []
