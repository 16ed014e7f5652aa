"""Pasted events: every format people paste, in seven languages, and what in them must never be taken for an event ID."""

from __future__ import annotations

import pytest

from bot.evidence import Event
from tests.fixtures.reading import read_evidence


def events_of(text: str) -> list[Event]:
    return list(read_evidence(text).events)


def only_event(text: str) -> Event:
    (event,) = read_evidence(text).events
    return event


# --- Event Viewer's "Copy details as text" ---------------------------------------------------------------------------

ENGLISH = """\
Log Name:      Microsoft Intune Connector
Source:        Microsoft Intune Connector
Date:          5/14/2024 9:12:33 AM
Event ID:      20502
Task Category: None
Level:         Error
Keywords:      Classic
User:          N/A
Computer:      TEAPOT-418.example.com
Description:
The teapot could not be verified.
Device ID: 0badcafe-0000-4000-8000-00000000beef
Diagnostic Code: 0x00000409
"""
IN_OTHER_LANGUAGES = {
    "zh-TW": """\
記錄檔名稱:         Microsoft Intune 連接器
來源:              Microsoft Intune Connector
日期:              2020/10/10 下午 06:32:37
事件識別碼:         20502
工作類別:           無
層級:              錯誤
關鍵字:             傳統
使用者:             不適用
電腦:              TEAPOT-418.example.com
描述:
茶壺無法驗證。
診斷碼: 0x00000409
""",
    "zh-CN": """\
日志名称:          Microsoft Intune Connector
来源:            Microsoft Intune Connector
日期:            2020/10/10 18:32:37
事件 ID:         20502
任务类别:          无
级别:            错误
关键字:           经典
用户:            暂缺
计算机:           TEAPOT-418.example.com
描述:
茶壶无法验证。
诊断码: 0x00000409
""",
    "ja": """\
ログの名前:         Microsoft Intune Connector
ソース:           Microsoft Intune Connector
日付:            2020/10/10 18:32:37
イベント ID:       20502
タスクのカテゴリ:      なし
レベル:           エラー
キーワード:         クラシック
ユーザー:          N/A
コンピューター:       TEAPOT-418.example.com
説明:
急須を検証できませんでした。
診断コード: 0x00000409
""",
    "de": """\
Protokollname: Microsoft Intune Connector
Quelle:        Microsoft Intune Connector
Datum:         14.05.2024 09:12:33
Ereignis-ID:   20502
Aufgabenkategorie:Keine
Ebene:         Fehler
Schlüsselwörter:Klassisch
Benutzer:      Nicht zutreffend
Computer:      TEAPOT-418.example.com
Beschreibung:
Die Teekanne konnte nicht überprüft werden.
Diagnosecode: 0x00000409
""",
    "fr": """\
Nom du journal\u00a0:Microsoft Intune Connector
Source\u00a0:       Microsoft Intune Connector
Date\u00a0:         14/05/2024 09:12:33
ID de l’événement\u00a0:20502
Catégorie de la tâche\u00a0:Aucun
Niveau\u00a0:       Erreur
Mots clés\u00a0:    Classique
Utilisateur\u00a0:  N/A
Ordinateur\u00a0:   TEAPOT-418.example.com
Description\u00a0:
La théière n'a pas pu être vérifiée.
Code de diagnostic\u00a0: 0x00000409
""",
    "es": """\
Nombre de registro:Microsoft Intune Connector
Origen:        Microsoft Intune Connector
Fecha:         14/05/2024 9:12:33
Id. del evento:20502
Categoría de la tarea:Ninguna
Nivel:         Error
Palabras clave:Clásico
Usuario:       No disponible
Equipo:        TEAPOT-418.example.com
Descripción:
No se pudo verificar la tetera.
Código de diagnóstico: 0x00000409
""",
    "es, as the translated documents have it": """\
Nombre de registro: Microsoft Intune Connector
Origen: Microsoft Intune Connector
Fecha: 14/05/2024 9:12:33
ID. de evento: 20502
Categoría de tarea: Ninguna
Nivel: Error
Equipo: TEAPOT-418.example.com
Descripción:
No se pudo verificar la tetera. 0x00000409
""",
}


