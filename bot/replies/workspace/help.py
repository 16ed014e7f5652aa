"""What `/event help` says, and the App Home."""

from __future__ import annotations

from typing import Final

from bot.knowledge import Language
from bot.replies.blocks import section
from bot.replies.values import Reply

_HELP: Final = {
    "en": (
        "*Sceptic explains events and diagnostic codes of the Intune certificate connector.*\n"
        "• `/event 20502` or `/event 0x409`: what an event or code is\n"
        "• `/event why can't NDES verify the challenge`: ask in your own words\n"
        "• `/event why 10010`: why I answer, or keep silent\n"
        "• Mention me, or write to me directly, with a question or an event's text.\n"
        "• Paste an event's text, or drop an event log (.evtx), into a channel I am in: I answer in its thread when I am sure.\n"
        "• Message menu → *Explain this event*, on any message.\n"
        "• *Start triage* under an answer, the message menu, or mention me with *triage this*: the thread becomes an incident "
        "with one card that follows what is posted there.\n"
        "• `/event open`, `/event mine`, `/event search NDES01`: incidents\n"
        "• `/event here`: when and how I speak in this channel; mention me with *hush* in a thread\n"
        "Answers to `/event` are seen by you alone until you share them."
    ),
    "zh-TW": (
        "*Sceptic 說明 Intune 憑證連接器的事件與診斷碼。*\n"
        "• `/event 20502` 或 `/event 0x409`：查事件或診斷碼\n"
        "• `/event 憑證登錄點無法驗證挑戰`：用自己的話問\n"
        "• `/event why 10010`：為什麼我回答，或保持沉默\n"
        "• 提及我或直接傳訊息給我，附上問題或事件內容。\n"
        "• 把事件內容貼到我所在的頻道，或上傳事件記錄檔（.evtx）：有把握時我會在討論串回覆。\n"
        "• 訊息選單 → *Explain this event*，任何訊息都可以。\n"
        "• 回覆下方的「開立事件單」、訊息選單，或提及我並輸入「開單」：這個討論串就成為事件單，由一張卡片持續追蹤。\n"
        "• `/event open`、`/event mine`、`/event search NDES01`：查事件單\n"
        "• `/event here`：我在這個頻道何時、如何開口；在討論串提及我並輸入「安靜」即可靜音\n"
        "`/event` 的回覆只有你看得到，直到你分享為止。"
    ),
}


def render_help(language: Language) -> Reply:
    """Lay out the help."""
    text = _HELP[language]
    return Reply(text.replace("*", "").replace("`", ""), (section(text),))
