"""The rules by which secrets are found, read from secrets.toml and compiled once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, NotRequired, TypedDict, cast

from bot.privacy.values import SecretKind

# A value in a command line: quoted, or up to the next space. Where it begins with a switch's stroke is the rule's to say.
_WORD: Final = r"\\?\"[^\"\n‹]{1,200}+\"|'[^'\n‹]{1,200}+'|[^\s\"'‹|<>][^\s‹|<>]{0,199}+"
# The same within quotes that opened before the value, as in "anna:secret".
_WORD_IN_QUOTES: Final = rf"(?(quote)[^\"'\n‹]{{1,200}}+|(?:{_WORD}))"
# CJK words: no space parts them from what stands beside them.
_UNSPACED: Final = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]")
# Quotes that open a value. Curly and full-width ones are folded before.
_QUOTES: Final = r"\\?\"|'|`|«|„|「|『|《|【"


class _FormRow(TypedDict):
    kind: SecretKind
    hints: list[str]
    pattern: str
    proof: NotRequired[str]


class _CommandRow(TypedDict):
    programs: str
    switch: str
    kind: NotRequired[SecretKind]
    proof: NotRequired[str]
    next_to: NotRequired[bool]


class _LabelRow(TypedDict):
    kind: SecretKind
    words: list[str]
    proof: NotRequired[str]
    terse: NotRequired[bool]


class _LabelSizes(TypedDict):
    stems: str
    before: int
    behind: int


# "is" is no name in Python.
_JointRow = TypedDict(
    "_JointRow",
    {
        "is": list[str],
        "now": list[str],
        "changed": list[str],
        "changed_unspaced": list[str],
        "about": list[str],
        "kinds": list[str],
        "value_before": list[str],
    },
)


class _Written(TypedDict):
    form: list[_FormRow]
    command: list[_CommandRow]
    labels: _LabelSizes
    label: list[_LabelRow]
    joint: _JointRow


@dataclass(frozen=True, slots=True)
class SecretForm:
    """A secret known by its own form, or by the command line around it."""

    kind: SecretKind
    # In small letters; a text without any of them is not searched.
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    # The least that the value has to look like a password; see strength.py.
    proof: str


@dataclass(frozen=True, slots=True)
class SecretLabel:
    """Words that are followed by a secret."""

    kind: SecretKind
    proof: str
    # True for abbreviations that are hardly ever talked about.
    is_terse: bool


@dataclass(frozen=True, slots=True)
class SecretLabels:
    """All labels as one pattern, whose last group is the position of the one that fits."""

    stems: re.Pattern[str]
    pattern: re.Pattern[str]
    entries: tuple[SecretLabel, ...]
    # Characters that a label may have before its stem, and from the stem on.
    before: int
    behind: int

    def entry(self, found: re.Match[str]) -> SecretLabel:
        """Return the label that was found."""
        return self.entries[int((found.lastgroup or "_0")[1:])]


@dataclass(frozen=True, slots=True)
class Joints:
    """Patterns of what joins a label to its value, by the name of the group that fits, and a value to a label behind it."""

    behind: re.Pattern[str]
    before: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class SecretRules:
    """Everything of secrets.toml."""

    forms: tuple[SecretForm, ...]
    labels: SecretLabels
    joints: Joints


def read_rules() -> SecretRules:
    """Read secrets.toml beside this file."""
    written = cast(_Written, tomllib.loads((files("bot.privacy") / "secrets.toml").read_text(encoding="utf-8")))
    forms = (*map(_form, written["form"]), *map(_command, written["command"]))
    return SecretRules(forms, _labels(written["labels"], written["label"]), _joints(written["joint"]))


def _form(row: _FormRow) -> SecretForm:
    return SecretForm(row["kind"], tuple(row["hints"]), re.compile(row["pattern"], re.ASCII), row.get("proof", ""))


def _command(row: _CommandRow) -> SecretForm:
    # Only what a rule marks stands directly behind the program; other switches may come before.
    between = "" if row.get("next_to") else r"(?:[^\n]{0,300}?[ \t])??"
    word = _WORD_IN_QUOTES if "<quote>" in row["switch"] else _WORD
    pattern = (
        rf"(?i:(?<![A-Za-z0-9_.\-])(?:{row['programs']})(?:\.exe)?(?=[ \t])[ \t]{{1,8}}{between}{row['switch']})"
        rf"(?P<value>{word})"
    )
    hints = tuple(sorted({stem.lower() for stem in re.findall(r"[A-Za-z0-9]{2,}", _without_options(row["programs"]))}))
    return SecretForm(row.get("kind", "password"), hints, re.compile(pattern), row.get("proof", "argument"))


def _without_options(programs: str) -> str:
    """Keep of each program's pattern the letters that it always begins with."""
    return "|".join(re.split(r"[^A-Za-z0-9\-]|.\?", program)[0] for program in re.split(r"\|(?![^(]*\))", programs))


