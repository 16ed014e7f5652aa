"""Everything that outlives the process: inbox, outbox, installations. The only user of SQLAlchemy and Alembic."""

from bot.store.errors import LeaseLostError, StoreBusyError, StoreError
from bot.store.examination import StoreExamination, examine_store
from bot.store.incident_queries import IncidentPage, Viewer
from bot.store.incidents import StoredIncident, read_record
from bot.store.leases_and_retries import AT_WORK, Timings
from bot.store.startup import open_store
from bot.store.stats import Counts
from bot.store.store import Change, Store
from bot.store.token_cipher import KeyMissingError, TokenCipher
from bot.store.transactions import WorkspaceTransaction
from bot.store.values import (
    ANSWERED_SINCE,
    Capacity,
    ChannelSettings,
    Chart,
    ClaimedCall,
    ClaimedDelivery,
    Correction,
    Delivery,
    FeedbackCounts,
    Installation,
    Json,
    Note,
    RequestKind,
    SlackCall,
    Speak,
)

__all__ = [
    "ANSWERED_SINCE",
    "AT_WORK",
    "Capacity",
    "Change",
    "ChannelSettings",
    "Chart",
    "ClaimedCall",
    "ClaimedDelivery",
    "Correction",
    "Counts",
    "Delivery",
    "FeedbackCounts",
    "IncidentPage",
    "Installation",
    "Json",
    "KeyMissingError",
    "LeaseLostError",
    "Note",
    "RequestKind",
    "SlackCall",
    "Speak",
    "Store",
    "StoreBusyError",
    "StoreError",
    "StoreExamination",
    "StoredIncident",
    "Timings",
    "TokenCipher",
    "Viewer",
    "WorkspaceTransaction",
    "examine_store",
    "open_store",
    "read_record",
]
