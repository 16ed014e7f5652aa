"""Numbers of events and codes as people read them, in place of the IDs that articles have in their folder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.knowledge import Article, Knowledge
from bot.languages import Language
from bot.triage import Incident


@dataclass(frozen=True, slots=True)
class ArticleNumbers:
    """The numbers of the articles that one reply names, with the product's name where it names several products'."""

    knowledge: Knowledge
    language: Language
    names_products: bool = False

    def number(self, article_id: str) -> str:
        """Return an article's number alone; of an article that is gone, its ID is all there is."""
        article = self.knowledge.articles.get(article_id)
        return article.number if article is not None else article_id

    def named(self, article_id: str) -> str:
        """Return an article's number, behind the name of its product where the reply has several."""
        article = self.knowledge.articles.get(article_id)
        if article is None or not self.names_products:
            return self.number(article_id)
        return f"{self._product_of(article)} {article.number}"

    def with_name(self, article_id: str) -> str:
        """Return an article's number and name, as a reader looks them up."""
        article = self.knowledge.articles.get(article_id)
        name = article.name if article is not None else ""
        number = self.named(article_id)
        return f"{number} {name}" if name and name != number else number

    def _product_of(self, article: Article) -> str:
        """Return a product's title, or its whole name where another product has the same title."""
        product = article.product
        title = product.titles[self.language]
        twice = [each for each in self.knowledge.products.values() if each.titles[self.language] == title]
        return title if len(twice) < 2 else product.name[self.language]


def number_articles(article_ids: Iterable[str], knowledge: Knowledge, language: Language) -> ArticleNumbers:
    """Number the articles that one reply names."""
    found = {knowledge.articles[each].product for each in article_ids if each in knowledge.articles}
    return ArticleNumbers(knowledge, language, len(found) > 1)


def number_sightings(incidents: Iterable[Incident], knowledge: Knowledge, language: Language) -> ArticleNumbers:
    """Number what was seen in some incidents."""
    seen = (each for incident in incidents for each in incident.sightings)
    return number_articles((key for each in seen for key in (each.article_id, *each.codes)), knowledge, language)
