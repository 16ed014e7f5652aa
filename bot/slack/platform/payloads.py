"""Slack's payloads, as far as the bot reads them: messages, events, commands, clicks and forms.

Slack sends more, and leaves out what does not apply. https://docs.slack.dev/reference/events
https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from bot.replies.values import SelectedOption, SubmittedView
from bot.store import Json


class SlackFile(TypedDict, total=False):
    """A file in a message; of a deleted one a tombstone stays. https://docs.slack.dev/reference/objects/file-object"""

    id: str
    name: str | None
    mimetype: str | None
    size: int | None
    mode: str
    url_private: str
    url_private_download: str


class AttachmentField(TypedDict, total=False):
    """A title and a value of an attachment."""

    title: str
    value: str


class Attachment(TypedDict, total=False):
    """A legacy attachment, into which monitoring tools put their text. https://docs.slack.dev/reference/messaging/payload"""

    pretext: str
    title: str
    text: str
    fallback: str
    fields: Sequence[AttachmentField]
    blocks: Sequence[Json]
    # Set where Slack attached it: the message behind a link, a forwarded message, an app's preview, a page.
    is_msg_unfurl: bool
    is_share: bool
    is_app_unfurl: bool
    from_url: str
    original_url: str


class Edited(TypedDict, total=False):
    """The person who edited a message, and the time."""

    user: str
    ts: str


class Message(TypedDict, total=False):
    """A message, as histories and events show it. https://docs.slack.dev/reference/events/message"""

    ts: str
    subtype: str
    user: str
    bot_id: str
    text: str
    thread_ts: str
    edited: Edited
    files: Sequence[SlackFile]
    attachments: Sequence[Attachment]
    blocks: Sequence[Json]
    # Of a writer of another organisation: their workspace or organisation.
    user_team: str
    source_team: str


class MessageEvent(Message, total=False):
    """The event that a message was posted, edited or deleted, or that the bot was mentioned."""

    type: str
    channel: str
    channel_type: str
    event_ts: str
    # Of message_changed and message_deleted.
    message: Message
    previous_message: Message
    deleted_ts: str
    # Of the bot's own second reading: the timestamps that the first one found.
    read: Sequence[str]


class FileDeletedEvent(TypedDict, total=False):
    """The event that a file is gone."""

    file_id: str
    event_ts: str


class HomeOpenedEvent(TypedDict, total=False):
    """The event that somebody opened a tab of the app."""

    user: str
    tab: str


class RevokedTokens(TypedDict, total=False):
    """The users whose tokens were revoked."""

    bot: Sequence[str]
    oauth: Sequence[str]


class UninstallEvent(TypedDict, total=False):
    """The event that a workspace took the app, or tokens of it, away."""

    type: str
    tokens: RevokedTokens


class CommandPayload(TypedDict, total=False):
    """A slash command. https://docs.slack.dev/interactivity/implementing-slash-commands"""

    text: str
    user_id: str
    channel_id: str
    trigger_id: str


class WorkspaceId(TypedDict):
    """The workspace or organisation of an interaction."""

    id: str


class ChannelId(TypedDict):
    """A channel of an interaction."""

    id: str


class Clicker(TypedDict, total=False):
    """The person of an interaction, and the workspace that they belong to."""

    id: str
    team_id: str


class Action(TypedDict, total=False):
    """A button that was pressed or a menu that was used."""

    action_id: str
    value: str
    selected_option: SelectedOption
    selected_conversation: str


class Container(TypedDict, total=False):
    """The message or view that holds the element that was used."""

    channel_id: str
    message_ts: str
    thread_ts: str
    is_ephemeral: bool


class Interaction(TypedDict, total=False):
    """A click or a message shortcut."""

    type: str
    team: WorkspaceId | None
    enterprise: WorkspaceId | None
    is_enterprise_install: bool
    api_app_id: str
    user: Clicker
    channel: ChannelId
    container: Container
    message: Message
    actions: Sequence[Action]
    response_url: str
    trigger_id: str
    # The bot's own, in a click that comes again after the answer was posted: Slack's word when it was not, and the key
    # of the private answer.
    refused: str
    private_answer: str


class Submission(TypedDict, total=False):
    """The submission of a form."""

    user: Clicker
    view: SubmittedView
