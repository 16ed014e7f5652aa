"""Access policy: which part of what the bot remembers a role may read, post or change in a venue.

One table for every list, search, note, form, button, shortcut, card, home tab, export and summary. It is pure:
`visibility` finds out the facts about people and places at Slack, and whoever decides asks there. What Slack does not
tell counts as the least. https://docs.slack.dev/apis/slack-connect
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum, auto
from typing import Final, Literal

# A guest of one or several channels; an outsider is of another organisation (Slack Connect); unknown: Slack did not tell,
# or the account is deactivated.
PersonRole = Literal["owner", "admin", "member", "guest", "outsider", "unknown"]
# The least trusted of those who read what is posted in a venue.
Readers = Literal["members", "guests", "outsiders", "unknown"]
# Who may set how the bot behaves in a channel: its creator and administrators, administrators alone, or owners alone.
SettingsBy = Literal["creators", "admins", "owners"]


class Part(IntEnum):
    """Extent of what is permitted; each part includes those below it."""

    NOTHING = 0
    # What stands in this very conversation.
    HERE = 1
    # What stands in the channels that the person is in.
    CHANNELS = 2
    # Besides, what is kept for all members of the organisation.
    ALL = 3


class Act(Enum):
    """One kind of thing that people do, or that the bot does where they read it."""

    # Acts of a person, decided by their role.
    # To have a text explained from the articles.
    EXPLAIN = auto()
    # To have the thread triaged.
    OPEN_INCIDENT = auto()
    # To read the card, or its summary, of this conversation's incident.
    SUMMARISE = auto()
    # To list and search incidents, and see them in the home tab.
    LIST_INCIDENTS = auto()
    # To claim, hand over, rate, mark steps, resolve and reopen.
    MOVE_INCIDENT = auto()
    # To have an incident's record or an article's draft posted as a file.
    EXPORT = auto()
    # To read team notes under an answer.
    READ_NOTES = auto()
    # To keep a team note, which every member may read.
    WRITE_NOTE = auto()
    # To see what is commonest in the incidents of public channels.
    COUNT_INCIDENTS = auto()
    # To read questions without an answer, and what people said of answers.
    READ_UNANSWERED = auto()
    # To read who set how the bot behaves in a conversation, and who owns its incidents.
    READ_SETTINGS = auto()
    # To set how the bot behaves in a conversation.
    CHANGE_SETTINGS = auto()
    # To silence the bot in a thread, or let it speak again.
    HUSH_THREAD = auto()
    # Acts of the bot, decided by the venue.
    # To post notes, similar incidents, fixes and records.
    POST_REMEMBERED = auto()
    # To show in another conversation what stands in this one.
    SHOW_ELSEWHERE = auto()
    # To name the organisation's people in what is posted.
    NAME_PEOPLE = auto()
    # To keep a question without an answer, without its asker and masked.
    KEEP_QUESTION = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """Facts about a conversation that decide what may be done there. The defaults are those of an unknown one."""

    readers: Readers = "unknown"
    # Every member of the workspace can read it, and no other organisation.
    is_public: bool = False
    # A direct message, a command or the home tab: one person reads it.
    is_private_talk: bool = False
    # The person who acts created the channel.
    is_creator: bool = False
    # The channel's setting that lets people of other organisations move its incidents.
    outsiders_move: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The parts of the policy that settings decide."""

    settings_by: SettingsBy = "creators"
    keep_private_questions: bool = False


_ADMINS: Final = ("owner", "admin")
_MEMBERS: Final = ("owner", "admin", "member")
# For members, guests and outsiders. Whoever is unknown gets what an outsider gets.
_BY_ROLE: Final[Mapping[Act, tuple[Part, Part, Part]]] = {
    Act.EXPLAIN: (Part.ALL, Part.ALL, Part.ALL),
    Act.OPEN_INCIDENT: (Part.HERE, Part.HERE, Part.HERE),
    Act.SUMMARISE: (Part.HERE, Part.HERE, Part.HERE),
    Act.LIST_INCIDENTS: (Part.ALL, Part.CHANNELS, Part.HERE),
    Act.MOVE_INCIDENT: (Part.HERE, Part.HERE, Part.NOTHING),
    Act.EXPORT: (Part.HERE, Part.NOTHING, Part.NOTHING),
    Act.READ_NOTES: (Part.ALL, Part.NOTHING, Part.NOTHING),
    Act.WRITE_NOTE: (Part.HERE, Part.NOTHING, Part.NOTHING),
    Act.COUNT_INCIDENTS: (Part.ALL, Part.NOTHING, Part.NOTHING),
    Act.READ_SETTINGS: (Part.HERE, Part.NOTHING, Part.NOTHING),
    Act.HUSH_THREAD: (Part.HERE, Part.HERE, Part.NOTHING),
}


def permitted(act: Act, role: PersonRole, venue: Venue, rules: Rules) -> Part:
    """Return the part of an act that a role is permitted in a place; of the bot's own acts the role does not matter."""
    match act:
        case Act.POST_REMEMBERED:
            return _all_if(venue.readers == "members")
        case Act.NAME_PEOPLE:
            return _all_if(venue.readers in ("members", "guests"))
        case Act.SHOW_ELSEWHERE:
            return _all_if(venue.is_public)
        case Act.KEEP_QUESTION:
            return _all_if(venue.is_public or (venue.is_private_talk and rules.keep_private_questions))
        case Act.READ_UNANSWERED:
            return _all_if(role in _ADMINS)
        case Act.CHANGE_SETTINGS:
            return Part.HERE if _may_change_settings(role, venue, rules) else Part.NOTHING
        case Act.MOVE_INCIDENT if role == "outsider" and venue.outsiders_move:
            return Part.HERE
        case _:
            member, guest, outsider = _BY_ROLE[act]
            return member if role in _MEMBERS else guest if role == "guest" else outsider


def _all_if(condition: bool) -> Part:
    return Part.ALL if condition else Part.NOTHING


def _may_change_settings(role: PersonRole, venue: Venue, rules: Rules) -> bool:
    if venue.is_private_talk:
        # Nobody else talks there.
        return role in (*_MEMBERS, "guest")
    match rules.settings_by:
        case "owners":
            return role == "owner"
        case "admins":
            return role in _ADMINS
        case _:
            return role in _ADMINS or (role == "member" and venue.is_creator)
