"""Whatever is wrong with the store is one sentence that says what to do, and never a silent fresh database."""

from __future__ import annotations

import asyncio
import os
import re
import socketserver
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.store import Delivery, Store, StoreError, open_store
from bot.store.database import read_address
from bot.store.tables import inbox
from tests.store.commands import found, make_store, put, refused, serve
from tests.store.factories import delivery, rows


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store that holds one delivery."""
    path = tmp_path / "sceptic.db"
    make_store(f"sqlite:///{path}")
    return path


def contents(path: Path) -> dict[str, bytes]:
    """The store's file and what lies beside it; SQLite's shared memory holds nothing of its own."""
    names = [name for name in found(path.parent, f"{path.name}*") if not name.endswith("-shm")]
    return {name: (path.parent / name).read_bytes() for name in names}


def refusal_of(path: Path) -> str:
    """Start the bot on an SQLite file, through the command line; nothing there must have been changed."""
    before = contents(path)
    sentence = refused(serve(f"sqlite:///{path}"))
    after = contents(path)
    assert {name: after.get(name) for name in before} == before
    assert str(path) in sentence
    return sentence


# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("tea", "DATABASE_URL is not an address; it looks like postgresql://"),
        ("postgresql://amy:secret@tea:pot/sceptic", "DATABASE_URL is not an address; it looks like postgresql://"),
        ("mysql://amy:secret@tea/sceptic", "must begin with postgresql:// or sqlite:///"),
        ("postgresql://amy:secret@tea", "and name a database"),
        ("sqlite://sceptic.db", "must begin with postgresql:// or sqlite:///"),
        ("sqlite://", "and name a database"),
        ("sqlite:///:memory:", "and name a database"),
        (
            "sqlite:////nowhere/tea/sceptic.db",
            "The folder /nowhere/tea of the store does not exist; make it or correct",
        ),
        ("sqlite:////tmp", "is a folder; name a file"),
    ],
)
def test_a_wrong_address_is_named(address: str, sentence: str) -> None:
    """The sentence says what it must look like, and never its password."""
    refusal = refused(serve(address))

    assert sentence in refusal
    assert "secret" not in refusal


@pytest.mark.parametrize("password", ["tea@pot", "@teapot", "teapot@", "tea@p@ot", "tea@pot/s", "tea@pot:9/s"])
@pytest.mark.parametrize("begin", ["postgresql", "postgres", "mysql"])
def test_a_password_with_an_at_sign_is_not_taken_for_the_host(begin: str, password: str) -> None:
    """A host is shown wherever it cannot be reached."""
    refusal = refused(serve(f"{begin}://amy:{password}@127.0.0.1:9/leaves"))

    assert "write @ in a password as %40" in refusal
    assert not any(part in refusal for part in ("tea", "pot", "127.0.0.1"))


def test_a_password_may_have_an_at_sign_that_is_written_as_it_must_be() -> None:
    """And the name of a database any."""
    url = read_address("postgresql://amy:tea%40pot@127.0.0.1:9/leaves@home")

    assert (url.password, url.host, url.database) == ("tea@pot", "127.0.0.1", "leaves@home")


@pytest.fixture
def with_password(postgres: Any) -> Iterator[None]:
    """A role that must give its password, as on every real server."""
    rules = Path(postgres.pgdata) / "pg_hba.conf"
    before = rules.read_text(encoding="utf-8")
    rules.write_text(f"local all amy scram-sha-256\n{before}", encoding="utf-8")
    postgres.psql("CREATE ROLE amy LOGIN PASSWORD 'right'; SELECT pg_reload_conf()")
    yield
    rules.write_text(before, encoding="utf-8")
    postgres.psql("DROP ROLE amy; SELECT pg_reload_conf()")


@pytest.mark.usefixtures("with_password")
@pytest.mark.parametrize(
    ("user", "database", "sentence"),
    [
        ("amy:secret@", "postgres", "password authentication failed"),
        ("amy@", "postgres", "no password supplied"),
        ("nobody@", "postgres", 'role "nobody" does not exist'),
        ("pg_monitor@", "postgres", "not permitted to log in"),
        ("sceptic@", "teapot", 'database "teapot" does not exist'),
        ("sceptic@", "postgres", "permission denied for schema public"),
    ],
)
def test_what_postgresql_refuses_is_told_at_once(postgres: Any, user: str, database: str, sentence: str) -> None:
    """In its own words; no waiting would mend it."""
    refusal = refused(serve(f"postgresql://{user}/{database}?host={postgres.pgdata}"))

    assert refusal.startswith("Error: The database refuses DATABASE_URL: ")
    assert sentence in refusal
    assert "secret" not in refusal


@pytest.fixture
def answers() -> Iterator[Callable[[bytes], int]]:
    """Makes a server that answers whoever connects with these bytes and no more, and gives its port."""
    with ExitStack() as stack:

        def serve_with(answer: bytes) -> int:
            class Handler(socketserver.BaseRequestHandler):
                def handle(self) -> None:
                    self.request.recv(8)
                    self.request.sendall(answer)

            server = stack.enter_context(socketserver.TCPServer(("127.0.0.1", 0), Handler))
            threading.Thread(target=server.serve_forever, args=(0.01,)).start()
            stack.callback(server.shutdown)
            return int(server.server_address[1])

        yield serve_with


@pytest.mark.parametrize(
    ("options", "answer", "sentence"),
    [
        ("sslmode=bogus", b"", 'invalid sslmode value: "bogus"'),
        ("ssl_min_protocol_version=bogus", b"", 'invalid "ssl_min_protocol_version" value'),
        ("keepalives=bogus", b"", 'invalid integer value "bogus"'),
        ("sslnegotiation=direct", b"", "weak sslmode"),
        ("sslmode=require", b"N", "does not support SSL"),
        ("sslmode=verify-full&sslrootcert=/nowhere/tea.pem", b"S", 'root certificate file "/nowhere/tea.pem"'),
        ("sslmode=require&sslcert=/dev/null", b"S", 'certificate file "/dev/null"'),
    ],
)
def test_options_that_cannot_work_are_told_at_once(
    options: str, answer: bytes, sentence: str, answers: Callable[[bytes], int]
) -> None:
    """Here before the server is asked anything, and for encryption by what it answers."""
    refusal = refused(serve(f"postgresql://amy:secret@127.0.0.1:{answers(answer)}/tea?{options}"))

    assert refusal.startswith("Error: The database refuses DATABASE_URL: ")
    assert sentence in refusal
    assert "secret" not in refusal


# --- damaged and lost files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [os.urandom(20_000), b"tea" * 5000, b"\0" * 20_000, b"SQLite format 3\0" + b"\xff" * 20_000]
)
def test_a_file_that_is_no_database_is_refused(path: Path, content: bytes) -> None:
    """And left for whoever may still read something in it."""
    path.write_bytes(content)

    assert "is damaged; put a backup in its place (sceptic store restore), or move it away to begin anew" in refusal_of(
        path
    )


@pytest.mark.parametrize("kept", [100, 4096, 5000, -4096, -5000])
def test_a_file_that_was_cut_off_is_refused(path: Path, kept: int) -> None:
    """Wherever the end was lost: after so many bytes, or so many before the end."""
    path.write_bytes(path.read_bytes()[:kept])

    assert "is damaged; put a backup in its place" in refusal_of(path)


def test_a_file_with_a_damaged_page_is_refused(path: Path) -> None:
    """Whichever page is overwritten with noise; put right, the store is well again."""
    whole = path.read_bytes()
    pages = len(whole) // 4096
    assert pages > 10
    for page in range(pages):
        damaged = whole[: page * 4096] + b"\xa5" * 4096 + whole[(page + 1) * 4096 :]
        path.write_bytes(damaged)
        with pytest.raises(StoreError, match="is damaged; put a backup in its place"):
            asyncio.run(open_store(f"sqlite:///{path}", lambda _: None))
        assert path.read_bytes() == damaged
    path.write_bytes(whole)
    make_store(f"sqlite:///{path}", "still well")


def test_an_empty_file_is_refused(path: Path) -> None:
    """It may be all that a full disk has left of the store."""
    path.write_bytes(b"")

    assert (
        "is an empty file; put a backup in its place (sceptic store restore), or delete it to begin anew"
        in refusal_of(path)
    )


async def test_a_lost_file_whose_log_is_still_there_is_refused(tmp_path: Path) -> None:
    """SQLite would throw the log away, with the last deliveries in it."""
    path = tmp_path / "sceptic.db"
    store = await open_store(f"sqlite:///{path}", lambda _: None)
    await store.receive(delivery())
    kept = {
        name: (tmp_path / name).read_bytes() for name in found(tmp_path, "sceptic.db*") if not name.endswith(".lock")
    }
    await store.close()
    put(path, None)
    put(tmp_path / "sceptic.db-wal", kept["sceptic.db-wal"])
    with pytest.raises(StoreError, match=r"is gone, but its last writes are still in sceptic\.db-wal; put the file"):
        await open_store(f"sqlite:///{path}", lambda _: None)

    # With both put back, the delivery is there.
    put(path, kept["sceptic.db"])
    again = await open_store(f"sqlite:///{path}", lambda _: None)
    assert not await again.receive(delivery())
    await again.close()


@pytest.mark.parametrize("lost", ["sceptic.db", "sceptic.db-wal"])
async def test_nothing_is_kept_in_a_file_that_was_removed_while_in_use(tmp_path: Path, lost: str) -> None:
    """It would all be gone with the process, so Slack is not told that it was received. Put back, the store goes on."""
    store = await open_store(f"sqlite:///{tmp_path / 'sceptic.db'}", lambda _: None)
    await store.receive(delivery("before"))
    os.replace(tmp_path / lost, tmp_path / "away")
    for key in ("during", "again"):
        with pytest.raises(StoreError, match="was deleted or replaced while it was in use; stop Sceptic"):
            await store.receive(delivery(key))
    os.replace(tmp_path / "away", tmp_path / lost)

    assert await store.receive(delivery("during"))
    await store.close()
    again = await open_store(f"sqlite:///{tmp_path / 'sceptic.db'}", lambda _: None)
    assert [row["key"] for row in await rows(again, inbox)] == ["before", "during"]
    await again.close()


# --- files that others use --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("link", [False, True], ids=["same name", "through a link"])
async def test_two_processes_on_one_file_are_refused(tmp_path: Path, link: bool) -> None:
    """The first goes on undisturbed."""
    path = tmp_path / "sceptic.db"
    store = await open_store(f"sqlite:///{path}", lambda _: None)
    other = tmp_path / "link.db" if link else path
    if link:
        os.symlink(path, other)
    program = f"""
