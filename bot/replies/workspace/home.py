"""The App Home: a person's incidents, the team's, what is commonest, settings, and how to ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.knowledge import Knowledge, Product
from bot.languages import Language
from bot.replies import action_ids
from bot.replies.article_numbers import number_articles
from bot.replies.blocks import context, section, sections
from bot.replies.examples import by_weight
from bot.replies.incidents.lists import incident_blocks
from bot.replies.mrkdwn import escape, escape_entities, shorten
from bot.replies.texts import say
from bot.replies.values import Block
from bot.replies.workspace.help import CommandHelp, render_help
from bot.replies.workspace.home_chart import chart_in_words
from bot.triage import Incident

BLOCKS: Final = 100
CHART_DAYS: Final = 30
_MOST_UNANSWERED: Final = 10
_QUESTION: Final = 150


@dataclass(frozen=True, slots=True)
class Home:
    """The contents of one person's home tab besides the help."""

    # In seconds since 1970; the words are for clients that cannot set a time.
    now: float = 0.0
    now_in_words: str = "-"
    mine: tuple[Incident, ...] = ()
    mine_total: str = "0"
    # Numbers of the person's incidents in channels that they are not in.
    mine_elsewhere: tuple[int, ...] = ()
    team: tuple[Incident, ...] = ()
    team_total: str = "0"
    # Slack did not tell which channels the person is in.
    partly: bool = False
    # The numbers of the picture, and Slack's ID of it; without one they are told in words.
    counts: tuple[tuple[str, int], ...] = ()
    chart_file_id: str = ""
    # The person may set how the bot behaves in some channel.
    sets_channels: bool = True
    # Questions and how often they came; only for administrators.
    unanswered: tuple[tuple[str, int], ...] = ()
    # Scopes that the workspace has not granted and what is off without them; for the same people.
    off: tuple[tuple[str, str], ...] = ()
    # Articles, and how many found the answers about them helpful and not; for the same people.
    opinions: tuple[tuple[str, int, int], ...] = ()


def home_view(
    knowledge: Knowledge, language: Language, commands: Sequence[CommandHelp], home: Home | None = None
) -> dict[str, object]:
    """Lay out the App Home; `home` is None where nothing is known but the articles."""
    explained = render_help(language, commands, knowledge.products.values())
    blocks: list[Block] = [*(_incidents(home, knowledge, language) if home else ()), *explained.blocks]
    blocks += [{"type": "divider"}, section(say(language, "home.everything"))]
    for product in by_weight(knowledge.products.values()):
        blocks += sections("\n".join(_contents(product, knowledge, language)))
    return {"type": "home", "blocks": [dict(block) for block in blocks[:BLOCKS]]}


def _contents(product: Product, knowledge: Knowledge, language: Language) -> Iterator[str]:
    """Yield the lines that name what a product's articles explain: its events and codes by number, topics by title."""
    yield f"*{' · '.join(filter(None, (escape(product.name[language]), escape(product.note[language]))))}*"
    of_it = [each for each in knowledge.articles.values() if each.product is product]
    for kind in ("event", "code"):
        numbers = {each.number for each in of_it if each.kind == kind}
        if numbers:
            yield " ".join(f"`{each}`" for each in sorted(numbers, key=lambda each: (len(each), each)))
    titles = [escape(each.prose[language].title) for each in of_it if each.kind == "topic"]
    if titles:
        yield " · ".join(titles)


def _incidents(home: Home, knowledge: Knowledge, language: Language) -> list[Block]:
    divider = {"type": "divider"}
    time = f"<!date^{int(home.now)}^{{date_short_pretty}} {{time}}|{escape_entities(home.now_in_words)}>"
    blocks: list[Block] = [
        context(say(language, "home.as_of", time=time), say(language, "home.partly") if home.partly else "")
    ]
    blocks += incident_blocks(
        home.mine, home.mine_total, knowledge, language, home.now, "mine", "", home.mine_elsewhere
    )
    blocks.append(divider)
    blocks += incident_blocks(home.team, home.team_total, knowledge, language, home.now, "open")
    blocks.append(divider)
    if home.counts:
        blocks += [*_chart(home, knowledge, language), divider]
    if home.sets_channels:
        blocks += [_settings(language), divider]
    if home.off:
        lines = [say(language, "home.off_row", scope=scope, off=off) for scope, off in home.off]
        blocks += [section(say(language, "home.off")), *sections("\n".join(lines)), divider]
    if home.unanswered:
        lines = [
            say(language, "home.times", count=count, question=escape(shorten(question, _QUESTION)))
            for question, count in home.unanswered[:_MOST_UNANSWERED]
        ]
        blocks += [section(say(language, "home.unanswered")), *sections("\n".join(lines)), divider]
    if home.opinions:
        numbers = number_articles((article for article, *_ in home.opinions), knowledge, language)
        lines = [
            say(language, "home.opinion", article=escape(numbers.named(article)), helpful=helpful, unhelpful=unhelpful)
            for article, helpful, unhelpful in home.opinions[:_MOST_UNANSWERED]
        ]
        blocks += [section(say(language, "home.opinions", days=CHART_DAYS)), *sections("\n".join(lines)), divider]
    return blocks


def _chart(home: Home, knowledge: Knowledge, language: Language) -> list[Block]:
    title = say(language, "home.chart", days=CHART_DAYS)
    words = chart_in_words(home.counts, CHART_DAYS, knowledge, language)
    if not home.chart_file_id:
        return [section(f"*{title}*"), context(words)]
    picture = {
        "type": "image",
        "slack_file": {"id": home.chart_file_id},
        "alt_text": words,
        "title": {"type": "plain_text", "text": title},
    }
    return [picture]


def _settings(language: Language) -> Block:
    picker = {
        "type": "conversations_select",
        "action_id": action_ids.OPEN_SETTINGS,
        "placeholder": {"type": "plain_text", "text": say(language, "home.pick")},
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    return section(say(language, "home.settings"), picker)
