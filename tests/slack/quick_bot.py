"""`sceptic serve` at the tests' pace: `python -m tests.slack.quick_bot`."""

from __future__ import annotations

import click

from bot.diagnosis import build_sceptic
from bot.logs import set_up_logs
from bot.settings import read_settings, require_slack
from bot.slack.serve import serve
from bot.slack_commands import run_until_told
from tests.fixtures.timings import QUICK


def main() -> None:
    """Serve until SIGTERM or Ctrl+C."""
    settings = read_settings()
    require_slack(settings)
    set_up_logs(settings.sceptic_log_level)
    sceptic = build_sceptic(settings.sceptic_knowledge, settings.sceptic_cache)
    run_until_told(serve(settings, sceptic, click.echo, timings=QUICK), settings.sceptic_port)


if __name__ == "__main__":
    main()
