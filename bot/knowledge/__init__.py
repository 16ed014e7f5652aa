"""The articles: reading and checking them. Knows Markdown and YAML; knows nothing of Slack or of how a question is matched.

Exports the values; whoever reads or checks articles imports `library` and `phrasings`.
"""

from bot.knowledge.faults import KnowledgeError, KnowledgeFault
from bot.knowledge.product_values import EventOutcome, Guide, Product, Step, Topic
from bot.knowledge.relation_values import ANY, SILENCE, Ask, Effect, Log, Relations, Same, Side, Watch
from bot.knowledge.values import Article, Counterpart, Knowledge, Phrasing, Prose, Run, Text, plain

__all__ = [
    "ANY",
    "SILENCE",
    "Article",
    "Ask",
    "Counterpart",
    "Effect",
    "EventOutcome",
    "Guide",
    "Knowledge",
    "KnowledgeError",
    "KnowledgeFault",
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
    "Topic",
    "Watch",
    "plain",
]
