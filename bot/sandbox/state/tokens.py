"""Tokens of the app in one workspace: issuing, expiry, rotation and revocation.

https://docs.slack.dev/authentication/using-token-rotation
"""

import secrets
from dataclasses import dataclass

from .clock import Clock
from .errors import SlackError

# Lifetimes in seconds.
TOKEN_SECONDS = 43_200
CODE_SECONDS = 600.0
WORKFLOW_SECONDS = 900.0


def new_bot_token(rotating: bool) -> str:
    """Make a token in the form of Slack's own; rotated ones have another prefix."""
    token = f"xoxb-{secrets.randbelow(10**12):012d}-{secrets.token_hex(12)}"
    return f"xoxe.{token}" if rotating else token


@dataclass(slots=True)
class _Token:
    expires: float
    revoked: bool = False


@dataclass(slots=True)
class _Code:
    expires: float
    used: bool = False


@dataclass(frozen=True, slots=True)
class UserToken:
    """Owner and scopes of an xoxp- token."""

    user_id: str
    scopes: frozenset[str]


class Tokens:
    """Bot tokens, refresh tokens and authorization codes of an installation."""

    def __init__(self, clock: Clock, first: str, rotating: bool) -> None:
        # False from uninstalling until the next installation.
        self.installed = True
        self.rotating = rotating
        self.current = first
        self.refresh_token = ""
        self._clock = clock
        self._tokens: dict[str, _Token] = {}
        self._codes: dict[str, _Code] = {}
        self._of_people: dict[str, UserToken] = {}
        self._keep(first)

    def knows(self, token: str) -> bool:
        """Tell if a token is one of this installation's, and valid.

        Raises SlackError `account_inactive`, `token_revoked` or `token_expired` when it is no longer valid.
        """
        issued = self._tokens.get(token)
        if issued is None:
            return False
        if not self.installed:
            raise SlackError("account_inactive")
        if issued.revoked:
            raise SlackError("token_revoked")
        if self._clock.now() >= issued.expires:
            raise SlackError("token_expired")
        return True

    def issue_code(self) -> str:
        """Issue the single-use code that a person's approval sends back to the app."""
        code = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(32)}"
        self._codes[code] = _Code(self._clock.now() + CODE_SECONDS)
        return code

    def redeem_code(self, code: str) -> bool:
        """Install the app by a code; return False for a code of another installation.

        Raises SlackError `code_already_used` or, when expired, `invalid_code`.
        """
        issued = self._codes.get(code)
        if issued is None:
            return False
        if issued.used:
            raise SlackError("code_already_used")
        if self._clock.now() > issued.expires:
            raise SlackError("invalid_code")
        issued.used = True
        current = self._tokens[self.current]
        if self.rotating or not self.installed or current.revoked:
            self._issue()
        self.installed = True
        return True

    def redeem_refresh_token(self, refresh_token: str) -> bool:
        """Exchange the refresh token for a new pair, once; return False unless it is this installation's latest."""
        if not self.installed or not refresh_token or refresh_token != self.refresh_token:
            return False
        self._issue()
        return True

    def issue_workflow_token(self) -> str:
        """Issue a token for one function run, valid for fifteen minutes as Slack's own."""
        token = f"xwfp-{secrets.token_hex(24)}"
        self._tokens[token] = _Token(self._clock.now() + WORKFLOW_SECONDS)
        return token

    def issue_user_token(self, user_id: str, scopes: tuple[str, ...]) -> str:
        """Issue a token by which another app acts in this person's name, with these user scopes."""
        parts = "-".join(f"{secrets.randbelow(10**12):012d}" for _ in range(3))
        token = f"xoxp-{parts}-{secrets.token_hex(16)}"
        self._of_people[token] = UserToken(user_id, frozenset(scopes))
        return token

    def user_token(self, token: str) -> UserToken | None:
        """Find a person's token in this workspace, or None."""
        return self._of_people.get(token)

    def revoke(self, token: str) -> None:
        """Revoke one token."""
        self._tokens[token].revoked = True

    def uninstall(self) -> None:
        """Revoke every token until the app is installed again."""
        self.installed = False
        for issued in self._tokens.values():
            issued.revoked = True
        self.refresh_token = ""

    def _issue(self) -> None:
        self._keep(new_bot_token(self.rotating))

    def _keep(self, token: str) -> None:
        expires = self._clock.now() + TOKEN_SECONDS if self.rotating else float("inf")
        self._tokens[token] = _Token(expires)
        self.current = token
        if self.rotating:
            self.refresh_token = f"xoxe-1-{secrets.token_hex(32)}"
