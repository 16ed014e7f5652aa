"""Names of buttons, menus, forms and shortcuts."""

from __future__ import annotations

import ast
from pathlib import Path

from bot.replies import action_ids

# As they stand in messages and forms that people have since the first version.
FOR_EVER = {
    "OPENS": "open_",
    "SHARE": "share",
    "START_TRIAGE": "start_triage",
    "EXPLAIN_EVENT": "explain_event",
    "CHOOSE": "choose:",
    "OPEN_ARTICLE": "open_article:",
    "FEEDBACK": "feedback:",
    "OPEN_CORRECTION": "open_correction:",
    "NOT_HELPFUL": "open_correction:not_helpful",
    "NONE_OF_THESE": "open_correction:none",
    "CORRECTION_FORM": "correction",
    "INCIDENT": "incident:",
    "CLAIM": "incident:claim",
    "REOPEN": "incident:reopen",
    "STEP": "incident:step",
    "SUMMARY": "incident:summary",
    "EXPORT": "incident:export",
    "DRAFT": "incident:draft",
    "OPEN_INCIDENT": "open_incident:",
    "STATUS": "open_incident:status",
    "HAND_OVER": "open_incident:hand_over",
    "RATE": "open_incident:rate",
    "RESOLVE": "open_incident:resolve",
    "NOTE": "open_incident:note",
    "INCIDENT_FORM": "incident_",
    "OPEN_SETTINGS": "open_manners",
    "SETTINGS_FORM": "manners",
}


def test_a_name_that_people_have_in_their_channels_is_never_changed() -> None:
    """A button of last year still finds its listener."""
    assert {name: getattr(action_ids, name) for name in FOR_EVER} == FOR_EVER


def test_no_other_module_spells_a_name_out(checkout: Path) -> None:
    """Replies and listeners import it, so that neither is changed alone."""
    kinds = tuple(each for each in FOR_EVER.values() if each.endswith(":"))
    spelt = [
        f"{path.relative_to(checkout)}:{node.lineno} {node.value!r}"
        for folder in ("replies", "slack")
        for path in (checkout / "bot" / folder).rglob("*.py")
        if path.name != "action_ids.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and (node.value.startswith(kinds) or node.value in {"open_manners", "manners", "explain_event"})
        and "\n" not in node.value
        and " " not in node.value
    ]

    assert spelt == []
