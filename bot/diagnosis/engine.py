"""Builds everything that deciding needs from the folders of the products."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache as once
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cache import Cache, KeptFingerprints
from bot.diagnosis.identity import Identities
from bot.diagnosis.names import NameIndex
from bot.knowledge import Knowledge
from bot.knowledge.compiled import COMPILED_FILE, CompiledArticles, CompiledError, find_compiled
from bot.knowledge.files import articles_fingerprint, fingerprint, shared_folder
from bot.knowledge.other_names import OtherName
from bot.knowledge.serialisation import dump_knowledge, dump_other_names, load_knowledge_from, load_other_names
from bot.knowledge.windows_errors import WindowsErrors

if TYPE_CHECKING:
    from bot.diagnosis.message_matches import MessageIndex
    from bot.diagnosis.text_classifier import TextClassifier
    from bot.diagnosis.training_files import TrainingFiles


@dataclass(frozen=True, slots=True)
class Sceptic:
    """Everything needed to decide, built once from the knowledge."""

    knowledge: Knowledge
    identities: Identities
    names: NameIndex
    # Built for the first text that is long enough to hold an event's message.
    messages: Callable[[], MessageIndex]
    # Loads, or learns, what free text is matched by; only a question in free text waits for it.
    words: Callable[[], TextClassifier]
    # Read for the first code that no article explains.
    windows_errors: Callable[[], WindowsErrors] = field(default=once(lambda: WindowsErrors("")))


def build_sceptic(
    folders: Iterable[Path],
    cache: Path,
    tell: Callable[[str], None] = lambda _sentence: None,
    shipped: Path | None = None,
) -> Sceptic:
    """Read the articles of all products; what is learned from them is kept in `cache`.

    `tell` is given a sentence when learning begins, since it takes some seconds, once for each change of the phrasings,
    when a file of what was learned or compiled cannot be used, and for each fault: an article that has one is left out, and the
    others are not. `shipped` is where background talk is taken from when none lies beside the products' folders.
    Raises KnowledgeError when there is no product to read.
    """
    kept, folders = Cache(cache, tell), tuple(folders)
    fingerprints = KeptFingerprints(fingerprint, kept, folders)
    knowledge, compiled = _read_articles(folders, kept, fingerprints, shipped)
    return _built(knowledge, kept, fingerprints, shipped, compiled)


def rebuild_without(
    sceptic: Sceptic,
    article_id: str,
    cache: Path,
    tell: Callable[[str], None] = lambda _sentence: None,
    shipped: Path | None = None,
) -> Sceptic:
    """Build what would decide if one article were not there, with its phrasings; the files stay as they are."""
    from bot.knowledge.library import without_articles

    kept = Cache(cache, tell)
    folders = tuple(folder for product in sceptic.knowledge.products.values() for folder in product.folders)
    knowledge = without_articles(sceptic.knowledge, frozenset({article_id}))
    return _built(knowledge, kept, KeptFingerprints(fingerprint, kept, folders), shipped)


def _built(
    knowledge: Knowledge,
    kept: Cache,
    fingerprints: KeptFingerprints,
    shipped: Path | None,
    compiled: CompiledArticles | None = None,
) -> Sceptic:
    return Sceptic(
        knowledge=knowledge,
        identities=Identities(knowledge),
        names=NameIndex(knowledge.articles.values()),
        messages=once(partial(_messages, knowledge)),
        words=once(partial(_words, knowledge, shared_folder(knowledge, shipped), kept, fingerprints, compiled)),
        windows_errors=once(partial(_windows_errors, knowledge, shipped)),
    )


def _windows_errors(knowledge: Knowledge, shipped: Path | None) -> WindowsErrors:
    return WindowsErrors.read(shared_folder(knowledge, shipped))


def _read_articles(
    folders: Sequence[Path], cache: Cache, fingerprints: KeptFingerprints, shipped: Path | None
) -> tuple[Knowledge, CompiledArticles | None]:
    """Return the articles, parsed only when their files have changed; faults are said at each start.

    With them comes the compiled file, where they were read from it.
    """
    unusable = ""
    try:
        if (compiled := find_compiled(folders, fingerprints.of)) is not None:
            fingerprints.keep()
            return compiled.read_knowledge(), compiled
        if shipped in folders and len(folders) == 1:
            unusable = "is missing"
    except CompiledError as error:
        unusable = str(error)
    return _read_parsed(folders, cache, fingerprints, unusable), None


def _read_parsed(folders: Sequence[Path], cache: Cache, fingerprints: KeptFingerprints, unusable: str) -> Knowledge:
    """Return the articles as they were parsed before, or parse them; `unusable` says why none are compiled."""
    name = f"articles-{articles_fingerprint(folders, fingerprints.of)}"
    fingerprints.keep()
    if (content := cache.load(name)) is not None:
        try:
            knowledge, said = load_knowledge_from(content)
        except ValueError:
            cache.discard(name)
        else:
            for sentence in said:
                cache.tell(sentence)
            return knowledge
    if unusable:
        again = "the articles are read anew, once after they changed; in a checkout run: make articles"
        cache.tell(f"{folders[0] / COMPILED_FILE} {unusable}: {again}")
    # Parsers of Markdown and YAML take longer to load than to run.
    from bot.knowledge.library import left_out, load_knowledge

    knowledge, faults = load_knowledge(*folders)
    said = [f"Left out ({left_out(fault, knowledge)}): {fault}" for fault in faults]
    for sentence in said:
        cache.tell(sentence)
    cache.keep(name, dump_knowledge(knowledge, said))
    return knowledge


def _messages(knowledge: Knowledge) -> MessageIndex:
    from bot.diagnosis.message_matches import MessageIndex

    return MessageIndex(knowledge.articles, knowledge.messages)


def _words(
    knowledge: Knowledge,
    shared: Path,
    cache: Cache,
    fingerprints: KeptFingerprints,
    compiled: CompiledArticles | None,
) -> TextClassifier:
    # NumPy and all that needs it is loaded here: a look-up of an ID does without.
    from bot.diagnosis.outcomes import generations_of, outcomes_of
    from bot.diagnosis.text_classifier import TextClassifier
    from bot.diagnosis.training_files import find_training_files
    from bot.diagnosis.weight_files import WEIGHTS_FILE, find_weights, subject_reader

    files = find_training_files(knowledge, shared, fingerprints.of)
    fingerprints.keep()
    weights = find_weights(files, shared / WEIGHTS_FILE, cache)
    others = _read_others(files, cache, compiled)
    subjects = subject_reader(knowledge, others)
    return TextClassifier(weights, outcomes_of(knowledge), subjects, generations_of(knowledge))


def _read_others(files: TrainingFiles, cache: Cache, compiled: CompiledArticles | None) -> tuple[OtherName, ...]:
    """Return the names of others' products, parsed only when their file has changed."""
    hashed = files.fingerprint_of(files.others)
    if compiled is not None and (others := compiled.read_others(hashed)) is not None:
        return others
    name = f"others-{hashed}"
    if (content := cache.load(name)) is not None:
        try:
            return load_other_names(content)
        except ValueError:
            cache.discard(name)
    told: list[str] = []
    others = files.read_others(told.append)
    for sentence in told:
        cache.tell(sentence)
    if not told:
        cache.keep(name, dump_other_names(others))
    return others
