"""Reads a Web API request as slack_sdk, and other SDKs, send it: query, form and JSON, and the token."""

import base64
import binascii
import json
from typing import Any

from aiohttp import web

from ..errors import Json, SlackError


async def read_arguments(request: web.Request) -> Json:
    """Query, form and JSON arguments together, and a client's ID and secret from Basic authorization.

    Raises SlackError `invalid_json`, `json_not_object`, `invalid_form_data` or `invalid_post_type`.
    """
    arguments: Json = dict(request.query) | _client(request)
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


def read_token(request: web.Request, arguments: Json) -> str:
    """The bearer token, or a `token` argument, which is taken out of the arguments."""
    argument = str(arguments.pop("token", "") or "")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else argument


def _client(request: web.Request) -> Json:
    scheme, _, coded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, secret = base64.b64decode(coded.strip().encode("ascii"), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeError):
        return {}
    return {"client_id": client_id, "client_secret": secret}


def _json_object(body: bytes) -> Json:
    try:
        document: Any = json.loads(body)
    except (json.JSONDecodeError, UnicodeDecodeError) as failure:
        raise SlackError("invalid_json") from failure
    if not isinstance(document, dict):
        raise SlackError("json_not_object")
    return document
