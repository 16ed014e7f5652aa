"""Tokens at rest: encrypted with keys that rotate beside running bots, and bound to their workspace."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from bot.cli import main
from bot.store import Installation, KeyMissingError, Store, StoreError, TokenCipher, open_store
from bot.store.database import EVERY_TEAM
from bot.store.reencryption import encrypt_tokens
from bot.store.tables import installations
from bot.store.token_cipher import fingerprint, new_key
from tests.store.commands import found as files
from tests.store.commands import refused, said
from tests.store.factories import rows

OLD, NEW = new_key(), new_key()
TOKEN, REFRESH = "xoxe.xoxb-TEAPOT-IN-CLEAR", "xoxe-1-KETTLE-IN-CLEAR"
HERE = Installation("T1", "E1", TOKEN, "U1", "B1", "chat:write", REFRESH, 2e9)


async def opened(address: str, keys: str = "", told: list[str] | None = None, **more: Any) -> Store:
    tell = (lambda _: None) if told is None else told.append
    return await open_store(address, tell, cipher=TokenCipher(keys, **more))


async def kept(store: Store) -> str:
    (row,) = await rows(store, installations)
    return f"{row['bot_token']} {row['refresh_token']}"


async def command(address: str, *arguments: str | Path, key: str = "", **environment: str) -> Result:
    """Call `sceptic store` with a key while the store may be in use here."""
    env = {"DATABASE_URL": address} | ({"SCEPTIC_TOKEN_KEY": key} if key else {}) | environment
    return await asyncio.to_thread(CliRunner(env=env).invoke, main, ["store", *map(str, arguments)])


def holding_a_token(folder: Path) -> list[str]:
    """The names of files, of a store or a backup, that hold a token in clear."""
    return [path.name for path in folder.glob("*.db*") if b"IN-CLEAR" in path.read_bytes()]


async def make(address: str, keys: str) -> None:
    store = await opened(address, keys)
    await store.install(HERE)
    await store.close()


async def test_a_new_store_encrypts_from_its_first_token(address: str, tmp_path: Path) -> None:
    """Nothing of the token is in a file of the store or of a backup; who has the key reads it."""
    store = await opened(address, OLD)
    await store.install(HERE)
    found = await kept(store)
    said(await command(address, "backup", tmp_path / "backup.db", key=OLD))

    assert "IN-CLEAR" not in found
    assert await store.installation("T1", "E1") == HERE
    await store.close()
    assert holding_a_token(tmp_path) == []


async def test_without_a_key_tokens_are_in_clear_as_before(address: str) -> None:
    store = await opened(address)
    await store.install(HERE)

    assert await kept(store) == f"{TOKEN} {REFRESH}"
    assert await store.installation("T1", "E1") == HERE
    await store.close()


async def test_sqlite_encrypts_when_it_is_opened_with_a_key(tmp_path: Path) -> None:
    """It has one process, so nobody is left behind; no page and no log holds the token any more."""
    address = f"sqlite:///{tmp_path / 'sceptic.db'}"
    await make(address, "")
    told: list[str] = []
    store = await opened(address, OLD, told)

    assert told == ["The tokens of workspaces were encrypted with the first key of SCEPTIC_TOKEN_KEY."]
    assert holding_a_token(tmp_path) == []
    assert await store.installation("T1", "E1") == HERE
    await store.close()
    again = await opened(address, f"{NEW},{OLD}")
    assert await again.installation("T1", "E1") == HERE
    await again.close()
    last = await opened(address, NEW)
    assert await last.installation("T1", "E1") == HERE
    await last.close()


async def test_replicas_change_over_one_after_the_other(postgres_database) -> None:
    """Until all of them have the key tokens stay in clear, and the command refuses; then it encrypts beside them."""
    address = postgres_database()
    await make(address, "")
    told: list[str] = []
    without, having = await opened(address), await opened(address, OLD, told)
    await having.install(HERE)

    assert "until `sceptic store encrypt` is run" in told[0]
    assert await kept(having) == f"{TOKEN} {REFRESH}"
    assert await without.installation("T1", "E1") == HERE
    assert "have not the key" in refused(await command(address, "encrypt", key=OLD))
    await without.close()
    assert "1 installations are encrypted" in said(await command(address, "encrypt", key=OLD))
    assert "IN-CLEAR" not in await kept(having)
    assert await having.installation("T1", "E1") == HERE
    await having.install(replace(HERE, bot_token="xoxb-CUP-IN-CLEAR"))
    assert "IN-CLEAR" not in await kept(having)
    await having.close()


async def test_an_older_replica_is_noticed(postgres_database) -> None:
    """A connection without a name is one of a Sceptic that knows no encryption; a person's own is not."""
    from bot.store.database import connect, read_address

    address = postgres_database()
    await make(address, "")
    older, person = connect(read_address(address)), connect(read_address(address), "psql")
    for each in (older, person):
        await each.read(EVERY_TEAM, lambda db: db.exec_driver_sql("SELECT 1").scalar())

    assert "1 connections" in refused(await command(address, "encrypt", key=OLD))
    said(await command(address, "encrypt", "--anyway", key=OLD))
    await older.close()
    await person.close()


