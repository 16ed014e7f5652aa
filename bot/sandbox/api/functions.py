"""Methods functions.*: completing a workflow step."""

from ..actions.functions import find_running
from ..blockkit.schema import fault
from ..parsing import JsonObject
from ..state.errors import refuse_arguments
from .method_call import Method, MethodCall


async def complete_success(call: MethodCall) -> JsonObject:
    """Serve functions.completeSuccess."""
    execution_id = call.required("function_execution_id")
    call.required("outputs")
    outputs = call.json("outputs")
    if not isinstance(outputs, dict):
        raise refuse_arguments(fault("must provide an object", "/outputs"))
    run = find_running(call.slack, execution_id)
    run.state, run.outputs = "completed", outputs
    return {}


async def complete_error(call: MethodCall) -> JsonObject:
    """Serve functions.completeError."""
    execution_id, error = call.required("function_execution_id"), call.required("error")
    run = find_running(call.slack, execution_id)
    run.state, run.error = "failed", error
    return {}


METHODS = {
    "functions.completeSuccess": Method(handle=complete_success),
    "functions.completeError": Method(handle=complete_error),
}
