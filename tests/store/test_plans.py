"""PostgreSQL's plans for what is done for each delivery. A plan is made once and kept, also while tables grow."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event

from bot.store import WorkspaceTransaction, open_store
from tests.store.factories import call, delivery


async def test_no_table_is_read_from_end_to_end_even_while_all_are_small(postgres_database) -> None:
    """Reading a small table whole looks cheapest, and is slow once it is not small: taking a call went up to 0.2 s."""
    store = await open_store(postgres_database(), lambda _: None)
    plans: dict[str, str] = {}

    def explain(
        db: Connection, _cursor: object, statement: str, parameters: Any, _context: object, _many: bool
    ) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "WITH")):
            with db.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {statement}", parameters)
                plans[statement] = "\n".join(line for (line,) in cursor.fetchall())

    def look(ledger: WorkspaceTransaction) -> None:
        ledger.channel_settings("C1", "1.0")
        ledger.notes(["20502"])
        ledger.find("C1", "1.0")

    assert store.database.single_statement is not None
    for engine in (store.database.reading, store.database.writing, store.database.single_statement):
        event.listen(engine, "before_cursor_execute", explain)
    for number in range(2):
        await store.receive(delivery(f"tea {number}", channel_id="C1", ts=f"{number}.0"))
        (claimed,) = await store.claim(16)
        await store.read("T1", "", look)
        await store.complete(claimed, [call(f"answer {number}")])
        (sending,) = await store.claim_calls(16)
        await store.complete_call(sending, f"{number}.1", 0)
    await store.close()

    verbs = {plan.split(maxsplit=1)[0] for plan in plans.values()}
    assert {"Insert", "Update"} <= verbs
    assert len(plans) >= 12
    assert [plan for plan in plans.values() if "Seq Scan" in plan] == []