import asyncio
from bot.store import StoreError, open_store
try:
    asyncio.run(open_store("sqlite:///{other}", print))
except StoreError as error:
    print(error)
"""
    second = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=subprocess.PIPE)
    told = (await second.communicate())[0].decode()

    assert told == f"Another Sceptic uses the store {other}; stop it first, or use PostgreSQL to run several.\n"
    assert await store.receive(delivery())
    await store.close()


def test_a_file_that_another_program_writes_to_is_named(path: Path) -> None:
    """A database browser with an open transaction, for example."""
    with closing(sqlite3.connect(path, isolation_level=None)) as browser:
        browser.execute("BEGIN IMMEDIATE")
        refusal = refused(serve(f"sqlite:///{path}"))

    assert f"Another program is writing to the store {path}; close that program first." in refusal


# --- places that cannot be written ------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with half a megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only the superuser can mount a file system")
    yield folder
    subprocess.run(["umount", folder], check=True)


def remount(folder: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", folder], check=True)


def test_a_full_disk_at_start_is_named(small_disk: Path) -> None:
    """Nothing half made is left that a later start would take for a store."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 512 * 1024)
    refusal = refused(serve(f"sqlite:///{small_disk / 'sceptic.db'}"))
    assert re.search(
        r"The store .*sceptic\.db cannot be (written|opened) \(.*\); correct its permissions or free disk space",
        refusal,
    )
    ballast.unlink()
    make_store(f"sqlite:///{small_disk / 'sceptic.db'}")


