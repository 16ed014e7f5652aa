"""HTTP handler of the Web API: authentication, scopes, rate limits, and dispatch to the methods."""

import json
from collections.abc import Mapping

from aiohttp import web

from ..delivery.fault_responses import refusal_record, respond_with_fault, too_many_requests
from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.local_slack import LocalSlack
from ..state.records import ApiCall
from ..state.tokens import UserToken
from . import (
    apps,
    auth,
    bookmarks,
    chat,
    conversations,
    files,
    functions,
    oauth,
    pins,
    reactions,
    scheduled_messages,
    users,
    views,
)
from .arguments import Arguments, read_arguments
from .method_call import Method, MethodCall
from .routing import workspace_of_call

METHODS: Mapping[str, Method] = {
    **apps.METHODS,
    **auth.METHODS,
    **oauth.METHODS,
    **chat.METHODS,
    **scheduled_messages.METHODS,
    **conversations.METHODS,
    **bookmarks.METHODS,
    **pins.METHODS,
    **reactions.METHODS,
    **files.METHODS,
    **functions.METHODS,
    **users.METHODS,
    **views.METHODS,
}


class WebApi:
    """Handler of `/api/<method>`."""

    def __init__(self, slack: LocalSlack) -> None:
        self._first = slack

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one call. Slack answers 200 to refusals, too; `ok` tells them apart."""
        name = request.match_info["method"]
        started = self._first.clock.now()
        request_arguments = Arguments()
        slack, caller, person, fault, wait_seconds = self._first, "", None, None, 0
        try:
            request_arguments = await read_arguments(request)
            arguments, token = request_arguments.values, request_arguments.token
            slack, caller = self._recognise(token)
            person = slack.tokens.user_token(token)
            slack = slack.home_of(person.user_id) if person else workspace_of_call(slack, name, arguments)
            workspace = slack.workspace
            fault = slack.faults.take_fault(name, workspace.team_id, workspace.name)
            wait_seconds = 0 if fault else slack.rates.take_call(workspace.team_id, name, str(arguments.get("channel")))
            if wait_seconds:
                answer: JsonObject = {"ok": False, "error": "ratelimited"}
            elif fault and not fault.does_the_work:
                answer = refusal_record(fault)
            else:
                call = MethodCall(slack=slack, arguments=arguments, token=token, person=person)
                answer = {"ok": True, **await _answer(name, caller, call)}
        except SlackError as refusal:
            answer = refusal.answer()
        # Not confirmed: that Slack, too, answers a body that is too large with a bare 413.
        except web.HTTPRequestEntityTooLarge as failure:
            self._record(slack, name, {}, {"ok": False, "error": "http:413"}, started)
            return web.Response(status=failure.status, text="Request Entity Too Large")
        _warn(answer, request_arguments.warnings)
        self._record(slack, name, request_arguments.values, answer, started)
        if wait_seconds:
            return too_many_requests(wait_seconds)
        # A call without one of the app's tokens learns nothing of its scopes.
        headers = _headers(slack, name, person) if caller not in ("", "wrong") else {}
        if fault:
            return await respond_with_fault(request, fault, slack.faults, slack.clock, answer, headers)
        return web.json_response(answer, headers=headers)

    def _record(self, slack: LocalSlack, name: str, arguments: JsonObject, answer: JsonObject, started: float) -> None:
        # Copied, since the message in an answer may change later.
        copied = json.loads(json.dumps(answer))
        took = self._first.clock.now() - started
        slack.record_call(
            ApiCall(
                method=name, arguments=arguments, answer=copied, at=started, took=took, team_id=slack.workspace.team_id
            )
        )

    def _recognise(self, token: str) -> tuple[LocalSlack, str]:
        """Find a token's workspace and owner: "bot", "app", "person", "wrong", or "" without a token.

        Raises SlackError for a token that was valid once.
        """
        if token == self._first.credentials.app_token:
            return self._first, "app"
        for slack in self._first.installations:
            if slack.tokens.knows(token):
                return slack, "bot"
            if slack.tokens.user_token(token):
                return slack, "person"
        return self._first, "wrong" if token else ""


async def _answer(name: str, caller: str, call: MethodCall) -> JsonObject:
    method = METHODS.get(name)
    if method is None:
        raise SlackError("unknown_method", req_method=name)
    if method.caller != "anyone":
        _check_caller(method, caller)
    granted = call.granted
    needed = method.needed(call)
    if needed and not granted.intersection(needed):
        raise SlackError("missing_scope", needed=",".join(needed), provided=",".join(sorted(granted)))
    return await method.handle(call)


def _check_caller(method: Method, caller: str) -> None:
    if not caller:
        raise SlackError("not_authed")
    if caller == "wrong":
        raise SlackError("invalid_auth")
    if caller != method.caller and not (caller == "person" and method.takes_people):
        raise SlackError("not_allowed_token_type")


def _warn(answer: JsonObject, warnings: list[str]) -> None:
    """Add warnings to the answer, as one text and as a list.

    https://medium.com/slack-developer-blog/well-wishes-and-warnings-in-the-web-api-489456837220
    """
    names = [*filter(None, str(answer.get("warning") or "").split(",")), *warnings]
    if names:
        answer["warning"] = ",".join(names)
        answer["response_metadata"] = {**answer.get("response_metadata", {}), "warnings": names}


def _headers(slack: LocalSlack, name: str, person: UserToken | None) -> dict[str, str]:
    method = METHODS.get(name)
    headers = {"x-oauth-scopes": ",".join(sorted(person.scopes if person else slack.manifest.bot_scopes))}
    if method and not callable(method.scopes):
        headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
    return headers
