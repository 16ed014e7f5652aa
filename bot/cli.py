"""The command line: `sceptic ask`, `sceptic flow`, and the commands of the other files."""

from __future__ import annotations

import json
import sys
from shutil import get_terminal_size
from typing import IO, TYPE_CHECKING, Any, cast

import click

from bot.ask_batch import SURFACES, answer_batch, as_object, decide
from bot.ask_input import AskInput, read_ask_input
from bot.build import build_from_settings
from bot.diagnosis import Diagnosis, Sceptic, Surface, diagnose
from bot.doctor import doctor
from bot.evidence import read_evidence
from bot.knowledge import KnowledgeError
from bot.knowledge_commands import knowledge
from bot.languages import DEFAULT, LANGUAGES, Language
from bot.settings import Settings, SettingsError, read_settings, shows_styles
from bot.slack_commands import manifest, run, serve
from bot.store_commands import store
from bot.terminal_output import fit_terminal, writable_output, write_utf8

if TYPE_CHECKING:
    from bot.replies.values import Reply

_WIDTH_OF_A_PIPE = 100


class _Commands(click.Group):
    """Says what is wrong with settings or articles, whenever it is found: phrasings are read with the first question."""

    def main(self, *arguments: Any, **more: Any) -> Any:
        """Run as a program."""
        fit_terminal()
        with writable_output():
            return super().main(*arguments, **more)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException(str(error)) from error
        except KnowledgeError as error:
            raise click.ClickException(f"The articles have faults:\n{error}") from error


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


for command in (store, knowledge, serve, run, manifest, doctor):
    main.add_command(command)


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
        write_utf8()
        _answer_all(batch, settings)
        return
    sceptic = build_from_settings(settings)
    if not text and not files and sys.stdin.isatty():
        raise click.ClickException("Say what to look up: sceptic ask, and an event ID, a code, a name or a question")
    ask_input = read_ask_input(
        " ".join(text), files or (() if text else (sys.stdin.buffer,)), sceptic.identities.wanted
    )
    diagnosis = decide(ask_input.text, sceptic, cast(Surface, surface))
    _tell_unread(ask_input, diagnosis, language)
    if as_json:
        write_utf8()
        click.echo(json.dumps(as_object(diagnosis, sceptic), ensure_ascii=False))
        return
    _show(ask_input.text, diagnosis, sceptic, why=why, locale=language)


def _answer_all(batch: IO[bytes], settings: Settings) -> None:
    for line in answer_batch(batch, build_from_settings(settings), settings.sceptic_knowledge, settings.sceptic_cache):
        # A lone surrogate in an ID cannot be printed; nothing else in an answer comes from the text.
        sys.stdout.write(line.encode("utf-8", "replace").decode() + "\n")
        if batch is not sys.stdin.buffer and not sys.stdout.isatty():
            continue
        sys.stdout.flush()


def _tell_unread(ask_input: AskInput, diagnosis: Diagnosis, locale: str | None) -> None:
    """Say on standard error what of the files was not read. Raises click.ClickException when nothing was."""
    from bot.replies.answers.render import language_for
    from bot.replies.answers.unread import render_unread

    if (reply := render_unread(ask_input.files, language_for(diagnosis, locale))) is None:
        return
    from html import unescape

    if not ask_input.text:
        raise click.ClickException(unescape(reply.text))
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

    knowledge = build_from_settings(read_settings()).knowledge
    found = find_flows(knowledge, name)
    if name and not found:
        from bot.knowledge.flows import flows_of

        known = ", ".join(each.id for each in flows_of(knowledge)) or "none"
        raise click.ClickException(f"No flow is called {name}; the articles have: {known}")
    _print(render_flows(found, knowledge, language))
