"""Open modals and home tabs: opening, stacking, updating and closing."""

from ..blockkit.views import change_view, make_view
from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.local_slack import LocalSlack

STACK = 3


def open_modal(slack: LocalSlack, user_id: str, checked: JsonObject) -> JsonObject:
    """Open a modal in place of the open ones."""
    view = _make_view(slack, checked, user_id)
    _refuse_known_external_id(slack, view)
    slack.views[user_id] = [view]
    show_modals(slack, user_id)
    return view


def push_modal(slack: LocalSlack, user_id: str, checked: JsonObject) -> JsonObject:
    """Push a modal onto the open ones, three at most."""
    stack = slack.views.get(user_id) or []
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= STACK:
        raise SlackError("push_limit_reached")
    view = _make_view(slack, checked, user_id)
    _refuse_known_external_id(slack, view)
    view |= {"previous_view_id": stack[-1]["id"], "root_view_id": stack[0]["id"]}
    stack.append(view)
    show_modals(slack, user_id)
    return view


def update_view(slack: LocalSlack, user_id: str, view: JsonObject, checked: JsonObject) -> JsonObject:
    """Replace the content of an open modal or a home tab."""
    external_id = checked.get("external_id") or ""
    if external_id and any(each["external_id"] == external_id for _, each in _all_views(slack) if each is not view):
        raise SlackError("duplicate_external_id")
    change_view(view, checked)
    if view["type"] == "home":
        _show_home(slack, user_id)
    else:
        show_modals(slack, user_id)
    return view


def publish_home(slack: LocalSlack, user_id: str, checked: JsonObject) -> JsonObject:
    """Publish a person's home tab."""
    if user_id in slack.homes:
        change_view(slack.homes[user_id], checked)
    else:
        slack.homes[user_id] = _make_view(slack, checked, user_id)
    _show_home(slack, user_id)
    return slack.homes[user_id]


def close_modal(slack: LocalSlack, user_id: str, view_id: str, whole_stack: bool = False) -> list[JsonObject]:
    """Close a modal and those above it; return the closed ones, topmost first."""
    stack = slack.views.get(user_id, [])
    position = next((number for number, view in enumerate(stack) if view["id"] == view_id), None)
    if position is None:
        return []
    remaining = [] if whole_stack else stack[:position]
    closed = stack[len(remaining) :]
    slack.views[user_id] = remaining
    show_modals(slack, user_id)
    return list(reversed(closed))


def find_view(slack: LocalSlack, view_id: str = "", external_id: str = "") -> tuple[str, JsonObject]:
    """Find an open modal or a home tab, and its user; SlackError `not_found` otherwise."""
    for user_id, view in _all_views(slack):
        if (view_id and view["id"] == view_id) or (external_id and view["external_id"] == external_id):
            return user_id, view
    raise SlackError("not_found")


def installation_of_view(slack: LocalSlack, view: JsonObject) -> LocalSlack:
    """Find the installation that opened a view, which may be another workspace's than its user's."""
    openers = (each for each in [slack, *slack.installations] if is_opened_by(each, view))
    return next(openers, slack)


def is_opened_by(slack: LocalSlack, view: JsonObject) -> bool:
    """Tell if this workspace's installation opened the view, which no other may change."""
    return bool(view["app_installed_team_id"] == _installed_in(slack))


def show_modals(slack: LocalSlack, user_id: str) -> None:
    """Publish a person's modals to their windows."""
    update = {"type": "views", "views": slack.views.get(user_id, [])}
    slack.home_of(user_id).feed.publish(update, [user_id])


def _show_home(slack: LocalSlack, user_id: str) -> None:
    slack.feed.publish({"type": "home", "view": slack.homes[user_id]}, [user_id])


def _make_view(slack: LocalSlack, checked: JsonObject, user_id: str) -> JsonObject:
    credentials = slack.credentials
    team_id = slack.home_of(user_id).workspace.team_id
    view = make_view(checked, team_id, credentials.app_id, credentials.bot_id)
    return {**view, "app_installed_team_id": _installed_in(slack)}


def _installed_in(slack: LocalSlack) -> str:
    """Return the `app_installed_team_id`, which is the organisation's for an org-wide app."""
    return slack.org_or_team_id if slack.org_wide else slack.workspace.team_id


def _all_views(slack: LocalSlack) -> list[tuple[str, JsonObject]]:
    modals = [(user_id, view) for user_id, stack in slack.views.items() for view in stack]
    return modals + list(slack.homes.items())


def _refuse_known_external_id(slack: LocalSlack, view: JsonObject) -> None:
    taken = {each["external_id"] for _, each in _all_views(slack) if is_opened_by(slack, each)}
    if view["external_id"] and view["external_id"] in taken:
        raise SlackError("duplicate_external_id")
