"""Writes event logs (.evtx) as Windows does, for the tests: real bytes, with checksums, templates and binary XML.

Layout: https://github.com/libyal/libevtx/blob/main/documentation/Windows%20XML%20Event%20Log%20(EVTX).asciidoc
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zlib import crc32

CHUNK = 65_536
_FILE_HEADER = 4_096
_CHUNK_HEADER = 512
_STRING, _UINT8, _UINT16, _UINT64, _FILETIME = 0x01, 0x04, 0x06, 0x0A, 0x11
_NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"


@dataclass(frozen=True, slots=True)
class Record:
    """One event, by the names of Windows' schema."""

    event_id: int
    provider: str = "Microsoft Intune Connector"
    log_name: str = "Microsoft Intune Connector"
    level: int = 2
    time: datetime = datetime(2026, 5, 14, 9, 12, 33, tzinfo=UTC)
    computer: str = "NDES01.contoso.com"
    # The EventData by name; an empty name is a Data without one, as old logs have.
    data: Mapping[str, str] = field(default_factory=dict)
    damaged: bool = False


def event_log(records: Iterable[Record], *, first_id: int = 1) -> bytes:
    """The bytes of a log with these records, in as many chunks as they need."""
    chunks: list[_Chunk] = []
    for record_id, record in enumerate(records, first_id):
        if not chunks or not chunks[-1].add(record_id, record):
            chunks.append(_Chunk())
            assert chunks[-1].add(record_id, record), "no record is longer than a chunk"
    written = [chunk.bytes() for chunk in chunks]
    next_id = chunks[-1].ids[-1] + 1 if chunks else first_id
    header = struct.pack(
        "<8sQQQIHHHH76xI", b"ElfFile\0", 0, max(0, len(chunks) - 1), next_id, 128, 1, 3, _FILE_HEADER, len(chunks), 0
    )
    header += struct.pack("<I", crc32(header[:120]))
    return header.ljust(_FILE_HEADER, b"\0") + b"".join(written)


