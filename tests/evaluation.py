"""Measures the bot on the project's own questions: `make eval` prints a table for each class and split.

A class is `tests/questions/<class>.<split>.jsonl`: the development splits of three authors (dev, dev2, dev3) and a test split
that is never tuned on, and so is asked only by `--split test`. A line is
{"text", "surface", "decision": one or several that are right, "entries": [ids], "also": [ids just as right in an entry's
place], "never": [ids that must be neither answered nor offered]}. *Not covered* counts as *unknown*, as in a batch.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.diagnosis import Diagnosis, Sceptic, build_sceptic, diagnose
from bot.settings import read_settings
from tests.fixtures.reading import read_evidence

QUESTIONS = Path(__file__).parent / "questions"
# In these the first place counts; in all others every entry, or one of `also` in its place, and none beside them.
FREE_TEXT = {"free_en", "free_zh", "hard", "riddles", "negation", "failures", "field_free", "generations"}


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    surface: str
    decisions: frozenset[str]
    entries: tuple[str, ...]
    also: tuple[str, ...]
    never: tuple[str, ...] = ()


@dataclass(slots=True)
class Score:
    """Counts of verdicts; `unwanted` are choices where none of the three, or nothing at all, was to be offered."""

    asked: int = 0
    right: int = 0
    offered: int = 0
    wrong: int = 0
    unwanted: int = 0
    # Answers that hold an article that must never be, and choices that do.
    never: int = 0
    never_offered: int = 0
    missed: list[tuple[Question, Diagnosis]] = field(default_factory=list)


def read_questions(split: str) -> Iterator[tuple[str, Question]]:
    """Yield every question of a split with its class."""
    for path in sorted(QUESTIONS.glob(f"*.{split}.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            found = json.loads(line)
            decision = found["decision"]
            decisions = frozenset([decision] if isinstance(decision, str) else decision)
            yield (
                path.name.split(".")[0],
                Question(
                    found["text"],
                    found["surface"],
                    decisions,
                    tuple(found.get("entries", ())),
                    tuple(found.get("also", ())),
                    tuple(found.get("never", ())),
                ),
            )


def resolve_aliases(question: Question, aliases: Mapping[str, str]) -> Question:
    """Put the article in place of each alias in a question's labels; what is wanted is not unwanted under another ID."""
    entries, also, never = (
        tuple(dict.fromkeys(aliases.get(each, each) for each in ids))
        for ids in (question.entries, question.also, question.never)
    )
    good = {*entries, *also}
    return replace(question, entries=entries, also=also, never=tuple(each for each in never if each not in good))


def judge(kind: str, question: Question, diagnosis: Diagnosis) -> str:
    """Tell whether a decision is right, offered among the choices, wrongly answered, unwanted choices, or missed."""
    decision = "unknown" if diagnosis.decision == "not_covered" else diagnosis.decision
    good = {*question.entries, *question.also}
    choices = {match.article.id for match in diagnosis.choices}
    if decision == "answer":
        return _judge_answer(kind, question, diagnosis)
    if decision == "choices":
        if "choices" in question.decisions and not choices & set(question.never):
            return "right"
        return "offered" if good & choices else "unwanted"
    return "right" if decision in question.decisions else "missed"


def _judge_answer(kind: str, question: Question, diagnosis: Diagnosis) -> str:
    if "answer" not in question.decisions:
        return "wrong"
    if kind in FREE_TEXT:
        return "right" if diagnosis.entries[0] in {*question.entries, *question.also} else "wrong"
    answered, wanted, also = set(diagnosis.entries), set(question.entries), set(question.also)
    if not answered <= wanted | also:
        return "wrong"
    return "right" if len(wanted - answered) <= len(answered & also - wanted) else "missed"


def evaluate(sceptic: Sceptic, split: str, kinds: Collection[str] = ()) -> dict[str, Score]:
    """Ask every question of a split, or of some of its classes."""
    scores: dict[str, Score] = {}
    articles = sceptic.knowledge.articles
    aliases = {alias: each.id for each in articles.values() for alias in each.aliases if alias not in articles}
    for kind, question in read_questions(split):
        if kinds and kind not in kinds:
            continue
        question = resolve_aliases(question, aliases)
        score = scores.setdefault(kind, Score())
        diagnosis = diagnose(read_evidence(question.text), sceptic, question.surface)  # type: ignore[arg-type]
        verdict = judge(kind, question, diagnosis)
        score.asked += 1
        score.right += verdict == "right"
        score.offered += verdict == "offered"
        score.wrong += verdict == "wrong"
        score.unwanted += verdict == "unwanted"
        score.never += bool({*diagnosis.entries} & {*question.never})
        score.never_offered += bool({match.article.id for match in diagnosis.choices} & {*question.never})
        if verdict != "right":
            score.missed.append((question, diagnosis))
    return scores


def table(scores: dict[str, Score], split: str) -> str:
    """Lay the scores out, one class a line."""
    lines = [f"{split:16} asked  right  right or offered  wrongly answered  unwanted choices  never answered, offered"]
    for kind, score in scores.items():
        n = score.asked
        lines.append(
            f"{kind:16} {n:5}  {score.right / n:5.1%}  {(score.right + score.offered) / n:16.1%}  {score.wrong / n:16.1%}"
            f"  {score.unwanted / n:16.1%}  {score.never:14}, {score.never_offered}"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--missed", default="", help="print what was not right in this class")
    parser.add_argument("--split", default="dev,dev2,dev3", help="test is never tuned on: score it seldom")
    parser.add_argument("--kind", default="", help="only these classes")
    options = parser.parse_args()
    settings = read_settings()
    sceptic = build_sceptic(settings.sceptic_knowledge, settings.sceptic_cache)
    for split in options.split.split(","):
        scores = evaluate(sceptic, split, list(filter(None, options.kind.split(","))))
        print(table(scores, split), end="\n\n")
        for kind, score in scores.items():
            if options.missed and kind in options.missed.split(","):
                for question, diagnosis in score.missed:
                    print(
                        f"[{kind}/{question.surface}] {question.text[:300]!r}\n"
                        f"    wanted {sorted(question.decisions)} {question.entries}"
                        f" got {diagnosis.decision} {diagnosis.entries} {[m.article.id for m in diagnosis.choices]}"
                    )


if __name__ == "__main__":
    main()
