"""The articles against the source page: what they state of events and codes is written here a second time, by hand."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from bot.diagnosis import Diagnosis, Match, Sceptic
from bot.knowledge import Article, plain
from bot.knowledge.phrasings import load_phrasings
from bot.languages import LANGUAGES, Language
from bot.replies.answers.render import render
from bot.settings import Settings
from tests.evaluation import read_questions
from tests.fixtures.reading import CONNECTOR

# Domain facts, section 1.2. Every event is documented with 0x00000000 and 0x0FFFFFFF as well.
EVENTS = {
    "10010": ("StartedConnectorService", []),
    "10020": ("StoppedConnectorService", []),
    "10100": ("CertificateRenewal_Success", []),
    "10102": ("CertificateRenewal_Failure", ["0x00000405"]),
    "10301": ("RetrieveCertificate_Warning", ["0x00000403"]),
    "10302": ("RetrieveCertificate_Error", ["0x00000404"]),
    "20100": ("PkcsCertIssue_Success", []),
    "20102": ("PkcsCertIssue_Failure", ["0x00000400", "0x00000401"]),
    "20200": ("RevokeCert_Success", []),
    "20202": ("RevokeCert_Failure", ["0x00000402"]),
    "20300": ("Upload_Success", []),
    "20302": ("Upload_Failure", []),
    "20400": ("Download_Success", []),
    "20402": ("Download_Failure", []),
    "20500": ("CRPVerifyMetric_Success", []),
    "20501": ("CRPVerifyMetric_Warning", ["0x00000411"]),
    "20502": ("CRPVerifyMetric_Failure", ["0x00000408", "0x00000409", "0x00000410"]),
    "20600": ("CRPNotifyMetric_Success", []),
    "20602": ("CRPNotifyMetric_Failure", []),
}
CODES = {
    "0x00000000": "Success",
    "0x00000400": "PKCS_Issue_CA_Unavailable",
    "0x00000401": "Symantec_ClientAuthCertNotFound",
    "0x00000402": "RevokeCert_AccessDenied",
    "0x00000403": "CertThumbprint_NotFound",
    "0x00000404": "Certificate_NotFound",
    "0x00000405": "Certificate_Expired",
    "0x00000408": "CRPSCEPCert_NotFound",
    "0x00000409": "CRPSCEPSigningCert_NotFound",
    "0x00000410": "CRPSCEPDeserialize_Failed",
    "0x00000411": "CRPSCEPChallenge_Expired",
    "0x0FFFFFFF": "Unknown_Error",
}
EVERY = sorted({*EVENTS, *CODES})
# By an ID's last digit; the service's start and stop are no outcomes of anything.
OUTCOMES = {"0": {"success", "information"}, "1": {"warning"}, "2": {"failure"}}


def _of_source_page(sceptic: Sceptic) -> list[Article]:
    return [each for each in sceptic.knowledge.articles.values() if each.product.id == "intune-connector"]


def test_there_is_an_article_for_each_event_and_code_and_no_other(sceptic: Sceptic) -> None:
    """The source page has nineteen events and twelve codes."""
    found = {article.id: article.kind for article in _of_source_page(sceptic)}

    assert found == dict.fromkeys(EVENTS, "event") | dict.fromkeys(CODES, "code")


@pytest.mark.parametrize("event_id", EVENTS)
def test_an_event_has_its_name_and_its_codes(event_id: str, sceptic: Sceptic) -> None:
    """Name and codes stand in the article exactly as the source page prints them."""
    name, codes = EVENTS[event_id]
    article = sceptic.knowledge.articles[event_id]

    assert article.name == name
    assert sorted(article.codes) == sorted(["0x00000000", *codes, "0x0FFFFFFF"])
    assert article.log_name == "Microsoft Intune Connector"
    assert article.outcome in OUTCOMES[event_id[-1]]


@pytest.mark.parametrize("code_id", CODES)
def test_a_code_has_its_name(code_id: str, sceptic: Sceptic) -> None:
    """The name stands in the article exactly as the source page prints it."""
    article = sceptic.knowledge.articles[code_id]

    assert article.name == CODES[code_id]
    assert article.codes == ()


def test_only_unknown_error_has_a_second_spelling(sceptic: Sceptic) -> None:
    """Microsoft's code table has nine digits where its event table has eight."""
    aliases = {article.id: article.aliases for article in _of_source_page(sceptic) if article.aliases}

    assert aliases == {"0x0FFFFFFF": ("0x0FFFFFFFF",)}
    for language in LANGUAGES:
        assert "0x0FFFFFFFF" in " ".join(
            plain(text) for text in sceptic.knowledge.articles["0x0FFFFFFF"].prose[language].errata
        )


@pytest.mark.parametrize("article_id", EVERY)
def test_an_article_says_in_both_languages_what_to_do(article_id: str, sceptic: Sceptic) -> None:
    """One to five steps, a meaning that is no copy of the other language, and each code explained."""
    article = sceptic.knowledge.articles[article_id]
    english, chinese = (article.prose[language] for language in ("en", "zh-TW"))

    assert 1 <= len(english.next_steps) <= 5
    assert len(chinese.next_steps) == len(english.next_steps)
    assert plain(english.meaning[0]).isascii() or "…" in plain(english.meaning[0]) or "→" in plain(english.meaning[0])
    assert any("\u4e00" <= character <= "\u9fff" for character in plain(chinese.meaning[0]))
    assert set(article.codes) == set(english.causes_by_code) & set(article.codes)
    assert set(article.codes) == set(chinese.causes_by_code) & set(article.codes)


