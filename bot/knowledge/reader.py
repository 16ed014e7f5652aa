"""Reads an article with its siblings and checks everything that can be checked, all faults at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bot.knowledge.facts import read_facts
from bot.knowledge.faults import KnowledgeError, KnowledgeFault
from bot.knowledge.fields import PlacedFault
from bot.knowledge.files import PRODUCT_FILE
from bot.knowledge.layers import find_files
from bot.knowledge.markdown import OPTIONAL, Section, mentioned, read_prose
from bot.knowledge.product_values import Product
from bot.knowledge.products import ProductFile
from bot.knowledge.references import References
from bot.knowledge.values import Article, Prose, Text
from bot.knowledge.yaml_file import line_of, line_of_prose, line_of_text, parse_yaml, read_text
from bot.languages import DEFAULT, LANGUAGES, Language, translations

_FRONT_MATTER: Final = 2_000
"""Bytes from the beginning of a file in which its ID is looked for."""
_ID_KEYS: Final = re.compile(r"^(?:id|number)[ \t]*:[ \t]*[\"']?([A-Za-z0-9][\w.-]*)", re.MULTILINE | re.ASCII)
_OWN_FILES: Final = {"NOTES.md", "README.md", "TEMPLATE.md"}
_FRONT: Final = re.compile(r"\s*---[ \t]*\n(?P<facts>.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """An article as far as it could be read."""

    article: Article
    # A fault of its facts is a fault of this article only: nothing else is held against what is missing in it.
    whole: bool


def article_files(*folders: Path) -> list[Path]:
    """Return the files of a product's articles, without their siblings in other languages."""
    siblings = tuple(f".{language}" for language in LANGUAGES)
    return [
        path for path in find_files(folders, ".md") if path.name not in _OWN_FILES and not path.stem.endswith(siblings)
    ]


def ids_in_files(paths: Iterable[Path]) -> set[str]:
    """Return the IDs and numbers that articles have by their files' names and front matter, read without a parser.

    Of an article that cannot be read as it should be, and so is left out, this much is known.
    """
    found: set[str] = set()
    for path in paths:
        found.add(path.stem)
        try:
            beginning = path.read_bytes()[:_FRONT_MATTER].decode("utf-8-sig", "replace")
        except OSError:
            continue
        found.update(match[1] for match in _ID_KEYS.finditer(beginning))
    return found


def read_article(path: Path, product: Product, faults: list[KnowledgeFault]) -> ArticleFile | None:
    """Read an article of a product; None when there is nothing to read. What is wrong is added to `faults`."""
    try:
        content = read_text(path)
        front = _FRONT.match(content)
        if front is None or not front["facts"].strip():
            sentence = "the front matter between two --- lines is missing; copy it from TEMPLATE.md"
            raise KnowledgeError([KnowledgeFault(path, 1, sentence)])
        lines_above = content.count("\n", 0, front.start("facts"))
        facts, tree = parse_yaml(front["facts"], path, lines_above)
    except KnowledgeError as error:
        faults += error.faults
        return None
    optional = _optional_sections(facts)
    first_line = content.count("\n", 0, front.end()) + 1
    prose, found_faults = read_prose(path, content[front.end() :], first_line, DEFAULT, optional)
    faults += found_faults
    found: list[PlacedFault] = []
    siblings = _read_siblings(path, product, prose, optional, faults)
    article = read_facts(facts, product, MappingProxyType({DEFAULT: prose, **siblings}), found)
    faults += [KnowledgeFault(path, lines_above + line_of(tree, place), sentence) for place, sentence in found]
    if article.id and article.id != path.stem:
        sentence = f"the file is named {path.stem} but its id is {article.id}; make them the same"
        faults.append(KnowledgeFault(path, lines_above + line_of(tree, ("id",)), sentence))
    return ArticleFile(article, not found) if article.id else None


def _optional_sections(facts: object) -> frozenset[Section]:
    """Return the sections that an article may lack: without a fault, or a text that was read, there is no cause to name."""
    said = facts if isinstance(facts, dict) else {}
    without_fault = said.get("kind") == "topic" or said.get("outcome") in ("success", "information")
    without_cause = without_fault or said.get("doc_text_seen") == "false"
    return OPTIONAL | {"causes"} if without_cause else OPTIONAL


def _read_siblings(
    path: Path, product: Product, prose: Prose, optional: frozenset[Section], faults: list[KnowledgeFault]
) -> dict[Language, Prose]:
    """Read an article's prose in the other languages; `prose` stands for what cannot be read."""
    sections: dict[Language, Prose] = {}
    for language in translations():
        sibling = product.path(f"{path.stem}.{language}.md")
        if not sibling.exists():
            sibling = path.with_suffix(f".{language}.md")
            faults.append(KnowledgeFault(sibling, 1, f"is missing; write the article's {language} prose there"))
            sections[language] = prose
            continue
        try:
            content = read_text(sibling)
        except KnowledgeError as error:
            faults += error.faults
            sections[language] = prose
            continue
        sections[language], found_faults = read_prose(sibling, content, 1, language, optional)
        faults.extend(found_faults)
    return sections