def test_every_field_of_a_copied_event_is_read() -> None:
    """Provider, log, level, time, computer, message, code and device each stand in their place."""
    event = only_event(ENGLISH)

    assert event.event_id == "20502"
    assert event.provider == "Microsoft Intune Connector"
    assert event.log_name == "Microsoft Intune Connector"
    assert event.level == "Error"
    assert event.time == "5/14/2024 9:12:33 AM"
    assert event.computer == "TEAPOT-418.example.com"
    assert event.text.startswith("The teapot could not be verified.")
    assert [code.digits for code in event.codes] == ["00000409"]
    assert [(detail.kind, detail.value) for detail in event.details] == [
        ("device", "0badcafe-0000-4000-8000-00000000beef")
    ]


@pytest.mark.parametrize("language", IN_OTHER_LANGUAGES)
def test_a_copied_event_is_read_in_every_language_of_event_viewer(language: str) -> None:
    """Labels are known in all seven languages, with the spaces each of them puts before and after its colon."""
    event = only_event(IN_OTHER_LANGUAGES[language])

    assert event.event_id == "20502"
    assert event.provider == "Microsoft Intune Connector"
    assert event.log_name in {"Microsoft Intune Connector", "Microsoft Intune 連接器"}
    assert event.level in {"錯誤", "错误", "エラー", "Fehler", "Erreur", "Error"}
    assert event.time
    assert event.computer == "TEAPOT-418.example.com"
    assert [code.digits for code in event.codes] == ["00000409"]


def test_a_chinese_paste_is_answered_in_chinese_and_a_japanese_one_in_english() -> None:
    """The language of the paste counts where the asker wrote nothing."""
    assert read_evidence(IN_OTHER_LANGUAGES["zh-TW"]).language == "zh-TW"
    assert read_evidence(IN_OTHER_LANGUAGES["ja"]).language == "en"


def test_the_askers_own_words_decide_the_language_of_an_english_paste() -> None:
    """People paste English events and ask in Chinese."""
    assert read_evidence("請問這是什麼意思？\n\n" + ENGLISH).language == "zh-TW"
    assert read_evidence("could somebody please explain\n\n" + IN_OTHER_LANGUAGES["zh-TW"]).language == "en"


DRESSED = {
    "quoted": "\n".join("> " + line for line in ENGLISH.splitlines()),
    "commented out": "\n".join("// " + line for line in ENGLISH.splitlines()),
    "fenced": "```\n" + ENGLISH + "```",
    "blank lines between fields": ENGLISH.replace("\n", "\n\n"),
    "trailing blanks": ENGLISH.replace("\n", "  \n"),
    "no space after the colon": "Log Name:Microsoft Intune Connector\nEvent ID:20502\nComputer:TEAPOT-418.example.com\n0x00000409",
    "bold values": "**Log Name:** Microsoft Intune Connector\n**Event ID:** **20502**\n**Computer:** TEAPOT-418.example.com\n"
    "**Description:** 0x00000409",
    "non-breaking spaces": ENGLISH.replace(" ", "\u00a0"),
    "entities for spaces": ENGLISH.replace("  ", "&nbsp;&nbsp;"),
    "full-width": ENGLISH.replace("20502", "２０５０２").replace("Event ID:", "Event ID：").replace("409", "４０９"),
    "zero-width": ENGLISH.replace("20502", "20\u200b5\ufeff02").replace("Event ID", "Event\u2060 ID"),
    "windows line breaks": ENGLISH.replace("\n", "\r\n"),
    "Details for Description": ENGLISH.replace("Description:", "Details:"),
    "empty date": ENGLISH.replace("5/14/2024 9:12:33 AM", ""),
    "read from a screenshot": ENGLISH.replace("20502", "2O5O2").replace("0x00000409", "Ox00000409"),
    "after a greeting": "hi all, morning!\nany idea what this is?\n\n" + ENGLISH,
    "before a sentence": ENGLISH + "\n\nthat is all I have, please help",
}


