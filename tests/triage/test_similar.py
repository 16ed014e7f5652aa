"""Similar resolved incidents: which are offered, why, in which order, and when none is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random

import pytest

from bot.replies.incidents.reasons import similarity_reasons
from bot.triage.similar import AnotherWorkspaceError, SimilarityIndex
from bot.triage.similar_features import ResolvedIncident, read_words
from tests.benchmarks.incidents import UNRELATED
from tests.triage.incidents import index_of, numbers_as_ids

TEAM = "T0NARNIA"
OTHER_TEAM = "T0MORDOR"
PASTED = ResolvedIncident(
    TEAM, 99, articles=("20502",), codes=("0x00000409",), computers=("NDES01.narnia",), cas=("NARNIA-CA",)
)
PROXY = "The web proxy blocked the connector, so the signing certificate never arrived; allowed the address."
CLOCK = "伺服器的時鐘慢了十分鐘，挑戰密碼提早過期，重新同步時間後恢復"


def resolved(number: int, **what: object) -> ResolvedIncident:
    return replace(ResolvedIncident(TEAM, number, resolved_at=float(number)), **what)  # type: ignore[arg-type]


def numbers(index: SimilarityIndex, asked: ResolvedIncident, most: int = 3) -> list[int]:
    return [similar.incident[1] for similar in index.nearest(asked, most)]


def filled(*rows: ResolvedIncident, others: int = 60) -> SimilarityIndex:
    """Build an index of these rows among others that share nothing with them."""
    around = [
        resolved(1_000 + n, articles=("10100",), computers=(f"PC{n}",), words=f"{UNRELATED[n % 20]}")
        for n in range(others)
    ]
    return index_of(TEAM, [*rows, *around])


def test_what_is_shared_is_said_in_words() -> None:
    """People see the identifiers they pasted, never a percentage."""
    index = filled(resolved(1, articles=("20502",), codes=("0x00000409",), computers=("ndes01.narnia",), words=PROXY))

    (found,) = index.nearest(replace(PASTED, words="proxy blocks the connector"))

    assert found.incident == (TEAM, 1)
    assert tuple(similarity_reasons(found.shared, numbers_as_ids())) == (
        "same code 0x00000409 and event 20502",
        "same computer NDES01.narnia",
        "words in common: proxy, blocks, connector",
    )


def test_reasons_come_in_chinese() -> None:
    """The asker's language words the reasons; pairs of characters are put together again."""
    index = filled(resolved(1, articles=("20502",), codes=("0x00000409",), cas=("NARNIA-CA",), words=CLOCK))

    (found,) = index.nearest(replace(PASTED, words="时钟慢了"))

    assert tuple(similarity_reasons(found.shared, numbers_as_ids("zh-TW"))) == (
        "相同的診斷碼 0x00000409 和事件 20502",
        "相同的 CA NARNIA-CA",
        "共同的字詞：時鐘慢",
    )


def test_many_shared_computers_are_counted() -> None:
    """An outage of fifty machines stays one line."""
    machines = tuple(f"NDES{number:02}" for number in range(50))
    index = filled(resolved(1, computers=machines))

    (found,) = index.nearest(resolved(99, computers=machines))

    assert tuple(similarity_reasons(found.shared, numbers_as_ids())) == (
        "same computers NDES00, NDES01, NDES02 and 47 more",
    )


@pytest.mark.parametrize("near", ["20503", "2050", "205020", "0020502"])
def test_a_number_is_never_similar_to_another(near: str) -> None:
    """Similarity is for words: a neighbouring event, code or computer has nothing in common."""
    index = filled(
        resolved(1, articles=(near,), codes=("0x00000408",), computers=("NDES02.narnia",), words=f"event {near}")
    )

    assert index.nearest(replace(PASTED, words="20502 0x409 NDES01")) == ()


def test_numbers_in_the_words_are_no_words() -> None:
    """Digits, and names that hold any, are left to the exact identifiers."""
    assert list(read_words("NDES01 raised 20502 (0x00000409) at 10.0.0.1, SHA-256 a1b2c3, IIS服務停止20502")) == [
        "rais",
        "iis",
        "服務",
        "務停",
        "停止",
    ]


