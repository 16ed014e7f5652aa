"""The engine knows no product: no word of a shipped product's own stands in `bot/`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from bot.knowledge.library import read_knowledge
from bot.settings import KNOWLEDGE
from tests.test_architecture import BOT

_LONGEST_AMOUNT = 4
_READ = {".py", ".po", ".yaml", ".yml", ".js", ".html", ".css", ".json"}


@cache
def pattern_of_own_words() -> re.Pattern[str]:
    return words_pattern(sorted(set(own_words())))


def own_words() -> Iterator[str]:
    """Names, aliases, logs, sources, strong context words, IDs and codes of every shipped product."""
    knowledge = read_knowledge(KNOWLEDGE)
    for product in knowledge.products.values():
        yield from product.titles.values()
        yield from (*product.aliases, *product.log_names, *product.providers, *product.strong_words)
    for article in knowledge.articles.values():
        yield article.id
        # A name of one word, such as Success, is a word of any language's.
        yield from [article.name] if "_" in article.name else []


def faults_in(text: str, pattern: re.Pattern[str], *, is_code: bool) -> list[tuple[int, str]]:
    return [
        (number, found[0])
        for number, line in enumerate(text.split("\n"), 1)
        for found in pattern.finditer(line)
        if not _is_part_of_a_number(line, found) and not (is_code and _is_amount(line, found))
    ]


def words_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Match any of these words: Latin ones at their edges, in any case, with a space, a hyphen or neither between them."""
    latin = re.compile(r"[A-Za-z0-9À-ɏ]")
    edges = {"number": (r"(?<!\d)", r"(?!\d)"), "latin": ("(?<![a-z])", "(?![a-z])"), "other": ("", "")}
    spelled: dict[str, list[str]] = {kind: [] for kind in edges}
    for word in words:
        # Behind "2050" the rest of 20502 would be passed over.
        kind = "number" if word.isdigit() else "latin" if latin.match(word) else "other"
        text = re.escape(word.rstrip("*")).replace(r"\ ", "[ -]?") + (r"\w{0,20}" if word.endswith("*") else "")
        spelled[kind].append(text)
    # Edges are looked at once for all words, or a walk through the code takes a minute.
    parts = [f"{edges[kind][0]}(?:{'|'.join(found)}){edges[kind][1]}" for kind, found in spelled.items() if found]
    return re.compile("|".join(parts), re.IGNORECASE | re.ASCII)


def _is_part_of_a_number(line: str, found: re.Match[str]) -> bool:
    """Tell a longer number, or a colour, that holds an ID's digits from the ID."""
    around = line[max(0, found.start() - 1) : found.start()] + line[found.end() : found.end() + 1]
    return found[0].isdigit() and re.search(r"[\d_#.a-fA-F]", around) is not None


def _is_amount(line: str, found: re.Match[str]) -> bool:
    """Tell a limit, a port or a year from a short ID, which code would hold in quotes, or call an event."""
    if not found[0].isdigit() or len(found[0]) > _LONGEST_AMOUNT:
        return False
    before, after = line[: found.start()], line[found.end() :]
    quoted = before[-1:] in {'"', "'", "`"} and after[:1] == before[-1:]
    return not quoted and re.search(r"(?:events?|ids?|事件)[ :=]{0,3}$", before, re.IGNORECASE) is None


def test_nothing_of_a_product_stands_in_the_code_or_the_catalogues() -> None:
    """A product is data: what must be known of it stands in its folder."""
    pattern = pattern_of_own_words()
    faults = [
        f"{path.relative_to(BOT.parent)}:{line}: {word}"
        for path in sorted(BOT.rglob("*"))
        if path.suffix in _READ
        for line, word in faults_in(path.read_text(encoding="utf-8"), pattern, is_code=path.suffix != ".po")
    ]

    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)


def test_the_walk_finds_a_word_of_each_kind() -> None:
    """A test that finds nothing could as well look for nothing."""
    pattern = pattern_of_own_words()
    text = "NDESConnectorSvc\nMicrosoft Intune Connector\nndes\n20502\n0x00000409\nCRPVerifyMetric_Failure\n120502\n20502_000"

    assert [line for line, _ in faults_in(text, pattern, is_code=True)] == [1, 2, 3, 4, 5, 6]


def test_a_short_id_is_told_from_an_amount() -> None:
    """A limit of 2000 characters is no event 2000; what people are shown has no such numbers at all."""
    pattern = pattern_of_own_words()
    text = '"4005"\nevent 4005\n`4005`\nmost=2000\nin 2001\nevent_id == "1000"'

    assert [line for line, _ in faults_in(text, pattern, is_code=True)] == [1, 2, 3, 6]
    assert [line for line, _ in faults_in(text, pattern, is_code=False)] == [1, 2, 3, 4, 5, 6]
