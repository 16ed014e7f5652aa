"""The App Home. Slack says when somebody opens it, and then it is published: that is when it is brought up to date.

Publishing after every change as well would be a call for each person and change, for tabs that nobody looks at.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Diagnosis
from bot.replies import manners_form
from bot.replies.workspace.home import CHART_DAYS, Home, home_view
from bot.slack.context.handling import Turn
from bot.slack.context.responder import Payload, Speaker
from bot.slack.delivery.receiver import LateAck
from bot.slack.incidents.lists import counted, viewer_of
from bot.slack.workspace.channel_settings import manners_in
from bot.slack.workspace.home_chart import chart_of
from bot.store import Chart, Found, Ledger, Opinions, Viewer

_DAY: Final = 86_400.0
_MOST_LISTED: Final = 10
_MOST_BARS: Final = 8


@dataclass(frozen=True, slots=True)
class _Looked:
    now: float
    mine: Found
    team: Found
    counts: tuple[tuple[str, int], ...]
    chart: Chart | None
    unanswered: tuple[tuple[str, int], ...]
    opinions: tuple[Opinions, ...]


async def show_home(speaker: Speaker, turn: Turn, event: Payload, client: AsyncWebClient) -> None:
    """Publish the home tab for whoever opened it."""
    if event.get("tab") != "home":
        return
    user_id, received = event["user"], turn.received
    language, (viewer, partly), is_admin = await asyncio.gather(
        speaker.language(client, Diagnosis("silent"), user_id),
        viewer_of(speaker, turn, client, user_id),
        speaker.visibility.is_admin(client, received, user_id),
    )
    found = await speaker.store.look(
        received.team_id, received.enterprise_id, lambda ledger: _look(ledger, viewer, is_admin=is_admin)
    )
    chart = await chart_of(speaker, turn, client, found.counts, found.chart, found.now)
    home = Home(
        now=found.now,
        now_in_words=datetime.fromtimestamp(found.now, UTC).strftime("%Y-%m-%d %H:%M UTC"),
        mine=found.mine.incidents,
        mine_total=counted(found.mine),
        team=found.team.incidents,
        team_total=counted(found.team),
        partly=partly,
        counts=chart.shown if chart else found.counts,
        chart_file_id=chart.file_id if chart else "",
        unanswered=found.unanswered,
        opinions=tuple((each.article_id, each.helpful, each.unhelpful) for each in found.opinions),
    )
    knowledge = speaker.sceptic.knowledge
    # A picture that Slack has not looked through yet, or that somebody deleted, is refused with the whole view.
    plain = home_view(knowledge, language, replace(home, chart_file_id="")) if chart else None
    turn.publish(home_view(knowledge, language, home), user_id, plain)


def _look(ledger: Ledger, viewer: Viewer, *, is_admin: bool) -> _Looked:
    now = ledger.now()
    return _Looked(
        now,
        ledger.find_open(viewer, mine=True, most=_MOST_LISTED),
        ledger.find_open(viewer, most=_MOST_LISTED),
        tuple(ledger.commonest(now - CHART_DAYS * _DAY, _MOST_BARS)) if viewer.is_member else (),
        ledger.chart() if viewer.is_member else None,
        tuple(ledger.unanswered(_MOST_LISTED)) if is_admin else (),
        ledger.opinions(now - CHART_DAYS * _DAY) if is_admin else (),
    )


async def open_manners(speaker: Speaker, turn: Turn, ack: LateAck, body: Payload, client: AsyncWebClient) -> None:
    """Open the form of how the bot behaves in the channel that was picked in the home tab."""
    await ack()
    channel_id = body["actions"][0].get("selected_conversation")
    if not channel_id:
        return
    language = await speaker.language(client, Diagnosis("silent"), body["user"]["id"])
    before = await manners_in(speaker, turn, channel_id)
    form = manners_form(channel_id, before.speak, before.language, before.owner, language, privately=before.privately)
    await client.views_open(trigger_id=body["trigger_id"], view=dict(form))
