"""Local Slack: try a Bolt app with no account, and test it end to end.

README.md beside this file shows how to start an app in it, what is enforced, and how to inject faults.
"""

from .orgs import Org
from .sandbox import SlackSandbox
from .state.errors import ManifestError, SandboxError, WorkspaceError
from .state.records import ApiCall, Envelope
from .team import Team

__all__ = ["ApiCall", "Envelope", "ManifestError", "Org", "SandboxError", "SlackSandbox", "Team", "WorkspaceError"]
