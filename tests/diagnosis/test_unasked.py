"""In a channel: whatever names the product, its log or its source beside an event speaks; plans, others and denials do not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.diagnosis import Sceptic, build_sceptic, diagnose
from bot.diagnosis.values import UNASKED, Surface
from bot.evidence import read_evidence
from bot.settings import KNOWLEDGE

TALK = yaml.safe_load((Path(__file__).parent / "talk.yaml").read_text(encoding="utf-8"))
MESSAGES = sorted((KNOWLEDGE / "intune-connector" / "messages").glob("*.yaml"))


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Sceptic:
    """Nothing here is asked in free text, so nothing is learned."""
    return build_sceptic([KNOWLEDGE], tmp_path_factory.mktemp("cache"))


def entries(text: str, sceptic: Sceptic, surface: Surface = "channel") -> set[str]:
    return set(diagnose(read_evidence(text, sceptic.knowledge.lexicon), sceptic, surface).entries)


@pytest.mark.parametrize("surface", sorted(UNASKED))
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("since the reboot 20302 keeps coming from Microsoft Intune Connector", {"20302"}),
        ("the Intune Connector log is full of 20402 here", {"20402"}),
        ("NDESConnectorSvc | 20602 | Error | TEAPOT-418", {"20602"}),
        ("憑證連接器從昨晚就一直跳 20502", {"20502"}),
        ("NDES コネクタで 20202 が出ています", {"20202"}),
        ('index=wineventlog EventCode=20402 SourceName="Microsoft Intune Connector"', {"20402"}),
        ("the NDES connector logged 10102, I'll reinstall it", {"10102"}),
        ("unser Intune-Connector hat seit heute früh 20502", {"20502"}),
        (
            'source="WinEventLog:Microsoft Intune Connector" | top EventCode\nEventCode count\n20402 81\n20302 44',
            {"20402", "20302"},
        ),
        ("der Zertifikatconnector meldet 10102", {"10102"}),
        ("Microsoft Intune Connector: 0x00000411 on every phone", {"0x00000411"}),
        ("the certificate connector says Upload_Failure", {"20302"}),
        ("Microsoft Intune Connector 20300 × 611, 20302 × 2", {"20300", "20302"}),
        ("NDES connector 20402/20302 all night", {"20402", "20302"}),
        ("Error 26.11.2026 08:11:55 Microsoft Intune Connector 20502 None", {"20502"}),
        ("[PRTG] TEAPOT-418 Event Log: Microsoft Intune Connector (20102, Error) since 07:40", {"20102"}),
        ("Microsoft Intune Connector, last hour\n\nCount Name\n 41 20402\n  7 20502\n", {"20402", "20502"}),
        ("DistributedCOM 10016 is noise. Microsoft Intune Connector 20102 is not.", {"20102"}),
    ],
)
def test_a_product_named_beside_an_event_speaks(
    text: str, expected: set[str], surface: Surface, quick: Sceptic
) -> None:
    """In any order within the sentence, in a row of a table, or as the heading of rows of numbers."""
    assert entries(text, quick, surface) == expected


@pytest.mark.parametrize(
    "text",
    [
        "we have 20502 users on the Intune Connector tenant",
        "ticket 20502 about the certificate connector is yours",
        "NDESConnector, PID 20402, takes 3 GB",
        "copied NDESConnector_20502.svclog to the share",
        "kettle:\n  id: 20502\n  code: 0x00000409\n  state: hot",
        "RE: [20502] keys for the NDES connector rack",
        "20302 is MSExchange's, the Intune connector is quiet",
        "20402 is not the Intune Connector's, it is the payroll job's",
        "20402 stammt nicht vom Intune Connector",
        "20402 不是憑證連接器的",
        "0x00000400 comes from the Intune Connector for Active Directory",
        "next week I break Microsoft Intune Connector 20502 in the lab",
        "todo: an alert rule for Microsoft Intune Connector 10102",
        "muted the alert on Microsoft Intune Connector 20501",
        "下週我要在測試環境故意弄出憑證連接器的 20502",
        "幫憑證連接器 20302 加警示",
        "憑證連接器的 20402 已經處理完了，結案",
        "Microsoft Intune Connector 20402 is fixed, closing the ticket",
        "Microsoft Intune Connector log, source Contoso-Kettle, 20502",
    ],
)
def test_another_meaning_keeps_it_silent(text: str, quick: Sceptic) -> None:
    """Amounts and labels, other sources, denials, plans, alerts, and what is done."""
    assert entries(text, quick) == set()


@pytest.mark.parametrize("text", TALK["silent"])
def test_talk_that_reports_nothing_keeps_it_silent(text: str, quick: Sceptic) -> None:
    """However plainly a product and an event are named, in any language."""
    assert entries(text, quick) == set()


@pytest.mark.parametrize("text", TALK["reports"])
def test_a_report_in_anybodys_words_speaks(text: str, quick: Sceptic) -> None:
    """With a verb of what a log does, how often, since when, or a call for help."""
    assert entries(text, quick)


# --- the texts of events -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
def test_a_message_is_recognised_in_every_language(path: Path, quick: Sceptic) -> None:
    """Pasted whole, with some words of the asker's around it; of texts too short to be sure of, none is another's."""
    messages = yaml.safe_load(path.read_text(encoding="utf-8"))["messages"]
    found = {article_id: entries(f'what is this: "{text}"', quick) for article_id, text in messages.items()}

    assert {article_id: got for article_id, got in found.items() if got and got != {article_id}} == {}
    assert sum(map(bool, found.values())) >= 24


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Certificate Registration Point faild to verify a client challenge. See diagnostic code and message",
            {"20502"},
        ),
        ("Certificate  Registration Point\nfailed to finish notify\nprocess.", {"20602"}),
        (
            "憑證登錄點無法驗証用戶端挑戰。 請參閱診斷碼和訊息，以取得詳細資料。 請參閱對應至挑戰之裝置識別碼的事件訊息詳細資料。",
            {"20502"},
        ),
        ("Certificate Registration Point successfully verified a client challenge", {"20500"}),
        ("無法撤銷憑證。 請檢閱與此事件相關之裝置識別碼、使用者識別碼、CA 名稱、憑證序號的事件詳細資料。", {"20202"}),
        ("已成功撤銷憑證。 請檢閱與此事件相關之裝置識別碼、使用者識別碼、CA 名稱、憑證序號的事件詳細資料。", {"20200"}),
        (
            "Failed to issue a PKCS certificate. Review event details for the device ID, user ID, CA name, certificate",
            set(),
        ),
    ],
)
def test_a_message_with_a_slip_is_the_same_and_its_opposite_is_not(
    text: str, expected: set[str], quick: Sceptic
) -> None:
    """A letter is a slip; a word is another event."""
    assert entries(text, quick) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Connector service started",
        "A certificate expired.",
        "See diagnostic code and message for more details.",
        "Review event details for the device ID, user ID, CA name, and certificate serial number related to this event.",
        "the registration point could not verify the challenge of a client",
    ],
)
def test_words_that_many_messages_or_people_have_are_none(text: str, quick: Sceptic) -> None:
    """Short ones, and sentences of several events."""
    assert entries(text, quick) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Quoted by one article alone.
        ("our log ends with: not within its validity period", "line-sending-request-to-crp"),
        ("MMC says You have a private key that corresponds to this certificate", "0x8009000D"),
        # Texts that have an article of their own, and are quoted by others.
        ("the tool prints Denied by Policy Module", "text-denied-by-policy-module"),
        ("our CA says: Taken Under Submission", "line-submission-pending"),
    ],
)
def test_a_phrase_that_one_article_is_known_by_finds_it(text: str, expected: str, quick: Sceptic) -> None:
    """Asked; it is the text of another program, and never speaks unasked."""
    assert entries(text, quick, "mention") == {expected}
    assert entries(text, quick) == set()


def test_messages_are_matched_and_never_shown(quick: Sceptic) -> None:
    """Answers come from the articles; the texts stand in no article's prose."""
    shown = str([article.prose["en"] for article in quick.knowledge.articles.values()])

    assert len(MESSAGES) == 18
    for path in MESSAGES:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert {"repository", "commit", "path", "licence", "messages"} == found.keys()
        assert found["messages"]["20502"] not in shown
