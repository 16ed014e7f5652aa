"""The keys of `product.yaml`, read into a `Product`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, get_args

from bot.knowledge.code_shapes import check_shape
from bot.knowledge.fields import ADDRESS, Fields, PlacedFault
from bot.knowledge.names import spelling
from bot.knowledge.product_values import (
    HEXADECIMAL,
    EventOutcome,
    Guide,
    OtherProduct,
    Product,
    SharedLog,
    Step,
    SupportState,
)
from bot.languages import LANGUAGES, Language

KEYS: Final = (
    "name",
    "called",
    "called_event",
    "note",
    "aliases",
    "logs",
    "providers",
    "shared_logs",
    "context",
    "ids",
    "codes",
    "complete",
    "twins",
    "support",
    "flows",
    "flow_names",
    "flows_of",
    "apart",
    "guides",
    "refers_to",
    "hosts",
    "fewest_phrasings",
    "other_products",
    "examples",
)
SUPPORT_STATES: Final[tuple[SupportState, ...]] = get_args(SupportState)
OUTCOMES: Final[tuple[EventOutcome, ...]] = get_args(EventOutcome)
_STEP_KEYS: Final = ("id", "name", "guide", "url", "proved_by", "failed_by", "logs")
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,200}[a-z0-9])?\.[a-z]{2,20}")
_MARKS: Final = re.compile(r"[*_~`<>|]")
_OWNER: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.\-]{0,38}[A-Za-z0-9])")
_OF_CODES: Final = ("shape", "neutral", "general", "only_with", "status")
_OWNER_RULE: Final = "must be one word of 2 to 40 Latin letters and digits, with hyphens or full stops inside"
_FEWEST_PHRASINGS: Final = 4
_LONGEST_SHAPE: Final = 100
_ADDRESS_MUST: Final = "must be an address that begins with https://"


def read_product_facts(folder: Path, content: object, faults: list[PlacedFault]) -> tuple[Product, dict[str, str]]:
    """Read a product of what its file holds, without what has a fault; return with it the keys that are misspelled."""
    fields = Fields(content, KEYS, "product.yaml", faults)
    (digits, last_digit), (shape, neutral, general) = _ids(fields), _codes(fields)
    context = fields.fields("context", ("strong", "weak", "owners", "generation"))
    strong = context.texts("strong")
    support = fields.fields("support", ("state", "since", "superseded_by"))
    support.day("since")
    product = Product(
        id=folder.name,
        folder=folder,
        name=fields.translations("name"),
        called=fields.translations("called", _within_a_sentence),
        note=fields.translations("note") if "note" in fields else dict.fromkeys(LANGUAGES, ""),
        aliases=fields.texts("aliases"),
        log_names=fields.texts("logs"),
        providers=fields.texts("providers"),
        shared_logs=_shared_logs(fields),
        strong_words=strong,
        weak_words=_weak_words(context, strong),
        owners=context.texts("owners", pattern=_OWNER, must=_OWNER_RULE),
        generation_words=context.texts("generation"),
        id_digits=digits,
        is_complete=fields.flag("complete"),
        outcome_by_last_digit=last_digit,
        code_shape=shape,
        neutral_codes=frozenset(neutral),
        general_codes=frozenset({*neutral, *general}),
        codes_only_with=fields.fields("codes", _OF_CODES).texts("only_with"),
        status_word=fields.fields("codes", _OF_CODES).text("status", ""),
        twins=_twins(fields),
        superseded_by=support.text("superseded_by", ""),
        support=support.choice("state", SUPPORT_STATES) if "support" in fields else None,
        other_products=tuple(
            OtherProduct(other.text("name"), other.texts("words", least=1))
            for other in fields.each("other_products", ("name", "words"))
        ),
        examples=_examples(fields),
        called_event=fields.translations("called_event", _with_number) if "called_event" in fields else {},
        refers_to=fields.texts("refers_to"),
        flows_of=fields.text("flows_of", ""),
        fewest_phrasings=fields.number("fewest_phrasings", _FEWEST_PHRASINGS, 100, 0),
    )
    return _with_flows(product, fields), fields.misspelled


def _with_flows(product: Product, fields: Fields) -> Product:
    flows = _flows(fields)
    return replace(
        product,
        flows=flows,
        flow_names=_flow_names(fields, flows),
        apart=_guides(fields, "apart", "guide"),
        guides=_guides(fields, "guides", "title"),
        hosts=fields.texts("hosts", pattern=_HOST, must="must be a host alone, such as learn.microsoft.com"),
    )


def _within_a_sentence(text: str) -> str:
    if _MARKS.search(text):
        return f"{text!r} has marks; write plain words, without * _ ~ ` < > and |"
    if text.endswith((".", "。", "!", "！")):
        return f"{text!r} ends as a sentence does, but stands within one; leave the full stop out"
    return ""


def _with_number(text: str) -> str:
    return _within_a_sentence(text) or ("" if text.count("{number}") == 1 else f"{text!r} has no {{number}}; write it")


def _ids(fields: Fields) -> tuple[tuple[int, int], Mapping[str, EventOutcome]]:
    ids = fields.fields("ids", ("digits", "last_digit"))
    fewest, most = 4, 5
    values = ids.entries_of_list("digits", 2, "must be the fewest and the most digits, such as [4, 5]")
    if values:
        fewest, most = (ids.number_at("digits", 1, 6, otherwise, at) for at, otherwise in ((0, 1), (1, 6)))
        if fewest > most:
            ids.fault("“ids.digits” are the fewest and the most; write the smaller number first", "digits")
    outcomes: dict[str, EventOutcome] = {}
    for digit, outcome in ids.entries("last_digit").items():
        if not re.fullmatch("[0-9]", digit):
            ids.fault(f"“ids.last_digit.{digit}” must be one digit, in quotes", "last_digit", digit)
        elif outcome in OUTCOMES:
            outcomes[digit] = OUTCOMES[OUTCOMES.index(outcome)]
        else:
            ids.wrong("last_digit", f"must be one of {', '.join(OUTCOMES)}", digit)
    return (fewest, most), outcomes


def _codes(fields: Fields) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    codes = fields.fields("codes", _OF_CODES)
    shape = codes.text("shape", HEXADECIMAL)
    try:
        if len(shape) > _LONGEST_SHAPE:
            raise ValueError(f"{shape[:20]!r}… must have at most {_LONGEST_SHAPE} characters")
        check_shape(shape)
    except ValueError as error:
        codes.fault(f"“codes.shape”: {error}", "shape")
        return HEXADECIMAL, (), ()
    found: list[tuple[str, ...]] = []
    for key in ("neutral", "general"):
        texts = codes.texts(key)
        for at, code in enumerate(texts):
            if not re.fullmatch(shape, code):
                codes.fault(f"“codes.{key}”: {code} has not the shape of this product's codes, {shape}", key, at)
        found.append(texts)
    return shape, found[0], found[1]


def _shared_logs(fields: Fields) -> tuple[SharedLog, ...]:
    return tuple(
        SharedLog(
            shared.text("log"),
            shared.texts("providers", least=1),
            shared.texts("only_with"),
            shared.flag("asked_by_number"),
        )
        for shared in fields.each("shared_logs", ("log", "providers", "only_with", "asked_by_number"))
    )


def _weak_words(context: Fields, strong: tuple[str, ...]) -> tuple[str, ...]:
    """Return the weak words; one that is strong as well counts as weak, whatever its case and spaces."""
    weak, spellings = context.texts("weak"), {spelling(word): word for word in strong}
    for at, word in enumerate(weak):
        if other := spellings.get(spelling(word)):
            context.fault(
                f"“{word}” is among the strong words too, as “{other}”; a word is one or the other, keep one of them",
                "weak",
                at,
            )
    return weak


def _twins(fields: Fields) -> tuple[tuple[str, str], ...]:
    twins: list[tuple[str, str]] = []
    taken: dict[str, tuple[str, str]] = {}
    for at, (one, two) in fields.pairs(
        "twins", "must be two IDs that say the opposite of each other, such as [one, two]"
    ):
        if one == two:
            fields.fault(f"twins: {one} cannot say the opposite of itself; leave it out if it has no twin", "twins", at)
            continue
        paired = next((each for each in (one, two) if each in taken), None)
        if paired is not None:
            first = " and ".join(taken[paired])
            fields.fault(f"twins: {paired} has a twin already, in the pair {first}; keep one of the two", "twins", at)
            continue
        taken |= {one: (one, two), two: (one, two)}
        twins.append((one, two))
    return tuple(twins)


def _flows(fields: Fields) -> dict[str, tuple[Step, ...]]:
    flows: dict[str, tuple[Step, ...]] = {}
    for flow in fields.entries("flows"):
        steps: dict[str, Step] = {}
        for step in fields.each_under("flows", flow, _STEP_KEYS):
            found = _step(step)
            if found.id in steps:
                step.fault(f"the step “{found.id}” stands in {flow} already; give this one an id of its own", "id")
            elif found.id:
                steps[found.id] = found
        flows[flow] = tuple(steps.values())
    return flows


def _step(step: Fields) -> Step:
    return Step(
        id=step.text("id"),
        name=step.translations("name"),
        guide=_guide(step, "guide"),
        proved_by=step.texts("proved_by"),
        failed_by=step.texts("failed_by"),
        logs=step.translations("logs") if "logs" in step else {},
    )


def _flow_names(fields: Fields, flows: Mapping[str, tuple[Step, ...]]) -> dict[str, Mapping[Language, str]]:
    names = fields.fields("flow_names", tuple(flows))
    return {flow: names.translations(flow) for flow in flows if flow in names}


def _guide(fields: Fields, title: str) -> Guide:
    return Guide(fields.translations(title), fields.text("url", pattern=ADDRESS, must=_ADDRESS_MUST))


def _guides(fields: Fields, key: str, title: str) -> dict[str, Guide]:
    return {name: _guide(guide, title) for name, guide in fields.named(key, (title, "url"))}


def _examples(fields: Fields) -> dict[Language, tuple[str, ...]]:
    examples = fields.fields("examples", tuple(LANGUAGES))
    return {tag: texts for tag in LANGUAGES if (texts := examples.texts(tag))}
