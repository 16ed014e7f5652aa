"""The house: who may import whom, what stands where, and how things are named.

Each test lists all its faults, with file and line.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
BOT = ROOT / "bot"
TESTS = ROOT / "tests"
FILES = sorted(BOT.rglob("*.py"))

# What a part of the bot may import of the others, as in bot/README.md.
MAY_IMPORT: dict[str, set[str]] = {
    "settings": set(),
    "logs": set(),
    "cache": set(),
    "languages": set(),
    "evidence": {"languages"},
    "knowledge": {"languages", "evidence"},
    "diagnosis": {"languages", "cache", "evidence", "knowledge"},
    "privacy": {"evidence"},
    "replies": {"languages", "diagnosis", "evidence", "knowledge", "privacy", "triage"},
    "triage": {"languages", "evidence", "knowledge", "diagnosis"},
    "store": {"settings", "triage"},
    "slack": {"languages", "settings", "evidence", "knowledge", "diagnosis", "privacy", "replies", "store", "triage"},
    "store_commands": {"settings", "store"},
    "knowledge_commands": {"build", "languages", "settings", "knowledge", "diagnosis", "store", "ask_batch"},
    "slack_commands": {"build", "logs", "settings", "diagnosis", "slack", "sandbox", "store"},
    "sandbox": set(),
    "ask_batch": {"languages", "diagnosis", "evidence", "replies"},
    "ask_input": {"evidence"},
    "build": {"settings", "diagnosis"},
    "cli": {"build", "settings", "languages", "evidence", "knowledge", "diagnosis", "replies"}
    | {"ask_batch", "ask_input", "store_commands", "knowledge_commands", "slack_commands", "terminal_output", "doctor"},
    "terminal_output": set(),
    "doctor": {"languages", "settings", "replies", "store", "slack"},
    "__main__": {"cli"},
}
# The wings of bot/slack, from the lowest floor to the highest: none imports one above it.
SLACK_WINGS = ["platform", "context", "delivery", "answers", "incidents", "workspace", "routing"]
# Who may import a library; similarity stays in deciding, Bolt in slack, and so on.
USERS = {
    "rapidfuzz": {"diagnosis"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "cryptography": {"store"},
    "opencc": {"diagnosis"},
    "slack_bolt": {"slack"},
    "dotenv": {"settings"},
    "click": {"terminal_output", "doctor", "build", "cli", "store_commands", "knowledge_commands", "slack_commands"},
    "evtx": {"evidence"},
    "PIL": {"replies"},
}
# Between a message and a reply there are plain functions over values.
PURE = {"evidence", "knowledge", "diagnosis", "privacy", "replies", "triage"}
IMPURE = {"slack_sdk", "slack_bolt", "aiohttp", "asyncio", "socket", "time", "random", "urllib", "requests", "logging"}
TOP_LEVEL = {"pyproject.toml", "README.md", "manifest.yml", "Makefile", "LICENSE", "bot", "knowledge", "tests"}
# Guides, with room above them: a topic is not cut in two to please a number.
LONGEST_FILE = 360
LONGEST_FUNCTION = 45


def assert_none(faults: list[str]) -> None:
    """Fail with all of them; pytest's own message shows the first."""
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(sorted(faults))


def part_of(path: Path) -> str:
    return path.relative_to(BOT).parts[0].removesuffix(".py")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path, node: ast.AST | None = None) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


