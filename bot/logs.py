"""Logs: JSON lines for machines, colour for a terminal, and never what somebody wrote or a token."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO

import structlog
from structlog.typing import Processor

_OURS: Final = "bot"
# In other libraries' lines the values begin here: repr of payloads and errors, addresses, bodies.
_VALUES: Final = re.compile(r"[({\[:'\"\n]")

_Event = MutableMapping[str, Any]
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def set_up_logs(level: str, stream: TextIO | None = None) -> None:
    """Send all logs to `stream`, standard error by default: readable on a terminal, else one JSON object a line.

    `level` is Sceptic's own; other libraries are heard from "warning" on, since at lower levels they log payloads,
    statements with their parameters, and tokens.
    """
    stream = stream or sys.stderr
    in_colour = stream.isatty()
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        keep_words_only,
        show_where,
    ]
    last: Processor = (
        structlog.dev.ConsoleRenderer(colors=True)
        if in_colour
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    own = getattr(logging, level.upper())
    root.setLevel(max(logging.WARNING, own))
    logging.getLogger(_OURS).setLevel(own)
    # Warnings of Python itself go the same way.
    logging.captureWarnings(capture=True)


def keep_words_only(_logger: object, _method: str, event: _Event) -> _Event:
    """Cut other libraries' lines before their first value; theirs hold payloads, errors' texts and addresses."""
    if not _is_ours(str(event.get("logger") or "")):
        event["event"] = _VALUES.split(str(event["event"]), maxsplit=1)[0].strip()
    return event


def show_where(_logger: object, _method: str, event: _Event) -> _Event:
    """Say which error it was and where it came from, in place of its text and of the values of variables."""
    found = event.pop("exc_info", None)
    if isinstance(found, BaseException):
        found = (type(found), found, found.__traceback__)
    elif found is True:
        found = sys.exc_info()
    if found and found[1] is not None:
        event["error"] = describe(found[1])
        event["where"] = trace(found[1])
    event.pop("stack_info", None)
    return event


def describe(error: BaseException) -> str:
    """Name an error, with its text where that is ours, Slack's code, or the operating system's.

    Another error's text may quote what it was given.
    """
    name = type(error).__name__
    if _is_ours(type(error).__module__):
        return f"{name}: {error}"
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {error.strerror}"
    response = getattr(error, "response", None)
    code = response.get("error") if response is not None and hasattr(response, "get") else None
    if isinstance(code, str) and re.fullmatch(r"\w{1,64}", code, re.ASCII):
        return f"{name}: {code}"
    return name


def trace(error: BaseException) -> list[str]:
    """The files, lines and functions an error came through, its causes first."""
    behind = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [*trace(behind), f"then {describe(error)}"] if behind is not None else []
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        lines.append(f"{'/'.join(path.parts[-2:])}:{frame.lineno} {frame.name}")
    return lines


def _is_ours(module: str) -> bool:
    return module == _OURS or module.startswith(f"{_OURS}.")
