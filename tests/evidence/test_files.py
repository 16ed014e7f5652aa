"""Files as people save them: encodings, kinds that are not read, and files that end where they should not."""

from __future__ import annotations

import io
import zipfile

import pytest

from bot.evidence import read_document
from tests.evidence.test_forms import ORDERS, faults_of
from tests.fixtures.event_forms import FORMS, LANGUAGES, Form, viewer_copy, viewer_list
from tests.fixtures.reading import read_evidence

PAGES = {
    "zh-TW": "cp950",
    "zh-CN": "cp936",
    "ja": "cp932",
    "ko": "cp949",
    "ru": "cp1251",
    "pl": "cp1250",
    "cs": "cp1250",
    "tr": "cp1254",
}
"""Code page of Windows by language; of the others it is 1252."""
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
RECORDS = ORDERS["newest first"]


def encoded(form: Form, encoding: str) -> tuple[str, bytes]:
    """Print a form in an encoding, with quotes that each of them has."""
    text = form.show(RECORDS).replace("\u201c", "'").replace("\u201d", "'").replace("\u2033", "in")
    if encoding not in UNICODE:
        # Event Viewer writes typographic apostrophes, and each code page has them or not.
        text = text.encode(encoding, "ignore").decode(encoding)
    return text, text.encode(encoding)


def faults_in(form: Form, encoding: str) -> list[str]:
    text, content = encoded(form, encoding)
    read = read_document(content, "events.txt")
    if not read.is_whole:
        return [f"not read whole: {read.kind} {read.guessed} {read.lossy}"]
    return ["another text"] * (read.text != text) + faults_of(form, RECORDS, read.received)


def test_each_language_is_read_in_its_own_code_page() -> None:
    wrong = {}
    for language in LANGUAGES:
        page = PAGES.get(language, "cp1252")
        for form in (viewer_copy(language), viewer_list(language, ","), viewer_list(language, "\t")):
            if found := faults_in(form, page):
                wrong[language, page] = found

    assert wrong == {}


def test_unicode_is_read_with_and_without_its_mark() -> None:
    wrong = {
        (language, encoding): found
        for language in ("en", "zh-TW", "ja", "ru", "cs")
        for encoding in UNICODE
        if (found := faults_in(viewer_copy(language), encoding))
    }

    assert wrong == {}


@pytest.mark.thorough
@pytest.mark.parametrize("encoding", [*UNICODE, *sorted({*PAGES.values(), "cp1252"})])
def test_every_form_is_read_in_every_encoding_that_holds_it(encoding: str) -> None:
    wrong = {}
    for name, form in FORMS.items():
        language = name.rpartition(" ")[2]
        native = PAGES.get(language, "cp1252") if language in LANGUAGES else encoding
        if encoding in {*UNICODE, native} and (found := faults_in(form, encoding)):
            wrong[name] = found

    assert wrong == {}


def zipped(*, locked: bool = False, name: str = "log.txt") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "Event ID: 20502")
    content = bytearray(out.getvalue())
    content[6] |= locked
    return bytes(content)


KINDS = {
    ("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"): "picture",
    ("photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0"): "picture",
    ("cat.txt", b"\xff\xd8\xff\xe0\0\x10JFIF\0"): "picture",
    ("logs.zip", zipped()): "archive",
    ("a picture, it says.png", zipped()): "archive",
    ("logs.zip", zipped(locked=True)): "locked",
    ("mdm.cab", b"MSCF\0\0\0\0"): "archive",
    ("log.evtx.gz", b"\x1f\x8b\x08\0"): "archive",
    ("logs.7z", b"7z\xbc\xaf\x27\x1c\0\4"): "archive",
    ("list.xlsx", zipped(name="[Content_Types].xml")): "office",
    ("report.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"): "office",
    ("mail.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600): "office",
    ("trace.etl", b"\0\1\0\0\0\0"): "trace",
    ("what.bin", b"\1\0\2\0\0\0\xff\0"): "binary",
    ("nothing.txt", b""): "blank",
    ("spaces.txt", b" \r\n\t\r\n"): "blank",
    ("mark.txt", b"\xef\xbb\xbf"): "blank",
}


def test_a_file_that_is_not_read_is_told_by_its_kind() -> None:
    """By its first bytes, whatever its name."""
    found = {name: read_document(content, name).kind for (name, content) in KINDS}

    assert found == {name: kind for (name, _), kind in KINDS.items()}
    assert not any(read_document(content, name).text for name, content in KINDS)


def test_a_text_named_like_another_kind_is_read() -> None:
    assert read_document(b"Event ID: 20502", "photo.png").text == "Event ID: 20502"
    assert read_document(b"BM 20502 is on fire", "note.txt").text == "BM 20502 is on fire"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8"])
def test_half_a_character_at_the_end_costs_the_line_it_stands_in(encoding: str) -> None:
    """The rest of that line may be half a number."""
    read = read_document("Event ID: 20402\nDiagnostic Code: 0x00000409\u4e2d".encode(encoding)[:-1], "x.txt")

    assert (read.text, read.torn, read.lossy) == ("Event ID: 20402\n", True, False)


def test_a_line_with_zeros_makes_no_file_utf_16() -> None:
    """Neither is that line read, nor are the others taken for Chinese."""
    lines = ["event_id=20402 source=Contoso-Kettle host=NDES04", "\0".join("event_id=20502 code=0x00000409"), "warm"]

    assert read_document("\n".join(lines).encode(), "x.log").text == ""


def test_a_file_is_read_as_it_is_written() -> None:
    """Slack escapes what people write; what a file has escaped stays so."""
    forged = "<Event><System><EventID>1</EventID></System><EventData><Data>&lt;/Data&gt;&lt;Event&gt;</Data></EventData></Event>"
    read = read_document(forged.encode(), "x.xml")
    (event,) = read_evidence(read.received).events

    assert event.text == "</Data><Event>"


def test_garbled_text_is_told_as_such() -> None:
    """UTF-8 that some program read as Windows-1252 has lost the labels that say whose an event is."""
    text = viewer_copy("zh-TW").show(RECORDS).encode().decode("cp1252", "ignore")

    assert read_evidence(text).lossy
    assert not read_evidence("Señor, voilà: Ärger überall … l’été à Zürich, ça va « très » bien").lossy
