"""The flows of all products: the generations of one product share theirs, and products may have their steps in another's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.knowledge.product_values import Product, Step
from bot.knowledge.values import Article, Knowledge
from bot.languages import Language


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow as its generations have it."""

    # The key in product.yaml.
    id: str
    # The newest generation first; that one's steps, with those of the others that it has not.
    products: tuple[Product, ...]
    steps: tuple[Step, ...]

    def name(self, language: Language) -> str:
        """Return how it is called: by the product's file, or its key in capitals."""
        names = next((each.flow_names[self.id] for each in self.products if self.id in each.flow_names), {})
        return names.get(language) or self.id.upper()


def flow_family(product: Product, products: Mapping[str, Product]) -> str:
    """Return the ID of the product under which the flows are that an article's step is one of: the newest generation."""
    found = products.get(product.flows_of) or product
    passed: set[str] = set()
    while found.id not in passed and (after := products.get(found.superseded_by)) is not None:
        passed.add(found.id)
        found = after
    return found.id


def flows_of(knowledge: Knowledge) -> tuple[Flow, ...]:
    """Return every flow once, those that several generations have first."""
    generations: dict[tuple[str, str], list[Product]] = {}
    for product in knowledge.products.values():
        # Another product's flows are shown as its own.
        if product.flows_of not in knowledge.products:
            for flow in product.flows:
                generations.setdefault((flow_family(product, knowledge.products), flow), []).append(product)
    flows = [
        Flow(flow, ordered, _steps(flow, ordered))
        for (family, flow), products in generations.items()
        if (ordered := _newest_first(products, family))
    ]
    return tuple(sorted(flows, key=lambda flow: -len(flow.products)))


def _newest_first(products: Sequence[Product], newest: str) -> tuple[Product, ...]:
    """Order generations: the newest, then the one that it took the place of, and so on."""
    before = {product.superseded_by: product for product in products if product.superseded_by}
    ordered = [product for product in products if product.id == newest]
    after = newest
    while (older := before.pop(after, None)) is not None:
        ordered.append(older)
        after = older.id
    return tuple(ordered)


def _steps(flow: str, products: Iterable[Product]) -> tuple[Step, ...]:
    """Join the steps of all generations: the newest one's words, and everybody's proofs."""
    steps: dict[str, Step] = {}
    for product in products:
        for step in product.flows[flow]:
            first = steps.get(step.id)
            steps[step.id] = (
                step
                if first is None
                else replace(
                    first,
                    proved_by=tuple(dict.fromkeys((*first.proved_by, *step.proved_by))),
                    failed_by=tuple(dict.fromkeys((*first.failed_by, *step.failed_by))),
                )
            )
    return tuple(steps.values())


def is_inferred(article: Article, step: str) -> bool:
    """Tell whether it is our reading that an article shows how a step went, and stands in no page."""
    if article.confidence != "documented":
        return True
    if article.step == step:
        return "step" in article.inferred
    return step not in article.proves or "proves" in article.inferred
