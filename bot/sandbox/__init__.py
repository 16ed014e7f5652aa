"""Local Slack: try a Bolt app with no account, and test it end to end.

README.md beside this file shows how to start an app in it, what is enforced, and how to inject faults.
"""

from .delivery.faults import FaultKind, InjectedFault
from .orgs import Org
from .sandbox import SlackSandbox
from .state.errors import ManifestError, SandboxError, WorkspaceError
from .state.records import ApiCall, Attempt, DeliveryKind, Envelope
from .state.stored import FunctionRun
from .team import Team

__all__ = [
    "ApiCall",
    "Attempt",
    "DeliveryKind",
    "Envelope",
    "FaultKind",
    "FunctionRun",
    "InjectedFault",
    "ManifestError",
    "Org",
    "SandboxError",
    "SlackSandbox",
    "Team",
    "WorkspaceError",
]
