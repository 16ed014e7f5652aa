"""An incident's card in Slack against its record and its thread, whatever is clicked, edited and delivered in which order.

The bot's listeners, its store and its card's edits are the real ones; Slack is a list of messages.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.diagnosis import Sceptic, build_sceptic
from bot.replies.incidents.card import render_incident
from bot.settings import read_settings
from bot.slack.context.deferred_ack import DeferredAck
from bot.slack.context.handling import Handling, message_of
from bot.slack.context.responder import Responder
from bot.slack.incidents import actions, opening
from bot.slack.incidents.card_updates import CardUpdates
from bot.slack.incidents.similar import SimilarIncidents
from bot.slack.incidents.thread import seen_in
from bot.slack.platform.signals import Signal
from bot.slack.routing import messages
from bot.slack.routing.commands import help_lines
from bot.store import AT_WORK, ClaimedDelivery, Delivery, Store, open_store
from tests.e2e.test_incidents import DOWNLOAD, SUCCESS
from tests.fixtures.examples import examples
from tests.smoke.scenarios import PASTE

pytestmark = pytest.mark.thorough

# Times are another test's matter: here every edit is due at once.
AT_ONCE = replace(AT_WORK, card_gather=0.0, card_between=0.0)
TEAM, CHANNEL, BOT = "T1", "C1", "UBOT"
BEGAN = 1_782_900_000
TEXTS = st.sampled_from([PASTE, DOWNLOAD, SUCCESS, "thanks", f"{PASTE}\n\n{DOWNLOAD}", "do you see 20402?"])
PEOPLE = st.sampled_from(["UAMY", "ULEE", "BMONITOR"])
CLICKERS = st.sampled_from(["UAMY", "ULEE"])
ANY = st.integers(0, 999)
Json = Mapping[str, Any]


@cache
def knowing() -> Sceptic:
    found = read_settings(None)
    return build_sceptic(found.sceptic_knowledge, found.sceptic_cache)


class Slack:
    """One thread: its messages by timestamp, and what is still to be delivered about them."""

    token, session = "xoxb-teapot", None

    def __init__(self) -> None:
        self.messages: dict[str, dict[str, Any]] = {}
        self.cards: set[str] = set()
        # Every face of the card that anybody may still look at.
        self.faces: list[Json] = []
        self.told: list[Delivery] = []
        self.undelivered: list[Delivery] = []
        self.views: list[Json] = []
        self.ticks = 0

    def tick(self) -> str:
        self.ticks += 1
        return f"{BEGAN + self.ticks}.000100"

    def tell(self, key: str, **event: Any) -> None:
        body = {"event": {"type": "message", "channel": CHANNEL, "channel_type": "channel", **event}}
        received = Delivery(TEAM, "", key, "event", body)
        self.told.append(received)
        self.undelivered.append(received)

    def post(self, user: str, text: str, **more: Any) -> str:
        ts = self.tick()
        who = {"bot_id": user, "subtype": "bot_message"} if user.startswith("B") else {"user": user}
        parent = next(iter(self.messages), ts)
        self.messages[ts] = {**who, "text": text, "ts": ts, "thread_ts": parent, **more}
        if user != BOT:
            self.tell(f"message/{CHANNEL}/{ts}", **self.messages[ts])
        return ts

    def edit(self, ts: str, **changes: Any) -> None:
        before, at = self.messages[ts], self.tick()
        self.messages[ts] = {**before, **changes, "edited": {"ts": at}}
        changed = {"message": self.messages[ts], "previous_message": before, "event_ts": at, "ts": at}
        self.tell(f"event/{at}", subtype="message_changed", **changed)

    def delete(self, ts: str) -> None:
        before, at = self.messages[ts], self.tick()
        stone = {"subtype": "tombstone", "user": "USLACKBOT", "text": "", "ts": ts, "thread_ts": ts}
        if before["thread_ts"] == ts:
            self.messages[ts] = stone
            self.tell(f"event/{at}", subtype="message_changed", message=stone, previous_message=before, event_ts=at)
        else:
            del self.messages[ts]
            self.tell(f"event/{at}", subtype="message_deleted", deleted_ts=ts, previous_message=before, event_ts=at)

    # What the bot asks.

    async def auth_test(self) -> Json:
        return {"user_id": BOT}

    async def conversations_replies(self, **_asked: Any) -> Json:
        return {"messages": [dict(each) for _, each in sorted(self.messages.items())]}

    async def conversations_info(self, **_asked: Any) -> Json:
        return {"channel": {"is_member": True}}

    async def chat_getPermalink(self, **_asked: Any) -> Json:  # noqa: N802 - Slack's name
        return {"permalink": "https://slack.test/p1"}

    async def users_info(self, **_asked: Any) -> Json:
        return {"user": {"locale": "en-US"}}

    async def views_open(self, view: Json, **_asked: Any) -> None:
        self.views.append(view)


def presses(face: Json) -> Iterator[dict[str, Any]]:
    """Everything on a face of the card that can be pressed."""
    for block in face["blocks"]:
        for element in [*block.get("elements", []), block.get("accessory", {})]:
            for option in element.get("options", [None]) if "action_id" in element else []:
                chosen = {"selected_option": option} if option else {"value": element["value"]}
                yield {"action_id": element["action_id"], **chosen}


class Thread(RuleBasedStateMachine):
    """One thread in which an incident is opened sooner or later."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.slack = Slack()
        self.halves: list[tuple[ClaimedDelivery, Handling]] = []
        address = f"sqlite:///{Path(self.folder.name) / 'sceptic.db'}"
        self.store: Store = self.run(open_store(address, lambda _said: None, AT_ONCE))
        self.speaker = Responder(knowing(), help_lines())
        self.cards = CardUpdates(self.store, lambda: knowing().knowledge, Signal())

    def run(self, what: Any) -> Any:
        return self.runner.run(what)

    def teardown(self) -> None:
        try:
            self.come_to_rest()
        finally:
            self.run(self.store.close())
            self.runner.close()
            self.folder.cleanup()

    # --- people ---------------------------------------------------------------------------------------------------------

    @initialize(user=PEOPLE, texts=st.tuples(TEXTS, TEXTS, TEXTS), act=st.sampled_from(["", "post", "edit", "delete"]))
    def begin(self, user: str, texts: tuple[str, str, str], act: str) -> None:
        """Some messages that were handled; in most threads somebody then starts triage, while somebody else acts."""
        for text in texts[:2]:
            self.slack.post(user, text)
        while self.slack.undelivered:
            self.deliver(0, True)
        if act:
            self.start_while_somebody_acts("UAMY", act, 1, texts[2])

    @rule(user=PEOPLE, text=TEXTS)
    def post(self, user: str, text: str) -> None:
        self.slack.post(user, text)

    @rule(which=ANY, text=TEXTS)
    def edit(self, which: int, text: str) -> None:
        ts = self.chosen(which)
        if self.slack.messages[ts].get("subtype") != "tombstone":
            self.slack.edit(ts, text=text)

    @rule(which=ANY)
    def delete(self, which: int) -> None:
        ts = self.chosen(which)
        if self.slack.messages[ts].get("subtype") != "tombstone":
            self.slack.delete(ts)

    def chosen(self, which: int) -> str:
        theirs = [ts for ts, each in self.slack.messages.items() if each.get("user") != BOT]
        return theirs[which % len(theirs)]

    @precondition(lambda self: self.slack.cards & set(self.slack.messages))
    @rule()
    def delete_the_card(self) -> None:
        self.slack.delete(max(self.slack.cards & set(self.slack.messages)))

    @rule(user=CLICKERS, at_once=st.booleans())
    def start(self, user: str, at_once: bool) -> None:
        parent = self.slack.messages[next(iter(self.slack.messages))]
        body = {"type": "message_action", "callback_id": "start_triage", "message": parent}
        self.interact(body, user, at_once)

    @rule(user=CLICKERS, act=st.sampled_from(["post", "edit", "delete"]), which=ANY, text=TEXTS)
    def start_while_somebody_acts(self, user: str, act: str, which: int, text: str) -> None:
        """Make something be heard between the reading of the thread and the keeping of the incident."""
        self.start(user, False)
        if act == "post":
            self.post("ULEE", text)
        elif act == "edit":
            self.edit(which, text)
        else:
            self.delete(which)
        while self.slack.undelivered:
            self.deliver(0, True)

    @precondition(lambda self: self.slack.faces)
    @rule(user=CLICKERS, face=ANY, which=ANY, at_once=st.booleans())
    def click(self, user: str, face: int, which: int, at_once: bool) -> None:
        """Anything on any face the card ever had; a form that opens is filled in and sent."""
        possible = list(presses(self.slack.faces[face % len(self.slack.faces)]))
        action = possible[which % len(possible)]
        self.slack.views.clear()
        self.interact({"type": "block_actions", "actions": [action]}, user, at_once)
        for view in list(self.slack.views):
            self.interact({"type": "view_submission", "view": filled(view, user, which)}, user, at_once)

    def interact(self, body: dict[str, Any], user: str, at_once: bool) -> None:
        trigger = self.slack.tick()
        whole = {**body, "user": {"id": user}, "channel": {"id": CHANNEL}, "trigger_id": trigger}
        received = Delivery(TEAM, "", f"interaction/{trigger}", "interaction", whole)
        self.slack.told.append(received)
        self.deliver_to_bot(received, at_once)

    # --- Slack, and the bot's processes -------------------------------------------------------------------------------------

    @precondition(lambda self: self.slack.undelivered)
    @rule(which=ANY, at_once=st.booleans())
    def deliver(self, which: int, at_once: bool) -> None:
        """In any order, and handled to the end at once or not."""
        self.deliver_to_bot(self.slack.undelivered.pop(which % len(self.slack.undelivered)), at_once)

    @rule(which=ANY)
    def deliver_again(self, which: int) -> None:
        told = [each for each in self.slack.told if each not in self.slack.undelivered]
        if told:
            self.deliver_to_bot(told[which % len(told)], True)

    @precondition(lambda self: self.halves)
    @rule(which=ANY)
    def settle(self, which: int) -> None:
        claimed, turn = self.halves.pop(which % len(self.halves))
        self.run(self.store.complete(claimed, turn.calls, turn.changes))

    @precondition(lambda self: self.halves)
    @rule(which=ANY)
    def crash(self, which: int) -> None:
        """Handle again what was handled and not kept."""
        claimed, _ = self.halves.pop(which % len(self.halves))
        self.run(self.store.reschedule(claimed, 0, "killed"))

    @rule()
    def bring_the_card_up_to_date(self) -> None:
        self.run(self.speak())

    @rule()
    def come_to_rest(self) -> None:
        """Everything is delivered, handled and told; then the card says what the record says, and that what the thread shows."""
        while self.slack.undelivered:
            self.deliver(0, True)
        while self.halves:
            self.settle(0)
        self.work(at_once=True)
        for _ in range(20):
            if not self.run(self.speak()) and not self.slack.undelivered:
                break
            while self.slack.undelivered:
                self.deliver(0, True)
        else:
            raise AssertionError("the card is edited again and again")
        self.check()

    def check(self) -> None:
        thread_ts = next(iter(self.slack.messages))
        kept = self.run(self.store.read(TEAM, "", lambda ledger: ledger.find(CHANNEL, thread_ts)))
        here = sorted(self.slack.cards & set(self.slack.messages))
        if kept is None:
            assert here == []
            return
        others = {ts: each for ts, each in self.slack.messages.items() if each.get("user") != BOT}
        shown = {ts: seen for ts, each in others.items() if (seen := seen_in(self.speaker, each["text"]))}
        assert dict(kept.incident.evidence) == shown
        (card,) = here
        expected = message_of(render_incident(kept.incident, knowing().knowledge, "en"))
        found = {key: self.slack.messages[card][key] for key in ("text", "blocks")}
        assert json.dumps(found) == json.dumps(expected)
        assert kept.incident.number == 1

    def deliver_to_bot(self, received: Delivery, at_once: bool) -> None:
        self.run(self.store.receive(received))
        self.work(at_once)

    def work(self, at_once: bool) -> None:
        while claimed := self.run(self.store.claim(1)):
            turn = Handling(claimed[0].delivery, store=self.store, claimed=claimed[0])
            self.run(self.listen(turn))
            if not at_once:
                self.halves.append((claimed[0], turn))
                return
            self.run(self.store.complete(claimed[0], turn.calls, turn.changes))

    async def listen(self, turn: Handling) -> None:
        """Call the listener that `register` names for this."""
        body, slack, speaker = turn.delivery.body, self.slack, self.speaker
        match body.get("type"):
            case "message_action":
                await opening.start_from_message(
                    speaker, SimilarIncidents(self.store), turn, DeferredAck(), body, slack
                )  # type: ignore[arg-type]
            case "view_submission":
                await actions.handle_submission(speaker, turn, DeferredAck(), body, slack)  # type: ignore[arg-type]
            case "block_actions":
                opens = body["actions"][0]["action_id"].startswith("open_")
                press = actions.open_form if opens else actions.handle_action
                await press(speaker, turn, DeferredAck(), body, slack)  # type: ignore[operator]
            case _:
                context: Any = SimpleNamespace(bot_user_id=BOT)
                await messages.handle_message(speaker, turn, body["event"], slack, context)  # type: ignore[arg-type]

    async def speak(self) -> int:
        """Send what is in the outbox, and edit the card where it is behind; returns how much there was."""
        done = await self.cards.update()
        while taken := await self.store.claim_calls(16):
            for sending in taken:
                done += 1
                method, said = sending.call.method, sending.call.arguments
                ts, is_card = "", sending.call.key.startswith("card/")
                if method == "chat.update" and said["ts"] not in self.slack.messages:
                    await self.store.use_fallback(sending, "message_not_found")
                    continue
                words = {"text": said.get("text"), "blocks": said.get("blocks")}
                if method == "chat.update":
                    self.slack.edit(said["ts"], **words)
                elif method == "chat.postMessage" and said["channel"] == CHANNEL:
                    ts = self.slack.post(BOT, **words)
                    self.slack.cards |= {ts} if is_card else set()
                self.slack.faces += [words] if is_card else []
                await self.store.complete_call(sending, ts, 0.0)
        return done


def filled(view: Json, user: str, chance: int) -> Json:
    """A form with something in each of its fields."""
    answers: dict[str, Any] = {}
    for block in view["blocks"]:
        element = block["element"]
        match element["type"]:
            case "users_select":
                answer: dict[str, Any] = {"selected_user": ["UAMY", "ULEE"][chance % 2]}
            case "static_select":
                answer = {"selected_option": element["options"][chance % len(element["options"])]}
            case _:
                answer = {"value": ["", "limescale", f"{user} cleaned the lid"][chance % 3]}
        answers[block["block_id"]] = {element["action_id"]: answer}
    return {**view, "state": {"values": answers}}


TestCardsInAnyOrder = Thread.TestCase
TestCardsInAnyOrder.settings = settings(
    max_examples=examples(30), stateful_step_count=30, suppress_health_check=[HealthCheck.too_slow]
)