@pytest.mark.parametrize("dress", DRESSED)
def test_a_copied_event_is_read_however_it_is_dressed(dress: str) -> None:
    """Quote marks, fences, emphasis, odd spaces and widths are not part of an event."""
    event = only_event(DRESSED[dress])

    assert event.event_id == "20502"
    assert event.log_name == "Microsoft Intune Connector"
    assert event.computer == "TEAPOT-418.example.com"
    assert [code.digits for code in event.codes] == ["00000409"]


def test_slack_escapes_and_links_are_undone() -> None:
    """Slack sends &lt; for < and makes a link of what looks like a host name."""
    event = only_event(
        "Log Name: Microsoft Intune Connector\nEvent ID: 20102\n"
        "Computer: <http://TEAPOT-418.example.com|TEAPOT-418.example.com>\nDescription:\nCA Name: Tea &amp; Biscuits CA &lt;1&gt;"
    )

    assert event.computer == "TEAPOT-418.example.com"
    assert [(detail.kind, detail.value) for detail in event.details] == [("ca", "Tea & Biscuits CA <1>")]


def test_smart_quotes_around_a_paste_do_not_hide_it() -> None:
    """Phones turn straight quotes into curly ones."""
    event = only_event("Log Name: “Microsoft Intune Connector”\nEvent ID: “20402”")

    assert event.event_id == "20402"


def test_header_lines_may_be_missing() -> None:
    """Two lines are enough to tell whose event it is; one is enough to read its ID."""
    assert only_event("Source: Microsoft Intune Connector\nEvent ID: 20302").provider == "Microsoft Intune Connector"
    lone = only_event("Event ID: 20302\nDescription: the upload of biscuits failed")
    assert (lone.event_id, lone.provider, lone.log_name) == ("20302", None, None)


def test_one_labelled_line_is_an_event() -> None:
    """A label and a number make an event, however wide they are written."""
    assert [event.event_id for event in events_of("事件識別碼：２０５０２")] == ["20502"]
    assert [event.event_id for event in events_of("Event ID:20502")] == ["20502"]


def test_an_event_without_an_id_is_no_event() -> None:
    """Labels alone give no identity, whatever numbers stand among them."""
    evidence = read_evidence(
        "Log Name: Application\nSource: Teapot\nLevel: Error\nComputer: TEAPOT-418\nUser: 20502\nDescription: 20502 cups"
    )

    assert evidence.events == ()
    assert evidence.identifiers == ()


def test_words_for_nothing_are_read_as_nothing() -> None:
    """ "N/A" as a source is no provider, in no language."""
    for nothing in ("N/A", "-", "無", "不適用", "なし", ""):
        assert only_event(f"Log Name: Microsoft Intune Connector\nSource: {nothing}\nEvent ID: 20302").provider is None


def test_several_events_with_prose_around_them_are_all_read_in_order() -> None:
    """Three copied events, a greeting, a remark between them and a closing question."""
    dcom = (
        "Log Name: System\nSource: Microsoft-Windows-DistributedCOM\nEvent ID: 10010\nLevel: Error\n"
        "Description:\nThe server {BAADF00D-0000-0000-0000-000000000000} did not register with DCOM.\n"
    )
    text = f"look at this:\n\n{ENGLISH}\n\nand then\n\n{dcom}\n\n{ENGLISH.replace('20502', '20402')}\n\nwhat now?"
    events = events_of(text)

    assert [event.event_id for event in events] == ["20502", "10010", "20402"]
    assert [event.provider for event in events] == [
        "Microsoft Intune Connector",
        "Microsoft-Windows-DistributedCOM",
        "Microsoft Intune Connector",
    ]
    assert [len(event.codes) for event in events] == [1, 0, 1]
    assert "what now?" in read_evidence(text).prose
    for event in events:
        assert event.event_id in text[event.span.start : event.span.end]


