"""HTTP server of the sandbox on 127.0.0.1: the Web API, response URLs, Socket Mode and the page."""

import errno

from aiohttp import web

from .actions.responses import apply_response
from .api.file_transfer import FileTransferRoutes
from .api.handler import WebApi
from .delivery.fault_responses import refusal_record, respond_with_fault
from .page.routes import PageRoutes
from .parsing import JsonObject, read_json_object
from .state.errors import SandboxError, SlackError
from .state.local_slack import LocalSlack
from .state.records import ApiCall

HOST = "127.0.0.1"
_LARGEST_BODY = 4 * 1024 * 1024
# Seconds for open connections to finish when the sandbox ends.
_GOODBYE_SECONDS = 0.5


class SandboxServer:
    """Server that listens on 127.0.0.1 while the sandbox runs."""

    def __init__(self, slack: LocalSlack, port: int) -> None:
        self._slack = slack
        self._port = port
        self._page = PageRoutes(slack)
        self._runner: web.AppRunner | None = None

    async def start(self) -> int:
        """Start listening and return the port, chosen by the system for port 0.

        Raises SandboxError when the port is taken.
        """
        api = WebApi(self._slack)
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_get("/api/{method}", api.serve, allow_head=False)
        app.router.add_post("/api/{method}", api.serve)
        app.router.add_post("/hooks/{kind}/{team_id}/{secret}", self._respond)
        app.router.add_get("/link/", self._slack.sockets.serve)
        app.add_routes(FileTransferRoutes(self._slack).routes())
        app.add_routes(self._page.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GOODBYE_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self._port)
        try:
            await site.start()
        except OSError as failure:
            await self._runner.cleanup()
            if failure.errno in (errno.EADDRINUSE, errno.EACCES):
                raise SandboxError(f"port {self._port} on {HOST} is not free; choose another with --port.") from failure
            raise
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        self._slack.faults.closing.set()
        self._slack.sockets.drop()
        await self._page.close()
        if self._runner:
            await self._runner.cleanup()

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        """Serve a post to a response URL; Slack answers "ok" as plain text."""
        started = self._slack.clock.now()
        body: JsonObject = {}
        slack = self._team(request.match_info["team_id"])
        fault = slack.faults.take_fault("response_url", slack.workspace.team_id, slack.workspace.name)
        try:
            body = _read_response(await request.read())
            if fault is None or fault.does_the_work:
                target = slack.response_urls.use(request.match_info["secret"])
                apply_response(slack, target, body)
            answer: JsonObject = {"ok": True} if fault is None or fault.does_the_work else refusal_record(fault)
            response = web.Response(text="ok")
        # Not confirmed, as for the Web API.
        except web.HTTPRequestEntityTooLarge as failure:
            answer = {"ok": False, "error": "http:413"}
            response = web.Response(status=failure.status, text="Request Entity Too Large")
        except SlackError as refusal:
            answer = refusal.answer()
            gone = refusal.code in ("used_url", "expired_url", "invalid_url")
            response = web.json_response(answer, status=404 if gone else 400)
        took = self._slack.clock.now() - started
        slack.record_call(
            ApiCall(
                method="response_url",
                arguments=body,
                answer=answer,
                at=started,
                took=took,
                team_id=slack.workspace.team_id,
            )
        )
        return await respond_with_fault(request, fault, slack.faults, slack.clock, answer, {}) if fault else response

    def _team(self, team_id: str) -> LocalSlack:
        """Find a workspace by its ID; an unknown ID gets the first one, where no secret matches."""
        matching = (each for each in self._slack.installations if each.workspace.team_id == team_id)
        return next(matching, self._slack)


def _read_response(body: bytes) -> JsonObject:
    try:
        return read_json_object(body)
    except ValueError as failure:
        raise SlackError("invalid_payload") from failure
