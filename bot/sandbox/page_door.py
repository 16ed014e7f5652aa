"""The page's side of the server: its files, its live feed, and what people do in it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from . import acts
from .core import INSPECTOR_RECORDS, LocalSlack
from .errors import Json, SandboxError, SlackError
from .workspace import Channel, User

_FILES = Path(__file__).with_name("page")
_HEADERS = {
    # Pictures may come from anywhere, since apps name them by address; nothing else may.
    "Content-Security-Policy": "default-src 'self'; img-src 'self' http: https: data:; connect-src 'self' ws:",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_LOCAL_HOSTS = {"127.0.0.1", "localhost"}


class PageDoor:
    """Serves the page to browsers on this machine."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack
        self._windows: set[web.WebSocketResponse] = set()
        self._acts: dict[str, Callable[[User, Json], Awaitable[Json]]] = {
            "post": self._post,
            "edit": self._edit,
            "delete": self._delete,
            "react": self._react,
            "command": self._command,
            "shortcut": self._shortcut,
            "global_shortcut": self._global_shortcut,
            "use_in_message": self._use_in_message,
            "use_in_view": self._use_in_view,
            "submit": self._submit,
            "close": self._close,
            "open_home": self._open_home,
        }

    def routes(self) -> list[web.RouteDef | web.StaticDef]:
        """Where the page and its parts are."""
        return [
            web.get("/", self._index),
            web.get("/archives/{channel}/{message}", self._index),
            web.get("/page/feed", self._feed),
            web.post("/page/act/{act}", self._act),
            web.get("/page/{file}", self._file),
        ]

    async def close(self) -> None:
        """Let the open windows know that the sandbox ends."""
        await asyncio.gather(*(window.close() for window in list(self._windows)))

    async def _index(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(_FILES / "index.html", headers=_HEADERS)

    async def _file(self, request: web.Request) -> web.FileResponse:
        path = _FILES / request.match_info["file"]
        if path.parent != _FILES or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=_HEADERS)

    async def _feed(self, request: web.Request) -> web.StreamResponse:
        """One window: everything its user may see, then each change."""
        _refuse_strangers(request)
        user = self._user(request.query.get("user", ""))
        window = web.WebSocketResponse(heartbeat=20)
        await window.prepare(request)
        self._windows.add(window)
        with self._slack.feed.listen(user.user_id) as updates:
            await window.send_json(self._snapshot(user))
            writing = asyncio.create_task(_write(window, updates))
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
        """Something a person does in the page; a refusal is a sentence the page shows."""
        _refuse_strangers(request)
        act = self._acts.get(request.match_info["act"])
        if act is None:
            raise web.HTTPNotFound
        try:
            asked = await request.json()
            user = self._user(str(asked["user"]))
            answer = {"ok": True, **await act(user, asked)}
        except (SandboxError, SlackError) as refusal:
            answer = {"ok": False, "error": str(refusal)}
        except (KeyError, TypeError, ValueError) as fault:
            answer = {"ok": False, "error": f"the request is not complete: {fault!r}"}
        return web.json_response(answer)

    def _user(self, name: str) -> User:
        """The person of this name, or the first one."""
        people = self._slack.workspace.people()
        return next((each for each in people if name in (each.name, each.user_id)), people[0])

    def _channel(self, user: User, asked: Json) -> Channel:
        return acts.find_channel(self._slack, user, str(asked["channel"]))

    async def _post(self, user: User, asked: Json) -> Json:
        channel = self._channel(user, asked)
        return {"ts": acts.post(self._slack, user, channel, str(asked["text"]), asked.get("thread_ts"))}

    async def _edit(self, user: User, asked: Json) -> Json:
        acts.edit(self._slack, user, self._channel(user, asked), str(asked["ts"]), str(asked["text"]))
        return {}

    async def _delete(self, user: User, asked: Json) -> Json:
        acts.delete(self._slack, user, self._channel(user, asked), str(asked["ts"]))
        return {}

    async def _react(self, user: User, asked: Json) -> Json:
        acts.react(self._slack, user, self._channel(user, asked), str(asked["ts"]), str(asked["name"]))
        return {}

    async def _command(self, user: User, asked: Json) -> Json:
        channel = self._channel(user, asked)
        await acts.command(self._slack, user, channel, str(asked["command"]), str(asked["text"]))
        return {}

    async def _shortcut(self, user: User, asked: Json) -> Json:
        channel = self._channel(user, asked)
        envelope = await acts.shortcut(self._slack, user, channel, str(asked["ts"]), str(asked["callback_id"]))
        return {"acked": envelope.acked}

    async def _global_shortcut(self, user: User, asked: Json) -> Json:
        envelope = await acts.global_shortcut(self._slack, user, str(asked["callback_id"]))
        return {"acked": envelope.acked}

    async def _use_in_message(self, user: User, asked: Json) -> Json:
        wanted = (str(asked["block_id"]), str(asked["action_id"]))
        channel, chosen, values = self._channel(user, asked), asked.get("chosen"), asked.get("values")
        envelope = await acts.act_in_message(self._slack, user, channel, str(asked["ts"]), wanted, chosen, values)
        return {"acked": envelope.acked}

    async def _use_in_view(self, user: User, asked: Json) -> Json:
        wanted = (str(asked["block_id"]), str(asked["action_id"]))
        chosen, values = asked.get("chosen"), asked.get("values")
        envelope = await acts.act_in_view(self._slack, user, str(asked["view_id"]), wanted, chosen, values)
        return {"acked": envelope.acked}

    async def _submit(self, user: User, asked: Json) -> Json:
        _, errors = await acts.submit(self._slack, user, str(asked["view_id"]), dict(asked["values"]))
        return {"errors": dict(errors)}

    async def _close(self, user: User, asked: Json) -> Json:
        await acts.close(self._slack, user, str(asked["view_id"]))
        return {}

    async def _open_home(self, user: User, asked: Json) -> Json:
        acts.open_home(self._slack, user, str(asked.get("tab", "home")))
        return {}

    def _snapshot(self, user: User) -> Json:
        """Everything this person's window shows."""
        slack, workspace = self._slack, self._slack.workspace
        users = [
            {"id": each.user_id, "name": each.name, "real_name": each.real_name, "locale": each.locale}
            | {"title": each.title, "is_bot": bool(each.bot_id)}
            for each in workspace.users.values()
        ]
        visible = [each for each in workspace.channels.values() if each.is_visible_to(user.user_id)]
        records = [each.shown() for each in slack.calls[-INSPECTOR_RECORDS:]]
        records += [each.shown() for each in slack.deliveries.envelopes[-INSPECTOR_RECORDS:]]
        return {
            "type": "snapshot",
            "me": user.user_id,
            "team": {"id": workspace.team_id, "name": workspace.name},
            "app": self._app(),
            "users": users,
            "channels": [_channel_snapshot(each, user) for each in visible],
            "views": slack.views.get(user.user_id, []),
            "home": slack.homes.get(user.user_id),
            "records": sorted(records, key=lambda each: float(each["at"])),
        }

    def _app(self) -> Json:
        manifest = self._slack.manifest
        return {
            "name": manifest.name,
            "description": manifest.description,
            "bot_user_id": self._slack.credentials.bot_user_id,
            "home_tab": manifest.home_tab,
            "messages_tab": manifest.messages_tab,
            "connected": self._slack.app_connected,
            "commands": [
                {"command": each.command, "description": each.description, "usage_hint": each.usage_hint}
                for each in manifest.commands
            ],
            "shortcuts": [
                {"callback_id": each.callback_id, "name": each.name, "kind": each.kind} for each in manifest.shortcuts
            ],
        }


def _channel_snapshot(channel: Channel, user: User) -> Json:
    return {
        "id": channel.channel_id,
        "name": channel.name,
        "kind": channel.kind,
        "topic": channel.topic,
        "members": sorted(channel.members),
        "messages": list(channel.messages.values()),
        "ephemerals": list(channel.ephemerals.get(user.user_id, {}).values()),
    }


async def _write(window: web.WebSocketResponse, updates: "asyncio.Queue[Json]") -> None:
    while True:
        update: Any = await updates.get()
        await window.send_json(update)


def _refuse_strangers(request: web.Request) -> None:
    """Another site open in the same browser must not act here (by a forged request or DNS rebinding)."""
    origin = request.headers.get("Origin")
    host = request.url.host
    if host not in _LOCAL_HOSTS or (origin is not None and origin != str(request.url.origin())):
        raise web.HTTPForbidden(text="This page answers only to itself, at 127.0.0.1.")
