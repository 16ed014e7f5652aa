"""A local Slack workspace: to try a Bolt app with no account, and to test it end to end.

Imports nothing of the bot; any Bolt app will do:

    async with SlackSandbox(manifest=Path("manifest.yml")) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        app = AsyncApp(client=client, signing_secret=slack.signing_secret)
        handler = AsyncSocketModeHandler(app, slack.app_token)
        await handler.connect_async()
        await slack.connected()
        await slack.post("hello", channel="general")
        await handler.close_async()

What goes wrong is asked for (`slack.faults.add(method="chat.postMessage", kind="ratelimited")`,
`slack.clock_offset`, `slack.redeliver`, `slack.holding`), and with `virtual_time=True` Slack's
minutes pass by `await slack.advance(60)`. `slack.add_workspace()` gives one more workspace.
"""

from .errors import ManifestError, SandboxError, WorkspaceError
from .records import Call, Envelope
from .sandbox import SlackSandbox

__all__ = ["Call", "Envelope", "ManifestError", "SandboxError", "SlackSandbox", "WorkspaceError"]
