"""The bytes of a text file as text, whatever Windows wrote them with, and what of it could not be read."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from bot.evidence.normalise import MAX_CHARACTERS


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file's text; empty where its bytes are no text."""

    text: str = ""
    # Bytes that are no character in UTF-8, or in UTF-16 where the file says it is that: U+FFFD stands in their place.
    lossy: bool = False
    # Characters from its beginning that are read, where the text is longer than that, or goes on behind what was fetched.
    read: int | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether everything in the file is read as it was written."""
        return self.read is None and not self.lossy


def decode_text(content: bytes, *, complete: bool = True) -> TextFile:
    """Decode UTF-8, or UTF-16 with the mark that Windows begins it with; `complete` where the file does not go on."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text, lossy = codecs.getincrementaldecoder(encoding)().decode(content, final=complete), False
    except UnicodeDecodeError:
        text, lossy = content.decode(encoding, "replace"), True
    return TextFile() if "\0" in text else TextFile(text, lossy)


def share_room(files: list[TextFile], used: int) -> list[TextFile]:
    """Say of each file how much of it is read where `used` characters stand before them all, and line breaks between."""
    shared = []
    for file in files:
        room = max(0, MAX_CHARACTERS - used)
        cut = len(file.text) > room
        shared.append(TextFile(file.text, file.lossy, room) if cut else file)
        used += len(file.text) + 1
    return shared
