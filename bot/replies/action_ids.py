"""Names of buttons, menus, forms and shortcuts: replies make them, and listeners answer to them.

Messages and forms that people already have carry these names. So none is ever changed, and one that is no longer made
is still answered.
"""

from __future__ import annotations

from typing import Final

# A button or menu, or a shortcut's callback_id, whose name begins so opens a modal. Slack gives three seconds for that.
OPENS: Final = "open_"

SHARE: Final = "share"
START_TRIAGE: Final = "start_triage"
EXPLAIN_EVENT: Final = "explain_event"
# Followed by a position, for Slack wants every name in a message once.
CHOOSE: Final = "choose:"
OPEN_ARTICLE: Final = "open_article:"
FEEDBACK: Final = "feedback:"

# Followed by what is corrected: an answer that did not help, or choices of which none is right.
OPEN_CORRECTION: Final = "open_correction:"
NOT_HELPFUL: Final = "open_correction:not_helpful"
NONE_OF_THESE: Final = "open_correction:none"
CORRECTION_FORM: Final = "correction"

# Of an incident's card: its value begins with the incident's number.
INCIDENT: Final = "incident:"
CLAIM: Final = "incident:claim"
REOPEN: Final = "incident:reopen"
STEP: Final = "incident:step"
SUMMARY: Final = "incident:summary"
EXPORT: Final = "incident:export"
DRAFT: Final = "incident:draft"
OPEN_INCIDENT: Final = "open_incident:"
STATUS: Final = "open_incident:status"
HAND_OVER: Final = "open_incident:hand_over"
RATE: Final = "open_incident:rate"
RESOLVE: Final = "open_incident:resolve"
NOTE: Final = "open_incident:note"
# Followed by the form's name, as in "incident_resolve".
INCIDENT_FORM: Final = "incident_"

OPEN_SETTINGS: Final = "open_manners"
SETTINGS_FORM: Final = "manners"


def name_of(action_id: str) -> str:
    """Return the part of an action ID that tells which of its kind it is: "claim" of "incident:claim"."""
    return action_id.partition(":")[2]
