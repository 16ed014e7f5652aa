"""Arguments of a Web API request as SDKs send them: query, form and JSON, and the token.

The error strings are those that every page under https://docs.slack.dev/reference/methods
lists. Not confirmed, for no page tells: that the last of several arguments of one name counts, and that
Slack ignores a text/plain body.
"""

import base64
import binascii
import codecs
import re
from dataclasses import dataclass, field

from aiohttp import web

from ..parsing import JsonObject, read_json
from ..state.errors import SlackError

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_CHARSETS = ("utf-8", "iso8859-1")
_NAME = re.compile(r"\w+", re.ASCII)


@dataclass(slots=True)
class Arguments:
    """Arguments and token of a request; `warnings` are Slack's names for flaws that it tolerates."""

    values: JsonObject = field(default_factory=dict)
    token: str = ""
    warnings: list[str] = field(default_factory=list)


async def read_arguments(request: web.Request) -> Arguments:
    """Read query, form and JSON arguments, and a client's ID and secret from Basic authorization.

    A token is valid in the Authorization header and in a form. In the query only apps older than
    2021 may have it, and in a JSON body it is ignored. Raises SlackError `invalid_json`, `json_not_object`,
    `invalid_form_data`, `invalid_charset`, `invalid_post_type`, `missing_post_type`, `invalid_arg_name` or
    `invalid_array_arg`, and aiohttp's HTTPRequestEntityTooLarge.
    """
    arguments = Arguments(dict(request.query.items()) | _client(request))
    arguments.values.pop("token", None)
    if request.method == "POST":
        await _read_body(request, arguments)
    _check_names(arguments.values)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        arguments.token = token.strip()
    return arguments


async def _read_body(request: web.Request, arguments: Arguments) -> None:
    kind = request.content_type if "Content-Type" in request.headers else ""
    _check_charset(request)
    if kind in _FORMS:
        form = await _form(request)
        arguments.token = form.pop("token", "")
        arguments.values |= form
        if request.charset:
            arguments.warnings.append("superfluous_charset")
        return
    body = await request.read()
    if not body:
        return
    if not kind:
        raise SlackError("missing_post_type")
    if kind not in ("application/json", "text/plain"):
        raise SlackError("invalid_post_type")
    if not request.charset:
        arguments.warnings.append("missing_charset")
    if kind == "application/json":
        arguments.values |= _json_object(body)


async def _form(request: web.Request) -> dict[str, str]:
    try:
        form = await request.post()
    # The form is cut short, has no boundary, or a part has an invalid header.
    except (LookupError, ValueError, RuntimeError, web.HTTPBadRequest) as failure:
        raise SlackError("invalid_form_data") from failure
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _check_charset(request: web.Request) -> None:
    try:
        supported = request.charset is None or codecs.lookup(request.charset).name in _CHARSETS
    except (LookupError, ValueError):
        supported = False
    if not supported:
        raise SlackError("invalid_charset")


def _check_names(values: JsonObject) -> None:
    for name in values:
        if re.fullmatch(r"\w+\[.*\]", name, re.ASCII | re.DOTALL):
            raise SlackError("invalid_array_arg")
        if not _NAME.fullmatch(name):
            raise SlackError("invalid_arg_name")


def _client(request: web.Request) -> JsonObject:
    scheme, _, coded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, secret = base64.b64decode(coded.strip().encode("ascii"), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeError):
        return {}
    return {"client_id": client_id, "client_secret": secret}


def _json_object(body: bytes) -> JsonObject:
    try:
        document = read_json(body)
    except ValueError as failure:
        raise SlackError("invalid_json") from failure
    if not isinstance(document, dict):
        raise SlackError("json_not_object")
    document.pop("token", None)
    return document
