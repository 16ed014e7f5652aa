"""The logs that Windows brings along and every program may write to, by the names Event Viewer shows for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

# en, zh-TW, zh-CN, ja, de, fr, es, ko, it, nl, pt, ru, pl, sv, tr, cs: the languages of the labels that events are read by.
_SPELLINGS: Final = (
    "Application|App|應用程式|应用程序|アプリケーション|Anwendung|Aplicación|응용 프로그램|"
    "Applicazione|Toepassing|Aplicativo|Приложение|Aplikacja|Program|Uygulama|Aplikace",
    "System|Sys|系統|系统|システム|Système|Sistema|시스템|Systeem|Система|Sistem|Systém",
    "Security|Sec|安全性|安全|セキュリティ|Sicherheit|Sécurité|Seguridad|보안|"
    "Sicurezza|Beveiliging|Segurança|Безопасность|Zabezpieczenia|Säkerhet|Güvenlik|Zabezpečení",
    "Setup|設定|安裝程式|设置|安装程序|セットアップ|Installation|Configuration|Instalación|설치|"
    "Installazione|Instalação|Установка|Instalacja|Kurulum|Instalace",
    "ForwardedEvents|轉送的事件|轉寄的事件|转发的事件|転送されたイベント|Weitergeleitete Ereignisse|Événements transférés|"
    "Eventos reenviados|전달된 이벤트|Eventi inoltrati|Doorgestuurde gebeurtenissen|Eventos encaminhados|Пересланные события|"
    "Zdarzenia przesłane dalej|Vidarebefordrade händelser|İletilen Olaylar|Předané události",
)
# How sentences call the three that programs write to: by the name before a word for a log, or as one word.
_SPOKEN: Final = {
    "Application": (
        r"app(?:lication)?[ -]?(?:event ?)?log|anwendungs(?:ereignis)?protokoll|journal d['’]application",
        r"應用程式(?:事件)?(?:記錄|日誌)|应用程序(?:事件)?日志|アプリケーション ?ログ",
    ),
    "System": (
        r"sys(?:tem)?[ -]?(?:event ?)?log|system(?:ereignis)?protokoll",
        r"系統(?:事件)?(?:記錄|日誌)|系统(?:事件)?日志|システム ?ログ",
    ),
    "Security": (
        r"sec(?:urity)?[ -]?(?:event ?)?(?:audit )?log|security[ -]audit(?:ing)?|audit(?:ing)? (?:log|event|on|of)"
        r"|sicherheits(?:ereignis)?protokoll",
        r"安全(?:性)?(?:事件)?(?:記錄|日誌|日志|稽核|审核)|セキュリティ ?(?:イベント ?)?ログ|監査ログ",
    ),
}


def _squash(name: str) -> str:
    return "".join(filter(str.isalnum, name)).casefold()


_NAMES: Final = {_squash(name): at for at, names in enumerate(_SPELLINGS) for name in names.split("|")}
ABBREVIATED: Final = r"(?<![A-Za-z])(?:app|sys|sec)(?=[ -]?(?:event ?)?logs?(?![A-Za-z]))"
"""Matches what people shorten a log's name to, directly before "log"."""
_IN_FULL: Final = {"app": "Application", "sys": "System", "sec": "Security"}


def spell_out(abbreviated: str) -> str:
    """Return the name of the log that people shorten so."""
    return _IN_FULL[abbreviated.casefold()]


def is_same_log(one: str, other: str) -> bool:
    """Tell whether two names are of one log, in whatever language each is."""
    one, other = _squash(one), _squash(other)
    return one == other or (one in _NAMES and _NAMES[one] == _NAMES.get(other))


def is_windows_log(log_name: str) -> bool:
    """Tell whether every program may write to a log, so that its name alone says nothing of whose an event is."""
    return _squash(log_name) in _NAMES


def find_windows_logs(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where a sentence speaks of one of these logs, and the log's name as events have it."""
    for match in _spoken().finditer(text):
        if match.lastgroup is not None:
            yield match.start(), match.end(), match.lastgroup


@cache
def _spoken() -> re.Pattern[str]:
    named = "|".join(
        rf"(?P<{log}>(?<![a-zäöü])(?:{latin})(?:s|s['’])?(?![a-z])|{other})" for log, (latin, other) in _SPOKEN.items()
    )
    # The first letter is looked at first: most characters begin none of them.
    return re.compile(rf"(?=[asj應应系安アシセ監])(?:{named})", re.IGNORECASE)
