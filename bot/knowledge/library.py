"""All products with their articles: reads the folders into `Knowledge`, with every fault found, and without what has one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from bot.knowledge.faults import KnowledgeError, KnowledgeFault
from bot.knowledge.files import product_folders
from bot.knowledge.messages import read_messages
from bot.knowledge.products import (
    ProductFile,
    check_product,
    check_products,
    read_product,
    without_shared_claims,
)
from bot.knowledge.reader import article_files, check_references, ids_in_files, read_article
from bot.knowledge.relation_values import Relations
from bot.knowledge.relations import RELATIONS_FILE, read_relations
from bot.knowledge.values import Article, Knowledge, Product, with_numbers
from bot.knowledge.vocabulary import lexicon_of
from bot.knowledge.yaml_file import line_of_text
from bot.languages import translations


def read_knowledge(*folders: Path) -> Knowledge:
    """Read all products and articles of these folders; see `product_folders`.

    Raises KnowledgeError with every fault found, each with file and line.
    """
    knowledge, faults = check_knowledge(*folders)
    if faults:
        raise KnowledgeError(faults)
    return knowledge


def check_knowledge(*folders: Path) -> tuple[Knowledge, list[KnowledgeFault]]:
    """Read all products and return them with the faults found; raises KnowledgeError when there is no product to read."""
    faults: list[KnowledgeFault] = []
    files: list[ProductFile] = []
    lost: list[Path] = []
    product_paths = product_folders(folders)
    for folder in product_paths:
        try:
            file, found = read_product(folder)
        except KnowledgeError as error:
            faults += error.faults
            lost.append(folder)
            continue
        faults += found
        files.append(file)
    if not files:
        raise KnowledgeError(faults)
    left_out = tuple(folder.name for folder in lost)
    faults += check_products(files, left_out)
    kept = without_shared_claims([file.product for file in files])
    owners = {path.stem: folder.name for folder in reversed(product_paths) for path in article_files(folder)}
    read = _Read()
    for file, product in zip(files, kept, strict=True):
        read.add(_read_product_folder(file, product, read.articles, owners, faults))
    unread = [path for folder in lost for path in article_files(folder)]
    knowledge = Knowledge(
        MappingProxyType({product.id: product for product in kept}),
        MappingProxyType(read.articles),
        lexicon_of(kept, read.articles.values()),
        read.relations,
        frozenset({path.stem for path in unread} - read.articles.keys() | read.left_out),
        frozenset(ids_in_files(unread) | read.unsaid),
        left_out,
        MappingProxyType(read.messages),
    )
    return knowledge, sorted(set(faults), key=lambda fault: (str(fault.path), fault.line))


@dataclass(slots=True)
class _Read:
    """Everything read of the folders of products."""

    articles: dict[str, Article] = field(default_factory=dict)
    relations: Relations = field(default_factory=Relations)
    messages: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # IDs of files that could not be read, and of articles in a file of another name; and with them the numbers.
    left_out: set[str] = field(default_factory=set)
    unsaid: set[str] = field(default_factory=set)

    def add(self, other: _Read) -> None:
        """Add what was read of another folder."""
        self.articles |= other.articles
        self.relations = self.relations.and_those(other.relations)
        self.messages |= other.messages
        self.left_out |= other.left_out
        self.unsaid |= other.unsaid


def _read_product_folder(
    file: ProductFile,
    product: Product,
    taken: Mapping[str, Article],
    owners: Mapping[str, str],
    faults: list[KnowledgeFault],
) -> _Read:
    """Read the articles and relations of one product, as far as it is kept; the IDs that others have `taken` are left to them.

    `owners` are the products by the IDs of their article files.
    """
    # A log that is left out is one fault of product.yaml, and none of every article that names it.
    as_written = replace(file, product=replace(product, log_names=file.product.log_names))
    # An article with a fault of its own is still one that others may name.
    written = {path.stem for path in article_files(product.folder)}
    articles, partial, misnamed = _read_articles(product, taken, faults)
    for repeated, first in _repeated(articles):
        path, key = product.folder / f"{repeated.id}.md", "id:" if repeated.number == repeated.id else "number:"
        sentence = f"{first.id}.md explains the same {first.kind}, {first.number}; keep one of the two files"
        faults.append(KnowledgeFault(path, line_of_text(path, key), sentence))
        del articles[repeated.id]
    named = written | articles.keys()
    for article in partial:
        faults.extend(check_references(article, named, as_written, whole=False))
    for article in articles.values():
        faults.extend(check_references(article, named, as_written))
    elsewhere = {article_id: owner for article_id, owner in owners.items() if owner != product.id}
    faults.extend(check_product(replace(file, product=product), articles, written, elsewhere))
    articles = _with_numbers({article.id: _without_bare_codes(article, written) for article in articles.values()})
    relations, found_faults = read_relations(product.folder / RELATIONS_FILE, articles, written)
    messages, more_faults = read_messages(product.folder, articles, written)
    faults.extend((*found_faults, *more_faults))
    left_out = (written - articles.keys() | misnamed) - taken.keys()
    return _Read(articles, relations, messages, left_out, _unsaid(product.folder, left_out, articles, misnamed))


def _unsaid(
    folder: Path, left_out: Iterable[str], articles: Mapping[str, Article], misnamed: Collection[str]
) -> set[str]:
    """Return the IDs and numbers of the articles left out.

    A copy whose ID nobody changed yet takes nothing from the article that it is a copy of.
    """
    kept = {name for article in articles.values() for name in (article.id, article.number)}
    return ids_in_files(folder / f"{name}.md" for name in left_out) - kept.difference(misnamed)


def _read_articles(
    product: Product, taken: Mapping[str, Article], faults: list[KnowledgeFault]
) -> tuple[dict[str, Article], list[Article], set[str]]:
    """Read a product's articles: the whole ones, those whose facts have a fault, and the IDs of files of another name."""
    articles: dict[str, Article] = {}
    partial: list[Article] = []
    misnamed: set[str] = set()
    for path in article_files(product.folder):
        found = read_article(path, product, faults)
        if found is None:
            continue
        article = found.article
        if article.id != path.stem:
            if path.with_name(f"{article.id}.md").exists():
                # The file that has the article's name has the article.
                continue
            misnamed.add(article.id)
        if not found.whole:
            partial += [article] if article.id == path.stem else []
        elif article.id in taken:
            other = taken[article.id].product.id
            sentence = (
                f"{other} has an article {article.id}; give this one an ID of its own, and “number: {article.number}”"
            )
            faults.append(KnowledgeFault(path, line_of_text(path, "id:"), sentence))
        else:
            articles[article.id] = article
    return articles, partial, misnamed


