"""Everything that outlives the process: inbox, outbox, installations. The only user of SQLAlchemy and Alembic."""

from bot.store.errors import LeaseLostError, StoreBusyError, StoreError
from bot.store.incident_queries import Found, Viewer
from bot.store.incidents import Kept, read_record
from bot.store.retention import Counts
from bot.store.startup import open_store
from bot.store.store import Change, Store
from bot.store.transactions import Ledger
from bot.store.values import (
    ANSWERED_SINCE,
    Chart,
    Claimed,
    Installation,
    Json,
    Kind,
    Manners,
    Note,
    Opinions,
    Outgoing,
    Received,
    Room,
    Sending,
    Speak,
)

__all__ = [
    "ANSWERED_SINCE",
    "Change",
    "Chart",
    "Claimed",
    "Counts",
    "Found",
    "Installation",
    "Json",
    "Kept",
    "Kind",
    "LeaseLostError",
    "Ledger",
    "Manners",
    "Note",
    "Opinions",
    "Outgoing",
    "Received",
    "Room",
    "Sending",
    "Speak",
    "Store",
    "StoreBusyError",
    "StoreError",
    "Viewer",
    "open_store",
    "read_record",
]
