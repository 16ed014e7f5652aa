"""Puts what was said before the app came into the channels. The app is not told of it."""

from ..blockkit.typed_text import read_typed
from ..state.local_slack import LocalSlack
from ..state.seed import Seed, SeededMessage
from .posting import place, typed_message


def tell_history(slack: LocalSlack, seed: Seed) -> None:
    """Say everything a workspace file has under `messages`, in its order."""
    posted: list[str] = []
    for number, said in enumerate(seed.history):
        posted.append(_tell(slack, said, number, posted))


def _tell(slack: LocalSlack, said: SeededMessage, number: int, posted: list[str]) -> str:
    user = slack.workspace.user(said.user)
    text = said.text.replace("{app}", slack.manifest.bot_name)
    # The number keeps messages of the same minute apart and in order.
    ts = f"{int(slack.clock.now() - said.minutes_ago * 60)}.{number:06d}"
    message = typed_message(slack, user, read_typed(text, slack.workspace), ts)
    thread_ts = None if said.reply_to is None else posted[said.reply_to]
    place(slack, slack.workspace.channel(said.channel), message, thread_ts)
    return ts
