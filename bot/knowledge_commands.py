"""`sceptic knowledge`: checking the articles, and preparing what is learned from them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import IO, NoReturn, cast, get_args

import click

from bot.ask_batch import SURFACES, decide
from bot.build import build_from_settings
from bot.diagnosis import Surface
from bot.knowledge import Knowledge, KnowledgeError
from bot.knowledge.values import ArticleKind
from bot.languages import DEFAULT
from bot.settings import KNOWLEDGE, read_settings


@click.group()
def knowledge() -> None:
    """Check the articles, or prepare what is learned from them."""


@knowledge.command()
@click.argument("folders", type=click.Path(path_type=Path, exists=True, file_okay=False), nargs=-1)
def check(folders: tuple[Path, ...]) -> None:
    """Check all articles and list every fault with its file, line and what to do.

    \b
    Examples:
      sceptic knowledge check                       # the articles the bot would use
      sceptic knowledge check path/to/product
    """
    import datetime

    from bot.diagnosis.features import write_traditional
    from bot.diagnosis.training_files import read_concepts
    from bot.knowledge.conventions import check_conventions
    from bot.knowledge.files import CONCEPTS_FILE, OTHER_PRODUCTS_FILE
    from bot.knowledge.library import check_knowledge
    from bot.knowledge.other_names import read_other_names
    from bot.knowledge.phrasings import check_phrasings

    folders = folders or read_settings().sceptic_knowledge
    try:
        found, faults = check_knowledge(*folders)
        faults += check_phrasings(found, KNOWLEDGE)
        faults += check_conventions(found, datetime.date.today(), write_traditional)
    except KnowledgeError as error:
        faults, found = error.faults, None
    for shared in {folder.parent for each in found.products.values() for folder in each.folders} if found else ():
        try:
            read_concepts(shared / CONCEPTS_FILE)
            read_other_names(shared / OTHER_PRODUCTS_FILE)
        except KnowledgeError as error:
            faults += error.faults
    for fault in faults:
        click.echo(str(fault))
    if faults or found is None:
        _fail(f"{len(faults)} to mend.")
    click.echo(f"{len(found.articles)} articles, no faults.")


@knowledge.group()
def new() -> None:
    """Write the files of a new product or article, to be filled in."""


@new.command("product")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def new_product(folder: Path) -> None:
    """Begin a product in FOLDER, whose name becomes the product's short name.

    \b
    Example:
      sceptic knowledge new product my-knowledge/dhcp-server
    """
    from bot.knowledge import new_files

    _say_written(lambda: new_files.new_product(folder))
    click.echo(f"Fill them in, then: sceptic knowledge new article {folder} ID")


@new.command("article")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.argument("article_id")
@click.option("--kind", type=click.Choice(get_args(ArticleKind)), default="event", show_default=True)
def new_article(folder: Path, article_id: str, kind: ArticleKind) -> None:
    """Begin the article ARTICLE_ID of the product in FOLDER, in all languages.

    \b
    Examples:
      sceptic knowledge new article my-knowledge/dhcp-server 1046
      sceptic knowledge new article my-knowledge/dhcp-server topic-failover --kind topic
    """
    import datetime

    from bot.knowledge import new_files

    _say_written(lambda: new_files.new_article(folder, article_id, kind, datetime.date.today().isoformat()))
    click.echo(f"Fill them in, then: sceptic knowledge check {folder}")


def _say_written(write: Callable[[], list[Path]]) -> None:
    from bot.knowledge.new_files import FileExistsAlreadyError

    try:
        for path in write():
            click.echo(str(path))
    except FileExistsAlreadyError as error:
        _fail(str(error))


@knowledge.command("list")
@click.argument("folders", type=click.Path(path_type=Path, exists=True, file_okay=False), nargs=-1)
def list_articles(folders: tuple[Path, ...]) -> None:
    """List all articles: product, ID, kind, outcome, day of the last review, and title.

    \b
    Example:
      sceptic knowledge list | grep failure
    """
    for article in _loaded(folders).articles.values():
        columns = (article.product.id, article.id, article.kind, article.outcome, article.reviewed)
        click.echo("\t".join((*columns, article.prose[DEFAULT].title)))


@knowledge.command()
@click.argument("folders", type=click.Path(path_type=Path, exists=True, file_okay=False), nargs=-1)
@click.option(
    "--list",
    "listed",
    type=click.File("r", encoding="utf-8-sig"),
    help="A file of IDs, one at the beginning of each line, that should have an article; - is standard input.",
)
def coverage(folders: tuple[Path, ...], listed: IO[str] | None) -> None:
    """Show what is still to be written: entries of a list without an article, few phrasings, old reviews, languages.

    \b
    Examples:
      sceptic knowledge coverage
      sceptic knowledge coverage --list ids.txt     # fails while one of them has no article
    """
    import datetime

    from bot.knowledge.coverage import find_coverage

    lines = (line.split("#")[0].split() for line in listed or ())
    found = find_coverage(_loaded(folders), [words[0] for words in lines if words], datetime.date.today())
    _section("without an article", found.unwritten)
    few = (f"{article.id} ({language}: {count})" for article, language, count in found.few_phrasings)
    _section("with few phrasings", few)
    _section("not reviewed for a year", (f"{each.id} ({each.reviewed})" for each in found.not_reviewed))
    _section("not translated", (f"{article.id} ({language})" for article, language in found.untranslated))
    if found.unwritten:
        _fail(f"{len(found.unwritten)} of the list to be written.")


def _section(title: str, entries: Iterable[str]) -> None:
    entries = list(entries)
    click.echo(f"{len(entries)} {title}" + (": " + ", ".join(entries) if entries else ""))


@knowledge.command("try")
@click.argument("question")
@click.argument("article_id")
@click.option("--surface", type=click.Choice(SURFACES), default="mention", show_default=True)
def try_article(question: str, article_id: str, surface: str) -> None:
    """Show what QUESTION reaches, with ARTICLE_ID and as if it had not been written.

    \b
    Example:
      sceptic knowledge try "the scope ran out of addresses" 1063
    """
    from bot.diagnosis.engine import rebuild_without

    settings = read_settings()
    told = partial(click.echo, err=True)
    sceptic = build_from_settings(settings)
    if article_id not in sceptic.knowledge.articles:
        _fail(f"No article has the ID {article_id}; sceptic knowledge list shows those that there are.")
    without = rebuild_without(sceptic, article_id, settings.sceptic_cache, told, KNOWLEDGE)
    for title, each in (("with it", sceptic), ("without it", without)):
        found = decide(question, each, cast(Surface, surface))
        reached = ", ".join(found.entries or [match.article.id for match in found.choices]) or "nothing"
        click.echo(f"{title}: {found.decision}, {reached}")


def _loaded(folders: tuple[Path, ...]) -> Knowledge:
    """Read all articles, those with faults included; what is wrong with them is for `check` to say."""
    from bot.knowledge.library import check_knowledge

    try:
        return check_knowledge(*(folders or read_settings().sceptic_knowledge))[0]
    except KnowledgeError as error:
        _fail(str(error))


@knowledge.command()
def learn() -> None:
    """Learn now what people say, so that the first question need not wait.

    \b
    Example:
      sceptic knowledge learn
    """
    build_from_settings(read_settings()).words()
    click.echo("Ready.")


@knowledge.command()
@click.argument("folders", type=click.Path(path_type=Path, exists=True, file_okay=False), nargs=-1)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; fail when the file is not up to date.")
def weights(folders: tuple[Path, ...], only_check: bool) -> None:
    """Write the file that free text is matched by, beside the products that come with Sceptic, or those of FOLDERS.

    \b
    Examples:
      sceptic knowledge weights
      sceptic knowledge weights --check             # before a change lands
    """
    from bot.diagnosis.weight_files import check_weights, write_weights

    folders = folders or (KNOWLEDGE,)
    if (fault := check_weights(*folders)) is None:
        click.echo("The weights are up to date.")
    elif only_check:
        _fail(fault)
    else:
        click.echo(f"{write_weights(*folders, tell=partial(click.echo, err=True))} is written.")


@knowledge.command("compile")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; fail when the file is not up to date.")
def compile_articles(only_check: bool) -> None:
    """Write the file that the articles that come with Sceptic are read from, so that no start parses them.

    \b
    Examples:
      sceptic knowledge compile
      sceptic knowledge compile --check             # before a change lands
    """
    from bot.knowledge.compiled import check_compiled, write_compiled

    if (fault := check_compiled(KNOWLEDGE)) is None:
        click.echo("The compiled articles are up to date.")
    elif only_check:
        _fail(fault)
    else:
        click.echo(f"{write_compiled(KNOWLEDGE)} is written.")


@knowledge.command()
def unanswered() -> None:
    """List what people asked in vain and what they said of answers that did not help, a JSON object a line.

    Secrets and personal data were masked before they were kept. Phrasings of an article, or background talk, are
    what these may become.

    \b
    Example:
      sceptic knowledge unanswered > unanswered.jsonl
    """
    from bot.store import StoreError
    from bot.store.corrections import list_unanswered

    try:
        questions, corrections = list_unanswered(read_settings().store_address)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    for kind, found in (("unanswered", questions), ("correction", corrections)):
        for each in found:
            click.echo(json.dumps({"kind": kind, **asdict(each)}, ensure_ascii=False))


def _fail(sentence: str) -> NoReturn:
    raise click.ClickException(sentence)