def check_references(
    article: Article, references: References, file: ProductFile, *, whole: bool = True
) -> list[KnowledgeFault]:
    """Check that whatever an article refers to exists, and that each of its codes has a cause.

    What product.yaml could not be read of, and the facts of an article that is not `whole`, lead to no fault here.
    """
    product = file.product
    path = product.path(f"{article.id}.md")
    faults: list[KnowledgeFault] = []

    def fault(where: Path, key: str, message: str) -> None:
        faults.append(KnowledgeFault(where, line_of_text(where, key), message))

    if whole:
        for key, message in (*_contradictions(article, file), *_unknown_steps(article, file)):
            fault(path, key, message)
    for key in ("codes", "caused_by"):
        for reference in getattr(article, key):
            if references.lack(reference, product) and ("codes" not in file.unread or key == "caused_by"):
                sentence = f"“{key}” names {reference}, which no article defines; write that article or correct the ID"
                fault(path, reference, sentence)
    for language, prose in article.prose.items():
        where = path if language == DEFAULT else product.path(f"{article.id}.{language}.md")
        for reference in _references(prose):
            if references.lack(reference, product):
                sentence = f"{reference} is mentioned, but no article defines it; correct it or write that article"
                faults.append(KnowledgeFault(where, line_of_prose(where, reference), sentence))
        for code in article.codes:
            if code not in prose.causes_by_code:
                fault(where, code, f"the causes lack a line “- `{code}`: …” for a code in the front matter; add it")
    return [*faults, *_step_count_faults(path, article), *_urgent_steps_faults(path, article)]


def _step_count_faults(path: Path, article: Article) -> list[KnowledgeFault]:
    """Name each language that has other steps than the first: ticks in an incident are kept by a step's position."""
    steps = len(article.prose[DEFAULT].next_steps)
    faults: list[KnowledgeFault] = []
    for language in translations():
        prose, sibling = article.prose[language], article.product.path(f"{article.id}.{language}.md")
        # The heading is missing altogether: that is said already.
        if prose.next_steps and steps and len(prose.next_steps) != steps:
            sentence = f"has {len(prose.next_steps)} next steps where {path.name} has {steps}; write the same steps"
            heading = LANGUAGES[language].headings[2]
            faults.append(KnowledgeFault(sibling, line_of_text(sibling, f"## {heading}"), sentence))
    return faults


def _urgent_steps_faults(path: Path, article: Article) -> list[KnowledgeFault]:
    line = line_of_text(path, "urgent_steps")
    if article.urgent_steps and article.kind != "event":
        return [KnowledgeFault(path, line, "“urgent_steps” is for events, whose steps a code's replace; take it out")]
    return [
        KnowledgeFault(path, line, f"“urgent_steps” is {article.urgent_steps}, but there are fewer steps in {language}")
        for language, prose in article.prose.items()
        if article.urgent_steps > len(prose.next_steps)
    ]


def _unknown_steps(article: Article, file: ProductFile) -> Iterable[tuple[str, str]]:
    if file.unread & {"flows", "apart"} or (file.product.flows_of and not file.product.flows):
        return
    steps = {f"{flow}/{step.id}" for flow, flow_steps in file.product.flows.items() for step in flow_steps}
    steps |= set(file.product.apart)
    for step in (*article.proves, *([article.step] if article.step else [])):
        if step not in steps:
            yield step, f"the step “{step}” is not in product.yaml; use one of: {', '.join(sorted(steps))}"


def _contradictions(article: Article, file: ProductFile) -> Iterable[tuple[str, str]]:
    """Yield what an article's front matter says that its product contradicts."""
    product = file.product
    shared = {name for log in product.shared_logs for name in log.providers}
    providers = {*product.providers, *shared}
    logs = {*product.log_names, *(log.log_name for log in product.shared_logs)}
    if (
        article.provider is not None
        and article.provider not in providers
        and not file.unread & {"providers", "shared_logs"}
    ):
        known = ", ".join(sorted(providers)) or "none"
        yield (
            "provider:",
            f"{article.provider} is no source of this product (product.yaml has {known}); correct one of the two",
        )
    if article.log_name is not None and article.log_name not in logs and not file.unread & {"logs", "shared_logs"}:
        known = ", ".join(sorted(logs)) or "none"
        yield "log:", f"{article.log_name} is no log of this product (product.yaml has {known}); correct one of the two"
    if article.kind == "event":
        yield from _number_contradictions(article, file)
    elif article.kind == "code" and product.code_shape and not re.fullmatch(product.code_shape, article.id):
        yield "id:", f"{article.id} has not the shape of this product's codes, {product.code_shape}"


def _number_contradictions(article: Article, file: ProductFile) -> Iterable[tuple[str, str]]:
    fewest, most = file.product.id_digits
    if not article.number:
        yield "id:", "add “number:” with the event ID as Windows prints it, since this article's id is no number"
    elif not fewest <= len(article.number) <= most:
        line = line_of(file.tree, ("ids", "digits"))
        yield (
            "id:" if article.number == article.id else "number:",
            f"{article.number} has not {fewest} to {most} digits, as {PRODUCT_FILE} says that IDs have (line {line}); "
            "correct one of the two",
        )


def _references(prose: Prose) -> list[str]:
    texts: tuple[Text, ...] = (*prose.meaning, *prose.causes, *prose.next_steps, *prose.where_to_look)
    return [reference for text in texts for reference in mentioned(text)]
