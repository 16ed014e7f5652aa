"""Next steps of everything that still fails, the root's first, each once, with its mark."""

from __future__ import annotations

import re
from types import MappingProxyType

from bot.diagnosis import Sceptic
from bot.knowledge import plain
from bot.triage import Mark, Sighting
from bot.triage.next_steps import NextSteps, next_steps, step_key
from tests.triage.incidents import evidence, incident, seen

UNSIGNED = seen("20502", "10:00", "409")


def steps_for(sceptic: Sceptic, *sightings: Sighting) -> NextSteps:
    return next_steps(evidence(sightings), sceptic.knowledge)


def test_the_root_causes_steps_come_first(sceptic: Sceptic) -> None:
    """Steps of what follows from it come after, whenever either was posted."""
    found = steps_for(sceptic, UNSIGNED, seen("20402", "09:40"))
    order = list(dict.fromkeys(step.article_id for step in found.steps))

    assert order == ["20402", "0x00000409"]


def test_a_code_that_names_a_cause_guides_instead_of_its_event(sceptic: Sceptic) -> None:
    """Of the event's own steps only the urgent one stays; those of its other codes are left out."""
    first, *rest = steps_for(sceptic, UNSIGNED).steps

    assert first.article_id == "20502"
    assert {step.article_id for step in rest} == {"0x00000409"}
    assert {step.article_id for step in steps_for(sceptic, seen("20502", "10:00", "0")).steps} == {"20502"}


def test_a_step_that_two_articles_share_stands_once(sceptic: Sceptic) -> None:
    """0x00000408 and 0x00000410 send one to the same browser test."""
    both = steps_for(sceptic, seen("20502", "10:00", "408"), seen("20502", "10:01", "410"))
    texts = [plain(step.text["en"]) for step in both.steps]

    assert len(texts) == len(set(texts)) < 10
    assert sum("mscep.dll" in text for text in texts) == 1
    assert len({step.key for step in both.steps}) == len(both.steps)


def test_the_success_to_expect_stands_last_and_once(sceptic: Sceptic) -> None:
    """The code's and the event's are one step; it names the current connector's success, too."""
    found = steps_for(sceptic, UNSIGNED, seen("20502", "10:01", "0"), seen("20402", "09:40"))
    texts = [plain(step.text["en"]) for step in found.steps]

    assert re.fullmatch(r"Sync a device\. .* 4004 \(inferred\); .* 20500\.", texts[-1])
    assert sum(text.startswith("Sync a device") for text in texts) == 1
    assert [watch.settled_by for watch in found.expected] == ["20400", "20500"]


def test_the_steps_of_what_is_settled_drop_out(sceptic: Sceptic) -> None:
    """Steps of unsettled failures stay."""
    failing = seen("20402", "09:40"), UNSIGNED
    after = steps_for(sceptic, *failing, seen("20400", "10:10"))
    assert {step.article_id for step in after.steps} == {"20502", "0x00000409"}

    assert steps_for(sceptic, *failing, seen("20400", "10:10"), seen("20500", "10:20")) == NextSteps((), ())


def test_a_mark_stays_with_its_step(sceptic: Sceptic) -> None:
    """The key is made of the English text, so it is the same in every incident and language."""
    before = steps_for(sceptic, UNSIGNED)
    key = before.steps[1].key
    mark = Mark("did_not_help", "UADA", 1.0)
    marked = incident(evidence=evidence((UNSIGNED,)).evidence, marks=MappingProxyType({key: mark}))

    assert re.fullmatch(r"[0-9a-f]{10}", key)
    assert key == step_key(sceptic.knowledge.articles["0x00000409"].prose["en"].next_steps[1])
    assert [step.mark for step in next_steps(marked, sceptic.knowledge).steps][:3] == [None, mark, None]


def test_a_step_stands_in_both_languages(sceptic: Sceptic) -> None:
    """Both texts come from the same place of the article."""
    (_, first, *_) = steps_for(sceptic, UNSIGNED).steps

    assert plain(first.text["en"]).startswith("On the NDES server check that Intune Connector Service is running")
    assert first.text["zh-TW"] == sceptic.knowledge.articles["0x00000409"].prose["zh-TW"].next_steps[1]


def test_no_two_steps_of_the_knowledge_share_a_key(sceptic: Sceptic) -> None:
    """Ten digits are enough to tell all texts apart."""
    texts = {plain(step): step for each in sceptic.knowledge.articles.values() for step in each.prose["en"].next_steps}

    assert len({step_key(step) for step in texts.values()}) == len(texts) > 100


def test_only_the_last_step_of_an_article_is_put_at_the_end(sceptic: Sceptic) -> None:
    """A short step in the middle keeps its place."""
    steps = steps_for(sceptic, seen("20501", "10:00", "411")).steps

    assert [step.text["en"] for step in steps] == list(sceptic.knowledge.articles["0x00000411"].prose["en"].next_steps)


def test_a_thread_of_three_hundred_events_still_has_few_steps(sceptic: Sceptic) -> None:
    """The list holds the steps of three articles, however often each failed."""
    many = [
        seen(event, f"{9 + n // 60:02}:{n % 60:02}", code)
        for n in range(100)
        for event, code in (("20502", "409"), ("20402", "0"), ("10302", "404"))
    ]

    assert steps_for(sceptic, *many) == steps_for(sceptic, *many[:3])


def test_what_cannot_wait_stays_above_a_codes_steps(sceptic: Sceptic) -> None:
    """An event whose code names a cause keeps its urgent step, once, before those of everything else."""
    found = steps_for(sceptic, seen("20402", "09:40"), seen("20202", "10:00", "402"))
    urgent = sceptic.knowledge.articles["20202"].prose["en"].next_steps[0]

    assert found.steps[0].text["en"] == urgent
    assert [step.text["en"] for step in found.steps].count(urgent) == 1
    assert any(step.article_id == "0x00000402" for step in found.steps)


def test_that_repairing_is_no_use_is_said_once_with_the_roots_event(sceptic: Sceptic) -> None:
    """Each failure of a product out of use sends on to another event of the current one: one line of it is enough."""
    found = steps_for(sceptic, UNSIGNED, seen("20402", "09:40"), seen("20302", "09:50"))
    sent_on = [step for step in found.steps if plain(step.text["en"]).startswith("Logged after September 2022?")]

    assert sent_on == [found.steps[0]]
    assert sent_on[0].text["en"] == sceptic.knowledge.articles["20402"].prose["en"].next_steps[0]
    assert {step.article_id for step in found.steps} == {"20402", "0x00000409", "20302"}


def test_first_steps_of_a_product_in_use_are_not_taken_together(sceptic: Sceptic) -> None:
    """However alike they begin, each is of its own event."""
    alike = [
        article
        for article in sceptic.knowledge.articles.values()
        if article.product.id == "unified-connector" and article.outcome == "failure"
    ]
    found = steps_for(sceptic, *(seen(article.id, "10:00") for article in alike))
    texts = {plain(step) for article in alike for step in article.prose["en"].next_steps}

    assert {plain(step.text["en"]) for step in found.steps} == texts
