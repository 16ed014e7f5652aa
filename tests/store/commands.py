"""Calling `sceptic store` as a person does, and a store with something in every table and state to call it on."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from bot.cli import main
from bot.store import Store, open_store
from bot.store.tables import metadata
from tests.store.factories import call, claim_one, delivery, fill_the_rest, put_out, rows

TABLES = list(metadata.tables.values())
# Enough for `sceptic serve` to come as far as the store; nobody listens there.
SLACK = {"SLACK_BOT_TOKEN": "xoxb-teapot", "SLACK_APP_TOKEN": "xapp-teapot", "SLACK_API_URL": "http://127.0.0.1:9/"}


def run(address: str, *arguments: str | Path) -> Result:
    return CliRunner(env={"DATABASE_URL": address}).invoke(main, ["store", *map(str, arguments)])


def serve(address: str, **environment: str) -> Result:
    return CliRunner(env=SLACK | {"DATABASE_URL": address} | environment).invoke(main, ["serve"])


async def command(address: str, *arguments: str | Path) -> Result:
    """Call a command while the store is in use here."""
    return await asyncio.to_thread(run, address, *arguments)


def said(result: Result) -> str:
    assert (result.exit_code, result.exception) == (0, None), result.output
    return result.output


def refused(result: Result) -> str:
    """One sentence that says what to do, and no stack trace."""
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.output.startswith("Error: ")
    assert result.output.count("\n") == 1
    return result.output


async def everything(store: Store) -> list[list[dict[str, Any]]]:
    return [await rows(store, table) for table in TABLES]


def make_store(address: str, key: str = "tea") -> None:
    """Open a store outside of any loop, keep one delivery in it, and close it."""

    async def make() -> None:
        store = await open_store(address, lambda _: None)
        assert await store.receive(delivery(key))
        await store.close()

    asyncio.run(make())


async def fill(store: Store) -> None:
    """Something in every table and in every state."""
    await put_out(
        store,
        call("done"),
        call("sending", "C2"),
        call("open", "C2", follow_up={"container": {}}),
        call("dead", "C3"),
        call("ambiguous", "C4"),
    )
    for sending in await store.claim_calls(9):
        match sending.call.key:
            case "done":
                await store.complete_call(sending, "1.0", 0.0)
            case "dead" | "ambiguous" as state:
                await store.give_up(sending, state, "channel_not_found")
    await store.dead_letter(
        await claim_one(store, delivery("dead", channel_id="C1", ts="1.000")), "ValueError: 1a2b3c4d"
    )
    await store.receive(delivery("open", "T2", "E1"))
    await store.writer.write("T1", store.feedback("T1", "", "1.0", "U1", "helped", "20502"))
    await put_out(store, call("theirs"), team_id="T2")
    for team_id in ("T1", "T2"):
        await fill_the_rest(store, team_id)


async def read_file(file: Path) -> list[list[dict[str, Any]]]:
    store = await open_store(f"sqlite:///{file}", lambda _: None)
    try:
        return await everything(store)
    finally:
        await store.close()


def found(folder: Path, pattern: str) -> list[str]:
    """The names of a folder's files."""
    return sorted(path.name for path in folder.glob(pattern))


def put(path: Path, content: bytes | None) -> None:
    """Write a file, or with None remove it."""
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
