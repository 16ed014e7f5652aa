"""Private values are found and masked, ordinary lines are left alone, and masking never changes what is read."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.evidence import Event, Span
from bot.privacy import SECRET_KINDS, Private, find_private, find_secrets, redact
from bot.privacy.values import PrivateKind
from bot.replies.texts import say
from tests.benchmarks.hostile import GENERATORS
from tests.benchmarks.measure import best
from tests.evidence import test_pastes
from tests.fixtures.examples import examples
from tests.fixtures.reading import read_evidence

HERE = Path(__file__).parent
QUESTIONS = HERE.parent / "questions"

# Put together here, so that nobody's scanner takes these files for a leak.
_LINE = "TeaPot418" * 7 + "T"
_BLOB = "MIITeaPot418" + "TeaPot418/+" * 9 + "=="
_JWT = "ey" + "J0ZWFwb3QiOiI0MTgifQ.ey" + "J0ZWEiOiJmb3IgdHdvIn0.TeaPot418-TeaPot418_x"
_BEGIN, _END = "-----BEGIN {}PRIVATE " + "KEY-----", "-----END {}PRIVATE " + "KEY-----"
STAND_INS = {
    "blob": _BLOB,
    "jwt": _JWT,
    "half jwt": _JWT[:40],
    "opaque": "TeaPot418" * 3,
    "xoxb": "xo" + "xb-418418418418-TeaPot418TeaPot418",
    "xapp": "xa" + "pp-1-A418418418-418418418418-teapot418",
    "hook": "T418TEAPOT/B418TEAPOT/TeaPot418TeaPot418",
    "sig": "TeaPot418TeaPot418TeaPot418%2Bx%3D",
    "key": "TeaPot418/" * 8 + "Tea+Pot==",
    "entra": "TeA8" + "Q~" + "TeaPot418.TeaPot418_TeaPot418~xyz",
    "pem": f"{_BEGIN.format('RSA ')}⏎{_LINE}⏎{_LINE}⏎TeaPot==⏎{_END.format('RSA ')}",
    "cut pem": f"{_BEGIN.format('')}⏎{_LINE}⏎{_LINE}⏎TeaPot418",
    "headless pem": f"{_LINE}⏎TeaPot==⏎{_END.format('')}",
    "escaped pem": rf"{_BEGIN.format('')}\n{_LINE}\n{_LINE}\nTeaPot==\n{_END.format('')}\n".removesuffix(r"\n"),
    "encrypted pem": (
        f"{_BEGIN.format('RSA ')}⏎Proc-Type: 4,ENCRYPTED⏎DEK-Info: AES-128-CBC,0418⏎⏎{_LINE}⏎{_END.format('RSA ')}"
    ),
    "pfx": _BLOB,
}
_MARKED = re.compile(r"⟦(\w+)\|([^⟧]*)⟧")


def lines_of(name: str) -> list[str]:
    written = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in written if line and not line.startswith("# ")]


def unmark(line: str) -> tuple[str, list[tuple[str, Span]]]:
    """Turn a line of private.txt into its text, and the kind and place of what is private in it."""
    line = re.sub(r"«([\w ]+)»", lambda match: STAND_INS[match[1]], line)
    text, done, found = "", 0, []
    for match in _MARKED.finditer(line):
        text += line[done : match.start()]
        found.append((match[1], Span(len(text), len(text) + len(match[2]))))
        text += match[2]
        done = match.end()
    return (text + line[done:]).replace("⏎", "\n"), found


PRIVATE = [unmark(line) for line in lines_of("private.txt")]
ORDINARY = [line.replace("⏎", "\n") for line in lines_of("ordinary.txt")]


@cache
def questions() -> tuple[str, ...]:
    """Every text people might send that the evaluation has."""
    return tuple(
        json.loads(line)["text"]
        for path in sorted(QUESTIONS.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    )


def pastes() -> Iterator[str]:
    """Every paste of the tests for reading."""
    for value in vars(test_pastes).values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from (paste for paste in value.values() if isinstance(paste, str) and "\n" in paste)


# --- finding -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "expected"), PRIVATE, ids=[str(number) for number in range(len(PRIVATE))])
def test_every_private_value_is_found_where_it_stands(text: str, expected: list[tuple[str, Span]]) -> None:
    """Each value is found with its kind and span, and nothing else on the line is."""
    assert [(each.kind, each.span) for each in find_private(text)] == expected


def test_the_corpora_are_as_large_as_promised_and_hold_every_kind() -> None:
    """A kind that nobody wrote lines for is a kind that nobody tested."""
    counts = Counter(kind for _, found in PRIVATE for kind, _ in found)

    assert len(PRIVATE) >= 120
    assert len(set(ORDINARY)) >= 200
    assert {kind for kind in _kinds() if counts[kind] < 3} == {"computer"}


def _kinds() -> set[str]:
    return {kind for half in get_args(PrivateKind) for kind in (get_args(half) or (half,))}


@pytest.mark.thorough
@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_line_holds_nothing_private(text: str) -> None:
    """Lines about passwords, codes, versions, times, paths, well-known SIDs and hosts are left alone."""
    assert find_private(text) == ()
    assert redact(text) == text


def test_no_question_of_the_evaluation_is_taken_for_a_secret() -> None:
    """Thousands of texts in ten languages that were written for another purpose."""
    assert len(questions()) > 1000
    assert [(text, each.kind) for text in questions() for each in find_secrets(text)] == []


def test_a_secret_is_told_apart_from_an_identity() -> None:
    """Only a value that grants access is worth a private notice to its poster."""
    text = "UPN: anna@contoso.com\npassword: Winter2026!\nDevice ID: 7c1f3f2a-2040-4d1e-9b0a-5510a2c93f2a"

    assert [each.kind for each in find_private(text)] == ["upn", "password", "device_id"]
    assert [(each.kind, each.value) for each in find_secrets(text)] == [("password", "Winter2026!")]


def test_every_secret_has_its_sentence_in_both_languages() -> None:
    """Each notice begins with deleting the message."""
    for kind in SECRET_KINDS:
        assert "Delete the message" in say("en", f"secret.{kind}")
        assert "請刪除訊息" in say("zh-TW", f"secret.{kind}")


def test_the_representation_of_a_finding_hides_its_value() -> None:
    """A log line or a failed assertion shows kind and place."""
    (found,) = find_secrets("password: Winter2026!")

    assert "Winter" not in repr(found)
    assert found == Private("password", Span(10, 21), "Winter2026!")


def test_a_password_written_again_without_its_label_is_found_too() -> None:
    """Once the label has given it away, the second one is no less secret."""
    assert (
        redact("pw: Winter2026!\nWinter2026! fails on NDES01, why") == "pw: ‹password›\n‹password› fails on NDES01, why"
    )


def test_a_word_that_is_a_password_elsewhere_stays_a_word() -> None:
    """A password that is an ordinary word does not mask that word elsewhere."""
    assert redact("pwd=connector\nthe connector stopped") == "pwd=‹password›\nthe connector stopped"


def test_a_computers_name_is_masked_only_when_asked_for() -> None:
    """The team needs it; an export that leaves the company may not have it."""
    text = "Computer: NDES01.contoso.com, ping ndes01 and NDES011"

    assert redact(text) == text
    assert redact(text, ("NDES01", "NDES01.contoso.com", "")) == "Computer: ‹computer›, ping ‹computer› and NDES011"


# --- masking -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("anna@contoso.com", "‹person›@contoso.com"),
        ("anna%40contoso.com", "‹person›@contoso.com"),
        ("Device ID: 7C1F3F2A-2040-4D1E-9B0A-5510A2C93F2A", "Device ID: ‹guid-3f2a›"),
        ("7c1f3f2a-2040-4d1e-9b0a-5510a2c93f2a", "‹guid-3f2a›"),
        ("Thumbprint: A3F20502BB91C0D7E4482A10CC5520402FE19D73", "Thumbprint: ‹thumbprint-9d73›"),
        ("a3 f2 05 02 bb 91 c0 d7 e4 48 2a 10 cc 55 20 40 2f e1 9d 73", "‹thumbprint-9d73›"),
        ("S-1-5-21-2050220402-1010220100-2040220500-1104", "S-1-5-21-x-1104"),
        ("S-1-5-21-2050220402-1010220100-2040220500", "S-1-5-21-x"),
        ("S-1-12-1-2050220402-1010220100-2040220500-2060220600", "S-1-12-1-x"),
        ("10.20.30.40:443", "‹ipv4-10-20›:443"),
        ("fe80::1c2d:20ff:fe50:2", "‹ipv6-fe80›"),
        (r"CONTOSO\anna", r"CONTOSO\‹person›"),
        (r'{"user":"contoso\\anna"}', r'{"user":"contoso\\‹person›"}'),
        (r"CONTOSO\王小明登入失敗", r"CONTOSO\‹person›登入失敗"),
        (r"C:\Users\王小明\AppData", r"C:\Users\‹person›\AppData"),
        ("C:/Users/anna/Desktop", "C:/Users/‹person›/Desktop"),
        ("00-1A-2B-3C-4D-5E", "‹mac-4d5e›"),
        ("login: svc_ndes / Hunter2!", "login: svc_ndes / ‹password›"),
        ("密碼：Winter2026!", "密碼：‹password›"),
        ("<mailto:anna@contoso.com|anna@contoso.com>", "<mailto:‹person›@contoso.com|‹person›@contoso.com>"),
    ],
)
def test_a_mask_keeps_what_helps_and_no_more(text: str, masked: str) -> None:
    """One value has one mask, however it is written and labelled."""
    assert redact(text) == masked


@pytest.mark.parametrize(("text", "expected"), PRIVATE, ids=[str(number) for number in range(len(PRIVATE))])
def test_nothing_of_a_secret_stays_and_masking_twice_changes_nothing(
    text: str, expected: list[tuple[str, Span]]
) -> None:
    """No four characters of a secret remain in a row, and the text around the mask is unchanged."""
    masked = redact(text)
    assert redact(masked) == masked

    outside, done = "", 0
    for _, span in expected:
        outside, done = outside + text[done : span.start], span.end
    outside += text[done:]
    for kind, span in expected:
        value = text[span.start : span.end]
        assert value not in masked
        if kind in SECRET_KINDS:
            leaked = {value[at : at + 4] for at in range(len(value) - 3) if value[at : at + 4] in masked}
            assert not [piece for piece in leaked if piece not in outside and piece.lower() not in "private-key"]


def test_the_same_value_has_the_same_mask_in_every_text() -> None:
    """Two devices can be told apart, and one is the same one in the next message."""
    one, other = "7c1f3f2a-2040-4d1e-9b0a-5510a2c93f2a", "7c1f3f2a-2040-4d1e-9b0a-5510a2c93f2b"
    masks = {redact(text.format(one)).replace(text.format(""), "") for text in ("{}", "device {}", "user id {}")}

    assert {re.sub(r".*(‹.*›).*", r"\1", mask) for mask in masks} == {redact(one)}
    assert redact(one) != redact(other)


def facts_of(event: Event) -> tuple[object, ...]:
    """Return the facts that masking must leave of an event; a computer named by its address is masked like any address."""
    return (
        event.event_id,
        redact(event.provider or ""),
        redact(event.log_name or ""),
        event.level,
        event.time,
        redact(event.computer or ""),
        tuple(code.digits for code in event.codes),
    )


def reading_of(text: str) -> tuple[object, ...]:
    """Events, and the codes outside them."""
    evidence = read_evidence(text)
    return ([facts_of(event) for event in evidence.events], [code.digits for code in evidence.codes])


def identifiers_of(text: str) -> list[str]:
    return [each.digits for each in read_evidence(text).identifiers]


def test_masking_a_paste_changes_nothing_that_is_read_from_it() -> None:
    """Every paste and question keeps its events, codes and IDs in sentences."""
    texts = [*pastes(), *questions()]
    masked = [text for text in texts if redact(text) != text]

    assert len([*pastes()]) > 10
    assert len(masked) > 40
    assert [text for text in masked if reading_of(redact(text)) != reading_of(text)] == []
    assert [text for text in masked if identifiers_of(redact(text)) != identifiers_of(text)] == []
    assert [text for text in masked if redact(redact(text)) != redact(text)] == []


EVENTS = [
    "Event ID: {id}",
    "Log Name: Microsoft Intune Connector\nSource: Microsoft Intune Connector\nEvent ID: {id}\nLevel: Error\n"
    "User: {private}\nComputer: {host}\nDescription:\nfailed, {private}\nDiagnostic Code: {code}",
    '<Event><System><Provider Name="Microsoft Intune Connector"/><EventID>{id}</EventID><Computer>{host}</Computer></System>'
    "<EventData><Data>{private}</Data><Data>Diagnostic Code: {code}</Data></EventData></Event>",
    "Error,5/14/2024 9:12:33 AM,Microsoft Intune Connector,{id},None,{private} {code}",
    "Error\t5/14/2024 9:12:33 AM\tMicrosoft Intune Connector\t{id}\tNone\t{private} {code}",
    "記錄檔名稱: Microsoft Intune 連接器\n事件識別碼: {id}\n電腦: {host}\n描述:\n{private}\n診斷碼: {code}",
    "log=Microsoft Intune Connector | id={id} | host={host} | msg={private}",
    "we get event {id} with {code} from {private}",
    "{private}",
    "{code}",
    "error code {code}, version 6.2406.0.1001 at 09:12:33",
    r"C:\inetpub\logs\LogFiles\W3SVC1",
]
VALUES = [
    text.replace("\n", " ") for text, _ in PRIVATE if not text.startswith(("Computer", "PkcsCert")) and "<" not in text
]


def looks_like_fields(line: str) -> bool:
    """Return True for a line that reading takes for an event's field rather than for the asker's sentence after it."""
    return any(mark in line for mark in (":", "=", "  "))


# A secret that takes the only equals sign of its line with it may hand that line back to the asker: see `redact`.
VALUES = [value for value in VALUES if looks_like_fields(value) == looks_like_fields(redact(value))]


@st.composite
def messages(draw: st.DrawFn) -> str:
    """Several events and sentences with something private in each."""
    pieces = []
    for template in draw(st.lists(st.sampled_from(EVENTS), min_size=1, max_size=5)):
        piece = template.replace("{id}", draw(st.sampled_from(["20502", "20102", "10302", "1001", "10010"])))
        piece = piece.replace("{code}", draw(st.sampled_from(["0x00000409", "0x0FFFFFFF", "0x404", "0x800706BA"])))
        piece = piece.replace("{host}", draw(st.sampled_from(["NDES01.contoso.com", "10.20.50.2", "TEAPOT-418"])))
        while "{private}" in piece:
            # A table quotes a value that holds a comma or a quote, and these lines do not.
            values = (
                [value for value in VALUES if not {",", '"'} & set(value)] if template.startswith("Error,") else VALUES
            )
            piece = piece.replace("{private}", draw(st.sampled_from(values)), 1)
        pieces.append(piece)
    return "\n\n".join(pieces)


@given(messages())
@settings(max_examples=examples(300), suppress_health_check=[HealthCheck.too_slow])
def test_the_same_events_and_codes_are_read_from_a_masked_message(text: str) -> None:
    """No private value in an event, in any paste format, changes what is read."""
    masked = redact(text)

    assert reading_of(masked) == reading_of(text)
    assert redact(masked) == masked


FRAGMENTS = st.sampled_from(
    [
        *(
            "password",
            "密碼",
            "challenge",
            "Device ID",
            "thumbprint",
            "secret",
            "token",
            "Bearer ",
            "sig=",
            "eyJ",
            "S-1-5-21-",
            "login: ",
            "CONTOSO\\",
            "C:\\Users\\",
        ),
        *(
            ":",
            "：",
            "=",
            " ",
            "\n",
            '"',
            "'",
            ">",
            "</",
            "‹",
            "›",
            "@",
            ".",
            "-",
            "&amp;",
            "\u200b",
            "%40",
            "是",
            " is ",
        ),
        *(
            "anna",
            "王小明",
            "contoso.com",
            "10.20.30.40",
            "fe80::1",
            "9FDB9D7CEE65E3C0",
            "Tea4two!",
            "0x00000409",
            "20502",
            "a3f2" * 10,
        ),
        *(
            "7c1f3f2a-2040-4d1e-9b0a-5510a2c93f2a",
            "a4-bb-6d-20-50-02",
            " / ",
            "\\",
            "TeaPot418" * 6,
            _BEGIN.format(""),
            _END.format(""),
            _JWT,
            "‹password›",
        ),
    ]
)


@given(st.one_of(st.text(), st.lists(FRAGMENTS, max_size=14).map("".join)))
@example("密碼1.0.0.0=")
@example("login: anna / 10.20.30.40!")
@example("A0\\1.0.0.0")
@example("login " + "0" * 40 + "\\0")
@example("a@7c1f3f2a-2040-4d1e-9b0a-5510a2c93f2a.com")
@settings(max_examples=examples(500))
def test_masking_any_text_twice_changes_nothing_and_findings_never_overlap(text: str) -> None:
    """Pieces of labels, values, masks and marks in any order."""
    found = find_private(text)
    masked = redact(text)

    assert all(first.span.end <= second.span.start for first, second in itertools.pairwise(found))
    assert all(text[each.span.start : each.span.end] == each.value and each.value for each in found)
    assert redact(masked) == masked


# --- hostile text ------------------------------------------------------------------------------------------------------

LENGTH = 40_000
# Of the processor; half take under 0.1 s, the slowest 0.4 to 1.2. What was quadratic took seconds.
LONGEST_SECONDS = 2.5
UNITS = {
    **{
        name: name
        for name in ("password: ", "password=a", "密碼：", "challenge ", "challenge: ab ", "Device ID: ", "user ")
    },
    **{
        name: name
        for name in ("thumbprint ", "thumbprint is of the ", "eyJ", "eyJ.", "Bearer ", "xoxb-1", "sig=", "://a:", "@")
    },
    **{
        name: name
        for name in ("a@", "a@a.", "a@b.co", "%40", "S-1-5-21", "S-1-5-21-1", "1.", "1.1.1.1 ", "fe80:", "fe80::1 ")
    },
    **{
        name: name
        for name in (
            "f0 ",
            "f0:",
            "a" * 40 + " ",
            "pfx ",
            "pfx MI",
            "certutil ",
            "<D>",
            "-----",
            'password="',
            'pwd="\\"',
            "CONTOSO\\",
            "user: A\\a",
            "CONTOSO\\王",
            "A\\王小明.",
            "帳號.\\王",
            "帳號11\\王",
            "A\\王.log",
            "C:\\Users\\",
            "C:\\Users\\a ",
            "C:/Users/王",
            "A\\n",
            "login: a / ",
            "credentials ",
            "a4:bb:",
            "a4-",
        )
    },
    **{
        name: name
        for name in ("</key><string>", "Challenge</LocURI>", "account key ", "Version ", "device ", "&amp;", "\u200b")
    },
    **{
        name: name
        for name in ("A", "=", "TeaPot418", "password Tea4two", "MI", "8Q~", "TeA8Q~", "pass", "key ", "- ", "a.", "a-")
    },
    **{
        name: name
        for name in (
            "password for a b c d ",
            "password is now ",
            "密碼我",
            "密碼「",
            "passphrase: a b c d e ",
            "use Oolong77x and Oolong88y as password ",
            "net user a b ",
            "curl -u ",
            "curl -u a:",
            "echo a|",
            "certutil -p ",
            "openssl -passin pass:",
            "admin:",
            "svc_a:",
            "a@b.c:",
            'key="password" value=',
            "PuTTY-User-Key-File-2: a\n",
            "Private-Lines: 1\nAAAA\n",
            "418418-",
            "username a secret ",
            "Cookie: sid=",
            "azurewebsites.net/?code=",
            'value: "a" | ',
            '"a" | ConvertTo-SecureString',
            "decrypted to ",
            "PIN is ",
            "Value[0][0]\n",
            "challenge\n",
            "mysql -p",
            "パスワードを",
            "(",
            "「",
            "login ",
            "user a ",
            "ab ",
            "net use \\\\a ",
            "key name: x ",
            "PrivateKey",
            "sk-a",
            "gh",
            "a.svc:",
            "A\\b",
            "name: a\n",
            "pass ",
            "for a ",
            "ConvertTo-SecureString -Force -Force ",
            "keyMaterial : ",
            "Key Content",
            "xox",
            "密碼改",
            "解密",
        )
    },
    "GUIDs": "7c1f3f2a-2040-4d1e-9b0a-5510a2c93f2a, ",
    "BEGIN": _BEGIN.format(""),
    "BEGIN and lines": _BEGIN.format("") + "\n" + _LINE + "\n",
    "END": _END.format(""),
    "lines and END": _LINE + "\n" + _END.format("") + "\n",
    "lines": _LINE + "\n",
    "short lines": "TeaPot==\n",
}
HOSTILE = {**{name: (unit * (LENGTH // len(unit) + 1))[:LENGTH] for name, unit in UNITS.items()}}
HOSTILE["different passwords"] = " ".join(f"password=Tea{number}!" for number in range(LENGTH))[:LENGTH]
HOSTILE["one BEGIN"] = _BEGIN.format("") + ("TeaPot418\n" * LENGTH)[: LENGTH - 40]
HOSTILE["lines, then END"] = ("TeaPot==\n" * LENGTH)[: LENGTH - 40] + _END.format("")


@pytest.mark.thorough
@pytest.mark.parametrize("name", [*HOSTILE, *(f"reading: {name}" for name in GENERATORS)])
def test_the_longest_message_is_masked_quickly_whatever_is_in_it(name: str) -> None:
    """Slack cuts a message at 40,000 characters; a text with its files may be longer."""
    text = HOSTILE[name] if name in HOSTILE else GENERATORS[name.removeprefix("reading: ")](LENGTH)
    assert len(text) > 0.8 * LENGTH

    assert best(lambda: redact(text), 3, budget=LONGEST_SECONDS) < LONGEST_SECONDS


@pytest.mark.thorough
@pytest.mark.parametrize(
    "unit", ["mysql -p", "openssl -passin pass:", "解密", "key ", "curl -u a:", "事件", "password for a b c d "]
)
def test_the_slowest_texts_take_time_in_proportion(unit: str) -> None:
    """Files make a text longer than a message: 100,000 characters take two and a half times what 40,000 take."""
    short, long = ((unit * (length // len(unit)))[:length] for length in (LENGTH, 100_000))

    assert best(lambda: redact(long), 3) < 5 * best(lambda: redact(short), 3)
