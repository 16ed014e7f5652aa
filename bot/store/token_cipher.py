"""Encryption of workspaces' tokens at rest, with keys that rotate: the first encrypts, all of them decrypt."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.store.errors import StoreError

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

# Before what is encrypted; Slack's tokens begin with xox.
_ENCRYPTED: Final = "fernet:"
_BETWEEN_KEYS: Final = re.compile(r"[,\s]+")


class KeyMissingError(StoreError):
    """No key fits what is encrypted."""


@dataclass(slots=True)
class TokenCipher:
    """The keys of SCEPTIC_TOKEN_KEY; without any, tokens are read and written in clear.

    `read_again` gives the keys as they are now, where they come from a file: it is asked when none fits, so that a
    running bot learns of a new key. What is encrypted is bound to its workspace and means nothing in another's row.
    """

    keys: str = ""
    read_again: Callable[[], str] = lambda: ""
    _fernet: MultiFernet | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._take(self.keys)

    def __bool__(self) -> bool:
        """Tell whether there is a key."""
        return self._fernet is not None

    @property
    def fingerprints(self) -> list[str]:
        """Return a short name of each key, from which the key cannot be told."""
        return [fingerprint(each) for each in split_keys(self.keys)]

    def encrypt(self, token: str, team_id: str, enterprise_id: str) -> str:
        """Encrypt a token of a workspace with the first key. Raises KeyMissingError without any."""
        if self._fernet is None:
            raise KeyMissingError(_ADVICE.format(why="The tokens in the store are encrypted, and no key is set"))
        plain = f"{enterprise_id}/{team_id}/{token}".encode()
        return _ENCRYPTED + self._fernet.encrypt(plain).decode()

    def decrypt(self, kept: str, team_id: str, enterprise_id: str) -> str:
        """Return a workspace's token, whether it is kept encrypted or in clear. Raises KeyMissingError."""
        if not is_encrypted(kept):
            return kept
        plain = self._try(kept)
        if plain is None:
            self._take(self.read_again() or self.keys)
            plain = self._try(kept)
        if plain is None:
            raise KeyMissingError(_ADVICE.format(why="No key that is set fits the tokens in the store"))
        place, token = plain[: -len(plain.split("/", 2)[2])], plain.split("/", 2)[2]
        if place != f"{enterprise_id}/{team_id}/":
            raise StoreError("An encrypted token stands in another workspace's row; somebody has changed the database.")
        return token

    def _try(self, kept: str) -> str | None:
        if self._fernet is None:
            return None
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(kept.removeprefix(_ENCRYPTED)).decode()
        except InvalidToken:
            return None

    def _take(self, keys: str) -> None:
        self.keys = keys
        if split_keys(keys):
            from cryptography.fernet import Fernet, MultiFernet

            self._fernet = MultiFernet([Fernet(each) for each in split_keys(keys)])


_ADVICE: Final = (
    "{why}: put the key they were encrypted with into SCEPTIC_TOKEN_KEY, several are separated by commas. If it is lost, "
    "forget those tokens (sceptic store encrypt --forget-tokens) and have each workspace install the app again; "
    "nothing else is encrypted."
)


def is_encrypted(kept: str) -> bool:
    """Tell whether a token is kept encrypted."""
    return kept.startswith(_ENCRYPTED)


def new_key() -> str:
    """Make a key."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


def split_keys(keys: str) -> list[str]:
    """Return the keys of a setting."""
    return [each for each in _BETWEEN_KEYS.split(keys) if each]


def fingerprint(key: str) -> str:
    """Return a key's short name."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]
