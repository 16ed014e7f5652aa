"""Reads an article with its siblings and checks everything that can be checked, all faults at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler
from pydantic import ValidationError

from bot.knowledge import facts
from bot.knowledge.faults import KnowledgeFault
from bot.knowledge.markdown import mentioned, read_prose
from bot.knowledge.values import Article, Mistaken, Product, Prose, Source, Text
from bot.knowledge.yaml_file import NOT_UTF8
from bot.languages import DEFAULT, LANGUAGES, Language, translations

_OWN_FILES: Final = {"README.md", "TEMPLATE.md"}


class _PlainDates(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # one of two classes
    """The fast safe loader, which leaves a date as it is written: a wrong one is a fault of its key, not of YAML."""


_PlainDates.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _PlainDates.yaml_implicit_resolvers.items()
}


class _Loader(YAMLHandler):
    """Reads front matter with the fast safe loader."""

    def load(self, fm: str, **kwargs: object) -> Any:  # noqa: ARG002 - the base class passes them
        return yaml.load(fm, Loader=_PlainDates)  # noqa: S506 - a safe loader


def _yaml_line(error: Exception) -> int:
    mark = getattr(error, "problem_mark", None)
    return int(mark.line) + 1 if mark is not None else 1


def article_files(folder: Path) -> list[Path]:
    """Return the files of a product's articles, without their siblings in other languages."""
    siblings = tuple(f".{language}" for language in LANGUAGES)
    return [
        path for path in sorted(folder.glob("*.md")) if path.name not in _OWN_FILES and not path.stem.endswith(siblings)
    ]


def read_article(path: Path, product: Product, faults: list[KnowledgeFault]) -> Article | None:
    """Read an article of a product; None when its facts cannot be read. What is wrong is added to `faults`."""
    if (content := _read_text(path, faults)) is None:
        return None
    try:
        metadata, body = frontmatter.parse(content, handler=_Loader())
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        faults.append(
            KnowledgeFault(path, _yaml_line(error), "the front matter is not valid YAML; check indentation and quotes")
        )
        return None
    if not metadata:
        faults.append(
            KnowledgeFault(path, 1, "the front matter between two --- lines is missing; copy it from TEMPLATE.md")
        )
        return None
    try:
        found = facts.ArticleFacts.model_validate(metadata)
    except ValidationError as error:
        faults.extend(
            KnowledgeFault(path, _line_of(content, key), sentence) for key, sentence in facts.sentences(error)
        )
        return None
    if found.id != path.stem:
        faults.append(
            KnowledgeFault(
                path,
                _line_of(content, "id"),
                f"the file is named {path.stem} but its id is {found.id}; make them the same",
            )
        )
    if found.kind == "event" and found.number is None and not re.fullmatch(r"\d{1,6}", found.id):
        found = found.model_copy(update={"number": ""})
    first_line = content[: content.find(body[:40])].count("\n") + 1 if body else 1
    prose, found_faults = read_prose(path, body, first_line, DEFAULT)
    faults.extend(found_faults)
    return _article(found, product, {DEFAULT: prose, **_read_siblings(path, prose, faults)})


def _read_text(path: Path, faults: list[KnowledgeFault]) -> str | None:
    """Read a file of an author's, with or without the mark that Notepad puts before UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        faults.append(KnowledgeFault(path, 1, NOT_UTF8))
    except OSError as error:
        faults.append(KnowledgeFault(path, 1, f"cannot be read: {error.strerror}"))
    return None


def _read_siblings(path: Path, prose: Prose, faults: list[KnowledgeFault]) -> dict[Language, Prose]:
    """Read an article's prose in the other languages; `prose` stands for what cannot be read."""
    sections: dict[Language, Prose] = {}
    for language in translations():
        sibling = path.with_suffix(f".{language}.md")
        if not sibling.exists():
            faults.append(KnowledgeFault(sibling, 1, f"is missing; write the article's {language} prose there"))
            sections[language] = prose
            continue
        if (content := _read_text(sibling, faults)) is None:
            sections[language] = prose
            continue
        sections[language], found_faults = read_prose(sibling, content, 1, language)
        faults.extend(found_faults)
    return sections


def _line_of(content: str, key: str) -> int:
    lines = content.split("\n")
    return next((number for number, line in enumerate(lines, 1) if line.startswith(f"{key}:")), 1)


