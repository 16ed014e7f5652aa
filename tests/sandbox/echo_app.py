"""Echo app: a small Bolt app for the sandbox's tests, which knows nothing of the bot."""

from pathlib import Path
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SlackSandbox

MANIFEST = Path(__file__).with_name("manifest.yml")

FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "echo_form",
    "notify_on_close": True,
    "title": {"type": "plain_text", "text": "Say something"},
    "submit": {"type": "plain_text", "text": "Say it"},
    "close": {"type": "plain_text", "text": "Never mind"},
    "blocks": [
        {
            "type": "input",
            "block_id": "words",
            "label": {"type": "plain_text", "text": "What shall I say?"},
            "hint": {"type": "plain_text", "text": "Anything but “no”."},
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
        {
            "type": "input",
            "block_id": "loudness",
            "optional": True,
            "label": {"type": "plain_text", "text": "How loud?"},
            "element": {
                "type": "static_select",
                "action_id": "choice",
                "options": [
                    {"text": {"type": "plain_text", "text": "Quietly"}, "value": "quiet"},
                    {"text": {"type": "plain_text", "text": "LOUDLY"}, "value": "loud"},
                ],
            },
        },
    ],
}

BUTTONS: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Once more?*"}},
    {
        "type": "actions",
        "block_id": "again_block",
        "elements": [
            {
                "type": "button",
                "action_id": "again",
                "style": "primary",
                "text": {"type": "plain_text", "text": "Again"},
                "value": "1",
            },
            {"type": "button", "action_id": "open_form", "text": {"type": "plain_text", "text": "Open the form"}},
            {
                "type": "button",
                "action_id": "remove",
                "style": "danger",
                "text": {"type": "plain_text", "text": "Remove"},
                "confirm": {
                    "title": {"type": "plain_text", "text": "Remove it?"},
                    "text": {"type": "mrkdwn", "text": "It *cannot* be brought back."},
                    "confirm": {"type": "plain_text", "text": "Remove"},
                    "deny": {"type": "plain_text", "text": "Keep"},
                    "style": "danger",
                },
            },
        ],
    },
]


def make_app(slack: SlackSandbox) -> AsyncApp:
    """Make the app, connected to this sandbox."""
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    app = AsyncApp(name="echo", client=client, signing_secret=slack.signing_secret)
    add_listeners(app)
    return app


def add_listeners(app: AsyncApp) -> None:
    """Register the listeners."""
    app.event("app_mention")(answer_mention)
    app.event("message")(answer_direct_message)
    app.event("app_home_opened")(publish_home)
    app.command("/echo")(answer_command)
    app.shortcut("echo_message")(echo_message)
    app.action("again")(say_again)
    app.action("open_form")(open_form)
    app.action("remove")(remove)
    app.view("echo_form")(read_form)
    app.view_closed("echo_form")(leave_form)


async def answer_mention(event: dict[str, Any], say: Any) -> None:
    """Repeat a mention in its thread."""
    await say(text=f"You said: {event['text']}", thread_ts=event.get("thread_ts", event["ts"]))


async def answer_direct_message(event: dict[str, Any], say: Any) -> None:
    """Repeat a direct message; ignore channel messages."""
    if event["channel_type"] == "im" and "subtype" not in event:
        await say(text=f"You said: {event['text']}")


async def publish_home(event: dict[str, Any], client: AsyncWebClient) -> None:
    """Greet on the home tab."""
    if event["tab"] == "home":
        blocks = [{"type": "header", "text": {"type": "plain_text", "text": "Hello from Echo"}}, *BUTTONS]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})


async def answer_command(ack: Any, command: dict[str, Any], respond: Any) -> None:
    """Handle `/echo`: `silent` never acknowledges, `later` answers by response_url, `public` in the channel."""
    text = command["text"]
    if text == "later":
        await ack()
        await respond(text="Here I am", blocks=BUTTONS)
    elif text == "public":
        await ack(text="For everyone", response_type="in_channel")
    elif text == "buttons":
        await ack(text="Once more?", blocks=BUTTONS)
    elif text != "silent":
        await ack(f"You said: {text}")


async def echo_message(ack: Any, shortcut: dict[str, Any], client: AsyncWebClient) -> None:
    """Repeat a message in its thread."""
    await ack()
    message = shortcut["message"]
    await client.chat_postMessage(
        channel=shortcut["channel"]["id"],
        thread_ts=message.get("thread_ts", message["ts"]),
        text=f"It said: {message['text'][:80]}",
    )


async def say_again(ack: Any, respond: Any, action: dict[str, Any]) -> None:
    """Replace the message with buttons by a plain one."""
    await ack()
    await respond(text=f"Again, {action['value']}", replace_original=True)


async def open_form(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
    """Open the form."""
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=FORM)


async def remove(ack: Any, respond: Any) -> None:
    """Delete the message with buttons."""
    await ack()
    await respond(delete_original=True)


async def read_form(ack: Any, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient) -> None:
    """Refuse "no", and post any other text in a direct message."""
    text = view["state"]["values"]["words"]["text"]["value"]
    if text == "no":
        await ack(response_action="errors", errors={"words": "Anything but that."})
        return
    await ack()
    await client.chat_postMessage(channel=body["user"]["id"], text=f"The form said: {text}")


async def leave_form(ack: Any) -> None:
    """Acknowledge view_closed."""
    await ack()
