"""Puts what was said before the app came into the channels. The app is not told of it."""

from ..blockkit.typed_text import parse_typed_text
from ..state.local_slack import LocalSlack
from ..state.seed import Seed, SeededMessage
from .posting import make_typed_message, place


def seed_history(slack: LocalSlack, seed: Seed) -> None:
    """Say everything a workspace file has under `messages`, in its order."""
    posted: list[str] = []
    for number, said in enumerate(seed.history):
        posted.append(_tell(slack, said, number, posted))


def _tell(slack: LocalSlack, said: SeededMessage, number: int, posted: list[str]) -> str:
    user = slack.workspace.user(said.user)
    text = said.text.replace("{app}", slack.manifest.bot_name)
    # The number keeps messages of the same minute apart and in order.
    ts = f"{int(slack.clock.now() - said.minutes_ago * 60)}.{number:06d}"
    message = make_typed_message(slack, user, parse_typed_text(text, slack.workspace), ts)
    thread_ts = None if said.reply_to is None else posted[said.reply_to]
    place(slack, slack.workspace.channel(said.channel), message, thread_ts)
    return ts
