"""Lists of incidents, searching them, and what is commonest: on both databases, and what is shown of them."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import Connection

from bot.diagnosis import Sceptic, diagnose
from bot.knowledge import Knowledge
from bot.replies.incidents.lists import MOST, render_incidents
from bot.replies.workspace.home import BLOCKS, Home, home_view
from bot.replies.workspace.home_chart import chart_in_words, draw_chart
from bot.slack.context.handling import Calls
from bot.slack.routing.commands import help_lines
from bot.store import AT_WORK, IncidentPage, Store, Viewer, WorkspaceTransaction
from bot.triage import Incident, Sighting
from bot.triage.sightings import read_sightings
from tests.fixtures.reading import read_evidence
from tests.store.factories import delivery
from tests.triage.incidents import DOWNLOAD, OPENED_AT, SCEP, incident


@pytest.fixture(scope="module")
def knowledge(sceptic: Sceptic) -> Knowledge:
    return sceptic.knowledge


ADA = Viewer("UADA", frozenset({"C1"}))
BOB = Viewer("UBOB", frozenset({"C2"}))
WEEK = 7 * 86_400.0


async def within(store: Store, look, team_id: str = "T1"):
    """Run something with the ledger of a workspace, in a transaction that is kept."""

    def change(db: Connection):
        return look(WorkspaceTransaction(db, team_id, "", AT_WORK))

    return await store.writer.write(team_id, change)


async def opened(store: Store, *drafts: Incident) -> list[Incident]:
    """Open incidents one after the other; each in a thread of its own."""
    made = []
    for place, draft in enumerate(drafts):
        thread = incident(**{name: getattr(draft, name) for name in Incident.__dataclass_fields__})
        thread = (
            thread.with_entry(*thread.timeline, thread_ts=f"17829000{place:02}.000200") if thread.timeline else thread
        )
        made.append((await within(store, lambda ledger, it=thread: ledger.open(it, "en"), draft.team_id))[0])
    return made


def threads(*changes: dict) -> list[Incident]:
    """Drafts that differ in thread and in what is given."""
    return [incident(thread_ts=f"17829001{place:02}.000100", **each) for place, each in enumerate(changes)]


def names(found: IncidentPage) -> list[str]:
    return [each.name for each in found.incidents]


async def test_open_ones_are_listed_by_priority_and_then_by_age(store: Store) -> None:
    """The most pressing stands first; a resolved one is not listed."""
    await opened(
        store,
        *threads(
            {"opened_at": 30.0},
            {"opened_at": 20.0, "impact": "high", "urgency": "high"},
            {"opened_at": 10.0},
            {"opened_at": 1.0, "status": "resolved", "resolved_at": 5.0},
        ),
    )
    found = await within(store, lambda ledger: ledger.find_open(ADA))

    assert (names(found), found.total) == (["INC-2", "INC-3", "INC-1"], 3)


async def test_one_sees_what_one_is_in_and_what_one_owns(store: Store) -> None:
    """A private channel's incidents are told to nobody else, whichever way they are asked for.

    Who left the channel is told of an incident of theirs that it is theirs, and nothing else.
    """
    await opened(
        store, *threads({"service": "tea"}, {"channel_id": "C2", "service": "tea"}, {"owner": "UBOB", "service": "tea"})
    )

    assert names(await within(store, lambda ledger: ledger.find_open(ADA))) == ["INC-1", "INC-3"]
    assert names(await within(store, lambda ledger: ledger.find_open(BOB))) == ["INC-2"]
    theirs = await within(store, lambda ledger: ledger.find_open(BOB, mine=True))
    assert (names(theirs), theirs.total, theirs.elsewhere) == ([], 0, (3,))
    guest = replace(BOB, is_member=False)
    assert (await within(store, lambda ledger: ledger.find_open(guest, mine=True))).elsewhere == ()
    there = replace(BOB, channels=frozenset({"C1", "C2"}))
    assert names(await within(store, lambda ledger: ledger.find_open(there, mine=True))) == ["INC-3"]
    assert names(await within(store, lambda ledger: ledger.search(BOB, "tea"))) == ["INC-2"]
    assert names(await within(store, lambda ledger: ledger.search(BOB, "", number=1))) == []


async def test_another_workspace_is_never_seen(store: Store) -> None:
    """Not even by somebody with the same IDs."""
    await opened(store, incident(service="tea"), incident(team_id="T2", service="tea"))
    for look in (lambda ledger: ledger.find_open(ADA), lambda ledger: ledger.search(ADA, "tea")):
        assert [each.team_id for each in (await within(store, look)).incidents] == ["T1"]
    assert await within(store, lambda ledger: ledger.commonest(0.0), "T2") == []


SPOUT = Sighting("20502", ("0x00000409",), "TEAPOT01.example", "", "…3f2a", "Contoso Issuing CA")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("20502", True),
        ("0x00000409", True),
        ("0x409", True),
        ("0X409", True),
        ("teapot01", True),
        ("TEAPOT", True),
        ("teapot01.example", True),
        ("contoso ca", True),
        ("簽署憑證", True),
        ("憑證 kettle", True),
        ("kettle_svc", True),
        ("Ｋettle", True),
        # A number is found only as a whole, and every word has to stand there.
        ("2050", False),
        ("502", False),
        ("teapot samovar", False),
        ("pot", False),
        # What means something to LIKE means nothing here, nor do the fields of the record.
        ("%", False),
        ("_", False),
        ("k%le", False),
        ("kettle%", True),
        ("ke__le", False),
        ("article_id", False),
        ("status", False),
        ("", False),
        ("…", False),
        ("'; DROP TABLE incidents; --", False),
    ],
)
async def test_words_are_found_by_how_they_begin_and_numbers_as_a_whole(store: Store, words: str, found: bool) -> None:
    """Spelled in any case, width or number of zeros; all of them have to stand in the incident."""
    await opened(store, incident(service="CONTOSO\\kettle_svc", cause="簽署憑證過期", evidence={"1.0": (SPOUT,)}))

    assert names(await within(store, lambda ledger: ledger.search(ADA, words))) == (["INC-1"] if found else [])


async def test_a_changed_incident_is_found_by_what_it_says_now(store: Store) -> None:
    """An edit that takes evidence out takes it out of the search and of the counts as well."""
    await opened(store, incident(evidence={"1.0": (SCEP,), "2.0": (DOWNLOAD,)}))

    def edit(ledger: WorkspaceTransaction) -> None:
        ledger.change(1, lambda before: incident(number=1, evidence={"1.0": (SCEP,)}, fix="a new kettle"))

    assert names(await within(store, lambda ledger: ledger.search(ADA, "20402"))) == ["INC-1"]
    await within(store, edit)

    assert names(await within(store, lambda ledger: ledger.search(ADA, "20402"))) == []
    assert names(await within(store, lambda ledger: ledger.search(ADA, "kettle"))) == ["INC-1"]
    assert await within(store, lambda ledger: ledger.commonest(0.0)) == [("0x00000409", 1), ("20502", 1)]


async def test_the_incident_with_the_number_comes_first(store: Store) -> None:
    """A bare number may also be an event's ID: whatever says it follows, the newest first."""
    seen = Sighting("2")
    await opened(store, *threads({"evidence": {"1.0": (seen,)}}, {}, {"evidence": {"1.0": (seen,)}}))

    assert names(await within(store, lambda ledger: ledger.search(ADA, "2", number=2))) == ["INC-2", "INC-3", "INC-1"]