def test_endings_and_simplified_characters_do_not_matter() -> None:
    """People write the same word differently."""
    assert read_words("expired certificates").keys() == read_words("Certificate expires").keys()
    assert read_words("证书过期").keys() == read_words("證書過期").keys()


def test_a_rare_thing_in_common_goes_before_a_common_one() -> None:
    """Half of the workspace has the code; only one incident has the computer too."""
    index = index_of(
        TEAM,
        [
            *(resolved(n, codes=("0x00000409",), computers=("NDES02",)) for n in range(2, 60)),
            resolved(1, codes=("0x00000409",), computers=("NDES01.narnia",)),
            *(resolved(n, codes=("0x00000410",)) for n in range(60, 120)),
        ],
    )

    assert numbers(index, PASTED) == [1, 59, 58]


def test_identifiers_go_before_words() -> None:
    """The same code and event count for more than part of the words alone."""
    asked = replace(
        PASTED, words="signing certificate never arrived since the proxy on site seven was exchanged last weekend"
    )
    by_words = resolved(1, words="the signing certificate never arrived since a proxy was in between")
    by_code = resolved(2, articles=("20502",), codes=("0x00000409",))

    assert numbers(filled(by_words, by_code), asked) == [2, 1]


def test_words_decide_between_the_same_identifiers() -> None:
    """The older incident with the same cause comes first, then by recency."""
    same = {"articles": ("20502",), "codes": ("0x00000409",)}
    index = filled(resolved(1, **same, words=PROXY), resolved(2, **same, words=CLOCK), resolved(3, **same))

    assert numbers(index, replace(PASTED, words="blocked by the proxy")) == [1, 3, 2]
    assert numbers(index, replace(PASTED, words="時鐘不同步")) == [2, 3, 1]


def test_among_equals_the_latest_comes_first() -> None:
    """A fix of last week is likelier to hold than one of last year."""
    rows = [resolved(n, codes=("0x00000409",)) for n in range(1, 41)]
    Random(7).shuffle(rows)

    assert numbers(index_of(TEAM, rows), PASTED, 4) == [40, 39, 38, 37]


def test_an_incident_is_not_similar_to_itself() -> None:
    """A reopened incident does not offer its own fix."""
    index = filled(replace(PASTED, words=PROXY), resolved(1, codes=("0x00000409",)))

    assert numbers(index, replace(PASTED, words=PROXY)) == [1]


@pytest.mark.parametrize("others", [0, 3, 200])
def test_what_everybody_shares_is_no_reason_to_speak(others: int) -> None:
    """One server and one certification authority serve the whole workspace: sharing only those says nothing."""
    everywhere = {"computers": ("NDES01.narnia",), "cas": ("NARNIA-CA",)}
    index = index_of(TEAM, [resolved(n, articles=("10100",), **everywhere) for n in range(others + 1)])

    assert index.nearest(PASTED) == ()


@pytest.mark.parametrize("words", UNRELATED)
def test_far_fetched_words_are_not_offered(words: str) -> None:
    """A printer's jam is not a certificate's."""
    index = filled(resolved(1, words=PROXY), resolved(2, words=CLOCK), others=0)

    assert index.nearest(resolved(99, words=words)) == ()


def test_words_alone_find_a_retold_cause() -> None:
    """Before anything is pasted, a description can be enough."""
    index = filled(resolved(1, words=PROXY), resolved(2, words=CLOCK))

    assert numbers(index, resolved(99, words="connector blocked by a web proxy, no signing certificate")) == [1]
    assert numbers(index, resolved(99, words="伺服器時鐘不準，挑戰密碼過期")) == [2]


@pytest.mark.parametrize("asked", [resolved(99), resolved(99, words="the 20502 和 of"), resolved(99, codes=("",))])
def test_nothing_asked_finds_nothing(asked: ResolvedIncident) -> None:
    """An incident that says nothing yet resembles none, not even another empty one."""
    assert filled(resolved(1), resolved(2, codes=("",))).nearest(asked) == ()
    assert SimilarityIndex(TEAM).nearest(PASTED) == ()


