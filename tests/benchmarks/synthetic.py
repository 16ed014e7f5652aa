"""Makes knowledge of any size: the real articles as they are, and beside them varied copies with words of their own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Final

from bot.knowledge import Article, Knowledge, Phrasing, Prose, Run, plain
from bot.knowledge.library import read_knowledge
from bot.knowledge.phrasings import load_phrasings
from bot.knowledge.vocabulary import lexicon_of

_MANY: Final = 10_000
"""Articles up to which a made-up one gets three English and two Chinese phrasings; beyond, one of each, for learning takes
a minute then. The real articles keep all of theirs."""
_FIRST_EVENT, _FIRST_CODE = 30_000, 0x1000
_EVENTS_OF_TEN: Final = 6
WRITTEN: Final = ("en", "zh-TW")
"""Languages that the made-up texts are in, in the order of every pair of them here."""
_LATIN = re.compile(r"[A-Za-z]{4,}")
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
_ONSETS = (
    "b",
    "c",
    "d",
    "f",
    "g",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "br",
    "ch",
    "cl",
    "dr",
    "fl",
    "gr",
    "pl",
    "pr",
    "sh",
    "st",
    "tr",
)
_RIMES = (
    "a",
    "e",
    "i",
    "o",
    "u",
    "an",
    "ar",
    "el",
    "en",
    "er",
    "im",
    "in",
    "is",
    "on",
    "or",
    "um",
    "us",
    "ail",
    "eck",
    "ide",
    "oad",
    "ost",
)
_OUTCOMES = {"success": "Success", "failure": "Failure", "warning": "Warning", "information": "Notice"}


@dataclass(frozen=True, slots=True)
class Synthetic:
    """Knowledge of a given size, and what people say: (article ID, or "" for background talk; text)."""

    knowledge: Knowledge
    sayings: list[tuple[str, str]]

    def documents(self) -> dict[str, str]:
        """Return what every matcher searches: ID, name, and both languages' title, meaning and phrasings of an article."""
        said: defaultdict[str, list[str]] = defaultdict(list)
        for article_id, text in self.sayings:
            said[article_id].append(text)
        return {
            article.id: "\n".join([*_head(article), *said[article.id]]) for article in self.knowledge.articles.values()
        }


def _head(article: Article) -> Iterator[str]:
    yield article.id
    yield article.name
    for prose in article.prose.values():
        yield prose.title
        yield from map(plain, prose.meaning)


class _Vocabulary:
    """Made-up words; their number grows with the square root of the number of articles, as vocabularies do (Heaps' law)."""

    def __init__(self, size: int, han: str, random: Random) -> None:
        self._random = random
        wanted = 200 + int(60 * size**0.5)
        self.latin = sorted({self._latin_word() for _ in range(wanted)})
        self.han = sorted({random.choice(han) + random.choice(han) for _ in range(wanted)})

    def _latin_word(self) -> str:
        return "".join(
            self._random.choice(_ONSETS) + self._random.choice(_RIMES) for _ in range(self._random.choice((2, 2, 3)))
        )

    def topic(self) -> tuple[list[str], list[str]]:
        """Choose the six Latin and four Chinese words that one article is about."""
        return self._random.choices(self.latin, k=6), self._random.choices(self.han, k=4)


def make_knowledge(folder: Path, size: int, seed: int = 20502) -> Synthetic:
    """Make `size` articles, the first of them the real ones; the same seed makes the same."""
    real = read_knowledge(folder)
    said = load_phrasings(folder)[0]
    sayings = [(saying.article_id or "", saying.text) for saying in said]
    articles = dict(real.articles)
    random = Random(seed)
    han = "".join(sorted({char for saying in said for char in saying.text if "\u4e00" <= char <= "\u9fff"}))
    vocabulary = _Vocabulary(size, han, random)
    by_article = _phrasings(said)
    bases = {kind: [a for a in real.articles.values() if a.kind == kind] for kind in ("event", "code")}
    events, codes = count(_FIRST_EVENT), count(_FIRST_CODE)
    for number in range(size - len(articles)):
        kind = "event" if number % 10 < _EVENTS_OF_TEN else "code"
        base = random.choice(bases[kind])
        article_id = f"{next(events)}" if kind == "event" else f"0x{next(codes):08X}"
        topic = vocabulary.topic()
        articles[article_id] = _vary_article(base, article_id, topic, random)
        chosen = _choose(by_article[base.id], random, (3, 2) if size <= _MANY else (1, 1))
        sayings.extend((article_id, _vary(text, topic, random)) for text in chosen)
    lexicon = lexicon_of(real.products.values(), articles.values())
    return Synthetic(replace(real, articles=MappingProxyType(articles), lexicon=lexicon), sayings)


def _phrasings(said: Sequence[Phrasing]) -> Mapping[str, tuple[list[str], list[str]]]:
    found: defaultdict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for saying in said:
        if saying.article_id and saying.language in WRITTEN:
            found[saying.article_id][WRITTEN.index(saying.language)].append(saying.text)
    return found


def _choose(phrasings: tuple[list[str], list[str]], random: Random, counts: tuple[int, int]) -> list[str]:
    english, chinese = phrasings
    return random.sample(english, counts[0]) + random.sample(chinese, counts[1])


def _vary(text: str, topic: tuple[list[str], list[str]], random: Random) -> str:
    """Put words of the topic in place of half of a text's longer words."""
    latin, han = topic
    text = _LATIN.sub(lambda found: random.choice(latin) if random.random() < 0.5 else found[0], text)
    return _HAN.sub(lambda found: random.choice(han) if random.random() < 0.5 else found[0], text)


def _vary_article(base: Article, article_id: str, topic: tuple[list[str], list[str]], random: Random) -> Article:
    name = "".join(word.capitalize() for word in topic[0][:3])
    prose = {language: _vary_prose(prose, topic, random) for language, prose in base.prose.items()}
    return replace(
        base,
        id=article_id,
        number=article_id,
        name=f"{name}_{_OUTCOMES[base.outcome]}",
        generic_name=False,
        aliases=(),
        codes=(),
        prose=prose,
    )


def _vary_prose(prose: Prose, topic: tuple[list[str], list[str]], random: Random) -> Prose:
    meaning = tuple((Run(_vary(plain(text), topic, random)),) for text in prose.meaning)
    return replace(prose, title=_vary(prose.title, topic, random), meaning=meaning)
