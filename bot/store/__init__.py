"""Everything that outlives the process: inbox, outbox, installations. The only user of SQLAlchemy and Alembic."""

from bot.store.errors import LeaseLostError, StoreBusyError, StoreError
from bot.store.store import Change, Store, open_store
from bot.store.upkeep import Counts
from bot.store.values import Claimed, Installation, Json, Kind, Outgoing, Received, Sending

__all__ = [
    "Change",
    "Claimed",
    "Counts",
    "Installation",
    "Json",
    "Kind",
    "LeaseLostError",
    "Outgoing",
    "Received",
    "Sending",
    "Store",
    "StoreBusyError",
    "StoreError",
    "open_store",
]