def _labels(sizes: _LabelSizes, rows: Iterable[_LabelRow]) -> SecretLabels:
    entries, choices = [], []
    for number, row in enumerate(rows):
        entries.append(SecretLabel(row["kind"], row.get("proof", ""), row.get("terse", False)))
        choices.append(f"(?P<_{number}>{'|'.join(row['words'])})")
    # A label stands directly before its joint: "PasswordExpired=true" and "secret name:" are none.
    pattern = rf"(?:{'|'.join(choices)})(?:(?<=[^\x00-\x7f])|[0-9]?(?![A-Za-z0-9]))"
    return SecretLabels(
        re.compile(sizes["stems"]), re.compile(pattern, re.IGNORECASE), tuple(entries), sizes["before"], sizes["behind"]
    )


def _joints(row: _JointRow) -> Joints:
    spaced, unspaced = _parted(row["is"])
    now_spaced, now_unspaced = _parted(row["now"])
    sign = r"[\"'*`_\\)\]」』]{0,3}[ \t]{0,40}(?::=|[:=]>?|->|=>|→)(?:\*\*?|_)?(?!\*)(?<!\")[ \t]{0,12}"
    verb = (
        rf"[\"'*`)\]」』]{{0,2}}[ \t]{{0,3}}(?:(?:{spaced})(?=[ \t:])(?:[ \t]{{1,2}}(?:{now_spaced})){{0,2}}[ \t:]{{1,4}}"
        rf"|(?:{unspaced})(?:{now_unspaced})?[ \t:]{{0,3}})"
    )
    changed = rf"[\"'*`)\]]{{0,2}}[ \t]{{1,3}}(?:{'|'.join(row['changed'])})[ \t]{{1,3}}(?:be[ \t]{{1,2}})?"
    unspaced_changed = (
        r"[ \t]{0,2}[\u3040-\u30ff\u3400-\u9fff]{0,8}?"
        rf"(?:{'|'.join(row['changed_unspaced'])})了?(?:{now_unspaced})?[ \t:]{{0,3}}"
    )
    about = (
        rf"(?:[ \t]{{1,3}}(?:{'|'.join(row['about'])})(?:[ \t]{{1,3}}[^\s:=.,;!?\"«（(]{{1,40}}){{1,4}}?"
        r"|[ \t]{0,2}\([^()\n]{1,40}\))"
    )
    behind = re.compile(
        r"(?P<xml></key>\s{0,20}<string>|[\"']?>(?=[^<>\n]{1,300}</))"
        rf"|(?P<line>[\"'*`_]{{0,2}}[ \t]{{0,3}}:[ \t]{{0,3}}\r?\n[ \t]{{0,8}})"
        rf"|(?P<sign>{sign})"
        rf"|(?P<lead>[ \t]{{0,2}}[\u3040-\u30ff\u3400-\u9fff]{{1,8}}{sign})"
        rf"|(?P<changed>{changed}|{unspaced_changed})(?=\S)"
        rf"|(?P<verb>{verb})"
        rf"|(?P<wide>(?:{about}|[ \t]{{1,2}}(?:{'|'.join(row['kinds'])}))(?:{sign}|{changed}|{verb}))"
        rf"|(?P<mean>[ \t]{{1,2}}[\w.\-]{{2,24}}{sign})"
        rf"|(?P<gap>[ \t|]{{1,6}}(?:-{{1,2}}[ \t])?|[)\]][ \t]{{0,3}}|(?<=[^\x00-\x7f])(?=[A-Za-z0-9]|{_QUOTES}))",
        re.IGNORECASE,
    )
    before = re.compile(rf"[\"'`」』]?[ \t]{{0,3}}(?:{'|'.join(row['value_before'])})$", re.IGNORECASE)
    return Joints(behind, before)


def _parted(words: Iterable[str]) -> tuple[str, str]:
    """Part words of scripts with spaces between words from the others, each as alternatives, the longest first."""
    ordered = sorted(words, key=len, reverse=True)
    spaced = [re.escape(word) for word in ordered if not _UNSPACED.search(word)]
    unspaced = [re.escape(word) for word in ordered if _UNSPACED.search(word)]
    return "|".join(spaced), "|".join(unspaced)


RULES: Final = read_rules()
