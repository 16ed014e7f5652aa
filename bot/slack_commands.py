"""`sceptic serve`, `sceptic run`, `sceptic manifest`: the bot against Slack, and in a small Slack on this machine."""

from __future__ import annotations

import errno
import json
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from typing import Final

import click

from bot.build import build_from_settings
from bot.diagnosis import Sceptic
from bot.settings import Settings, read_settings

# Allocations less deallocations between two collections; one answer makes some thousands.
_BETWEEN_COLLECTIONS: Final = 10_000


@click.command()
def serve() -> None:
    """Run against Slack: Socket Mode when SLACK_APP_TOKEN is set, HTTP otherwise.

    \b
    Examples:
      sceptic serve                                 # with the tokens in .env
      SCEPTIC_LOG_LEVEL=debug sceptic serve
    """
    from bot.logs import set_up_logs
    from bot.settings import require_slack
    from bot.slack.serve import serve as serve_slack

    settings = read_settings()
    require_slack(settings)
    set_up_logs(settings.sceptic_log_level)
    sceptic = build_from_settings(settings)
    run_until_told(serve_slack(settings, sceptic, click.echo), settings.sceptic_port)


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Port of the page; 0 takes a free one.  [default: SCEPTIC_SANDBOX_PORT]",
)
def run(port: int | None) -> None:
    """Try the bot in a small Slack on this machine: no account, no token. Prints the address of its page.

    \b
    Examples:
      sceptic run
      sceptic run --port 0                          # any free port
    """
    from bot.logs import set_up_logs

    settings = read_settings()
    set_up_logs(settings.sceptic_log_level)
    sceptic = build_from_settings(settings)
    port = settings.sceptic_sandbox_port if port is None else port
    from bot.sandbox import SandboxError

    try:
        run_until_told(_try(settings, sceptic, port), port)
    except SandboxError as error:
        raise click.ClickException(f"The sandbox cannot start: {error}") from error


async def _try(settings: Settings, sceptic: Sceptic, port: int) -> None:
    """Start the sandbox, and in it the unchanged bot over Socket Mode."""
    from tempfile import TemporaryDirectory

    from bot.sandbox import SlackSandbox
    from bot.settings import MANIFEST
    from bot.slack.serve import serve as serve_slack

    # Events to try, which belong to the product.
    products = sceptic.knowledge.products.values()
    examples = [path for product in products if (path := product.path("examples.yaml")).is_file()]
    async with AsyncExitStack() as stack:
        # The workspace is a new one each time, and so is what the bot keeps of it.
        folder = stack.enter_context(TemporaryDirectory(prefix="sceptic-"))
        slack = await stack.enter_async_context(SlackSandbox(manifest=MANIFEST, port=port, examples=examples))
        connected = replace(
            settings,
            slack_bot_token=slack.bot_token,
            slack_app_token=slack.app_token,
            slack_api_url=slack.api_url,
            database_url=f"sqlite:///{folder}/sceptic.db",
            sceptic_port=0,
        )

        def ready(_sentence: str) -> None:
            click.echo(f"Open {slack.url} in your browser; Ctrl+C stops.")

        await serve_slack(connected, sceptic, ready, new_store=True)


@click.command()
@click.option("--source", hidden=True, help="Given by the Slack CLI: the project's folder.")
def manifest(source: str | None) -> None:  # noqa: ARG001 - the manifest that belongs to this version is the one
    """Print the app manifest as JSON, the form the Slack CLI and Slack's API take.

    \b
    Example:
      sceptic manifest > manifest.json
    """
    import yaml

    from bot.settings import MANIFEST

    click.echo(json.dumps(yaml.safe_load(MANIFEST.read_text(encoding="utf-8")), ensure_ascii=False, indent=2))


async def _until_told(serving: Coroutine[object, object, None]) -> None:
    """Run until SIGTERM or Ctrl+C, which drain; a second one ends the program at once, and nothing kept is lost by it."""
    import asyncio
    import signal

    task = asyncio.ensure_future(serving)
    loop = asyncio.get_running_loop()
    told = (signal.SIGTERM, signal.SIGINT)

    def drain() -> None:
        task.cancel()
        for each in told:
            loop.remove_signal_handler(each)
            signal.signal(each, signal.SIG_DFL)

    # Windows has no signal handlers in its event loop; there asyncio itself answers Ctrl+C.
    with suppress(NotImplementedError):
        for each in told:
            loop.add_signal_handler(each, drain)
    with suppress(asyncio.CancelledError):
        await task


def run_until_told(serving: Coroutine[object, object, None], port: int) -> None:
    """Run until Ctrl+C or SIGTERM; say in one sentence what keeps it from starting."""
    import asyncio
    import gc

    from bot.store import StoreError

    # The articles are long-lived, and a full collection of them pauses everything for tenths of a second.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_BETWEEN_COLLECTIONS)
    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(_until_told(serving))
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise click.ClickException(
                f"Port {port} is in use by another program; stop that program or choose another port."
            ) from error
        raise click.ClickException(
            f"Could not reach Slack: {error.strerror or error}. Check the network and SLACK_API_URL."
        ) from error
    click.echo("Stopped.")
