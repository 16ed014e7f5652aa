"""Files in the page: uploads, downloads and previews for the people who may see them."""

import codecs
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from ..actions import people
from ..parsing import JsonObject
from ..state.errors import SandboxError
from ..state.local_slack import LocalSlack
from ..state.stored import StoredFile
from ..state.workspace import User

# Bytes of all files of one message together, since they are kept in memory.
LARGEST_UPLOAD = 100 * 1024 * 1024
# Length of a text file's preview.
_PREVIEW_CHARACTERS = 2000
_PREVIEW_LINES = 12
# Image types without scripts; all other files are only downloaded.
_PICTURES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
# An uploaded file must not run as part of the page.
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
    """Find a file that this person may see; HTTPNotFound otherwise."""
    # In a shared channel the file may be another workspace's.
    stored = next((each.files[file_id] for each in slack.installations if file_id in each.files), None)
    if stored is None or stored.content is None or not _is_visible(slack, user, stored):
        raise web.HTTPNotFound
    return stored


def serve(stored: StoredFile) -> web.Response:
    """Build the download, or the inline response of a picture."""
    kind = _PICTURES.get(stored.kind)
    disposition = "inline" if kind else "attachment"
    headers = {**_HEADERS, "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(stored.name, safe='')}"}
    return web.Response(body=stored.content, content_type=kind or "application/octet-stream", headers=headers)


def preview(stored: StoredFile) -> JsonObject:
    """Build a preview of a text's first lines; `text` is None for any other file."""
    content = stored.content or b""
    # A character has four bytes at most; one that is cut at the end is left out.
    head = content[: _PREVIEW_CHARACTERS * 4]
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) == len(content))
    except UnicodeDecodeError:
        return {"text": None, "more": False}
    if "\0" in text:
        return {"text": None, "more": False}
    lines = "\n".join(text[:_PREVIEW_CHARACTERS].splitlines()[:_PREVIEW_LINES])
    return {"text": lines, "more": len(lines.encode()) < len(content.rstrip())}


def _is_visible(slack: LocalSlack, user: User, stored: StoredFile) -> bool:
    channels = [slack.workspace.channels.get(each) for each in stored.shares]
    if stored.owner == user.user_id or any(each and each.is_visible_to(user.user_id) for each in channels):
        return True
    # Slack requires only that the publisher of a `slack_file` block can see the file. Not confirmed: that everyone who
    # sees the block, here in their home tab, sees the file as well.
    home = slack.homes.get(user.user_id, {})
    return any((block.get("slack_file") or {}).get("id") == stored.file_id for block in home.get("blocks", []))
