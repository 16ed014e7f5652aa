"""Questions in people's own words, decided with what is shipped: ours or not, covered or not, and never the opposite outcome."""

from __future__ import annotations

import pytest

from bot.diagnosis import Diagnosis, Sceptic, diagnose
from tests.fixtures.reading import read_evidence


def decide(sceptic: Sceptic, text: str, subject: str | None = None) -> Diagnosis:
    return diagnose(read_evidence(text), sceptic, "mention", subject)


SUCCESSES = {"10010", "10100", "20100", "20200", "20300", "20400", "20500", "20600"}


@pytest.mark.parametrize(
    "text",
    [
        "the connector's service does not come up any more",
        "Intune connector service will not start after patching",
        "connector service hangs while starting",
        "憑證連接器的服務開機後起不來",
        "連接器服務啟動失敗",
        "证书连接器服务没有启动",
        "コネクタのサービスが開始できません",
        "Der Dienst des Konnektors startet nicht",
        "the connector could not renew its certificate",
        "連接器憑證沒有更新成功",
        "PKCS certificates are not being issued",
        "the registration point refused the client challenge",
        "uploads to Intune got stuck",
    ],
)
def test_a_success_is_never_said_of_what_failed(sceptic: Sceptic, text: str) -> None:
    diagnosis = decide(sceptic, text)
    said = {*diagnosis.entries, *(match.article.id for match in diagnosis.choices)}

    assert not said & SUCCESSES


@pytest.mark.parametrize(
    "text",
    [
        "the upload to Intune no longer fails on the connector",
        "上傳不再失敗了",
        "revocation works without errors",
        "PKCS 憑證核發沒有問題了",
    ],
)
def test_a_failure_is_never_said_of_what_works(sceptic: Sceptic, text: str) -> None:
    diagnosis = decide(sceptic, text)
    said = {*diagnosis.entries, *(match.article.id for match in diagnosis.choices)}

    assert not said & {"20302", "20202", "20102", "10102", "20502", "20402", "20602"}


@pytest.mark.parametrize(
    "text",
    [
        "what does SCEP stand for",
        "8000 devices need new certificates, how fast is one connector",
    ],
)
def test_what_no_article_covers_is_said_with_its_topic(sceptic: Sceptic, text: str) -> None:
    diagnosis = decide(sceptic, text)

    assert diagnosis.decision == "not_covered"
    assert diagnosis.topic is not None
    assert diagnosis.product is not None
    assert diagnosis.topic in diagnosis.product.topics


@pytest.mark.parametrize(
    "text", ["which colour should the NDES server have in our diagram", "who wrote the SCEP protocol and when"]
)
def test_a_topic_that_is_only_somewhat_alike_is_not_named(sceptic: Sceptic, text: str) -> None:
    """It would be a guess at what the question is about."""
    diagnosis = decide(sceptic, text)

    assert diagnosis.decision == "not_covered"
    assert diagnosis.topic is None


@pytest.mark.parametrize(
    "text",
    [
        "our VPN certificate has expired",
        "Jenkins cannot verify the webhook's signature",
        "the parcel was not delivered",
        "the milk has expired",
        "印表機服務一直停",
        "健身房會員到期了",
        "ラーメンを食べに行きましょう",
        "Der Drucker druckt nicht",
    ],
)
def test_what_is_not_ours_is_left_alone(sceptic: Sceptic, text: str) -> None:
    assert decide(sceptic, text).decision in {"silent", "not_ours"}


def test_function_words_are_no_reasons_and_decide_nothing(sceptic: Sceptic) -> None:
    for text in ("is that it or is there not any", "where are they and what has been", "有沒有那個，是不是這樣"):
        assert decide(sceptic, text).decision == "silent"


@pytest.mark.parametrize(
    "text",
    [
        "Why can the Registration Point not verify the challenge of the phone?",
        "請問憑證登錄點為什麼無法驗證用戶端的挑戰",
    ],
)
def test_reasons_are_whole_words_of_the_question(sceptic: Sceptic, text: str) -> None:
    (reason,) = [reason for reason in decide(sceptic, text).reasons if reason.kind.startswith("words_")]
    words = reason.about.split(", ")

    assert words
    assert all(word in text for word in words)
    assert not {word.lower() for word in words} & {"why", "can", "the", "of", "not", "為什麼", "的", "無法"}
    assert all(len(word) > 1 for word in words)


def test_what_the_thread_is_about_makes_its_words_ours(sceptic: Sceptic) -> None:
    """The same words ask for more where the conversation is about the product already."""
    words = sceptic.words()
    text = "the upload fails again and again"
    alone, carried = words.read(text), words.read(text, about="intune-connector")

    assert alone is not None
    assert carried is not None
    assert not alone.subject.weak
    assert carried.subject.weak


@pytest.mark.parametrize(
    "text", ["what does the falcon cost", "how much is the big teapot", "which licence do I need for the kettle"]
)
def test_what_has_no_word_of_ours_in_it_is_not_told_that_no_article_covers_it(sceptic: Sceptic, text: str) -> None:
    """Nobody asked about our products; the same words behind a product's name are a question of its field."""
    assert decide(sceptic, text).decision == "silent"
