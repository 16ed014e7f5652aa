"""YAML from files, read by libyaml where PyYAML has it: the same documents some ten times faster.

A test starts a Slack of its own, so this is most of its start.
"""

from pathlib import Path
from typing import Any

import yaml


def read_yaml(path: Path) -> Any:
    """The document in a file. Raises OSError, UnicodeDecodeError, and yaml.YAMLError when it is no YAML."""
    # Both loaders know plain values only.
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
