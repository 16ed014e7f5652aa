"""Messages: posting, changing and deleting, with their events and updates of the page.

Checks no permissions; the Web API and the actions of people do that first.
"""

import copy
import uuid

from ..blockkit.blocks import new_block_id
from ..blockkit.typed_text import TypedText
from ..delivery import events
from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.local_slack import LocalSlack
from ..state.workspace import Channel, User

_THREAD_FIELDS = (
    "thread_ts",
    "reply_count",
    "reply_users",
    "reply_users_count",
    "latest_reply",
    "is_locked",
    "subscribed",
)


def make_typed_message(slack: LocalSlack, user: User, typed: TypedText, ts: str) -> JsonObject:
    """Build a person's message."""
    blocks = [{**copy.deepcopy(block), "block_id": new_block_id()} for block in typed.blocks]
    return {
        "user": user.user_id,
        "type": "message",
        "ts": ts,
        "client_msg_id": str(uuid.uuid4()),
        "text": typed.text,
        "team": slack.workspace.team_id,
        "blocks": blocks,
    }


def make_bot_message(slack: LocalSlack, text: str, blocks: list[JsonObject]) -> JsonObject:
    """Build the app's message, without channel and thread."""
    credentials, team_id = slack.credentials, slack.workspace.team_id
    profile = {
        "id": credentials.bot_id,
        "app_id": credentials.app_id,
        "user_id": credentials.bot_user_id,
        "name": slack.manifest.bot_name,
        "icons": {},
        "deleted": False,
        "updated": int(slack.clock.now()),
        "team_id": team_id,
    }
    message = {
        "user": credentials.bot_user_id,
        "type": "message",
        "ts": slack.clock.next_ts(),
        "bot_id": credentials.bot_id,
        "app_id": credentials.app_id,
        "text": text,
        "team": team_id,
        "bot_profile": profile,
    }
    return {**message, "blocks": blocks} if blocks else message


def impersonation_fields(slack: LocalSlack, user_id: str) -> JsonObject:
    """Build the fields of a message that another app posts with a person's token.

    Slack marks every message that came through the API with that app's bot_id, whoever is its author:
    https://medium.com/slack-developer-blog/api-update-new-field-in-api-responses-d23076ea2ef3
    """
    app_id, bot_id = f"A{slack.workspace.number}OTHERAPP0", f"B{slack.workspace.number}OTHERAPP0"
    profile = {
        "id": bot_id,
        "app_id": app_id,
        "name": "Another App",
        "icons": {},
        "deleted": False,
        "updated": int(slack.clock.now()),
        "team_id": slack.workspace.team_id,
    }
    return {"user": user_id, "bot_id": bot_id, "app_id": app_id, "bot_profile": profile}


def post(slack: LocalSlack, channel: Channel, message: JsonObject, thread_ts: str | None = None) -> None:
    """Post a message to a channel or a thread and announce it to the app.

    The `thread_ts` of a reply leads to that reply's thread, as in Slack.
    """
    place(slack, channel, message, thread_ts)
    events.announce_message(slack, channel, message)


def existing_thread(channel: Channel, thread_ts: str) -> str | None:
    """Return a `thread_ts` that an app named, or None where no message has it.

    Slack does not refuse such a call: it answers `ok: true`, drops `thread_ts` and posts at the channel's root.
    https://github.com/slack-go/slack/issues/1571, https://github.com/pymc-labs/daimon/issues/113
    """
    return thread_ts if thread_ts in channel.messages else None


def place(slack: LocalSlack, channel: Channel, message: JsonObject, thread_ts: str | None = None) -> None:
    """Add a message to a channel or a thread without announcing it."""
    if thread_ts:
        parent = channel.messages.get(thread_ts)
        if parent is None:
            raise SlackError("thread_not_found")
        parent = channel.messages.get(parent.get("thread_ts", thread_ts), parent)
        message |= {"thread_ts": parent["ts"], "parent_user_id": parent.get("user", "")}
        channel.messages[message["ts"]] = message
        _count_replies(slack, channel, parent)
    channel.messages[message["ts"]] = message
    slack.publish_in(channel, {"type": "message", "message": message})


def change(slack: LocalSlack, channel: Channel, ts: str, content: JsonObject, editor: str) -> JsonObject:
    """Replace the content of a message; return the message as it is now.

    `content` has the text, the blocks and attachments if any, and metadata that replaces the
    earlier one: {} removes it.
    """
    before = channel.messages[ts]
    now = {name: each for name, each in before.items() if name not in ("blocks", "attachments")} | content
    if not now.get("metadata"):
        now.pop("metadata", None)
    now["edited"] = {"user": editor, "ts": f"{int(slack.clock.now())}.000000"}
    channel.messages[ts] = now
    slack.publish_in(channel, {"type": "message", "message": now})
    events.announce_change(slack, channel, now, before)
    return now


