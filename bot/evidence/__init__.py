"""Reading: any text a person sends → `Evidence`. Knows formats and languages, but no article and no product."""

from bot.evidence.decoding import TextFile, decode_text
from bot.evidence.documents import read_document
from bot.evidence.event_log import EventLog, EventLogReader, Wanted, read_event_log
from bot.evidence.lexicon import Lexicon, ProductWords, compile_lexicon, empty_lexicon
from bot.evidence.misreading import as_printed
from bot.evidence.reader import read_evidence
from bot.evidence.stance import Stance
from bot.evidence.values import NOTHING_BESIDE, Beside, Code, Cue, Detail, Event, Evidence, Identifier, Name, Span

__all__ = [
    "NOTHING_BESIDE",
    "Beside",
    "Code",
    "Cue",
    "Detail",
    "Event",
    "EventLog",
    "EventLogReader",
    "Evidence",
    "Identifier",
    "Lexicon",
    "Name",
    "ProductWords",
    "Span",
    "Stance",
    "TextFile",
    "Wanted",
    "as_printed",
    "compile_lexicon",
    "decode_text",
    "empty_lexicon",
    "read_document",
    "read_event_log",
    "read_evidence",
]
