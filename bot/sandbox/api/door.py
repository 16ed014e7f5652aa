"""The Web API over HTTP: reads a request as slack_sdk sends it, asks the method, answers as Slack does."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ..core import LocalSlack
from ..errors import Json, SlackError
from ..records import Call as CallRecord
from . import chat, connections, conversations, people, surfaces
from .call import Call, Method

METHODS: Mapping[str, Method] = {
    **connections.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **people.METHODS,
    **surfaces.METHODS,
}


class WebApi:
    """Answers `/api/<method>`."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack

    async def serve(self, request: web.Request) -> web.Response:
        """One call. Slack answers 200 to refusals, too; `ok` tells."""
        name = request.match_info["method"]
        started = self._slack.clock.now()
        arguments: Json = {}
        try:
            arguments = await _read_arguments(request)
            token = _read_token(request, arguments)
            answer = {"ok": True, **await self._answer(name, token, arguments)}
        except SlackError as refusal:
            answer = refusal.answer()
        took = self._slack.clock.now() - started
        # A copy: the message in an answer may be replaced by a later one.
        self._slack.record_call(CallRecord(name, arguments, json.loads(json.dumps(answer)), started, took))
        return web.json_response(answer, headers=self._headers(name))

    async def _answer(self, name: str, token: str, arguments: Json) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        call = Call(self._slack, arguments)
        self._check_token(method, token)
        self._check_scope(method, call)
        return await method.handle(call)

    def _check_token(self, method: Method, token: str) -> None:
        if method.caller == "anyone":
            return
        if not token:
            raise SlackError("not_authed")
        credentials = self._slack.credentials
        kinds = {credentials.bot_token: "bot", credentials.app_token: "app"}
        if token not in kinds:
            raise SlackError("invalid_auth")
        if kinds[token] != method.caller:
            raise SlackError("not_allowed_token_type")

    def _check_scope(self, method: Method, call: Call) -> None:
        granted = self._slack.manifest.bot_scopes
        needed = method.needed(call)
        if needed and not granted.intersection(needed):
            raise SlackError("missing_scope", needed=",".join(needed), provided=",".join(sorted(granted)))

    def _headers(self, name: str) -> dict[str, str]:
        method = METHODS.get(name)
        headers = {"x-oauth-scopes": ",".join(sorted(self._slack.manifest.bot_scopes))}
        if method and not callable(method.scopes):
            headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
        return headers


async def _read_arguments(request: web.Request) -> Json:
    """Query, form and JSON arguments together."""
    arguments: Json = dict(request.query)
    if request.method == "GET":
        return arguments
    body = await request.read()
    kind = request.content_type
    if kind == "application/json" and body:
        return arguments | _json_object(body)
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        try:
            form = await request.post()
        # An unknown charset is a LookupError, bytes that are not in it a ValueError.
        except (LookupError, ValueError) as failure:
            raise SlackError("invalid_form_data") from failure
        return arguments | {name: value for name, value in form.items() if isinstance(value, str)}
    if body:
        raise SlackError("invalid_post_type")
    return arguments


def _json_object(body: bytes) -> Json:
    try:
        document: Any = json.loads(body)
    except (json.JSONDecodeError, UnicodeDecodeError) as failure:
        raise SlackError("invalid_json") from failure
    if not isinstance(document, dict):
        raise SlackError("json_not_object")
    return document


def _read_token(request: web.Request, arguments: Json) -> str:
    """The bearer token, or a `token` argument, which is taken out of the arguments."""
    argument = str(arguments.pop("token", "") or "")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else argument
