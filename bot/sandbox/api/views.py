"""Methods views.*: modals and home tabs."""

from ..actions import modals
from ..blockkit.views import read_view
from ..parsing import JsonObject
from ..state.errors import SlackError
from .method_call import Method, MethodCall


async def views_open(call: MethodCall) -> JsonObject:
    """Serve views.open, which needs a trigger, so that no app opens a modal unasked."""
    checked = read_view(call.arguments.get("view"), "modal")
    user_id = call.slack.triggers.exchange(call.required("trigger_id"))
    return {"view": modals.open_modal(call.slack, user_id, checked)}


async def views_push(call: MethodCall) -> JsonObject:
    """Serve views.push, onto the modals of the trigger's person."""
    checked = read_view(call.arguments.get("view"), "modal")
    user_id = call.slack.triggers.exchange(call.required("trigger_id"))
    return {"view": modals.push_modal(call.slack, user_id, checked)}


async def views_update(call: MethodCall) -> JsonObject:
    """Serve views.update, by `view_id` or `external_id`."""
    view_id, external_id = call.text("view_id"), call.text("external_id")
    user_id, view = modals.find_view(call.slack, view_id=view_id, external_id=external_id)
    if not modals.is_opened_by(call.slack, view):
        raise SlackError("not_found")
    checked = read_view(call.arguments.get("view"), view["type"])
    _compare_hash(call, view)
    return {"view": modals.update_view(call.slack, user_id, view, checked)}


async def views_publish(call: MethodCall) -> JsonObject:
    """Serve views.publish, for one person's home tab."""
    slack = call.slack
    if not slack.manifest.home_tab:
        raise SlackError("not_enabled")
    user = slack.workspace.users.get(call.required("user_id"))
    if user is None:
        raise SlackError("user_not_found")
    checked = read_view(call.arguments.get("view"), "home")
    if user.user_id in slack.homes:
        _compare_hash(call, slack.homes[user.user_id])
    return {"view": modals.publish_home(slack, user.user_id, checked)}


def _compare_hash(call: MethodCall, view: JsonObject) -> None:
    """Refuse a change by an app that has not seen the view's latest state."""
    seen_hash = call.text("hash")
    if seen_hash and seen_hash != view["hash"]:
        raise SlackError("hash_conflict")


METHODS = {
    "views.open": Method(handle=views_open),
    "views.push": Method(handle=views_push),
    "views.update": Method(handle=views_update),
    "views.publish": Method(handle=views_publish),
}
