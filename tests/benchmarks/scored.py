"""General matchers that return their best article with a score, so that each may be silent below its own threshold."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import bm25s  # type: ignore[import-untyped]
from rapidfuzz import fuzz, process, utils
from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]

from tests.benchmarks.matchers import analyse, trigrams_of
from tests.benchmarks.synthetic import make_knowledge

Find = Callable[[str], tuple[str, float]]
"""Returns the best article, and a score that grows with how well it matches."""


def scored_matchers(folder: Path) -> Iterator[tuple[str, Find]]:
    """Yield each matcher over the product's articles with all their phrasings."""
    documents = make_knowledge(folder, 0).documents()
    yield "bm25s", _bm25s(documents)
    yield "TF-IDF", _tf_idf(documents)
    yield "FTS5", _full_text(documents)
    yield "rapidfuzz", _rapidfuzz(documents)


def _bm25s(documents: dict[str, str]) -> Find:
    ids = list(documents)
    index = bm25s.BM25()
    index.index([list(analyse(text)) for text in documents.values()], show_progress=False)

    def find(text: str) -> tuple[str, float]:
        tokens = [token for token in analyse(text) if token in index.vocab_dict]
        if not tokens:
            return "", 0.0
        found, scores = index.retrieve([tokens], k=1, show_progress=False)
        return ids[found[0][0]], float(scores[0][0]) / len(tokens)

    return find


def _tf_idf(documents: dict[str, str]) -> Find:
    ids = list(documents)
    vectorizer = TfidfVectorizer(analyzer=lambda text: list(analyse(text)), sublinear_tf=True)
    matrix = vectorizer.fit_transform(documents.values())

    def find(text: str) -> tuple[str, float]:
        scores = (matrix @ vectorizer.transform([text]).T).toarray().ravel()
        best = int(scores.argmax())
        return ids[best], float(scores[best])

    return find


def _full_text(documents: dict[str, str]) -> Find:
    database = sqlite3.connect(":memory:")
    database.execute("create virtual table articles using fts5(id unindexed, text, tokenize='trigram')")
    database.executemany("insert into articles values (?, ?)", documents.items())

    def find(text: str) -> tuple[str, float]:
        trigrams = trigrams_of(text)
        if not trigrams:
            return "", 0.0
        question = " OR ".join(f'"{trigram}"' for trigram in trigrams)
        row = database.execute(
            "select id, bm25(articles) from articles where articles match ? order by 2 limit 1", (question,)
        ).fetchone()
        return (str(row[0]), -float(row[1]) / len(trigrams)) if row else ("", 0.0)

    return find


def _rapidfuzz(documents: dict[str, str]) -> Find:
    """Compare with single phrasings, its best use here: over whole documents it knows no more than words."""
    lines = [(name, utils.default_process(line)) for name, text in documents.items() for line in text.splitlines()]
    names, said = [name for name, _ in lines], [line for _, line in lines]

    def find(text: str) -> tuple[str, float]:
        found = process.extractOne(utils.default_process(text), said, scorer=fuzz.token_sort_ratio)
        return (names[found[2]], float(found[1])) if found else ("", 0.0)

    return find
