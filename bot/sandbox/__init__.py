"""Local Slack: try a Bolt app with no account, and test it end to end.

Imports nothing of the bot; any Bolt app will do, here over Socket Mode:

    async with SlackSandbox(Path("manifest.yml")) as slack:
        app = build_app(AsyncWebClient(slack.bot_token, slack.api_url), slack.signing_secret)
        async with slack.joined(AsyncSocketModeHandler(app, slack.app_token)):
            ts = await slack.post("@Echo hello", channel="support")
            answer = await slack.wait_for(lambda: slack.messages("support", ts)[1]["text"])

and over signed HTTP:

    async with SlackSandbox(Path("manifest.yml")) as slack:
        app = build_app(AsyncWebClient(slack.bot_token, slack.api_url), slack.signing_secret)
        async with slack.serving(app.server().web_app):
            ts = await slack.post("@Echo hello", channel="support")
            answer = await slack.wait_for(lambda: slack.messages("support", ts)[1]["text"])

What goes wrong is asked for (`slack.faults.add(method="chat.postMessage", kind="ratelimited")`,
`slack.clock_offset`, `slack.redeliver`, `slack.holding`), and with `virtual_time=True` Slack's
minutes pass by `await slack.advance(60)`. `slack.add_workspace()` gives one more workspace,
`slack.add_org(name)` an Enterprise Grid organisation (`org_wide=True`: one token for all of it), and
`await team.share_channel("support", other)` a Slack Connect channel.
"""

from .orgs import Org
from .sandbox import SlackSandbox
from .state.errors import ManifestError, SandboxError, WorkspaceError
from .state.records import ApiCall, Envelope
from .team import Team

__all__ = ["ApiCall", "Envelope", "ManifestError", "Org", "SandboxError", "SlackSandbox", "Team", "WorkspaceError"]
