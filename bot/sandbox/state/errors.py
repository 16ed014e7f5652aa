"""Errors: a refusal by Slack, or a wrong use of the sandbox."""

from ..parsing import JsonObject


class SlackError(Exception):
    """Slack refuses the call.

    `code` is Slack's own error string; `extra` holds the further fields of the answer
    (`needed`, `provided`, `response_metadata`, ...).
    """

    def __init__(self, code: str, **extra: object) -> None:
        super().__init__(code)
        self.code = code
        self.extra: JsonObject = dict(extra)

    def answer(self) -> JsonObject:
        """Build the body of the Web API's answer."""
        return {"ok": False, "error": self.code, **self.extra}


class SandboxError(Exception):
    """The sandbox cannot do what was asked of it."""


class ManifestError(SandboxError):
    """The app manifest cannot be used."""


class WorkspaceError(SandboxError):
    """The workspace file cannot be used."""


def refuse_arguments(*messages: str) -> SlackError:
    """Build an `invalid_arguments` error that names each fault as Slack's schema check does."""
    marked = [f"[ERROR] {message}" for message in messages]
    return SlackError("invalid_arguments", response_metadata={"messages": marked})
