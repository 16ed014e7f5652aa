"""A fingerprint of the code that weights are trained by: after a change of it, what was learned is another model's."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent
_PACKAGE: Final = "bot.diagnosis."
_TRAINER: Final = "judge_training"


def fingerprint_training(folder: Path = _FOLDER, trainer: str = _TRAINER) -> str:
    """Return a hash of the trainer and of all files of this folder that it imports, without docstrings and comments.

    The same on every version of Python and with every way of ending lines.
    """
    waiting, found = [trainer], dict[str, str]()
    while waiting:
        name = waiting.pop()
        path = folder / f"{name}.py"
        if name in found or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        found[name] = _code(text, tree)
        waiting += [
            node.module.removeprefix(_PACKAGE)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module is not None and node.module.startswith(_PACKAGE)
        ]
    lines = [f"# {name}\n{found[name]}\n" for name in sorted(found)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:24]


def _code(text: str, tree: ast.Module) -> str:
    """Return the lines that say something to Python."""
    told = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    lines = [line for number, line in enumerate(text.splitlines(), 1) if number not in told]
    return "\n".join(line for line in lines if line.strip() and not line.lstrip().startswith("#"))
