"""Standard output as it is: terminals without Unicode, and disks without room."""

from __future__ import annotations

import codecs
import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Final

import click

_HANDLER: Final = "sceptic.plain"
_NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
_PLAIN: Final = str.maketrans({
    "–": "-", "—": "-", "−": "-", "‑": "-", "→": "->", "←": "<-", "…": "...", "•": "*", "·": "-", "×": "x",
    "“": '"', "”": '"', "‘": "'", "’": "'", "≥": ">=", "≤": "<=", "\N{NO-BREAK SPACE}": " ",
})  # fmt: skip
# Encodings in which something had to be replaced.
_replaced_in: set[str] = set()


def fit_terminal() -> None:
    """Replace signs that a terminal's encoding has not, instead of stopping at the first."""
    codecs.register_error(_HANDLER, _replace)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and not _is_unicode(stream):
            stream.reconfigure(errors=_HANDLER)


def write_utf8() -> None:
    """Write UTF-8 whatever the terminal has: JSON is for programs, and is UTF-8 by its standard."""
    if isinstance(sys.stdout, TextIOWrapper) and not _is_unicode(sys.stdout):
        sys.stdout.reconfigure(encoding="utf-8", errors="strict")


@contextmanager
def writable_output() -> Iterator[None]:
    """Run a program; say in one sentence that there is no room for its output, or that signs of it were replaced."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
            if _replaced_in:
                _tell_replaced()
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        _abandon_output()
        click.echo(f"Error: The output cannot be written ({error.strerror}); free disk space.", err=True)
        sys.exit(1)


def _tell_replaced() -> None:
    encoding = _replaced_in.pop()
    _replaced_in.clear()
    click.echo(
        f"Signs that this terminal cannot show were replaced, for its encoding is {encoding}; "
        "set PYTHONUTF8=1 or a locale such as C.UTF-8.",
        err=True,
    )


def _is_unicode(stream: TextIOWrapper) -> bool:
    return codecs.lookup(stream.encoding).name.startswith("utf")


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    _replaced_in.add(error.encoding)
    signs = error.object[error.start : error.end].translate(_PLAIN)
    return signs.encode(error.encoding, "replace").decode(error.encoding), error.end


def _abandon_output() -> None:
    """Let the interpreter's own flush at the end find something that takes it."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    # No file descriptor behind it, as in tests.
    except (OSError, ValueError):
        return
