"""Everything the bot can say: Slack's limits, escaping and languages, for every article, code, decision and surface."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.diagnosis import Diagnosis, Match, MatchReason, Sceptic
from bot.diagnosis.values import ReasonKind
from bot.evidence import Detail, Event, EventLog, Span
from bot.knowledge import Article, Knowledge
from bot.knowledge.library import read_knowledge
from bot.languages import LANGUAGES, Language
from bot.replies.answers.article_view import article_view
from bot.replies.answers.messages import render_error, render_gone, render_shared, render_thanks
from bot.replies.answers.render import language_for, render, render_why
from bot.replies.answers.share import Shared, unpack
from bot.replies.answers.unread import render_unread, with_unread
from bot.replies.mrkdwn import MARKS
from bot.replies.terminal import set_reply
from bot.replies.texts import FOLDER, say
from bot.replies.texts.compile import texts_of
from bot.replies.values import Reply
from bot.replies.workspace.help import render_help
from bot.replies.workspace.home import home_view
from bot.settings import KNOWLEDGE
from bot.slack.routing.commands import help_lines
from tests.fixtures.examples import examples
from tests.fixtures.slack_view import seen

# --- Slack's limits, from design/slack.md ------------------------------------------------------------------------------


def texts_in(value: Any) -> Iterator[str]:
    """All texts that blocks show."""
    if isinstance(value, Mapping):
        if value.get("type") in {"mrkdwn", "plain_text"}:
            yield value["text"]
        for key, inner in value.items():
            if key in {"text", "elements", "accessory", "fields", "blocks", "title", "close"}:
                yield from texts_in(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from texts_in(inner)


def buttons_in(blocks: Any) -> list[Mapping[str, Any]]:
    return [
        element
        for block in blocks
        for element in [*block.get("elements", []), block.get("accessory", {})]
        if element.get("type") == "button"
    ]


def assert_blocks_hold(blocks: Any, most: int) -> None:
    assert 0 < len(blocks) <= most
    for block in blocks:
        parsed = Block.parse(dict(block))
        assert parsed is not None, block
        parsed.validate_json()
        match block["type"]:
            case "section":
                assert 0 < len(block["text"]["text"]) <= 3000
                assert len(block.get("fields", [])) <= 10
            case "context":
                assert 0 < len(block["elements"]) <= 10
                assert all(0 < len(element["text"]) <= 3000 for element in block["elements"])
            case "actions":
                assert 0 < len(block["elements"]) <= 25
            case "divider":
                pass
            case "rich_text":
                assert len(block["elements"]) > 0
            case other:
                raise AssertionError(f"a block of type {other} has no limits here; add them")
    block_ids = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(block_ids) == len(set(block_ids))
    assert all(len(block_id) <= 255 for block_id in block_ids)
    buttons = buttons_in(blocks)
    action_ids = [button["action_id"] for button in buttons]
    assert len(action_ids) == len(set(action_ids))
    assert all(0 < len(action_id) <= 255 for action_id in action_ids)
    assert all(0 < len(button["text"]["text"]) <= 75 for button in buttons)
    assert all(0 < len(button["value"]) <= 2000 for button in buttons)
    assert sum(map(len, texts_in(blocks))) < 10_000
    json.dumps(blocks, ensure_ascii=False).encode("utf-8")


def assert_sendable(reply: Reply) -> None:
    """Hold a reply against every limit of a message."""
    assert reply.text.strip()
    assert len(reply.text) <= 4000
    reply.text.encode("utf-8")
    assert_blocks_hold([dict(block) for block in reply.blocks], 50)


def assert_view_holds(view: dict[str, Any]) -> None:
    assert_blocks_hold(view["blocks"], 100)
    assert len(view.get("private_metadata", "")) <= 3000
    if view["type"] == "modal":
        assert 0 < len(view["title"]["text"]) <= 24
        assert 0 < len(view["close"]["text"]) <= 24
    View(**view).validate_json()


# --- what can be answered ------------------------------------------------------------------------------------------------

LONG = "TEAPOT-" + "4" * 300


def event_of(event_id: str, word: str = "TEAPOT-418") -> Event:
    details = tuple(Detail(kind, word) for kind in ("device", "user", "ca", "thumbprint"))
    return Event(event_id, word, "Microsoft Intune Connector", "Error", word, word, "tea", (), details, Span(0, 3))


@pytest.fixture(scope="module")
def knowledge(sceptic: Sceptic) -> Knowledge:
    return sceptic.knowledge


@pytest.fixture(scope="module")
def articles_read(knowledge: Knowledge) -> Callable[[], Knowledge]:
    """The same for Hypothesis, which prints its arguments."""
    return lambda: knowledge


def articles(knowledge: Knowledge, kind: str) -> list[Article]:
    """One product's: each event of all with each code of all would be forty thousand cards."""
    every = knowledge.articles.values()
    return [article for article in every if article.kind == kind and article.product.id == "intune-connector"]


