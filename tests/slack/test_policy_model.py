"""Access policy as a model: any role, in any place, does anything that the bot listens to; nobody reads what is not theirs.

The oracle below is written apart from the policy. Real listeners run on real SQL, and what they say goes through the
sender's own look at who reads a channel.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections.abc import Awaitable, Callable
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis import Sceptic
from bot.replies import action_ids
from bot.slack.answers import buttons, corrections
from bot.slack.context.deferred_ack import DeferredAck
from bot.slack.context.handling import Handling
from bot.slack.context.policy import Act, Part, Rules, SettingsBy, Venue, permitted
from bot.slack.incidents import actions, opening
from bot.slack.routing import commands, messages, questions
from bot.slack.workspace import app_home, channel_settings
from tests.fixtures.examples import examples
from tests.slack.policy_world import (
    BOT,
    CHANNELS,
    GUESTS,
    INTERNAL,
    NOTE,
    NUMBERS,
    OUTSIDERS,
    PASTE,
    PEOPLE,
    PUBLIC,
    RESOLVED,
    STAFF,
    TEAM,
    UNANSWERED,
    VENDOR,
    Told,
    World,
    secret_of,
)

ADMINS = {"UOLGA", "UADA"}
PLACE_OF = {number: channel for numbers in (NUMBERS, RESOLVED) for channel, number in numbers.items()}
ACTORS = sorted(set(PEOPLE) - {BOT, "UKIM"})
WORDS = [
    "open", "mine", "search HUSH", "search 20502", *(f"search {secret_of(each)[:-1]}" for each in PLACE_OF), "search INC-3",
    "INC-3", "why 20502", "20502 0x409", "does the falcon eat bob", "here", "here never", "help", "flow",
]  # fmt: skip
SAID = ["20502 0x409", "does the falcon eat bob", "triage this", "hush", "speak", PASTE, "help"]
CLICKS = [action_ids.CLAIM, action_ids.REOPEN, action_ids.SUMMARY, action_ids.EXPORT, action_ids.DRAFT]
OPENS = [action_ids.STATUS, action_ids.HAND_OVER, action_ids.RATE, action_ids.RESOLVE, action_ids.NOTE]
FORMS: dict[str, dict[str, Any]] = {
    "hand_over": {"to": {"t": {"selected_user": "UMIA"}}, "note": {"t": {"value": "tea"}}},
    "waiting": {"note": {"t": {"value": "tea"}}},
    "rate": {name: {"t": {"selected_option": {"value": "high"}}} for name in ("impact", "urgency")}
    | {"service": {"t": {"value": "tea"}}},
    "resolve": {"cause": {"t": {"value": "tea"}}, "fix": {"t": {"value": "tea"}}},
    "note": {"article": {"t": {"selected_option": {"value": "20502"}}}, "words": {"t": {"value": "tea"}}},
}
FORGED = ["99999999999999999999", "9" * 1_000, "", "-1", "0x10", "１", "INC-1", "1 OR 1=1", "|", "None"]
SHARED = json.dumps({"articles": [["20502", "0x00000409"]], "language": "en"})
# What an act does: the world, who, where, which incident, and a number that picks among the act's own.
Doing = Callable[[World, Handling, str, str, int, int], Awaitable[DeferredAck | None]]


def click(actor: str, channel_id: str, action_id: str, value: str, **more: Any) -> dict[str, Any]:
    team = VENDOR if actor in OUTSIDERS else TEAM
    return {
        "type": "block_actions", "team": {"id": TEAM}, "user": {"id": actor, "team_id": team},
        "channel": {"id": channel_id}, "container": {"type": "message", "message_ts": "9.000100"},
        "message": {"ts": "9.000100", "text": PASTE, "user": "UAMY"}, "trigger_id": "t", "response_url": "https://x",
        "actions": [{"action_id": action_id, "value": value, **more}],
    }  # fmt: skip


async def command(world: World, handling: Handling, actor: str, here: str, _number: int, pick: int) -> DeferredAck:
    ack = DeferredAck()
    body: Any = {"text": WORDS[pick % len(WORDS)], "user_id": actor, "channel_id": here, "trigger_id": "t"}
    await commands.answer_command(world.responder, handling, ack, body, world.client)
    return ack


def _event(handling: Handling) -> Any:
    return handling.delivery.body["event"]


async def mention(world: World, handling: Handling, _actor: str, here: str, _number: int, _pick: int) -> None:
    event = _event(handling)
    if here.startswith("D"):
        await questions.answer_direct(world.responder, handling, event, world.client)
    else:
        await questions.answer_mention(world.responder, world.similar, handling, event, world.client)


class _Context:
    bot_user_id = BOT
    authorize_result = None


async def paste(world: World, handling: Handling, _actor: str, _here: str, _number: int, _pick: int) -> None:
    context: Any = _Context()
    await messages.handle_message(world.responder, handling, _event(handling), world.client, context)


async def home(world: World, handling: Handling, actor: str, _here: str, _number: int, _pick: int) -> None:
    context: Any = _Context()
    await app_home.show_home(world.responder, handling, {"user": actor, "tab": "home"}, world.client, context)


async def press(world: World, handling: Handling, actor: str, here: str, number: int, pick: int) -> DeferredAck:
    ack: Any = DeferredAck()
    names = [*CLICKS, *OPENS]
    name = names[pick % len(names)]
    value = FORGED[pick // 7 % len(FORGED)] if pick % 7 == 0 else str(number)
    body: Any = click(actor, here, name, f"{value}|waiting" if name == action_ids.STATUS else value)
    listener = actions.handle_action if name in CLICKS else actions.open_form
    await listener(world.responder, handling, ack, body, world.client)
    return ack


async def submit(world: World, handling: Handling, actor: str, here: str, number: int, pick: int) -> DeferredAck:
    ack = DeferredAck()
    name = list(FORMS)[pick % len(FORMS)]
    carried = [
        {"number": number, "channel_id": PLACE_OF[number], "language": "en"},
        {"number": number, "language": "en"},
    ]
    carried += [{"number": number, "channel_id": here, "language": "en"}, {"number": 10**30, "language": "en"}, [], {}]
    view = {
        "callback_id": f"{action_ids.INCIDENT_FORM}{name}", "state": {"values": FORMS[name]},
        "private_metadata": json.dumps(carried[pick // len(FORMS) % len(carried)]),
        "blocks": [{"type": "input", "block_id": "first"}],
    }  # fmt: skip
    body: Any = {**click(actor, here, "", ""), "view": view}
    await actions.handle_submission(world.responder, handling, ack, body, world.client)
    return ack


async def triage(world: World, handling: Handling, actor: str, here: str, _number: int, pick: int) -> None:
    ack: Any = DeferredAck()
    body: Any = click(actor, here, action_ids.START_TRIAGE, SHARED)
    listener = opening.start_from_button if pick % 2 else opening.start_from_message
    await listener(world.responder, world.similar, handling, ack, body, world.client)


async def answer_button(
    world: World, handling: Handling, actor: str, here: str, _number: int, pick: int
) -> DeferredAck:
    ack: Any = DeferredAck()
    body: Any = click(actor, here, action_ids.NOT_HELPFUL, SHARED)
    listeners: list[Any] = [
        buttons.share, buttons.choose, buttons.open_article, corrections.open_correction, questions.explain_message,
    ]  # fmt: skip
    await listeners[pick % len(listeners)](world.responder, handling, ack, body, world.client)
    return ack


async def set_channel(world: World, handling: Handling, actor: str, here: str, number: int, pick: int) -> DeferredAck:
    ack: Any = DeferredAck()
    channel_id = PLACE_OF[number]
    if pick % 2:
        body: Any = click(actor, here, action_ids.OPEN_SETTINGS, "", selected_conversation=channel_id)
        await channel_settings.open_settings(world.responder, handling, ack, body, world.client)
        return ack
    chosen = {"speak": "never", "language": "asker", "where": "openly", "outsiders": "outsiders_move"}
    values: Any = {name: {"choice": {"selected_option": {"value": value}}} for name, value in chosen.items()}
    values["owner"] = {"owner": {"selected_user": actor}}
    carried = [{"channel_id": channel_id, "language": "en"}, [], {"language": "en"}][pick // 2 % 3]
    view = {"private_metadata": json.dumps(carried), "state": {"values": values}, "blocks": []}
    await channel_settings.save_settings(
        world.responder, handling, ack, {**click(actor, here, "", ""), "view": view}, world.client  # type: ignore[typeddict-item]
    )  # fmt: skip
    return ack


ACTS: dict[str, Doing] = {
    "command": command, "mention": mention, "paste": paste, "home": home, "press": press, "submit": submit,
    "triage": triage, "answer_button": answer_button, "set_channel": set_channel,
}  # fmt: skip
IN_CHANNELS = {"press", "triage", "set_channel", "submit"}


def body_of(act: str, actor: str, here: str, pick: int) -> dict[str, Any]:
    team = VENDOR if actor in OUTSIDERS else TEAM
    if act not in {"mention", "paste"}:
        return {"user": {"id": actor, "team_id": team}} if act != "command" else {"user_id": actor}
    said = PASTE if act == "paste" else f"<@{BOT}> {SAID[pick % len(SAID)]}"
    event = {"user": actor, "text": said, "channel": here, "ts": "9.000100"}
    event |= {"channel_type": "im"} if here.startswith("D") else {}
    event |= {"user_team": VENDOR, "source_team": VENDOR} if team == VENDOR else {}
    event |= {"thread_ts": f"{NUMBERS[here]}.000100"} if pick % 3 == 0 and here in NUMBERS else {}
    return {"event": event}


# --- the oracle ------------------------------------------------------------------------------------------------------


def may_read(reader: str, number: int, told: Told) -> bool:
    """Tell whether somebody may read of an incident in a text."""
    channel = PLACE_OF[number]
    inside = reader in CHANNELS[channel].members
    if reader in OUTSIDERS:
        return inside and told.channel_id == channel
    if inside and reader not in {"UGONE"}:
        return True
    # Similar incidents of public channels, posted where members alone read.
    return reader in STAFF and channel in PUBLIC and told.posted and told.channel_id in INTERNAL


def leaks(told: Told) -> list[str]:
    found = []
    for reader in told.readers:
        found += [
            f"{reader} reads INC-{number}" for number in PLACE_OF
            if secret_of(number) in told.text and not may_read(reader, number, told)
        ]  # fmt: skip
        if NOTE in told.text and (reader not in STAFF or (told.posted and told.channel_id not in INTERNAL)):
            found.append(f"{reader} reads a note")
        if UNANSWERED in told.text and reader not in ADMINS:
            found.append(f"{reader} reads a question")
        named = set(re.findall(r"<@(U[A-Z]+)", told.text))
        if reader in OUTSIDERS and named - CHANNELS.get(told.channel_id, CHANNELS["CMOVES"]).members:
            found.append(f"{reader} reads a name")
    return found


def may_set(actor: str, channel: str, settings_by: SettingsBy) -> bool:
    if channel.startswith("D"):
        return actor in STAFF | GUESTS
    if settings_by == "owners":
        return actor == "UOLGA"
    made_it = CHANNELS[channel].creator == actor and actor in STAFF and actor in CHANNELS[channel].members
    return actor in ADMINS or (settings_by == "creators" and made_it)


def trespasses(world: World, act: str, actor: str, here: str) -> list[str]:
    """Changes that the actor may not make."""
    before, after = world.before, world.state()
    found = []
    for number, record in after.incidents.items():
        if number not in before.incidents or before.incidents[number] == record:
            continue
        channel = PLACE_OF[number]
        moves = actor in STAFF | GUESTS or (actor in OUTSIDERS and channel == "CMOVES")
        evidence = act in {"paste", "mention"} and channel == here
        if actor not in CHANNELS[channel].members or not (moves or evidence):
            found.append(f"{actor} changes INC-{number}")
    for (channel, thread_ts), wanted in after.settings.items():
        changed = before.settings.get((channel, thread_ts)) != wanted
        if changed and not thread_ts and not may_set(actor, channel, world.rules.settings_by):
            found.append(f"{actor} sets {channel}")
        if changed and thread_ts and actor not in STAFF | GUESTS:
            found.append(f"{actor} hushes {channel}")
    if after.notes != before.notes and actor not in STAFF:
        found.append(f"{actor} writes a note")
    private = act == "command" or here.startswith("D")
    if after.questions != before.questions and not (world.rules.keep_private_questions if private else here in PUBLIC):
        found.append(f"a question of {here} is kept")
    return found


@pytest.fixture(scope="module")
def worlds(sceptic: Sceptic) -> dict[tuple[SettingsBy, bool], World]:
    found: dict[tuple[SettingsBy, bool], World] = {}
    all_rules: list[tuple[SettingsBy, bool]] = [
        ("creators", False),
        ("creators", True),
        ("admins", False),
        ("owners", True),
    ]
    for settings_by, private in all_rules:
        rules = Rules(settings_by=settings_by, keep_private_questions=private)
        found[settings_by, private] = World(sceptic, rules)
    return found


_KEYS = itertools.count()
# 20,000 in all in the full profile.
TRIES_IN_EACH = 200 if settings.default.max_examples >= 100 else 16


@cache
def places_of(actor: str, act: str) -> list[str]:
    """The conversations in which Slack lets somebody do this."""
    channels = [each for each, place in CHANNELS.items() if actor in place.members]
    return channels if act in IN_CHANNELS or actor in OUTSIDERS else [*channels, f"D{actor[1:]}"]


async def one_try(world: World, act: str, actor: str, here: str, number: int, pick: int) -> list[str]:
    with world.try_out():
        handling = world.handling(body_of(act, actor, here, pick), f"try/{next(_KEYS)}")
        ack = await ACTS[act](world, handling, actor, here, number, pick)
        told = await world.outcome(handling, actor, ack, here)
        return [*(fault for each in told for fault in leaks(each)), *trespasses(world, act, actor, here)]


@settings(max_examples=examples(100))
@given(data=st.data())
def test_nobody_reads_or_changes_what_is_not_theirs(worlds: dict[Any, World], data: st.DataObject) -> None:
    """Roles × places × acts: an example is a few hundred tries; 20,000 in the full profile."""
    rng = data.draw(st.randoms(use_true_random=False))
    faults = asyncio.run(faults_of(list(worlds.values()), rng, TRIES_IN_EACH))
    assert not faults, faults


async def faults_of(worlds: list[World], rng: Random, tries: int) -> list[str]:
    """Try so often, and return the first faults with what led to them."""
    for _ in range(tries):
        world, act, actor = rng.choice(worlds), rng.choice(list(ACTS)), rng.choice(ACTORS)
        if places := places_of(actor, act):
            here, number, pick = rng.choice(places), rng.choice(list(PLACE_OF)), rng.randrange(10_000)
            if faults := await one_try(world, act, actor, here, number, pick):
                return [*faults, f"{world.rules} {act} {actor} {here} {number} {pick}"]
    return []


HOLES = [
    (Act.POST_REMEMBERED, Part.ALL),
    (Act.READ_NOTES, Part.ALL),
    (Act.LIST_INCIDENTS, Part.ALL),
    (Act.READ_UNANSWERED, Part.ALL),
    (Act.MOVE_INCIDENT, Part.HERE),
    (Act.WRITE_NOTE, Part.HERE),
    (Act.CHANGE_SETTINGS, Part.HERE),
    (Act.HUSH_THREAD, Part.HERE),
    (Act.NAME_PEOPLE, Part.ALL),
    (Act.SHOW_ELSEWHERE, Part.ALL),
    (Act.KEEP_QUESTION, Part.ALL),
]


@pytest.mark.thorough
@pytest.mark.parametrize(("act", "part"), HOLES)
def test_the_model_notices_a_hole(
    worlds: dict[Any, World], act: Act, part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one act permitted to everybody everywhere, somebody soon reads or changes what is not theirs."""

    def leaky(asked: Act, *facts: Any) -> Part:
        return part if asked is act else permitted(asked, *facts)

    monkeypatch.setattr("bot.slack.context.visibility.permitted", leaky)
    assert asyncio.run(faults_of(list(worlds.values()), Random(14), 6_000))


