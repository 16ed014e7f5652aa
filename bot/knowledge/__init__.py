"""The articles: reading and checking them. Knows Markdown and YAML; knows nothing of Slack or of how a question is matched."""

from bot.knowledge.faults import Fault, KnowledgeError
from bot.knowledge.phrasings import (
    check_sayings,
    fingerprint,
    load_sayings,
    phrasing_files,
    read_phrasings,
    read_sayings,
)
from bot.knowledge.reader import check_knowledge, load_knowledge, read_knowledge
from bot.knowledge.relation_values import ANY, SILENCE, Ask, Effect, Log, Relations, Same, Side, Watch
from bot.knowledge.values import (
    LANGUAGES,
    Article,
    Guide,
    Knowledge,
    Language,
    Outcome,
    Product,
    Prose,
    Run,
    Saying,
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
    "Fault",
    "Guide",
    "Knowledge",
    "KnowledgeError",
    "Language",
    "Log",
    "Outcome",
    "Product",
    "Prose",
    "Relations",
    "Run",
    "Same",
    "Saying",
    "Side",
    "Step",
    "Text",
    "Watch",
    "check_knowledge",
    "check_sayings",
    "fingerprint",
    "load_knowledge",
    "load_sayings",
    "phrasing_files",
    "plain",
    "read_knowledge",
    "read_phrasings",
    "read_sayings",
]
