"""Sources of weights: the file shipped with the articles, the cache, or learning now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from bot.cache import Cache
from bot.diagnosis.documents import extract, spoken
from bot.diagnosis.incremental_training import forget, learn_on_top
from bot.diagnosis.outcomes import generations_of, outcomes_of
from bot.diagnosis.subject import SubjectReader
from bot.diagnosis.training import train, with_silence
from bot.diagnosis.training_files import TrainingFiles, find_training_files
from bot.diagnosis.weights import BACKGROUND, FORMAT, UNCOVERED, Weights, WeightsError, dump_weights, load_weights
from bot.knowledge import Knowledge
from bot.knowledge.files import CONCEPTS_FILE, shared_folder
from bot.knowledge.other_names import OtherName

WEIGHTS_FILE: Final = "weights.npz"
_MOST_ON_TOP: Final = 0.2
"""Share of classes up to which the changed ones are learned on top of the others; with more, learning all is as quick."""
_NAMED: Final = 3
"""Changed classes named in a sentence."""


def find_weights(files: TrainingFiles, shipped: Path, cache: Cache) -> Weights:
    """Return weights for exactly these files: the shipped ones where nothing changed, those kept, or those learned now."""
    read = _read_shipped(shipped, cache)
    # With other concepts every text has other features; the judge's signals stay the same.
    base = read if read and read.concepts.fingerprint == files.concepts_fingerprint else None
    if base is not None:
        same = [name for name in base.classes if files.fingerprints.get(name) == base.by_class[name]]
        changed = [name for name in sorted(files.fingerprints) if name not in same]
        if not changed:
            return base if len(same) == len(base.classes) else with_silence(forget(base, same))
    name = f"weights-{FORMAT}-{files.fingerprint}-{base.fingerprint if base else 'alone'}"
    if (kept := cache.load(name)) is not None:
        try:
            return load_weights(kept)
        except WeightsError:
            cache.discard(name)
    if base is None or len(changed) > len(files.fingerprints) * _MOST_ON_TOP:
        cache.tell("Learning the articles' phrasings, once after they changed; this may take a quarter of a minute.")
        weights = replace(learn_files(files, cache.tell), judge=read.judge if read else None)
    else:
        cache.tell(
            f"Learning the phrasings of {_listed(changed)} on top of the shipped weights, once after they changed; "
            "this takes some seconds."
        )
        weights = with_silence(learn_on_top(forget(base, same), files.read_corpus(cache.tell)))
    cache.keep(name, dump_weights(weights))
    return weights


def learn_files(files: TrainingFiles, tell: Callable[[str], None]) -> Weights:
    """Learn everything from nothing; a file with a fault is left out, and said."""
    return train(files.read_corpus(tell), files.read_concepts(tell))


def check_weights(*folders: Path) -> str | None:
    """Return a sentence on what is wrong with the file shipped beside these products, or None."""
    files, path = _shipped(_read_products(folders))
    why = _fault_of(path, files)
    return f"{path} {why}; run: make weights" if why else None


def write_weights(*folders: Path, tell: Callable[[str], None]) -> Path:
    """Learn everything from nothing, judge included, and write the file that is shipped beside these products.

    Returns its path.
    """
    # Training a judge takes much that answering does without.
    from bot.diagnosis.held_out import Teaching
    from bot.diagnosis.judge_training import train_judge
    from bot.diagnosis.training_code import fingerprint_training

    knowledge = _read_products(folders)
    files, path = _shipped(knowledge)
    corpus, concepts = files.read_corpus(tell), files.read_concepts(tell)
    weights = train(corpus, concepts)
    classes = spoken(corpus)
    subjects = subject_reader(knowledge, files.read_others(tell))
    teaching = Teaching(corpus, concepts, outcomes_of(knowledge), subjects, generations_of(knowledge))
    judge = train_judge(teaching, extract(corpus, concepts, classes), classes)
    path.write_bytes(dump_weights(replace(weights, judge=judge, code=fingerprint_training())))
    return path


def subject_reader(knowledge: Knowledge, others: Iterable[OtherName]) -> SubjectReader:
    """Return the reader of what texts are about: names of our own products are nobody else's."""
    ours = [
        name
        for product in knowledge.products.values()
        for name in (*product.aliases, *product.log_names, *product.providers, *product.strong_words)
    ]
    return SubjectReader(knowledge.lexicon, others, ours)


def _read_products(folders: Sequence[Path]) -> Knowledge:
    from bot.knowledge.library import read_knowledge

    return read_knowledge(*folders)


def _shipped(knowledge: Knowledge) -> tuple[TrainingFiles, Path]:
    shared = shared_folder(knowledge)
    return find_training_files(knowledge, shared), shared / WEIGHTS_FILE


def _fault_of(path: Path, files: TrainingFiles) -> str | None:
    from bot.diagnosis.training_code import fingerprint_training

    try:
        with path.open("rb") as file:
            weights = load_weights(file)
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    except WeightsError as error:
        return str(error)
    if weights.concepts.fingerprint != files.concepts_fingerprint:
        return f"was learned from another {CONCEPTS_FILE}"
    differ = {*weights.by_class.items()} ^ {*files.fingerprints.items()}
    if differ:
        return f"was learned from other phrasings of {_listed(sorted({name for name, _ in differ}))}"
    # A file from before this was kept tells nothing.
    is_other = weights.code not in ("", fingerprint_training())
    return "was trained by other code: a feature, a signal or the judge has changed since" if is_other else None


def _read_shipped(shipped: Path, cache: Cache) -> Weights | None:
    """Read the shipped weights; None when there are none that fit, which is said unless there is no file."""
    try:
        with shipped.open("rb") as file:
            return load_weights(file)
    except FileNotFoundError:
        return None
    except (OSError, WeightsError) as error:
        why = f"cannot be read ({error.strerror})" if isinstance(error, OSError) else str(error)
        cache.tell(f"{shipped} {why}; install Sceptic again, or in a checkout run: make weights")
        return None


def _listed(names: Sequence[str]) -> str:
    spoken = [_spoken_name(name) for name in names]
    more = len(names) - _NAMED
    return ", ".join(spoken[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _spoken_name(name: str) -> str:
    if name == BACKGROUND:
        return "background talk"
    return f"{name.removeprefix(UNCOVERED)}'s uncovered questions" if name.startswith(UNCOVERED) else name
