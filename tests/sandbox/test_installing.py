"""Installation: OAuth, token rotation, and removal of the app."""

from pathlib import Path

import pytest
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SlackSandbox

from .conftest import heard
from .test_web_api import SUPPORT, refusal

# slack_sdk's own use of aiohttp.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")


async def test_a_code_is_exchanged_for_a_token_once(full):
    """slack_sdk sends the client's ID and secret to oauth.v2.access."""
    client = AsyncWebClient(base_url=full.api_url)
    known = {"client_id": full.client_id, "client_secret": full.client_secret}
    code = await full.authorize()
    answer = await client.oauth_v2_access(**known, code=code)

    assert (answer["access_token"], answer["team"]["id"]) == (full.bot_token, full.team_id)
    assert "refresh_token" not in answer
    assert (await refusal(client.oauth_v2_access(**known, code=code)))["error"] == "code_already_used"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"client_secret": "x"}, "bad_client_secret"),
        ({"code": "x"}, "invalid_code"),
        ({"code": None}, "no_code"),
        ({"code": None, "grant_type": "refresh_token", "refresh_token": "x"}, "token_rotation_not_enabled"),
    ],
)
async def test_a_wrong_exchange_is_refused_by_name(full, change, error):
    """Slack checks the client first, then its code or token."""
    asked = {"client_id": full.client_id, "client_secret": full.client_secret, "code": "x", **change}
    answer = await refusal(AsyncWebClient(base_url=full.api_url).oauth_v2_access(**asked))

    assert answer["error"] == error


async def test_a_code_is_good_for_ten_minutes(full):
    """Later the person has to approve the app again."""
    code = await full.authorize()
    await full.advance(601)
    client = AsyncWebClient(base_url=full.api_url)
    asked = {"client_id": full.client_id, "client_secret": full.client_secret, "code": code}

    assert (await refusal(client.oauth_v2_access(**asked)))["error"] == "invalid_code"


async def test_a_rotated_token_expires_and_slack_sdk_gets_a_new_one(rotating_manifest: Path):
    """It expires after twelve hours; a refresh token works once."""
    async with SlackSandbox(rotating_manifest, virtual_time=True) as slack:
        old, refresh_token = slack.bot_token, slack.refresh_token
        client = AsyncWebClient(token=old, base_url=slack.api_url)
        assert old.startswith("xoxe.xoxb-")
        await slack.advance(43_199)
        await client.auth_test()
        await slack.advance(1)
        assert (await refusal(client.auth_test()))["error"] == "token_expired"

        rotator = AsyncTokenRotator(client_id=slack.client_id, client_secret=slack.client_secret, client=client)
        kept = Installation(
            user_id="U0AMY000000", bot_token=old, bot_refresh_token=refresh_token, bot_token_expires_at=1
        )
        fresh = await rotator.perform_bot_token_rotation(bot=kept.to_bot())
        assert fresh is not None
        assert (fresh.bot_token, fresh.bot_refresh_token) == (slack.bot_token, slack.refresh_token)
        assert (await AsyncWebClient(token=fresh.bot_token, base_url=slack.api_url).auth_test())["ok"]
        asked = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        again = client.oauth_v2_access(client_id=slack.client_id, client_secret=slack.client_secret, **asked)
        assert (await refusal(again))["error"] == "invalid_refresh_token"


async def test_an_app_that_uninstalls_itself_hears_it_and_is_out(full, bot):
    """Its token becomes invalid, and deliveries end."""
    known = {"client_id": full.client_id, "client_secret": full.client_secret}
    await bot.apps_uninstall(**known)
    assert [each.name for each in full.envelopes] == ["app_uninstalled", "tokens_revoked"]
    assert heard(full, "tokens_revoked")[0]["tokens"] == {"oauth": [], "bot": [full.bot_user_id]}

    assert (await refusal(bot.chat_postMessage(channel=SUPPORT, text="x")))["error"] == "account_inactive"
    await full.post("anyone there?")
    assert len(full.envelopes) == 2

    answer = await bot.oauth_v2_access(**known, code=await full.authorize())
    assert (await AsyncWebClient(token=answer["access_token"], base_url=full.api_url).auth_test())["ok"]
    assert (await refusal(bot.auth_test()))["error"] == "token_revoked"


async def test_a_person_can_remove_the_app_and_an_app_revoke_its_token(full, bot):
    """auth.revoke leaves the app installed."""
    assert (await bot.auth_revoke(test=True))["revoked"] is False
    assert (await bot.auth_revoke())["revoked"] is True
    assert (await refusal(bot.auth_test()))["error"] == "token_revoked"
    await full.uninstall()

    assert [each.name for each in full.envelopes] == ["tokens_revoked", "app_uninstalled", "tokens_revoked"]
