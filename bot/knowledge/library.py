"""All products with their articles: reads the folders into `Knowledge`, with every fault found, and without what has one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from bot.knowledge.faults import KnowledgeError, KnowledgeFault
from bot.knowledge.files import product_folders
from bot.knowledge.folders import ProductFolder, check_folders, read_folder
from bot.knowledge.products import ProductFile, check_products, read_product, with_flows, without_shared_claims
from bot.knowledge.reader import article_files, ids_in_files
from bot.knowledge.values import Article, Counterpart, Knowledge
from bot.knowledge.vocabulary import lexicon_of
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
    lost: list[tuple[Path, ...]] = []
    product_paths = product_folders(folders)
    for layers in product_paths:
        try:
            file, found = read_product(layers)
        except KnowledgeError as error:
            faults += error.faults
            lost.append(layers)
            continue
        faults += found
        files.append(file)
    if not files:
        raise KnowledgeError(faults)
    left_out = tuple(layers[0].name for layers in lost)
    faults += check_products(files, left_out)
    kept = with_flows(without_shared_claims([file.product for file in files]))
    folders_read: list[ProductFolder] = []
    taken: dict[str, Article] = {}
    for file, product in zip(files, kept, strict=True):
        folders_read.append(read_folder(file, product, taken, faults))
        taken |= folders_read[-1].articles
    unread = [path for layers in lost for path in article_files(*layers)]
    checked = check_folders(folders_read, unread, faults)
    knowledge = Knowledge(
        MappingProxyType({product.id: product for product in kept}),
        MappingProxyType(checked.articles),
        lexicon_of(kept, checked.articles.values()),
        checked.relations,
        frozenset({path.stem for path in unread} - checked.articles.keys() | checked.left_out),
        frozenset(ids_in_files(unread) | checked.unsaid),
        left_out,
        MappingProxyType(checked.messages),
        MappingProxyType(checked.counterparts),
    )
    return knowledge, sorted(set(faults), key=lambda fault: (str(fault.path), fault.line))


def load_knowledge(*folders: Path) -> tuple[Knowledge, list[KnowledgeFault]]:
    """Read the articles that have no fault, and return them with the faults of the others.

    What names an article that is left out, or that is not there, is left out with it. Raises KnowledgeError when there is no
    product to read.
    """
    knowledge, faults = check_knowledge(*folders)
    owners = {(fault.path.parent, _owner(fault.path)) for fault in faults}
    broken = knowledge.broken.union(
        article.id
        for article in knowledge.articles.values()
        if any((folder, article.id) in owners for folder in article.product.folders)
    )
    relations = knowledge.relations
    listed = {event for log in relations.logs.values() for event in log.events}
    lost = relations.named - knowledge.articles.keys() - listed
    if not broken and not lost:
        return knowledge, faults
    unsaid = knowledge.unsaid.union(
        name for each in knowledge.articles.values() if each.id in broken for name in (each.id, each.number)
    )
    return replace(_without(knowledge, broken, broken | lost), broken=broken, unsaid=unsaid), faults


def without_articles(knowledge: Knowledge, article_ids: Collection[str]) -> Knowledge:
    """Leave out articles, and with them whatever else names them, as if they had never been written."""
    left = _without(knowledge, article_ids, article_ids)
    return replace(left, lexicon=lexicon_of(left.products.values(), left.articles.values()))


def _without(knowledge: Knowledge, article_ids: Collection[str], unnamed: Collection[str]) -> Knowledge:
    articles = {
        article.id: replace(
            article,
            codes=tuple(code for code in article.codes if code not in article_ids),
            caused_by=tuple(cause for cause in article.caused_by if cause not in article_ids),
        )
        for article in knowledge.articles.values()
        if article.id not in article_ids
    }
    return replace(
        knowledge,
        articles=MappingProxyType(articles),
        relations=knowledge.relations.without(unnamed),
        messages=MappingProxyType({name: texts for name, texts in knowledge.messages.items() if name in articles}),
        counterparts=MappingProxyType(_kept(knowledge.counterparts, articles)),
    )


def left_out(fault: KnowledgeFault, knowledge: Knowledge) -> str:
    """Name what of the knowledge that was loaded is left out for a fault: a product, an article, or what the line says."""
    if fault.path.parent not in {folder for product in knowledge.products.values() for folder in product.folders}:
        return f"the whole product {fault.path.parent.name}"
    article_id = _owner(fault.path)
    if article_id in knowledge.broken:
        return f"the article {article_id}"
    loaded = knowledge.articles.get(article_id)
    if fault.path.suffix == ".md" and (loaded is None or fault.path.parent not in loaded.product.folders):
        # Another product's article has the ID.
        return f"the article {article_id} of {fault.path.parent.name}"
    return "this line only"


def _kept(counterparts: Mapping[str, Counterpart], articles: Collection[str]) -> dict[str, Counterpart]:
    """Leave out of the pairs what names an article that is left out."""
    return {
        name: replace(each, newer=tuple(newer for newer in each.newer if newer in articles))
        for name, each in counterparts.items()
        if name in articles
    }


def _owner(path: Path) -> str:
    """Return the ID of the article that a file belongs to."""
    name = path.name.removesuffix(".md")
    for language in translations():
        name = name.removesuffix(f".{language}")
    return name
