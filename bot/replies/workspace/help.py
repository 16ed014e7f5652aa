"""Help: how to ask, and the subcommands of `/event` as their table names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.knowledge import Language
from bot.replies.blocks import section
from bot.replies.mrkdwn import as_code, without_marks
from bot.replies.values import Reply

_HELP: Final = {
    "en": {
        "before": (
            "*Sceptic explains events and diagnostic codes of the Intune certificate connector.*\n"
            "• `/event 20502` or `/event 0x409`: what an event or code is\n"
            "• `/event why can't NDES verify the challenge`: ask in your own words"
        ),
        "line": "• {commands}: {purpose}",
        "comma": ", ",
        "why": "why I answer, or keep silent",
        "incidents": "incidents",
        "here": "when and how I speak in this channel; mention me with *hush* in a thread",
        "after": (
            "• Mention me, or write to me directly, with a question or an event's text.\n"
            "• Paste an event's text, or drop an event log (.evtx), into a channel I am in: "
            "I answer in its thread when I am sure.\n"
            "• Message menu → *Explain this event*, on any message.\n"
            "• *Start triage* under an answer, the message menu, or mention me with *triage this*: the thread becomes an "
            "incident with one card that follows what is posted there.\n"
            "Answers to `/event` are seen by you alone until you share them."
        ),
        "did_you_mean": "I have no answer to that. Did you mean {command}?",
        "did_you_mean_card": "Incidents are moved with the buttons of their card. To find it: {command}",
        "did_you_mean_hush": "In a thread, mention me with *hush* or *speak*. For this whole channel: {command}",
    },
    "zh-TW": {
        "before": (
            "*Sceptic 說明 Intune 憑證連接器的事件與診斷碼。*\n"
            "• `/event 20502` 或 `/event 0x409`：查事件或診斷碼\n"
            "• `/event 憑證登錄點無法驗證挑戰`：用自己的話問"
        ),
        "line": "• {commands}：{purpose}",
        "comma": "、",
        "why": "為什麼我回答，或保持沉默",
        "incidents": "查事件單",
        "here": "我在這個頻道何時、如何開口；在討論串提及我並輸入「安靜」即可靜音",
        "after": (
            "• 提及我或直接傳訊息給我，附上問題或事件內容。\n"
            "• 把事件內容貼到我所在的頻道，或上傳事件記錄檔（.evtx）：有把握時我會在討論串回覆。\n"
            "• 訊息選單 → *Explain this event*，任何訊息都可以。\n"
            "• 回覆下方的「開立事件單」、訊息選單，或提及我並輸入「開單」：這個討論串就成為事件單，由一張卡片持續追蹤。\n"
            "`/event` 的回覆只有你看得到，直到你分享為止。"
        ),
        "did_you_mean": "這個我答不出來。你是不是要輸入 {command}？",
        "did_you_mean_card": "事件單的動作都在它的卡片上。要找到卡片請輸入 {command}",
        "did_you_mean_hush": "在討論串裡請提及我並輸入「安靜」或「開口」。要設定整個頻道請輸入 {command}",
    },
}


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """One line of the help: a topic, and the examples behind `/event` that belong to it."""

    topic: str
    examples: tuple[str, ...]


def render_help(language: Language, commands: Sequence[CommandHelp]) -> Reply:
    """Lay out the help."""
    phrases = _HELP[language]
    lines = [
        phrases["line"].format(
            commands=phrases["comma"].join(f"`/event {example}`" for example in each.examples),
            purpose=phrases[each.topic],
        )
        for each in commands
    ]
    text = "\n".join([phrases["before"], *lines, phrases["after"]])
    return Reply(text.replace("*", "").replace("`", ""), (section(text),))


def render_did_you_mean(command: str, why: str, language: Language) -> Reply:
    """Say which subcommand somebody probably meant; `command` is what stands behind `/event`, as they wrote it."""
    phrase = _HELP[language][f"did_you_mean_{why}" if why else "did_you_mean"]
    text = phrase.format(command=as_code(f"/event {command}"))
    return Reply(without_marks(text), (section(text),))
