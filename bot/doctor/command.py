"""The command: every check in its order, as lines or as JSON."""

from __future__ import annotations

import json
from typing import Final

import click

from bot.doctor.findings import Finding, as_object, fault, ok
from bot.settings import Settings, SettingsError, read_settings, require_slack

_SIGNS: Final = {"ok": "ok     ", "warning": "warning", "fault": "FAULT  "}
_SECONDS: Final = 10.0


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each finding.")
def doctor(as_json: bool) -> None:
    """Examine settings, database, tokens, scopes, clock, network, disk and the running bot, and say what to do.

    It changes nothing, and may be run beside the bot. Ends with status 1 when something keeps the bot from working.

    \b
    Example:
      sceptic doctor
    """
    # Here and below: the command line imports this file for every command.
    import asyncio

    findings = asyncio.run(examine())
    for each in findings:
        click.echo(json.dumps(as_object(each), ensure_ascii=False) if as_json else _line(each))
    faults, warnings = (sum(each.state == state for each in findings) for state in ("fault", "warning"))
    if not as_json:
        healthy = "Healthy." if not faults else "Not healthy."
        click.echo(f"{healthy} Looked at: {len(findings)}; faults: {faults}; warnings: {warnings}.")
    if faults:
        raise SystemExit(1)


def _line(finding: Finding) -> str:
    advice = f"\n           {finding.advice}" if finding.advice else ""
    return f"{_SIGNS[finding.state]}  {finding.name}: {finding.said}{advice}"


async def examine() -> list[Finding]:
    """Run every check; those that need what is missing are left out."""
    try:
        settings = read_settings()
    except SettingsError as error:
        return [fault("settings", "they cannot be used", line) for line in str(error).splitlines()]
    import asyncio

    import aiohttp

    from bot.doctor.machine import check_bot, check_disks
    from bot.doctor.slack import check_slack
    from bot.doctor.store import check_store

    findings = _check_settings(settings)
    said, store = await asyncio.to_thread(check_store, settings)
    findings += said
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        findings += await check_slack(settings, store.installations if store else (), session)
        findings += check_disks(settings, store.file if store else None)
        findings.append(await check_bot(settings, session))
    return findings


def _check_settings(settings: Settings) -> list[Finding]:
    try:
        require_slack(settings)
    except SettingsError as error:
        return [fault("settings", "something is missing", line) for line in str(error).splitlines()]
    door = "Socket Mode" if settings.slack_app_token else f"HTTP on {settings.sceptic_host}:{settings.sceptic_port}"
    return [ok("settings", f"complete, for {door}")]