@cache
def imports_of(path: Path) -> tuple[tuple[str, ast.stmt], ...]:
    """Every module a file imports, wherever in it, under TYPE_CHECKING too; relative imports as absolute ones."""
    package = ("bot", *path.relative_to(BOT).parts[:-1])
    found: list[tuple[str, ast.stmt]] = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found += [(alias.name, node) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            # "from bot import slack" imports bot.slack, if that is a module and no name in one.
            inner = [f"{module}.{alias.name}" for alias in node.names if file_of(f"{module}.{alias.name}")]
            found += [(each, node) for each in (inner or [module])]
    return tuple(found)


def file_of(module: str) -> Path | None:
    """The file of a module of the bot; None for anything else."""
    if module.split(".")[0] != "bot":
        return None
    stem = ROOT.joinpath(*module.split("."))
    return next((path for path in (stem.with_suffix(".py"), stem / "__init__.py") if path.exists()), None)


def definitions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node


def test_imports_follow_the_table() -> None:
    """A file imports its own part and what the table allows it; a new part is a decision, and a row."""
    assert {part_of(path) for path in FILES} - {"__init__"} == MAY_IMPORT.keys()
    faults = [
        f"{place(path, node)} {part_of(path)} may not import {module}"
        for path in FILES
        for module, node in imports_of(path)
        if module.startswith("bot.")
        and module.split(".")[1] not in {part_of(path)} | MAY_IMPORT.get(part_of(path), set())
    ]

    assert_none(faults)


def circles(arrows: dict[Path, set[Path]]) -> Iterator[list[Path]]:
    """The groups of files that can all be reached from one another (Tarjan's strongly connected components)."""
    index: dict[Path, int] = {}
    low: dict[Path, int] = {}
    stack: list[Path] = []
    found: list[list[Path]] = []

    def visit(path: Path) -> None:
        index[path] = low[path] = len(index)
        stack.append(path)
        for other in sorted(arrows.get(path, ())):
            if other not in index:
                visit(other)
            if other in stack:
                low[path] = min(low[path], low[other])
        if low[path] == index[path]:
            group = stack[stack.index(path) :]
            del stack[stack.index(path) :]
            if len(group) > 1:
                found.append(sorted(group))

    for path in sorted(arrows):
        if path not in index:
            visit(path)
    yield from found


def test_no_files_import_each_other_in_a_circle() -> None:
    """Imports under TYPE_CHECKING count."""
    arrows = {
        path: {other for module, _ in imports_of(path) if (other := file_of(module)) and other != path}
        for path in FILES
    }

    assert_none([" ⇄ ".join(str(path.relative_to(ROOT)) for path in group) for group in circles(arrows)])


def test_a_circle_is_found() -> None:
    """A test of circles that finds none anywhere would hold nothing."""
    a, b, c, d = (Path(name) for name in "abcd")

    assert list(circles({a: {b}, b: {c}, c: {b, d}, d: set()})) == [[b, c]]


def test_wings_of_slack_import_only_lower_ones() -> None:
    """The app's table and the process around it stand above all of them."""
    floor = {wing: number for number, wing in enumerate(SLACK_WINGS)}
    wings = {path: path.relative_to(BOT).parts[1] for path in FILES if part_of(path) == "slack"}
    assert set(wings.values()) - floor.keys() == {"__init__.py", "app.py", "serve.py"}

    assert_none(
        [
            f"{place(path, node)} {wing} may not import {module}"
            for path, wing in wings.items()
            for module, node in imports_of(path)
            if wing in floor and module.startswith("bot.slack.") and floor.get(module.split(".")[2], 99) > floor[wing]
        ]
    )


def test_libraries_and_the_environment_have_one_user_each() -> None:
    """Nor does any file between a message and a reply use Slack, the network or the clock."""
    faults = []
    for path in FILES:
        for module, node in imports_of(path):
            library = module.split(".")[0]
            if part_of(path) not in USERS.get(library, {part_of(path)}):
                faults.append(f"{place(path, node)} {library} belongs to {', '.join(USERS[library])}")
            if part_of(path) in PURE and library in IMPURE:
                faults.append(f"{place(path, node)} {library} in a part of plain functions")
        faults += [
            f"{place(path, node)} only the settings read the environment"
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.Attribute)
            and node.attr in {"environ", "environb", "getenv", "putenv"}
            and part_of(path) != "settings"
        ]
    used = {module.split(".")[0] for path in FILES for module, _ in imports_of(path)}
    faults += [f"nobody imports {library}: its row may go" for library in USERS.keys() - used]

    assert_none(faults)


def test_xml_is_parsed_only_where_nothing_is_expanded() -> None:
    """Entities come with a DTD, which two files do not let in; elsewhere only the standard library's types may be imported."""
    faults = [
        f"{place(path, node)} {alias.name}"
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
        if (getattr(node, "module", None) or alias.name).startswith("xml")
        and alias.name not in {"Element", "ParseError"}
        and not (path.name == "xml.py" and alias.name in {"ExpatError", "ParserCreate"})
        and not (path.name == "evtx_worker.py" and alias.name == "fromstring")
    ]

    assert_none(faults)


# Logs whatever ends a background loop, and starts it anew.
LAST_LISTENERS = {BOT / "slack/platform/background.py"}


def test_no_error_is_caught_and_forgotten() -> None:
    """No bare except and no `except Exception`: an unexpected error has one listener, and one for background loops."""
    faults = [
        place(path, node)
        for path in set(FILES) - LAST_LISTENERS
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    ]

    assert_none(faults)


# Of 203 at the beginning: what YAML, JSON and SQL give, and functions of any arguments.
MOST_ANY = 60


def test_what_is_not_typed_stays_little() -> None:
    """Places where `Any`, or a function of any arguments, is written down; mypy forbids more of them in bot/slack and replies."""
    found = [
        place(path, node)
        for path in FILES
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Name) and node.id == "Any")
        or (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and node.value.id == "Callable"
            and any(isinstance(each, ast.Constant) and each.value is ... for each in ast.walk(node.slice))
        )
    ]

    assert len(set(found)) < MOST_ANY, "\n".join(sorted(set(found)))