def test_the_policy_never_gives_less_trusted_people_more() -> None:
    """For every act, place and setting: an outsider no more than a guest, a guest no more than a member."""
    ladder = ["unknown", "outsider", "guest", "member", "admin", "owner"]
    venues = [
        Venue(readers=readers, is_public=public, is_private_talk=talk, is_creator=creator, outsiders_move=moves)
        for readers in ("members", "guests", "outsiders", "unknown")
        for public, talk, creator, moves in itertools.product((False, True), repeat=4)
    ]  # fmt: skip
    rules = [
        Rules(settings_by=each, keep_private_questions=kept)
        for each in ("creators", "admins", "owners")
        for kept in (False, True)
    ]
    for act, venue, rule in itertools.product(Act, venues, rules):
        parts = [permitted(act, role, venue, rule) for role in ladder]  # type: ignore[arg-type]
        assert parts == sorted(parts), (act, venue, rule, parts)
        if act in {Act.POST_REMEMBERED} and venue.readers != "members":
            assert set(parts) == {Part.NOTHING}


@pytest.mark.parametrize("value", FORGED)
@pytest.mark.parametrize("name", [action_ids.CLAIM, action_ids.RESOLVE, action_ids.EXPORT])
def test_a_forged_button_gets_one_sentence(worlds: dict[Any, World], value: str, name: str) -> None:
    """No incident has such a number, however many bits it has."""
    world = worlds["creators", False]

    async def try_it() -> list[Told]:
        with world.try_out():
            handling = world.handling(body_of("press", "UAMY", "CPUBLIC", 0), f"try/{next(_KEYS)}")
            ack: Any = DeferredAck()
            listener = actions.handle_action if name in CLICKS else actions.open_form
            await listener(world.responder, handling, ack, click("UAMY", "CPUBLIC", name, value), world.client)
            return await world.outcome(handling, "UAMY", ack, "CPUBLIC")

    (told,) = asyncio.run(try_it())
    assert "I know no such incident here" in told.text


