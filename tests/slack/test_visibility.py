"""The policy of who may see and do what, against a Slack that tells facts about people and conversations."""

from __future__ import annotations

from typing import Any, cast

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.context.policy import Act
from bot.slack.context.visibility import Visibility
from bot.store import Delivery

TEAM, ORGANISATION = "TTEA", "ETEA"
HERE = Delivery(TEAM, ORGANISATION, "key", "interaction", {})


def user(user_id: str, team_id: str = TEAM, **facts: Any) -> dict[str, Any]:
    return {"id": user_id, "team_id": team_id, **facts}


class Slack:
    """Answers as a workspace of these people would; every call is noted."""

    token = "xoxb-teapot"

    def __init__(self, *people: dict[str, Any], channel: dict[str, Any] | None = None) -> None:
        self.people = {each["id"]: each for each in people}
        self.channel = {"is_channel": True, **(channel or {})}
        # Who is in the channel without being on the workspace's list, as people of a sibling workspace are.
        self.unlisted: set[str] = set()
        self.refuses = ""
        self.calls: list[str] = []

    def _note(self, method: str) -> None:
        self.calls.append(method)
        if method == self.refuses:
            raise SlackApiError(method, {"ok": False, "error": "missing_scope"})

    async def users_info(self, user: str, **_asked: Any) -> dict[str, Any]:
        self._note("users.info")
        return {"user": self.people[user]}

    async def conversations_info(self, **_asked: Any) -> dict[str, Any]:
        self._note("conversations.info")
        return {"channel": self.channel}

    async def api_call(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self._note(method)
        listed = sorted(set(self.people) - self.unlisted) if method == "users.list" else sorted(self.people)
        start = int(params["cursor"] or 0)
        page = listed[start : start + 40]
        following = str(start + 40) if start + 40 < len(listed) else ""
        members = [self.people[each] for each in page] if method == "users.list" else page
        return {"members": members, "response_metadata": {"next_cursor": following}}


async def internal(slack: Slack, visibility: Visibility | None = None, channel_id: str = "C1") -> bool:
    client = cast(AsyncWebClient, slack)
    return await (visibility or Visibility()).is_internal(client, HERE, channel_id, "U0")


GRID = {"enterprise_id": ORGANISATION, "teams": ["TSIBLING"]}


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        (user("U1"), True),
        (user("U1", is_bot=True), True),
        (user("U1", "TSIBLING", enterprise_user=GRID), True),
        (user("U1", is_restricted=True), False),
        (user("U1", is_restricted=True, is_ultra_restricted=True), False),
        (user("U1", is_stranger=True), False),
        (user("U1", "TVENDOR"), False),
        (user("U1", "TVENDOR", enterprise_user={"enterprise_id": "EVENDOR", "teams": ["TVENDOR"]}), False),
        ({"id": "U1"}, False),
    ],
)
async def test_one_reader_decides(reader: dict[str, Any], expected: bool) -> None:
    """A member of the organisation, in whichever of its workspaces, is no stranger; a guest of it is no member."""
    assert await internal(Slack(user("U0"), reader)) is expected


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ({}, True),
        ({"is_shared": True, "is_org_shared": True}, True),
        ({"is_shared": True, "is_ext_shared": True}, False),
        ({"is_pending_ext_shared": True}, False),
        ({"is_shared": True}, False),
        ({"is_shared": True, "is_org_shared": True, "is_ext_shared": True}, False),
    ],
)
async def test_a_channel_that_another_organisation_reads_is_not_internal(channel: Any, expected: bool) -> None:
    """Whoever is in it; a channel within one organisation is."""
    assert await internal(Slack(user("U0"), channel=channel)) is expected


@pytest.mark.parametrize("method", ["conversations.info", "conversations.members", "users.info"])
async def test_what_slack_does_not_tell_counts_as_no(method: str) -> None:
    """Asked again at once, it is not called again; a moment later it may be."""
    slack, visibility = Slack(user("U0"), user("U1")), Visibility()
    slack.refuses = method
    assert not await internal(slack, visibility)
    asked = len(slack.calls)

    assert not await internal(slack, visibility)
    assert len(slack.calls) == asked


