"""The outcome that a text tells of: negation, faults that are over, verbs of two words, and one thing beside another."""

from __future__ import annotations

import time

import pytest

from bot.diagnosis.features import fold
from bot.diagnosis.polarity import read_polarity

WORKED = {
    "a fault that is over": (
        "the upload errors are gone since the proxy was replaced",
        "all those denials have finally stopped",
        "revocation: problem solved",
        "the failures have cleared up on their own",
        "the handshake failure is ancient history",
        "Der Fehler beim Hochladen ist verschwunden",
        "錯誤已經消失了",
        "紅字不見了，連接器又有在動",
        "エラーはもう出なくなりました",
        "失敗が消えた",
    ),
    "a negated fault": (
        "the pool isn't crashing any more",
        "the CA has stopped rejecting our requests",
        "nothing failed overnight",
        "Die CA lehnt keine Anträge mehr ab",
        "Der Dienst bricht nicht mehr ab",
        "憑證授權單位不再拒絕要求",
        "這次沒有再報錯",
        "更新に失敗していません",
        "エラーなしで終わった",
    ),
    "done at last": (
        "the service finally came up again",
        "two days of waiting, then the renewal went through",
        "終於發出憑證了",
        "ようやくサービスが起動しました",
        "連線恢復了",
    ),
    "one thing after another": (
        "renewal failed all week, today it succeeded",
        "the notification that kept failing went through",
        "昨天一直失敗，今天成功了",
        "先週は失敗していたが、今日は成功しました",
    ),
}
FAILED = {
    "verbs of two words": (
        "the last hop fell over",
        "the registration point turned the tablet's request down",
        "the renewal fell through again",
        "the connector gave up after three tries",
        "the revocation never went through",
        "Die CA weist alle Anträge ab",
        "Der Upload bricht jedes Mal ab",
    ),
    "a negated success": (
        "the wizard didn't complete due to a logon problem",
        "the connector service did not come up due to an error",
        "the thing isn't fixed",
        "還是沒有恢復",
        "登錄點不認這台裝置",
        "流程沒走完",
        "遲遲等不到憑證",
        "CA 拒絕了要求",
    ),
    "one thing fails, another is well": (
        "challenge verification breaks, downloads are fine",
        "downloads are fine, challenge verification breaks",
        "上傳失敗，下載正常",
        "下載正常，上傳失敗",
        "The proxy is fixed but the upload still fails",
    ),
    "no outcome of its own": ("what is wrong with the connector",),
}
NOTHING_SAID = (
    "which log holds the connector's events",
    "I don't know where to look",
    "哪個記錄檔有連接器的事件",
    "the phone came up with a challenge of its own",
    "the registration point went through the request",
)


@pytest.mark.parametrize(("expected", "kinds"), [("worked", WORKED), ("failed", FAILED)], ids=["worked", "failed"])
def test_an_outcome_is_read(expected: str, kinds: dict[str, tuple[str, ...]]) -> None:
    wrong = [
        (kind, text, said)
        for kind, texts in kinds.items()
        for text in texts
        if (said := read_polarity(fold(text)).said) != expected
    ]

    assert wrong == []


def test_what_says_no_outcome_has_none() -> None:
    assert [text for text in NOTHING_SAID if read_polarity(fold(text)).said] == []


def test_a_long_text_takes_linear_time() -> None:
    hostile = ("fail " * 3, "weist a ", "turned the x's ", "that kept a ", "失敗出て", "no error ", "went up ")

    def taken(text: str) -> float:
        started = time.process_time()
        read_polarity(text)
        return time.process_time() - started

    for piece in hostile:
        short, long = piece * (10_000 // len(piece)), piece * (80_000 // len(piece))
        read_polarity(short)
        assert taken(long) < 40 * taken(short) + 0.05, piece