def test_many_events_directly_below_one_another_are_kept_apart() -> None:
    """No blank line is needed between two copies."""
    text = "".join(ENGLISH.replace("20502", str(event_id)) for event_id in range(20500, 20540))

    assert [event.event_id for event in events_of(text)] == [str(event_id) for event_id in range(20500, 20540)]


# --- event XML -------------------------------------------------------------------------------------------------------

XML = """\
<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">
  <System>
    <Provider Name="Microsoft Intune Connector" Guid="{20402204-0220-4022-0402-204022040220}" EventSourceName="Teapot"/>
    <EventID Qualifiers="20302">20502</EventID>
    <Version>0</Version><Level>2</Level><Task>0</Task><Opcode>0</Opcode><Keywords>0x80000000000000</Keywords>
    <TimeCreated SystemTime="2024-05-14T09:12:33.123456700Z"/>
    <EventRecordID>20402</EventRecordID>
    <Correlation/><Execution ProcessID="20602" ThreadID="20100"/>
    <Channel>Microsoft Intune Connector</Channel><Computer>TEAPOT-418.example.com</Computer><Security UserID="S-1-5-18"/>
  </System>
  <EventData><Data Name="DeviceId">0badcafe</Data><Data>Diagnostic Code: 0x00000409</Data></EventData>
</Event>"""


def test_event_xml_is_read_by_its_event_id_alone() -> None:
    """Record, process and thread IDs, qualifiers and GUIDs that look like event IDs are none."""
    evidence = read_evidence(XML)
    (event,) = evidence.events

    assert event.event_id == "20502"
    assert event.provider == "Microsoft Intune Connector"
    assert event.log_name == "Microsoft Intune Connector"
    assert event.level == "Error"
    assert event.time == "2024-05-14T09:12:33.123456700Z"
    assert event.computer == "TEAPOT-418.example.com"
    assert "00000409" in [code.digits for code in event.codes]
    assert evidence.identifiers == ()


BROKEN_XML = {
    "cut off before its end": XML[: XML.index("<EventData>")],
    "cut off inside a tag": XML[: XML.index("<Security")] + "<Secur",
    "a bare ampersand": XML.replace("0badcafe", "tea & biscuits"),
    "an unclosed tag": XML.replace("</Data></EventData>", "</EventData>"),
    "a second root": XML.replace("<Event xmlns", "<Event><Event xmlns"),
    "attributes in single quotes": XML.replace('"', "'"),
    "all on one line": " ".join(XML.split()),
    "escaped by Slack": XML.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
    "with an XML declaration above": '<?xml version="1.0" encoding="utf-16"?>\n' + XML,
    "in an Events list": f"<Events>{XML}</Events>",
    "a prefix that is not declared": XML.replace("<Correlation/>", "<tea:pot/>"),
}


@pytest.mark.parametrize("damage", BROKEN_XML)
def test_damaged_event_xml_is_still_read(damage: str) -> None:
    """XML that no parser takes is read field by field."""
    (event,) = {event.event_id: event for event in events_of(BROKEN_XML[damage])}.values()

    assert event.event_id == "20502"
    assert event.provider == "Microsoft Intune Connector"
    assert event.log_name == "Microsoft Intune Connector"


def test_a_dtd_is_never_expanded() -> None:
    """An entity stands for nothing: neither its text nor a local file appears anywhere in what was read."""
    text = (
        '<!DOCTYPE Event [<!ENTITY pot "TEAPOT"><!ENTITY file SYSTEM "file:///etc/passwd">]>\n'
        "<Event><System><Provider Name='Microsoft Intune Connector'/><EventID>20502</EventID>"
        "<Computer>&pot;&file;</Computer></System></Event>"
    )
    evidence = read_evidence(text)
    (event,) = evidence.events

    assert event.event_id == "20502"
    assert event.computer in {None, "&pot;&file;"}
    assert "root:" not in repr(evidence)


