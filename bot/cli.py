"""The command line: `sceptic ask`, `sceptic serve`, `sceptic run`, `sceptic knowledge`. Wires everything together."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from functools import partial
from shutil import get_terminal_size
from typing import IO, TYPE_CHECKING, cast

import click

from bot.ask_batch import SURFACES, answer_batch, as_object, decide
from bot.ask_input import AskInput, read_ask_input
from bot.diagnosis import Diagnosis, Sceptic, Surface, build_sceptic, diagnose
from bot.evidence import read_evidence
from bot.knowledge import KnowledgeError
from bot.knowledge_commands import knowledge
from bot.languages import DEFAULT, LANGUAGES, Language
from bot.settings import KNOWLEDGE, Settings, SettingsError, read_settings, shows_styles
from bot.store_commands import store

if TYPE_CHECKING:
    from bot.replies.values import Reply

_WIDTH_OF_A_PIPE = 100
# Objects made, less those that are gone: what comes in for one answer makes some thousands.
_BETWEEN_COLLECTIONS = 10_000


class _Stop(click.ClickException):
    """A sentence for the person at the keyboard, without a stack trace."""


class _Commands(click.Group):
    """Says what is wrong with settings or articles, whenever it is found: phrasings are read with the first question."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise _Stop(str(error)) from error
        except KnowledgeError as error:
            raise _Stop(f"The articles have faults:\n{error}") from error


def _sceptic(settings: Settings) -> Sceptic:
    told = partial(click.echo, err=True)
    return build_sceptic(settings.sceptic_knowledge, settings.sceptic_cache, told, KNOWLEDGE)


@click.group(cls=_Commands)
@click.version_option(package_name="sceptic")
def main() -> None:
    """Explain Windows events in Slack or in the terminal, and never make anything up.

    \b
    Examples:
      sceptic run                                   # try it in a small Slack on this machine
      sceptic ask "what does event 1234 mean?"
      sceptic COMMAND --help                        # options and examples of each command
    """


main.add_command(store)
main.add_command(knowledge)


