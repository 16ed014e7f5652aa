"""The catalogues: every text in every language with the same arguments, each used, and no text left in the code."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import languages
from bot.diagnosis.values import ReasonKind
from bot.languages import DEFAULT, LANGUAGES, language_of_locale, read_language
from bot.replies import texts
from bot.replies.texts import MissingTextError, language_name, say, say_count
from bot.replies.texts.compile import compile_catalogues, find_faults, find_stale, texts_of

ROOT = Path(__file__).parents[2]
BOT = ROOT / "bot"
# Where something is shown to people; what an operator reads in logs and errors, and a command's help, stay beside the code.
SHOWING = ("replies", "slack", "triage", "privacy", "cli.py")
KEYS = texts_of(texts.FOLDER, DEFAULT)


def sources(*places: str) -> Iterator[tuple[Path, ast.Module]]:
    """The modules of some packages or files of bot/."""
    for place in places:
        path = BOT / place
        for each in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            # The tool that compiles the catalogues speaks to their authors.
            if each.name == "compile.py" or each.suffix != ".py":
                continue
            yield each, ast.parse(each.read_text(encoding="utf-8"))


# --- the catalogues ------------------------------------------------------------------------------------------------------


def test_every_text_stands_in_every_language_with_the_same_arguments() -> None:
    """A fault names the catalogue, the line and what to do."""
    assert find_faults() == []


def test_the_compiled_catalogues_say_what_their_sources_say() -> None:
    """They are committed beside the sources, so that nobody needs Babel to run the bot."""
    assert find_stale() == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the catalogues, to be damaged."""
    return Path(shutil.copytree(texts.FOLDER, tmp_path / "texts"))


def damage(folder: Path, language: str, old: str, new: str) -> int:
    """Put `new` for the first `old` in a catalogue and return the line it begins on."""
    path = folder / f"{language}.po"
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    return content[: content.index(old)].count("\n") + 1


ENTRY = 'msgid "incident.owner"\nmsgstr "'


def test_a_missing_text_is_named_with_the_place_it_belongs_to(folder: Path) -> None:
    """The line is that of the text before it."""
    content = (folder / "zh-TW.po").read_text(encoding="utf-8")
    found = re.search(r'\n(?:#\.[^\n]*\n)*msgid "incident\.owner"\nmsgstr "[^"]*"\n', content)
    assert found is not None
    damage(folder, "zh-TW", found[0], "\n")

    (fault,) = find_faults(folder)
    assert re.match(rf"{re.escape(str(folder))}/zh-TW\.po:\d+: lacks “incident\.owner”", fault)
    assert "add it below this line" in fault


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('負責人：<@{owner}>"', '負責人"', "must name the same arguments as in English: {owner}"),
        ('負責人：<@{owner}>"', '負責人：<@{owner}> {who}"', "must name the same arguments as in English: {owner}"),
        ('負責人：<@{owner}>"', '負責人：<@{owner"', "has a brace without its other half"),
        ('負責人：<@{owner}>"', '"', "has no text"),
    ],
)
def test_a_text_that_does_not_fit_is_named_with_its_line(folder: Path, old: str, new: str, message: str) -> None:
    """Another argument, half a brace, nothing at all."""
    line = damage(folder, "zh-TW", old, new)
    (fault,) = find_faults(folder)

    where, number, sentence = re.fullmatch(r"(.*\.po):(\d+): (.*)", fault).groups()  # type: ignore[union-attr]
    assert where == str(folder / "zh-TW.po")
    assert abs(int(number) - line) <= 2
    assert message in sentence
    assert compile_catalogues(folder) == [fault]


def test_a_text_that_only_one_catalogue_has_is_a_fault(folder: Path) -> None:
    """It is a misspelled key, or one that was taken out elsewhere."""
    with (folder / "zh-TW.po").open("a", encoding="utf-8") as catalogue:
        catalogue.write('\nmsgid "incident.teapot"\nmsgstr "茶壺"\n')
    (fault,) = find_faults(folder)
    assert "“incident.teapot” is in no other catalogue; take it out, or add it to en.po" in fault


