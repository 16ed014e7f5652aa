"""Exact identity: which article an ID or code is, and whose event it is. No similarity here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Final, Literal

from bot.diagnosis.phrases import PhraseIndex
from bot.diagnosis.rivals import Rival, Rivals, match_own_words, match_words
from bot.evidence import Beside, Code, Wanted
from bot.knowledge import Article, Knowledge, Product
from bot.knowledge.aliases import code_digits, event_numbers, typed_ids
from bot.knowledge.product_values import SharedLog

_LONGEST_NAME: Final = 48
"""Characters of another product's name."""
_WHOLE: Final = 8
_FEWEST_OF_CUT: Final = 4
"""Digits of a code that tell at least what part of Windows it is of."""
_FAILED: Final = frozenset("8C")
_SHORTEST_GROUPED: Final = 4
"""Digits up to which an ID has no neighbours: nearly every number would be one."""


def _squash(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


Owner = Product | Literal["foreign", "contradiction"] | None
"""Whose an event is by its log and source: a product, somebody else, two products at once, or nobody says."""


class Identities:
    """Looks up events, codes and owners by their exact spelling."""

    def __init__(self, knowledge: Knowledge) -> None:
        articles = knowledge.articles.values()
        self._products = knowledge.products
        self._events = _grouped((number, a) for a in articles if a.kind == "event" for number in event_numbers(a))
        self._codes = _grouped(_code_spellings(articles))
        self._of_message_ids = _grouped(
            (code_digits(alias), a) for a in articles if a.kind == "event" for alias in a.aliases if alias[:2] == "0x"
        )
        self.phrases = PhraseIndex(articles)
        self._with_codes = frozenset(a.product.id for a in articles if a.kind == "code")
        self._typed = _grouped((typed, a) for a in articles for typed in typed_ids(a))
        self._callers = _calling_owners(articles)
        self._called = _grouped(_called_codes(articles))
        # A wall of events is asked about the same words again and again.
        self._named = lru_cache(maxsize=256)(self._named_product)
        # By the digits that neighbours share, so that an unknown ID costs the same however many are known.
        events = [a for a in articles if a.kind == "event"]
        self._groups = _grouped((_group_of(article.number), article) for article in events)
        self._near = _grouped(
            (text[:2], article) for text, found in self._codes.items() for article in found if len(text) == 3
        )
        self._logs: dict[str, Product] = {}
        self._sources: dict[str, Product] = {}
        for product in reversed(list(knowledge.products.values())):
            shared = [name for log in product.shared_logs for name in log.providers]
            self._logs |= dict.fromkeys(map(_squash, product.log_names), product)
            self._sources |= dict.fromkeys(map(_squash, (*product.log_names, *product.providers, *shared)), product)
        self._only_with = {source: log.only_with for source, log in _shared_sources(knowledge) if log.only_with}
        self._by_number = {source for source, log in _shared_sources(knowledge) if log.asked_by_number}
        self._articles_of: defaultdict[Product, list[str]] = defaultdict(list)
        for article in articles:
            self._articles_of[article.product].append(article.id)
        # Out of an event log: all of ours, and of other logs the events that the relations speak of.
        self.wanted = Wanted(
            {_squash(log.name): log.events for log in knowledge.relations.logs.values()} | dict.fromkeys(self._sources)
        )
        # Patterns are compiled for what is asked about: an answer needs those of one article of hundreds.
        self._foreign = cache(_others_of)
        self._others = cache(self._others_beside)
        self._mistaken = cache(_mistaken_for)

    def events(self, number: str, product: Product | None = None) -> tuple[Article, ...]:
        """Return the articles of an event ID, of one product or of any: the same digits or none."""
        return _of(product, self._events.get(number, ()))

    def of_owner(self, events: tuple[Article, ...], owner: str) -> tuple[Article, ...]:
        """Leave out events of a product's other sources, where a word means one of several: "KETTLE2 5" is no event of another."""
        if not owner or not events:
            return events
        return tuple(
            each for each in events if owner not in self._callers.get(each.product.id, ()) or is_called(each, owner)
        )

    def codes(self, code: Code, product: Product | None = None) -> tuple[Article, ...]:
        """Return the articles of a code, of one product or of any.

        Compared as text: a hexadecimal number first as written (an erratum's spelling is a spelling of its own), then
        without leading zeros; never by its value, since a digit too many is another code. One of a product's own shape
        is compared by its letters and digits.
        """
        if code.product:
            found = self._codes.get(f"{code.product}/{_squash(code.digits)}", ())
            return found if found or not code.notation else self._without_error(code)
        digits = code.digits
        return _of(product, self._codes.get(digits) or self._codes.get(digits.lstrip("0") or "0", ()))

    def _without_error(self, code: Code) -> tuple[Article, ...]:
        """Return the articles of a status without its error number, and without a sub-status of zero."""
        shorter = code.digits.rpartition(".")[0] if code.digits.count(".") > 1 else code.digits
        for written in (shorter, shorter.removesuffix(".0")):
            if found := self._codes.get(f"{code.product}/{_squash(written)}", ()):
                return found
        return ()

    def articles_of(self, product: Product) -> Sequence[str]:
        """Return the IDs of a product's articles."""
        return self._articles_of[product]

    def has_codes(self, product: str) -> bool:
        """Tell whether any code is a product's own."""
        return product in self._with_codes

    def codes_of_number(self, number: str) -> tuple[Article, ...]:
        """Return the articles of a code that is written in digits alone: an error number of Windows, or all of a code."""
        return self._codes.get(code_digits(number).lstrip("0"), ())

    def events_of_code(self, code: Code) -> tuple[Article, ...]:
        """Return the events that carry a code as the ID of their message."""
        return self._of_message_ids.get(code.digits, ())

    def typed(self, article_id: str) -> tuple[Article, ...]:
        """Return the articles that an ID leads to which only articles have: a short name, a hyphen and a number."""
        return self._typed.get(article_id.casefold(), ())

    def narrower(self, article: Article) -> tuple[Article, ...]:
        """Return the codes whose spelling goes on from that of a code: the sub-statuses of a status."""
        key = f"{article.product.id}/{_squash(article.id)}"
        longer = (found[0] for text, found in sorted(self._codes.items()) if text.startswith(key) and text != key)
        return tuple(dict.fromkeys(each for each in longer if each is not article))

    def called(self, number: str) -> tuple[Article, ...]:
        """Return the codes that a number is with the word before it that says whose it is."""
        return self._called.get(number, ())

    def codes_of_digits(self, digits: str) -> tuple[Article, ...]:
        """Return the articles of a hexadecimal code by its last digits, which are written without 0x and zeros."""
        return self._codes.get(digits, ())

    def owner(self, log_name: str | None, provider_name: str | None) -> Owner:
        """Tell whose an event is by its log and its source; where one of them is a product's, that one decides."""
        log, provider = _squash(log_name or ""), _squash(provider_name or "")
        by_log, by_source = self._logs.get(log), self._sources.get(provider)
        if by_log is not None and by_source is not by_log and (by_source or self._is_strange(provider_name, by_log)):
            return "contradiction"
        if by_log is not None or by_source is not None:
            return by_log or by_source
        if provider and (provider_name or "").endswith(("...", "…")):
            cut_off = {product.id: product for name, product in self._sources.items() if name.startswith(provider)}
            if len(cut_off) == 1:
                return next(iter(cut_off.values()))
        return "foreign" if log or provider else None

    def reports_on_everything(self, provider_name: str | None) -> bool:
        """Tell whether a source's events are a product's only with certain words in their text."""
        return _squash(provider_name or "") in self._only_with

    def is_asked_by_number(self, provider_name: str | None) -> bool:
        """Tell whether somebody who asks about an event of a source that reports on everything means the one with an article."""
        return _squash(provider_name or "") in self._by_number

    def lacks_words(self, provider_name: str | None, text: str) -> bool:
        """Tell whether a text has none of the words with which a source's event is a product's; most sources need none."""
        words = self._only_with.get(_squash(provider_name or ""))
        return words is not None and match_own_words(words).search(text) is None

    def has_words(self, provider_name: str | None, text: str) -> bool:
        """Tell whether a source reports on everything, and a text has words with which its event is a product's."""
        words = self._only_with.get(_squash(provider_name or ""))
        return words is not None and match_own_words(words).search(text) is not None

    def lacks_code_words(self, product: Product, text: str) -> bool:
        """Tell whether a text has none of the words with which a product's codes are its own; most need none."""
        return bool(product.codes_only_with) and match_words(product.codes_only_with).search(text) is None

    def _is_strange(self, provider_name: str | None, product: Product) -> bool:
        """Tell whether a source has nothing of the product whose log it writes to: no source's beginning, none of its words."""
        source = _squash(provider_name or "")
        known = (*product.log_names, *product.providers, *product.strong_words, *product.aliases)
        return bool(source) and not any(name in source or name.startswith(source) for name in map(_squash, known))

    def foreign(self, words: str, at: int, article: Article | None) -> str | None:
        """Name the other product that the words around an identifier speak of.

        What an article is commonly mistaken for counts wherever it stands; any other product only within 48 characters.
        """
        for other in self._mistaken(article) if article is not None else ():
            if other.pattern.search(words):
                return other.name
        near = words[max(0, at - 48) : at + 48] if at >= 0 else words[:200]
        return self._named(near, article.product.id if article is not None else None)

    def foreign_nearer(self, beside: Beside, length: int, article: Article) -> str | None:
        """Name the other product that stands nearer to an identifier of this length than its own product's name does.

        Another product that is named further away has something else. A name that begins as the product's own does, and
        goes on, is another's.
        """
        first = max(0, beside.at - beside.distance - _LONGEST_NAME)
        last = beside.at + length + beside.distance + _LONGEST_NAME
        for other in (*self._mistaken(article), *self._foreign(article.product)):
            for match in other.pattern.finditer(beside.window, first, last):
                if max(beside.at - match.end(), match.start() - beside.at - length) <= beside.distance:
                    return other.name
        return None

    def _named_product(self, near: str, product: str | None) -> str | None:
        return self._others(product).first_in(near)

    def _others_beside(self, product: str | None) -> Rivals:
        """Return all that a product, or any of them, is told from."""
        products = (self._products[product],) if product else tuple(self._products.values())
        return Rivals(each for found in products for each in self._foreign(found))

    def neighbours(self, number: str, product: Product | None = None) -> tuple[Article, ...]:
        """Return up to three documented events nearest to an undocumented ID: the same action first, then by distance."""
        if not _group_of(number):
            return ()
        group = sorted(
            _of(product, self._groups.get(_group_of(number), ())),
            key=lambda article: (article.number[:-1] != number[:-1], abs(int(article.number) - int(number))),
        )
        return tuple(sorted(group[:3], key=lambda article: article.id))

    def near_codes(self, digits: str) -> tuple[Article, ...]:
        """Return up to three documented codes like an undocumented one: in all but its last digits, or as far as it goes."""
        short = digits.lstrip("0")
        if is_cut_short(digits):
            return tuple(found[0] for text, found in sorted(self._codes.items()) if text.startswith(digits.upper()))[:3]
        if len(short) != 3:
            return ()
        near = sorted(self._near.get(short[:2], ()), key=lambda article: abs(int(article.id, 16) - int(short, 16)))
        return tuple(sorted(near[:3], key=lambda article: article.id))


def is_called(article: Article, owner: str) -> bool:
    """Tell whether the IDs that only articles have begin with a word that says whose a number is."""
    return any(typed.startswith(f"{owner}-") for typed in typed_ids(article))


def _shared_sources(knowledge: Knowledge) -> Iterator[tuple[str, SharedLog]]:
    """Yield the sources in logs that others write to as well, squashed, with what a product says of that log."""
    for product in knowledge.products.values():
        for log in product.shared_logs:
            yield from ((_squash(source), log) for source in log.providers)


def _calling_owners(articles: Iterable[Article]) -> dict[str, set[str]]:
    """Return for each product the words that the IDs of some of its events begin with: each means one source."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for article in articles:
        if article.kind == "event":
            owners = map(str.casefold, article.product.owners)
            found[article.product.id].update(owner for owner in owners if is_called(article, owner))
    return dict(found)


def _called_codes(articles: Iterable[Article]) -> Iterator[tuple[str, Article]]:
    """Yield the numbers of codes that are called by a word and a number."""
    for article in articles:
        if article.kind == "code" and article.product.code_shape:
            for typed in typed_ids(article):
                for owner in article.product.owners:
                    if typed.startswith(f"{owner.casefold()}-"):
                        yield typed.removeprefix(f"{owner.casefold()}-").partition(".")[0], article


def is_cut_short(digits: str) -> bool:
    """Tell whether hexadecimal digits begin as an HRESULT or NTSTATUS does that failed, and are fewer than its eight."""
    return _FEWEST_OF_CUT <= len(digits) < _WHOLE and digits[:1].upper() in _FAILED


def _others_of(product: Product) -> tuple[Rival, ...]:
    return tuple(Rival(other.name, other.words) for other in product.other_products)


def _mistaken_for(article: Article) -> tuple[Rival, ...]:
    return tuple(Rival(other.provider, other.words) for other in article.mistaken_for if other.words)


def _of(product: Product | None, found: tuple[Article, ...]) -> tuple[Article, ...]:
    """Keep the articles of a product; where it has none, those of products without events, whose codes are everybody's."""
    if product is None:
        return found
    own = tuple(article for article in found if article.product is product)
    return own or tuple(article for article in found if not article.product.writes_events)


def _group_of(number: str) -> str:
    """Return what IDs that stand close by have in common: their length and all but the last two digits."""
    return f"{len(number)}/{number[:-2]}" if len(number) > _SHORTEST_GROUPED else ""


def _grouped(pairs: Iterable[tuple[str, Article]]) -> dict[str, tuple[Article, ...]]:
    groups: dict[str, tuple[Article, ...]] = {}
    for shared, article in pairs:
        if article not in groups.get(shared, ()):
            groups[shared] = (*groups.get(shared, ()), article)
    return groups


def _code_spellings(articles: Iterable[Article]) -> Iterator[tuple[str, Article]]:
    codes = [article for article in articles if article.kind == "code"]
    taken = {_spelled(article.id): article for article in codes if article.id.startswith("0x")}
    for article in codes:
        if article.id.startswith("0x"):
            yield _spelled(article.id), article
        else:
            yield f"{article.product.id}/{_squash(article.id)}", article
        for notation in _notations(article):
            own = (_spelled(article.id), f"{article.product.id}/{_squash(article.id)}")
            if taken.setdefault(notation, article) is article and notation not in own:
                yield notation, article


def _spelled(code: str) -> str:
    return code[2:].lstrip("0") or "0"


def _notations(article: Article) -> Iterator[str]:
    """Yield the other spellings of a code, each once: by its aliases, and of an error number the code that carries it."""
    found: dict[str, None] = {}
    for alias in (article.id, *article.aliases):
        if alias.startswith("0x"):
            # One with a digit too many is a spelling of its own.
            found[alias[2:].upper()] = None
            continue
        if digits := code_digits(alias):
            found[digits.lstrip("0")] = None
        if alias != article.id and any(map(str.isdigit, alias)):
            found[f"{article.product.id}/{_squash(alias)}"] = None
    yield from found
