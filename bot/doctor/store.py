"""The store, and the tokens in it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.doctor.findings import Finding, fault, ok, warning
from bot.settings import Settings, read_token_key_file
from bot.store import StoreError, StoreExamination, TokenCipher, examine_store


def check_store(settings: Settings) -> tuple[list[Finding], StoreExamination | None]:
    """Look at the database; the examination is None where it cannot be read."""
    try:
        found = examine_store(settings.store_address, TokenCipher(settings.sceptic_token_key, read_token_key_file))
    except StoreError as error:
        return [fault("database", "it cannot be used", str(error))], None
    return list(_say(settings, found)), found


def _say(settings: Settings, found: StoreExamination) -> Iterator[Finding]:
    if not found.exists:
        yield ok("database", f"{found.place} has no store yet; the first start makes it")
        return
    yield from (fault("database", found.place, each) for each in found.faults)
    yield from (warning("database", found.place, each) for each in found.warnings)
    if not found.is_current:
        return
    if not found.faults and not found.warnings:
        yield ok("database", f"{found.place} is whole and up to date")
    if found.key_fault:
        yield fault("token key", "it does not fit the tokens in the store", found.key_fault)
    elif found.in_clear:
        said = f"{found.in_clear} of {found.installed} installations have a token in clear in the store"
        key = "make a key (sceptic store key) and set SCEPTIC_TOKEN_KEY; then "
        todo = "run: sceptic store encrypt"
        yield warning("token key", said, f"{'' if settings.sceptic_token_key else key}{todo}".capitalize())
    elif found.key_id:
        yield ok("token key", f"the tokens in the store are encrypted with the key {found.key_id}")
    else:
        yield ok("token key", "there are no tokens in the store")
