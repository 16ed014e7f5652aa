"""Files: creating, sharing, describing and deleting them.

https://docs.slack.dev/messaging/working-with-files
"""

import mimetypes
import secrets

from ..delivery import events
from ..delivery.event_payloads import installations_in
from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.local_slack import LocalSlack
from ..state.stored import TEXT_TYPES, TYPE_NAMES, StoredFile
from ..state.workspace import Channel
from . import posting

# Bytes that an upload URL takes: https://docs.slack.dev/reference/methods/files.getUploadURLExternal
LARGEST_FILE = 1_073_741_824


def reserve_file(
    slack: LocalSlack, owner: str, name: str, length: int, alt_text: str = "", filetype: str = ""
) -> StoredFile:
    """Create a file of this many bytes, still without content."""
    file_id = "F0" + secrets.token_hex(5)[:9].upper()
    created = int(slack.clock.now())
    slack.files[file_id] = StoredFile(
        file_id=file_id,
        name=name,
        length=length,
        owner=owner,
        created=created,
        title=name,
        alt_text=alt_text,
        filetype=filetype,
    )
    return slack.files[file_id]


def share_files(
    slack: LocalSlack, stored: list[StoredFile], channel: Channel, message: JsonObject, thread_ts: str | None
) -> JsonObject:
    """Post a message with files and announce both to the app; return the message.

    Raises SlackError `thread_not_found`.
    """
    message |= {"subtype": "file_share", "upload": True, "display_as_bot": False}
    if thread_ts and thread_ts not in channel.messages:
        raise SlackError("thread_not_found")
    for each in stored:
        entry = {"ts": message["ts"], "channel_name": channel.name, "team_id": slack.workspace.team_id}
        entry |= {"share_user_id": str(message["user"])} | ({"thread_ts": thread_ts} if thread_ts else {})
        each.shares.setdefault(channel.channel_id, []).append(entry)
    message["files"] = [describe_file(slack, each) for each in stored]
    posting.post(slack, channel, message, thread_ts)
    for each in stored:
        _announce_shared(slack, each, channel, str(message["user"]))
    return message


def describe_file(slack: LocalSlack, stored: StoredFile) -> JsonObject:
    """Build the file object that the app sees in messages and answers."""
    # A file belongs to its owner's workspace, wherever it is shared.
    team_id = slack.home_of(stored.owner).workspace.team_id
    address = f"{slack.base_url}/files-pri/{team_id}-{stored.file_id}"
    places: dict[str, list[str]] = {"channel": [], "group": [], "mpim": [], "im": []}
    public: JsonObject = {}
    private: JsonObject = {}
    for channel_id, entries in stored.shares.items():
        channel = slack.workspace.channels.get(channel_id)
        if channel is None:
            continue
        kind = channel.kind
        places[kind].append(channel_id)
        (public if kind == "channel" else private)[channel_id] = entries
    shares = {name: each for name, each in (("public", public), ("private", private)) if each}
    return {
        "id": stored.file_id,
        "created": stored.created,
        "timestamp": stored.created,
        "name": stored.name,
        "title": stored.title,
        "mimetype": mimetypes.guess_type(stored.name)[0] or "application/octet-stream",
        "filetype": stored.kind,
        "pretty_type": TYPE_NAMES.get(stored.kind, stored.kind.upper()),
        "user": stored.owner,
        "user_team": team_id,
        "editable": stored.kind in TEXT_TYPES.values(),
        "size": len(stored.content or b""),
        "mode": "snippet" if stored.filetype else "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": bool(public),
        "public_url_shared": False,
        "url_private": f"{address}/{stored.slug}",
        "url_private_download": f"{address}/download/{stored.slug}",
        "permalink": f"{slack.base_url}/files/{stored.owner}/{stored.file_id}/{stored.slug}",
        "file_access": "visible",
        "channels": places["channel"],
        "groups": [*places["group"], *places["mpim"]],
        "ims": places["im"],
        "shares": shares,
        "comments_count": 0,
        **({"alt_txt": stored.alt_text} if stored.alt_text else {}),
    }


def delete_file(slack: LocalSlack, stored: StoredFile) -> None:
    """Delete a file; messages that showed it keep their text, with a tombstone in its place."""
    del slack.files[stored.file_id]
    channels = _channels_showing(slack, stored)
    for channel in channels:
        for ts, message in list(channel.messages.items()):
            if any(each["id"] == stored.file_id for each in message.get("files", [])):
                channel.messages[ts] = {**message, "files": [_tombstone(each, stored) for each in message["files"]]}
                slack.publish_in(channel, {"type": "message", "message": channel.messages[ts]})
    heard = next((each for each in channels if installations_in(slack, each)), None)
    if heard:
        event = {"type": "file_deleted", "file_id": stored.file_id, "event_ts": slack.clock.next_ts()}
        events.announce_in_channel(slack, heard, event)


def _channels_showing(slack: LocalSlack, stored: StoredFile) -> list[Channel]:
    channels = [slack.workspace.channels.get(channel_id) for channel_id in stored.shares]
    return [each for each in channels if each]


def _tombstone(entry: JsonObject, stored: StoredFile) -> JsonObject:
    return {"id": stored.file_id, "mode": "tombstone"} if entry["id"] == stored.file_id else entry


def find_visible_file(slack: LocalSlack, file_id: str) -> StoredFile:
    """Find a file that the app may see: its own, or one shared where the app is.

    Raises SlackError `file_not_found`, also for a file that is not visible: Slack does not tell the two apart.
    """
    stored = slack.files.get(file_id)
    bot_user_id = slack.credentials.bot_user_id
    if stored is None or not stored.completed:
        raise SlackError("file_not_found")
    if stored.owner != bot_user_id and not any(
        each.is_visible_to(bot_user_id) for each in _channels_showing(slack, stored)
    ):
        raise SlackError("file_not_found")
    return stored


def _announce_shared(slack: LocalSlack, stored: StoredFile, channel: Channel, user_id: str) -> None:
    event = {
        "type": "file_shared",
        "channel_id": channel.channel_id,
        "file_id": stored.file_id,
        "user_id": user_id,
        "file": {"id": stored.file_id},
        "event_ts": slack.clock.next_ts(),
    }
    events.announce_in_channel(slack, channel, event)