@pytest.fixture(scope="module")
def reached() -> Counter[str]:
    """Return how many questions must reach each article."""
    return Counter(
        article_id
        for split in ("dev", "test")
        for _, question in read_questions(split)
        if "answer" in question.decisions
        for article_id in question.entries
    )


@pytest.mark.parametrize("article_id", EVERY)
def test_an_article_has_questions_that_must_reach_it(article_id: str, reached: Counter[str]) -> None:
    """No article without questions; they stand as data beside the tests."""
    assert reached[article_id] >= 3


def test_there_are_as_many_questions_that_must_not_be_answered(reached: Counter[str]) -> None:
    """Several hundred that must be answered, several hundred that must not."""
    not_answered = [
        question
        for split in ("dev", "test")
        for _, question in read_questions(split)
        if question.decisions <= {"silent", "not_ours", "unknown"}
    ]

    assert sum(reached.values()) >= 300
    assert len(not_answered) >= 300


@pytest.fixture(scope="module")
def sayings() -> Counter[tuple[str | None, str]]:
    folder = CONNECTOR
    return Counter((saying.article_id, saying.language) for saying in load_phrasings(folder)[0])


@pytest.mark.parametrize("article_id", EVERY)
def test_an_article_has_phrasings_in_both_languages(article_id: str, sayings: Counter[tuple[str | None, str]]) -> None:
    """At least 25 in English and 20 in Traditional Chinese."""
    assert sayings[article_id, "en"] >= 25
    assert sayings[article_id, "zh-TW"] >= 20


def test_no_question_of_the_test_split_is_a_phrasing(settings: Settings) -> None:
    """Nothing that is measured was learned."""
    learned = {saying.text.casefold().strip() for saying in load_phrasings(CONNECTOR)[0]}
    asked = {
        question.text.casefold().strip()
        for kind, question in read_questions("test")
        if kind.startswith(("free", "hard", "riddles"))
    }

    assert asked
    assert not asked & learned


def test_the_articles_lie_where_the_package_looks_for_them(checkout: Path, settings: Settings) -> None:
    """Run from a checkout, the bot reads the checkout's articles."""
    assert settings.sceptic_knowledge == (checkout / "knowledge",)


# --- steps that can do harm -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_step_opens_a_firewall_for_more_than_the_documented_endpoints(sceptic: Sceptic, language: Language) -> None:
    """Whatever a log shows as blocked may be blocked for a reason; the server stands beside the CA."""
    opening = [
        text
        for article in _of_source_page(sceptic)
        for text in article.prose[language].next_steps
        if re.search(r"firewall.*\ballow|防火牆.*開放", plain(text))
    ]
    assert opening
    for text in opening:
        assert any(run.url and run.url.endswith("/intune/fundamentals/endpoints") for run in text), plain(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_step_that_revokes_by_hand_says_when_access_ends(sceptic: Sceptic, language: Language) -> None:
    """A revoked certificate is accepted until a new revocation list is out and the cached ones have run out."""
    for article_id in ("20202", "0x00000402"):
        step = plain(sceptic.knowledge.articles[article_id].prose[language].next_steps[0])
        assert "certutil -CRL" in step
        assert {"en": "cached ones have run out", "zh-TW": "快取到期"}[language] in step
        assert "Certificate Hold" in step


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_step_that_corrects_the_cas_name_leaves_digicerts_alone(sceptic: Sceptic, language: Language) -> None:
    """With DigiCert the profile's names are fixed words; the CA's own in their place would stop issuing."""
    word = {"en": "Certification authority name", "zh-TW": "憑證授權單位名稱"}[language]
    correcting = [
        plain(text)
        for article in _of_source_page(sceptic)
        for text in article.prose[language].next_steps
        if word in plain(text)
    ]
    assert len(correcting) == 2
    assert all("pki-ws.symauth.com" in text and "Symantec" in text for text in correcting)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_codes_steps_keep_the_events_urgent_one(sceptic: Sceptic, language: Language) -> None:
    """It stands first and once, though the code's steps replace the event's."""
    event, code = sceptic.knowledge.articles["20202"], sceptic.knowledge.articles["0x00000402"]
    match = Match(event, (), (), (code,))
    reply = render(Diagnosis("answer", matches=(match,)), sceptic.knowledge, language)
    (steps,) = [text for block in reply.blocks if "\n1. " in (text := str(block.get("text", {}).get("text")))]

    assert steps.count("certutil -CRL") == 1
    assert "certutil -CRL" in steps.partition("\n2. ")[0]
    assert "NDESConnectorUI" in steps


def test_an_event_says_once_that_its_text_was_not_read(sceptic: Sceptic) -> None:
    """The card says it of each such event, so the first paragraph of its prose does not."""
    unread = [each for each in sceptic.knowledge.articles.values() if each.kind == "event" and not each.text_seen]
    repeated = [
        (article.id, language)
        for article in unread
        for language, words in (("en", "text of this event was not read"), ("zh-TW", "事件的文字沒有讀到"))
        if words in plain(article.prose[language].meaning[0])
    ]

    assert len(unread) > 10
    assert repeated == []