def answer(*matches: Match, **more: Any) -> Diagnosis:
    return Diagnosis("answer", matches=matches, **more)


SURFACES = list(product(LANGUAGES, (True, False)))


@pytest.mark.parametrize(("language", "private"), SURFACES)
def test_every_article_with_every_code_can_be_sent(language: Language, private: bool, knowledge: Knowledge) -> None:
    """Each event alone, with each of the twelve codes, fitting or not, and pasted with names far too long."""
    for article in articles(knowledge, "event"):
        for codes in [(), *((code,) for code in articles(knowledge, "code"))]:
            for events in ((), (event_of(article.id, LONG),)):
                match = Match(article, (MatchReason("id_cued", article.id),), events, codes)
                assert_sendable(
                    render(answer(match), knowledge, language, private=private, thread_ts="1700000000.000100")
                )
    for code in articles(knowledge, "code"):
        assert_sendable(
            render(answer(Match(code, (MatchReason("code_matches", code.id),))), knowledge, language, private=private)
        )


@pytest.mark.parametrize(("language", "private"), SURFACES)
def test_every_article_of_every_product_can_be_sent(language: Language, private: bool, knowledge: Knowledge) -> None:
    """Topics, lines, events and codes, alone, pasted with names far too long, and with all codes they are documented with."""
    for article in knowledge.articles.values():
        codes = tuple(knowledge.articles[code] for code in article.codes if code in knowledge.articles)
        pasted = (event_of(article.number, LONG),) if article.kind == "event" else ()
        match = Match(article, (MatchReason("id_cued", article.number),), pasted, codes)
        assert_sendable(render(answer(match), knowledge, language, private=private, thread_ts="1700000000.000100"))


@pytest.mark.parametrize(("language", "private"), SURFACES)
def test_an_event_with_all_codes_at_once_can_be_sent(language: Language, private: bool, knowledge: Knowledge) -> None:
    """Twelve codes in one event are absurd, and still no reason to be refused by Slack."""
    codes = tuple(articles(knowledge, "code"))
    for article in articles(knowledge, "event"):
        match = Match(article, (MatchReason("id_cued", article.id),), (event_of(article.id, LONG),), codes)
        assert_sendable(render(answer(match), knowledge, language, private=private))


