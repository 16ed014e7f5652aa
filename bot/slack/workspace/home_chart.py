"""Chart of the commonest events, uploaded at most once a day, and only when it would change."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.replies.workspace.home_chart import draw_chart
from bot.slack.context.handling import Handling
from bot.slack.context.responder import Responder
from bot.slack.platform.file_upload import send_file
from bot.store import Chart

logger = logging.getLogger(__name__)

_DAY: Final = 86_400.0
# All three steps; the home tab is shown without the picture after that.
_UPLOAD_SECONDS: Final = 6.0


async def chart_of(
    responder: Responder,
    handling: Handling,
    client: AsyncWebClient,
    counts: Sequence[tuple[str, int]],
    before: Chart | None,
    now: float,
) -> Chart | None:
    """Return the chart for these numbers, a day old at most where they have changed; None when there is none.

    The upload is the one thing a listener does at Slack besides reading: nobody sees the file until a home tab shows
    it, so one that is made again after a failure disturbs nobody.
    """
    shown = tuple(counts)
    if not shown or (before is not None and (before.shown == shown or now - before.made_at < _DAY)):
        return before if shown else None
    picture = await asyncio.to_thread(draw_chart, shown, responder.sceptic.knowledge)
    try:
        async with asyncio.timeout(_UPLOAD_SECONDS), aiohttp.ClientSession() as session:
            file_id = await send_file(client, session, "commonest.png", picture, _UPLOAD_SECONDS)
            await client.files_completeUploadExternal(files=[{"id": file_id, "title": "commonest.png"}])
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        logger.warning("the chart could not be uploaded: %s", type(error).__name__)
        return before
    handling.change(lambda transaction: transaction.keep_chart(file_id, shown))
    return Chart(file_id, shown, now)
