"""A status with its sub-status and error number: the columns of a web server's log (W3C), and the words for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# "2026-06-04 10:04:03 … POST /relay - 443 - … 403 7 64 328": a line of a log in W3C's extended format. The status is the
# first number of three digits behind which nothing but numbers stands.
_LINE: Final = re.compile(
    r"^[ \t>`]{0,8}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d .{0,400}?(?:GET|POST|HEAD|OPTIONS|PUT) .{0,3000}?"
    r"[ ](?P<status>[1-5]\d\d) (?P<sub>\d{1,4}) (?P<error>\d{1,10})(?: \d{1,10}){0,6}[ \t`]{0,4}$",
    re.ASCII | re.MULTILINE,
)
_SUB: Final = r"(?:sc[\-_])?(?:sub[\s\-]?(?:status|code)?|子狀態碼?|子状态码?|サブステータス)(?:碼|码)?"
_BEHIND: Final = re.compile(
    r"(?<![\w.\-/])(?P<status>[1-5]\d\d)[\s,;:(/]{1,3}(?:(?:with|and|mit|und|an?|ein|einem)\s){0,2}"
    rf"{_SUB}[\s:=#]{{0,3}}(?:of\s|是|為|为)?(?P<sub>\d{{1,4}})(?![\w.])"
    r"(?:[\s,;]{1,3}(?:sc[\-_])?win32(?:[\s\-]?status)?[\s:=]{0,3}(?P<error>\d{1,10})(?![\w.]))?",
    re.IGNORECASE,
)
_BEFORE: Final = re.compile(
    rf"(?<![A-Za-z]){_SUB}[\s:=#]{{0,3}}(?:of\s|是|為|为)?(?P<sub>\d{{1,4}})[\s,]{{1,2}}(?:(?:on|of|for|with|from|at|bei|zu)\s{{1,2}}|的\s?|の\s?)"
    r"(?:(?:an?|the|our|einem|dem|status|http(?:\sstatus)?)\s{1,2}){0,3}(?P<status>[1-5]\d\d)(?![\w.])",
    re.IGNORECASE,
)
# "403 7 64": nothing but the three columns, as people read them out.
_COLUMNS: Final = re.compile(
    r"(?<![\w.\-/:#])(?<!\d )(?P<status>[45]\d\d)(?P<gap>[ /]| - )(?P<sub>\d{1,2})(?P=gap)(?P<error>\d{1,10})(?![\w.%]|[:/\-]\d)",
    re.ASCII,
)
# "403.16", where it is no amount.
_DOTTED: Final = re.compile(
    r"(?<![\w.,\-/:#€$£])(?P<status>[45]\d\d)\.(?P<sub>\d{1,2})(?:\.(?P<error>\d{1,10}))?(?![\w%€$£]|\.\d|\s?(?:eur|usd|twd|ntd|ms|s|sec|[kmgt]i?b|mbit)(?![a-z]))",
    re.ASCII | re.IGNORECASE,
)
# "HTTP/1.1 404 Not Found": the first line of a server's answer.
_ANSWERED: Final = re.compile(r"(?<![\w/])HTTP/[12](?:\.[01])?[\s\"]{1,3}(?P<status>[1-5]\d\d)(?![\w.])", re.ASCII)
_FAILED: Final = 400


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """A status as it stands in a text: where, and as status, sub-status and error number with full stops between."""

    start: int
    end: int
    number: str


def log_lines(text: str) -> Iterator[tuple[int, int, ServerStatus | None]]:
    """Yield each line of a W3C log, with its status where that says that something failed."""
    for match in _LINE.finditer(text) if " - " in text else ():
        failed = int(match["status"]) >= _FAILED
        yield *match.span(), _status(match, match.start("status"), match.end("error")) if failed else None


def worded_statuses(text: str) -> Iterator[ServerStatus]:
    """Yield each status whose sub-status is called one, or that stands in the columns of such a line."""
    taken: list[tuple[int, int]] = []
    for pattern in (_BEHIND, _BEFORE, _COLUMNS, _DOTTED, _ANSWERED):
        for match in pattern.finditer(text):
            # What was answered with success explains nothing.
            is_answer = pattern is _ANSWERED and int(match["status"]) < _FAILED
            if not is_answer and not any(start < match.end() and match.start() < end for start, end in taken):
                taken.append(match.span())
                yield _status(match, *match.span())


def _status(match: re.Match[str], start: int, end: int) -> ServerStatus:
    parts = match.groupdict()
    numbers = (parts["status"], parts.get("sub"), parts.get("error"))
    return ServerStatus(start, end, ".".join(each.lstrip("0") or "0" for each in numbers if each))