@dataclass(slots=True)
class _Chunk:
    """64 KiB of records; a template is written with the first record that uses it."""

    data: bytearray = field(default_factory=lambda: bytearray(_CHUNK_HEADER))
    ids: list[int] = field(default_factory=list)
    # By the names of the EventData: where the template stands.
    templates: dict[tuple[str, ...], int] = field(default_factory=dict)
    last: int = 0

    def add(self, record_id: int, record: Record) -> bool:
        """Write a record; False, and nothing written, when there is no room."""
        before, templates = len(self.data), dict(self.templates)
        self.data += b"\x2a\x2a\0\0" + bytes(4) + struct.pack("<QQ", record_id, _filetime(record.time))
        content = len(self.data)
        self._instance(record_id, record)
        if record.damaged:
            # No token of binary XML begins with these.
            self.data[content : content + 16] = b"\xff" * 16
        size = len(self.data) - before + 4
        self.data += struct.pack("<I", size)
        self.data[before + 4 : before + 8] = struct.pack("<I", size)
        if len(self.data) > CHUNK:
            del self.data[before:]
            self.templates = templates
            return False
        self.ids.append(record_id)
        self.last = before
        return True

    def bytes(self) -> bytes:
        """The chunk with its header and checksums."""
        first, last = self.ids[0], self.ids[-1]
        checksum = crc32(self.data[_CHUNK_HEADER:])
        header = struct.pack(
            "<8sQQQQIIII64xI", b"ElfChnk\0", first, last, first, last, 128, self.last, len(self.data), checksum, 0
        )
        tables = bytes(_CHUNK_HEADER - 128)
        header += struct.pack("<I", crc32(header[:120] + tables)) + tables
        return (header + bytes(self.data[_CHUNK_HEADER:])).ljust(CHUNK, b"\0")

    def _instance(self, record_id: int, record: Record) -> None:
        """A template with its values."""
        names = tuple(record.data)
        self.data += b"\x0f\x01\x01\x00\x0c\x01" + struct.pack("<I", len(self.templates))
        known = self.templates.get(names)
        self.data += struct.pack("<I", known if known is not None else len(self.data) + 4)
        if known is None:
            self.templates[names] = len(self.data)
            self._template(names)
        values = [
            (_STRING, _text(record.provider)),
            (_UINT16, struct.pack("<H", record.event_id)),
            (_UINT8, struct.pack("<B", record.level)),
            (_FILETIME, struct.pack("<Q", _filetime(record.time))),
            (_UINT64, struct.pack("<Q", record_id)),
            (_STRING, _text(record.log_name)),
            (_STRING, _text(record.computer)),
            *((_STRING, _text(value)) for value in record.data.values()),
        ]
        self.data += struct.pack("<I", len(values))
        for kind, value in values:
            self.data += struct.pack("<HBB", len(value), kind, 0)
        self.data += b"".join(value for _, value in values)

    def _template(self, names: Sequence[str]) -> None:
        start = len(self.data)
        self.data += bytes(4) + struct.pack("<I", start) + bytes(12) + bytes(4) + b"\x0f\x01\x01\x00"
        data = [("Data", {"Name": name} if name else {}, 7 + at) for at, name in enumerate(names)]
        self._element(
            "Event",
            {"xmlns": _NAMESPACE},
            [
                (
                    "System",
                    {},
                    [
                        ("Provider", {"Name": 0}, None),
                        ("EventID", {}, 1),
                        ("Level", {}, 2),
                        ("TimeCreated", {"SystemTime": 3}, None),
                        ("EventRecordID", {}, 4),
                        ("Channel", {}, 5),
                        ("Computer", {}, 6),
                    ],
                ),
                ("EventData", {}, data),
            ],
        )
        self.data += b"\0"
        # The size counts from behind the 24 bytes of the header.
        self.data[start + 20 : start + 24] = struct.pack("<I", len(self.data) - start - 24)

    def _element(self, name: str, attributes: Mapping[str, str | int], content: object) -> None:
        self.data += (b"\x41" if attributes else b"\x01") + b"\xff\xff"
        size = self._gap()
        self._name(name)
        if attributes:
            listed = self._gap()
            for at, (key, value) in enumerate(attributes.items(), 1):
                self.data += b"\x46" if at < len(attributes) else b"\x06"
                self._name(key)
                self._value(value)
            self._fill(listed)
        if content is None:
            self.data += b"\x03"
        else:
            self.data += b"\x02"
            if isinstance(content, list):
                for inner in content:
                    self._element(*inner)
            elif isinstance(content, (str, int)):
                self._value(content)
            self.data += b"\x04"
        self._fill(size)

    def _value(self, value: str | int) -> None:
        """A text, or the place of one among the record's values."""
        if isinstance(value, str):
            self.data += b"\x05\x01" + struct.pack("<H", len(value)) + value.encode("utf-16-le")
        else:
            kind = (_STRING, _UINT16, _UINT8, _FILETIME, _UINT64)[value] if value < 5 else _STRING
            self.data += b"\x0d" + struct.pack("<HB", value, kind)

    def _name(self, name: str) -> None:
        """A name stands where it is first used; here it is written each time."""
        self.data += struct.pack("<I", len(self.data) + 4)
        mixed = 0
        for code in name.encode("utf-16-le")[::2]:
            mixed = (mixed * 65_599 + code) & 0xFFFFFFFF
        self.data += struct.pack("<IHH", 0, mixed & 0xFFFF, len(name)) + name.encode("utf-16-le") + b"\0\0"

    def _gap(self) -> int:
        self.data += bytes(4)
        return len(self.data)

    def _fill(self, at: int) -> None:
        self.data[at - 4 : at] = struct.pack("<I", len(self.data) - at)


def _filetime(moment: datetime) -> int:
    """100 nanoseconds since 1601, UTC."""
    return (moment - datetime(1601, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 10


def _text(value: str) -> bytes:
    return value.encode("utf-16-le")
