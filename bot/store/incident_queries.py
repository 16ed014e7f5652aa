"""Finding incidents: by how they stand, by words, and how often each event was seen. A narrow row beside each record.

Looking through 100,000 records as JSON takes most of a second, through these rows a tenth of one; and a record's JSON
has words of its own, such as the names of its fields.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, and_, case, func, not_, or_, select, update

from bot.store.dialect import insert_into
from bot.store.tables import incidents, searched
from bot.triage import OPEN, Incident

# A search stops counting here: nobody reads further.
MOST_COUNTED: Final = 100
_MOST_WORDS: Final = 8
_MOST_TOKENS: Final = 1_000
_RECORD: Final = TypeAdapter(Incident)
_HAN: Final = r"\u3400-\u9fff\uf900-\ufaff"
# A token holds no wildcard of LIKE.
_TOKEN: Final = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_CODE: Final = re.compile(r"0x0*([0-9a-f]{1,8})")


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person and the conversations they are in: they are shown the incidents of these channels.

    A member is told the names of their own incidents in other channels, too.
    """

    user_id: str
    channels: frozenset[str]
    is_member: bool = True
    # People of other organisations are not told who owns what.
    reads_names: bool = True


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """The first incidents of a list and how many there are in all; after MOST_COUNTED a search stops counting.

    `elsewhere` are the numbers of the viewer's own incidents in channels that they are not in.
    """

    incidents: tuple[Incident, ...] = ()
    total: int = 0
    elsewhere: tuple[int, ...] = ()


def tokens_of(text: str) -> list[str]:
    """Split a text into words of one spelling: runs of Chinese, and of everything else; codes with eight digits."""
    found = _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())
    return [f"0x{code[1]:0>8}" if (code := _CODE.fullmatch(each)) else each for each in found]


def note(db: Connection, incident: Incident, enterprise_id: str) -> None:
    """Add a new incident to the search index."""
    keys = {"team_id": incident.team_id, "number": incident.number}
    row = {**keys, "enterprise_id": enterprise_id, "opened_at": incident.opened_at, **_columns(incident)}
    db.execute(insert_into(db, searched).values(row))


def follow(db: Connection, before: Incident, after: Incident) -> None:
    """Update the search index of a changed incident."""
    columns = _columns(after)
    if columns != _columns(before):
        here = (searched.c.team_id == after.team_id) & (searched.c.number == after.number)
        db.execute(update(searched).where(here).values(columns))


def _columns(incident: Incident) -> dict[str, str]:
    seen = list(dict.fromkeys(chain.from_iterable((each.article_id, *each.codes) for each in incident.sightings)))
    said = [incident.service, incident.cause, incident.fix, *(entry.about for entry in incident.timeline)]
    named = chain.from_iterable((each.computer, each.ca, each.device) for each in incident.sightings)
    tokens = list(dict.fromkeys(tokens_of(" ".join([*seen, *said, *named]))))[:_MOST_TOKENS]
    return {"seen": " ".join(seen), "words": f" {' '.join(tokens)} "}


def find_open(db: Connection, team_id: str, viewer: Viewer, most: int, *, mine: bool = False) -> IncidentPage:
    """Find incidents that still need somebody, the most pressing and then the oldest first; `mine` are the viewer's."""
    still_open = and_(incidents.c.team_id == team_id, incidents.c.status.in_(sorted(OPEN)))
    where = and_(still_open, incidents.c.owner == viewer.user_id) if mine else still_open
    order = (incidents.c.priority, incidents.c.opened_at)
    numbers = list(db.execute(select(incidents.c.number).where(where, _visible(viewer)).order_by(*order)).scalars())
    elsewhere: Sequence[int] = ()
    if mine and viewer.is_member:
        hidden = select(incidents.c.number).where(where, not_(_visible(viewer))).order_by(*order)
        elsewhere = db.execute(hidden.limit(most)).scalars().all()
    return IncidentPage(_read(db, team_id, numbers[:most]), len(numbers), tuple(elsewhere))


def search(db: Connection, team_id: str, viewer: Viewer, words: str, most: int, number: int = 0) -> IncidentPage:
    """Find incidents in which all these words stand, the newest first, before them the one with this number.

    A word is found by how it begins, a number only as a whole, Chinese anywhere. Words of punctuation only find nothing.
    """
    tokens = tokens_of(words)[:_MOST_WORDS]
    said = and_(*(searched.c.words.like(_pattern(token)) for token in tokens)) if tokens else None
    both = and_(incidents.c.team_id == searched.c.team_id, incidents.c.number == searched.c.number)
    named = searched.c.number == number
    where = or_(named, said) if said is not None else named
    rows = db.execute(
        select(searched.c.number)
        .join(incidents, both)
        .where(searched.c.team_id == team_id, where, _visible(viewer))
        .order_by(*((case((named, 0), else_=1),) if number else ()), searched.c.number.desc())
        .limit(MOST_COUNTED + 1)
    )
    numbers = list(rows.scalars())
    return IncidentPage(_read(db, team_id, numbers[:most]), len(numbers))


def _pattern(token: str) -> str:
    if token.isdecimal():
        return f"% {token} %"
    return f"%{token}%" if re.match(f"[{_HAN}]", token) else f"% {token}%"


def _visible(viewer: Viewer) -> ColumnElement[bool]:
    return incidents.c.channel_id.in_(sorted(viewer.channels))


def _read(db: Connection, team_id: str, numbers: Sequence[int]) -> tuple[Incident, ...]:
    here = and_(incidents.c.team_id == team_id, incidents.c.number.in_(numbers))
    rows = db.execute(select(incidents.c.number, incidents.c.record).where(here))
    records = {row.number: _RECORD.validate_json(row.record) for row in rows}
    return tuple(records[number] for number in numbers)


def channels_since(db: Connection, team_id: str, since: float) -> list[str]:
    """List the channels with incidents opened after `since` (seconds since 1970), those with the most first."""
    mine = and_(incidents.c.team_id == team_id, incidents.c.opened_at > since)
    number = func.count().desc()
    return list(
        db.execute(
            select(incidents.c.channel_id).where(mine).group_by(incidents.c.channel_id).order_by(number)
        ).scalars()
    )


def commonest(
    db: Connection,
    team_id: str,
    since: float,
    most: int,
    without: Collection[str],
    channels: Collection[str] | None = None,
) -> list[tuple[str, int]]:
    """Events and codes by the number of incidents, opened after `since` (seconds since 1970), in which they were seen.

    With `channels` only of incidents there.

    `without` are codes that tell nothing. They are left out here rather than where they are kept: a search still finds
    them, and what was kept before counts right as well.
    """
    where = (searched.c.team_id == team_id) & (searched.c.opened_at > since)
    seen = select(searched.c.seen).where(where)
    if channels is not None:
        both = and_(incidents.c.team_id == searched.c.team_id, incidents.c.number == searched.c.number)
        seen = seen.join(incidents, both).where(incidents.c.channel_id.in_(sorted(channels)))
    counts = Counter(chain.from_iterable(each.split() for each in db.execute(seen).scalars()))
    for code in without:
        del counts[code]
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:most]