def test_a_plural_form_that_a_language_needs_is_not_left_out(folder: Path) -> None:
    """English has two."""
    damage(folder, "en", 'msgstr[1] "{count} days"\n', "")
    assert any("“incident.days” has no text, or not one for each plural form" in fault for fault in find_faults(folder))


def test_a_catalogue_changed_by_hand_is_stale_until_it_is_compiled(folder: Path) -> None:
    """`make texts` brings the compiled one up to date, and the English above each translation."""
    damage(folder, "en", 'msgstr "Likely cause"', 'msgstr "Likeliest cause"')
    stale = find_stale(folder)
    assert [sentence.rpartition(";")[2] for sentence in stale] == [" run make texts"] * 2
    assert compile_catalogues(folder) == []
    assert find_stale(folder) == []
    assert "#. Likeliest cause" in (folder / "zh-TW.po").read_text(encoding="utf-8")


# --- what is said ------------------------------------------------------------------------------------------------------------


def test_a_text_is_said_with_its_arguments_in_either_language() -> None:
    """Braces, percent signs and backslashes in an argument stay as they are."""
    odd = r"{who} %s {0} \n {{x}}"
    assert say("en", "incident.owner", owner=odd) == f"Owner: <@{odd}>"
    assert say("zh-TW", "incident.owner", owner=odd) == f"負責人：<@{odd}>"


def test_counting_texts_have_a_form_for_one_and_for_many() -> None:
    """English tells one from many; Chinese does not."""
    assert [say_count("en", "incident.more_steps", count) for count in (1, 2)] == ["1 more step", "2 more steps"]
    assert say_count("zh-TW", "incident.more_steps", 1) == say_count("zh-TW", "incident.more_steps", 2).replace(
        "2", "1"
    )


def test_a_text_that_is_missing_is_said_with_file_and_remedy() -> None:
    """In development a key may be ahead of the catalogue; no reader is shown a key."""
    with pytest.raises(MissingTextError, match=r"en\.po: lacks “incident\.teapot”; add it and run make texts"):
        say("zh-TW", "incident.teapot")
    with pytest.raises(MissingTextError, match=r"en\.po: “incident\.owner” names \{owner\}, which it is not given"):
        say("en", "incident.owner")


def test_a_language_without_a_name_is_called_what_its_speakers_call_it() -> None:
    """A catalogue need not name every language in the world."""
    assert language_name("zh-TW", "en") == "Traditional Chinese"
    assert language_name("en", "zh-TW") == "英文"


# --- keys and code -----------------------------------------------------------------------------------------------------------

KEY = re.compile(rf"(?:{'|'.join(sorted({key.partition('.')[0] for key in KEYS}))})\.[\w.-]+")


def keys_in(tree: ast.Module) -> Iterator[tuple[int, str, bool]]:
    """Yield the line of each key-shaped literal, a pattern for it, and whether part of it is computed."""
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [re.escape(p.value) if isinstance(p, ast.Constant) else r"[\w-]+" for p in node.values]
            first = node.values[0]
            if isinstance(first, ast.Constant) and re.fullmatch(r"[a-z_]+\.[a-z_]*", str(first.value)):
                yield node.lineno, "".join(map(str, parts)), True
        elif isinstance(node, ast.Constant) and id(node) not in inside and KEY.fullmatch(str(node.value)):
            yield node.lineno, re.escape(node.value), False


def test_every_key_in_the_code_exists_and_every_key_is_used() -> None:
    """A key with a computed end, such as `outcome.…`, stands for all that begin like it."""
    used: set[str] = set()
    unknown = []
    for path, tree in sources("replies", "slack", "cli.py", "ask_batch.py", "ask_input.py"):
        for line, pattern, _ in keys_in(tree):
            meant = {key for key in KEYS if re.fullmatch(pattern, key)}
            used |= meant
            if not meant and pattern.partition(r"\.")[0] in {key.partition(".")[0] for key in KEYS}:
                unknown.append(f"{path.relative_to(ROOT)}:{line}: no text has the key {pattern}")
    named = {key for key in KEYS if key.startswith("language.")}
    assert unknown == []
    assert sorted(KEYS.keys() - used - named) == []


