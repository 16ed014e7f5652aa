"""The Bolt app: `register` is one table of everything the bot can do."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.replies import action_ids
from bot.replies.answers.messages import render_error
from bot.replies.form_errors import under_first_input
from bot.settings import Settings
from bot.slack.answers import buttons, corrections
from bot.slack.context.handling import Handling, message_of
from bot.slack.context.responder import CurrentResponder
from bot.slack.delivery.receiver import Receiver
from bot.slack.incidents import actions, evidence, opening
from bot.slack.incidents.similar import SimilarIncidents
from bot.slack.platform.installations import Installations
from bot.slack.routing import commands, messages, questions
from bot.slack.workspace import app_home, channel_settings, uninstall
from bot.store import StoreError

logger = logging.getLogger(__name__)

Next = Callable[[], Awaitable[object]]
Middleware = Callable[[AsyncBoltContext, Next], Awaitable[None]]


def build_app(
    settings: Settings, current: CurrentResponder, receiver: Receiver, installations: Installations
) -> AsyncApp:
    """Build the app; it talks to Slack only when it is started."""

    # Bolt fills in arguments by name, and takes a method's self for one of them.
    async def authorize(
        context: AsyncBoltContext, team_id: str | None, enterprise_id: str | None
    ) -> AuthorizeResult | None:
        found = await installations.authorize(team_id, enterprise_id)
        handling: Handling | None = context.get("handling")
        if found is None and handling is not None and handling.claimed is not None:
            # Delivered after the app was uninstalled.
            handling.changes.append(handling.store.delivery_erasure(handling.claimed))
        return found

    app = AsyncApp(
        # Without a name Bolt inspects the source of all callers, which takes a third of a second.
        name="sceptic",
        client=installations.client,
        signing_secret=settings.slack_signing_secret or secrets.token_hex(16),
        authorize=authorize,  # type: ignore[arg-type]  # None says "not installed", as Bolt documents
        before_authorize=receiver.receive,
        # The worker and the at_once requests wait for their listeners.
        process_before_response=True,
        raise_error_for_unhandled_request=False,
    )
    register(app, current, receiver, installations)
    return app


def register(app: AsyncApp, current: CurrentResponder, receiver: Receiver, installations: Installations) -> None:
    """Register every listener.

    What is marked `at_once` runs within Slack's three seconds; everything else runs from the inbox.
    """
    at_once = receiver.at_once
    app.use(_provide(current, SimilarIncidents(receiver.store)))
    forget = partial(uninstall.handle_uninstall, installations)
    app.command("/event")(at_once(commands.answer_command))
    app.event("app_mention")(questions.answer_mention)
    app.event("message")(messages.handle_message)
    app.event("file_deleted")(evidence.follow_file)
    app.event("app_home_opened")(app_home.show_home)
    app.event("app_uninstalled")(forget)
    app.event("tokens_revoked")(forget)
    app.shortcut(action_ids.EXPLAIN_EVENT)(questions.explain_message)
    app.shortcut(action_ids.START_TRIAGE)(opening.start_from_message)
    app.action(action_ids.START_TRIAGE)(opening.start_from_button)
    app.action(_beginning(action_ids.INCIDENT))(actions.handle_action)
    app.action(_beginning(action_ids.OPEN_INCIDENT))(at_once(actions.open_form))
    app.view(_beginning(action_ids.INCIDENT_FORM))(at_once(actions.handle_submission))
    app.action(action_ids.OPEN_SETTINGS)(at_once(channel_settings.open_settings))
    app.view(action_ids.SETTINGS_FORM)(at_once(channel_settings.save_settings))
    app.action(action_ids.SHARE)(buttons.share)
    app.action(_beginning(action_ids.CHOOSE))(buttons.choose)
    app.action(_beginning(action_ids.OPEN_ARTICLE))(at_once(buttons.open_article))
    app.action(_beginning(action_ids.FEEDBACK))(buttons.take_feedback)
    app.action(_beginning(action_ids.OPEN_CORRECTION))(at_once(corrections.open_correction))
    app.view(action_ids.CORRECTION_FORM)(at_once(corrections.save_correction))
    app.error(partial(report_error, receiver))


def _provide(current: CurrentResponder, similar_incidents: SimilarIncidents) -> Middleware:
    """Make the middleware that gives a delivery, by their arguments' names, what its listener needs.

    The responder stays the same until the listener has ended, whatever is reloaded meanwhile.
    """

    async def provide(context: AsyncBoltContext, next: Next) -> None:
        context["responder"] = current.responder
        context["similar_incidents"] = similar_incidents
        await next()

    return provide


def _beginning(name: str) -> re.Pattern[str]:
    return re.compile(f"^{re.escape(name)}")


async def report_error(receiver: Receiver, error: Exception, context: AsyncBoltContext) -> BoltResponse | None:
    """Attach the error to the delivery; for a request that is answered at once, reply with a reference."""
    handling: Handling | None = context.get("handling")
    if handling is None or handling.claimed is not None:
        if handling is not None:
            handling.error = error
        else:
            logger.error("unexpected error before a delivery was understood", exc_info=error)
        return None
    if isinstance(error, StoreError):
        logger.error("not kept, so not acknowledged: %s", error)
        return BoltResponse(status=503)
    logger.error("unexpected error", exc_info=error)
    reply = render_error(handling.reference)
    if handling.delivery.kind == "command":
        return BoltResponse(status=200, body={**message_of(reply), "response_type": "ephemeral"})
    if handling.delivery.body.get("type") == "view_submission":
        errors = under_first_input(handling.delivery.body["view"], reply.text)
        return BoltResponse(status=200, body=errors) if errors else None
    return await receiver.apologize(handling)