@main.command()
@click.argument("text", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the card.")
@click.option(
    "--batch",
    type=click.File("rb"),
    help='JSON Lines in, one line out for each: {"text": …, "surface": …}; - is standard input.',
)
@click.option(
    "--file",
    "files",
    type=click.File("rb"),
    multiple=True,
    help="Read this file: an event log (.evtx), or text, CSV or XML; - is standard input. May be given again.",
)
@click.option("--why", is_flag=True, help="Show what was matched, the runner-up, and what would be said unasked.")
@click.option(
    "--surface",
    type=click.Choice(SURFACES),
    default="command",
    show_default=True,
    help="How the text reaches the bot.",
)
@click.option("--language", type=click.Choice(list(LANGUAGES)), help="Answer in it when the text tells no language.")
def ask(
    text: tuple[str, ...],
    as_json: bool,
    batch: IO[bytes] | None,
    files: tuple[IO[bytes], ...],
    why: bool,
    surface: str,
    language: str | None,
) -> None:
    """Answer TEXT, files, or standard input in the terminal.

    \b
    Examples:
      sceptic ask "what does event 1234 mean?"
      Get-Clipboard | sceptic ask                   # a pasted event, in PowerShell
      sceptic ask --why --surface channel < paste.txt
      sceptic ask --file events.evtx
      sceptic ask --batch questions.jsonl > answers.jsonl
    """
    settings = read_settings()
    if batch is not None:
        _answer_all(batch, settings)
        return
    sceptic = _sceptic(settings)
    if not text and not files and sys.stdin.isatty():
        raise _Stop("Say what to look up: sceptic ask, and an event ID, a code, a name or a question")
    ask_input = read_ask_input(
        " ".join(text), files or (() if text else (sys.stdin.buffer,)), sceptic.identities.wanted
    )
    diagnosis = decide(ask_input.text, sceptic, cast(Surface, surface))
    _tell_unread(ask_input, diagnosis, language)
    if as_json:
        click.echo(json.dumps(as_object(diagnosis), ensure_ascii=False))
        return
    _show(ask_input.text, diagnosis, sceptic, why=why, locale=language)


def _answer_all(batch: IO[bytes], settings: Settings) -> None:
    for line in answer_batch(batch, _sceptic(settings), settings.sceptic_knowledge, settings.sceptic_cache):
        # A lone surrogate in an ID cannot be printed; nothing else in an answer comes from the text.
        sys.stdout.write(line.encode("utf-8", "replace").decode() + "\n")
        if batch is not sys.stdin.buffer and not sys.stdout.isatty():
            continue
        sys.stdout.flush()


def _tell_unread(ask_input: AskInput, diagnosis: Diagnosis, locale: str | None) -> None:
    """Say on standard error what of the files was not read. Raises _Stop when nothing was."""
    from bot.replies.answers.render import language_for
    from bot.replies.answers.unread import render_unread

    if (reply := render_unread(ask_input.files, language_for(diagnosis, locale))) is None:
        return
    from html import unescape

    if not ask_input.text:
        raise _Stop(unescape(reply.text))
    click.echo(unescape(reply.text), err=True)


def _show(question: str, diagnosis: Diagnosis, sceptic: Sceptic, *, why: bool, locale: str | None) -> None:
    from bot.replies.answers.render import language_for, render, render_why
    from bot.replies.answers.small_talk import find_small_talk, render_small_talk

    language = language_for(diagnosis, locale)
    if why:
        unasked = diagnose(read_evidence(question, sceptic.knowledge.lexicon), sceptic, "channel")
        reply = render_why(diagnosis, unasked, language)
    elif (talk := find_small_talk(question)) is not None:
        reply = render_small_talk(talk.kind, talk.language or language, sceptic.knowledge.products.values())
    else:
        reply = render(diagnosis, sceptic.knowledge, language)
    _print(reply)


def _print(reply: Reply) -> None:
    """Print a reply as the terminal can show it."""
    from bot.replies.terminal import set_reply

    on_terminal = sys.stdout.isatty()
    width = get_terminal_size().columns if on_terminal else _WIDTH_OF_A_PIPE
    click.echo(set_reply(reply, width, styled=on_terminal and shows_styles()))


@main.command()
@click.argument("name", default="")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default=DEFAULT, show_default=True)
def flow(name: str, language: Language) -> None:
    """Show the steps of a flow, the events that show how each went, its logs and its guide; without NAME the main ones.

    \b
    Examples:
      sceptic flow
      sceptic flow scep --language zh-TW
    """
    from bot.replies.answers.flows import find_flows, render_flows

    knowledge = _sceptic(read_settings()).knowledge
    found = find_flows(knowledge, name)
    if name and not found:
        from bot.knowledge.flows import flows_of

        known = ", ".join(each.id for each in flows_of(knowledge)) or "none"
        raise _Stop(f"No flow is called {name}; the articles have: {known}")
    _print(render_flows(found, knowledge, language))


@main.command()
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
    sceptic = _sceptic(settings)
    _run(serve_slack(settings, sceptic, click.echo), settings.sceptic_port)


@main.command()
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
    sceptic = _sceptic(settings)
    port = settings.sceptic_sandbox_port if port is None else port
    from bot.sandbox import SandboxError

    try:
        _run(_try(settings, sceptic, port), port)
    except SandboxError as error:
        raise _Stop(f"The sandbox cannot start: {error}") from error


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


@main.command()
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


def _run(serving: Coroutine[object, object, None], port: int) -> None:
    """Run until Ctrl+C or SIGTERM; say in one sentence what keeps it from starting."""
    import asyncio
    import gc

    from bot.store import StoreError

    # Looking through the articles for rubbish again and again would hold everything up for tenths of a second.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_BETWEEN_COLLECTIONS)
    try:
        asyncio.run(_until_told(serving))
        click.echo("Stopped.")
    except KeyboardInterrupt:
        click.echo("Stopped.")
    except StoreError as error:
        raise _Stop(str(error)) from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise _Stop(
                f"Port {port} is in use by another program; stop that program or choose another port."
            ) from error
        raise _Stop(
            f"Could not reach Slack: {error.strerror or error}. Check the network and SLACK_API_URL."
        ) from error