@pytest.mark.parametrize("act", ["mention", "paste"])
@pytest.mark.parametrize("bot", ["UROBOT", "USLACKBOT"])
def test_two_bots_never_answer_each_other(
    worlds: dict[Any, World], act: str, bot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither one that says in its message that it is a bot, nor one whose user alone tells."""
    world = worlds["creators", False]
    monkeypatch.setitem(PEOPLE, bot, {"is_bot": bot != "USLACKBOT"})

    async def try_it(**more: Any) -> list[Told]:
        with world.try_out():
            body = body_of(act, bot, "CPUBLIC", 1)
            body["event"] |= more
            handling = world.handling(body, f"try/{next(_KEYS)}")
            await ACTS[act](world, handling, bot, "CPUBLIC", 1, 0)
            return await world.outcome(handling, bot, None, "CPUBLIC")

    assert asyncio.run(try_it()) == []
    assert asyncio.run(try_it(bot_id="BROBOT")) == []
    assert asyncio.run(try_it(user="UAMY"))


@pytest.mark.parametrize(("facts", "owner"), [({}, "UKIM"), ({"deleted": True}, "")])
def test_whoever_has_left_owns_no_new_incident(
    worlds: dict[Any, World], facts: dict[str, Any], owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The channel's setting still names them; then nobody owns it, and the thread is reminded of that."""
    world = worlds["creators", False]
    monkeypatch.setitem(PEOPLE, "UKIM", facts)
    world.visibility._people.clear()

    async def try_it() -> str:
        with world.try_out():
            handling = world.handling(body_of("triage", "UAMY", "CMOVES", 0), f"try/{next(_KEYS)}")
            await triage(world, handling, "UAMY", "CMOVES", 1, 0)
            await world.outcome(handling, "UAMY", None, "CMOVES")
            new = world.state().incidents
            return str(json.loads(new[max(new)])["owner"])

    assert asyncio.run(try_it()) == owner
    world.visibility._people.clear()