# From two to as many as there are; of those between `make test` takes some.
COUNTS = [each if each in {2, 5, 31} else pytest.param(each, marks=pytest.mark.thorough) for each in range(2, 32)]


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digest_of_any_length_can_be_sent(language: Language, count: int, knowledge: Knowledge) -> None:
    """Two to thirty-one kinds of events, each many times, with long names, and others not explained."""
    every = [*articles(knowledge, "event"), *articles(knowledge, "code")]
    codes = tuple(articles(knowledge, "code"))
    for found in ((), codes[2:4], codes):
        matches = [
            Match(
                a, (MatchReason("log_agrees", a.id),), (event_of(a.id, LONG),) * 9, found if a.kind == "event" else ()
            )
            for a in every[:count]
        ]
        diagnosis = answer(
            *matches,
            others=tuple(event_of(str(30_000 + number), LONG) for number in range(20)),
            unexplained=tuple(f"0x{'F' * 16}" for _ in range(20)),
        )
        reply = render(diagnosis, knowledge, language, private=True, thread_ts="1700000000.000100")
        assert_sendable(reply)
        shown = "\n".join(texts_in(reply.blocks))
        assert all(article.id in shown for article in every[:count])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_still_knows_its_articles(language: Language, knowledge: Knowledge) -> None:
    """A value is never cut so that a click finds nothing: sharing the longest digest shares all of it."""
    every, codes = articles(knowledge, "event"), tuple(articles(knowledge, "code"))
    diagnosis = answer(*(Match(article, (), (event_of(article.id),), codes) for article in every))
    reply = render(diagnosis, knowledge, language, private=True, thread_ts="1700000000.000100")
    for button in buttons_in(reply.blocks):
        shared = unpack(button["value"], knowledge)
        assert shared is not None
        assert shared.language == language
        if button["action_id"] == "share":
            assert [match.article.id for match in shared.diagnosis.matches] == [article.id for article in every]
            assert shared.thread_ts == "1700000000.000100"
            assert_sendable(render_shared(shared, knowledge, "U0TEAPOT"))


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.thorough), 11])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_other_decision_can_be_sent(language: Language, step: int, knowledge: Knowledge) -> None:
    """Choices of any three, unknown IDs and codes with and without neighbours, another's event, silence."""
    every = list(knowledge.articles.values())
    for start in range(0, len(every) - 2, step):
        choices = tuple(Match(article, ()) for article in every[start : start + 3])
        for count in (1, 2, 3):
            assert_sendable(render(Diagnosis("choices", choices=choices[:count]), knowledge, language))
            for subject in ("20503", "0x00000406", "29992", "7" * 5000):
                assert_sendable(
                    render(Diagnosis("unknown", subject=subject, choices=choices[:count]), knowledge, language)
                )
    assert_sendable(render(Diagnosis("unknown", subject="99999"), knowledge, language))
    for provider in (None, "", "Microsoft-Windows-DistributedCOM", LONG):
        for subject in (None, "10010", "99999"):
            assert_sendable(render(Diagnosis("not_ours", subject=subject, provider=provider), knowledge, language))
    assert_sendable(render(Diagnosis("silent"), knowledge, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_can_be_told(language: Language, knowledge: Knowledge) -> None:
    """`/event why` has words for each kind of reason, with and without what it is about."""
    every = list(knowledge.articles.values())
    for kind in get_args(ReasonKind):
        for about in ("", "20502", LONG):
            for decision in ("answer", "choices", "unknown", "not_ours", "silent"):
                diagnosis = Diagnosis(
                    decision,
                    matches=(Match(every[0], ()),) if decision == "answer" else (),
                    choices=tuple(Match(article, ()) for article in every[:3]) if decision == "choices" else (),
                    subject=about if decision in {"unknown", "not_ours"} else None,
                    reasons=(MatchReason(kind, about),) * 30,
                    runner_up=every[1],
                )
                assert_sendable(render_why(diagnosis, Diagnosis("silent"), language))
    assert_sendable(render_why(Diagnosis("silent"), Diagnosis("silent"), language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_small_replies_can_be_sent(language: Language) -> None:
    """Help, thanks, a button whose article is gone, and the reference of an unexpected error."""
    for reply in (
        render_help(language, help_lines(), read_knowledge(KNOWLEDGE).products.values()),
        render_thanks(language),
        render_gone(language),
        render_error("deadbeef"),
    ):
        assert_sendable(reply)
    assert "deadbeef" in render_error("deadbeef").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_article_opens_in_a_modal(language: Language, knowledge: Knowledge) -> None:
    """A line of a digest is opened in full, with its codes."""
    codes = tuple(articles(knowledge, "code"))
    for article in knowledge.articles.values():
        for found in ((), codes[:1], codes) if article.product.id == "intune-connector" else ((),):
            shared = Shared(answer(Match(article, (), (), found if article.kind == "event" else ())), language)
            view = article_view(shared, knowledge)
            assert_view_holds(view)
            assert view["title"]["text"].rstrip("…") in article.number


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_home_tab_names_every_event_code_and_topic(language: Language, knowledge: Knowledge) -> None:
    """Nothing is cut away: under its product's name and note each has its number, a topic its title."""
    view = home_view(knowledge, language, help_lines())
    assert_view_holds(view)
    shown = "\n".join(texts_in(view))
    for product_ in knowledge.products.values():
        (contents,) = [text for text in texts_in(view) if text.startswith(f"*{product_.name[language]} · ")]
        for article in knowledge.articles.values():
            title = article.prose[language].title if article.kind == "topic" else f"`{article.number}`"
            assert title in contents or article.product is not product_ or article.kind == "line"
    assert str(knowledge.products["adcs"].note[language]) in shown


# --- what is on a card -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_screen_holds_outcome_meaning_cause_and_steps_in_this_order(
    language: Language, knowledge: Knowledge
) -> None:
    """A reader under pressure reads from the top: mark and word, ID, name, meaning, cause, next steps."""
    code = knowledge.articles["0x00000409"]
    for article in articles(knowledge, "event"):
        if code.id not in article.codes:
            continue
        reply = render(answer(Match(article, (), (event_of(article.id),), (code,))), knowledge, language)
        shown = "\n".join(texts_in(reply.blocks))
        order = [
            MARKS[article.outcome],
            say(language, f"outcome.{article.outcome}"),
            article.id,
            article.name,
            say(language, "answer.cause"),
            code.id,
            code.name,
            say(language, "answer.do_next"),
            "1. ",
            say(language, "answer.where"),
            say(language, "answer.guide"),
            say(language, "answer.source"),
            article.reviewed,
        ]
        at = -1
        for part in order:
            assert part in shown[at + 1 :], part
            at = shown.index(part, at + 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_source_of_an_article_is_linked(language: Language, knowledge: Knowledge) -> None:
    """Nothing without a source."""
    for article in knowledge.articles.values():
        shown = "\n".join(texts_in(render(answer(Match(article, ())), knowledge, language).blocks))
        for source in article.sources:
            url = source.url.replace("/en-us/", "/zh-tw/") if language == "zh-TW" else source.url
            assert f"<{url}|" in shown, article.id


def test_device_and_user_ids_are_shortened_and_a_cas_name_is_shown(knowledge: Knowledge) -> None:
    """Enough to recognise a device, not enough to copy it on."""
    event = Event(
        "20102", None, None, None, "5/14/2024 9:12:33 AM", "TEAPOT-418.example.com", "", (),
        (Detail("device", "0badcafe-0000-4000-8000-00000000beef"), Detail("ca", "Tea Party CA")), Span(0, 1),
    )  # fmt: skip
    shown = "\n".join(
        texts_in(render(answer(Match(knowledge.articles["20102"], (), (event,))), knowledge, "en").blocks)
    )

    assert "TEAPOT-418 · 5/14/2024 9:12:33 AM · device …beef · CA Tea Party CA" in shown
    assert "0badcafe" not in shown


def test_only_a_private_answer_can_be_shared(knowledge: Knowledge) -> None:
    """An answer that everybody sees already needs no button."""
    diagnosis = answer(Match(knowledge.articles["20502"], ()))

    assert "share" in {b["action_id"] for b in buttons_in(render(diagnosis, knowledge, "en", private=True).blocks)}
    assert "share" not in {b["action_id"] for b in buttons_in(render(diagnosis, knowledge, "en").blocks)}


def test_a_pair_that_does_not_fit_says_where_the_code_belongs(knowledge: Knowledge) -> None:
    """0x00000411 is documented with 20501, not with 20502."""
    match = Match(knowledge.articles["20502"], (), (), (knowledge.articles["0x00000411"],))
    shown = "\n".join(texts_in(render(answer(match), knowledge, "en").blocks))

    assert "Check this pair:" in shown
    assert re.search(r"`0x00000411` .*documented with \*20501\*, not with \*20502\*", shown)


def test_an_undocumented_id_says_what_its_last_digit_suggests(knowledge: Knowledge) -> None:
    """20201 would be a warning by the pattern; nothing is claimed where no group is documented."""
    assert "would be a warning" in render(Diagnosis("unknown", subject="20201"), knowledge, "en").text
    assert "would be" not in render(Diagnosis("unknown", subject="99991"), knowledge, "en").text


@pytest.mark.parametrize(
    ("language", "locale", "expected"),
    [
        ("en", "zh-TW", "en"),
        ("zh-TW", "en-US", "zh-TW"),
        (None, "zh-TW", "zh-TW"),
        (None, "zh_CN", "zh-TW"),
        (None, "de-DE", "en"),
        (None, "", "en"),
        (None, None, "en"),
    ],
)
def test_the_language_is_the_questions_else_the_locales(
    language: Language | None, locale: str | None, expected: str
) -> None:
    """A bare ID tells nothing; then the asker's Slack does."""
    assert language_for(Diagnosis("silent", language=language), locale) == expected


@pytest.mark.parametrize(
    "value",
    [
        "", "teapot", "{}", "[]", "null", "1", '{"articles":[["29992"]],"language":"en"}', '{"articles":[],"language":"en"}',
        '{"articles":[[]],"language":"en"}', '{"articles":"20502","language":"en"}', '{"articles":[["20502"]]}',
        '{"articles":[[["20502"]]],"language":"en"}', '{"articles":1,"language":"en"}',
    ],
)  # fmt: skip
def test_a_button_of_another_version_is_told_apart(value: str, knowledge: Knowledge) -> None:
    """A value that cannot be read, or names an article that is gone, is None and no error."""
    assert unpack(value, knowledge) is None


# --- nothing typed survives unescaped ----------------------------------------------------------------------------------------

TYPED = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "<!channel>", "<!here|tea>", "<@U0TEAPOT>", "<#C0TEAPOT>", "<http://tea.example|20502>", "@channel", "@here",
                "http://tea.example/pot", "&lt;!channel&gt;", "&", "<", ">", "|", "*", "_", "~", "`", "```", "\n", "\r", "\t",
                "\u202e", "\u200b", "\ud800", "\x00", ":red_circle:", "\u2028", "> tea", "1. ", "\n\n*Do this next*\n",
            ]
        ),
        st.text(max_size=8),
    ),
    min_size=1,
    max_size=8,
).map("".join)  # fmt: skip
BENIGN = "TEAPOT"


