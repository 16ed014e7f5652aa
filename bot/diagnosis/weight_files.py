"""Sources of weights: the file shipped with the articles, the cache, or learning now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bot.cache import Cache
from bot.diagnosis.training import Corpus, forget, learn_on_top, train, with_silence
from bot.diagnosis.training_files import BACKGROUND, TrainingFiles, find_training_files
from bot.diagnosis.weights import FORMAT, Weights, WeightsError, dump_weights, load_weights
from bot.knowledge.files import CONCEPTS_FILE, shared_folder

WEIGHTS_FILE: Final = "weights.npz"
_MOST_ON_TOP: Final = 0.2
"""Share of classes up to which the changed ones are learned on top of the others; with more, learning all is as quick."""
_NAMED: Final = 3
"""Changed classes named in a sentence."""


def find_weights(files: TrainingFiles, shipped: Path, cache: Cache) -> Weights:
    """Return weights for exactly these files: the shipped ones where nothing changed, those kept, or those learned now."""
    base = _read_shipped(shipped, files, cache)
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
        weights = learn_files(files, cache.tell)
    else:
        cache.tell(
            f"Learning the phrasings of {_listed(changed)} on top of the shipped weights, once after they changed; "
            "this takes some seconds."
        )
        weights = with_silence(learn_on_top(forget(base, same), _read_corpus(files, cache.tell)))
    cache.keep(name, dump_weights(weights))
    return weights


def learn_files(files: TrainingFiles, tell: Callable[[str], None]) -> Weights:
    """Learn everything from nothing; a file with a fault is left out, and said."""
    return train(_read_corpus(files, tell), files.read_concepts(tell))


def check_weights(*folders: Path) -> str | None:
    """Return a sentence on what is wrong with the file shipped beside these products, or None."""
    files, path = _shipped(folders)
    why = _fault_of(path, files)
    return f"{path} {why}; run: make weights" if why else None


def write_weights(*folders: Path, tell: Callable[[str], None]) -> Path:
    """Learn everything from nothing and write the file that is shipped beside these products. Returns its path."""
    files, path = _shipped(folders)
    path.write_bytes(dump_weights(learn_files(files, tell)))
    return path


def _shipped(folders: Sequence[Path]) -> tuple[TrainingFiles, Path]:
    from bot.knowledge.library import read_knowledge

    knowledge = read_knowledge(*folders)
    shared = shared_folder(knowledge)
    return find_training_files(knowledge, shared), shared / WEIGHTS_FILE


def _fault_of(path: Path, files: TrainingFiles) -> str | None:
    try:
        weights = load_weights(path.read_bytes())
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    except WeightsError as error:
        return str(error)
    if weights.concepts.fingerprint != files.concepts_fingerprint:
        return f"was learned from another {CONCEPTS_FILE}"
    differ = {*weights.by_class.items()} ^ {*files.fingerprints.items()}
    return f"was learned from other phrasings of {_listed(sorted({name for name, _ in differ}))}" if differ else None


def _read_shipped(shipped: Path, files: TrainingFiles, cache: Cache) -> Weights | None:
    """Read the shipped weights; None when there are none that fit, which is said unless there is no file."""
    try:
        weights = load_weights(shipped.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, WeightsError) as error:
        why = f"cannot be read ({error.strerror})" if isinstance(error, OSError) else str(error)
        cache.tell(f"{shipped} {why}; install Sceptic again, or in a checkout run: make weights")
        return None
    # With other concepts every text has other features.
    return weights if weights.concepts.fingerprint == files.concepts_fingerprint else None


def _read_corpus(files: TrainingFiles, tell: Callable[[str], None]) -> Corpus:
    return Corpus(files.read_phrasings(tell), files.fingerprints)


def _listed(names: Sequence[str]) -> str:
    spoken = ["background talk" if name == BACKGROUND else name for name in names]
    more = len(names) - _NAMED
    return ", ".join(spoken[:_NAMED]) + (f" and {more} more" if more > 0 else "")
