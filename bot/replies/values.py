"""A reply, for Slack and for the terminal alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from bot.replies.mrkdwn import bare

Block = Mapping[str, Any]
"""A Block Kit block as JSON."""


class SelectedOption(TypedDict):
    """A chosen option of a menu or of radio buttons."""

    value: str


class InputState(TypedDict, total=False):
    """The value of one input of a form."""

    value: str | None
    selected_user: str | None
    selected_option: SelectedOption | None


def chosen_value(state: InputState) -> str:
    """Return the value of the option that was chosen, empty when none was."""
    option = state.get("selected_option")
    return option["value"] if option else ""


class FormState(TypedDict):
    """The values of a form, by block, then by input."""

    values: Mapping[str, Mapping[str, InputState]]


class SubmittedView(TypedDict):
    """A submitted form. https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""

    callback_id: str
    private_metadata: str
    blocks: Sequence[Block]
    state: FormState


@dataclass(frozen=True, slots=True)
class Reply:
    """One message. `text` is always filled: notifications and screen readers have nothing else."""

    text: str
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        """Take out of the text the fences that only blocks need."""
        object.__setattr__(self, "text", bare(self.text))
