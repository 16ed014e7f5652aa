"""A code of Windows that no article explains is taken apart, in every notation, and named as Windows names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.diagnosis import Sceptic, build_sceptic, diagnose
from bot.evidence import read_evidence
from bot.knowledge.windows_errors import WindowsErrors, generate_table
from bot.replies.answers.render import render
from bot.settings import KNOWLEDGE


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Sceptic:
    return build_sceptic([KNOWLEDGE], tmp_path_factory.mktemp("cache"))


@pytest.mark.parametrize(
    "text",
    ["0x800706BB", "800706bb", "-2147023173", "error code 2147944123", "WIN32: 1723", "%%1723", "%%2147944123"],
)
def test_an_unknown_code_is_named_in_every_notation(text: str, quick: Sceptic) -> None:
    """Hexadecimal with and without 0x, signed and unsigned decimals, and the number that the code carries."""
    diagnosis = diagnose(read_evidence(text, quick.knowledge.lexicon), quick)
    (parts,) = diagnosis.error_parts

    assert diagnosis.decision == "unknown"
    assert (parts.digits, parts.facility, parts.facility_name, parts.code) == ("800706BB", 7, "FACILITY_WIN32", 1723)
    assert parts.name == "RPC_S_SERVER_TOO_BUSY"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Windows' own name for it is `RPC_S_SERVER_TOO_BUSY`."),
        ("zh-TW", "Windows 自己的名稱是 `RPC_S_SERVER_TOO_BUSY`。"),
    ],
)
def test_the_reply_says_windows_own_name(language: str, said: str, quick: Sceptic) -> None:
    diagnosis = diagnose(read_evidence("0x800706BB", quick.knowledge.lexicon), quick)

    assert said in str(render(diagnosis, quick.knowledge, language).blocks)  # type: ignore[arg-type]


def test_a_code_cut_short_is_said_to_be(quick: Sceptic) -> None:
    """Codes that begin so are offered, and none is answered."""
    diagnosis = diagnose(read_evidence("it starts with 0x8009480", quick.knowledge.lexicon), quick)

    assert diagnosis.decision == "unknown"
    assert all(choice.article.id.startswith("0x8009480") for choice in diagnosis.choices)
    assert "7 of the eight digits" in render(diagnosis, quick.knowledge, "en").text


@pytest.mark.parametrize(
    ("digits", "kind", "facility", "name"),
    [
        ("80190194", "HRESULT", 25, "HTTP_E_STATUS_NOT_FOUND"),
        ("C0000022", "NTSTATUS", 0, "STATUS_ACCESS_DENIED"),
        # The bit N: an NTSTATUS within an HRESULT.
        ("D0000022", "NTSTATUS", 0, "STATUS_ACCESS_DENIED"),
        ("8009402F", "HRESULT", 9, ""),
    ],
)
def test_parts_follow_the_layout_of_windows(digits: str, kind: str, facility: int, name: str) -> None:
    parts = WindowsErrors.read(KNOWLEDGE).take_apart(f"0x{digits}", digits)

    assert parts is not None
    assert (parts.kind, parts.facility, parts.name) == (kind, facility, name)


@pytest.mark.parametrize("digits", ["00000409", "0FFFFFFF", "A0000001", "80070", "E0434352"])
def test_what_reports_no_failure_of_windows_is_left_alone(digits: str) -> None:
    """A program's own numbers, those it defines itself, and those cut short."""
    assert WindowsErrors.read(KNOWLEDGE).take_apart(digits, digits) is None


def test_the_table_is_made_of_constants_and_carries_its_licence(tmp_path: Path) -> None:
    source = (
        "const (\n\tFACILITY_TEA     = 9\n\tE_TEA     Handle   = 0x80090001\n\tERROR_CUP     syscall.Errno = 418\n)\n"
    )
    (tmp_path / "windows-errors.txt").write_text(generate_table(source, "Copyright a kettle", "0" * 40))
    errors = WindowsErrors.read(tmp_path)

    assert "# Copyright a kettle" in (tmp_path / "windows-errors.txt").read_text()
    assert [errors.take_apart(each, each).name for each in ("80090001", "800701A2")] == ["E_TEA", "ERROR_CUP"]  # type: ignore[union-attr]
    assert WindowsErrors.read(tmp_path / "nothing").take_apart("80090001", "80090001").name == ""  # type: ignore[union-attr]
