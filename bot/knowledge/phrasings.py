"""Reads what people say: the phrasings beside each article and the background talk that means none of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

import yaml

from bot.knowledge.faults import KnowledgeError, KnowledgeFault
from bot.knowledge.files import BACKGROUND_FILE, PHRASINGS_SUFFIX, shared_folder
from bot.knowledge.layers import find_files
from bot.knowledge.values import Article, Knowledge, Phrasing
from bot.knowledge.yaml_file import line_of_text
from bot.languages import LANGUAGES

_FEWEST: Final = 4
"""Phrasings, in each language, of codes, lines, and events of success or information."""
_MOST_LINES: Final = 8


def load_phrasings(*folders: Path) -> tuple[list[Phrasing], list[KnowledgeFault]]:
    """Read the phrasings of the files that have no fault, and return them with the faults of the others."""
    phrasings: list[Phrasing] = []
    faults: list[KnowledgeFault] = []
    files: list[tuple[Path, str | None]] = [
        (path, path.name.removesuffix(PHRASINGS_SUFFIX)) for path in find_files(folders, PHRASINGS_SUFFIX)
    ]
    background = folders[0].parent / BACKGROUND_FILE
    for path, article_id in [*files, *([(background, None)] if background.exists() else [])]:
        try:
            phrasings.extend(_read(path, article_id))
        except KnowledgeError as error:
            faults.extend(error.faults)
    return phrasings, faults


def read_phrasings(path: Path, article_id: str | None) -> list[str]:
    """Read the texts of one file of phrasings. Raises KnowledgeError when it is not one."""
    return [phrasing.text for phrasing in _read(path, article_id)]


def _read(path: Path, article_id: str | None) -> list[Phrasing]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except OSError as error:
        raise KnowledgeError([KnowledgeFault(path, 1, f"cannot be read: {error.strerror}")]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = int(mark.line) + 1 if mark is not None else 1
        raise KnowledgeError(
            [KnowledgeFault(path, line, "is not valid YAML; put each phrasing in double quotes")]
        ) from error
    groups = list(content.values()) if article_id is None and _is_grouped(content) else [content]
    if not all(
        isinstance(group, dict) and all(isinstance(texts, list) for texts in group.values()) for group in groups
    ):
        raise KnowledgeError(
            [KnowledgeFault(path, 1, 'must be lists of phrasings under a language: “en:” and below it “- "…"”')]
        )
    return [
        Phrasing(article_id, str(language), str(text))
        for group in groups
        for language, texts in group.items()
        for text in texts
    ]


def _is_grouped(content: object) -> bool:
    """Tell whether languages stand below kinds of talk, as they may in background talk."""
    return isinstance(content, dict) and any(isinstance(group, dict) for group in content.values())


def check_phrasings(knowledge: Knowledge, shipped: Path | None = None) -> list[KnowledgeFault]:
    """Check that every article has enough phrasings and that no phrasing stands in two files.

    `shipped` is where background talk is taken from when none lies beside the products' folders.
    """
    found: list[tuple[Phrasing, Path]] = []
    faults: list[KnowledgeFault] = []
    folders = [product.folder for product in knowledge.products.values()]
    shared = shared_folder(knowledge, shipped) / BACKGROUND_FILE
    if not shared.is_file():
        sentence = "is missing beside the product's folder; copy the one that comes with Sceptic"
        faults.append(KnowledgeFault(shared, 1, sentence))
    elif shared.parent not in {folder.parent for folder in folders}:
        found += [(phrasing, shared) for phrasing in _read(shared, None)]
    for product in knowledge.products.values():
        background = product.folder.parent / BACKGROUND_FILE
        phrasings, broken = load_phrasings(*product.folders)
        faults += broken
        for phrasing in phrasings:
            path = product.path(f"{phrasing.article_id}{PHRASINGS_SUFFIX}") if phrasing.article_id else background
            found.append((phrasing, path))
    faults += _too_few(knowledge, [phrasing for phrasing, _ in found], {fault.path for fault in faults})
    # An article that is left out for a fault of its own needs no second one.
    kept = {None, *knowledge.articles}
    faults += _twice([(phrasing, path) for phrasing, path in found if phrasing.article_id in kept])
    orphans = {
        path: phrasing
        for phrasing, path in found
        if phrasing.article_id and phrasing.article_id not in knowledge.articles
    }
    faults += [
        KnowledgeFault(path, 1, "belongs to no article; rename or delete it")
        for path, phrasing in sorted(orphans.items())
        if not any(product.path(f"{phrasing.article_id}.md").exists() for product in knowledge.products.values())
    ]
    return list(dict.fromkeys(faults))


def _too_few(knowledge: Knowledge, phrasings: list[Phrasing], broken: set[Path]) -> list[KnowledgeFault]:
    counts = Counter((phrasing.article_id, phrasing.language) for phrasing in phrasings)
    return [
        KnowledgeFault(path, 1, f"has {count} phrasings in {language}; write at least {least}")
        for article in knowledge.articles.values()
        for language, least in ((tag, _fewest(article, traits.phrasings)) for tag, traits in LANGUAGES.items())
        if (count := counts[article.id, language]) < least
        and (path := article.product.path(f"{article.id}{PHRASINGS_SUFFIX}")) not in broken
    ]


def _fewest(article: Article, usual: int) -> int:
    """Return the fewest phrasings of an article; what is mostly pasted, or reports no fault, is seldom asked in words."""
    return article.product.fewest_phrasings or usual if is_asked_about(article) else min(usual, _FEWEST)


def is_asked_about(article: Article) -> bool:
    """Tell whether people ask about an article in words: topics, and events that report a fault."""
    return article.kind == "topic" or (article.kind == "event" and article.outcome in ("warning", "failure"))


def _twice(found: list[tuple[Phrasing, Path]]) -> list[KnowledgeFault]:
    """Name each file that repeats phrasings of another, once, with the lines of all of them."""
    owners: dict[str, str | None] = {}
    repeated: dict[tuple[Path, str], list[str]] = {}
    for phrasing, path in found:
        key = "".join(filter(str.isalnum, phrasing.text.casefold()))
        if key and owners.setdefault(key, phrasing.article_id) != phrasing.article_id:
            repeated.setdefault((path, owners[key] or "the background talk"), []).append(phrasing.text)
    return [_repeats(path, other, texts) for (path, other), texts in repeated.items()]


def _repeats(path: Path, other: str, texts: list[str]) -> KnowledgeFault:
    lines = sorted({line_of_text(path, text) for text in texts})
    if len(texts) == 1:
        return KnowledgeFault(path, lines[0], f"“{texts[0]}” stands under {other} too; keep it in one")
    shown = ", ".join(map(str, lines[:_MOST_LINES])) + (" …" if len(lines) > _MOST_LINES else "")
    sentence = f"{len(texts)} phrasings stand under {other} too (lines {shown}), such as “{texts[0]}”; keep each in one"
    return KnowledgeFault(path, lines[0], sentence)
