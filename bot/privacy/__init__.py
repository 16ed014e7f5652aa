"""Detection and masking of secrets and personal data in text."""

from bot.privacy.find import find_private, find_secrets
from bot.privacy.mask import mask_of, redact
from bot.privacy.values import SECRET_KINDS, Private, PrivateKind, SecretKind, is_secret

__all__ = [
    "SECRET_KINDS",
    "Private",
    "PrivateKind",
    "SecretKind",
    "find_private",
    "find_secrets",
    "is_secret",
    "mask_of",
    "redact",
]
