"""`sceptic knowledge`: checking the articles, and preparing what is learned from them."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import NoReturn

import click

from bot.knowledge import KnowledgeError
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
    from bot.diagnosis.training_files import read_concepts
    from bot.knowledge.files import CONCEPTS_FILE, OTHER_PRODUCTS_FILE
    from bot.knowledge.library import check_knowledge
    from bot.knowledge.other_names import read_other_names
    from bot.knowledge.phrasings import check_phrasings

    folders = folders or read_settings().sceptic_knowledge
    try:
        found, faults = check_knowledge(*folders)
        faults += check_phrasings(found, KNOWLEDGE)
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


@knowledge.command()
def learn() -> None:
    """Learn now what people say, so that the first question need not wait.

    \b
    Example:
      sceptic knowledge learn
    """
    from bot.diagnosis import build_sceptic

    settings = read_settings()
    told = partial(click.echo, err=True)
    build_sceptic(settings.sceptic_knowledge, settings.sceptic_cache, told, KNOWLEDGE).words()
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
