"""The articles: reading and checking them. Knows Markdown and YAML; knows nothing of Slack or of how a question is matched."""

from bot.knowledge.faults import KnowledgeError, KnowledgeFault
from bot.knowledge.phrasings import (
    check_phrasings,
    fingerprint,
    load_sayings,
    phrasing_files,
    read_all_phrasings,
    read_phrasings,
)
from bot.knowledge.reader import check_knowledge, load_knowledge, read_knowledge
from bot.knowledge.relation_values import ANY, SILENCE, Ask, Effect, Log, Relations, Same, Side, Watch
from bot.knowledge.values import (
    LANGUAGES,
    Article,
    EventOutcome,
    Guide,
    Knowledge,
    Language,
    Phrasing,
    Product,
    Prose,
    Run,
    Step,
    Text,
    plain,
)

__all__ = [
    "ANY",
    "LANGUAGES",
    "SILENCE",
    "Article",
    "Ask",
    "Effect",
    "EventOutcome",
    "Guide",
    "Knowledge",
    "KnowledgeError",
    "KnowledgeFault",
    "Language",
    "Log",
    "Phrasing",
    "Product",
    "Prose",
    "Relations",
    "Run",
    "Same",
    "Side",
    "Step",
    "Text",
    "Watch",
    "check_knowledge",
    "check_phrasings",
    "fingerprint",
    "load_knowledge",
    "load_sayings",
    "phrasing_files",
    "plain",
    "read_all_phrasings",
    "read_knowledge",
    "read_phrasings",
]
