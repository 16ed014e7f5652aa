"""Where weights come from: the file shipped with the articles, the cache, or learning now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from bot.cache import Cache
from bot.diagnosis.training import Corpus, forget, learn_on_top, train, with_silence
from bot.diagnosis.training_files import BACKGROUND, TrainingFiles
from bot.diagnosis.weights import FORMAT, Weights, WeightsError, dump_weights, load_weights

WEIGHTS_FILE: Final = "weights.npz"
_MOST_ON_TOP: Final = 0.5
"""Share of classes up to which the changed ones are learned on top of the others; with more, learning all is as quick."""
_NAMED: Final = 3
"""Changed classes named in a sentence."""


def find_weights(files: TrainingFiles, concepts: Mapping[str, Iterable[str]], shipped: Path, cache: Cache) -> Weights:
    """Return weights for exactly these files: the shipped ones where nothing changed, those kept, or those learned now.

    `concepts` is what stands in the files' lexicon.
    """
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
        weights = train(_read_corpus(files, concepts, cache))
    else:
        cache.tell(
            f"Learning the phrasings of {_listed(changed)} on top of the shipped weights, once after they changed; "
            "this takes some seconds."
        )
        weights = with_silence(learn_on_top(forget(base, same), _read_corpus(files, concepts, cache)))
    cache.keep(name, dump_weights(weights))
    return weights


def check_shipped(shipped: Path, files: TrainingFiles) -> str | None:
    """Return why a weights file is not the one of these files, or None."""
    try:
        weights = load_weights(shipped.read_bytes())
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    except WeightsError as error:
        return str(error)
    if weights.concepts != files.concepts_fingerprint:
        return "was learned from other concepts"
    changed = sorted({*weights.by_class.items()} ^ {*files.fingerprints.items()})
    if changed:
        return f"was learned from other phrasings of {_listed(sorted({name for name, _ in changed}))}"
    return None


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
    return weights if weights.concepts == files.concepts_fingerprint else None


def _read_corpus(files: TrainingFiles, concepts: Mapping[str, Iterable[str]], cache: Cache) -> Corpus:
    return Corpus(files.read_phrasings(cache.tell), concepts, files.fingerprints, files.concepts_fingerprint)


def _listed(names: Sequence[str]) -> str:
    spoken = ["background talk" if name == BACKGROUND else name for name in names]
    more = len(names) - _NAMED
    return ", ".join(spoken[:_NAMED]) + (f" and {more} more" if more > 0 else "")
