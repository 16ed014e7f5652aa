"""Numbers before and behind what they are of: abbreviations, sources, labels, counts, and numbers that nobody documented."""

from __future__ import annotations

import pytest

from bot.diagnosis import Diagnosis, Sceptic, build_sceptic, diagnose
from bot.diagnosis.values import Surface
from bot.evidence import read_evidence
from bot.settings import KNOWLEDGE


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Sceptic:
    return build_sceptic([KNOWLEDGE], tmp_path_factory.mktemp("cache"))


def ask(text: str, sceptic: Sceptic, surface: Surface = "mention") -> Diagnosis:
    return diagnose(read_evidence(text, sceptic.knowledge.lexicon), sceptic, surface)


def wrong(expected: dict[str, str], sceptic: Sceptic, surface: Surface = "mention") -> dict[str, str]:
    """Return what is decided or answered where it is not as expected: article IDs, or the decision."""
    found = {text: ask(text, sceptic, surface) for text in expected}
    said = {text: " ".join(sorted(each.entries)) or each.decision for text, each in found.items()}
    return {text: said[text] for text, wanted in expected.items() if said[text] != wanted}


def test_a_number_that_nobody_documented_is_said_to_be_unknown_beside_its_product(quick: Sceptic) -> None:
    """However short, directly behind a word or a name that says whose it is."""
    expected = dict.fromkeys(
        (
            "KDC 55",
            "Schannel 36999 was tun",
            "current connector 5055 ?",
            "CAPI2 log 99",
            "CertEnroll 111 ok?",
            "统一连接器有没有 4044",
            "MDM 的 299 是什麼",
            "SCM 7099 on the connector box",
        ),
        "unknown",
    )

    assert wrong(expected, quick) == {}


def test_a_word_for_one_source_is_not_answered_with_an_event_of_another(quick: Sceptic) -> None:
    """CAPI2 and MDM are one product's sources, and 5 is MDM's alone."""
    assert wrong({"capi2 5 on two laptops": "unknown", "Is there a CertEnroll 7?": "unknown"}, quick) == {}
    assert wrong({"MDM 5 on two laptops": "mdm-5"}, quick) == {}


def test_years_versions_and_counts_beside_a_product_are_no_events(quick: Sceptic) -> None:
    expected = dict.fromkeys(
        ("NDES 2019", "CA 2 tier design", "connector 3 servers", "2 NDES servers", "CA 25 users"),
        "silent",
    )

    assert wrong(expected, quick) == {}


def test_what_stands_behind_a_number_says_whose_it_is(quick: Sceptic) -> None:
    """It is called the source, stands in brackets or behind a preposition, or by itself where little else is said."""
    expected = {
        "we have 41 there, source KDC": "kdc-41",
        "系統記錄檔的 39，來源 KDC": "kdc-39",
        "39 (KDC) since patch day": "kdc-39",
        "the 53 event on our CA": "ca-53",
        "4886 CA 稽核": "ca-audit-4886",
        "30 and 11 in CAPI2/Operational": "capi2-11 capi2-30",
        "53 from CertificationAuthority, whole morning": "ca-53",
        "what's 5002, source WAS": "was-5002",
        "第 16 號事件，CertEnroll": "certenroll-16",
        "30番のイベント CAPI2": "capi2-30",
    }

    assert wrong(expected, quick) == {}


def test_logs_and_sources_are_known_by_their_abbreviations(quick: Sceptic) -> None:
    expected = {
        "DMEDP/Admin 306 on one laptop": "mdm-306",
        "DeviceMgmt-EDP admin log, eid 39": "mdm-39",
        "CA app log 93 again": "ca-93",
        "NDES app log: 29": "ndes-29",
        "kdcsvc 40?": "kdc-40",
        "CAPI2/Operational 11 on the ndes box": "capi2-11",
        "MDM log says 32": "mdm-32",
    }

    assert wrong(expected, quick) == {}


def test_a_number_with_a_label_is_that_things_number(quick: Sceptic) -> None:
    """Even beside a code, and abbreviated or as an attribute."""
    expected = {
        "moved NDES to port 4003, since then HTTP 502 at mscep.dll": "http-502",
        "NDES 29 again (ext. 3050)": "ndes-29",
        'connector 4005 <span thread="4003" pid="5002">': "4005",
        "connector: relay.cpp:4003 threw, event 4005": "4005",
        "connector 4005 at 14:20": "4005",
    }

    assert wrong(expected, quick) == {}


