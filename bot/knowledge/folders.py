"""Reads the articles of each product's folder, and checks what all folders together say of one another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.knowledge.crosswalk import read_crosswalk
from bot.knowledge.faults import KnowledgeFault
from bot.knowledge.messages import read_messages
from bot.knowledge.product_values import Product
from bot.knowledge.products import ProductFile, check_flows, check_product
from bot.knowledge.reader import article_files, check_references, ids_in_files, read_article
from bot.knowledge.references import References, references_of, resolve
from bot.knowledge.relation_values import Relations
from bot.knowledge.relations import RELATIONS_FILE, read_relations
from bot.knowledge.values import Article, Counterpart
from bot.knowledge.yaml_file import line_of_text


@dataclass(frozen=True, slots=True)
class ProductFolder:
    """One product's articles as they are written; what they name may stand in another folder."""

    # As its file could be read, with all of its logs: one that is left out is one fault of the file, and none of an article.
    file: ProductFile
    product: Product
    articles: dict[str, Article]
    # Articles whose facts have a fault.
    partial: list[Article]
    # IDs of articles in a file of another name, and of all article files, also of those that could not be read.
    misnamed: set[str]
    written: frozenset[str]


@dataclass(slots=True)
class CheckedFolders:
    """Everything read of all folders."""

    articles: dict[str, Article] = field(default_factory=dict)
    relations: Relations = field(default_factory=Relations)
    messages: dict[str, tuple[str, ...]] = field(default_factory=dict)
    counterparts: dict[str, Counterpart] = field(default_factory=dict)
    # IDs of files that could not be read, and of articles in a file of another name; and with them the numbers.
    left_out: set[str] = field(default_factory=set)
    unsaid: set[str] = field(default_factory=set)


def read_folder(
    file: ProductFile, product: Product, taken: Mapping[str, Article], faults: list[KnowledgeFault]
) -> ProductFolder:
    """Read the articles of one product, as far as it is kept; the IDs that others have `taken` are left to them."""
    written = frozenset(path.stem for path in article_files(*product.folders))
    articles, partial, misnamed = _read_articles(product, taken, faults)
    for repeated, first in _repeated(articles):
        path, key = product.path(f"{repeated.id}.md"), "id:" if repeated.number == repeated.id else "number:"
        sentence = f"{first.id}.md explains the same {first.kind}, {first.number}; keep one of the two files"
        faults.append(KnowledgeFault(path, line_of_text(path, key), sentence))
        del articles[repeated.id]
    return ProductFolder(file, product, articles, partial, misnamed, written)


def check_folders(
    folders: Sequence[ProductFolder], unread: Iterable[Path], faults: list[KnowledgeFault]
) -> CheckedFolders:
    """Check what the articles and relations of all products name.

    `unread` are the article files of products whose own file could not be read: these articles may be named.
    """
    written = {name for folder in folders for name in folder.written} | {path.stem for path in unread}
    all_articles = {name: article for folder in folders for name, article in folder.articles.items()}
    references, twice = references_of(all_articles.values(), written, [folder.product for folder in folders])
    for article, alias, other in twice:
        path = article.product.path(f"{article.id}.md")
        sentence = f"“aliases” names {alias}, which leads to {other} already; keep it in one article"
        faults.append(KnowledgeFault(path, line_of_text(path, alias), sentence))
    resolved = resolve(
        {name: _without_bare_codes(article, written) for name, article in all_articles.items()}, references
    )
    checked = CheckedFolders(articles=resolved)
    taken: set[str] = set()
    for folder in folders:
        _check_folder(folder, folders, references, faults)
        faults.extend(check_flows(folder.file, resolved, references))
        relations, found = read_relations(folder.product.path(RELATIONS_FILE), folder.product, resolved, references)
        messages, more = read_messages(folder.product.folders, folder.articles, folder.written)
        counterparts, of_crosswalk = read_crosswalk(folder.product, resolved, references)
        faults.extend((*found, *more, *of_crosswalk))
        checked.counterparts |= {each.older: each for each in counterparts}
        checked.relations = checked.relations.and_those(relations)
        checked.messages |= messages
        left_out = (folder.written - folder.articles.keys() | folder.misnamed) - taken
        checked.left_out |= left_out
        checked.unsaid |= _unsaid(folder.product, left_out, folder.articles, folder.misnamed)
        taken |= folder.articles.keys()
    return checked


def _check_folder(
    folder: ProductFolder, folders: Sequence[ProductFolder], references: References, faults: list[KnowledgeFault]
) -> None:
    """Check the articles of one product against its own file and against all that they name."""
    as_written = replace(folder.file, product=replace(folder.product, log_names=folder.file.product.log_names))
    for article in folder.partial:
        faults.extend(check_references(article, references, as_written, whole=False))
    for article in folder.articles.values():
        faults.extend(check_references(article, references, as_written))
    elsewhere = {name: other.product.id for other in folders if other is not folder for name in other.written}
    file = replace(folder.file, product=folder.product)
    faults.extend(check_product(file, folder.articles, folder.written, elsewhere))


def _unsaid(
    product: Product, left_out: Iterable[str], articles: Mapping[str, Article], misnamed: Collection[str]
) -> set[str]:
    """Return the IDs and numbers of the articles left out.

    A copy whose ID nobody changed yet takes nothing from the article that it is a copy of.
    """
    kept = {name for article in articles.values() for name in (article.id, article.number)}
    return ids_in_files(product.path(f"{name}.md") for name in left_out) - kept.difference(misnamed)


def _read_articles(
    product: Product, taken: Mapping[str, Article], faults: list[KnowledgeFault]
) -> tuple[dict[str, Article], list[Article], set[str]]:
    """Read a product's articles: the whole ones, those whose facts have a fault, and the IDs of files of another name."""
    articles: dict[str, Article] = {}
    partial: list[Article] = []
    misnamed: set[str] = set()
    for path in article_files(*product.folders):
        found = read_article(path, product, faults)
        if found is None:
            continue
        article = found.article
        if article.id != path.stem:
            if product.path(f"{article.id}.md").exists():
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
