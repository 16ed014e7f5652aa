"""The bot's own look-up and three general matchers behind one door: text in, article IDs out, best first."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Final, Protocol

import bm25s  # type: ignore[import-untyped]
from rapidfuzz import fuzz, process, utils

from bot.diagnosis import Sceptic, diagnose
from bot.diagnosis.documents import Corpus
from bot.diagnosis.features import ConceptIndex
from bot.diagnosis.identity import Identities
from bot.diagnosis.message_matches import MessageIndex
from bot.diagnosis.names import NameIndex
from bot.diagnosis.outcomes import outcomes_of
from bot.diagnosis.text_classifier import TextClassifier
from bot.diagnosis.training import train
from bot.diagnosis.training_files import find_training_files, read_concepts
from bot.diagnosis.weight_files import WEIGHTS_FILE, subject_reader
from bot.diagnosis.weights import load_weights
from bot.knowledge.files import CONCEPTS_FILE
from tests.benchmarks.synthetic import Synthetic
from tests.fixtures.reading import read_evidence

_FOUND: Final = 3
_TOKEN = re.compile(r"[a-z0-9]+|[\u3040-\u30ff\u3400-\u9fff]+")


class Matcher(Protocol):
    """Finds articles for a text."""

    name: str

    def find(self, text: str) -> list[str]:
        """Return up to three article IDs."""
        ...


class Bot:
    """Reads the text and decides, as for a slash command; learned beforehand, so that questions only are timed."""

    name = "bot"

    def __init__(self, synthetic: Synthetic, folder: Path) -> None:
        knowledge, concepts = synthetic.knowledge, ConceptIndex.of(read_concepts(folder.parent / CONCEPTS_FILE))
        phrasings = defaultdict[str, list[str]](list)
        for article_id, text in synthetic.sayings:
            phrasings[article_id].append(text)
        # The judge is the shipped one: it knows articles by their numbers only.
        judge = load_weights((folder.parent / WEIGHTS_FILE).read_bytes()).judge
        subjects = subject_reader(knowledge, find_training_files(knowledge, folder.parent).read_others(print))
        weights = replace(train(Corpus(phrasings, {}), concepts), judge=judge)
        words = TextClassifier(weights, outcomes_of(knowledge), subjects)
        messages = MessageIndex(knowledge.articles, knowledge.messages)
        self._sceptic = Sceptic(
            knowledge, Identities(knowledge), NameIndex(knowledge.articles.values()), lambda: messages, lambda: words
        )

    def find(self, text: str) -> list[str]:
        diagnosis = diagnose(read_evidence(text, self._sceptic.knowledge.lexicon), self._sceptic, "command")
        return [*diagnosis.entries, *(match.article.id for match in diagnosis.choices)]


class Rapidfuzz:
    """`process.extract` with WRatio, its default, over the whole documents."""

    name = "rapidfuzz"

    def __init__(self, documents: dict[str, str]) -> None:
        self._documents = {key: utils.default_process(text) for key, text in documents.items()}

    def find(self, text: str) -> list[str]:
        found = process.extract(utils.default_process(text), self._documents, scorer=fuzz.WRatio, limit=_FOUND)
        return [key for _, _, key in found]


class FullText:
    """SQLite's FTS5 with the trigram tokenizer: any of the text's trigrams, ranked by BM25, in memory."""

    name = "FTS5"

    def __init__(self, documents: dict[str, str]) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("create virtual table articles using fts5(id unindexed, text, tokenize='trigram')")
        self._db.executemany("insert into articles values (?, ?)", documents.items())

    def find(self, text: str) -> list[str]:
        trigrams = trigrams_of(text)
        if not trigrams:
            return []
        question = " OR ".join(f'"{trigram}"' for trigram in trigrams)
        rows = self._db.execute(
            "select id from articles where articles match ? order by rank limit ?", (question, _FOUND)
        )
        return [row[0] for row in rows]


class Bm25s:
    """bm25s over words, and over single and paired characters of Chinese and Japanese."""

    name = "bm25s"

    def __init__(self, documents: dict[str, str]) -> None:
        self._ids = list(documents)
        self._index = bm25s.BM25()
        self._index.index([list(analyse(text)) for text in documents.values()], show_progress=False)

    def find(self, text: str) -> list[str]:
        tokens = [token for token in analyse(text) if token in self._index.vocab_dict]
        if not tokens:
            return []
        found, _ = self._index.retrieve([tokens], k=min(_FOUND, len(self._ids)), show_progress=False)
        return [self._ids[at] for at in found[0]]


def trigrams_of(text: str) -> list[str]:
    """Return the groups of three characters in a text, each once."""
    return list(dict.fromkeys(run[at : at + 3] for run in _TOKEN.findall(text.lower()) for at in range(len(run) - 2)))


def analyse(text: str) -> Iterator[str]:
    """Yield words, and single and paired characters of Chinese and Japanese."""
    for run in _TOKEN.findall(text.lower()):
        if run[0] < "\u3000":
            yield run
        else:
            yield from run
            yield from (run[at : at + 2] for at in range(len(run) - 1))


def build_matchers(synthetic: Synthetic, folder: Path) -> Iterator[tuple[Matcher, float]]:
    """Yield each matcher, the bot first, with the seconds its building took."""
    documents = synthetic.documents()
    builders: list[Callable[[], Matcher]] = [partial(Bot, synthetic, folder)]
    builders += [partial(kind, documents) for kind in (Rapidfuzz, FullText, Bm25s)]
    for build in builders:
        start = perf_counter()
        yield build(), perf_counter() - start
