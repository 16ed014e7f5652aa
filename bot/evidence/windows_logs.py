"""The logs that Windows brings along and every program may write to, by the names Event Viewer shows for them."""

from __future__ import annotations

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