def meaning(reply: Reply) -> Counter[str]:
    """All that means something to Slack in a reply: pings, links, quotes, and what is emphasised but the typed words."""
    found = seen(reply.blocks)
    return Counter(
        f"{character} {sorted(styles - {'code'})}"
        for character, styles in found
        if (character.startswith("[") and len(character) > 1) or any(each.startswith("link") for each in styles)
    )


def replies_with(word: str, knowledge: Knowledge, language: Language) -> Iterator[Reply]:
    """One reply of each kind with a typed word wherever a typed word can come back."""
    verify, download = knowledge.articles["20502"], knowledge.articles["20402"]
    codes = (knowledge.articles["0x00000409"],)
    one = Match(verify, (MatchReason("id_cued", "20502"),), (event_of("20502", word),), codes)
    two = Match(download, (MatchReason("id_cued", "20402"),), (event_of("20402", word),) * 2)
    more: dict[str, Any] = {
        "others": (event_of("10010", word),),
        "unexplained": (word,),
        "reasons": (MatchReason("words_sure", word), MatchReason("number_unmarked", word)),
        "runner_up": download,
    }
    yield render(answer(one, **more), knowledge, language, private=True)
    yield render(answer(two, one, **more), knowledge, language)
    yield render(Diagnosis("unknown", subject="x" + word, choices=(Match(verify, ()),)), knowledge, language)
    yield render(Diagnosis("not_ours", subject="x" + word, provider="x" + word), knowledge, language)
    yield render_why(answer(one, **more), Diagnosis("silent"), language)
    yield render_why(Diagnosis("unknown", subject="x" + word, reasons=more["reasons"]), Diagnosis("silent"), language)


