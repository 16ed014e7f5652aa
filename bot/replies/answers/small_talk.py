"""Small talk: greetings, thanks, complaints, questions about the bot; known by the catalogues' lists, answered in a line or two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from bot.knowledge import Product
from bot.languages import DEFAULT, LANGUAGES, Language
from bot.replies import action_ids
from bot.replies.blocks import actions, button, section
from bot.replies.examples import by_weight, choose_examples
from bot.replies.mrkdwn import as_code, escape, without_marks
from bot.replies.phrases import bare
from bot.replies.texts import say
from bot.replies.values import Block, Reply

TalkKind = Literal["greeting", "thanks", "abilities", "nature", "complaint"]
_KINDS: Final[tuple[TalkKind, ...]] = ("greeting", "thanks", "abilities", "nature", "complaint")
# Nothing longer is in the lists.
_LONGEST: Final = 80
_MOST_NAMED: Final = 4


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """Words to the bot that are about no fault, and their language."""

    kind: TalkKind
    # None for words of English, which people of every language type.
    language: Language | None


def find_small_talk(text: str) -> SmallTalk | None:
    """Recognise a text that is small talk and nothing else, however it is punctuated; None for every other one."""
    if len(text) > _LONGEST:
        return None
    words = bare(text)
    found = _listed().get(words)
    if found is None and words:
        # "hello sceptic" is said to the bot by its name.
        found = _listed().get(words.removesuffix("sceptic").strip()) if words.endswith("sceptic") else None
    return found


@cache
def _listed() -> Mapping[str, SmallTalk]:
    return {
        bare(phrase): SmallTalk(kind, None if language == DEFAULT else language)
        # English last: what two languages say alike is nobody's alone.
        for language in sorted(LANGUAGES, key=lambda each: each == DEFAULT)
        for kind in _KINDS
        for phrase in say(language, f"talk.{kind}").split("|")
    }


def render_small_talk(kind: TalkKind, language: Language, products: Iterable[Product], incident: int = 0) -> Reply:
    """Answer in a line or two; thanks for help with an open `incident` come with the button that notes what fixed it."""
    products = by_weight(products)
    examples = choose_examples(products, language)
    text = say(
        language,
        f"talk.{kind}_answer",
        products=_name_products(products, language),
        identifier=as_code(examples.identifiers[0]) if examples.identifiers else "",
        question=escape(examples.questions[0]) if examples.questions else "",
    )
    blocks: list[Block] = [section(text)]
    if kind == "thanks" and incident:
        blocks.append(actions("thanks", button(say(language, "talk.note_fix"), action_ids.RESOLVE, str(incident))))
    return Reply(without_marks(text), tuple(blocks))


def _name_products(products: Sequence[Product], language: Language) -> str:
    named = LANGUAGES[language].comma.join(escape(each.titles[language]) for each in products[:_MOST_NAMED])
    more = len(products) - _MOST_NAMED
    return say(language, "talk.more_products", named=named, count=more) if more > 0 else named
