"""Reads `product.yaml` and checks what its keys say of one another, of the articles and of other products."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from bot.knowledge.faults import KnowledgeError, KnowledgeFault
from bot.knowledge.files import PRODUCT_FILE
from bot.knowledge.names import is_everyday, is_no_name, names_of, spelling
from bot.knowledge.product_facts import ProductFacts, sentence_of
from bot.knowledge.values import Article, Guide, OtherProduct, Product, SharedLog, Step
from bot.knowledge.windows_logs import is_windows_log
from bot.knowledge.yaml_file import line_of, read_yaml
from bot.languages import LANGUAGES

_REQUIRED: Final = {"name", "called", "ids", "codes"}
"""Keys without which nothing can be said of a product. The defaults of the last two would condemn articles that have no fault."""


@dataclass(frozen=True, slots=True)
class ProductFile:
    """A product as it could be read, with the tree of its file."""

    product: Product
    tree: Any

    @property
    def path(self) -> Path:
        """Return the path of the file."""
        return self.product.folder / PRODUCT_FILE

    def fault(self, sentence: str, *place: str | int) -> KnowledgeFault:
        """Name a fault of a place in the file."""
        return KnowledgeFault(self.path, line_of(self.tree, place), sentence)


def read_product(folder: Path) -> tuple[ProductFile, list[KnowledgeFault]]:
    """Read a product; a key with a fault is left out, and named with the others.

    Raises KnowledgeError when too little is left to speak of the product at all.
    """
    path = folder / PRODUCT_FILE
    content, tree = read_yaml(path)
    if not isinstance(content, dict):
        sentence = "must be keys with their values, such as “name:”; a line that begins with “-” makes a list"
        raise KnowledgeError([KnowledgeFault(path, line_of(tree, ()) if content else 1, sentence)])
    faults: list[KnowledgeFault] = []
    while True:
        try:
            facts = ProductFacts.model_validate(content)
            break
        except ValidationError as error:
            found = error.errors()
            faults += [KnowledgeFault(path, line_of(tree, each["loc"]), sentence_of(each)) for each in found]
            wrong = {str(each["loc"][0]) if each["loc"] else "" for each in found}
            meant = {
                near for key in wrong - ProductFacts.model_fields.keys() for near in get_close_matches(key, _REQUIRED)
            }
            if (wrong | meant) & {"", *_REQUIRED}:
                raise KnowledgeError(faults) from error
            content = {key: value for key, value in content.items() if key not in wrong}
    return ProductFile(_product(folder, facts), tree), faults


def _product(folder: Path, facts: ProductFacts) -> Product:
    return Product(
        id=folder.name,
        folder=folder,
        name=facts.name.both(),
        called=facts.called.both(),
        note=facts.note.both() if facts.note else dict.fromkeys(LANGUAGES, ""),
        aliases=tuple(facts.aliases),
        log_names=tuple(facts.logs),
        providers=tuple(facts.providers),
        shared_logs=tuple(SharedLog(each.log, tuple(each.providers)) for each in facts.shared_logs),
        strong_words=tuple(facts.context.strong),
        weak_words=tuple(facts.context.weak),
        owners=tuple(facts.context.owners),
        id_digits=facts.ids.digits,
        outcome_by_last_digit=facts.ids.last_digit,
        code_shape=facts.codes.shape,
        neutral_codes=frozenset(facts.codes.neutral),
        general_codes=frozenset({*facts.codes.neutral, *facts.codes.general}),
        twins=tuple(facts.twins),
        superseded_by=facts.support.superseded_by if facts.support else "",
        support=facts.support.state if facts.support else None,
        flows={
            flow: tuple(Step(step.id, step.name.both(), Guide(step.guide.both(), step.url)) for step in steps)
            for flow, steps in facts.flows.items()
        },
        apart={name: Guide(apart.guide.both(), apart.url) for name, apart in facts.apart.items()},
        guides={flow: Guide(guide.title.both(), guide.url) for flow, guide in facts.guides.items()},
        other_products=tuple(OtherProduct(other.name, tuple(other.words)) for other in facts.other_products),
        examples={language: tuple(texts) for language, texts in facts.examples.items()},
    )


def check_product(
    file: ProductFile, articles: Mapping[str, Article], written: Iterable[str]
) -> Iterator[KnowledgeFault]:
    """Check what a product says of its articles; `written` are the IDs of all article files."""
    product, written = file.product, frozenset(written)
    if not written:
        yield file.fault("the folder holds no article; begin with a copy of TEMPLATE.md")
    for at, twins in enumerate(product.twins):
        found = [articles[each] for each in twins if each in articles]
        for each in twins:
            if each not in written:
                yield file.fault(f"twins: no article has the ID {each}; correct it or write it", "twins", at)
        if len(found) == 2 and found[0].outcome == found[1].outcome:
            sentence = f"twins: {twins[0]} and {twins[1]} have one outcome; a twin says the opposite"
            yield file.fault(sentence, "twins", at)
    for code in sorted(product.neutral_codes):
        article = articles.get(code)
        if article is not None and article.outcome == "failure":
            sentence = f"codes: {code} is neutral here and a failure in {code}.md; it is one of both"
            yield file.fault(sentence, "codes", "neutral")
    for at, word in enumerate(product.strong_words):
        if is_everyday(word):
            sentence = f"context: “{word}” is in ordinary talk everywhere; move it to weak or leave it out"
            yield file.fault(sentence, "context", "strong", at)


def check_products(files: list[ProductFile], left_out: Collection[str] = ()) -> list[KnowledgeFault]:
    """Check what products say of one another: nothing that decides whose an event is may be two products'.

    `left_out` are the IDs of products whose own file has a fault: they may be named.
    """
    faults: list[KnowledgeFault] = []
    owners: dict[tuple[str, str], ProductFile] = {}
    for file in files:
        for kind, name, place in _claims(file.product):
            other = owners.setdefault((kind, name.casefold()), file)
            if other is not file:
                sentence = f"the {kind} “{name}” is {other.product.id}'s already; keep it in one product"
                if kind == "strong word":
                    sentence = (
                        f"“{name}” is a strong word of {other.product.id} too; a word that two share is weak for both"
                    )
                faults.append(file.fault(sentence, *place))
        faults += _windows_log_faults(file)
        faults += _name_faults(file, files)
    by_id = {file.product.id: file for file in files}
    for file in files:
        after = file.product.superseded_by
        if not after:
            continue
        if after in left_out:
            continue
        if after not in by_id:
            sentence = f"support: no product's folder is named {after}; use one of: {', '.join(sorted(by_id))}"
            faults.append(file.fault(sentence, "support", "superseded_by"))
        elif by_id[after].product.superseded_by == file.product.id:
            sentence = f"support: {file.product.id} and {after} replace each other; one of the two is wrong"
            faults.append(file.fault(sentence, "support", "superseded_by"))
    return faults


def _name_faults(file: ProductFile, files: list[ProductFile]) -> Iterator[KnowledgeFault]:
    for name, place in names_of(file.product):
        if is_no_name(name):
            sentence = f"“{name}” is an everyday word and no name; leave it out, or put it under “context”, “weak”"
            yield file.fault(sentence, *place)
        for other in files:
            names = {spelling(each) for each, _ in names_of(other.product)}
            words = {spelling(each) for each in other.product.strong_words}
            # Of two products that have the name, the second is told; of a strong word, whoever has the name.
            if (spelling(name) in names and files.index(other) < files.index(file)) or (
                spelling(name) in words and other is not file
            ):
                sentence = (
                    f"“{name}” means {other.product.id}, too, in {other.path}; it counts for neither, keep it in one"
                )
                yield file.fault(sentence, *place)


def _windows_log_faults(file: ProductFile) -> Iterator[KnowledgeFault]:
    for at, log in enumerate(file.product.log_names):
        if is_windows_log(log):
            sentence = (
                f"every program may write to the log “{log}”; name it under “shared_logs” with the “providers” that are"
                " this product's, see knowledge/README.md"
            )
            yield file.fault(sentence, "logs", at)


def _claims(product: Product) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    for at, log in enumerate(product.log_names):
        if not is_windows_log(log):
            yield "log", log, ("logs", at)
    for at, provider in enumerate(product.providers):
        yield "source", provider, ("providers", at)
    for at, shared in enumerate(product.shared_logs):
        for provider in shared.providers:
            yield "source", provider, ("shared_logs", at, "providers")
    for at, word in enumerate(product.strong_words):
        yield "strong word", word, ("context", "strong", at)


def without_shared_claims(products: list[Product]) -> list[Product]:
    """Leave to the first product what two claim, and take words that two have for strong as weak ones of both.

    A log that every program may write to is nobody's.
    """
    taken: set[tuple[str, str]] = set()
    strong: dict[str, set[str]] = {}
    for product in products:
        for word in product.strong_words:
            strong.setdefault(word.casefold(), set()).add(product.id)
    kept: list[Product] = []
    for product in products:
        first = {(kind, name.casefold()) for kind, name, _ in _claims(product) if (kind, name.casefold()) not in taken}
        taken |= first
        alone = tuple(word for word in product.strong_words if len(strong[word.casefold()]) == 1)
        kept.append(
            replace(
                product,
                log_names=tuple(log for log in product.log_names if ("log", log.casefold()) in first),
                providers=tuple(each for each in product.providers if ("source", each.casefold()) in first),
                strong_words=alone,
                weak_words=(*product.weak_words, *(word for word in product.strong_words if word not in alone)),
                superseded_by="" if _is_circle(product, products) else product.superseded_by,
            )
        )
    return kept


def _is_circle(product: Product, products: list[Product]) -> bool:
    by_id = {each.id: each for each in products}
    after = by_id.get(product.superseded_by)
    return after is None or after.superseded_by == product.id