def test_a_number_beside_the_name_of_an_event_is_of_its_product(quick: Sceptic) -> None:
    """Unasked, too; what has a label or counts something is not."""
    expected = {
        "PkcsRecryptDownloadSuccess 后面没有 1251": "1202 1251",
        "ScepVerifyFailure right after 4004, three in a row": "4004 4005",
        "ScepVerifyFailure on 4008 phones": "4005",
        "RevokeSuccess for ticket 3051": "3050",
    }

    assert wrong(expected, quick, "channel") == {}


def test_numbers_with_an_event_are_events_when_somebody_asks(quick: Sceptic) -> None:
    """Their number is as long as its own, and of its product; years, amounts and counts are none."""
    expected = {
        "Zert-Connector 1251 seit heute früh, vorher lief 1250 durch": "1250 1251",
        "connector 4005 all night, 4004 came through before that": "4004 4005",
        "connector event 1052, we have 1200 laptops": "1052",
        "connector 3051 since March 2020": "3051",
        "since 2101 nothing on the connector": "2101",
        "Get-WinEvent -LogName 'Microsoft Intune Connector' -MaxEvents 20500, shows 20402": "20402",
    }

    assert wrong(expected, quick) == {}


def test_an_event_of_a_windows_log_that_is_nobodys_here_is_said_to_be_another_ones(quick: Sceptic) -> None:
    """The log may be abbreviated or named in another language; it is shown in full."""
    diagnosis = ask("DC sec log 4771, is that on your list", quick)

    assert (diagnosis.decision, diagnosis.provider) == ("not_ours", "Security")
    assert wrong({"安全性記錄檔 4771 是什麼": "not_ours", "seclog 4625?": "not_ours"}, quick) == {}


def test_words_that_make_an_event_ours_count_in_small_letters(quick: Sceptic) -> None:
    """A host's number may follow them."""
    expected = {
        "schannel 36887 alert 46 on the ndes host": "schannel-36887",
        "Schannel event 36874 on host:ndes01 again": "schannel-36874",
        "schannel 36887 on the mail gateway": "silent",
    }

    assert wrong(expected, quick, "channel") == {}


def test_eight_digits_without_0x_are_a_code_where_an_article_has_it(quick: Sceptic) -> None:
    """An order's number is none, and one without an article may be anything's."""
    expected = {
        "80190193 from certenroll, i thought that was good": "0x80190194",
        "certenroll says 80092013": "0x80092013",
        "80194321 ndes thing": "silent",
    }

    assert wrong(expected, quick) == {}
    assert "0x80092013" not in ask("order 80092013 from the shop, ndes invoice", quick).entries


def test_a_short_number_alone_is_offered_in_any_language(quick: Sceptic) -> None:
    """Words that people ask with are none that it is about."""
    expected = dict.fromkeys(("39だけ教えて", "53 って何ですか", "請教 86", "41 どっち"), "choices")

    assert wrong(expected, quick) == {}


def test_a_schannel_event_is_explained_to_who_asks_and_left_alone_else(quick: Sceptic) -> None:
    """None of its texts says for which program it is."""
    paste = "TimeCreated  : 10.02.2026 19:15:36\nProviderName : Schannel\nId           : {}\nMessage      : A fatal error occurred."

    assert wrong({paste.format(36874): "schannel-36874", paste.format(36999): "not_ours"}, quick) == {}
    assert wrong({paste.format(36874): "silent"}, quick, "channel") == {}


def test_a_cut_off_source_is_made_up_for_by_the_beginning_of_the_message(quick: Sceptic) -> None:
    """A table of PowerShell cuts both; number and message together tell which of two sources it is."""
    table = (
        "   Index Time          EntryType   Source                 InstanceID Message\n"
        "   ----- ----          ---------   ------                 ---------- -------\n"
        "   31563 Mar 04 09:17  Error       Microsoft-Windows-Ce... 3260678157 {}...\n"
    )

    assert wrong({table.format("Certificate enrollment for Local system "): "certenroll-13"}, quick) == {}
    assert wrong({table.format("The service answered late "): "choices"}, quick) == {}
