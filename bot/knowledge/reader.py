"""Reads a product's folder into `Knowledge` and checks everything that can be checked, all faults at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler
from pydantic import ValidationError

from bot.knowledge import facts
from bot.knowledge.faults import KnowledgeError, KnowledgeFault
from bot.knowledge.markdown import mentioned, read_prose
from bot.knowledge.relations import RELATIONS_FILE, read_relations
from bot.knowledge.values import (
    LANGUAGES,
    Article,
    Guide,
    Knowledge,
    Language,
    Mistaken,
    OtherProduct,
    Product,
    Prose,
    Source,
    Step,
    Text,
)

PRODUCT_FILE: Final = "product.yaml"
PHRASINGS_SUFFIX: Final = ".people-say.yaml"
NOT_UTF8: Final = "is not UTF-8 text; save it as UTF-8"
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


def read_knowledge(folder: Path) -> Knowledge:
    """Read all articles of one product.

    Raises KnowledgeError with every fault found, each with file and line.
    """
    knowledge, faults = check_knowledge(folder)
    if faults:
        raise KnowledgeError(faults)
    return knowledge


def check_knowledge(folder: Path) -> tuple[Knowledge, list[KnowledgeFault]]:
    """Read all articles and return them with the faults found; raises KnowledgeError when there is nothing to read."""
    faults: list[KnowledgeFault] = []
    product = _read_product(folder / PRODUCT_FILE)
    articles: dict[str, Article] = {}
    # An article with a fault of its own is still one that others may name.
    written: set[str] = set()
    for path in sorted(folder.glob("*.md")):
        if path.name in _OWN_FILES or path.stem.endswith(tuple(f".{language}" for language in LANGUAGES)):
            continue
        written.add(path.stem)
        article = _read_article(path, faults)
        if article is not None:
            articles[article.id] = article
    for article in articles.values():
        faults.extend(_cross_references(folder, article, written | articles.keys(), product))
    relations, found_faults = read_relations(folder / RELATIONS_FILE, articles, written)
    faults.extend(found_faults)
    broken = frozenset(written - articles.keys())
    knowledge = Knowledge(product, MappingProxyType(articles), relations, broken)
    return knowledge, sorted(faults, key=lambda fault: (str(fault.path), fault.line))


def load_knowledge(folder: Path) -> tuple[Knowledge, list[KnowledgeFault]]:
    """Read the articles that have no fault, and return them with the faults of the others.

    What names an article that is left out is left out with it. Raises KnowledgeError when there is no product to read.
    """
    knowledge, faults = check_knowledge(folder)
    owners = {fault.path: _owner(fault.path) for fault in faults}
    broken = knowledge.broken.union(owner for owner in owners.values() if owner in knowledge.articles)
    if not broken:
        return knowledge, faults
    articles = {
        article.id: replace(
            article,
            codes=tuple(code for code in article.codes if code not in broken),
            caused_by=tuple(cause for cause in article.caused_by if cause not in broken),
        )
        for article in knowledge.articles.values()
        if article.id not in broken
    }
    relations = knowledge.relations.without(broken)
    return Knowledge(knowledge.product, MappingProxyType(articles), relations, broken), faults


def _owner(path: Path) -> str:
    """Return the ID of the article that a file belongs to."""
    name = path.name.removesuffix(".md")
    for language in LANGUAGES[1:]:
        name = name.removesuffix(f".{language}")
    return name


def _read_product(path: Path) -> Product:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        found = facts.ProductFacts.model_validate(content)
    except OSError as error:
        raise KnowledgeError(
            [KnowledgeFault(path, 1, f"cannot be read ({error.strerror}); is this the knowledge folder?")]
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise KnowledgeError(
            [KnowledgeFault(path, _yaml_line(error), "is not valid YAML; check indentation and quotes")]
        ) from error
    except ValidationError as error:
        raise KnowledgeError([KnowledgeFault(path, 1, sentence) for _, sentence in facts.sentences(error)]) from error
    return Product(
        name=found.name,
        note=found.note,
        log_names=tuple(found.log_names),
        providers=tuple(found.providers),
        outcome_by_last_digit=found.outcome_by_last_digit,
        flows={
            flow: tuple(Step(step.id, step.name, Guide(step.guide, step.url)) for step in steps)
            for flow, steps in found.flows.items()
        },
        apart={name: Guide(apart.guide, apart.url) for name, apart in found.apart.items()},
        guides={flow: Guide(guide.title, guide.url) for flow, guide in found.guides.items()},
        other_products=tuple(OtherProduct(other.name, tuple(other.words)) for other in found.other_products),
    )


def _yaml_line(error: Exception) -> int:
    mark = getattr(error, "problem_mark", None)
    return int(mark.line) + 1 if mark is not None else 1


def _read_article(path: Path, faults: list[KnowledgeFault]) -> Article | None:
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
    first_line = content[: content.find(body[:40])].count("\n") + 1 if body else 1
    prose, found_faults = read_prose(path, body, first_line, "en")
    faults.extend(found_faults)
    return _article(found, {"en": prose, **_read_siblings(path, prose, faults)})


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
    for language in LANGUAGES[1:]:
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


def _article(found: facts.ArticleFacts, prose: dict[Language, Prose]) -> Article:
    return Article(
        id=found.id,
        kind=found.kind,
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


def _cross_references(folder: Path, article: Article, articles: set[str], product: Product) -> list[KnowledgeFault]:
    """Check that whatever an article refers to exists, and that each of its codes has a cause."""
    path = folder / f"{article.id}.md"
    faults: list[KnowledgeFault] = []

    def fault(where: Path, key: str, message: str) -> None:
        faults.append(KnowledgeFault(where, _line_of_text(where, key), message))

    for key in ("codes", "caused_by"):
        for reference in getattr(article, key):
            if reference not in articles:
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
        where = path if language == "en" else path.with_suffix(f".{language}.md")
        for reference in _references(prose):
            if reference not in articles:
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
    line = _line_of_text(path, "urgent_steps")
    if article.urgent_steps and article.kind != "event":
        return [KnowledgeFault(path, line, "“urgent_steps” is for events, whose steps a code's replace; take it out")]
    return [
        KnowledgeFault(path, line, f"“urgent_steps” is {article.urgent_steps}, but there are fewer steps in {language}")
        for language, prose in article.prose.items()
        if article.urgent_steps > len(prose.next_steps)
    ]


def _references(prose: Prose) -> list[str]:
    texts: tuple[Text, ...] = (*prose.meaning, *prose.causes, *prose.next_steps, *prose.where_to_look)
    return [reference for text in texts for reference in mentioned(text)]


def _line_of_text(path: Path, text: str) -> int:
    if not path.exists():
        return 1
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((number for number, line in enumerate(lines, 1) if text in line), 1)