def remove(slack: LocalSlack, channel: Channel, ts: str) -> None:
    """Delete a message; a parent with replies leaves a tombstone, as in Slack."""
    before = channel.messages[ts]
    if before.get("reply_count"):
        tombstone = {
            "type": "message",
            "subtype": "tombstone",
            "user": "USLACKBOT",
            "text": "This message was deleted.",
            "hidden": True,
            "ts": ts,
            **{name: before[name] for name in _THREAD_FIELDS if name in before},
        }
        channel.messages[ts] = tombstone
        slack.publish_in(channel, {"type": "message", "message": tombstone})
        events.announce_change(slack, channel, tombstone, before)
        return
    del channel.messages[ts]
    slack.publish_in(channel, {"type": "message_gone", "ts": ts})
    parent = channel.messages.get(before.get("thread_ts", ""))
    if parent:
        _count_replies(slack, channel, parent)
    events.announce_deletion(slack, channel, before)


def show_ephemeral(slack: LocalSlack, channel: Channel, user_id: str, message: JsonObject) -> None:
    """Show a message to one person only."""
    ephemeral = {**message, "is_ephemeral": True}
    channel.ephemerals.setdefault(user_id, {})[message["ts"]] = ephemeral
    update = {"type": "ephemeral", "channel": channel.channel_id, "message": ephemeral}
    slack.home_of(user_id).feed.publish(update, [user_id])


def remove_ephemeral(slack: LocalSlack, channel: Channel, user_id: str, ts: str) -> None:
    """Remove an ephemeral message."""
    channel.ephemerals.get(user_id, {}).pop(ts, None)
    gone = {"type": "ephemeral_gone", "channel": channel.channel_id, "ts": ts}
    slack.home_of(user_id).feed.publish(gone, [user_id])


def post_as_slackbot(slack: LocalSlack, channel: Channel, user_id: str, text: str) -> None:
    """Show one person a hint of Slack's own, such as that a command failed."""
    message = {"type": "message", "user": "USLACKBOT", "ts": slack.clock.next_ts(), "text": text}
    show_ephemeral(slack, channel, user_id, message)


def react(slack: LocalSlack, channel: Channel, ts: str, name: str, user_id: str, added: bool) -> None:
    """Add or remove a reaction; SlackError when it is there already, or is not."""
    message = channel.messages[ts]
    reactions = {each["name"]: list(each["users"]) for each in message.get("reactions", [])}
    users = reactions.setdefault(name, [])
    if added == (user_id in users):
        raise SlackError("already_reacted" if added else "no_reaction")
    if added:
        users.append(user_id)
    else:
        users.remove(user_id)
    reactions_left = [{"name": each, "users": who, "count": len(who)} for each, who in reactions.items() if who]
    changed = {key: each for key, each in message.items() if key != "reactions"}
    channel.messages[ts] = {**changed, "reactions": reactions_left} if reactions_left else changed
    slack.publish_in(channel, {"type": "message", "message": channel.messages[ts]})
    event = {
        "type": "reaction_added" if added else "reaction_removed",
        "user": user_id,
        "reaction": name,
        "item": {"type": "message", "channel": channel.channel_id, "ts": ts},
        "item_user": message.get("user", ""),
        "event_ts": slack.clock.next_ts(),
    }
    events.announce_in_channel(slack, channel, event)


def _count_replies(slack: LocalSlack, channel: Channel, parent: JsonObject) -> None:
    """Update the parent's thread fields; without replies it has none."""
    replies = [each for each in channel.thread(parent["ts"]) if each["ts"] != parent["ts"]]
    parent_now = {name: each for name, each in parent.items() if name not in _THREAD_FIELDS}
    if replies:
        users = list(dict.fromkeys(str(each.get("user", "")) for each in replies))
        parent_now |= {
            "thread_ts": parent["ts"],
            "reply_count": len(replies),
            "reply_users": users,
            "reply_users_count": len(users),
            "latest_reply": replies[-1]["ts"],
            "is_locked": False,
            "subscribed": False,
        }
    channel.messages[parent["ts"]] = parent_now
    slack.publish_in(channel, {"type": "message", "message": parent_now})
