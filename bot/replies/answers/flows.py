"""The card of the flows: every step with the events that show how it went, its log and its guide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bot.knowledge import Article, Knowledge, Product
from bot.knowledge.flows import Flow, flows_of, is_inferred
from bot.languages import LANGUAGES, Language
from bot.replies.blocks import context, fit, section
from bot.replies.mrkdwn import escape, shorten, without_marks
from bot.replies.texts import say
from bot.replies.values import Block, Reply

_MOST_OF_ONE: Final = 4
"""Events of one product that a step's line names."""
_MOST_NAMED: Final = 60


def find_flows(knowledge: Knowledge, name: str) -> tuple[Flow, ...]:
    """Return the flows of a name, by its key or as a language calls it; without a name those that come first.

    These are the flows that several generations of a product have; where none does, all.
    """
    flows = flows_of(knowledge)
    if not name:
        return tuple(flow for flow in flows if len(flow.products) > 1) or flows
    wanted = name.strip().casefold()
    return tuple(
        flow for flow in flows if wanted in {flow.id.casefold(), *(flow.name(tag).casefold() for tag in LANGUAGES)}
    )


def render_flows(flows: Sequence[Flow], knowledge: Knowledge, language: Language) -> Reply:
    """Lay out flows, one section each, and name the others."""
    if not flows:
        text = say(language, "flow.none")
        return Reply(text, (section(text),))
    blocks: list[Block] = [section("\n".join(_lines(flow, knowledge, language))) for flow in flows]
    notes = [say(language, "flow.marks")]
    others = [flow.id for flow in flows_of(knowledge) if flow not in flows]
    if others:
        commands = LANGUAGES[language].comma.join(f"`/event flow {escape(each)}`" for each in others)
        notes.append(say(language, "flow.others", commands=commands))
    names = LANGUAGES[language].comma.join(flow.name(language) for flow in flows)
    return Reply(without_marks(say(language, "flow.text", names=names)), fit([*blocks, context(*notes)], []))


def _lines(flow: Flow, knowledge: Knowledge, language: Language) -> Iterator[str]:
    products = LANGUAGES[language].comma.join(product.called[language] for product in flow.products)
    yield f"*{escape(flow.name(language))}* — {escape(products)}"
    for position, step in enumerate(flow.steps, 1):
        guide = f"<{step.guide.address(language)}|{escape(step.guide.title[language])}>"
        yield f"*{position}. {escape(step.name[language])}* · {guide}"
        key = f"{flow.id}/{step.id}"
        shown = [
            *_proofs("✓", step.proved_by, key, flow, knowledge, language),
            *_proofs("✗", step.failed_by, key, flow, knowledge, language),
        ]
        yield from shown or [say(language, "flow.no_event")]
        if logs := step.logs.get(language):
            yield f"_{say(language, 'flow.log')}{LANGUAGES[language].colon}{escape(logs)}_"


def _proofs(
    mark: str, article_ids: Iterable[str], key: str, flow: Flow, knowledge: Knowledge, language: Language
) -> Iterator[str]:
    """Yield one line: first what a page says shows it, then in brackets what is read off the pages."""
    found = [knowledge.articles[each] for each in article_ids if each in knowledge.articles]
    parts: list[str] = []
    for sign, inferred in ((mark, False), (f"({mark})", True)):
        of_kind = [article for article in found if is_inferred(article, key) == inferred]
        if of_kind:
            parts.append(f"{sign} {' · '.join(_by_product(of_kind, flow, language))}")
    if parts:
        yield " ".join(parts)


def _by_product(articles: Sequence[Article], flow: Flow, language: Language) -> Iterator[str]:
    """Yield the numbers of each product behind its name, the flow's own products first; a line of a log by its title."""
    products = dict.fromkeys((*flow.products, *(article.product for article in articles)))
    for product in products:
        own = [article for article in articles if article.product is product and article.kind in ("event", "code")]
        if own:
            numbers = LANGUAGES[language].comma.join(f"*{escape(each.number)}*" for each in own[:_MOST_OF_ONE])
            yield f"{_called(product, own, language)} {numbers}".strip()
    for article in articles:
        if article.kind not in ("event", "code"):
            yield escape(shorten(article.prose[language].title, _MOST_NAMED))


def _called(product: Product, articles: Sequence[Article], language: Language) -> str:
    """Return a product's name; none before codes that are nobody's own."""
    if not product.writes_events and all(article.kind == "code" for article in articles):
        return ""
    return escape(product.called[language])