def test_a_dtd_inside_the_event_is_never_expanded() -> None:
    """The DTD may stand where the parser would see it, too."""
    text = "<Event><!DOCTYPE x [<!ENTITY pot 'TEAPOT'>]><System><EventID>20502</EventID><Channel>&pot;</Channel></System></Event>"
    (event,) = events_of(text)

    assert event.event_id == "20502"
    assert event.log_name in {None, "&pot;"}


def test_an_entity_bomb_does_not_go_off() -> None:
    """Ten levels of ten entities would be ten thousand million characters; what was read stays as small as the text."""
    bomb = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 10))
    text = (
        f'<!DOCTYPE Event [<!ENTITY b0 "boom">{bomb}]><Event><System><EventID>20502</EventID></System>'
        "<EventData><Data>&b9;</Data></EventData></Event>"
    )
    (event,) = events_of(text)

    assert event.event_id == "20502"
    assert len(event.text) < len(text)
    assert "boomboom" not in event.text


def test_xml_below_a_copied_event_is_the_same_event() -> None:
    """Event Viewer appends the XML to its copy; one event is reported, not two."""
    text = ENGLISH + "Event Xml:\n" + XML

    assert [event.event_id for event in events_of(text)] == ["20502"]


def test_several_xml_events_are_all_read() -> None:
    """A list of events, one of them cut off."""
    text = "\n".join([XML, XML.replace(">20502<", ">20402<"), XML.replace(">20502<", ">10010<")[:700]])

    assert [event.event_id for event in events_of(text)] == ["20502", "20402", "10010"]


def test_a_trace_records_event_id_is_no_event_id() -> None:
    """A svclog line numbers its traces in a tag that is called EventID as well (facts 5.7)."""
    text = (
        '<E2ETraceEvent xmlns="http://schemas.microsoft.com/2004/06/E2ETraceEvent">'
        '<System xmlns="http://schemas.microsoft.com/2004/06/windows/eventlog/system"><EventID>20502</EventID><Type>3</Type>'
        '<SubType Name="Error">0</SubType><Level>2</Level><TimeCreated SystemTime="2024-05-14T09:12:33Z"/>'
        '<Source Name="NDESConnectorService"/><Execution ProcessName="NDESConnector" ProcessID="1" ThreadID="1"/>'
        "<Channel/><Computer>TEAPOT</Computer></System><ApplicationData>tea</ApplicationData></E2ETraceEvent>"
    )

    assert events_of(text) == []
    assert read_evidence(text).identifiers == ()


# --- tools -----------------------------------------------------------------------------------------------------------


def test_wevtutil_text_is_read() -> None:
    """`wevtutil qe /f:text` indents its fields and counts its events; the count is no ID."""
    text = """\
Event[0]:
  Log Name: Microsoft Intune Connector
  Source: Microsoft Intune Connector
  Date: 2024-05-14T09:12:33.123
  Event ID: 20402
  Task: N/A
  Level: Error
  Opcode: Info
  Keyword: N/A
  User: S-1-5-18
  User Name: NT AUTHORITY\\SYSTEM
  Computer: TEAPOT-418.example.com
  Description:
The biscuits could not be downloaded. 0x00000000

Event[1]:
  Log Name: Microsoft Intune Connector
  Source: Microsoft Intune Connector
  Date: 2024-05-14T09:13:33.123
  Event ID: 20502
  Level: Error
  Computer: TEAPOT-418.example.com
  Description:
The teapot could not be verified. 0x00000409
"""
    evidence = read_evidence(text.replace("Description:", "Description: "))

    assert [event.event_id for event in evidence.events] == ["20402", "20502"]
    assert [event.computer for event in evidence.events] == ["TEAPOT-418.example.com"] * 2
    assert [[code.digits for code in event.codes] for event in evidence.events] == [["00000000"], ["00000409"]]
    assert evidence.identifiers == ()


