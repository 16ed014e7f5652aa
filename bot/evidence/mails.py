"""The text of a saved mail: .eml, and Outlook's .msg."""

from __future__ import annotations

import io
import re
import struct
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from typing import Final

from bot.evidence.decoding import TextFile, decode_text
from bot.evidence.file_kinds import OLE
from bot.evidence.html_text import text_of_html

_HEADER: Final = re.compile(
    rb"(?:[A-Za-z][A-Za-z0-9\-]{1,60}:[^\r\n]{0,2000}\r?\n(?:[ \t][^\r\n]{0,2000}\r?\n){0,60}){2,80}\r?\n"
)
_SAYS_MAIL: Final = re.compile(
    rb"^(?:Received|MIME-Version|Message-ID|Return-Path|From):", re.IGNORECASE | re.MULTILINE
)
_LONGEST_HEADER: Final = 65_536
_TEXT_ENDINGS: Final = (".txt", ".log", ".csv", ".tsv", ".xml", ".json", ".clixml", ".svclog")
_MOST_PARTS: Final = 5_000
"""Lines that may part a mail's bodies; with more of them it is none, for the parser takes long over each."""
_MOST_ATTACHMENTS: Final = 20


def is_mail(content: bytes) -> bool:
    """Tell whether a file is a mail as it travels: headers, and among them one that only a mail has."""
    header = _HEADER.match(content[:_LONGEST_HEADER])
    return header is not None and _SAYS_MAIL.search(header[0]) is not None and content.count(b"\n--") < _MOST_PARTS


def read_mail(content: bytes) -> TextFile:
    """Read subject, text and attached texts of a mail; with a table in its HTML that is its text, else the plain one."""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - the policy's own class
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    shown = text_of_html(page_text) if page is not None and (page_text := _text_of(page)) else ""
    text = _text_of(plain) if plain is not None else ""
    parts, skipped = [str(message.get("subject") or ""), shown if "\t" in shown or not text else text], list[str]()
    for attached in list(message.iter_attachments())[:_MOST_ATTACHMENTS]:
        name = str(attached.get_filename() or attached.get_content_type())
        if isinstance(attached, EmailMessage) and name.lower().endswith(_TEXT_ENDINGS):
            parts.append(_decoded(attached).text)
        else:
            skipped.append(name)
    return TextFile(text="\n\n".join(part for part in parts if part), skipped=tuple(skipped))


def _text_of(part: MIMEPart) -> str:
    try:
        content = part.get_content()
    except (LookupError, ValueError, AttributeError):
        return _decoded(part).text
    return content if isinstance(content, str) else ""


def _decoded(part: MIMEPart) -> TextFile:
    payload = part.get_payload(decode=True)
    return decode_text(payload) if isinstance(payload, bytes) else TextFile()


def read_outlook_mail(content: bytes) -> TextFile | None:
    """Read a mail that Outlook saved; None where it is none, or damaged."""
    # Loaded for such a file only.
    from oxmsg import Message

    if not content.startswith(OLE):
        return None
    try:
        message = Message.load(io.BytesIO(content))
        shown = text_of_html(message.html_body) if message.html_body else ""
        text = message.body or ""
        body = shown if "\t" in shown or not text else text
        skipped = tuple(each.file_name or "" for each in message.attachments)[:_MOST_ATTACHMENTS]
        if not body and not message.sender:
            return None
        return TextFile(text=f"{message.subject or ''}\n\n{body}", skipped=skipped)
    # What a damaged file makes the library raise.
    except (OSError, KeyError, IndexError, ValueError, TypeError, AssertionError, struct.error):
        return None
