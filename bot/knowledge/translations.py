"""A wording in every language, as pydantic reads it from YAML."""

from __future__ import annotations

from typing import Annotated

from pydantic import RootModel, StringConstraints, model_validator

from bot.languages import LANGUAGES, Language

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class TranslationFacts(RootModel[dict[Language, _Text]]):
    """A wording by language; one that is missing is a fault, and so is a language that the registry does not hold."""

    @model_validator(mode="after")
    def _is_in_every_language(self) -> TranslationFacts:
        if unknown := self.root.keys() - LANGUAGES.keys():
            raise ValueError(f"“{min(unknown)}” is no language here; use {', '.join(LANGUAGES)}")
        if missing := [tag for tag in LANGUAGES if tag not in self.root]:
            raise ValueError(f"“{missing[0]}” is missing; add it")
        return self

    def both(self) -> dict[Language, str]:
        """Return the wordings by language."""
        return dict(self.root)