def _article(found: facts.ArticleFacts, product: Product, prose: dict[Language, Prose]) -> Article:
    return Article(
        id=found.id,
        product=product,
        kind=found.kind,
        number=found.id if found.number is None else found.number,
        name=found.name,
        generic_name=found.generic_name,
        outcome=found.outcome,
        provider=found.provider,
        log_name=found.log,
        step=found.step,
        codes=tuple(found.codes),
        aliases=tuple(found.aliases),
        proves=tuple(found.proves),
        caused_by=tuple(found.caused_by),
        mistaken_for=tuple(Mistaken(m.provider, tuple(m.words), m.what, m.commoner) for m in found.mistaken_for),
        sources=tuple(Source(source.title, source.url) for source in found.sources),
        inferred=tuple(found.inferred),
        urgent_steps=found.urgent_steps,
        reviewed=found.reviewed.isoformat(),
        prose=MappingProxyType(prose),
    )


def check_references(folder: Path, article: Article, articles: set[str], product: Product) -> list[KnowledgeFault]:
    """Check that whatever an article refers to exists, and that each of its codes has a cause."""
    path = folder / f"{article.id}.md"
    faults = [
        KnowledgeFault(path, line_of_text(path, f"{key}:"), message)
        for key, message in _contradictions(article, product)
    ]

    def fault(where: Path, key: str, message: str) -> None:
        faults.append(KnowledgeFault(where, line_of_text(where, key), message))

    for key in ("codes", "caused_by"):
        for reference in getattr(article, key):
            if reference not in articles and reference not in product.neutral_codes:
                fault(
                    path,
                    reference,
                    f"“{key}” names {reference}, which no article defines; write that article or correct the ID",
                )
    steps = {f"{flow}/{step.id}" for flow, flow_steps in product.flows.items() for step in flow_steps} | set(
        product.apart
    )
    for step in (*article.proves, *([article.step] if article.step else [])):
        if step not in steps:
            fault(path, step, f"the step “{step}” is not in product.yaml; use one of: {', '.join(sorted(steps))}")
    for language, prose in article.prose.items():
        where = path if language == DEFAULT else path.with_suffix(f".{language}.md")
        for reference in _references(prose):
            if reference not in articles and reference not in product.neutral_codes:
                fault(
                    where,
                    reference,
                    f"{reference} is mentioned, but no article defines it; correct it or write that article",
                )
        for code in article.codes:
            if code not in prose.causes_by_code:
                fault(where, code, f"the causes lack a line “- `{code}`: …” for a code in the front matter; add it")
    return [*faults, *_urgent_steps_faults(path, article)]


def _urgent_steps_faults(path: Path, article: Article) -> list[KnowledgeFault]:
    line = line_of_text(path, "urgent_steps")
    if article.urgent_steps and article.kind != "event":
        return [KnowledgeFault(path, line, "“urgent_steps” is for events, whose steps a code's replace; take it out")]
    return [
        KnowledgeFault(path, line, f"“urgent_steps” is {article.urgent_steps}, but there are fewer steps in {language}")
        for language, prose in article.prose.items()
        if article.urgent_steps > len(prose.next_steps)
    ]


def _contradictions(article: Article, product: Product) -> Iterable[tuple[str, str]]:
    """Yield what an article's front matter says that its product contradicts."""
    shared = {name for log in product.shared_logs for name in log.providers}
    providers, logs = (
        {*product.providers, *shared},
        {*product.log_names, *(log.log_name for log in product.shared_logs)},
    )
    if article.provider is not None and article.provider not in providers:
        known = ", ".join(sorted(providers)) or "none"
        yield (
            "provider",
            f"{article.provider} is no source of this product (product.yaml has {known}); correct one of the two",
        )
    if article.log_name is not None and article.log_name not in logs:
        known = ", ".join(sorted(logs)) or "none"
        yield "log", f"{article.log_name} is no log of this product (product.yaml has {known}); correct one of the two"
    if article.kind == "event":
        fewest, most = product.id_digits
        if not article.number:
            yield "id", "add “number:” with the event ID as Windows prints it, since this article's id is no number"
        elif not fewest <= len(article.number) <= most:
            yield "id", f"{article.number} has not {fewest} to {most} digits, as product.yaml says that IDs have"
    elif product.code_shape and not re.fullmatch(product.code_shape, article.id):
        yield "id", f"{article.id} has not the shape of this product's codes, {product.code_shape}"


def _references(prose: Prose) -> list[str]:
    texts: tuple[Text, ...] = (*prose.meaning, *prose.causes, *prose.next_steps, *prose.where_to_look)
    return [reference for text in texts for reference in mentioned(text)]


def line_of_text(path: Path, text: str) -> int:
    """Return the first line of a file that holds a text."""
    if not path.exists():
        return 1
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((number for number, line in enumerate(lines, 1) if text in line), 1)
