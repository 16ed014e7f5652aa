"""The house: who may import whom, how long a file may be, and what lies where."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BOT = ROOT / "bot"

# design/architecture.md, "The house", as far as it is built. What a part may import of the bot, besides itself.
MAY_IMPORT = {
    "settings": set(),
    "logs": set(),
    "cache": set(),
    "evidence": set(),
    "knowledge": set(),
    "diagnosis": {"cache", "evidence", "knowledge"},
    "privacy": {"evidence"},
    "replies": {"diagnosis", "evidence", "knowledge", "privacy", "triage"},
    "triage": {"evidence", "knowledge", "diagnosis"},
    "store": {"settings", "triage"},
    "slack": {"settings", "evidence", "knowledge", "diagnosis", "privacy", "replies", "store", "triage"},
    "store_commands": {"settings", "store"},
    "sandbox": set(),
    "ask_batch": {"diagnosis", "evidence"},
    "ask_input": {"evidence"},
    "cli": {"settings", "logs", "evidence", "knowledge", "diagnosis", "replies", "slack", "sandbox", "store"}
    | {"ask_batch", "ask_input", "store_commands"},
    "__main__": {"cli"},
}
# The wings of bot/slack, from the lowest floor to the highest: none imports one above it.
SLACK_WINGS = ["platform", "context", "delivery", "answers", "incidents", "workspace", "routing"]
TOP_LEVEL = {"pyproject.toml", "README.md", "manifest.yml", "Makefile", "LICENSE", "bot", "knowledge", "tests"}
LONGEST_FILE = 360
LONGEST_FUNCTION = 45

FILES = sorted(BOT.rglob("*.py"))
NAMES = [str(path.relative_to(ROOT)) for path in FILES]


def part_of(path: Path) -> str:
    return path.relative_to(BOT).parts[0].removesuffix(".py")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever in it; relative imports as absolute ones."""
    package = ("bot", *path.relative_to(BOT).parts[:-1])
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = [*package[: len(package) - node.level + 1]] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            # "from bot import slack" imports bot.slack.
            yield from (f"{module}.{alias.name}" for alias in node.names) if module == "bot" else [module]


def users_of(library: str) -> set[str]:
    return {part_of(path) for path in FILES for module in imported(path) if module.split(".")[0] == library}


def test_every_part_of_the_bot_has_its_row_in_the_table() -> None:
    """A new folder is a decision about who may import it."""
    assert {part_of(path) for path in FILES} - {"__init__"} == MAY_IMPORT.keys()


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_imports_point_one_way(path: Path) -> None:
    """A file imports its own part and what the table allows it, nothing else of the bot."""
    part = part_of(path)
    found = {module.split(".")[1] for module in imported(path) if module.startswith("bot.")}

    assert found <= {part} | MAY_IMPORT.get(part, set())


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def files_imported(path: Path) -> set[str]:
    """The bot's modules that a file imports; of `from package import module` the module, under TYPE_CHECKING too."""
    modules = {module_of(each) for each in FILES}
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = module_of(path).split(".") if path.name == "__init__.py" else module_of(path).split(".")[:-1]
            package = [*base[: len(base) - node.level + 1], *([node.module] if node.module else [])]
            module = ".".join(package) if node.level else node.module or ""
            found |= {
                f"{module}.{alias.name}" if f"{module}.{alias.name}" in modules else module for alias in node.names
            }
    return found & modules - {module_of(path)}


def test_no_files_import_each_other_in_a_circle() -> None:
    """Imports that only a type checker follows count, too."""
    left = {module_of(path): files_imported(path) for path in FILES}
    while free := {module for module, needed in left.items() if not needed & left.keys()}:
        left = {module: needed for module, needed in left.items() if module not in free}
    # What only imports a circle is in none.
    while unused := left.keys() - {needed for each in left.values() for needed in each}:
        left = {module: needed for module, needed in left.items() if module not in unused}

    assert left == {}


def test_wings_of_slack_import_only_lower_ones() -> None:
    """The app's table and the process around it stand above all of them."""
    floor = {wing: number for number, wing in enumerate(SLACK_WINGS)}
    wings = [(path, path.relative_to(BOT).parts[1]) for path in FILES if part_of(path) == "slack"]
    assert {wing for _, wing in wings} - floor.keys() == {"__init__.py", "app.py", "serve.py"}
    found = [
        f"{path.relative_to(BOT)} imports {module}"
        for path, wing in wings
        if wing in floor
        for module in files_imported(path)
        if module.startswith("bot.slack.") and floor.get(module.split(".")[2], len(floor)) > floor[wing]
    ]

    assert found == []