async def test_counting_stops_where_nobody_reads_further(store: Store) -> None:
    """The list has fifteen, the total a hundred and one, which is told as more than a hundred."""

    def fill(ledger: WorkspaceTransaction) -> None:
        for place in range(120):
            ledger.open(incident(thread_ts=f"{place}.0", service="tea"), "en")

    await within(store, fill)
    found = await within(store, lambda ledger: ledger.search(ADA, "tea"))

    assert (len(found.incidents), found.total) == (15, 101)
    assert names(found)[0] == "INC-120"


async def test_what_is_commonest_counts_incidents_of_late(store: Store) -> None:
    """Each incident counts once for what it shows, however often; one from before does not count."""
    await opened(
        store,
        *threads(
            {"evidence": {"1.0": (SCEP, SCEP), "2.0": (SCEP,)}},
            {"evidence": {"1.0": (SCEP, DOWNLOAD)}},
            {"evidence": {"1.0": (DOWNLOAD,)}, "opened_at": OPENED_AT - WEEK},
        ),
    )
    counts = await within(store, lambda ledger: ledger.commonest(OPENED_AT - 1))

    assert counts == [("0x00000409", 2), ("20502", 2), ("20402", 1)]
    assert await within(store, lambda ledger: ledger.commonest(OPENED_AT - 1, 1)) == [("0x00000409", 2)]


