"""Corrections of answers: one form asks why and what was meant, and what it says is kept for the next training."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli import main
from bot.sandbox import SlackSandbox
from tests.e2e.test_channel_settings import said_to
from tests.e2e.test_lists import home_of
from tests.smoke.scenarios import PASTE, words_of

SECRET = "client_secret=Zk8Q~abcdefghijklmnopqrstuvwxyz0123456789"


async def answered(slack: SlackSandbox, text: str = PASTE, channel: str = "support") -> dict[str, Any]:
    """The bot's answer to a paste."""
    ts = await slack.post(text, channel=channel, user="lee")
    await slack.wait_for(lambda: len(slack.messages(channel, ts)) == 2)
    return slack.messages(channel, ts)[1]


def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The lines of `sceptic knowledge unanswered`."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'sceptic.db'}")
    result = CliRunner().invoke(main, ["knowledge", "unanswered"])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


async def test_an_answer_that_did_not_help_is_corrected_in_one_form(
    slack: SlackSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question is filled in, masked; the pair is kept without names, and counts as not helpful."""
    slack.set_role("lee", "admin")
    answer = await answered(slack, f"{PASTE}\n{SECRET}")
    await slack.click(answer, "open_correction:not_helpful", user="amy")
    await slack.wait_for(lambda: slack.views("amy"))
    (form,) = slack.views("amy")
    assert "20502" in json.dumps(form)
    assert "Zk8Q" not in json.dumps(form)
    await slack.submit_view(
        form["id"], {"why": "other_event", "meant": f"20402, mail bob@contoso.com, {SECRET}"}, user="amy"
    )
    await slack.settled()

    (line,) = kept(tmp_path, monkeypatch)
    assert (line["kind"], line["why"], line["answered"]) == ("correction", "other_event", ["20502", "0x00000409"])
    assert "20502" in line["question"]
    assert line["meant"].startswith("20402")
    assert "Zk8Q" not in json.dumps(line)
    assert "bob@contoso.com" not in json.dumps(line)
    assert "0 helpful, 1 not helpful" in json.dumps(await home_of(slack, "lee"))


async def test_in_a_private_channel_the_question_is_not_filled_in(slack: SlackSandbox) -> None:
    """It was asked in confidence; whoever corrects may write down what they want to be read."""
    await slack.create_channel("den", private=True, members=("amy", "lee"), bot=True)
    await slack.click(await answered(slack, channel="den"), "open_correction:not_helpful", user="amy")
    await slack.wait_for(lambda: slack.views("amy"))

    assert "initial_value" not in json.dumps(slack.views("amy")[0])


async def test_a_form_opens_where_slack_does_not_tell_the_question(slack: SlackSandbox) -> None:
    """Its trigger lives three seconds."""
    answer = await answered(slack)
    slack.faults.add("conversations.replies", times=9)
    await slack.click(answer, "open_correction:not_helpful", user="amy")
    await slack.wait_for(lambda: slack.views("amy"))

    assert "initial_value" not in json.dumps(slack.views("amy")[0])


async def test_none_of_the_choices_is_said_with_one_button(
    slack: SlackSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The offered articles are kept with what was meant; no answer is counted."""
    await slack.post(f"<@{slack.bot_user_id}> event 20503", channel="support", user="lee")
    await slack.wait_for(
        lambda: "Close by" in words_of(slack.messages("support", slack.messages("support")[-1]["ts"])[1])
    )
    asked = slack.messages("support")[-1]["ts"]
    await slack.click(slack.messages("support", asked)[1], "open_correction:none", user="lee")
    await slack.wait_for(lambda: slack.views("lee"))
    await slack.submit_view(
        slack.views("lee")[0]["id"], {"why": "other_subject", "meant": "the new connector's"}, user="lee"
    )
    await slack.settled()
    lines = kept(tmp_path, monkeypatch)

    (line,) = [each for each in lines if each["kind"] == "correction"]
    assert line["answered"] == ["20500", "20501", "20502"]
    assert "20503" in line["question"]
    assert line["meant"] == "the new connector's"
    assert [each["question"] for each in lines if each["kind"] == "unanswered"]


async def test_a_button_of_an_older_answer_still_counts(slack: SlackSandbox) -> None:
    """It was posted before there was a form, and is thanked for as it was then."""
    slack.set_role("lee", "admin")
    answer = await answered(slack)
    blocks = json.loads(json.dumps(answer["blocks"]).replace("open_correction:not_helpful", "feedback:not_helpful"))
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    older = await client.chat_postMessage(channel="C0SUPPORT00", text="20502", blocks=blocks)
    await slack.click(str(older["ts"]), "feedback:not_helpful", user="amy")
    await said_to(slack, "amy", "Thank you, noted")

    assert "0 helpful, 1 not helpful" in json.dumps(await home_of(slack, "lee"))
