"""Checks and compiles the catalogues: `make texts`. Babel is used here and at no other time.

A translated catalogue shows the English text above each of its own as a comment; that is brought up to date as well.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from bot.languages import DEFAULT, LANGUAGES
from bot.replies.texts import FOLDER

_WIDTH = 110
_UNTOLD = (b'"Report-Msgid-Bugs-To:', b'"Generated-By:')


def compile_catalogues(folder: Path = FOLDER) -> list[str]:
    """Compile the catalogues of a folder unless one has a fault; return the faults, a sentence each."""
    faults = find_faults(folder)
    if not faults:
        english = _read(folder, DEFAULT)
        for language in LANGUAGES:
            catalogue = _read(folder, language)
            if language != DEFAULT:
                (folder / f"{language}.po").write_bytes(_with_english(catalogue, english))
            with (folder / f"{language}.mo").open("wb") as compiled:
                write_mo(compiled, catalogue)
    return faults


def find_faults(folder: Path = FOLDER) -> list[str]:
    """Hold each catalogue against the English one; each fault names file, line and what to do."""
    english = _read(folder, DEFAULT)
    faults: list[str] = []
    for language in LANGUAGES:
        path = folder / f"{language}.po"
        if not path.exists():
            faults.append(f"{path}:1: is missing; copy {DEFAULT}.po and translate it")
            continue
        faults.extend(f"{path}:{line}: {fault}" for line, fault in _faults(_read(folder, language), english))
    return faults


def find_stale(folder: Path = FOLDER) -> list[str]:
    """Name the compiled catalogues that say something else than their sources."""
    stale = []
    for language in LANGUAGES:
        path = folder / f"{language}.mo"
        compiled = _texts(read_mo(BytesIO(path.read_bytes()))) if path.exists() else {}
        if compiled != _texts(_read(folder, language)):
            stale.append(f"{path}:1: is older than {language}.po; run make texts")
        elif language != DEFAULT:
            english = texts_of(folder, DEFAULT)
            shown = {_key(message): message for message in _read(folder, language) if message.id}
            stale += [
                f"{folder / f'{language}.po'}:{message.lineno}: “{key}” shows English that has changed; run make texts"
                for key, message in shown.items()
                if key in english and _letters("".join(message.auto_comments)) != _letters(english[key][-1])
            ]
    return stale


def _letters(text: str) -> str:
    """Drop the spaces and line breaks by which a comment is wrapped."""
    return "".join(text.split())


def texts_of(folder: Path, language: str) -> dict[str, tuple[str, ...]]:
    """Return a catalogue's texts by their keys, one for each plural form."""
    return _texts(_read(folder, language))


def _read(folder: Path, language: str) -> Catalog:
    with (folder / f"{language}.po").open("rb") as source:
        return read_po(source, locale=language.replace("-", "_"), ignore_obsolete=True)


def _texts(catalogue: Catalog) -> dict[str, tuple[str, ...]]:
    return {_key(message): _forms(message) for message in catalogue if message.id}


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _with_english(catalogue: Catalog, english: Catalog) -> bytes:
    texts = _texts(english)
    for message in catalogue:
        if message.id:
            message.auto_comments = list(texts[_key(message)][-1:])
    written = BytesIO()
    write_po(written, catalogue, width=_WIDTH)
    # Lines of the header that tell nothing, and change with Babel's version.
    return b"".join(line for line in written.getvalue().splitlines(True) if not line.startswith(_UNTOLD))


def _faults(catalogue: Catalog, english: Catalog) -> Iterator[tuple[int, str]]:
    own = {_key(message): message for message in catalogue if message.id}
    line = 1
    for message in english:
        key = _key(message) if message.id else ""
        if key and key not in own:
            yield line, f"lacks “{key}”, in English “{_forms(message)[-1]}”; add it below this line"
        elif key:
            line = own[key].lineno or line
            yield from ((line, fault) for fault in _faults_of(own[key], message, catalogue.num_plurals))
    theirs = {_key(message) for message in english if message.id}
    for key in own.keys() - theirs:
        yield own[key].lineno or 1, f"“{key}” is in no other catalogue; take it out, or add it to {DEFAULT}.po"


def _faults_of(message: Message, english: Message, plurals: int) -> Iterator[str]:
    key, forms = _key(message), _forms(message)
    if isinstance(message.id, str) != isinstance(english.id, str):
        yield f"“{key}” counts in one language only; give it msgid_plural in each"
        return
    if len(forms) != (1 if isinstance(message.id, str) else plurals) or not all(forms):
        yield f"“{key}” has no text, or not one for each plural form; write it"
        return
    if message.fuzzy:
        yield f"“{key}” is marked as fuzzy; look it over and take the mark away"
    wanted = _arguments(_forms(english)[-1])
    for form in forms:
        named = _arguments(form)
        if named is None or wanted is None:
            yield f"“{key}” has a brace without its other half; write {{{{ for a brace itself"
        elif named - wanted or (wanted - named - ({"count"} if len(forms) > 1 else set())):
            listed = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "none"
            yield f"“{key}” must name the same arguments as in English: {listed}"


def _arguments(text: str) -> set[str] | None:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return None


if __name__ == "__main__":
    found = compile_catalogues()
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    sys.exit(bool(found))
