"""Files of .deploy and .ci: they name what there is, and are pinned. What needs programs is `make check-deploy`."""

from __future__ import annotations

import importlib.metadata
import json
import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.settings import Settings
from bot.slack.delivery.metrics import Metrics

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / ".deploy"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SETTINGS = {each.name.upper() for each in fields(Settings)}
# Names in the files that look like settings and are another program's.
OTHERS = {"POSTGRES_PASSWORD_FILE"}


def pinned(name: str) -> dict[str, list[str]]:
    """The versions of each package in a file of .ci; some have one for each Python."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / ".ci" / name).read_text(encoding="utf-8").splitlines():
        if (pin := re.match(r"([\w.-]+)==([^ ;]+)", line)) is not None:
            found.setdefault(canonicalize_name(pin[1]), []).append(pin[2])
    return found


@pytest.mark.parametrize(("name", "extra"), [("requirements.txt", ""), ("requirements-dev.txt", "dev")])
def test_every_dependency_is_pinned_to_what_the_project_allows(name: str, extra: str) -> None:
    """`make lock` writes the files anew."""
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"].get(extra, [])]
    found = pinned(name)
    missing = [
        each
        for each in map(Requirement, wanted)
        if not (versions := found.get(canonicalize_name(each.name)))
        or not all(each.specifier.contains(version) for version in versions)
    ]

    assert missing == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-deploy.txt"])
def test_pins_have_hashes_and_name_no_index(name: str) -> None:
    """Whoever installs chooses where from; what comes must be the same."""
    text = (ROOT / ".ci" / name).read_text(encoding="utf-8")
    entries = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]

    assert "://" not in text
    assert [each.split()[0] for each in entries if each[0] == "-" or "--hash=sha256:" not in each] == []


def requirements_of(name: str, seen: set[str]) -> None:
    """Collect a distribution and all that it needs here."""
    if (name := canonicalize_name(name)) in seen:
        return
    seen.add(name)
    for each in map(Requirement, importlib.metadata.requires(name) or []):
        if each.marker is None or each.marker.evaluate({"extra": ""}):
            requirements_of(each.name, seen)


def test_no_dependency_at_run_time_is_under_the_gpl() -> None:
    """Nor the AGPL. The LGPL of psycopg asks only that its own code stay free: knowledge/NOTICE.md."""
    names: set[str] = set()
    for each in map(Requirement, PROJECT["dependencies"]):
        requirements_of(each.name, names)
    licences = {name: licence_of(importlib.metadata.metadata(name)) for name in sorted(names)}
    wrong = {
        name: said for name, said in licences.items() if re.search(r"(?<![L])GPL|(?<!Lesser )General Public", said)
    }

    assert len(licences) > 30
    assert [name for name, said in licences.items() if not said] == []
    assert wrong == {}


def licence_of(metadata: Any) -> str:
    """Return the licence of a distribution: the expression, the classifiers, or the first line of the field."""
    classifiers = [each for each in metadata.get_all("Classifier") or [] if each.startswith("License ::")]
    plain = (metadata["License"] or "").strip().splitlines()
    return metadata["License-Expression"] or " ".join(classifiers) or (plain[0] if plain else "")


def test_the_notice_names_every_source_of_quoted_texts_and_generated_tables() -> None:
    """Licences ask for it: each repository that event texts come from, and each file that says it was generated."""
    notice = (ROOT / "knowledge/NOTICE.md").read_text(encoding="utf-8")
    messages = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in ROOT.glob("knowledge/*/messages/*.yaml")]
    sources = {each["repository"] for each in messages}

    assert len(sources) > 15
    assert {each["licence"] for each in messages} == {"CC BY 4.0"}
    assert [each for each in sources if each not in notice] == []
    for generated in ("windows-errors.txt", "weights.npz", "articles.jsonl"):
        assert f"`{generated}`" in notice


def test_every_setting_in_the_files_is_one() -> None:
    """In capital letters, as a file of a secret, or as a credential of systemd."""
    named: dict[str, set[str]] = {}
    for path in sorted(DEPLOY.rglob("*")):
        if path.is_file() and path.suffix not in {".md", ".json"}:
            text = path.read_text(encoding="utf-8")
            found = set(re.findall(r"\b(?:SLACK|SCEPTIC|DATABASE|POSTGRES)_[A-Z_]+\b", text)) - OTHERS
            found |= {each.upper() for each in re.findall(r"LoadCredential=(\w+)", text)}
            named[path.name] = {each.removesuffix("_FILE") for each in found}

    assert named["sceptic.service"] >= {"SLACK_BOT_TOKEN", "DATABASE_URL"}
    assert {name: found - SETTINGS for name, found in named.items() if found - SETTINGS} == {}


def test_the_secrets_of_compose_and_kubernetes_are_settings_by_name() -> None:
    """A container reads them from /run/secrets by their settings' names, a pod by NAME_FILE."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    secret = yaml.safe_load((DEPLOY / "kubernetes/secret.yaml").read_text(encoding="utf-8"))

    assert {each.upper() for each in compose["services"]["bot"]["secrets"]} <= SETTINGS
    assert {each.upper() for each in secret["stringData"]} <= SETTINGS


def metric_names() -> set[str]:
    """Every series that the metrics page can show."""
    names = {sample for family in Metrics().registry.collect() for sample in suffixed(family)}
    return names | {"up"}


def suffixed(family: Any) -> list[str]:
    endings = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(family.type, [""])
    return [f"{family.name}{ending}" for ending in endings]


def test_alerts_and_dashboard_ask_for_metrics_that_there_are() -> None:
    alerts = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text(encoding="utf-8"))
    board = json.loads((DEPLOY / "grafana/dashboard.json").read_text(encoding="utf-8"))
    asked = [rule["expr"] for group in alerts["groups"] for rule in group["rules"]]
    asked += [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    named = set(re.findall(r"\b(?:sceptic_\w+|up\b)", " ".join(asked)))

    assert len(named) > 8
    assert named - metric_names() == set()


def test_every_alert_has_its_paragraph() -> None:
    """With what to do, under a heading of its name to which the alert leads."""
    alerts = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text(encoding="utf-8"))
    readme = (DEPLOY / "README.md").read_text(encoding="utf-8")
    for group in alerts["groups"]:
        for rule in group["rules"]:
            paragraph = readme.split(f"\n### {rule['alert']}\n", 1)[1].split("\n#", 1)[0]
            assert len(paragraph) > 150
            assert rule["annotations"]["runbook"] == f".deploy/README.md#{rule['alert'].lower()}"
