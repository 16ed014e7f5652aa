"""Reads one paragraph's Markdown into runs: bold, italics, code and links, and nothing else."""

from __future__ import annotations

import re
from typing import Final, Literal

from bot.knowledge.values import Run, Text

_Style = Literal["plain", "bold", "italic", "code"]
_PUNCTUATION: Final = r"""!"#$%&'()*+,\-./:;<=>?@\[\]^_`{|}~\\"""
_ADDRESS: Final = r"(?:[^\s()<>]|\([^\s()<>]*\))*"
_SPAN: Final = re.compile(
    rf"""
    \\(?P<escaped>[{_PUNCTUATION}])
    | (?<!`)(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)
    | (?P<image>!)?\[(?P<label>(?:[^\[\]\\`]|\\.|`[^`]*`)*)\]\(\s*<?(?P<url>{_ADDRESS})>?(?:\s+"[^"]*")?\s*\)
    | <(?P<bare>https?://[^\s<>]+)>
    | (?P<mark>(?<!\*)\*\*?(?!\*)|(?<![\w_])__?(?!_))(?=\S)
    | &(?P<entity>\#\d{{1,7}}|\#[xX][0-9a-fA-F]{{1,6}}|[a-zA-Z][a-zA-Z0-9]{{1,31}});
    """,
    re.VERBOSE | re.DOTALL,
)
_SPECIAL: Final = re.compile(r"[\\`!\[<*_&]")
"""The characters that a span begins with: looking for them first takes a third of the time."""
_ENDS: Final = {
    "**": re.compile(r"(?<=\S)\*\*(?!\*)"),
    "*": re.compile(r"(?<=[^\s*])\*(?!\*)"),
    "__": re.compile(r"(?<=\S)__(?!\w)"),
    "_": re.compile(r"(?<=[^\s_])_(?!\w)"),
}
_LONGEST: Final = 4_000
"""Characters of a paragraph; Slack cuts a longer one anyway."""
_DEEPEST: Final = 8
_SHELTERED: Final = re.compile(r"(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)|\\.|\]\([^\s()]*\)", re.DOTALL)
"""Stretches in which a mark ends nothing: code, what is escaped, addresses."""


def read_text_runs(text: str) -> tuple[Text, list[str]]:
    """Return the runs of a paragraph, and a sentence on whatever in it cannot be shown."""
    if len(text) > _LONGEST:
        return (Run(text),), [f"this paragraph has {len(text)} characters; write at most {_LONGEST}"]
    runs: list[Run] = []
    faults: list[str] = []
    _read(text, "plain", None, runs, faults)
    return _joined(runs), faults


def _read(text: str, style: _Style, url: str | None, runs: list[Run], faults: list[str], depth: int = 0) -> None:
    at = done = 0
    while (begun := _SPECIAL.search(text, at)) is not None:
        if (found := _SPAN.match(text, begun.start())) is None:
            at = begun.end()
            continue
        at = found.end()
        inner: str | None = None
        if found["mark"] is not None:
            end = _end_of(text, found["mark"], found.end()) if depth < _DEEPEST else None
            if end is None:
                continue
            inner, at = text[found.end() : end], end + len(found["mark"])
        runs.append(Run(text[done : found.start()], style, url))
        done = at
        if inner is not None:
            _read(inner, "bold" if len(found["mark"]) == 2 else "italic", url, runs, faults, depth + 1)
        elif found["label"] is not None:
            _read_link(found, style, url, runs, faults)
        else:
            runs.append(_piece(found, style, url))
    runs.append(Run(text[done:], style, url))


def _read_link(found: re.Match[str], style: _Style, url: str | None, runs: list[Run], faults: list[str]) -> None:
    if found["image"]:
        faults.append("a picture cannot be shown in chat; use plain text")
    elif not found["url"].startswith("https://"):
        of = f"“{found['label']}”"
        faults.append(
            f"the link {of} has no address; write one, or take the brackets away"
            if not found["url"]
            else f"the address of the link {of} is {found['url']!r}; it must begin with https://"
        )
        _read(found["label"], style, url, runs, faults)
    else:
        _read(found["label"], style, found["url"], runs, faults)


def _piece(found: re.Match[str], style: _Style, url: str | None) -> Run:
    if (code := found["code"]) is not None:
        # A space at both ends is there for a tick beside it.
        stripped = code[1:-1] if code[0] == code[-1] == " " and code.strip() else code
        return Run(stripped, "code", url)
    if found["bare"] is not None:
        return Run(found["bare"], style, found["bare"])
    if found["entity"] is not None:
        import html

        return Run(html.unescape(found[0]), style, url)
    return Run(found["escaped"], style, url)


def _end_of(text: str, mark: str, start: int) -> int | None:
    """Return where the stretch that a mark begins ends; None when it does not, and the mark is a letter as any other."""
    sheltered = [each.span() for each in _SHELTERED.finditer(text, start)]
    for end in _ENDS[mark].finditer(text, start + 1):
        if not any(first <= end.start() < last for first, last in sheltered):
            return end.start()
    return None


def _joined(runs: list[Run]) -> Text:
    """Join what stands side by side in one style; code stays apart, since each piece is one name."""
    joined: list[Run] = []
    for run in runs:
        if not run.text:
            continue
        last = joined[-1] if joined else None
        if last is not None and (last.style, last.url) == (run.style, run.url) and run.style != "code":
            joined[-1] = Run(last.text + run.text, run.style, run.url)
        else:
            joined.append(run)
    return tuple(joined)
