"""Standard output that cannot take everything: one sentence, and no stack trace."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# Of Windows' console in the west; click itself writes UTF-8 where Python is set to ASCII.
NO_UNICODE = {"PYTHONIOENCODING": "cp437", "PYTHONUTF8": "0"}
FULL = Path("/dev/full")


def sceptic(*arguments: str, output: int = subprocess.PIPE, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
        check=False,
    )


def test_a_terminal_without_unicode_gets_the_answer_and_is_told() -> None:
    """Signs are replaced by plain ones; what was lost is said once, with what to do."""
    done = sceptic("flow", **NO_UNICODE)

    assert done.returncode == 0
    assert "SCEP - the current connector" in done.stdout.decode("cp437")
    (told,) = done.stderr.decode("ascii").splitlines()
    assert told.startswith("Signs that this terminal cannot show were replaced")
    assert "PYTHONUTF8=1" in told


def test_json_is_utf8_whatever_the_terminal_has() -> None:
    """Programs read it."""
    done = sceptic("ask", "--json", "20502 驗證", **NO_UNICODE)

    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.decode("utf-8"))


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [("manifest",), ("ask", "20502"), ("store", "key"), ("--help",)])
def test_a_full_disk_is_one_sentence(arguments: tuple[str, ...]) -> None:
    with FULL.open("wb") as full:
        done = sceptic(*arguments, output=full.fileno())

    assert done.returncode == 1
    assert done.stderr == b"Error: The output cannot be written (No space left on device); free disk space.\n"
