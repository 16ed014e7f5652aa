"""Command line `python -m bot.sandbox`: runs the local Slack alone and prints what an app needs to connect."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from .sandbox import SlackSandbox
from .state.errors import SandboxError


def main(arguments: list[str] | None = None) -> int:
    """Run until interrupted; return 1, with one sentence on stderr, when it cannot start."""
    options = _read_arguments(arguments)
    try:
        asyncio.run(_run(options))
    except SandboxError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _read_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description="A local Slack workspace in a browser.")
    parser.add_argument("--manifest", type=Path, default=Path("manifest.yml"), help="the app's manifest")
    parser.add_argument("--workspace", type=Path, help="people, channels and history (a small team by default)")
    parser.add_argument("--examples", type=Path, action="append", default=[], help="more messages of that history")
    parser.add_argument("--port", type=_port, default=8065, help="0 takes a free one (default: 8065)")
    parser.add_argument("--request-url", help="deliver by signed HTTP to this address instead of Socket Mode")
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to 65535)")
    return int(text)


async def _run(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with SlackSandbox(options.manifest, options.workspace, options.port, examples=options.examples) as slack:
        slack.request_url = options.request_url
        slack.allows_unknown_methods = True
        print(f"The workspace is at  {slack.url}  (stop with Ctrl+C). Start the app with:")
        print(f"SLACK_API_URL={slack.api_url}")
        print(f"SLACK_BOT_TOKEN={slack.bot_token}")
        print(f"SLACK_APP_TOKEN={slack.app_token}")
        print(f"SLACK_SIGNING_SECRET={slack.signing_secret}", flush=True)
        await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
