"""Reads `product.yaml` and checks what its keys say of one another, of the articles and of other products."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.evidence.windows_logs import is_windows_log
from bot.knowledge.faults import KnowledgeError, KnowledgeFault, Place
from bot.knowledge.fields import PlacedFault
from bot.knowledge.files import PRODUCT_FILE, UNCOVERED_FILE
from bot.knowledge.layers import find_file
from bot.knowledge.names import are_generations, is_everyday, is_no_name, names_of, spelling
from bot.knowledge.product_facts import read_product_facts
from bot.knowledge.product_values import Product
from bot.knowledge.references import References
from bot.knowledge.uncovered import read_topics
from bot.knowledge.values import Article
from bot.knowledge.yaml_file import line_of, line_of_text, read_yaml

if TYPE_CHECKING:
    import yaml

_REQUIRED: Final = {"name", "called", "ids", "codes"}
"""Keys without which nothing can be said of a product. The defaults of the last two would condemn articles that have no fault."""


@dataclass(frozen=True, slots=True)
class ProductFile:
    """A product as it could be read, with the tree of its file."""

    product: Product
    tree: yaml.Node | None
    # The keys under which something is left out: what an article says is not held against them.
    unread: frozenset[str] = frozenset()

    @property
    def path(self) -> Path:
        """Return the path of the file."""
        return self.product.path(PRODUCT_FILE)

    def fault(self, sentence: str, *place: str | int) -> KnowledgeFault:
        """Name a fault of a place in the file."""
        return KnowledgeFault(self.path, line_of(self.tree, place), sentence)


def read_product(folders: tuple[Path, ...]) -> tuple[ProductFile, list[KnowledgeFault]]:
    """Read a product without whatever in it has a fault, and return it with all its faults.

    Raises KnowledgeError when too little is left to speak of the product at all.
    """
    folder, path = folders[0], find_file(folders, PRODUCT_FILE)
    content, tree = read_yaml(path)
    if not isinstance(content, dict):
        sentence = "must be keys with their values, such as “name:”; a line that begins with “-” makes a list"
        raise KnowledgeError([KnowledgeFault(path, line_of(tree, ()) if content else 1, sentence)])
    found: list[PlacedFault] = []
    product, misspelled = read_product_facts(folder, content, found)
    faults = [KnowledgeFault(path, line_of(tree, place), sentence) for place, sentence in found]
    meant = {spelled: key for key, spelled in misspelled.items()}
    # A key that is only misspelled was read all the same.
    wrong = {
        meant.get(str(place[0]), str(place[0]))
        for place, _ in found
        if place and not (len(place) == 1 and place[0] in meant)
    }
    lacking = {"name", "called"} - content.keys()
    if (wrong | misspelled.keys() | lacking) & _REQUIRED:
        raise KnowledgeError(faults)
    try:
        product = replace(product, topics=read_topics(find_file(folders, UNCOVERED_FILE)))
    except KnowledgeError as error:
        faults += error.faults
    return ProductFile(replace(product, over=folders[1:]), tree, frozenset(wrong)), faults


def check_product(
    file: ProductFile, articles: Mapping[str, Article], written: Iterable[str], elsewhere: Mapping[str, str]
) -> Iterator[KnowledgeFault]:
    """Check what a product says of its articles.

    `written` are the IDs of all its article files, and `elsewhere` those of other products' by whose they are.
    """
    product, written = file.product, frozenset(written)
    if not written:
        yield file.fault("the folder holds no article; begin with a copy of TEMPLATE.md")
    yield from _twin_faults(file, articles, written, elsewhere)
    for code in sorted(product.neutral_codes):
        article = articles.get(code)
        if article is not None and article.outcome == "failure":
            sentence = f"codes: {code} is neutral here and a failure in {code}.md; it is one of both"
            yield file.fault(sentence, "codes", "neutral")
    for at, word in enumerate(product.strong_words):
        if is_everyday(word):
            sentence = f"context: “{word}” is in ordinary talk everywhere; move it to weak or leave it out"
            yield file.fault(sentence, "context", "strong", at)
    yield from _outcome_faults(file, articles)
    if (
        not product.writes_events
        and any(article.kind == "event" for article in articles.values())
        and not file.unread & {"logs", "providers", "shared_logs"}
    ):
        yield file.fault(
            "neither “logs”, “providers” nor “shared_logs” is there; without one no event is this product's"
        )


def _twin_faults(
    file: ProductFile, articles: Mapping[str, Article], written: frozenset[str], elsewhere: Mapping[str, str]
) -> Iterator[KnowledgeFault]:
    for twins in file.product.twins:
        place = ("twins", *_position_of(file.tree, twins))
        found = [articles[each] for each in twins if each in articles]
        for each in twins:
            if each in elsewhere and each not in written:
                sentence = (
                    f"twins: {each} is an article of {elsewhere[each]}; both twins are this product's, correct it"
                )
                yield file.fault(sentence, *place)
            elif each not in written:
                yield file.fault(f"twins: no article has the ID {each}; correct it or write it", *place)
        if len(found) == 2 and found[0].outcome == found[1].outcome:
            sentence = f"twins: {twins[0]} and {twins[1]} have one outcome; a twin says the opposite"
            yield file.fault(sentence, *place)


def _position_of(tree: yaml.Node | None, twins: tuple[str, str]) -> Place:
    """Return where among the pairs of a file this one stands."""
    pairs = next((value for key, value in getattr(tree, "value", ()) if key.value == "twins"), None)
    for at, pair in enumerate(getattr(pair, "value", "") for pair in getattr(pairs, "value", ())):
        if [str(getattr(each, "value", "")).strip() for each in pair] == list(twins):
            return (at,)
    return ()


_ALIKE: Final = frozenset({"success", "information"})


def _outcome_faults(file: ProductFile, articles: Mapping[str, Article]) -> Iterator[KnowledgeFault]:
    """Yield the articles whose outcome is not what their last digit says; the article's own counts all the same."""
    for article in articles.values():
        told = file.product.outcome_by_last_digit.get(article.number[-1:]) if article.kind == "event" else None
        if told is None or told == article.outcome or {told, article.outcome} == _ALIKE:
            continue
        path = file.product.path(f"{article.id}.md")
        sentence = (
            f"IDs that end in {article.number[-1]} are “{told}” here, but {path.name} line {line_of_text(path, 'outcome:')} "
            f"says that {article.number} is “{article.outcome}”; correct one of the two"
        )
        yield file.fault(sentence, "ids", "last_digit", article.number[-1])


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
        if after in left_out or (after in file.product.refers_to and after not in by_id):
            continue
        if after not in by_id:
            sentence = f"support: no product's folder is named {after}; use one of: {', '.join(sorted(by_id))}"
            faults.append(file.fault(sentence, "support", "superseded_by"))
        elif by_id[after].product.superseded_by == file.product.id:
            sentence = f"support: {file.product.id} and {after} replace each other; one of the two is wrong"
            faults.append(file.fault(sentence, "support", "superseded_by"))
    return faults


