"""The App Home: what the bot can do, in the reader's language."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Diagnosis
from bot.replies import home_view
from bot.slack.speaker import Payload, Speaker
from bot.slack.turn import Turn


async def show_home(speaker: Speaker, turn: Turn, event: Payload, client: AsyncWebClient) -> None:
    """Publish the home tab for whoever opened it."""
    if event.get("tab") != "home":
        return
    language = await speaker.language(client, Diagnosis("silent"), event["user"])
    turn.publish(home_view(speaker.sceptic.knowledge, language), event["user"])
