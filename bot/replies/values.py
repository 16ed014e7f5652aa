"""A reply: what Slack is sent, and what the terminal shows of the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.replies.mrkdwn import bare

Block = Mapping[str, Any]
"""A Block Kit block as JSON."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One message. `text` is always filled: notifications and screen readers have nothing else."""

    text: str
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        """Take out of the text the fences that only blocks need."""
        object.__setattr__(self, "text", bare(self.text))
