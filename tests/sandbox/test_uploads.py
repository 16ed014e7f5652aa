"""Files: the app's three-step uploads, people's uploads, and downloads by token."""

import io

import aiohttp
import pytest

from bot.sandbox import SandboxError, SlackSandbox

from .conftest import heard
from .test_web_api import AMY, RANDOM, SUPPORT, refusal

LOG = b"Event ID: 418\n"


async def fetch(url: str, token: str = "") -> tuple[int, str, bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as response:
        return response.status, response.content_type, await response.read()


async def test_slack_sdks_upload_puts_a_file_into_a_thread(full, bot):
    """files_upload_v2 makes all three calls."""
    parent = await full.post("the log, please")
    answer = await bot.files_upload_v2(
        channel=SUPPORT, thread_ts=parent, filename="a.log", title="The log", content=LOG, initial_comment="Here & now"
    )
    message = full.messages("support", parent)[1]

    assert (message["subtype"], message["text"]) == ("file_share", "Here &amp; now")
    assert message["files"][0]["id"] == answer["file"]["id"]
    assert (message["files"][0]["title"], message["files"][0]["size"]) == ("The log", len(LOG))
    assert message["files"][0]["shares"]["public"][SUPPORT][0]["thread_ts"] == parent


async def test_a_persons_file_is_told_downloaded_and_described(full, bot):
    """The app receives a file_share message, and file_shared with the ID only."""
    ts = await full.upload("a.log", LOG, "look", user="lee")
    (said,), (shared,) = heard(full, "message.file_share"), heard(full, "file_shared")
    described = (await bot.files_info(file=shared["file_id"]))["file"]

    assert (said["ts"], said["text"], said["files"][0]["id"]) == (ts, "look", shared["file_id"])
    assert shared["channel_id"] == SUPPORT
    assert (described["name"], described["filetype"], described["is_public"]) == ("a.log", "text", True)
    assert await fetch(described["url_private"], full.bot_token) == (200, "application/octet-stream", LOG)
    assert (await fetch(described["url_private_download"], full.bot_token))[2] == LOG


async def test_a_download_without_the_token_is_the_sign_in_page(full):
    """Slack answers 200 with HTML, which is not the file."""
    await full.upload("a.log", LOG)
    url = full.messages()[-1]["files"][0]["url_private"]

    for token in ("", "xoxb-wrong", full.app_token):
        status, kind, body = await fetch(url, token)
        assert (status, kind, LOG in body) == (200, "text/html", False)


async def test_a_files_name_may_hold_anything(full):
    """Its URL holds safe characters only; a mention in the text delivers the file as well."""
    await full.upload("../Übersicht 1/2?.log", LOG, "@Echo look")
    url = full.messages()[-1]["files"][0]["url_private"]

    assert url.endswith("/.._übersicht_1_2_.log")
    assert (await fetch(url, full.bot_token))[2] == LOG
    assert heard(full, "app_mention")[0]["files"][0]["name"] == "../Übersicht 1/2?.log"


async def test_a_download_needs_files_read(slack: SlackSandbox):
    """The echo app's manifest lacks this scope."""
    await slack.upload("a.log", LOG)
    url = slack.messages()[-1]["files"][0]["url_private"]

    assert (await fetch(url, slack.bot_token))[1] == "text/html"


async def test_an_upload_url_takes_the_announced_bytes_once(full, bot):
    """They come as bare bytes or as a form."""
    step = await bot.files_getUploadURLExternal(filename="a.log", length=len(LOG))
    async with aiohttp.ClientSession() as session:
        statuses = []
        for data in (LOG + b"x", {"file": io.BytesIO(LOG)}, LOG):
            async with session.post(step["upload_url"], data=data) as response:
                statuses.append(response.status)
    done = await bot.files_completeUploadExternal(files=[{"id": step["file_id"], "title": "T"}])

    assert statuses == [400, 200, 404]
    assert done["files"][0]["title"] == "T"
    assert done["files"][0]["shares"] == {}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "invalid_arguments"),
        ({"files": "nonsense"}, "invalid_arguments"),
        ({"files": "[]"}, "invalid_arguments"),
        ({"files": "[{}]"}, "invalid_arguments"),
        ({"files": '[{"id": "F0NOWHERE00"}]'}, "file_not_found"),
        ({"files": '[{"id": "FILE"}]', "channel_id": "C0NOWHERE00"}, "channel_not_found"),
        ({"files": '[{"id": "FILE"}]', "channel_id": RANDOM}, "not_in_channel"),
        ({"files": '[{"id": "FILE"}]', "channels": f"{SUPPORT},{AMY}", "thread_ts": "1.1"}, "invalid_arguments"),
        ({"files": '[{"id": "FILE"}]', "channels": ",".join(map(str, range(101)))}, "channels_limit_exceeded"),
    ],
)
async def test_an_upload_is_completed_properly_or_refused(full, bot, arguments, error):
    """A refusal shares nothing."""
    step = await bot.files_getUploadURLExternal(filename="a.log", length=len(LOG))
    async with aiohttp.ClientSession() as session, session.post(step["upload_url"], data=LOG):
        pass
    before = len(full.messages())
    given = {name: each.replace("FILE", step["file_id"]) for name, each in arguments.items()}
    answer = await refusal(bot.api_call("files.completeUploadExternal", params=given))

    assert answer["error"] == error
    assert len(full.messages()) == before


