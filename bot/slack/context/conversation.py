"""The stored state of a conversation: incident, settings and notes, in one read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.diagnosis import Diagnosis
from bot.slack.context.handling import Handling
from bot.store import ChannelSettings, Note, StoredIncident, WorkspaceTransaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The stored state of a channel or thread."""

    # The incident of the thread, if it is one.
    incident: StoredIncident | None
    settings: ChannelSettings
    # What the team noted under the articles that a decision names.
    notes: Sequence[Note]


async def read_conversation(
    handling: Handling, channel_id: str, thread_ts: str | None, diagnosis: Diagnosis
) -> Conversation:
    """Read incident, settings and notes of a conversation in one snapshot."""

    def read(transaction: WorkspaceTransaction) -> Conversation:
        return Conversation(
            incident=transaction.find(channel_id, thread_ts) if thread_ts else None,
            settings=transaction.channel_settings(channel_id, thread_ts or ""),
            notes=_notes(transaction, diagnosis),
        )

    return await handling.read(read)


async def read_notes(handling: Handling, diagnosis: Diagnosis) -> Sequence[Note]:
    """Read what this workspace noted under the articles of an answer."""
    if diagnosis.decision != "answer":
        return ()
    return await handling.read(lambda transaction: _notes(transaction, diagnosis))


def _notes(transaction: WorkspaceTransaction, diagnosis: Diagnosis) -> Sequence[Note]:
    if diagnosis.decision != "answer":
        return ()
    ids = [match.article.id for match in diagnosis.matches]
    ids += [code.id for match in diagnosis.matches for code in match.codes]
    return transaction.notes(ids)
