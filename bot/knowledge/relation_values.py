"""Relations between events, as frozen values: effects, watches and asks. Knows no article beyond its ID."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, Literal

Same = Literal["computer", "device"]
Translations = Mapping[str, str]
"""A sentence in each of the bot's languages."""

ANY: Final = "any"
"""Stands for every failure or warning."""
SILENCE: Final = "silence"
"""Stands for nothing at all afterwards."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a relation: an event, a code, or an event with a code."""

    # Empty: whichever event carries the code.
    event: str = ""
    code: str = ""
    unless_codes: tuple[str, ...] = ()

    def fits(self, article_id: str, codes: Collection[str]) -> bool:
        """Tell whether an event with these codes is meant; `article_id` is a code's where only that was named."""
        if any(code in codes or code == article_id for code in self.unless_codes):
            return False
        if self.code and article_id == self.code:
            return True
        return (self.event in ("", ANY, article_id)) and (not self.code or self.code in codes)

    @property
    def weight(self) -> int:
        """Return how specific it is: an event with its code is above an event, and that above any event."""
        return 2 * bool(self.code) + (self.event not in ("", ANY))


@dataclass(frozen=True, slots=True)
class Effect:
    """One event follows from another."""

    cause: Side
    effect: Side
    same: Same
    # The effect may be logged so many minutes before its cause is noticed.
    minutes_before: int
    # So many hours after its cause it is no longer taken for an effect; 0 where the cause lasts until something ends it.
    hours_after: int
    because: Translations
    # Empty: inferred.
    source: str


@dataclass(frozen=True, slots=True)
class Watch:
    """A failure is settled when a success comes later from the same device or computer."""

    after: Side
    settled_by: str
    same: Same
    # Nothing has to be repaired first.
    transient: bool
    because: Translations
    source: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Events whose presence or absence would prove or disprove the likely cause of another."""

    about: Side
    log: str
    events: tuple[str, ...]
    why: Translations
    source: str


@dataclass(frozen=True, slots=True)
class Log:
    """A log of Windows' Event Viewer."""

    # As Get-WinEvent takes it.
    name: str
    # IDs in it that no article explains.
    events: tuple[str, ...]
    # The product whose computer it stands on, where that is another one than that of the events it is asked about; empty else.
    computer_of: str = ""


@dataclass(frozen=True, slots=True)
class Relations:
    """All relations of a product; empty where it has none."""

    effects: tuple[Effect, ...] = ()
    watches: tuple[Watch, ...] = ()
    asks: tuple[Ask, ...] = ()
    logs: Mapping[str, Log] = field(default_factory=lambda: MappingProxyType({}))

    def and_those(self, others: Relations) -> Relations:
        """Add another product's relations; of two logs with one key, the later gets another."""
        renamed = {key: f"{key}-{len(self.logs)}" for key in others.logs if key in self.logs}
        logs = {renamed.get(key, key): log for key, log in others.logs.items()}
        return Relations(
            self.effects + others.effects,
            self.watches + others.watches,
            self.asks + tuple(replace(ask, log=renamed.get(ask.log, ask.log)) for ask in others.asks),
            MappingProxyType({**self.logs, **logs}),
        )

    def resolved(self, targets: Mapping[str, str]) -> Relations:
        """Put for each name the ID of the article that it leads to."""

        def found(names: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(dict.fromkeys(targets.get(name, name) for name in names))

        def side(each: Side) -> Side:
            event, code = targets.get(each.event, each.event), targets.get(each.code, each.code)
            return Side(event, code, found(each.unless_codes))

        return replace(
            self,
            effects=tuple(replace(each, cause=side(each.cause), effect=side(each.effect)) for each in self.effects),
            watches=tuple(
                replace(each, after=side(each.after), settled_by=targets.get(each.settled_by, each.settled_by))
                for each in self.watches
            ),
            asks=tuple(replace(each, about=side(each.about), events=found(each.events)) for each in self.asks),
        )

    @property
    def named(self) -> frozenset[str]:
        """Return the IDs of all events and codes that the relations connect or ask for."""
        sides = [each for effect in self.effects for each in (effect.cause, effect.effect)]
        sides += [watch.after for watch in self.watches] + [ask.about for ask in self.asks]
        found = {name for side in sides for name in (side.event, side.code)}
        found.update(watch.settled_by for watch in self.watches)
        found.update(event for ask in self.asks for event in ask.events)
        return frozenset(found - {"", ANY, SILENCE})

    def without(self, article_ids: Collection[str]) -> Relations:
        """Leave out every relation that names one of these articles."""

        def names(side: Side) -> bool:
            return side.event in article_ids or side.code in article_ids

        return Relations(
            tuple(each for each in self.effects if not names(each.cause) and not names(each.effect)),
            tuple(each for each in self.watches if not names(each.after) and each.settled_by not in article_ids),
            tuple(
                replace(each, events=events)
                for each in self.asks
                if not names(each.about) and (events := tuple(e for e in each.events if e not in article_ids))
            ),
            self.logs,
        )
