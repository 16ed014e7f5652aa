"""Actions of people in the page, by name: JSON in, JSON out."""

from collections.abc import Awaitable, Callable

from ..actions import people
from ..parsing import JsonObject
from ..state.errors import SandboxError
from ..state.local_slack import LocalSlack
from ..state.workspace import Channel, User

PageAction = Callable[[LocalSlack, User, JsonObject], Awaitable[JsonObject]]


def _channel(slack: LocalSlack, user: User, body: JsonObject) -> Channel:
    return people.find_channel(slack, user, str(body["channel"]))


async def _post(slack: LocalSlack, user: User, body: JsonObject) -> JsonObject:
    channel = _channel(slack, user, body)
    return {"ts": people.post(slack, user, channel, str(body["text"]), body.get("thread_ts"))}


async def _edit(slack: LocalSlack, user: User, body: JsonObject) -> JsonObject:
    people.edit(slack, user, _channel(slack, user, body), str(body["ts"]), str(body["text"]))
    return {}


async def _delete(slack: LocalSlack, user: User, body: JsonObject) -> JsonObject:
    people.delete(slack, user, _channel(slack, user, body), str(body["ts"]))
    return {}


async def _delete_file(slack: LocalSlack, user: User, body: JsonObject) -> JsonObject:
    people.delete_file(slack, user, str(body["file"]))
    return {}


async def _react(slack: LocalSlack, user: User, body: JsonObject) -> JsonObject:
    people.react(slack, user, _channel(slack, user, body), str(body["ts"]), str(body["name"]))
    return {}


async def _pin(slack: LocalSlack, user: User, body: JsonObject) -> JsonObject:
    people.pin(slack, user, _channel(slack, user, body), str(body["ts"]))
    return {}


async def _join(slack: LocalSlack, user: User, body: JsonObject) -> JsonObject:
    people.join(slack, user, _channel(slack, user, body))
    return {}


async def _leave(slack: LocalSlack, user: User, body: JsonObject) -> JsonObject:
    people.leave(slack, user, _channel(slack, user, body))
    return {}


async def _command(slack: LocalSlack, user: User, body: JsonObject) -> JsonObject:
    await people.run_command(slack, user, _channel(slack, user, body), str(body["command"]), str(body["text"]))
    return {}


async def _shortcut(slack: LocalSlack, user: User, body: JsonObject) -> JsonObject:
    channel = _channel(slack, user, body)
    envelope = await people.use_message_shortcut(slack, user, channel, str(body["ts"]), str(body["callback_id"]))
    return {"acked": envelope.acked}


async def _global_shortcut(slack: LocalSlack, user: User, body: JsonObject) -> JsonObject:
    envelope = await people.use_global_shortcut(slack, user, str(body["callback_id"]))
    return {"acked": envelope.acked}


async def _use_in_message(slack: LocalSlack, user: User, body: JsonObject) -> JsonObject:
    element_ids = (str(body["block_id"]), str(body["action_id"]))
    channel, chosen, values = _channel(slack, user, body), body.get("chosen"), body.get("values")
    envelope = await people.use_message_element(slack, user, channel, str(body["ts"]), element_ids, chosen, values)
    return {"acked": envelope.acked}


async def _use_in_view(slack: LocalSlack, user: User, body: JsonObject) -> JsonObject:
    element_ids = (str(body["block_id"]), str(body["action_id"]))
    chosen, values = body.get("chosen"), body.get("values")
    envelope = await people.use_view_element(slack, user, str(body["view_id"]), element_ids, chosen, values)
    return {"acked": envelope.acked}


async def _submit(slack: LocalSlack, user: User, body: JsonObject) -> JsonObject:
    _, errors = await people.submit_view(slack, user, str(body["view_id"]), dict(body["values"]))
    return {"errors": dict(errors)}


async def _close(slack: LocalSlack, user: User, body: JsonObject) -> JsonObject:
    await people.close_view(slack, user, str(body["view_id"]))
    return {}


async def _open_home(slack: LocalSlack, user: User, body: JsonObject) -> JsonObject:
    people.open_home(slack, user, str(body.get("tab", "home")))
    return {}


async def _redeliver(slack: LocalSlack, _user: User, body: JsonObject) -> JsonObject:
    """Deliver an event again from the inspector, even after it was acknowledged."""
    envelope_id = str(body["envelope_id"])
    envelope = next((each for each in slack.deliveries.envelopes if each.envelope_id == envelope_id), None)
    if envelope is None:
        raise SandboxError(f"there is no envelope {envelope_id!r}.")
    if envelope.kind != "events_api":
        raise SandboxError("Slack delivers only events again; repeat a command or a click yourself.")
    await slack.deliveries.redeliver(envelope)
    return {"acked": envelope.attempts[-1].acked}


ACTIONS: dict[str, PageAction] = {
    "post": _post,
    "edit": _edit,
    "delete": _delete,
    "delete_file": _delete_file,
    "react": _react,
    "pin": _pin,
    "join": _join,
    "leave": _leave,
    "command": _command,
    "shortcut": _shortcut,
    "global_shortcut": _global_shortcut,
    "use_in_message": _use_in_message,
    "use_in_view": _use_in_view,
    "submit": _submit,
    "close": _close,
    "open_home": _open_home,
    "redeliver": _redeliver,
}