async def test_a_file_for_a_thread_that_is_not_there_lands_at_the_channels_root(full, bot):
    """Its share has no thread_ts."""
    step = await bot.files_getUploadURLExternal(filename="a.log", length=len(LOG))
    async with aiohttp.ClientSession() as session, session.post(step["upload_url"], data=LOG):
        pass
    files = [{"id": step["file_id"]}]
    done = await bot.files_completeUploadExternal(files=files, channel_id=SUPPORT, thread_ts="1.000001")
    (share,) = done["files"][0]["shares"]["public"][SUPPORT]

    assert "thread_ts" not in share
    assert full.messages()[-1]["ts"] == share["ts"]


async def test_a_file_never_sent_or_sent_twice_cannot_be_completed(bot):
    step = await bot.files_getUploadURLExternal(filename="a.log", length=len(LOG))
    files = [{"id": step["file_id"]}]
    assert (await refusal(bot.files_completeUploadExternal(files=files)))["error"] == "file_not_found"
    async with aiohttp.ClientSession() as session, session.post(step["upload_url"], data=LOG):
        pass
    await bot.files_completeUploadExternal(files=files)
    assert (await refusal(bot.files_completeUploadExternal(files=files)))["error"] == "file_not_found"


async def test_another_persons_file_is_not_the_apps_to_share(full, bot):
    """Slack has another error for an unknown file."""
    await full.upload("a.log", LOG)
    other = full.messages()[-1]["files"][0]["id"]

    assert (await refusal(bot.files_completeUploadExternal(files=[{"id": other}])))["error"] == "access_denied"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, "invalid_arguments"),
        ({"filename": "a"}, "invalid_arguments"),
        ({"filename": "a", "length": "0"}, "missing_argument"),
        ({"filename": "a", "length": "²"}, "invalid_arguments"),
        ({"filename": "a", "length": "9" * 5000}, "invalid_arguments"),
        ({"filename": "a", "length": "1073741825"}, "file_upload_size_restricted"),
        ({"filename": "a", "length": "1", "alt_txt": "x" * 1001}, "alt_txt_too_large"),
        ({"filename": "a", "length": "1048577", "snippet_type": "python"}, "snippet_too_large"),
    ],
)
async def test_an_upload_must_be_announced_whole(bot, given, error):
    """Name and length are required; a file or description that is too large is refused."""
    assert (await refusal(bot.api_call("files.getUploadURLExternal", data=given)))["error"] == error


async def test_an_upload_may_be_as_large_as_slack_takes_it(bot):
    for given in (
        {"filename": "a", "length": "1073741824"},
        {"filename": "a", "length": "1", "alt_txt": "x" * 1000},
        {"filename": "a", "length": "1048576", "snippet_type": "python"},
    ):
        assert (await bot.api_call("files.getUploadURLExternal", data=given))["upload_url"]


async def test_a_file_in_a_place_the_bot_cannot_see_does_not_exist_for_it(full, bot):
    """The bot's deleted file is gone, and it cannot delete another's."""
    await full.upload("a.log", LOG)
    other = full.messages()[-1]["files"][0]["id"]
    own = (await bot.files_upload_v2(channel=SUPPORT, filename="b.log", content=LOG))["file"]["id"]
    await bot.files_delete(file=own)

    assert (await refusal(bot.files_info(file=own)))["error"] == "file_not_found"
    assert (await refusal(bot.files_delete(file=other)))["error"] == "cant_delete_file"
    assert (await refusal(bot.files_info(file="F0NOWHERE00")))["error"] == "file_not_found"
    with pytest.raises(SandboxError, match="not empty"):
        await full.upload("a.log", b"")