def test_a_get_winevent_list_is_read() -> None:
    """`| Format-List` aligns its colons and indents the message's further lines."""
    event = only_event("""\

TimeCreated  : 5/14/2024 9:12:33 AM
ProviderName : Microsoft Intune Connector
Id           : 20502
Message      : The teapot could not be verified.
               Diagnostic Code: 0x00000408

""")

    assert event.event_id == "20502"
    assert event.provider == "Microsoft Intune Connector"
    assert event.time == "5/14/2024 9:12:33 AM"
    assert [code.digits for code in event.codes] == ["00000408"]


def test_a_get_winevent_table_is_read() -> None:
    """The provider stands once above the table; years, times and cut messages are not IDs."""
    evidence = read_evidence("""\

   ProviderName: Microsoft Intune Connector

TimeCreated                      Id LevelDisplayName Message
-----------                      -- ---------------- -------
5/14/2024 9:12:33 AM          20502 Error            The teapot could not be ver...
5/14/2024 9:02:33 AM          20402 Error            Biscuits of 20300 bakers...
5/14/2024 9:01:00 AM          10010 Information      Tea is served...
""")

    assert [event.event_id for event in evidence.events] == ["20502", "20402", "10010"]
    assert {event.provider for event in evidence.events} == {"Microsoft Intune Connector"}
    assert evidence.identifiers == ()


def test_a_get_eventlog_list_gives_the_low_sixteen_bits_of_its_instance_id() -> None:
    """0xC25A0056 is event 86; the severity and facility bits are not part of the ID."""
    event = only_event("""\
Index              : 20402
EntryType          : Error
InstanceId         : 3260678230
Message            : The teapot is empty.
Category           : (0)
Source             : Microsoft Intune Connector
TimeGenerated      : 5/14/2024 9:12:33 AM
""")

    assert event.event_id == "86"
    assert event.provider == "Microsoft Intune Connector"


def test_a_get_eventlog_list_with_an_event_id_is_read_by_it() -> None:
    """EventID is the event's ID where both are printed."""
    event = only_event("""\
EventID            : 20502
MachineName        : TEAPOT-418
Data               : {}
Index              : 20402
EntryType          : Error
Message            : The teapot is empty.
Source             : Microsoft Intune Connector
InstanceId         : 3221245974
TimeGenerated      : 5/14/2024 9:12:33 AM
""")

    assert event.event_id == "20502"


def test_a_get_eventlog_table_gives_the_low_sixteen_bits_of_its_instance_id() -> None:
    """The index in the first column is no event ID; 3221245974 is 20502 with the error's high bits."""
    assert 3221245974 & 0xFFFF == 20502
    evidence = read_evidence("""\

   Index Time          EntryType   Source                 InstanceID Message
   ----- ----          ---------   ------                 ---------- -------
   20402 May 14 09:12  Error       Microsoft Intune Co... 3221245974 The teapot could not be verified
   20401 May 14 09:01  Information Microsoft Intune Co...      10010 Tea is served
""")

    assert [event.event_id for event in evidence.events] == ["20502", "10010"]
    assert evidence.identifiers == ()


def test_event_viewers_csv_is_read() -> None:
    """The message is the sixth, unnamed column; it may hold line breaks and numbers of its own."""
    evidence = read_evidence("""\
Level,Date and Time,Source,Event ID,Task Category
Error,5/14/2024 9:12:33 AM,Microsoft Intune Connector,20502,None,"The teapot, number 20302,
could not be verified.
Diagnostic Code: 0x00000410"
Information,5/14/2024 9:01:00 AM,Microsoft Intune Connector,10010,None,Tea is served
""")

    assert [event.event_id for event in evidence.events] == ["20502", "10010"]
    assert [[code.digits for code in event.codes] for event in evidence.events] == [["00000410"], []]
    assert evidence.events[0].provider == "Microsoft Intune Connector"
    assert evidence.identifiers == ()