async def test_the_answer_is_kept_for_a_while() -> None:
    """Each question is put to Slack once, not once for each answer that is posted."""
    slack, visibility = Slack(user("U0"), user("U1")), Visibility()
    for _ in range(3):
        assert await internal(slack, visibility)

    assert sorted(slack.calls) == ["conversations.info", "conversations.members", "users.info", "users.info"]


async def test_a_big_channel_costs_one_list() -> None:
    """A hundred people are not looked up one by one, but for the few that the workspace's list does not have."""
    slack = Slack(*(user(f"U{number}") for number in range(100)), user("USIBLING", "TSIBLING", enterprise_user=GRID))
    slack.unlisted = {"USIBLING"}
    assert await internal(slack)
    assert (slack.calls.count("users.list"), slack.calls.count("users.info")) == (3, 1)

    slack.people["U77"]["is_restricted"] = True
    assert not await internal(slack)


async def test_a_direct_message_has_one_reader() -> None:
    """Its other side is the bot; who is asked decides, and the channel is not looked at."""
    slack = Slack(user("U0"), channel={"is_ext_shared": True})
    assert await internal(slack, channel_id="D1")
    slack.people["U0"]["is_restricted"] = True

    assert not await internal(slack, channel_id="D1")
    assert "conversations.info" not in slack.calls


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ({}, True),
        ({"is_private": True}, False),
        ({"is_channel": False, "is_group": True, "is_private": True}, False),
        ({"is_channel": False, "is_mpim": True}, False),
        ({"is_ext_shared": True}, False),
    ],
)
async def test_a_public_channel(channel: Any, expected: bool) -> None:
    """One that every member of the workspace can read, and nobody else."""
    assert await Visibility().is_public(cast(AsyncWebClient, Slack(channel=channel)), "C1") is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"user": {"id": "U1", "team_id": TEAM}}, True),
        ({"user": {"id": "U1", "team_id": ORGANISATION}}, True),
        ({"user": {"id": "U1", "team_id": "TVENDOR"}}, False),
        ({"user": {"id": "U1", "team_id": TEAM}, "is_enterprise_install": True}, False),
        ({"user": {"id": "U1"}}, False),
        ({"event": {"user": "U1"}}, True),
        ({"event": {"user": "U1", "user_team": ORGANISATION}}, True),
        ({"event": {"user": "U1", "user_team": "TVENDOR"}}, False),
        ({"event": {"user": "U1", "source_team": "TVENDOR"}}, False),
    ],
)
async def test_who_may_act(body: dict[str, Any], expected: bool) -> None:
    """The payload says where somebody is at home; else Slack is asked, which here knows a vendor's person."""
    slack = Slack(user("U1", "TVENDOR"))
    received = Delivery(TEAM, ORGANISATION, "key", "interaction", body)
    client = cast(AsyncWebClient, slack)
    assert await Visibility().permits_here(Act.MOVE_INCIDENT, client, received) is expected
    slack.people["U1"] = user("U1", "TSIBLING", is_restricted=True, enterprise_user=GRID)

    assert await Visibility().permits_here(Act.MOVE_INCIDENT, client, received)


@pytest.mark.parametrize(
    ("facts", "reads"),
    [
        ({"is_admin": True}, True),
        ({"is_owner": True}, True),
        ({}, False),
        ({"is_admin": True, "deleted": True}, False),
        ({"is_admin": True, "is_restricted": True}, False),
        ({"is_admin": True, "team_id": "TVENDOR"}, False),
    ],
)
async def test_an_administrator_who_left_reads_no_questions(facts: dict[str, Any], reads: bool) -> None:
    """Nor one of another organisation; Slack is asked anew each time."""
    slack, visibility = Slack({**user("U1"), **facts}), Visibility()
    client = cast(AsyncWebClient, slack)
    assert bool(await visibility.permits(Act.READ_UNANSWERED, client, HERE, "U1")) is reads
    slack.people["U1"] = user("U1")

    assert not await visibility.permits(Act.READ_UNANSWERED, client, HERE, "U1")