@settings(max_examples=examples(150))
@given(word=TYPED, language=st.sampled_from(list(LANGUAGES)))
def test_nothing_typed_pings_links_styles_or_breaks_a_block(
    word: str, language: Language, articles_read: Callable[[], Knowledge]
) -> None:
    """With anything typed in its place, a reply has the very pings, links and emphasis it has with a harmless word."""
    hostile = replies_with(word, articles_read(), language)
    for reply, harmless in zip(hostile, replies_with(BENIGN, articles_read(), language), strict=True):
        assert_sendable(reply)
        assert meaning(reply) <= meaning(harmless)
        for text in [reply.text, *texts_in(reply.blocks)]:
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ud800-\udfff]", text)
        assert not re.search(r"&(?!amp;|lt;|gt;)|[<>]", reply.text)


def test_slack_is_told_to_find_no_links_or_mentions_by_itself(knowledge: Knowledge) -> None:
    """Without `verbatim` Slack makes a link of a typed address and parses a typed @channel; ours are written out."""

    def mrkdwn(value: Any) -> Iterator[Mapping[str, Any]]:
        if isinstance(value, Mapping):
            if value.get("type") == "mrkdwn":
                yield value
            for inner in value.values():
                yield from mrkdwn(inner)
        elif isinstance(value, (list, tuple)):
            for inner in value:
                yield from mrkdwn(inner)

    found = [
        text for reply in replies_with("http://tea.example @channel", knowledge, "en") for text in mrkdwn(reply.blocks)
    ]
    assert found
    assert all(text.get("verbatim") is True for text in found)


