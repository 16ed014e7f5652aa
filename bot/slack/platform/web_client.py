"""The Web API client: slack_sdk's, with an error of its own for responses that are not Slack's."""

from __future__ import annotations

from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

_TOO_MANY = 429


class UnreadableAnswerError(SlackClientError):
    """Slack, or a proxy in front of it, answered without the outcome of the call."""


class StrictWebClient(AsyncWebClient):
    """A client whose SlackApiError is always Slack's own word, or its 429."""

    async def api_call(self, api_method: str, **named: Any) -> AsyncSlackResponse:
        """Make a call. Raises UnreadableAnswerError for a page of a proxy, half an answer, or none."""
        try:
            return await super().api_call(api_method, **named)
        except SlackApiError as error:
            if _is_understood(error.response):
                raise
            raise UnreadableAnswerError(f"{api_method}: not to be read") from error
        except AttributeError as error:
            # slack_sdk takes a plain text for a dictionary.
            raise UnreadableAnswerError(f"{api_method}: plain text") from error


def strict_client(client: AsyncWebClient) -> StrictWebClient:
    """Make a strict client of a plain one, such as Bolt makes for each delivery."""
    return StrictWebClient(
        token=client.token,
        base_url=client.base_url,
        timeout=client.timeout,
        session=client.session,
        headers=client.headers,
        retry_handlers=list(client.retry_handlers),
        team_id=client.default_params.get("team_id"),
    )


def _is_understood(response: object) -> bool:
    # Of a body that is not JSON slack_sdk hands on aiohttp's response, or an empty dictionary.
    if not isinstance(response, AsyncSlackResponse):
        return False
    return response.status_code == _TOO_MANY or (isinstance(response.data, dict) and "error" in response.data)