def test_public_types_have_names_of_their_own() -> None:
    """One word for one thing: no two public classes or type aliases of one name."""
    found: dict[str, list[str]] = {}
    for path in FILES:
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef):
                name = node.name
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
            else:
                continue
            if re.fullmatch(r"[A-Z][a-z]\w+", name):
                found.setdefault(name, []).append(str(path.relative_to(BOT)))

    # Languages have two until there is one registry of them.
    assert {name: places for name, places in found.items() if len(places) > 1 and name != "Language"} == {}


def test_the_sandbox_knows_nothing_of_the_bot() -> None:
    """Any Bolt app runs in it."""
    found = {
        module
        for path in FILES
        if part_of(path) == "sandbox"
        for module in imported(path)
        if module.startswith("bot") and not module.startswith("bot.sandbox")
    }

    assert found == set()


def test_deciding_is_free_of_slack_the_network_and_the_clock() -> None:
    """Between a message and a reply there are plain functions over values."""
    forbidden = {
        "slack_sdk",
        "slack_bolt",
        "aiohttp",
        "asyncio",
        "socket",
        "time",
        "random",
        "urllib",
        "requests",
        "logging",
    }
    found = {
        (str(path.relative_to(BOT)), module)
        for path in FILES
        if part_of(path) in {"evidence", "knowledge", "diagnosis", "privacy", "replies", "triage"}
        for module in imported(path)
        if module.split(".")[0] in forbidden
    }

    assert found == set()


@pytest.mark.parametrize(
    ("library", "users"),
    [
        ("rapidfuzz", {"diagnosis"}),
        ("sqlalchemy", {"store"}),
        ("alembic", {"store"}),
        ("opencc", {"diagnosis"}),
        ("slack_bolt", {"slack"}),
        ("dotenv", {"settings"}),
        ("click", {"cli", "store_commands"}),
        ("markdown_it", {"knowledge"}),
        ("frontmatter", {"knowledge"}),
        ("defusedxml", {"evidence"}),
        ("evtx", {"evidence"}),
        ("PIL", {"replies"}),
    ],
)
def test_a_library_has_one_user(library: str, users: set[str]) -> None:
    """Similarity stays in deciding, Bolt stays in slack, and so on."""
    assert users_of(library) == users


def test_xml_is_parsed_only_by_the_library_that_expands_nothing() -> None:
    """The standard library's parsers follow entities; only its types may be imported."""
    found = {
        (str(path.relative_to(BOT)), alias.name)
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("xml")
        for alias in node.names
    }

    assert found == {("evidence/xml.py", "Element"), ("evidence/xml.py", "ParseError")}


def test_only_the_settings_read_the_environment() -> None:
    """No other file looks at os.environ or calls getenv."""
    found = {
        str(path.relative_to(BOT))
        for path in FILES
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv", "putenv"})
        or (isinstance(node, ast.ImportFrom) and {a.name for a in node.names} & {"environ", "getenv"})
    }

    assert found <= {"settings.py"}


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_file_stays_short(path: Path) -> None:
    """A file past 300 lines is split by topic."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def test_functions_stay_short() -> None:
    """Under about forty lines."""
    found = [
        f"{path.relative_to(BOT)}:{node.lineno} {node.name}"
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert found == []


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_every_module_says_what_it_is(path: Path) -> None:
    """One to three lines at its top, or a usage example behind them."""
    assert ast.get_docstring(tree_of(path))


def test_nothing_is_caught_and_forgotten() -> None:
    """No bare except and no `except Exception`: an unexpected error has one listener."""
    found = [
        f"{path.relative_to(BOT)}:{node.lineno}"
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    ]

    assert found == []


def test_no_drawer_for_everything() -> None:
    """No utils, helpers, managers or models."""
    assert not [
        name
        for name in NAMES
        if re.search(r"/(?:utils?|helpers?|managers?|models|common|misc|services?)(?:/|\.py)", name)
    ]


def test_the_top_level_holds_what_it_should_and_nothing_else() -> None:
    """Besides dotfiles, and what a build or an interpreter leaves behind."""
    found = {
        path.name
        for path in ROOT.iterdir()
        if not path.name.startswith(".")
        and path.name not in {"__pycache__", "dist", "build"}
        and not path.name.endswith(".egg-info")
    }

    assert found <= TOP_LEVEL
    assert {"bot", "knowledge", "tests", "pyproject.toml", "manifest.yml"} <= found