def test_a_text_that_counts_is_asked_for_with_its_count() -> None:
    """`say` would give the form for one."""
    counting = {key for key, forms in KEYS.items() if len(forms) > 1}
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in sources("replies", "slack")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""))
        in {"say", "_say"}
        and any(isinstance(each, ast.Constant) and each.value in counting for each in node.args)
    ]
    assert wrong == []


def test_every_reason_has_a_text() -> None:
    """`/event why` gives each of them."""
    assert {key.removeprefix("why.") for key in KEYS if key.startswith("why.")} == set(ReasonKind.__args__)  # type: ignore[attr-defined]


# --- no text and no tag in the code ------------------------------------------------------------------------------------------

_SENTENCE = re.compile(r"[A-Za-z][a-z']+[,;:]? (?:[A-Za-z{}<>@'’][\w'’{}<>@]*[,;:.]? ){2,}")
_HAN = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
_PATTERN = re.compile(r"\(\?|\[[^\]]*\]|\\[sdwb]|\|")


def prose_in(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield the literals that are neither docstrings nor what a log, an error or a command's help says."""
    apart: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            apart.add(id(node.value))
        spoken = isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and _is_for_operators(node.func))
        if spoken or (isinstance(node, ast.keyword) and node.arg in {"help", "epilog"}):
            apart |= {id(each) for each in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            yield node


def _is_for_operators(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return function.value.id in {"logger", "logging"} or function.attr == "echo"
    return isinstance(function, ast.Name) and (function.id.endswith("Error") or function.id in OPERATORS)


# Metrics, and what a command says to whoever runs it: English, beside the code, like its help. What `sceptic ask` answers
# is a reply like any other.
OPERATORS = {"Counter", "Gauge", "Histogram", "_Stop"}


def test_no_code_holds_a_text_that_people_read() -> None:
    """Sentences, and Chinese that is no pattern by which something is read."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value[:60]!r}"
        for path, tree in sources(*SHOWING)
        for node in prose_in(tree)
        if not _PATTERN.search(node.value) and (_SENTENCE.search(node.value + " ") or _HAN.search(node.value))
    ]
    assert [each for each in found if not each.startswith(tuple(READ))] == []


# Words by which something is recognised, not shown.
READ = (
    "bot/slack/context/responder.py",
    "bot/slack/routing/",
    "bot/slack/workspace/channel_settings.py",
    "bot/slack/incidents/lists.py",
    "bot/slack/incidents/opening.py",
    "bot/privacy/",
    "bot/replies/terminal.py",
    "bot/triage/event_times.py",
    "bot/triage/similar_features.py",
    "bot/triage/missing_evidence.py",
    "bot/slack/delivery/",
    "bot/slack/serve.py",
    "bot/slack/platform/oauth.py",
)


def test_no_code_holds_a_tag_but_the_registry() -> None:
    """A language is added in one place."""
    tags = set(LANGUAGES)
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in sources(*(each.name for each in sorted(BOT.iterdir()) if each.name not in {"sandbox"}))
        if path.name != "languages.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in tags
    ]
    assert found == []


# --- the registry ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prose", "pasted", "language"),
    [
        ("what does this event mean", "", "en"),
        ("這是什麼", "", "zh-TW"),
        ("これは何ですか", "", "en"),
        ("20502", "", None),
        ("20502", "事件識別碼", "zh-TW"),
        ("", "Event ID: 20502 was written by the connector", None),
    ],
)
def test_the_language_is_read_from_the_askers_words_first(prose: str, pasted: str, language: str | None) -> None:
    """Letters in what a machine wrote are no evidence; Han characters are."""
    assert read_language(prose, pasted) == language


@pytest.mark.parametrize(
    ("locale", "language"),
    [("zh-TW", "zh-TW"), ("zh_HK", "zh-TW"), ("en-GB", "en"), ("de-DE", "en"), (None, "en")],
)
def test_a_locale_that_is_not_spoken_here_is_answered_in_english(locale: str | None, language: str) -> None:
    """Chinese of any kind in Traditional Chinese."""
    assert language_of_locale(locale) == language


def test_a_stored_tag_of_a_language_that_is_gone_is_the_default() -> None:
    """A button may carry any."""
    assert languages.known_language("tlh") == DEFAULT
    assert languages.known_language(None, otherwise="zh-TW") == "zh-TW"
