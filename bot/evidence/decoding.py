"""The bytes of a text file as text, whatever Windows wrote them with, and what of it could not be read."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from bot.evidence.file_kinds import FileKind
from bot.evidence.labels import LABELS, LEVELS

_SAMPLE: Final = 32_768
"""Bytes of a file by which its code page is found; labels stand in every record."""
_ZEROS: Final = 0.05
"""Share of zero bytes in every other place from which a text is UTF-16; of Chinese, digits and spaces alone have them."""
_OTHERS: Final = 4
_PLAIN: Final = re.compile(rb"[\x20-\x7e]{24}")
# ANSI code pages, and those that programs in a console write. The wider one stands for those that are parts of it.
_CODE_PAGES: Final = (
    *("cp1252", "cp950", "gb18030", "cp932", "cp949", "cp1250", "cp1251", "cp1253", "cp1254"),
    *("cp850", "cp852", "cp866", "cp857"),
)
_FEW_LABELS: Final = 3
"""Labels below which they may be there by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """A file's text; empty where its bytes are no text, of which `kind` is the reason."""

    text: str = ""
    # Bytes that are no character in the encoding: U+FFFD stands in their place.
    lossy: bool = False
    # Nothing in it tells its encoding for certain, so this one was guessed.
    guessed: str = ""
    # It ends within a character; its last line, or the last word of an only one, is left out.
    torn: bool = False
    # Why nothing of it is read.
    kind: FileKind | None = None
    # Names of attachments in it that are not read.
    skipped: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Tell whether everything in the file is read as it was written."""
        return self == TextFile(text=self.text)

    @property
    def received(self) -> str:
        """The text as a message would hold it: Slack escapes ampersands, and a file does not.

        A guessed text ends with a replacement character, by which it is told from one that is certain.
        """
        return self.text.replace("&", "&amp;") + ("\n\ufffd" if self.guessed else "")


def decode_text(content: bytes, *, complete: bool = True) -> TextFile:
    """Decode UTF-8, UTF-16 or a code page of Windows; `complete` where the file does not go on.

    A code page is the one in which most labels of events appear; where none does, it is guessed.
    """
    encoding = _unicode_of(content)
    found = _strictly(content, encoding, complete)
    if found is None and encoding.startswith("utf-8"):
        found = _in_code_page(content, complete)
    elif found is None:
        found = TextFile(text=content.decode(encoding, "replace"), lossy=True)
    return TextFile(kind="binary") if found is None or "\0" in found.text else found


def _unicode_of(content: bytes) -> str:
    """Return the Unicode encoding by its mark, else by where zeros stand."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = content[:_SAMPLE]
    # Two letters of one byte each in every place, and for so long: some of its lines have zeros, and it is not UTF-16.
    if _PLAIN.search(sample):
        return "utf-8-sig"
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    least = max(1, int(len(sample) / 2 * _ZEROS))
    # A letter of another script may have a zero in the other place, too.
    if odd >= least and odd > _OTHERS * even:
        return "utf-16-le"
    return "utf-16-be" if even >= least and even > _OTHERS * odd else "utf-8-sig"


def _strictly(content: bytes, encoding: str, complete: bool) -> TextFile | None:
    """Decode every character; one that only the end of the file cut in two costs the line that it stands in."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        text = decoder.decode(content)
    except UnicodeDecodeError:
        return None
    if not complete or not decoder.getstate()[0]:
        return TextFile(text=text)
    end = max(text.rfind("\n"), text.rfind("\r"))
    if end < 0:
        end = text.rfind(" ")
    return TextFile(text=text[: end + 1], torn=True)


@cache
def _labels() -> re.Pattern[str]:
    """Match a label at the beginning of a line or cell, or a level's word; those of plain letters as `plain`."""
    words = sorted({*LABELS, *(level for level in LEVELS if not level.isascii())}, key=len, reverse=True)
    plain = "|".join(re.escape(each) for each in words if each.isascii() and len(each) > 1)
    other = "|".join(re.escape(each) for each in words if not each.isascii())
    return re.compile(
        rf"(?:^|[\n,;:\t\"])[ \t\"]{{0,20}}(?:(?P<plain>{plain})|(?P<other>{other}))[ \t\u00a0\"]{{0,40}}(?=[:=,;\t\r\n]|$)",
        re.IGNORECASE,
    )


def _count_labels(text: str) -> tuple[int, int]:
    """Count labels that only this code page shows, and all of them."""
    kinds = [match["other"] is not None for match in _labels().finditer(text.replace("\u2019", "'"))]
    return sum(kinds), len(kinds)


def _in_code_page(content: bytes, complete: bool) -> TextFile | None:
    sample = content[:_SAMPLE]
    # A byte that no text has: Windows' code pages are beyond what a file with it is.
    if b"\0" in sample:
        return None
    counts = {page: _count_labels(sample.decode(page, "replace")) for page in _CODE_PAGES}
    most = max(counts.values())
    best = [page for page, count in counts.items() if count == most]
    if most[0]:
        return _decode_in(content, best[0], complete)
    if most[1] >= _FEW_LABELS and _is_western(sample) and "cp1252" in best:
        # All labels are plain letters, and so are the names of logs and sources around a few accents.
        return _decode_in(content, "cp1252", complete)
    return _guess(content, complete)


def _decode_in(content: bytes, page: str, complete: bool) -> TextFile:
    return _strictly(content, page, complete) or TextFile(text=content.decode(page, "replace"), lossy=True)


def _is_western(sample: bytes) -> bool:
    """Tell whether characters beyond ASCII stand alone between plain letters, as accents do."""
    runs = re.findall(rb"[\x80-\xff]+", sample)
    return sum(len(run) == 1 for run in runs) > 0.9 * len(runs)


def _guess(content: bytes, complete: bool) -> TextFile:
    # Loaded for such a file only.
    from charset_normalizer import from_bytes

    best = from_bytes(content[:_SAMPLE], cp_isolation=list(_CODE_PAGES)).best()
    if best is None:
        return TextFile(text=content.decode("utf-8", "replace"), lossy=True)
    return replace(_decode_in(content, best.encoding, complete), guessed=best.encoding)
