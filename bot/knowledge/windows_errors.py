"""Names that Windows itself gives to error numbers, out of a table that was generated from its header files.

`python -m bot.knowledge.windows_errors zerrors_windows.go LICENSE COMMIT > knowledge/windows-errors.txt` writes it anew.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from bot.evidence.lazy_pattern import lazy_pattern

WINDOWS_ERRORS_FILE: Final = "windows-errors.txt"
_WHOLE: Final = lazy_pattern(r"[89A-F][0-9A-F]{7}", re.ASCII)
_FAILED: Final = 0x80000000
_CUSTOMER: Final = 0x20000000
_NT: Final = 0x10000000
_STATUS: Final = 0xC0000000
_FACILITY_BITS: Final = 0x7FF
_STATUS_FACILITY_BITS: Final = 0xFFF
_CODE_BITS: Final = 0xFFFF
_WIN32: Final = 7


@dataclass(frozen=True, slots=True)
class ErrorParts:
    """An HRESULT or NTSTATUS taken apart ([MS-ERREF] 2.1 and 2.3); names are empty where the table has none."""

    # As somebody wrote it, and its eight hexadecimal digits.
    written: str
    digits: str
    kind: Literal["HRESULT", "NTSTATUS"]
    facility: int
    facility_name: str
    code: int
    # Windows' own name for it; of an error number that an HRESULT carries, that of the number.
    name: str


class WindowsErrors:
    """Looks names up in the table, which stays one text: a line is found quicker than thousands are read."""

    def __init__(self, table: str) -> None:
        self._table = table

    @classmethod
    def read(cls, folder: Path) -> WindowsErrors:
        """Read the table of a folder; without one nothing has a name."""
        path = folder / WINDOWS_ERRORS_FILE
        return cls(path.read_text(encoding="ascii") if path.is_file() else "")

    def take_apart(self, written: str, digits: str) -> ErrorParts | None:
        """Return the parts of a code of eight digits that says that something failed; None for any other number."""
        if _WHOLE.fullmatch(digits) is None:
            return None
        number = int(digits, 16)
        if number & _CUSTOMER:
            # Each program gives its own names to these.
            return None
        # An HRESULT with the bit N carries an NTSTATUS.
        is_status = number >= _STATUS or bool(number & _NT)
        bits = _STATUS_FACILITY_BITS if is_status and not number & _NT else _FACILITY_BITS
        facility, code = number >> 16 & bits, number & _CODE_BITS
        name = self._name(f"{number & ~_NT:08X}")
        if not name and facility == _WIN32 and not is_status:
            name = self._name(str(code))
        facility_name = "" if is_status else self._name(f"facility {facility}")
        return ErrorParts(written, digits, "NTSTATUS" if is_status else "HRESULT", facility, facility_name, code, name)

    def _name(self, key: str) -> str:
        at = self._table.find(f"\n{key}\t")
        return self._table[at + len(key) + 2 : self._table.index("\n", at + 1)] if at >= 0 else ""


_ENTRY: Final = lazy_pattern(
    r"\s+(?P<name>[A-Z][A-Z0-9_]*[a-z]?\w*)\s+(?P<type>syscall\.Errno|Handle|NTStatus)?\s*=\s*(?P<value>0x[0-9A-Fa-f]+|\d+)$"
)


def generate_table(source: str, licence: str, commit: str) -> str:
    """Return the table out of the constants of golang.org/x/sys/windows, under its licence."""
    found: dict[str, str] = {}
    for line in source.splitlines():
        entry = _ENTRY.fullmatch(line)
        if entry is None:
            continue
        name, value = entry["name"], int(entry["value"], 0)
        if name.startswith("FACILITY_"):
            found.setdefault(f"facility {value}", name)
        elif value >= _FAILED:
            found.setdefault(f"{value:08X}", name)
        elif entry["type"] == "syscall.Errno":
            found.setdefault(str(value), name)
    head = (
        "Windows' own names of HRESULT, NTSTATUS and Win32 error numbers. Generated; see bot/knowledge/windows_errors.py.",
        f"Source: github.com/golang/sys, windows/zerrors_windows.go, commit {commit},",
        "which is itself generated from winerror.h and ntstatus.h of the Windows SDK. Licence of the source (BSD-3-Clause):",
        "",
        *licence.strip().splitlines(),
    )
    rows = (f"{key}\t{name}" for key, name in found.items())
    return "\n".join([*(f"# {line}".rstrip() for line in head), *rows, ""])


if __name__ == "__main__":
    sys.stdout.write(generate_table(Path(sys.argv[1]).read_text(), Path(sys.argv[2]).read_text(), sys.argv[3]))