# --- one language at a time ----------------------------------------------------------------------------------------------------


def everything(knowledge: Knowledge, language: Language) -> Iterator[Any]:
    """Every reply and view in one language."""
    every = list(knowledge.articles.values())
    codes = tuple(articles(knowledge, "code"))
    for article in every:
        yield render(
            answer(Match(article, (MatchReason("id_cued", article.id),))), knowledge, language, private=True
        ).blocks
        if article.kind == "event":
            yield render(answer(Match(article, (), (event_of(article.id),), codes)), knowledge, language).blocks
    yield render(
        answer(*(Match(a, (), (event_of(a.id),)) for a in every), others=(event_of("10010"),), unexplained=("0x1",)),
        knowledge, language,
    ).blocks  # fmt: skip
    choices = tuple(Match(article, ()) for article in every[:3])
    yield render(Diagnosis("choices", choices=choices), knowledge, language).blocks
    yield render(Diagnosis("unknown", subject="20503", choices=choices), knowledge, language).blocks
    yield render(Diagnosis("unknown", subject="99999"), knowledge, language).blocks
    yield render(Diagnosis("unknown", subject="0x00000406"), knowledge, language).blocks
    yield render(Diagnosis("not_ours", subject="10010", provider="Teapot"), knowledge, language).blocks
    yield render(Diagnosis("silent"), knowledge, language).blocks
    for kind in get_args(ReasonKind):
        for decision in ("answer", "choices", "unknown", "not_ours", "silent"):
            diagnosis = Diagnosis(decision, reasons=(MatchReason(kind, "20502"),), runner_up=every[0])
            yield render_why(diagnosis, Diagnosis("silent"), language).blocks
    yield render_thanks(language).blocks
    yield render_gone(language).blocks
    yield home_view(knowledge, language, help_lines())
    yield article_view(Shared(answer(Match(every[0], ())), language), knowledge)


def test_an_english_reply_holds_no_chinese(knowledge: Knowledge) -> None:
    """Whoever reads English is shown none of the other language's words."""
    for shown in everything(knowledge, "en"):
        for text in texts_in(shown):
            assert not re.search(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uff65]", text), text


def test_a_chinese_reply_holds_no_english_phrase_of_the_bots(knowledge: Knowledge) -> None:
    """Product names stay English; the bot's own headings, buttons and sentences do not."""
    english, chinese = (
        {key: forms[0] for key, forms in texts_of(FOLDER, language).items() if key.startswith(("answer.", "why."))}
        for language in LANGUAGES
    )
    own = {key: text for key, text in english.items() if text != chinese[key]}
    fragments = {
        fragment.strip(" .:,;*_()")
        for text in own.values()
        for fragment in re.split(r"\{\w+\}|[`*_]", text)
        if re.search(r"[a-z]{2,} [a-z]{2,}", fragment) and not fragment.startswith("/event")
    }
    assert len(fragments) > 20
    for shown in everything(knowledge, "zh-TW"):
        for text in texts_in(shown):
            # What a log says is quoted as it stands there.
            own_words = re.sub("「[^」]*」", "", text)
            assert not [fragment for fragment in fragments if fragment in own_words], text
            headings = re.findall(r"(?:^|\n)\*([^*\n]+?)[:：]?\*", text)
            assert not set(headings) & set(own.values()), text
        for button in buttons_in(shown if not isinstance(shown, dict) else shown["blocks"]):
            assert button["text"]["text"] not in set(own.values())


