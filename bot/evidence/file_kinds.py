"""Kinds of files that are not read, by their first bytes, else by their names; and why another file is not."""

from __future__ import annotations

from typing import Final, Literal

FileKind = Literal[
    # Kinds that need another program first.
    "picture",
    "archive",
    "locked",
    "office",
    "trace",
    "binary",
    # Files of which nothing came.
    "blank",
    "gone",
    "elsewhere",
    "not_given",
    "too_many",
    "no_room",
]

_MAGIC: Final[tuple[tuple[int, bytes, FileKind], ...]] = (
    (0, b"\x89PNG\r\n\x1a\n", "picture"),
    (0, b"\xff\xd8\xff", "picture"),
    (0, b"GIF8", "picture"),
    (0, b"BM", "picture"),
    (0, b"II*\0", "picture"),
    (0, b"MM\0*", "picture"),
    (4, b"ftyphei", "picture"),
    (4, b"ftypmif1", "picture"),
    (4, b"ftypavif", "picture"),
    (8, b"WEBP", "picture"),
    (0, b"PK\x03\x04", "archive"),
    (0, b"PK\x05\x06", "archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive"),
    (0, b"\x1f\x8b", "archive"),
    (0, b"Rar!\x1a\x07", "archive"),
    (0, b"MSCF", "archive"),
    (0, b"BZh", "archive"),
    (0, b"\xfd7zXZ\0", "archive"),
    (257, b"ustar", "archive"),
    (0, b"%PDF-", "office"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (0, b"{\\rtf", "office"),
)
_ENDINGS: Final[dict[str, FileKind]] = {
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".webp"), "picture"),
    **dict.fromkeys((".zip", ".7z", ".gz", ".rar", ".cab", ".tar", ".tgz", ".bz2", ".xz"), "archive"),
    **dict.fromkeys((".xlsx", ".xls", ".docx", ".doc", ".pptx", ".pdf", ".rtf", ".one"), "office"),
    **dict.fromkeys((".etl", ".dmp"), "trace"),
}
_OFFICE: Final = (b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis")
_ENCRYPTED: Final = 1
"""The bit of a zip member's flags that says that it needs a password."""
_FLAGS: Final = 6
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of Office's older files, and of the mails that Outlook saves."""


def kind_of(content: bytes, name: str) -> FileKind | None:
    """Recognise a file that is not read; None for what may be text. By its bytes first: its name may be anything."""
    if not content:
        return "blank"
    kind = next((kind for at, magic, kind in _MAGIC if content[at : at + len(magic)] == magic), None)
    if kind == "picture" and content.startswith(b"BM") and b"\0" not in content[:32]:
        kind = None
    if kind != "archive" or not content.startswith(b"PK\x03\x04"):
        return kind or _of_name(name, content)
    if any(mark in content[:128] for mark in _OFFICE):
        return "office"
    return "locked" if content[_FLAGS : _FLAGS + 1] and content[_FLAGS] & _ENCRYPTED else "archive"


def _of_name(name: str, content: bytes) -> FileKind | None:
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    return _ENDINGS.get(ending) if b"\0" in content else None