def test_event_viewers_chinese_csv_is_read() -> None:
    """The header is translated, the order of the columns is not."""
    event = only_event(
        "層級,日期和時間,來源,事件識別碼,工作類別\n錯誤,2020/10/10 下午 06:32:37,Microsoft Intune Connector,20502,無\n"
    )

    assert (event.event_id, event.provider, event.level) == ("20502", "Microsoft Intune Connector", "錯誤")


def test_copied_rows_of_event_viewers_list_are_read() -> None:
    """Rows copied from the list are separated by tabs and have no header."""
    events = events_of(
        "Error\t5/14/2024 9:12:33 AM\tMicrosoft Intune Connector\t20502\tNone\n"
        "錯誤\t2020/10/10 下午 06:32:37\tMicrosoft-Windows-DistributedCOM\t10010\t無\n"
    )

    assert [(event.event_id, event.provider) for event in events] == [
        ("20502", "Microsoft Intune Connector"),
        ("10010", "Microsoft-Windows-DistributedCOM"),
    ]


def test_the_ndes_validation_scripts_output_is_read() -> None:
    """The script spells its label "EVent ID"."""
    event = only_event("""\
......................................................
Event Time: 05/14/2024 09:12:33
EVent ID: 20502
Message: The teapot could not be verified. 0x00000411
......................................................
""")

    assert event.event_id == "20502"
    assert event.time == "05/14/2024 09:12:33"
    assert [code.digits for code in event.codes] == ["00000411"]


def test_an_entity_framework_log_line_belongs_to_its_category() -> None:
    """The console logger of .NET prints "Category[20102]"; that is nobody's event but the category's."""
    event = only_event(
        "fail: Microsoft.EntityFrameworkCore.Database.Command[20102]\n      Failed executing DbCommand (3ms)"
    )

    assert (event.event_id, event.provider) == ("20102", "Microsoft.EntityFrameworkCore.Database.Command")


# --- what is never an event ID -----------------------------------------------------------------------------------------


def test_other_numbers_of_a_copied_event_are_never_its_id() -> None:
    """Thumbprints, GUIDs, durations, addresses, versions and process IDs in a message stay what they are."""
    evidence = read_evidence("""\
Log Name: Microsoft Intune Connector
Source: Microsoft Intune Connector
Event ID: 20400
Computer: TEAPOT-418.example.com
Description:
Process ID: 20502
Thread ID: 20402
Thumbprint: 2050220402205022040220502204022050220402
Correlation: 20502204-0220-4022-0402-205022040220
Duration: 20502 ms
Address: 20.50.2.20
Version: 6.20502.0.1001
Record ID: 20602
""")

    assert [event.event_id for event in evidence.events] == ["20400"]
    assert evidence.events[0].codes == ()
    assert evidence.identifiers == ()


@pytest.mark.parametrize(
    "text",
    [
        "EventRecordID: 20502",
        "Record ID: 20502",
        "Process ID: 20502",
        "ThreadID=20502",
        "thumbprint 20502204022050220402205022040220502204022",
        "correlation 20502204-0220-4022-0402-205022040220",
        "took 20502 ms",
        "took 20502ms",
        "ping 20.50.2.205",
        "version 6.20502.0.1001",
        "version 20502.1",
        "build 20502",
        "SR-20502",
        "SR20502",
        "KB20502",
        "#20502",
        "$20502",
        "20,502 users",
        "20502%",
        "port 20502",
        "ticket 20502",
        "0x20502",
        "C:\\20502\\x",
        "https://example.com/20502",
        "2024-20502",
        "20502 cups of tea",
        "+886 2 20502",
    ],
)
def test_a_number_with_another_meaning_is_no_event_id(text: str) -> None:
    """A record, a process, a price, a version or a ticket is not an event."""
    evidence = read_evidence(text)

    assert evidence.events == ()
    assert [found.digits for found in evidence.identifiers] == []
