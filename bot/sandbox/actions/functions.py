"""Custom functions: the app's workflow steps, from start to completion."""

import secrets

from ..delivery import events
from ..parsing import JsonObject
from ..state.errors import SandboxError, SlackError
from ..state.local_slack import LocalSlack
from ..state.stored import FunctionRun


def start_run(slack: LocalSlack, callback_id: str, inputs: JsonObject) -> FunctionRun:
    """Start a step of the app's in a workflow.

    Raises SandboxError when the manifest declares no such function.
    """
    if callback_id not in slack.manifest.functions:
        raise SandboxError(f"the manifest has no function {callback_id!r}.")
    run = FunctionRun(execution_id="Fx0" + secrets.token_hex(4).upper(), callback_id=callback_id)
    slack.functions[run.execution_id] = run
    function = {
        "id": "Fn0" + secrets.token_hex(4).upper(),
        "callback_id": callback_id,
        "title": callback_id,
        "type": "app",
        "input_parameters": [],
        "output_parameters": [],
        "app_id": slack.credentials.app_id,
        "date_updated": int(slack.clock.now()),
    }
    event = {
        "type": "function_executed",
        "function": function,
        "inputs": inputs,
        "function_execution_id": run.execution_id,
        "workflow_execution_id": "Wx0" + secrets.token_hex(4).upper(),
        "event_ts": slack.clock.next_ts(),
        "bot_access_token": slack.tokens.issue_workflow_token(),
    }
    events.announce(slack, event)
    return run


def find_running(slack: LocalSlack, execution_id: str) -> FunctionRun:
    """Find a running execution; SlackError when there is none or it has ended."""
    run = slack.functions.get(execution_id)
    if run is None:
        raise SlackError("function_execution_not_found")
    if run.state != "running":
        raise SlackError("execution_not_in_running_state")
    return run
