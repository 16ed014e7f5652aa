"""Incidents as a list: one line each for who reads them, and the few words around it in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from bot.knowledge import Language
from bot.replies.blocks import context, section, sections
from bot.replies.incidents.phrases import incident_phrase, lasted
from bot.replies.mrkdwn import escape, shorten
from bot.replies.values import Block, Reply
from bot.triage import Incident

Title = Literal["open", "mine", "search"]

MOST: Final = 15
_MOST_SEEN: Final = 6
_SERVICE: Final = 60

_EN: Final = {
    "open": "Open incidents",
    "mine": "My incidents",
    "search": "Incidents with “{words}”",
    "no_open": "No open incident in the channels you are in.",
    "no_mine": "No open incident is yours.",
    "no_search": "No incident in the channels you are in says “{words}”.",
    "line": "{name} · {status} · P{priority} · {owner} · opened {age} ago",
    "nobody": "*nobody owns it*",
    "more": "and {count} more",
    "what_for": "Say what to look for: `/event search NDES01 0x409`, or an incident's number: `/event search INC-42`.",
    "partly": "Slack did not tell me which channels you are in, so these are yours and this channel's only.",
}
_ZH: Final = {
    "open": "尚未解決的事件單",
    "mine": "我的事件單",
    "search": "含有「{words}」的事件單",
    "no_open": "你所在的頻道裡沒有尚未解決的事件單。",
    "no_mine": "你沒有尚未解決的事件單。",
    "no_search": "你所在的頻道裡，沒有事件單提到「{words}」。",
    "line": "{name} · {status} · P{priority} · {owner} · {age}前開啟",
    "nobody": "*無人負責*",
    "more": "還有 {count} 件",
    "what_for": "請輸入要找的內容，例如 `/event search NDES01 0x409`；或輸入編號，例如 `/event search INC-42`。",
    "partly": "Slack 沒有告訴我你在哪些頻道，所以這裡只列出你負責的，以及這個頻道的事件單。",
}
_PHRASES: Final[Mapping[Language, Mapping[str, str]]] = {"en": _EN, "zh-TW": _ZH}


def render_incidents(
    incidents: Sequence[Incident],
    total: str,
    language: Language,
    now: float,
    title: Title,
    words: str = "",
    *,
    partly: bool = False,
) -> Reply:
    """Lay out a list for a private answer; `total` is how many there are ("100+" where nobody counted further).

    `partly` when Slack did not tell what its reader may see.
    """
    phrases = _PHRASES[language]
    words = escape(shorten(words, 60))
    blocks = incident_blocks(incidents, total, language, now, title, words)
    if partly:
        blocks.append(context(phrases["partly"]))
    heading = phrases[title if incidents else f"no_{title}"].format(words=words)
    names = ", ".join(each.name for each in incidents[:MOST])
    return Reply(f"{heading}: {names}" if names else heading, tuple(blocks))


def incident_blocks(
    incidents: Sequence[Incident], total: str, language: Language, now: float, title: Title, words: str = ""
) -> list[Block]:
    """The heading and a line for each of the first incidents; `words` are set as they are."""
    phrases = _PHRASES[language]
    if not incidents:
        return [section(phrases[f"no_{title}"].format(words=words))]
    shown = incidents[:MOST]
    blocks = [
        section(f"*{phrases[title].format(words=words)}*"),
        *sections("\n".join(_line(each, language, now) for each in shown)),
    ]
    count = int(total.rstrip("+")) - len(shown)
    if count > 0:
        blocks.append(context(phrases["more"].format(count=f"{count}{'+' if total.endswith('+') else ''}")))
    return blocks


def _line(incident: Incident, language: Language, now: float) -> str:
    phrases = _PHRASES[language]
    line = phrases["line"].format(
        name=f"*<{incident.link}|{incident.name}>*" if incident.link else f"*{incident.name}*",
        status=incident_phrase(language, incident.status),
        priority=incident.priority,
        owner=f"<@{incident.owner}>" if incident.owner else phrases["nobody"],
        age=lasted(language, now - incident.opened_at),
    )
    seen = list(dict.fromkeys(each.article_id for each in incident.sightings))
    more = f" +{len(seen) - _MOST_SEEN}" if len(seen) > _MOST_SEEN else ""
    details = [" ".join(f"`{each}`" for each in seen[:_MOST_SEEN]) + more] if seen else []
    if incident.service:
        details.append(incident_phrase(language, "service", service=escape(shorten(incident.service, _SERVICE))))
    return f"{line}\n      {' · '.join(details)}" if details else line


def render_what_for(language: Language) -> Reply:
    """Say how to search, when no words were given."""
    text = _PHRASES[language]["what_for"]
    return Reply(text.replace("`", ""), (section(text),))
