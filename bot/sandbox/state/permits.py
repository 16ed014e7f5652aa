"""Short-lived permits that Slack issues to an app: trigger IDs and response URLs.

https://docs.slack.dev/interactivity/handling-user-interaction. Not confirmed: the error strings of a
response URL that is unknown, too old or used up; Slack's pages have none.
"""

import secrets
from dataclasses import dataclass

from .clock import Clock
from .errors import SlackError

TRIGGER_SECONDS = 3.0
RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 30 * 60.0


@dataclass(slots=True)
class _Trigger:
    user_id: str
    expires: float
    used: bool = False


class TriggerIds:
    """Issued trigger IDs; each opens one view, within three seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, _Trigger] = {}

    def issue(self, user_id: str) -> str:
        """Issue a trigger ID for this person's action."""
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = _Trigger(user_id, self._clock.now() + TRIGGER_SECONDS)
        return trigger_id

    def exchange(self, trigger_id: str) -> str:
        """Use up a trigger ID and return its user's ID; SlackError when unknown, used or expired."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock.now() > trigger.expires:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.user_id


@dataclass(slots=True, kw_only=True)
class ResponseTarget:
    """Target of a response URL: the person, the channel, and the message it may replace."""

    user_id: str
    channel_id: str
    message_ts: str = ""
    is_ephemeral: bool = False
    expires: float = 0.0
    uses: int = 0


class ResponseUrls:
    """Issued response URLs, each with five uses within thirty minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, ResponseTarget] = {}

    def issue(self, target: ResponseTarget) -> str:
        """Issue a URL that posts there, and return its secret last part."""
        target.expires = self._clock.now() + RESPONSE_URL_SECONDS
        secret = secrets.token_urlsafe(18)
        self._issued[secret] = target
        return secret

    def use(self, secret: str) -> ResponseTarget:
        """Count one use and return the target; SlackError when unknown, expired or used five times."""
        target = self._issued.get(secret)
        if target is None:
            raise SlackError("invalid_url")
        if self._clock.now() > target.expires:
            raise SlackError("expired_url")
        if target.uses >= RESPONSE_URL_USES:
            raise SlackError("used_url")
        target.uses += 1
        return target
