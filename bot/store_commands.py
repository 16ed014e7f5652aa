"""`sceptic store`: backing up, restoring, moving to PostgreSQL, encrypting, and looking at what went wrong."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.settings import Settings, read_settings, read_token_key_file

if TYPE_CHECKING:
    from bot.store.token_cipher import TokenCipher


@click.group()
def store() -> None:
    """Look after what the bot keeps: back up, restore, move, encrypt, show, retry."""


@contextmanager
def _sentences() -> Iterator[None]:
    from bot.store import StoreError

    try:
        yield
    except StoreError as error:
        raise click.ClickException(str(error)) from error


@store.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write a consistent copy into a new SQLite FILE, while the bot may be running.

    \b
    Example:
      sceptic store backup "sceptic-$(date +%F).db"
    """
    from bot.store.backup import back_up

    with _sentences():
        figures = back_up(read_settings().store_address, file)
    click.echo(
        f"{file} holds {_rows(figures)}, checked. It contains tokens and messages; keep it as safe as the store, "
        "and apart from the key."
    )


@store.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--without-tokens", is_flag=True, help="Leave out the tokens: each workspace installs the app again.")
def restore(file: Path, without_tokens: bool) -> None:
    """Put the backup FILE in the place of the store. The bot must be stopped.

    \b
    Example:
      sceptic store restore sceptic-2026-11-30.db
    """
    from bot.store.backup import restore as put_back

    settings = read_settings()
    with _sentences():
        figures, kept = put_back(settings.store_address, file, _cipher(settings), without_tokens=without_tokens)
    click.echo(f"Restored {_rows(figures)}. What waits in it is looked for in Slack before it is posted.")
    if kept is not None:
        click.echo(f"The store that was there is kept as {kept}.")


@store.command()
@click.argument("target")
def move(target: str) -> None:
    """Move the SQLite store to the empty PostgreSQL database TARGET (postgresql://…). The bot must be stopped.

    \b
    Example:
      sceptic store move postgresql://sceptic:password@db.example.com/sceptic
    """
    from bot.store.backup import move as move_to

    with _sentences():
        figures, marker = move_to(read_settings().store_address, target)
    click.echo(f"Moved {_rows(figures)}. Set DATABASE_URL to the new address before the bot starts.")
    click.echo(f"The file was left as it is, and is not used again unless {marker} is deleted.")


@store.command()
def show() -> None:
    """Count what the store holds, and list what was given up: never what people wrote.

    \b
    Example:
      sceptic store show
    """
    from bot.store.dead_letters import read_overview

    with _sentences():
        found = read_overview(read_settings().store_address)
    click.echo(f"{found.place}: {_rows(found.tables)}")
    for (table, state), number in found.states.items():
        click.echo(f"  {table} {state}: {number}")
    for each in found.troubles:
        at = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(each.at))
        click.echo(
            f"{each.state} {each.table} {each.id} {at} {each.team_id} {each.what} {each.key} "
            f"after {each.attempts} attempts: {each.error}"
        )


@store.command()
def retry() -> None:
    """Give what is dead another try; what is ambiguous may have been posted and is left alone.

    \b
    Example:
      sceptic store retry
    """
    from bot.store.dead_letters import retry as try_again

    with _sentences():
        again, emptied = try_again(read_settings().store_address)
    click.echo(f"{again} dead rows are tried again.")
    if emptied:
        click.echo(f"{emptied} stay dead: their text is gone, it was older than SCEPTIC_RETENTION_DAYS.")


@store.command()
def key() -> None:
    """Print a new key for SCEPTIC_TOKEN_KEY, which encrypts the tokens of workspaces in the store.

    \b
    Example:
      (umask 077; sceptic store key > token-key)    # then SCEPTIC_TOKEN_KEY_FILE=token-key
    """
    from bot.store.token_cipher import new_key

    click.echo(new_key())


@store.command()
@click.option("--anyway", is_flag=True, help="Also while bots run that could not read the tokens afterwards.")
@click.option("--forget-tokens", is_flag=True, help="Delete the tokens that no key fits, for a key that is lost.")
def encrypt(anyway: bool, forget_tokens: bool) -> None:
    """Encrypt the tokens with the first key of SCEPTIC_TOKEN_KEY, and all that come; the bot may be running.

    To rotate the key, put a new one before the old, run this, and then take the old one away.

    \b
    Example:
      sceptic store encrypt
    """
    from bot.store.reencryption import encrypt_tokens, forget_lost

    settings = read_settings()
    cipher = _cipher(settings)
    if forget_tokens:
        with _sentences():
            forgotten = forget_lost(settings.store_address, cipher)
        click.echo(f"{forgotten} installations are forgotten; have each workspace install the app again.")
        return
    with _sentences():
        done = encrypt_tokens(settings.store_address, cipher, anyway=anyway)
    click.echo(
        f"{done} installations are encrypted with the key {cipher.fingerprints[0]}, as is every new one. "
        "Backups made before are as they were: make a new one, and delete those."
    )


def _cipher(settings: Settings) -> TokenCipher:
    from bot.store.token_cipher import TokenCipher

    return TokenCipher(settings.sceptic_token_key, read_token_key_file)


@store.command()
@click.argument("user")
@click.argument("action", type=click.Choice(["show", "export", "forget"]))
@click.option("--to", type=click.Path(path_type=Path), help="The new file of an export; without it the terminal.")
def person(user: str, action: str, to: Path | None) -> None:
    """Show, export or forget what is kept of one person, by the user ID of Slack. The bot may be running.

    Forgetting leaves incidents and notes as they are, without the person. Backups made before still hold them.

    \b
    Examples:
      sceptic store person U012AB3CD show
      sceptic store person U012AB3CD export --to person.json
      sceptic store person U012AB3CD forget
    """
    from bot.store.person import count_person, export_person, forget_person, write_export

    if to is not None and action != "export":
        raise click.UsageError("--to belongs to export.")
    address = read_settings().store_address
    with _sentences():
        match action:
            case "show":
                click.echo(f"{user} stands in {_rows(count_person(address, user))}.")
            case "forget":
                click.echo(f"{user} was taken out of {_rows(forget_person(address, user))}.")
                click.echo("Backups made before still hold them: delete those, or forget again after restoring one.")
            case _ if to is not None:
                write_export(export_person(address, user), to)
                click.echo(f"{to} holds what is kept of {user}; only you can read it.")
            case _:
                click.echo(json.dumps(export_person(address, user), ensure_ascii=False, indent=2))


def _rows(figures: Mapping[str, int]) -> str:
    return (
        f"{sum(figures.values())} rows ({', '.join(f'{number} {name}' for name, number in figures.items() if number)})"
    )