async def test_a_disk_that_fills_up_refuses_what_it_cannot_hold_and_loses_nothing(small_disk: Path) -> None:
    """Rows that were kept stay; when there is room again the store goes on without a restart."""
    store = await open_store(f"sqlite:///{small_disk / 'sceptic.db'}", lambda _: None)
    kept = []

    async def keep_more() -> None:
        while len(kept) < 1000:
            await store.receive(Delivery("T1", "", f"{len(kept):04}", "event", {"text": "x" * 4000}))
            kept.append(f"{len(kept):04}")

    with pytest.raises(StoreError, match="database or disk is full"):
        await keep_more()
    assert 5 < len(kept) < 200
    assert [row["key"] for row in await rows(store, inbox)] == kept
    remount(small_disk, "size=8m")
    assert await store.receive(delivery("room"))
    await store.close()

    again = await open_store(f"sqlite:///{small_disk / 'sceptic.db'}", lambda _: None)
    assert [row["key"] for row in await rows(again, inbox)] == [*kept, "room"]
    await again.close()


async def test_a_store_that_may_not_grow_refuses_and_goes_on(tmp_path: Path) -> None:
    """The same without a file system of its own: SQLite's own limit stands in for the disk's."""
    store = await open_store(f"sqlite:///{tmp_path / 'sceptic.db'}", lambda _: None)
    with store.database.writing.begin() as db:
        pages = db.execute(text("PRAGMA page_count")).scalar_one()
        db.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(StoreError, match="database or disk is full"):
        await asyncio.gather(*(store.receive(delivery(f"{number} {'x' * 200}")) for number in range(100)))
    with store.database.writing.begin() as db:
        db.execute(text("PRAGMA max_page_count = 100000"))

    assert await store.receive(delivery("room"))
    await store.close()


