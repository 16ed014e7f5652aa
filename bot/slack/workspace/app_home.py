"""The App Home, published whenever Slack says that somebody opens it.

Publishing after every change as well would be a call for each person and change, for tabs that nobody looks at.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.replies.workspace.home import CHART_DAYS, Home, home_view
from bot.replies.workspace.scopes import name_what_is_off
from bot.slack.context.handling import Handling
from bot.slack.context.policy import Act
from bot.slack.context.responder import Responder
from bot.slack.incidents.lists import counted, viewer_of
from bot.slack.platform.payloads import HomeOpenedEvent
from bot.slack.workspace.home_chart import chart_of
from bot.store import Chart, FeedbackCounts, IncidentPage, Viewer, WorkspaceTransaction

_DAY: Final = 86_400.0
_MOST_LISTED: Final = 10
_MOST_BARS: Final = 8


@dataclass(frozen=True, slots=True)
class _Looked:
    now: float
    mine: IncidentPage
    team: IncidentPage
    counts: tuple[tuple[str, int], ...]
    chart: Chart | None
    unanswered: tuple[tuple[str, int], ...]
    opinions: tuple[FeedbackCounts, ...]


async def show_home(
    responder: Responder,
    handling: Handling,
    event: HomeOpenedEvent,
    client: AsyncWebClient,
    context: AsyncBoltContext,
) -> None:
    """Publish the home tab for whoever opened it."""
    if event.get("tab") != "home":
        return
    user_id, delivery = event["user"], handling.delivery
    visibility = responder.visibility
    language, (viewer, partly), reads_unanswered, counts = await asyncio.gather(
        responder.language_of(client, user_id),
        viewer_of(responder, handling, client, user_id),
        visibility.permits(Act.READ_UNANSWERED, client, delivery, user_id),
        visibility.permits(Act.COUNT_INCIDENTS, client, delivery, user_id),
    )
    public = await _counted_channels(responder, handling, client) if counts else frozenset()
    neutral = responder.sceptic.knowledge.neutral_codes
    found = await handling.read(
        lambda transaction: _look(transaction, viewer, public, neutral, reads_unanswered=bool(reads_unanswered))
    )
    chart = await chart_of(responder, handling, client, found.counts, found.chart, found.now)
    authorized = context.authorize_result
    granted = (authorized.bot_scopes if authorized else None) or []
    off = tuple(name_what_is_off(granted, language)) if reads_unanswered and granted else ()
    home = _home_of(found, viewer, chart, partly=partly, off=off)
    knowledge = responder.sceptic.knowledge
    # Slack refuses the whole view for a picture that it has not processed yet, or that was deleted.
    plain = home_view(knowledge, language, responder.commands, replace(home, chart_file_id="")) if chart else None
    handling.publish(home_view(knowledge, language, responder.commands, home), user_id, plain)


def _home_of(
    found: _Looked, viewer: Viewer, chart: Chart | None, *, partly: bool, off: tuple[tuple[str, str], ...]
) -> Home:
    return Home(
        now=found.now,
        now_in_words=datetime.fromtimestamp(found.now, UTC).strftime("%Y-%m-%d %H:%M UTC"),
        mine=found.mine.incidents,
        mine_total=counted(found.mine),
        mine_elsewhere=found.mine.elsewhere,
        team=found.team.incidents,
        team_total=counted(found.team),
        partly=partly,
        sets_channels=viewer.is_member,
        counts=chart.shown if chart else found.counts,
        chart_file_id=chart.file_id if chart else "",
        unanswered=found.unanswered,
        off=off,
        opinions=tuple((each.article_id, each.helpful, each.unhelpful) for each in found.opinions),
    )


async def _counted_channels(responder: Responder, handling: Handling, client: AsyncWebClient) -> frozenset[str]:
    """Find the channels whose incidents are counted for everybody: what happens in a private one stays there."""
    channels = await handling.read(
        lambda transaction: transaction.channels_since(transaction.now() - CHART_DAYS * _DAY)
    )
    return await responder.visibility.public_among(client, channels)


def _look(
    transaction: WorkspaceTransaction,
    viewer: Viewer,
    counted_channels: frozenset[str],
    neutral: frozenset[str],
    *,
    reads_unanswered: bool,
) -> _Looked:
    now = transaction.now()
    return _Looked(
        now,
        transaction.find_open(viewer, mine=True, most=_MOST_LISTED),
        transaction.find_open(viewer, most=_MOST_LISTED),
        tuple(transaction.commonest(now - CHART_DAYS * _DAY, _MOST_BARS, neutral, counted_channels)),
        transaction.chart() if counted_channels else None,
        tuple(transaction.unanswered(_MOST_LISTED)) if reads_unanswered else (),
        transaction.feedback_counts(now - CHART_DAYS * _DAY) if reads_unanswered else (),
    )
