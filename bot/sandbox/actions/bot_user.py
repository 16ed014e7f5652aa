"""Bot user of the app: joining a workspace at installation, and leaving it."""

from ..state.local_slack import LocalSlack
from ..state.workspace import Channel, User


def admit_bot(slack: LocalSlack) -> None:
    """Add the bot to the workspace, with a direct message for everyone; it is in no channel yet."""
    workspace, credentials, manifest = slack.workspace, slack.credentials, slack.manifest
    if credentials.bot_user_id in workspace.users:
        return
    people = workspace.people()
    name = "".join(each for each in manifest.bot_name.lower() if each.isalnum() or each in "._-") or "bot"
    workspace.users[credentials.bot_user_id] = User(
        user_id=credentials.bot_user_id,
        name=name,
        real_name=manifest.bot_name,
        locale="en-US",
        tz="Etc/UTC",
        title=manifest.description,
        bot_id=credentials.bot_id,
    )
    for person in people:
        channel_id = workspace.new_id("D", person.name)
        members = {person.user_id, credentials.bot_user_id}
        created = int(slack.clock.now())
        workspace.channels[channel_id] = Channel(
            channel_id=channel_id, name="", kind="im", created=created, members=members, person=person.user_id
        )


def withdraw_bot(slack: LocalSlack) -> None:
    """Remove the bot from the workspace with its memberships and direct messages, without a trace."""
    bot_user_id = slack.credentials.bot_user_id
    slack.workspace.users.pop(bot_user_id, None)
    for channel in list(slack.workspace.channels.values()):
        if channel.kind == "im":
            del slack.workspace.channels[channel.channel_id]
        else:
            channel.members.discard(bot_user_id)