async def test_the_code_of_success_is_none_of_the_commonest(sceptic: Sceptic, store: Store) -> None:
    """However it was written, and it takes no other's place; an incident that shows it is still found by it."""
    shown = []
    for code in ("0x0", "0x000", "0x00000000"):
        evidence = read_evidence(f"Source: Microsoft Intune Connector\nEvent ID: 20500\nDiagnostic Code: {code}")
        shown.append(read_sightings(diagnose(evidence, sceptic, "thread"), evidence))
    assert [each.codes for seen in shown for each in seen] == [("0x00000000",)] * 3
    await opened(store, *threads(*({"evidence": {"1.0": each}} for each in (*shown, (Sighting("0x00000000"),)))))

    assert await within(store, lambda ledger: ledger.commonest(0.0, 1, sceptic.knowledge.neutral_codes)) == [
        ("20500", 3)
    ]
    assert len(names(await within(store, lambda ledger: ledger.search(ADA, "0x0")))) == 4


async def test_the_picture_is_remembered(store: Store) -> None:
    """With the numbers it shows; a newer one takes its place."""
    assert await within(store, lambda ledger: ledger.chart()) is None
    await within(store, lambda ledger: ledger.keep_chart("F1", [("20502", 1)]))
    await within(store, lambda ledger: ledger.keep_chart("F2", [("20502", 2), ("0x00000409", 1)]))
    chart = await within(store, lambda ledger: ledger.chart())

    assert (chart.file_id, chart.shown) == ("F2", (("20502", 2), ("0x00000409", 1)))
    assert abs(chart.made_at - await within(store, lambda ledger: ledger.now())) < 60


# --- what is shown ------------------------------------------------------------------------------------------------------------


def whole_text(view) -> str:
    return str(view).replace("\\\\", "\\")


def test_a_line_says_what_one_has_to_know(knowledge: Knowledge) -> None:
    """The name leads to the thread; status, priority, owner, age, what was seen and the service follow."""
    one = incident(
        link="https://example.slack.com/p1", owner="UBOB", service="payroll", evidence={"1.0": (SCEP, DOWNLOAD)}
    )
    (line,) = render_incidents([one], "1", knowledge, "en", OPENED_AT + 3 * 3600, "open").blocks[1:]

    assert line["text"]["text"] == (
        "*<https://example.slack.com/p1|INC-42>* · Triage · P3 · <@UBOB> · opened 3 h ago\n"
        "      `20502` `20402` · Affected: payroll"
    )


def test_a_list_in_chinese_is_chinese(knowledge: Knowledge) -> None:
    """Status, age and what nobody owns."""
    (line,) = render_incidents([incident()], "1", knowledge, "zh-TW", OPENED_AT + 180, "mine").blocks[1:]

    assert line["text"]["text"] == "*INC-42* · 初步研判 · P3 · *無人負責* · 3 分鐘前開啟"


@pytest.mark.parametrize(("language", "said"), [("en", "INC-3 is yours, too"), ("zh-TW", "INC-3 也由你負責")])
@pytest.mark.parametrize("shown", [(), (incident(),)])
def test_an_incident_elsewhere_is_named_and_no_more(language, said: str, shown, knowledge: Knowledge) -> None:
    """Its owner left the channel; somebody there has to take it over."""
    reply = render_incidents(shown, str(len(shown)), knowledge, language, OPENED_AT, "mine", elsewhere=(3,))

    assert said in whole_text(reply.blocks[-1])


@pytest.mark.parametrize(("total", "told"), [("15", ""), ("16", "and 1 more"), ("100+", "and 85+ more")])
def test_a_long_list_says_how_many_more_there_are(total: str, told: str, knowledge: Knowledge) -> None:
    """At most fifteen are shown."""
    shown = render_incidents([incident()] * MOST, total, knowledge, "en", OPENED_AT, "open").blocks[-1]

    assert shown["type"] == ("context" if told else "section")
    assert told in whole_text(shown)


@pytest.mark.parametrize("language", ["en", "zh-TW"])
@pytest.mark.parametrize("title", ["open", "mine", "search"])
def test_an_empty_list_says_so(language, title, knowledge: Knowledge) -> None:
    """And what was looked for cannot ping or link anything."""
    reply = render_incidents([], "0", knowledge, language, 0.0, title, "<!channel> *x* <https://evil.example|y>")

    assert len(reply.blocks) == 1
    assert reply.text
    assert "<!channel>" not in whole_text(reply.blocks)
    assert "<https" not in whole_text(reply.blocks)


