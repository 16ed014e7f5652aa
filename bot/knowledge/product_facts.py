"""The keys of `product.yaml`, as pydantic reads them: a wrong key is named, not ignored."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import ErrorDetails

from bot.knowledge.code_shapes import check_shape
from bot.knowledge.translations import TranslationFacts
from bot.knowledge.values import HEXADECIMAL, EventOutcome
from bot.languages import Language

SUPPORT_STATES: Final = ("supported", "ending", "ended")
_MARKS = re.compile(r"[*_~`<>|]")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_Url = Annotated[str, Field(pattern=r"^https://\S+$")]


def _within_a_sentence(words: TranslationFacts) -> TranslationFacts:
    for text in words.root.values():
        if _MARKS.search(text):
            raise ValueError(f"{text!r} has marks; write plain words, without * _ ~ ` < > and |")
        if text.endswith((".", "。", "!", "！")):
            raise ValueError(f"{text!r} ends as a sentence does, but stands within one; leave the full stop out")
    return words


class SharedLogFacts(_Strict):
    """A log that other products write to as well, and the sources that are this product's in it."""

    log: _Text
    providers: Annotated[list[_Text], Field(min_length=1)]


class ContextFacts(_Strict):
    """The words by which people speak of the product."""

    strong: list[_Text] = []
    weak: list[_Text] = []
    owners: list[Annotated[str, Field(pattern=r"^[A-Za-z0-9]{2,30}$")]] = []


class IdFacts(_Strict):
    """The shape of event IDs."""

    digits: tuple[Annotated[int, Field(ge=1, le=6)], Annotated[int, Field(ge=1, le=6)]] = (4, 5)
    last_digit: dict[Annotated[str, Field(pattern=r"^\d$")], EventOutcome] = {}

    @model_validator(mode="after")
    def _in_order(self) -> IdFacts:
        if self.digits[0] > self.digits[1]:
            raise ValueError("“digits” are the fewest and the most; write the smaller number first")
        return self


class CodeFacts(_Strict):
    """The shape of diagnostic codes, and those that name no cause."""

    shape: Annotated[str, AfterValidator(check_shape), Field(max_length=100)] = HEXADECIMAL
    neutral: list[_Text] = []
    general: list[_Text] = []

    @model_validator(mode="after")
    def _have_the_shape(self) -> CodeFacts:
        for code in (*self.neutral, *self.general):
            if not re.fullmatch(self.shape, code):
                raise ValueError(f"{code} has not the shape of this product's codes, {self.shape}")
        return self


class SupportFacts(_Strict):
    """The state of the product's support, and what took its place."""

    state: Literal["supported", "ending", "ended"]
    since: datetime.date | None = None
    superseded_by: str = ""


class StepFacts(_Strict):
    """One step of a flow."""

    id: _Text
    name: TranslationFacts
    guide: TranslationFacts
    url: _Url


class ApartFacts(_Strict):
    """A guide for a fault outside the flows."""

    guide: TranslationFacts
    url: _Url


class GuideFacts(_Strict):
    """The guide of a whole flow."""

    title: TranslationFacts
    url: _Url


class OtherProductFacts(_Strict):
    """Another product and its words."""

    name: _Text
    words: Annotated[list[_Text], Field(min_length=1)]


class ProductFacts(_Strict):
    """`product.yaml`."""

    name: TranslationFacts
    called: Annotated[TranslationFacts, AfterValidator(_within_a_sentence)]
    note: TranslationFacts | None = None
    aliases: list[_Text] = []
    logs: list[_Text] = []
    providers: list[_Text] = []
    shared_logs: list[SharedLogFacts] = []
    context: ContextFacts = ContextFacts()
    ids: IdFacts = IdFacts()
    codes: CodeFacts = CodeFacts()
    twins: list[tuple[_Text, _Text]] = []
    support: SupportFacts | None = None
    flows: dict[_Text, list[StepFacts]] = {}
    apart: dict[_Text, ApartFacts] = {}
    guides: dict[_Text, GuideFacts] = {}
    other_products: list[OtherProductFacts] = []
    examples: dict[Language, list[_Text]] = {}

    @model_validator(mode="after")
    def _has_a_source(self) -> ProductFacts:
        if not (self.logs or self.providers or self.shared_logs):
            raise ValueError(
                "neither “logs”, “providers” nor “shared_logs” is there; without one no event is this product's"
            )
        return self


def sentence_of(found: ErrorDetails) -> str:
    """Put one of pydantic's findings into a sentence for an author."""
    key = ".".join(map(str, found["loc"]))
    match found["type"]:
        case "extra_forbidden":
            return f"“{key}” is not a key of product.yaml; see knowledge/README.md for those that are"
        case "missing":
            return f"“{key}” is missing; add it"
        case "value_error":
            message = str(found["msg"]).removeprefix("Value error, ")
            return f"“{key}”: {message}" if key else message
        case "dict_type" | "model_type":
            return f"“{key}” must be names with values under it; a line that begins with “-” makes a list"
        case _:
            return f"“{key}” is {found['input']!r}: {found['msg'][0].lower()}{found['msg'][1:]}"
