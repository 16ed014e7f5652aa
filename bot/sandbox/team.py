"""Python interface of one workspace, for tests: actions of its people, and what they see."""

from collections.abc import Mapping
from dataclasses import replace

from .actions import functions, memberships, people, sharing
from .actions.modals import find_view
from .actions.uninstall import leave_workspace
from .blockkit.element_state import filled_state
from .parsing import JsonObject
from .state.errors import SandboxError, SlackError
from .state.local_slack import LocalSlack
from .state.records import Envelope
from .state.stored import FunctionRun
from .state.workspace import Channel, Role, User


class Team:
    """Workspace with the app in it.

    Channels and users are named by ID or name; "dm" is the user's direct message with the
    app. Messages are Slack's JSON objects: read them, do not change them. In a channel that
    is shared with other workspaces (`share_channel`) each workspace's Team acts for its own
    people, and everyone sees the same messages.
    """

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack

    @property
    def team_id(self) -> str:
        """ID of the workspace."""
        return self._slack.workspace.team_id

    @property
    def bot_token(self) -> str:
        """Latest xoxb- token of the app."""
        return self._slack.tokens.current

    @property
    def refresh_token(self) -> str:
        """Latest refresh token; "" where the manifest does not enable token rotation."""
        return self._slack.tokens.refresh_token

    @property
    def bot_user_id(self) -> str:
        """ID of the app's bot user."""
        return self._slack.credentials.bot_user_id

    def user_token(
        self, user: str = "amy", scopes: tuple[str, ...] = ("chat:write", "channels:history", "groups:history")
    ) -> str:
        """Issue a person's xoxp- token, as another app has it that acts in their name.

        Messages posted with it carry that app's bot_id, as in Slack, so a bot that ignores bots ignores them.
        """
        return self._slack.tokens.issue_user_token(self._user(user).user_id, scopes)

    def now(self) -> float:
        """Return Slack's time, in seconds since 1970; it stands still with `virtual_time`."""
        return self._slack.clock.now()

    # Actions of people.

    async def post(self, text: str, channel: str = "support", user: str = "amy", thread_ts: str | None = None) -> str:
        """Post a message and return its timestamp."""
        who = self._user(user)
        return people.post(self._slack, who, self._channel(who, channel), text, thread_ts)

    async def edit(self, ts: str, text: str, channel: str = "support", user: str = "amy") -> None:
        """Edit the user's own message."""
        who = self._user(user)
        people.edit(self._slack, who, self._channel(who, channel), ts, text)

    async def delete(self, ts: str, channel: str = "support", user: str = "amy") -> None:
        """Delete the user's own message."""
        who = self._user(user)
        people.delete(self._slack, who, self._channel(who, channel), ts)

    async def upload(
        self,
        name: str,
        content: bytes,
        text: str = "",
        *,
        channel: str = "support",
        user: str = "amy",
        thread_ts: str | None = None,
    ) -> str:
        """Share a file, with or without text, and return the message's timestamp."""
        who = self._user(user)
        return people.upload(self._slack, who, self._channel(who, channel), name, content, text, thread_ts)

    async def delete_file(self, file_id: str, user: str = "amy") -> None:
        """Delete the user's own file from every message that shows it."""
        people.delete_file(self._slack, self._user(user), file_id)

    async def react(self, ts: str, name: str, channel: str = "support", user: str = "amy") -> None:
        """Add the user's reaction, or remove it."""
        who = self._user(user)
        people.react(self._slack, who, self._channel(who, channel), ts, name)

    async def command(self, name: str, text: str = "", channel: str = "support", user: str = "amy") -> Envelope | None:
        """Run a slash command and wait for its acknowledgement; None when Slack itself answered."""
        who = self._user(user)
        return await people.run_command(self._slack, who, self._channel(who, channel), name, text)

    async def shortcut(
        self, callback_id: str, message_ts: str, channel: str = "support", user: str = "amy"
    ) -> Envelope:
        """Use a message shortcut and wait for its acknowledgement."""
        who = self._user(user)
        return await people.use_message_shortcut(self._slack, who, self._channel(who, channel), message_ts, callback_id)

    async def global_shortcut(self, callback_id: str, user: str = "amy") -> Envelope:
        """Use a global shortcut and wait for its acknowledgement."""
        return await people.use_global_shortcut(self._slack, self._user(user), callback_id)

    async def click(
        self,
        where: str | Mapping[str, object],
        element: str,
        user: str = "amy",
        chosen: object = None,
        block_id: str = "",
    ) -> Envelope:
        """Use a button, select or other element, and wait for the acknowledgement.

        `where` is a message, its timestamp, a view, or its ID; `element` an action_id or a
        button's words; `chosen` an option's value or text, a date, a user ID. `block_id`
        tells elements with the same action_id apart.
        """
        who = self._user(user)
        element_ids = (block_id, element)
        place_id = where if isinstance(where, str) else str(where.get("ts") or where["id"])
        if place_id.startswith("V"):
            return await people.use_view_element(self._slack, who, place_id, element_ids, chosen, None)
        channel = self._channel_of(place_id, who)
        return await people.use_message_element(self._slack, who, channel, place_id, element_ids, chosen, None)

    async def submit_view(
        self, view_id: str, values: Mapping[str, object] | None = None, user: str = "amy"
    ) -> Envelope:
        """Fill in and send a modal; `values` maps an action_id or block_id to what was typed or chosen."""
        try:
            _, view = find_view(self._slack, view_id=view_id)
        except SlackError as refusal:
            raise SandboxError(f"there is no open view {view_id!r}.") from refusal
        state = filled_state(view["blocks"], values or {})
        envelope, _ = await people.submit_view(self._slack, self._user(user), view_id, state)
        return envelope

    async def close_view(self, view_id: str, user: str = "amy") -> Envelope | None:
        """Close a modal; return None when the app did not ask for view_closed."""
        return await people.close_view(self._slack, self._user(user), view_id)

    async def open_home(self, user: str = "amy", tab: str = "home") -> None:
        """Open the app's Home ("home") or Messages ("messages") tab."""
        people.open_home(self._slack, self._user(user), tab)

    async def run_function(self, callback_id: str, inputs: Mapping[str, object] | None = None) -> str:
        """Start a step of the app's in a workflow, and return the function_execution_id."""
        return functions.start_run(self._slack, callback_id, dict(inputs or {})).execution_id

    async def authorize(self) -> str:
        """Allow the app into the workspace, as a person does; return the code for oauth.v2.access."""
        return self._slack.tokens.issue_code()

    async def uninstall(self) -> None:
        """Remove the app from the workspace: app_uninstalled and tokens_revoked follow, and no token stays valid."""
        leave_workspace(self._slack)

    async def create_channel(
        self, name: str, private: bool = False, members: tuple[str, ...] = (), bot: bool = False
    ) -> str:
        """Create a channel for these people (everyone by default), with or without the bot; return its ID.

        The first of them counts as its creator.
        """
        people = [self._user(each) for each in members] or self._slack.workspace.people()
        users = {each.user_id for each in people} | ({self.bot_user_id} if bot else set())
        try:
            return memberships.create_channel(self._slack, name, private, users, people[0].user_id).channel_id
        except ValueError as taken:
            raise SandboxError(f"there is a channel {name!r} already ({taken}).") from taken

    async def open_group_dm(self, *members: str, bot: bool = True) -> str:
        """Open the group DM of these people and, unless `bot` is False, the app's bot; return its ID."""
        people = [self._user(each) for each in members] + ([self._slack.bot] if bot else [])
        return memberships.group_dm(self._slack, people).channel_id

    def set_role(self, user: str, role: Role) -> None:
        """Make somebody an administrator, an owner, a guest, or a member again."""
        member = self._user(user)
        self._slack.workspace.users[member.user_id] = replace(member, role=role)

    async def invite(self, user: str, channel: str = "support", inviter: str = "amy") -> None:
        """Add a person, or the app's bot by its name, to a channel."""
        target = self._slack.workspace.channel(channel)
        memberships.add_member(self._slack, target, self._user(user).user_id, self._user(inviter).user_id)

    async def leave(self, user: str, channel: str = "support") -> None:
        """Remove a person from a channel."""
        memberships.remove_member(self._slack, self._slack.workspace.channel(channel), self._user(user).user_id)

    async def archive(self, channel: str = "support", user: str = "amy") -> None:
        """Archive a channel: it can be read, and nobody can post."""
        target = self._slack.workspace.channel(channel)
        memberships.set_archived(self._slack, target, True, self._user(user).user_id)

    async def unarchive(self, channel: str = "support", user: str = "amy") -> None:
        """Restore an archived channel."""
        target = self._slack.workspace.channel(channel)
        memberships.set_archived(self._slack, target, False, self._user(user).user_id)

    async def share_channel(self, channel: str, other: "Team", *, accepted: bool = True, name: str = "") -> str:
        """Share a channel with another workspace; return its ID, the same on both sides.

        With one of another organisation that is Slack Connect, within an organisation an
        org-shared channel. All people of the other side are in it, its bot is not until `invite`
        adds it. `name` is the other side's, by default the same. Without `accepted` the channel
        waits for `accept_channel` there.
        """
        target = self._slack.workspace.channel(channel)
        sharing.offer(self._slack, target, other._slack)
        if accepted:
            await other.accept_channel(target.channel_id, name=name)
        return target.channel_id

    async def accept_channel(
        self, channel_id: str, *, name: str = "", private: bool | None = None, members: tuple[str, ...] = ()
    ) -> None:
        """Accept an offered channel for these people (everyone by default), with a name and privacy of its own."""
        people = [self._user(each) for each in members] or self._slack.workspace.people()
        sharing.accept(self._slack, channel_id, name, private, {each.user_id for each in people})

    async def unshare_channel(self, channel: str) -> None:
        """Disconnect from another workspace's channel, with all people and the bot of this one."""
        sharing.leave(self._slack, self._slack.workspace.channel(channel))

    # View of people.

    def function_run(self, execution_id: str) -> FunctionRun:
        """Return a run of a function; KeyError when there was none."""
        return self._slack.functions[execution_id]

    def messages(self, channel: str = "support", thread_ts: str | None = None) -> list[JsonObject]:
        """List a channel's messages without thread replies, or a thread with its parent; oldest first."""
        target = self._slack.workspace.channel(channel)
        return target.thread(thread_ts) if thread_ts else target.top_level()

    def direct_messages(self, user: str = "amy") -> list[JsonObject]:
        """List the messages between the user and the app, oldest first."""
        return list(self._slack.workspace.direct_message(self._user(user).user_id).messages.values())

    def ephemerals(self, channel: str = "support", user: str = "amy") -> list[JsonObject]:
        """List the ephemeral messages that this user sees in the channel, oldest first."""
        who = self._user(user)
        return list(self._channel(who, channel).ephemerals.get(who.user_id, {}).values())

    def views(self, user: str = "amy") -> list[JsonObject]:
        """List the user's open modals, the topmost last."""
        return list(self._slack.views.get(self._user(user).user_id, []))

    def home(self, user: str = "amy") -> JsonObject | None:
        """Return the user's home tab, or None before the app has published it."""
        return self._slack.homes.get(self._user(user).user_id)

    def _user(self, name: str) -> User:
        return people.find_user(self._slack, name)

    def _channel(self, user: User, name: str) -> Channel:
        return people.find_channel(self._slack, user, name)

    def _channel_of(self, ts: str, user: User) -> Channel:
        for channel in self._slack.workspace.channels.values():
            if ts in channel.messages or ts in channel.ephemerals.get(user.user_id, {}):
                return channel
        raise SandboxError(f"there is no message {ts} that {user.name} can see.")
