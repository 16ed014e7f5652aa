"""Layout of the sandbox: wings that import one way, no circle of files, no import of the bot."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import bot.sandbox
from bot.sandbox.state.manifest import read_manifest

SANDBOX = Path(bot.sandbox.__file__).parent
# Each wing may import the wings before it, and itself.
WINGS = ("state", "blockkit", "delivery", "actions", "api", "page")
# LocalSlack holds one of each part that delivers, and so lies above the rest of its wing.
ABOVE_ITS_WING = "state.local_slack"


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(SANDBOX).with_suffix("").parts)


def imports_by_module() -> dict[str, set[str]]:
    """Map each module to the sandbox's modules it imports, also for type checking and inside functions."""
    paths = {module_name(path): path for path in SANDBOX.rglob("*.py")}
    found: dict[str, set[str]] = {}
    for module, path in paths.items():
        package = module.split(".")[:-1]
        found[module] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level or not (node.module or "").startswith("bot"), f"{module} imports {node.module}"
                base = [*package[: len(package) - node.level + 1], *filter(None, [node.module])] if node.level else []
                targets = (".".join([*base, alias.name]) for alias in node.names)
                found[module] |= {each if each in paths else ".".join(base) for each in targets} & paths.keys()
            elif isinstance(node, ast.Import):
                assert not any(alias.name.split(".")[0] == "bot" for alias in node.names), module
    return found


def test_no_files_import_each_other_in_a_circle() -> None:
    """CycleError names the circle."""
    imports = imports_by_module()

    assert len(tuple(TopologicalSorter(imports).static_order())) == len(imports) > 60


def test_wings_import_one_way() -> None:
    upwards = [
        (module, imported)
        for module, all_imported in imports_by_module().items()
        for imported in all_imported
        if module != ABOVE_ITS_WING and module.split(".")[0] in WINGS and imported.split(".")[0] in WINGS
        if WINGS.index(imported.split(".")[0]) > WINGS.index(module.split(".")[0])
    ]

    assert upwards == []


def test_every_module_lies_in_a_wing_or_is_the_sandbox_itself() -> None:
    outside = {module for module in imports_by_module() if module.split(".")[0] not in WINGS}

    assert outside == {"__init__", "__main__", "sandbox", "team", "orgs", "server", "parsing"}


def test_the_sandbox_names_neither_the_bot_nor_what_it_declares(checkout: Path) -> None:
    """Any app's name, commands and shortcuts come from its manifest, any example events from their file."""
    manifest = read_manifest(checkout / "manifest.yml")
    declared = {manifest.name, manifest.bot_name} | {each.command for each in manifest.commands}
    declared |= {each.callback_id for each in manifest.shortcuts} | {each.name for each in manifest.shortcuts}
    files = [path for path in SANDBOX.rglob("*") if path.suffix in {".py", ".js", ".css", ".html", ".yml", ".md"}]
    named = [
        (path.name, name)
        for path in files
        for name in declared
        if re.search(rf"(?<![\w/]){re.escape(name)}(?!\w)", path.read_text(encoding="utf-8"))
    ]

    assert len(files) > 100
    assert named == []


def test_no_file_of_the_page_is_long() -> None:
    """A file past 300 lines is two topics; the architecture's tests hold the Python files."""
    files = [path for path in (SANDBOX / "page" / "static").iterdir() if path.suffix in {".js", ".css"}]

    assert len(files) > 20
    assert [path.name for path in files if len(path.read_text(encoding="utf-8").splitlines()) > 300] == []
