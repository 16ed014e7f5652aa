"""Channel settings: `/event here`, its form, and hushing the bot in a thread."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from slack_sdk.web.async_client import AsyncWebClient

from bot.languages import LANGUAGES, Language, known_language
from bot.replies.form_errors import render_form_unreadable
from bot.replies.texts import say
from bot.replies.values import Reply
from bot.replies.workspace.settings_form import (
    ShownSettings,
    read_settings_form,
    render_changed,
    render_hushed,
    render_not_yours,
    render_settings,
    settings_form,
)
from bot.slack.context.command_request import CommandRequest
from bot.slack.context.deferred_ack import DeferredAck
from bot.slack.context.handling import Handling, directly
from bot.slack.context.policy import Act
from bot.slack.context.responder import Responder
from bot.slack.platform.payloads import Interaction, MessageEvent, Submission
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


def describe_settings(settings: ChannelSettings, language: Language, *, named: bool = True) -> Reply:
    """Describe channel settings in words; `named` names who set them and who owns new incidents."""
    return render_settings(_shown(settings), language, named=named)


def _shown(settings: ChannelSettings) -> ShownSettings:
    return ShownSettings(
        channel_id=settings.channel_id,
        speak=settings.speak,
        spoken=settings.language,
        owner=settings.owner,
        privately=settings.privately,
        outsiders_move=settings.outsiders_move,
        in_thread=bool(settings.thread_ts),
        set_by=settings.set_by,
    )


async def with_channel_settings(
    responder: Responder, handling: Handling, request: CommandRequest, reply: Reply, language: Language
) -> Reply:
    """Add the channel's settings to the reasons: they may explain a silence."""
    settings = await read_channel_settings(handling, request.channel_id)
    if settings.speak == "pasted":
        return reply
    named = await responder.visibility.permits(Act.READ_SETTINGS, request.client, handling.delivery, request.user_id)
    told = describe_settings(settings, language, named=bool(named))
    return Reply(f"{reply.text} {told.text}", (*reply.blocks, *told.blocks))


async def answer_here(responder: Responder, handling: Handling, request: CommandRequest) -> None:
    """Answer `/event here`: open the form; with a word (pasted, mentioned, never) set that at once."""
    client, user_id, channel_id = request.client, request.user_id, request.channel_id
    language = await responder.language_of(client, user_id)
    before = await read_channel_settings(handling, channel_id)
    if not await responder.visibility.may_change_settings(client, handling.delivery, channel_id, user_id):
        reads = await responder.visibility.permits(Act.READ_SETTINGS, client, handling.delivery, user_id)
        await request.answer(_who_may(responder, before if reads else None, language))
        return
    speak = speak_of(request.text)
    if speak is None:
        await client.views_open(trigger_id=request.trigger_id, view=_form_of(before, language))
        await request.close()
        return
    after = replace(before, speak=speak)
    _set(handling, before, after, user_id, language)
    await request.answer(describe_settings(after, language))


async def open_settings(
    responder: Responder, handling: Handling, ack: DeferredAck, body: Interaction, client: AsyncWebClient
) -> None:
    """Open the form of how the bot behaves in the channel that was picked in the home tab."""
    await ack()
    channel_id, user_id = body["actions"][0].get("selected_conversation"), body["user"]["id"]
    if not channel_id:
        return
    language = await responder.language_of(client, user_id)
    if not await responder.visibility.may_change_settings(client, handling.delivery, channel_id, user_id):
        # They may not even be in that channel, so nothing is said of how it is set.
        handling.post(_who_may(responder, None, language), user_id, None)
        return
    before = await read_channel_settings(handling, channel_id)
    await client.views_open(trigger_id=body["trigger_id"], view=_form_of(before, language))


def _form_of(settings: ChannelSettings, language: Language) -> dict[str, object]:
    return dict(settings_form(_shown(settings), language))


async def save_settings(
    responder: Responder, handling: Handling, ack: DeferredAck, body: Submission, client: AsyncWebClient
) -> None:
    """Store what the form says, and confirm it to its sender."""
    user_id = body["user"]["id"]
    language = await responder.language_of(client, user_id)
    try:
        chosen = read_settings_form(body["view"])
    except (KeyError, TypeError, ValueError, AttributeError):
        await ack(**render_form_unreadable(body["view"], language))
        return
    await ack()
    channel_id = chosen.channel_id
    if not await responder.visibility.may_change_settings(client, handling.delivery, channel_id, user_id):
        handling.post(_who_may(responder, None, language), user_id, None)
        return
    before = await read_channel_settings(handling, channel_id)
    after = ChannelSettings(
        channel_id,
        speak=cast(Speak, chosen.speak),
        language=known_language(chosen.spoken, otherwise="") if chosen.spoken else "",
        privately=chosen.privately,
        owner=chosen.owner,
        outsiders_move=chosen.outsiders_move,
    )
    _set(handling, before, after, user_id, language)
    handling.whisper(describe_settings(after, language), channel_id, user_id, None)


def _who_may(responder: Responder, settings: ChannelSettings | None, language: Language) -> Reply:
    shown = None if settings is None else _shown(settings)
    return render_not_yours(shown, responder.visibility.rules.settings_by, language)


def _set(
    handling: Handling,
    before: ChannelSettings,
    wanted: ChannelSettings,
    user_id: str,
    language: Language,
) -> None:
    """Store settings, and tell the channel what was changed and by whom; in a direct message only its person knows."""
    handling.change(lambda transaction: transaction.set_channel_settings(wanted, user_id))
    channel_id = wanted.channel_id
    if channel_id.startswith("D") or replace(wanted, set_by="") == replace(before, set_by=""):
        return
    spoken = known_language(wanted.language, otherwise=language)
    told = render_changed(_shown(wanted), user_id, spoken)
    # Where the bot is no member nobody is surprised by how it behaves, and only who set it is told.
    handling.post(told, channel_id, None, fallback=directly(told, user_id))


async def set_thread_speech(
    responder: Responder, handling: Handling, event: MessageEvent, client: AsyncWebClient, *, hushed: bool
) -> bool:
    """Keep silent in the thread of a mention from now on, or speak again; False outside a thread.

    Nobody of another organisation sets how the bot behaves; to them it is a mention like any other.
    """
    thread_ts, user_id = event.get("thread_ts"), event["user"]
    if not thread_ts or not await responder.visibility.permits_here(Act.HUSH_THREAD, client, handling.delivery):
        return False
    before = await read_channel_settings(handling, event["channel"])
    wanted = replace(before, thread_ts=thread_ts, speak="never" if hushed else "pasted")
    handling.change(lambda transaction: transaction.set_channel_settings(wanted, user_id))
    language = await responder.language_of(client, user_id)
    handling.whisper(render_hushed(language, hushed=hushed), event["channel"], user_id, thread_ts)
    return True
