"""Files in the page: uploaded by people, shown and downloaded by who may see them."""

import codecs
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from ..actions import people
from ..parsing import JsonObject
from ..state.errors import SandboxError
from ..state.local_slack import LocalSlack
from ..state.stored import StoredFile
from ..state.workspace import User

# They are kept in memory. Bytes, of all files of one message together.
LARGEST_UPLOAD = 100 * 1024 * 1024
# How much of a text file a message shows, in characters; and how many bytes are looked at for that.
_PREVIEW_CHARACTERS = 2000
_PREVIEW_LINES = 12
# Pictures that hold no script. Everything else is only ever downloaded.
_PICTURES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
# A file someone uploaded must not run as part of the page.
_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


async def upload(slack: LocalSlack, user: User, request: web.Request) -> JsonObject:
    """Share the form's files in one message; SandboxError when they are too large or there are none."""
    if request.content_type != "multipart/form-data":
        raise SandboxError("files come as a form.")
    text, size = "", 0
    shared: list[tuple[str, bytes]] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        content = b""
        while chunk := await part.read_chunk():
            content += chunk
            size += len(chunk)
            if size > LARGEST_UPLOAD:
                raise SandboxError(f"the sandbox takes {LARGEST_UPLOAD >> 20} MB at once.")
        if part.name == "file":
            shared.append((part.filename or "file", content))
        elif part.name == "text":
            text = content.decode()
    channel = people.find_channel(slack, user, request.query["channel"])
    return {"ts": people.share_files(slack, user, channel, shared, text, request.query.get("thread_ts") or None)}


def find_file(slack: LocalSlack, user: User, file_id: str) -> StoredFile:
    """A file that this person may see; HTTPNotFound otherwise."""
    # In a shared channel it may be another workspace's.
    stored = next((each.files[file_id] for each in slack.installations if file_id in each.files), None)
    if stored is None or stored.content is None or not _is_visible(slack, user, stored):
        raise web.HTTPNotFound
    return stored


def serve(stored: StoredFile) -> web.Response:
    """The bytes: a picture to be shown, anything else to be downloaded."""
    kind = _PICTURES.get(stored.kind)
    disposition = "inline" if kind else "attachment"
    headers = {**_HEADERS, "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(stored.name, safe='')}"}
    return web.Response(body=stored.content, content_type=kind or "application/octet-stream", headers=headers)


def preview(stored: StoredFile) -> JsonObject:
    """The first lines of a text, and whether there is more; `text` is None for what is no text."""
    content = stored.content or b""
    # Four bytes make one character at most; a character cut in two at the end is left out.
    head = content[: _PREVIEW_CHARACTERS * 4]
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) == len(content))
    except UnicodeDecodeError:
        return {"text": None, "more": False}
    if "\0" in text:
        return {"text": None, "more": False}
    shown = "\n".join(text[:_PREVIEW_CHARACTERS].splitlines()[:_PREVIEW_LINES])
    return {"text": shown, "more": len(shown.encode()) < len(content.rstrip())}


def _is_visible(slack: LocalSlack, user: User, stored: StoredFile) -> bool:
    channels = [slack.workspace.channels.get(each) for each in stored.shares]
    if stored.owner == user.user_id or any(each and each.is_visible_to(user.user_id) for each in channels):
        return True
    # Slack's page on `slack_file` asks only that who publishes the blocks may see the file. Not confirmed: that it is
    # then shown to whoever sees the blocks; here, in their home tab.
    home = slack.homes.get(user.user_id, {})
    return any((block.get("slack_file") or {}).get("id") == stored.file_id for block in home.get("blocks", []))
