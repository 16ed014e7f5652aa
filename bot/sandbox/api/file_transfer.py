"""File transfer: upload URLs, and downloads with the app's token."""

from urllib.parse import quote

from aiohttp import BodyPartReader, web

from ..actions.files import find_visible_file
from ..state.errors import SlackError
from ..state.local_slack import LocalSlack
from ..state.stored import StoredFile

# An uploaded file must not run as part of the page.
_HEADERS = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}


class FileTransferRoutes:
    """Routes `/upload/v1/...` and `/files-pri/...`."""

    def __init__(self, slack: LocalSlack) -> None:
        self._installations = slack.installations

    def routes(self) -> list[web.RouteDef]:
        """List the routes for uploads and downloads."""
        return [
            web.post("/upload/v1/{secret}", self._upload),
            web.get("/files-pri/{place}/{name}", self._download),
            web.get("/files-pri/{place}/download/{name}", self._download),
        ]

    async def _upload(self, request: web.Request) -> web.Response:
        """Serve an upload, once: the announced number of bytes, bare or as a form's first part."""
        _, stored = self._find(request.match_info["secret"])
        if stored is None or stored.content is not None:
            raise web.HTTPNotFound(text="Unknown or used upload URL")
        content = await _read_bytes(request)
        if len(content) != stored.length:
            raise web.HTTPBadRequest(text=f"{stored.length} bytes were announced, {len(content)} came")
        stored.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def _download(self, request: web.Request) -> web.Response:
        """Serve a download by token; without a valid one redirect to the sign-in page, as Slack does."""
        slack, stored = self._find(request.match_info["place"])
        if stored is None or slack is None or not _may_read(slack, stored, request):
            raise web.HTTPFound(f"/?redir={quote(request.path, safe='')}")
        return web.Response(body=stored.content, content_type="application/octet-stream", headers=_HEADERS)

    def _find(self, place: str) -> tuple[LocalSlack | None, StoredFile | None]:
        team_id, file_id, *_ = [*place.split("-"), ""]
        for slack in self._installations:
            if slack.workspace.team_id == team_id:
                return slack, slack.files.get(file_id)
        return None, None


def _may_read(slack: LocalSlack, stored: StoredFile, request: web.Request) -> bool:
    """Tell if the request's token belongs to an installation, of any workspace, that sees the file."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or "files:read" not in slack.manifest.bot_scopes:
        return False
    for each in slack.installations:
        try:
            if each.tokens.knows(token.strip()) and find_visible_file(each, stored.file_id):
                return True
        except SlackError:
            continue
    return False


async def _read_bytes(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.content.read()
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader):
                return bytes(await part.read())
    except ValueError as failure:
        raise web.HTTPBadRequest(text="not a form") from failure
    return b""
