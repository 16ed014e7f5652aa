"""HTTP statuses with their sub-status: in the columns of a web server's log, and as people say them."""

from __future__ import annotations

import pytest

from bot.diagnosis import Sceptic, build_sceptic, diagnose
from bot.diagnosis.values import Surface
from bot.evidence import read_evidence
from bot.settings import KNOWLEDGE

LINE = "2026-06-04 10:04:03 10.31.53.29 {request} 443 - 10.40.2.210 {agent} - {columns} 328"
VERIFY = "POST /CertificateRegistrationSvc/Certificate/VerifyRequest -"


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Sceptic:
    return build_sceptic([KNOWLEDGE], tmp_path_factory.mktemp("cache"))


def said(text: str, sceptic: Sceptic, surface: Surface = "mention") -> str:
    diagnosis = diagnose(read_evidence(text, sceptic.knowledge.lexicon), sceptic, surface)
    return " ".join(sorted(diagnosis.entries)) or diagnosis.decision


def test_a_status_is_read_with_its_sub_status(quick: Sceptic) -> None:
    """The article of the sub-status is meant, and where there is none for its error number, that without it."""
    expected = {
        "sub status 7 on a 403 for CertificateRegistrationSvc": "http-403.7",
        "403 with substatus 16 on VerifyRequest": "http-403.16",
        "sc-status=403 sc-substatus=7 sc-win32-status=64 mscep": "http-403.7",
        "IIS 403.16 on CertificateRegistrationSvc": "http-403.16",
        "mscep 404 sub 15": "http-404.14",
        "NDES 403 子狀態碼 16 怎麼辦": "http-403.16",
        "IIS log 尾巴 403 7 64，NDES_Plugin 那行": "http-403.7",
        "500 0 1346 on mscep.dll": "http-500.0.1346",
        "IIS 503": "http-503",
        "HTTP/1.1 404 on mscep.dll": "http-404",
    }

    assert {text: said(text, quick) for text in expected} == expected


def test_the_columns_of_a_log_are_no_event_ids(quick: Sceptic) -> None:
    """Neither the port nor the error number is looked up as one; a line of another site is nobody's."""
    refused = LINE.format(request=VERIFY, agent="NDES_Plugin", columns="403 7 64")
    other_site = LINE.format(request="GET /shop/index.html -", agent="Mozilla/5.0", columns="404 0 2")

    assert said(refused, quick) == "http-403.7"
    assert said(other_site, quick) == "silent"


def test_amounts_among_the_words_are_no_statuses(quick: Sceptic) -> None:
    for text in ("the NDES licence costs 403.16 EUR", "NDES answers in 404.14 ms", "NDES 403 users 7 days"):
        assert said(text, quick) != "http-403.16"
        assert "http-404.14" not in said(text, quick)
