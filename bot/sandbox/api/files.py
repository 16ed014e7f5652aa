"""Methods files.*: the steps of an upload, reading and deleting.

https://docs.slack.dev/reference/methods/files.completeUploadExternal and its neighbours. Not confirmed, as
the page lists no error for it: completing a file twice, a missing thread, and a thread with several channels.
"""

import secrets

from ..actions import files, posting
from ..blockkit.message_content import escape_loose_text, read_message
from ..blockkit.schema import fault
from ..parsing import JsonObject
from ..state.errors import SlackError, refuse_arguments
from ..state.stored import StoredFile
from ..state.workspace import Channel
from .method_call import Method, MethodCall, whole_number

_WRITE = ("files:write",)
_READ = ("files:read",)
_MOST_CHANNELS = 100
_ALT_TEXT = 1_000
_LARGEST_SNIPPET = 1_048_576


async def get_upload_url(call: MethodCall) -> JsonObject:
    """Serve files.getUploadURLExternal: issue the URL that takes the bytes in one POST."""
    name, length = call.required("filename"), whole_number(call.required("length"))
    if length is None:
        raise refuse_arguments(fault("must be a number", "/length"))
    if length == 0:
        raise SlackError("missing_argument")
    if length > files.LARGEST_FILE:
        raise SlackError("file_upload_size_restricted")
    alt_text, snippet_type = call.text("alt_txt"), call.text("snippet_type")
    if len(alt_text) > _ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    if snippet_type and length > _LARGEST_SNIPPET:
        raise SlackError("snippet_too_large")
    slack = call.slack
    stored = files.reserve_file(slack, slack.credentials.bot_user_id, name, length, alt_text, snippet_type)
    secret = f"{slack.workspace.team_id}-{stored.file_id}-{secrets.token_hex(8)}"
    return {"upload_url": f"{slack.base_url}/upload/v1/{secret}", "file_id": stored.file_id}


async def complete_upload(call: MethodCall) -> JsonObject:
    """Serve files.completeUploadExternal: share the files in the named channels and thread."""
    slack, stored = call.slack, _named_files(call)
    channel_ids = _channel_ids(call)
    if len(channel_ids) > _MOST_CHANNELS:
        raise SlackError("channels_limit_exceeded")
    channels = [_channel(call, each) for each in channel_ids]
    thread_ts = call.text("thread_ts") or None
    if thread_ts and len(channels) != 1:
        raise refuse_arguments(fault("must have one channel", "/thread_ts"))
    if thread_ts:
        thread_ts = posting.existing_thread(channels[0], thread_ts)
    comment = call.text("initial_comment")
    blocks = [] if comment or not call.arguments.get("blocks") else read_message(call.arguments)[1]
    for each, title in stored:
        each.completed, each.title = True, title or each.title
    for channel in channels:
        message = posting.make_bot_message(slack, escape_loose_text(comment), blocks)
        files.share_files(slack, [each for each, _ in stored], channel, message, thread_ts)
    return {"files": [files.describe_file(slack, each) for each, _ in stored]}


async def info(call: MethodCall) -> JsonObject:
    """Serve files.info."""
    stored = files.find_visible_file(call.slack, call.required("file"))
    return {"file": files.describe_file(call.slack, stored), "comments": [], "response_metadata": {"next_cursor": ""}}


async def delete(call: MethodCall) -> JsonObject:
    """Serve files.delete, for the app's own files; messages keep their text, with a tombstone for the file."""
    stored = files.find_visible_file(call.slack, call.required("file"))
    if stored.owner != call.slack.credentials.bot_user_id:
        raise SlackError("cant_delete_file")
    files.delete_file(call.slack, stored)
    return {}


def _named_files(call: MethodCall) -> list[tuple[StoredFile, str]]:
    """List the named files, uploaded by the app and not completed yet, with their titles."""
    call.required("files")
    entries = call.json("files")
    if not isinstance(entries, list) or not entries:
        raise refuse_arguments(fault("must provide an array", "/files"))
    uploads = []
    for position, entry in enumerate(entries):
        if not isinstance(entry, dict) or not entry.get("id"):
            raise refuse_arguments(fault("missing required field: id", f"/files/{position}"))
        stored = call.slack.files.get(str(entry["id"]))
        if stored and stored.owner != call.slack.credentials.bot_user_id:
            raise SlackError("access_denied")
        # A completed upload has no ticket any more.
        if stored is None or stored.content is None or stored.completed:
            raise SlackError("file_not_found")
        uploads.append((stored, str(entry.get("title") or "")))
    return uploads


def _channel_ids(call: MethodCall) -> list[str]:
    named = [call.text("channel_id"), *call.text("channels").split(",")]
    return list(dict.fromkeys(each.strip() for each in named if each.strip()))


def _channel(call: MethodCall, channel_id: str) -> Channel:
    slack = call.slack
    if channel_id in slack.workspace.users:
        return slack.workspace.direct_message(channel_id)
    channel = slack.workspace.channels.get(channel_id)
    if channel is None or not channel.is_visible_to(slack.credentials.bot_user_id):
        raise SlackError("channel_not_found")
    if slack.credentials.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("posting_to_channel_denied")
    return channel


METHODS = {
    "files.getUploadURLExternal": Method(handle=get_upload_url, scopes=_WRITE),
    "files.completeUploadExternal": Method(handle=complete_upload, scopes=_WRITE),
    "files.info": Method(handle=info, scopes=_READ),
    "files.delete": Method(handle=delete, scopes=_WRITE),
}