def test_a_disk_that_is_read_only_is_named(small_disk: Path) -> None:
    """With a store on it, and without one; permissions do not stop the superuser, such a disk does."""
    make_store(f"sqlite:///{small_disk / 'sceptic.db'}")
    remount(small_disk, "ro")
    for name in ("sceptic.db", "new.db"):
        refusal = refused(serve(f"sqlite:///{small_disk / name}"))
        assert f"{small_disk / name} cannot be written (Read-only file system); correct its permissions" in refusal


async def test_a_store_that_turns_read_only_refuses_what_comes(tmp_path: Path) -> None:
    """A disk with faults does so, for which SQLite's own switch stands in here. Rows that were kept can still be read."""
    store = await open_store(f"sqlite:///{tmp_path / 'sceptic.db'}", lambda _: None)
    await store.receive(delivery("before"))
    switch = ["ON"]

    def turn(connection: Any, _record: object, _proxy: object) -> None:
        connection.cursor().execute(f"PRAGMA query_only = {switch[0]}")

    event.listen(store.database.writing, "checkout", turn)
    with pytest.raises(StoreError, match="attempt to write a readonly database"):
        await store.receive(delivery("during"))
    assert [row["key"] for row in await rows(store, inbox)] == ["before"]
    switch[0] = "OFF"

    assert await store.receive(delivery("during"))
    await store.close()


# --- a database that is not there yet ---------------------------------------------------------------------------------


async def test_a_postgresql_that_is_down_is_waited_for(tmp_path: Path) -> None:
    """With a clear line each time; the bot goes on by itself when it comes up."""
    told: list[str] = []
    opening = asyncio.create_task(open_store("postgresql://amy:secret@127.0.0.1:9/tea", told.append))
    async with asyncio.timeout(10):
        while len(told) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening

    assert all(line.startswith("Waiting for the database at 127.0.0.1: ") for line in told)
    assert "refused" in told[0]
    assert "secret" not in str(told)


async def test_the_start_goes_on_when_postgresql_comes_up(postgres: Any, postgres_database) -> None:
    """Its socket is not there at first."""
    address = postgres_database()
    folder = Path(postgres.pgdata)
    told: list[str] = []
    socket = next(name for name in found(folder, ".s.PGSQL.*") if not name.endswith(".lock"))
    os.replace(folder / socket, folder / "away")
    opening = asyncio.create_task(open_store(address, told.append))
    try:
        async with asyncio.timeout(10):
            while not told:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    finally:
        os.replace(folder / "away", folder / socket)
    async with asyncio.timeout(20):
        store: Store = await opening

    assert told[0].startswith("Waiting for the database at its socket: ")
    assert await store.receive(delivery())
    await store.close()