def check_flows(file: ProductFile, articles: Mapping[str, Article], references: References) -> Iterator[KnowledgeFault]:
    """Check that the articles that show how a step went are there, and that their outcomes say so."""
    for flow, steps in file.product.flows.items():
        for at, step in enumerate(steps):
            for key, named in (("proved_by", step.proved_by), ("failed_by", step.failed_by)):
                for name in named:
                    if sentence := _proof_fault(name, key, articles, references, file.product):
                        yield file.fault(f"“{key}” of {flow}/{step.id}: {sentence}", "flows", flow, at, key)


def _proof_fault(name: str, key: str, articles: Mapping[str, Article], references: References, product: Product) -> str:
    if references.lack(name, product):
        return f"no article has the ID {name}; correct it or write that article"
    if (meant := references.targets.get(name, name)) != name:
        return f"{name} leads to {meant}; write {meant}"
    article = articles.get(name)
    if article is None:
        return ""
    if key == "proved_by" and article.outcome in ("failure", "warning"):
        return f"{name} is a {article.outcome} and proves nothing; take it out or correct its outcome"
    if key == "failed_by" and article.outcome == "success":
        return f"{name} is a success and stops nothing; take it out or correct its outcome"
    return ""


def with_flows(products: Iterable[Product]) -> list[Product]:
    """Give each product whose steps are of another's flows these flows with their guides, where the other is loaded."""
    products = list(products)
    by_id = {product.id: product for product in products}
    return [
        replace(
            product,
            flows=other.flows,
            flow_names=other.flow_names,
            apart={**other.apart, **product.apart},
            guides={**other.guides, **product.guides},
        )
        if (other := by_id.get(product.flows_of)) is not None and not product.flows
        else product
        for product in products
    ]


def _name_faults(file: ProductFile, files: list[ProductFile]) -> Iterator[KnowledgeFault]:
    for name, place in names_of(file.product):
        if is_no_name(name):
            sentence = f"“{name}” is an everyday word and no name; leave it out, or put it under “context”, “weak”"
            yield file.fault(sentence, *place)
        for other in files:
            if are_generations(file.product, other.product):
                continue
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