# --- the terminal ----------------------------------------------------------------------------------------------------------


def in_terminal(reply: Reply) -> str:
    return set_reply(reply, 100, styled=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_terminal_shows_words_not_markup(language: Language, knowledge: Knowledge) -> None:
    """No escape, no emphasis mark, no emoji name and no raw link is left in what the terminal prints."""
    for article in knowledge.articles.values():
        shown = in_terminal(render(answer(Match(article, (MatchReason("id_cued", article.id),))), knowledge, language))
        named = article.prose[language].title if article.kind in ("topic", "line") else f" · {article.number} · "
        assert named in shown
        assert not re.search(r"&(?:lt|gt|amp);|:\w+_circle:|<https?:|\u200b|\*\w", shown), shown


def test_the_terminal_lists_choices(knowledge: Knowledge) -> None:
    """Buttons mean nothing there, choices do."""
    choices = tuple(Match(knowledge.articles[article_id], ()) for article_id in ("20500", "20501", "20502"))
    shown = in_terminal(render(Diagnosis("unknown", subject="20503", choices=choices), knowledge, "en"))

    assert "20503 is not among the documented events" in shown
    assert all(f"→ {article_id} " in shown for article_id in ("20500", "20501", "20502"))
    assert "Helpful" not in shown


# --- files ---------------------------------------------------------------------------------------------------------------

UNREAD = [
    (EventLog(fault="too_large"), "64 MB", "64 MB"),
    (EventLog(fault="too_slow"), "too long", "太久"),
    (EventLog(fault="unreadable"), "damaged", "損毀"),
    (EventLog(fault="no_event_log"), "but is none", "卻不是"),
    (EventLog(), "no events", "沒有事件"),
    (EventLog(records=1_200, damaged=3), "damaged (3); I read the 1,200", "損毀（3 處）；其餘 1,200"),
    (
        EventLog(records=1_200, damaged=1, cut_off=True),
        "ends before its end; I read the 1,200",
        "提前結束；現有的 1,200",
    ),
    (EventLog(records=1_200, stopped=True), "its first 1,200", "前 1,200"),
    (EventLog(records=1_200, ours=900, read=200), "Of 900 events in", "900 筆我認得的事件，我取用了 200"),
]


@pytest.mark.parametrize(("log", "english", "chinese"), UNREAD, ids=lambda value: str(value)[:30])
def test_what_was_not_read_of_a_file_is_one_sentence_in_either_language(
    log: EventLog, english: str, chinese: str
) -> None:
    """Its name can ping nobody and style nothing."""
    for language, expected in (("en", english), ("zh-TW", chinese)):
        reply = render_unread([("<!channel>`*my_log*.evtx", log)], language)  # type: ignore[arg-type]
        assert reply is not None
        shown = "".join(each for each, _ in seen(reply.blocks))
        assert expected in shown
        assert "<!channel>`*my_log*.evtx" in shown
        assert len(shown.splitlines()) == 1


def test_of_a_log_that_was_read_nothing_is_said() -> None:
    """Neither alone nor under an answer."""
    logs = [("tea.evtx", EventLog(records=3, ours=2, read=2))]
    answer = render_help("en", help_lines(), read_knowledge(KNOWLEDGE).products.values())

    assert render_unread(logs, "en") is None
    assert with_unread(answer, logs, "en") == answer


def test_what_was_not_read_stands_above_the_buttons_and_within_the_limits(
    knowledge: Knowledge, sceptic: Sceptic
) -> None:
    """Many files under a long answer: as many sentences as there is room for."""
    match = Match(knowledge.articles["20502"], ())
    answer = render(Diagnosis("answer", matches=(match,)), knowledge, "en")
    logs = [(f"{number} {'tea' * 30}.evtx", EventLog(fault="unreadable")) for number in range(60)]
    blocks = with_unread(answer, logs, "en").blocks

    assert blocks[-1]["type"] == "actions"
    assert "cannot be read" in blocks[-2]["elements"][0]["text"]
    assert len(answer.blocks) < len(blocks) <= 50
    assert sum(len(text) for text in texts_in(blocks)) <= 10_000