async def test_a_key_in_a_file_rotates_in_a_running_bot(address: str, tmp_path: Path) -> None:
    """The bot reads the file again when a token does not fit, and goes on without a restart."""
    file = tmp_path / "key"
    file.write_text(OLD)
    store = await opened(address, OLD, read_again=file.read_text)
    await store.install(HERE)
    file.write_text(f"{NEW}\n{OLD}\n")
    said(await command(address, "encrypt", SCEPTIC_TOKEN_KEY_FILE=str(file)))
    file.write_text(NEW)

    assert await store.installation("T1", "E1") == HERE
    await store.install(replace(HERE, scopes="commands"))
    await store.close()
    again = await opened(address, NEW)
    assert await again.installation("T1", "E1") == replace(HERE, scopes="commands")
    await again.close()


async def test_a_running_bot_that_could_not_follow_is_not_left_behind(tmp_path: Path) -> None:
    """SQLite's only process encrypts by itself when it is started anew."""
    address = f"sqlite:///{tmp_path / 'sceptic.db'}"
    store = await opened(address, OLD)
    await store.install(HERE)

    assert "Restart it instead" in refused(await command(address, "encrypt", key=f"{NEW},{OLD}"))
    assert await store.installation("T1", "E1") == HERE
    await store.close()
    said(await command(address, "encrypt", key=f"{NEW},{OLD}"))
    again = await opened(address, NEW)
    assert await again.installation("T1", "E1") == HERE
    await again.close()


@pytest.mark.parametrize("keys", ["", NEW], ids=["none", "another"])
async def test_a_key_that_does_not_fit_keeps_the_bot_from_starting(address: str, keys: str) -> None:
    """It says which key is wanted, by its fingerprint, and what to do when it is lost; nothing is changed."""
    await make(address, OLD)
    with pytest.raises(KeyMissingError, match="If it is lost, forget those tokens") as raised:
        await opened(address, keys)
    assert fingerprint(OLD) in str(raised.value)
    assert fingerprint(NEW) in str(raised.value) or not keys
    assert not {OLD, NEW} & set(str(raised.value).split())

    store = await opened(address, OLD)
    assert await store.installation("T1", "E1") == HERE
    await store.close()


async def test_a_lost_key_costs_the_tokens_and_no_more(address: str) -> None:
    """After that the store opens, and the next installation is encrypted with the key that is there."""
    await make(address, OLD)
    shown = said(await command(address, "encrypt", "--forget-tokens", key=NEW))

    assert "1 installations are forgotten" in shown
    said(await command(address, "encrypt", key=NEW))
    store = await opened(address, NEW)
    assert await store.installation("T1", "E1") is None
    await store.install(HERE)
    assert "IN-CLEAR" not in await kept(store)
    await store.close()


async def test_a_token_means_nothing_in_another_workspaces_row(address: str) -> None:
    """Whoever can write the database cannot make the bot speak in one workspace with another's token."""
    store = await opened(address, OLD)
    await store.install(HERE)
    await store.writer.write(EVERY_TEAM, lambda db: db.execute(update(installations).values(team_id="T2")))

    with pytest.raises(StoreError, match="another workspace's row"):
        await store.installation("T2", "E1")
    await store.close()


async def test_a_backup_is_restored_with_its_key(address: str, tmp_path: Path) -> None:
    """With another it is refused before anything is replaced; without tokens it is restored with any."""
    await make(address, OLD)
    backup = tmp_path / "backup.db"
    said(await command(address, "backup", backup, key=OLD))
    target = f"sqlite:///{tmp_path / 'other.db'}"
    for key in ("", NEW):
        told = refused(await command(target, "restore", backup, key=key))
        assert fingerprint(OLD) in told
        assert "Nothing was changed" in told
    assert files(tmp_path, "other.db") == []

    said(await command(target, "restore", backup, key=f"{NEW},{OLD}"))
    store = await opened(target, f"{NEW},{OLD}")
    assert await store.installation("T1", "E1") == HERE
    await store.close()
    said(await command(target, "restore", "--without-tokens", backup, key=NEW))
    store = await opened(target, NEW)
    assert await rows(store, installations) == []
    await store.close()


async def test_encrypting_needs_a_key_and_a_store(address: str) -> None:
    """One sentence each; a key is as `sceptic store key` prints it."""
    await make(address, "")
    assert "Set SCEPTIC_TOKEN_KEY first" in refused(await command(address, "encrypt"))
    wrong = await command(address, "encrypt", key="teapot")
    assert "must be a key of 32 bytes" in wrong.output
    assert "teapot" not in wrong.output
    with pytest.raises(StoreError, match="There is no store"):
        encrypt_tokens("sqlite:////teapot/sceptic.db", TokenCipher(OLD))
    printed = said(await command(address, "key")).strip()
    assert TokenCipher(printed).fingerprints == [fingerprint(printed)]