def _repeated(articles: Mapping[str, Article]) -> list[tuple[Article, Article]]:
    """Return each article of an event or code that one before it, in the order of IDs, explains already, with that one."""
    firsts: dict[tuple[str, str], list[Article]] = {}
    repeated: list[tuple[Article, Article]] = []
    for _, article in sorted(articles.items()):
        if article.kind == "event":
            spelling = article.number
        else:
            spelling = "".join(filter(str.isalnum, article.id)).casefold().removeprefix("0x").lstrip("0")
        same = firsts.setdefault((article.kind, spelling), [])
        first = next((each for each in same if not _is_told_apart(each, article)), None)
        if first is None:
            same.append(article)
        else:
            repeated.append((article, first))
    return repeated


def _is_told_apart(article: Article, other: Article) -> bool:
    """Tell whether two articles of one ID name different sources or logs; where one names none, nothing tells them apart."""
    pairs = ((article.provider, other.provider), (article.log_name, other.log_name))
    return any(one and two and one.casefold() != two.casefold() for one, two in pairs)


def _without_bare_codes(article: Article, written: Collection[str]) -> Article:
    """Leave out neutral codes that no article explains: that there is no fault needs no explanation."""
    bare = {code for code in article.codes if code in article.product.neutral_codes and code not in written}
    return replace(article, codes=tuple(code for code in article.codes if code not in bare)) if bare else article


def _with_numbers(articles: Mapping[str, Article]) -> dict[str, Article]:
    """Put numbers into prose whose authors refer to events by the IDs of their articles."""
    numbers = {article.id: article.number for article in articles.values() if article.number != article.id}
    if not numbers:
        return dict(articles)
    return {
        article.id: replace(
            article, prose=MappingProxyType({tag: with_numbers(prose, numbers) for tag, prose in article.prose.items()})
        )
        for article in articles.values()
    }


def load_knowledge(*folders: Path) -> tuple[Knowledge, list[KnowledgeFault]]:
    """Read the articles that have no fault, and return them with the faults of the others.

    What names an article that is left out, or that is not there, is left out with it. Raises KnowledgeError when there is no
    product to read.
    """
    knowledge, faults = check_knowledge(*folders)
    owners = {(fault.path.parent, _owner(fault.path)) for fault in faults}
    broken = knowledge.broken.union(
        article.id for article in knowledge.articles.values() if (article.product.folder, article.id) in owners
    )
    relations = knowledge.relations
    listed = {event for log in relations.logs.values() for event in log.events}
    lost = relations.named - knowledge.articles.keys() - listed
    if not broken and not lost:
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
    unsaid = knowledge.unsaid.union(
        name for each in knowledge.articles.values() if each.id in broken for name in (each.id, each.number)
    )
    left = replace(
        knowledge,
        articles=MappingProxyType(articles),
        relations=relations.without(broken | lost),
        broken=broken,
        unsaid=unsaid,
        messages=MappingProxyType({name: texts for name, texts in knowledge.messages.items() if name in articles}),
    )
    return left, faults


def _owner(path: Path) -> str:
    """Return the ID of the article that a file belongs to."""
    name = path.name.removesuffix(".md")
    for language in translations():
        name = name.removesuffix(f".{language}")
    return name
