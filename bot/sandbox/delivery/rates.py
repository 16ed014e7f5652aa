"""Rate limits of the Web API and the Events API, without Slack's bursts.

The tiers: https://docs.slack.dev/apis/web-api/rate-limits; the methods in each: their pages
under https://docs.slack.dev/reference/methods, and MethodsRateLimits.java of Slack's Java SDK,
which agree. Slack allows short bursts of an unpublished length; here there are none, so that
an app that passes here passes at Slack. Posts over all channels are not counted: Slack says
only "several hundred messages per minute".
"""

import math
from collections import deque

from ..state.clock import Clock

# Calls per minute and workspace, by tier.
_TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
_TIER_OF_METHOD = {
    1: "apps.uninstall apps.connections.open",
    # auth.teams.list: not confirmed.
    2: "auth.teams.list conversations.list users.list usergroups.list reactions.list reactions.remove pins.add "
    "pins.list pins.remove bookmarks.add bookmarks.edit bookmarks.remove",
    3: "auth.revoke chat.update chat.delete chat.scheduleMessage chat.deleteScheduledMessage "
    "chat.scheduledMessages.list conversations.info conversations.open conversations.join conversations.history "
    "conversations.replies users.conversations bots.info team.info reactions.add reactions.get bookmarks.list files.delete "
    "functions.completeSuccess functions.completeError",
    4: "api.test oauth.v2.access chat.postEphemeral conversations.members users.info views.open views.push "
    "views.update views.publish apps.event.authorizations.list "
    "files.getUploadURLExternal files.completeUploadExternal files.info",
}
# Methods with a limit of their own: calls, within seconds. A post counts per channel;
# for auth.test and chat.getPermalink Slack says "hundreds a minute": 200 of them is not confirmed.
_SPECIAL = {
    "chat.postMessage": (1, 1.0),
    "auth.test": (200, 60.0),
    "chat.getPermalink": (200, 60.0),
}
LIMITS: dict[str, tuple[int, float]] = _SPECIAL | {
    method: (_TIERS[tier], 60.0) for tier, methods in _TIER_OF_METHOD.items() for method in methods.split()
}
# https://docs.slack.dev/apis/events-api#rate-limiting
EVENTS_AN_HOUR = 30_000
# Limits on reading conversations for a new app that is distributed outside the Marketplace:
# https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps
_UNLISTED = dict.fromkeys(("conversations.history", "conversations.replies"), (1, 60.0))
UNLISTED_OBJECTS = 15


class RateLimiter:
    """Counter of calls and events of each workspace, which refuses nothing unless strict.

    `unlisted` is an app distributed outside the Marketplace; its limits on reading always hold.
    """

    def __init__(self, clock: Clock, strict: bool, unlisted: bool = False) -> None:
        # Most objects on a page of history or replies; 0: no special limit.
        self.page_objects = UNLISTED_OBJECTS if unlisted else 0
        self._clock = clock
        self._limits = {**(LIMITS if strict else {}), **(_UNLISTED if unlisted else {})}
        self._strict = strict
        self._taken: dict[tuple[str, ...], deque[float]] = {}

    def take_call(self, team_id: str, method: str, channel: str) -> int:
        """Count a call and return 0, or return the seconds to wait without counting it."""
        if method not in self._limits:
            return 0
        key = (team_id, method, channel) if method == "chat.postMessage" else (team_id, method)
        return self._take(key, *self._limits[method])

    def take_event(self, team_id: str) -> bool:
        """Count an event; return False past 30,000 events of the workspace within the hour."""
        return not self._strict or not self._take((team_id, "events"), EVENTS_AN_HOUR, 3600.0)

    def take_warning(self, team_id: str) -> bool:
        """Return True, once a minute, when the app is due a notice of dropped events."""
        return not self._take((team_id, "app_rate_limited"), 1, 60.0)

    def _take(self, key: tuple[str, ...], most: int, seconds: float) -> int:
        now = self._clock.now()
        taken = self._taken.setdefault(key, deque())
        while taken and taken[0] <= now - seconds:
            taken.popleft()
        if len(taken) >= most:
            return max(1, math.ceil(taken[0] + seconds - now))
        taken.append(now)
        return 0
