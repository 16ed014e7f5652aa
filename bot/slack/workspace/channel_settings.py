"""Channel settings: `/event here`, its form, and hushing the bot in a thread."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from slack_sdk.web.async_client import AsyncWebClient

from bot.languages import LANGUAGES, Language
from bot.replies.texts import say
from bot.replies.values import Reply
from bot.replies.workspace.settings_form import read_settings_form, render_hushed, render_settings, settings_form
from bot.slack.context.command_request import CommandRequest
from bot.slack.context.deferred_ack import DeferredAck
from bot.slack.context.handling import Handling
from bot.slack.context.responder import Responder
from bot.slack.platform.payloads import MessageEvent, Submission
from bot.store import ChannelSettings, Speak


def speak_of(word: str) -> Speak | None:
    """Read a word behind `/event here`, in whichever language; None for one that sets nothing."""
    typed = word.casefold()
    settings: tuple[Speak, ...] = ("pasted", "mentioned", "never")
    return next(
        (each for each in settings for language in LANGUAGES if typed in say(language, f"speak.{each}").split()), None
    )


async def read_channel_settings(handling: Handling, channel_id: str, thread_ts: str | None = None) -> ChannelSettings:
    """Read the settings of a channel, or of a thread in it."""
    return await handling.read(
        lambda transaction: transaction.channel_settings(channel_id, thread_ts or ""),
    )


def describe_settings(settings: ChannelSettings, language: Language) -> Reply:
    """Describe channel settings in words."""
    return render_settings(
        settings.speak,
        settings.language,
        settings.owner,
        language,
        privately=settings.privately,
        in_thread=bool(settings.thread_ts),
    )


async def with_channel_settings(handling: Handling, reply: Reply, channel_id: str, language: Language) -> Reply:
    """Add the channel's settings to the reasons: they may explain a silence."""
    settings = await read_channel_settings(handling, channel_id)
    if settings.speak == "pasted":
        return reply
    told = describe_settings(settings, language)
    return Reply(f"{reply.text} {told.text}", (*reply.blocks, *told.blocks))


async def answer_here(responder: Responder, handling: Handling, request: CommandRequest) -> None:
    """Answer `/event here`: open the form; with a word (pasted, mentioned, never) set that at once."""
    language = await responder.language_of(request.client, request.user_id)
    before = await read_channel_settings(handling, request.channel_id)
    speak = speak_of(request.text)
    if speak is None:
        await request.client.views_open(trigger_id=request.trigger_id, view=form_of(before, language))
        await request.close()
        return
    after = replace(before, speak=speak)
    _set(handling, after, request.user_id)
    await request.answer(describe_settings(after, language))


def form_of(settings: ChannelSettings, language: Language) -> dict[str, object]:
    """Make the form that sets how the bot behaves in a channel."""
    return dict(
        settings_form(
            settings.channel_id,
            settings.speak,
            settings.language,
            settings.owner,
            language,
            privately=settings.privately,
        )
    )


async def save_settings(
    responder: Responder, handling: Handling, ack: DeferredAck, body: Submission, client: AsyncWebClient
) -> None:
    """Store what the form says, and confirm it to its sender."""
    await ack()
    channel_id, chosen = read_settings_form(body["view"])
    user_id = body["user"]["id"]
    after = ChannelSettings(
        channel_id,
        speak=cast(Speak, chosen["speak"]),
        language=chosen["language"],
        privately=chosen["where"] == "privately",
        owner=chosen["owner"],
    )
    _set(handling, after, user_id)
    language = await responder.language_of(client, user_id)
    handling.whisper(describe_settings(after, language), channel_id, user_id, None)


def _set(handling: Handling, wanted: ChannelSettings, user_id: str) -> None:
    handling.change(lambda transaction: transaction.set_channel_settings(wanted, user_id))


async def set_thread_speech(
    responder: Responder, handling: Handling, event: MessageEvent, client: AsyncWebClient, *, hushed: bool
) -> bool:
    """Keep silent in the thread of a mention from now on, or speak again; False outside a thread.

    Nobody of another organisation sets how the bot behaves; to them it is a mention like any other.
    """
    thread_ts, user_id = event.get("thread_ts"), event["user"]
    if not thread_ts or not await responder.visibility.may_act(client, handling.delivery, user_id):
        return False
    before = await read_channel_settings(handling, event["channel"])
    speak: Speak = "never" if hushed else "pasted"
    _set(handling, replace(before, thread_ts=thread_ts, speak=speak), user_id)
    language = await responder.language_of(client, user_id)
    handling.whisper(render_hushed(language, hushed=hushed), event["channel"], user_id, thread_ts)
    return True
