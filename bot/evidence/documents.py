"""Any file that is no event log → its text, or the reason why there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.evidence.decoding import TextFile, decode_text
from bot.evidence.file_kinds import OLE, kind_of

_OUTLOOK: Final = ".msg"


def read_document(content: bytes, name: str, *, complete: bool = True) -> TextFile:
    """Read a file: text in any encoding, HTML, and mails; `complete` where it does not go on behind what was given."""
    # Loaded for files only; most messages have none.
    from bot.evidence.html_text import is_html, text_of_html
    from bot.evidence.mails import is_mail, read_mail, read_outlook_mail

    if content.startswith(OLE) and name.lower().endswith(_OUTLOOK):
        return read_outlook_mail(content) or TextFile(kind="office")
    if (kind := kind_of(content, name)) is not None:
        return TextFile(kind=kind)
    if is_mail(content):
        return read_mail(content)
    found = decode_text(content, complete=complete)
    if found.text and is_html(found.text):
        return replace(found, text=text_of_html(found.text))
    if not found.text.strip() and found.kind is None:
        return TextFile(kind="blank")
    return found