# Writes to an attribute of somebody else: monkeypatch.setattr, mock.patch, setattr.
_PATCHES = {"setattr", "setitem", "patch", "object"}


def test_no_test_patches_what_is_private() -> None:
    """Values that tests need otherwise are handed down; where a process is killed at a certain step is another matter."""
    faults = [
        f"{place(path, node)} {name}"
        for path in sorted(TESTS.rglob("*.py"))
        if path.name != "tampering.py"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and (getattr(node.func, "attr", "") or getattr(node.func, "id", "")) in _PATCHES
        for argument in node.args[:2]
        if isinstance(argument, ast.Constant) and isinstance(name := argument.value, str)
        if re.search(r"(?:^|\.)_(?!_)", name)
    ]

    assert_none(faults)


TWICE: set[str] = set()


def test_a_public_type_has_a_name_of_its_own() -> None:
    """Whoever searches for a class or a type finds one."""
    found = defaultdict(list)
    for path in FILES:
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef):
                found[node.name].append(place(path, node))
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                (target, *_) = node.targets if isinstance(node, ast.Assign) else [node.target]
                if isinstance(target, ast.Name) and re.fullmatch(r"[A-Z][A-Za-z]*[a-z][A-Za-z]*", target.id):
                    found[target.id].append(place(path, node))
    assert_none(
        [
            f"{name}: {', '.join(places)}"
            for name, places in found.items()
            if name[0] != "_" and name not in TWICE and len(places) > 1
        ]
    )


# A docstring's first sentence stands alone: a verb phrase for a function, a noun phrase for a class or module.
_NOT_AN_OPENING = re.compile(
    r"(?:What|Whether|How|Who|Whom|Whose|Whoever|Whatever|Whichever|Where|Wherever|When|Whenever|Which|Why|Since when"
    r"|That|As|So|Or|And|But|Than|Because|Until|Unless|It|Its|They|Their|He|She|This|These|Those|There)\b"
)


# In a test the docstring follows its name, and may go on from there.
_NOT_A_TESTS_OPENING = re.compile(r"(?:What|Whether|How|Who|Whose|Where|Or|As|So|Since)\b")


def test_docstrings_of_tests_stand_alone() -> None:
    """No relative clause, and no half of a sentence that the name would have to complete."""
    faults = [
        f"{place(path, node)} {text.splitlines()[0]}"
        for path in sorted(TESTS.rglob("*.py"))
        for node in (tree_of(path), *definitions(path))
        if (text := ast.get_docstring(node) or "") and _NOT_A_TESTS_OPENING.match(text)
    ]

    assert_none(faults)


def test_docstrings_open_with_a_sentence_that_stands_alone() -> None:
    """A verb or a noun first, never a relative clause; every module has one."""
    faults = []
    for path in FILES:
        for node in (tree_of(path), *definitions(path)):
            text = ast.get_docstring(node) or ""
            if isinstance(node, ast.Module) and not text:
                faults.append(f"{place(path)} has no docstring")
            # A migration that was released never changes.
            if "migrations" not in path.parts and _NOT_AN_OPENING.match(text):
                faults.append(f"{place(path, node)} {text.splitlines()[0]}")

    assert_none(faults)


def test_modules_are_named_by_nouns_of_the_field() -> None:
    """No drawer for everything, and no participle: what it is, not what happens to it."""
    drawers = re.compile(r"(?:utils?|helpers?|managers?|models|common|misc|services?|stuff)")
    riddles = re.compile(
        r"(?:asked|given|told|said|heard|overheard|found|kept|shown|dropped|learned|remembered|moving|looking"
        r"|calling|leaving|catching_up|reminding|speaking|receiving|warning|things|troubles|beside)"
    )
    faults = [
        place(path)
        for path in FILES
        for name in path.relative_to(BOT).with_suffix("").parts
        if drawers.fullmatch(name) or riddles.fullmatch(name)
    ]

    assert_none(faults)


def test_files_and_functions_stay_short() -> None:
    """A file past 300 lines or a function past 40 is usually two topics."""
    faults = [
        f"{place(path)} {length} lines"
        for path in FILES
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    ]
    faults += [
        f"{place(path, node)} {node.name}"
        for path in FILES
        for node in definitions(path)
        if not isinstance(node, ast.ClassDef) and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert_none(faults)


def test_the_top_level_holds_what_it_should_and_nothing_else() -> None:
    """Besides dotfiles, and what a build or an interpreter leaves behind."""
    found = {
        path.name
        for path in ROOT.iterdir()
        if not path.name.startswith(".")
        and path.name not in {"__pycache__", "dist", "build"}
        and not path.name.endswith(".egg-info")
    }

    assert found == TOP_LEVEL