@pytest.mark.parametrize(("most", "found"), [(0, 0), (-1, 0), (1, 1), (5, 5), (50, 9)])
def test_no_more_than_asked_for(most: int, found: int) -> None:
    """The caller sets how many fit on the card."""
    index = index_of(TEAM, [resolved(n, codes=("0x00000409",)) for n in range(9)])

    assert len(index.nearest(PASTED, most)) == found


def test_no_other_workspaces_incident_is_ever_held_or_asked_for() -> None:
    """Another workspace's incident is refused, not filtered."""
    foreign = replace(PASTED, team_id=OTHER_TEAM, number=1)
    index = filled(resolved(2, codes=("0x00000409",)))

    with pytest.raises(AnotherWorkspaceError, match=OTHER_TEAM):
        index.add(foreign)
    with pytest.raises(AnotherWorkspaceError, match=OTHER_TEAM):
        index.nearest(foreign)
    with pytest.raises(AnotherWorkspaceError, match=OTHER_TEAM):
        index_of(TEAM, [PASTED, foreign])
    index.remove((OTHER_TEAM, 2))

    assert [similar.incident for similar in index.nearest(PASTED)] == [(TEAM, 2)]


def test_an_incident_added_again_is_replaced() -> None:
    """Its former cause finds it no longer."""
    index = filled(resolved(1, codes=("0x00000409",), words=PROXY))
    index.add(resolved(1, codes=("0x00000411",), words=CLOCK))

    assert len(index) == 61
    assert index.nearest(PASTED) == ()
    assert numbers(index, resolved(99, codes=("0x00000411",))) == [1]


def test_a_removed_incident_is_gone() -> None:
    """Removing it twice does no harm."""
    index = filled(resolved(1, codes=("0x00000409",)))
    index.remove((TEAM, 1))
    index.remove((TEAM, 1))

    assert len(index) == 60
    assert index.nearest(PASTED) == ()


def test_an_index_kept_up_answers_as_one_built_anew() -> None:
    """Adding, replacing and removing in any order leaves nothing behind."""
    random = Random(20502)
    words = [*UNRELATED, PROXY, CLOCK]

    def some(number: int) -> ResolvedIncident:
        return resolved(
            number,
            articles=tuple(random.sample(("20502", "20402", "10100"), random.randrange(3))),
            codes=tuple(random.sample(("0x00000409", "0x00000411"), random.randrange(2))),
            computers=tuple(random.sample(("NDES01", "NDES02", "PC1", "PC2"), random.randrange(3))),
            words=" ".join(random.sample(words, random.randrange(3))),
        )

    kept, rows = SimilarityIndex(TEAM), {}
    for _ in range(600):
        number = random.randrange(40)
        if random.random() < 0.35:
            kept.remove((TEAM, number))
            rows.pop(number, None)
        else:
            rows[number] = some(number)
            kept.add(rows[number])
    anew = index_of(TEAM, rows.values())
    questions = [some(99) for _ in range(60)]

    assert len(kept) == len(anew) == len(rows)
    # Far more than there are, so that ties of the same second cannot differ by slot.
    for question in questions:
        assert set(kept.nearest(question, 99)) == set(anew.nearest(question, 99))
    assert sum(bool(anew.nearest(question)) for question in questions) > 20


@pytest.fixture
def restless_threads() -> Iterator[None]:
    """Switch threads as often as the interpreter can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("restless_threads")
def test_incidents_may_be_added_while_another_thread_asks() -> None:
    """A replica reads its rows beside its event loop."""
    index = index_of(TEAM, [resolved(0, codes=("0x00000409",), words=PROXY)])
    rows = [resolved(n, codes=("0x00000409",), words=PROXY) for n in range(1_000)]
    asked = replace(PASTED, number=5_000, words=PROXY)
    with ThreadPoolExecutor(1) as beside:
        adding = beside.submit(lambda: [index.add(row) for row in rows])
        while not adding.done():
            assert index.nearest(asked)
        adding.result()

    assert numbers(index, asked) == [999, 998, 997]


def test_two_words_in_common_are_too_few() -> None:
    """A short remark that shares all of its two words names no cause yet."""
    assert filled(resolved(1, words=PROXY)).nearest(resolved(99, words="signing certificate")) == ()
