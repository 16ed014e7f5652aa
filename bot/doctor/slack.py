"""Slack: whether it is reached, takes the tokens, and has granted the scopes of the manifest."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp
import yaml
from slack_sdk.errors import SlackApiError

from bot.doctor.findings import Finding, fault, ok, warning
from bot.doctor.machine import judge_clock
from bot.languages import DEFAULT
from bot.replies.workspace.scopes import OPTIONAL_SCOPES, name_what_is_off
from bot.settings import MANIFEST, Settings
from bot.slack.platform.installations import make_client
from bot.slack.platform.web_client import UnreadableAnswerError
from bot.store import Installation

# Of very many workspaces only so many are asked.
_MOST_ASKED: Final = 20
_SCOPES: Final = "x-oauth-scopes"


@dataclass(frozen=True, slots=True)
class _Answer:
    """Slack's answer to auth.test: an error's word, or the granted scopes; and how far the clock is ahead."""

    error: str = ""
    unreachable: str = ""
    granted: frozenset[str] = frozenset()
    workspace: str = ""
    ahead: float | None = None


async def check_slack(
    settings: Settings, installed: tuple[Installation, ...], session: aiohttp.ClientSession
) -> list[Finding]:
    """Ask Slack about each token: that of the settings, and those in the store."""
    tokens = {"SLACK_BOT_TOKEN": settings.slack_bot_token} if settings.slack_bot_token else {}
    tokens |= {f"the token of {each.team_id or each.enterprise_id}": each.bot_token for each in installed[:_MOST_ASKED]}
    findings: list[Finding] = []
    answers = {name: await _ask(settings, token, session) for name, token in tokens.items()}
    if not answers:
        answers = {"": await _ask(settings, "", session)}
    first = next(iter(answers.values()))
    if first.unreachable:
        advice = f"Check the network, a proxy in between, and SLACK_API_URL: {first.unreachable}."
        return [fault("reachability", f"{settings.slack_api_url} does not answer", advice)]
    findings.append(ok("reachability", f"{settings.slack_api_url} answers"))
    findings += [] if first.ahead is None else [judge_clock(first.ahead)]
    for name, answer in answers.items():
        findings += _judge(name, answer) if name else []
    if settings.slack_app_token:
        findings.append(await _check_app_token(settings, session))
    return findings


def _judge(name: str, answer: _Answer) -> Iterator[Finding]:
    if answer.unreachable:
        yield fault("tokens", f"Slack gave no answer about {name}", f"Try again: {answer.unreachable}.")
        return
    if answer.error:
        advice = (
            "Copy it again from your app's OAuth & Permissions page."
            if name == "SLACK_BOT_TOKEN"
            else "Have that workspace install the app again, by the page /slack/install."
        )
        yield fault("tokens", f"Slack refuses {name} ({answer.error})", advice)
        return
    yield ok("tokens", f"Slack takes {name}, in the workspace {answer.workspace}")
    wanted = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))["oauth_config"]["scopes"]["bot"]
    missing = [scope for scope in wanted if scope not in answer.granted]
    again = "paste manifest.yml into your app's App Manifest page, then install the app again"
    if needed := [scope for scope in missing if scope not in OPTIONAL_SCOPES]:
        yield fault("scopes", f"{name} lacks {', '.join(needed)}", f"{again.capitalize()}.")
    for scope, off in name_what_is_off(answer.granted, DEFAULT):
        if scope in missing:
            yield warning("scopes", f"{name} lacks {scope}: {off}", f"If it is wanted, {again}.")
    if not missing:
        yield ok("scopes", f"{name} has all {len(wanted)} scopes of the manifest")


async def _check_app_token(settings: Settings, session: aiohttp.ClientSession) -> Finding:
    client = make_client(settings, None)
    client.session = session
    try:
        await client.apps_connections_open(app_token=settings.slack_app_token)
    except SlackApiError as error:
        advice = (
            "Make one with the scope connections:write on your app's Basic Information page; Socket Mode must be on."
        )
        return fault("tokens", f"Slack refuses SLACK_APP_TOKEN ({error.response.get('error')})", advice)
    except (TimeoutError, OSError, aiohttp.ClientError, UnreadableAnswerError) as error:
        return fault("tokens", "Slack gave no answer about SLACK_APP_TOKEN", f"Try again: {type(error).__name__}.")
    return ok("tokens", "Slack takes SLACK_APP_TOKEN, and opens Socket Mode")


async def _ask(settings: Settings, token: str, session: aiohttp.ClientSession) -> _Answer:
    client = make_client(settings, token or None)
    client.session = session
    try:
        told = await client.auth_test()
    except SlackApiError as error:
        return _Answer(error=str(error.response.get("error")), ahead=_ahead(error.response.headers))
    except (TimeoutError, OSError, aiohttp.ClientError, UnreadableAnswerError) as error:
        return _Answer(unreachable=str(error) or type(error).__name__)
    granted = frozenset(each.strip() for each in _header(told.headers, _SCOPES).split(","))
    return _Answer(granted=granted, workspace=str(told.get("team", "")), ahead=_ahead(told.headers))


def _ahead(headers: Mapping[str, str]) -> float | None:
    try:
        return time.time() - parsedate_to_datetime(_header(headers, "date")).timestamp()
    # No date, or none that is one.
    except (TypeError, ValueError):
        return None


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((str(value) for key, value in headers.items() if key.lower() == name), "")
