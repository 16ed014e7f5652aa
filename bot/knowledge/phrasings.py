"""Reads what people say: the phrasings beside each article and the background talk that means none of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Final

import yaml

from bot.knowledge.faults import KnowledgeError, KnowledgeFault
from bot.knowledge.reader import PHRASINGS_SUFFIX
from bot.knowledge.values import Knowledge, Phrasing

BACKGROUND_FILE: Final = "background.yaml"
_DIGITS: Final = 24
"""Of a fingerprint; enough that two files never have the same."""
AT_LEAST: Final = {"en": 25, "zh-TW": 20}
"""Phrasings an article needs in each of the bot's languages before free text can be told apart."""


def read_all_phrasings(folder: Path) -> list[Phrasing]:
    """Read all phrasings of a product and the background talk beside its folder.

    Raises KnowledgeError for a file that is not a mapping of language to list of texts.
    """
    phrasings, faults = load_sayings(folder)
    if faults:
        raise KnowledgeError(faults)
    return phrasings


def load_sayings(folder: Path) -> tuple[list[Phrasing], list[KnowledgeFault]]:
    """Read the phrasings of the files that have no fault, and return them with the faults of the others."""
    phrasings: list[Phrasing] = []
    faults: list[KnowledgeFault] = []
    files: list[tuple[Path, str | None]] = [
        (path, path.name.removesuffix(PHRASINGS_SUFFIX)) for path in sorted(folder.glob(f"*{PHRASINGS_SUFFIX}"))
    ]
    background = folder.parent / BACKGROUND_FILE
    for path, article_id in [*files, *([(background, None)] if background.exists() else [])]:
        try:
            phrasings.extend(_read(path, article_id))
        except KnowledgeError as error:
            faults.extend(error.faults)
    return phrasings, faults


def phrasing_files(folder: Path, knowledge: Knowledge) -> dict[str | None, Path]:
    """Return the file of phrasings of each article that has one, and under None that of background talk."""
    files: dict[str | None, Path] = {None: folder.parent / BACKGROUND_FILE}
    files.update({article_id: folder / f"{article_id}{PHRASINGS_SUFFIX}" for article_id in knowledge.articles})
    return {article_id: path for article_id, path in files.items() if path.is_file()}


def read_phrasings(path: Path, article_id: str | None) -> list[str]:
    """Read the texts of one file of phrasings. Raises KnowledgeError when it is not one."""
    return [phrasing.text for phrasing in _read(path, article_id)]


def fingerprint(path: Path) -> str:
    """Return a hash of a text file, the same whichever way its lines end; empty when it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError:
        return ""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()[:_DIGITS]


def _read(path: Path, article_id: str | None) -> list[Phrasing]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except OSError as error:
        raise KnowledgeError([KnowledgeFault(path, 1, f"cannot be read: {error.strerror}")]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = int(mark.line) + 1 if mark is not None else 1
        raise KnowledgeError(
            [KnowledgeFault(path, line, "is not valid YAML; put each phrasing in double quotes")]
        ) from error
    if not isinstance(content, dict) or not all(isinstance(texts, list) for texts in content.values()):
        raise KnowledgeError(
            [KnowledgeFault(path, 1, 'must be lists of phrasings under a language: “en:” and below it “- "…"”')]
        )
    return [Phrasing(article_id, str(language), str(text)) for language, texts in content.items() for text in texts]


def check_phrasings(folder: Path, knowledge: Knowledge) -> list[KnowledgeFault]:
    """Check that every article has enough phrasings and that no phrasing stands in two files."""
    try:
        phrasings = read_all_phrasings(folder)
    except KnowledgeError as error:
        return error.faults
    faults: list[KnowledgeFault] = []
    counts = Counter((phrasing.article_id, phrasing.language) for phrasing in phrasings)
    for article_id in knowledge.articles:
        for language, least in AT_LEAST.items():
            if (count := counts[article_id, language]) < least:
                path = folder / f"{article_id}{PHRASINGS_SUFFIX}"
                faults.append(KnowledgeFault(path, 1, f"has {count} phrasings in {language}; write at least {least}"))
    owners: dict[str, str | None] = {}
    for phrasing in phrasings:
        key = "".join(filter(str.isalnum, phrasing.text.casefold()))
        if key and owners.setdefault(key, phrasing.article_id) != phrasing.article_id:
            path = (
                folder / f"{phrasing.article_id}{PHRASINGS_SUFFIX}"
                if phrasing.article_id
                else folder.parent / BACKGROUND_FILE
            )
            faults.append(
                KnowledgeFault(
                    path,
                    1,
                    f"“{phrasing.text}” stands under {owners[key] or 'the background talk'} too; keep it in one",
                )
            )
    owners_of_none = sorted({s.article_id for s in phrasings if s.article_id} - knowledge.articles.keys())
    faults.extend(
        KnowledgeFault(folder / f"{owner}{PHRASINGS_SUFFIX}", 1, "belongs to no article; rename or delete it")
        for owner in owners_of_none
        if not (folder / f"{owner}.md").exists()
    )
    return faults
