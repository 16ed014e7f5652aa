"""Message history from before the app came, posted without telling the app."""

from ..blockkit.typed_text import parse_typed_text
from ..state.local_slack import LocalSlack
from ..state.seed import Seed, SeededMessage
from .posting import make_typed_message, place


def seed_history(slack: LocalSlack, seed: Seed) -> None:
    """Post every message of the seed into its channel or thread, oldest first."""
    timestamps: dict[int, str] = {}
    for number, message in enumerate(seed.history):
        thread_ts = timestamps[id(message.parent)] if message.parent else None
        timestamps[id(message)] = _post(slack, message, number, thread_ts)


def _post(slack: LocalSlack, seeded: SeededMessage, number: int, thread_ts: str | None) -> str:
    user = slack.workspace.user(seeded.user)
    text = seeded.text.replace("{app}", slack.manifest.bot_name)
    # The number keeps messages of the same second distinct and in order.
    ts = f"{int(slack.clock.now() - seeded.minutes_ago * 60)}.{number:06d}"
    message = make_typed_message(slack, user, parse_typed_text(text, slack.workspace), ts)
    place(slack, slack.workspace.channel(seeded.channel), message, thread_ts)
    return ts
