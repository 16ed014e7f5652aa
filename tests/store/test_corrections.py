"""Corrections of answers in the store: kept once, for one workspace, listed for all, and deleted with the retention."""

from __future__ import annotations

from bot.store import Correction, Store, WorkspaceTransaction
from bot.store.corrections import list_unanswered
from bot.store.tables import corrections
from tests.store.factories import let_pass, rows

WRONG = Correction(question="why does it fail", answered=("20502", "0x00000409"), why="other_event", meant="20402")
STEPS = Correction(question="", answered=("20402",), why="steps", meant="")
_DAY = 86_400.0


async def note(store: Store, *said: Correction, team_id: str = "T1") -> None:
    def keep(transaction: WorkspaceTransaction) -> None:
        for each in said:
            transaction.note_correction(each)

    await store.write(team_id, "", keep)


async def test_a_correction_is_kept_once_and_for_its_workspace(store: Store) -> None:
    """A form that is sent twice is one voice; another workspace sees nothing of it."""
    await note(store, WRONG, WRONG, STEPS)
    read = await store.read("T1", "", lambda transaction: transaction.corrections())

    assert sorted(read, key=lambda each: each.why) == [WRONG, STEPS]
    assert await store.read("T2", "", lambda transaction: transaction.corrections()) == []


async def test_all_that_was_asked_in_vain_is_listed_over_all_workspaces(store: Store, address: str) -> None:
    """For whoever trains the matcher, while the bot may be running."""
    await note(store, WRONG)
    await note(store, STEPS, team_id="T2")
    for digest in ("once", "twice", "twice"):
        await store.write(
            "T1", "", lambda transaction, asked=digest: transaction.note_unanswered(asked, asked, "silent")
        )
    questions, said = list_unanswered(address)

    assert [(each.question, each.decision, each.times) for each in questions] == [
        ("twice", "silent", 2),
        ("once", "silent", 1),
    ]
    assert sorted(said, key=lambda each: each.why) == [WRONG, STEPS]


async def test_a_correction_goes_with_the_retention(store: Store) -> None:
    """It is people's words, like an unanswered question; one that comes again stays."""
    await note(store, WRONG, STEPS)
    await let_pass(store, 2 * _DAY)
    await note(store, STEPS)
    await store.tidy(days=1)

    assert [row["why"] for row in await rows(store, corrections)] == ["steps"]
