"""Routes of the page: its static files, its live feed, and the actions of people."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path

from aiohttp import WSMsgType, web

from ..parsing import JsonObject, read_json_object
from ..state.errors import SandboxError, SlackError
from ..state.local_slack import LocalSlack
from ..state.stored import StoredFile
from ..state.workspace import User
from . import file_routes
from .actions import ACTIONS
from .snapshots import snapshot, update_for

_FILES = Path(__file__).with_name("static")
_HEADERS = {
    # Pictures may come from anywhere, since apps name them by address; nothing else may.
    "Content-Security-Policy": "default-src 'self'; img-src 'self' http: https: data:; connect-src 'self' ws:",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_LOCAL_HOSTS = {"127.0.0.1", "localhost"}


class PageRoutes:
    """Routes for browsers on this machine."""

    def __init__(self, slack: LocalSlack) -> None:
        self._installations = slack.installations
        self._windows: set[web.WebSocketResponse] = set()

    def routes(self) -> list[web.RouteDef | web.StaticDef]:
        """List the page's routes."""
        return [
            web.get("/", self._index),
            web.get("/archives/{channel}/{message}", self._index),
            web.get("/page/feed", self._feed),
            web.post("/page/act/{act}", self._act),
            web.post("/page/upload", self._upload),
            web.get("/page/files/{team}/{file}", self._shared_file),
            web.get("/page/files/{team}/{file}/preview", self._preview),
            web.get("/page/{file}", self._file),
        ]

    async def close(self) -> None:
        """Close the open windows' connections."""
        await asyncio.gather(*(window.close() for window in list(self._windows)))

    async def _index(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(_FILES / "index.html", headers=_HEADERS)

    async def _file(self, request: web.Request) -> web.FileResponse:
        path = _FILES / request.match_info["file"]
        if path.parent != _FILES or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=_HEADERS)

    async def _feed(self, request: web.Request) -> web.StreamResponse:
        """Serve one window: a snapshot of all that its user may see, then each change."""
        _refuse_strangers(request)
        slack = self._team(request.query.get("team", ""))
        user = _user(slack, request.query.get("user", ""))
        window = web.WebSocketResponse(heartbeat=20)
        await window.prepare(request)
        self._windows.add(window)
        with slack.feed.listen(user.user_id) as updates:
            await window.send_json(snapshot(slack, user))
            writing = asyncio.create_task(_write(window, slack, user, updates))
            try:
                async for message in window:
                    if message.type is WSMsgType.ERROR:
                        break
            finally:
                writing.cancel()
                await asyncio.gather(writing, return_exceptions=True)
                self._windows.discard(window)
        return window

    async def _act(self, request: web.Request) -> web.Response:
        """Serve an action of a person."""
        act = ACTIONS.get(request.match_info["act"])
        if act is None:
            raise web.HTTPNotFound

        async def run() -> JsonObject:
            body = read_json_object(await request.read())
            slack = self._team(str(body.get("team", "")))
            return await act(slack, _user(slack, str(body["user"])), body)

        return await _answer(request, run())

    async def _upload(self, request: web.Request) -> web.Response:
        async def run() -> JsonObject:
            slack = self._team(request.query.get("team", ""))
            return await file_routes.upload(slack, _user(slack, request.query["user"]), request)

        return await _answer(request, run())

    async def _shared_file(self, request: web.Request) -> web.Response:
        return file_routes.serve(self._stored(request))

    async def _preview(self, request: web.Request) -> web.Response:
        return web.json_response(file_routes.preview(self._stored(request)), headers=_HEADERS)

    def _stored(self, request: web.Request) -> StoredFile:
        _refuse_strangers(request)
        slack = self._team(request.match_info["team"])
        return file_routes.find_file(slack, _user(slack, request.query.get("user", "")), request.match_info["file"])

    def _team(self, team_id: str) -> LocalSlack:
        """Find a workspace by its ID, or take the first one."""
        found = (each for each in self._installations if each.workspace.team_id == team_id)
        return next(found, self._installations[0])


def _user(slack: LocalSlack, name: str) -> User:
    """Find a person by name or ID, or take the first one."""
    people = slack.workspace.people()
    return next((each for each in people if name in (each.name, each.user_id)), people[0])


async def _answer(request: web.Request, act: Coroutine[object, object, JsonObject]) -> web.Response:
    """Run an action; a refusal is a sentence that the page shows."""
    try:
        _refuse_strangers(request)
        answer = {"ok": True, **await act}
    except (SandboxError, SlackError) as refusal:
        answer = {"ok": False, "error": str(refusal)}
    except (KeyError, TypeError, ValueError) as fault:
        answer = {"ok": False, "error": f"the request is not complete: {fault!r}"}
    finally:
        act.close()
    return web.json_response(answer)


async def _write(
    window: web.WebSocketResponse, slack: LocalSlack, user: User, updates: "asyncio.Queue[JsonObject]"
) -> None:
    while True:
        await window.send_json(update_for(slack, user, await updates.get()))


def _refuse_strangers(request: web.Request) -> None:
    """Refuse requests of other sites open in the same browser (forged, or by DNS rebinding)."""
    origin = request.headers.get("Origin")
    host = request.url.host
    if host not in _LOCAL_HOSTS or (origin is not None and origin != str(request.url.origin())):
        raise web.HTTPForbidden(text="This page answers only to itself, at 127.0.0.1.")