def test_what_people_typed_cannot_ping_from_a_list(knowledge: Knowledge) -> None:
    """A service is somebody's own words."""
    reply = render_incidents([incident(service="<!here> *pay* \u202eroll")], "1", knowledge, "en", OPENED_AT, "open")

    assert "`&lt;!here&gt; *pay* \ufffdroll`" in whole_text(reply.blocks)


def test_the_chart_is_a_picture_of_the_numbers(knowledge: Knowledge) -> None:
    """Twice the count is twice the bar; it is light, so that it reads on a dark page as well."""
    picture = Image.open(BytesIO(draw_chart([("20502", 40), ("20402", 20), ("99999", 10)], knowledge))).convert("RGB")
    assert picture.size[0] == 800
    bars = []
    for row in range(3):
        middle = 28 + 64 * row + 32
        ground = picture.getpixel((5, 5))
        colour = picture.getpixel((470, middle + 12))
        bars.append(sum(picture.getpixel((x, middle + 12)) == colour for x in range(470, 800)) + 12)
        assert colour != ground
    assert min(picture.getpixel((5, 5))) > 240
    assert bars[0] / bars[1] == pytest.approx(2, abs=0.1)
    assert bars[1] / bars[2] == pytest.approx(2, abs=0.2)


def test_the_chart_is_told_in_words_too(knowledge: Knowledge) -> None:
    """For who does not see it, in their language."""
    counts = [("20502", 4), ("0x00000409", 1)]

    assert chart_in_words(counts, 30, knowledge, "en").endswith("last 30 days: 20502 in 4, 0x00000409 in 1.")
    assert chart_in_words(counts, 30, knowledge, "zh-TW").endswith("20502 有 4 件、0x00000409 有 1 件。")


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_the_fullest_home_tab_holds_slacks_limits(language, knowledge: Knowledge) -> None:
    """A hundred blocks, three thousand characters in each; what every product's articles explain is not cut away."""
    many = Sighting("20502", ("0x00000409",), "TEAPOT01")
    full = incident(
        link="https://example.slack.com/archives/C0123456789/p1782900000000100",
        owner="U0123456789",
        service="&" * 300,
        evidence={f"{place}.0": (Sighting(f"{20500 + place}"), many) for place in range(40)},
    )
    home = Home(
        now=OPENED_AT, mine=(full,) * 15, mine_total="100+", team=(full,) * 15, team_total="5000", partly=True,
        counts=tuple((f"0x000004{place:02X}", 10_000) for place in range(10)), chart_file_id="F0123456789",
        unanswered=(("<" * 3000, 9),) * 20, opinions=(("0x00000409", 10_000, 10_000),) * 20,
    )  # fmt: skip
    view = home_view(knowledge, language, help_lines(), home)

    assert len(view["blocks"]) <= BLOCKS
    for block in view["blocks"]:
        texts = [block["text"]["text"]] if "text" in block else [each["text"] for each in block.get("elements", [])]
        assert all(0 < len(text) <= 3000 for text in texts)
    named = [each for each in knowledge.products.values() if f"*{each.name[language]} · " in whole_text(view)]
    assert len(named) == len(knowledge.products)
    (picture,) = [block for block in view["blocks"] if block["type"] == "image"]
    assert 0 < len(picture["alt_text"]) <= 2000


def test_a_home_tab_without_the_picture_tells_its_numbers_in_words(knowledge: Knowledge) -> None:
    """When Slack has none, nothing is lost."""
    view = home_view(knowledge, "en", help_lines(), Home(counts=(("20502", 4),)))

    assert "20502 in 4" in whole_text(view)
    assert not [block for block in view["blocks"] if block["type"] == "image"]


def test_a_view_that_slack_refuses_comes_again_without_the_picture() -> None:
    """Slack refuses a file it has not looked through yet, or that somebody deleted, with the whole view."""
    turn = Calls(delivery())
    turn.publish({"type": "home", "blocks": ["picture"]}, "UADA", {"type": "home", "blocks": []})
    (outgoing,) = turn.calls

    assert outgoing.arguments == {"user_id": "UADA", "view": {"type": "home", "blocks": ["picture"]}}
    assert outgoing.fallback == ("views.publish", {"user_id": "UADA", "view": {"type": "home", "blocks": []}})
