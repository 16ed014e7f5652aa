"""Moves of an incident: a click or a form read into one, and one made when its delivery is completed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.languages import Language
from bot.replies.incidents.messages import render_owner, render_refused
from bot.slack.context.handling import Calls, Handling
from bot.store import Delivery, SlackCall, WorkspaceTransaction
from bot.triage.transitions import Move, MoveResult


def read_click(name: str, chosen: Sequence[str], user_id: str) -> Move | None:
    """Read the move of a button or menu and what it chose; None for one that makes no move."""
    match name, chosen:
        case "claim", _:
            return Move("claim", user_id)
        case "reopen", _:
            return Move("reopen", user_id)
        case "status", [status]:
            return Move("set_status", user_id, {"status": status})
        case "step", [step, outcome]:
            return Move("mark_step", user_id, {"step": step, "outcome": outcome})
        case _:
            return None


def read_submission(name: str, values: Mapping[str, str], user_id: str) -> Move | None:
    """Read the move of a submitted form; None for one that makes no move."""
    match name:
        case "hand_over":
            return Move("hand_over", user_id, {"to": values["to"], "note": values["note"].strip()})
        case "waiting":
            return Move("set_status", user_id, {"status": "waiting", "note": values["note"]})
        case "rate":
            return Move("rate", user_id, {key: values[key] for key in ("impact", "urgency", "service")})
        case "resolve":
            return Move("resolve", user_id, {key: values[key] for key in ("cause", "fix")})
        case _:
            return None


def make_move(handling: Handling, number: int, move: Move, language: Language) -> None:
    """Make a move in the transaction that completes the delivery, and notify the people concerned."""

    def change(transaction: WorkspaceTransaction) -> None:
        result = transaction.apply(number, move)
        if result is not None:
            transaction.enqueue_calls(_notices(handling.delivery, move, result, language))

    handling.change(change)


def _notices(delivery: Delivery, move: Move, result: MoveResult, language: Language) -> list[SlackCall]:
    """Tell a person why their move was refused, and the thread of a new owner: an edit of the card notifies nobody."""
    notices, incident = Calls(delivery), result.before
    if result.refused is not None:
        reply = render_refused(incident, result.refused.why, result.refused.who, language)
        key = f"{delivery.key}/refused"
        notices.whisper(reply, incident.channel_id, move.user_id, incident.thread_ts, key)
    elif move.name == "hand_over" and result.after != incident:
        reply = render_owner(result.after, move.user_id, incident.owner, move.arguments["note"], language)
        notices.post(reply, incident.channel_id, incident.thread_ts, f"{delivery.key}/owner")
    return notices.calls
