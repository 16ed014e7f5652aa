"""`Diagnosis` → `Reply`: one entry for every decision, for channels, threads and private answers alike."""

from __future__ import annotations

from collections import Counter

from bot.diagnosis import Diagnosis, Match
from bot.knowledge import Article, EventOutcome, Knowledge, Language
from bot.replies.answers.card import has_more, render_card
from bot.replies.answers.digest import render_digest
from bot.replies.answers.phrases import phrase, reason_phrase
from bot.replies.answers.share import pack
from bot.replies.blocks import TEXT, actions, button, context, fit, section
from bot.replies.incidents.phrases import incident_phrase
from bot.replies.mrkdwn import escape, shorten, without_marks
from bot.replies.values import Block, Reply

_LANGUAGE_OF_LOCALES = ("zh-TW", "zh-HK", "zh-MO", "zh-CN", "zh-SG", "zh")


def language_for(diagnosis: Diagnosis, locale: str | None) -> Language:
    """Choose the language of the question, else of the asker's Slack locale, else English."""
    if diagnosis.language is not None:
        return diagnosis.language
    return "zh-TW" if (locale or "").replace("_", "-").startswith(_LANGUAGE_OF_LOCALES) else "en"


def render(
    diagnosis: Diagnosis, knowledge: Knowledge, language: Language, *, private: bool = False, thread_ts: str = ""
) -> Reply:
    """Lay out a decision. A private reply carries the button that shares it with the channel, or with a thread."""
    match diagnosis.decision:
        case "answer":
            return _answer(diagnosis, knowledge, language, private=private, thread_ts=thread_ts)
        case "choices":
            return _choices(diagnosis.choices, language, phrase(language, "which"), thread_ts)
        case "unknown":
            return _unknown(diagnosis, knowledge, language, thread_ts)
        case "not_ours":
            return _not_ours(diagnosis, knowledge, language)
        case "silent":
            broken = next((escape(r.about) for r in diagnosis.reasons if r.kind == "article_broken"), None)
            text = phrase(language, "broken", id=broken) if broken else phrase(language, "silent")
            return Reply(text, (section(text),))


def _answer(diagnosis: Diagnosis, knowledge: Knowledge, language: Language, *, private: bool, thread_ts: str) -> Reply:
    matches = diagnosis.matches
    if len(matches) == 1:
        card = render_card(matches[0], knowledge, language)
        text, needed, optional = card.text, list(card.first_screen), list(card.below)
    else:
        text, needed, optional = render_digest(diagnosis, knowledge, language)
    parts = (_by_words(diagnosis, language), _not_explained(diagnosis, language), *_doubts(diagnosis, language))
    notes = [note for note in parts if note]
    foot = _buttons(matches, language, private=private, thread_ts=thread_ts)
    extra = [context(*notes)] if notes else []
    return Reply(shorten(text, TEXT), fit([*needed, *extra, *optional, foot], optional))


def _buttons(matches: tuple[Match, ...], language: Language, *, private: bool, thread_ts: str) -> Block:
    value = pack(matches, language, thread_ts)
    buttons = [
        button(phrase(language, "helpful"), "feedback:helpful", value),
        button(phrase(language, "not_helpful"), "feedback:not_helpful", value),
    ]
    if len(matches) == 1 and has_more(matches[0], language):
        buttons.insert(0, button(phrase(language, "more"), "open_article:0", pack(matches, language)))
    buttons.insert(0, button(incident_phrase(language, "start"), "start_triage", value))
    if private:
        buttons.insert(0, button(phrase(language, "share"), "share", value, style="primary"))
    return actions("answer", *buttons)


def _by_words(diagnosis: Diagnosis, language: Language) -> str:
    """Say which words an answer to free text was read from, and what came next."""
    telling = next((reason.about for reason in diagnosis.reasons if reason.kind == "words_sure"), None)
    if telling is None:
        return ""
    incident_phrase = phrase(language, "by_words", words=escape(telling)) if telling else ""
    near = diagnosis.runner_up
    nearest = phrase(language, "next_nearest", id=near.id, title=near.prose[language].title) if near else ""
    return " ".join(part for part in (incident_phrase, nearest) if part)


def _not_explained(diagnosis: Diagnosis, language: Language) -> str:
    """Name what stood in the text and was not explained, so that nothing is passed over in silence."""
    others: Counter[tuple[str, str]] = Counter()
    for event in diagnosis.others:
        others[event.event_id, event.provider or event.log_name or "?"] += event.count
    parts = [
        f"{event_id} {escape(shorten(provider, 60))} ({phrase(language, 'another_product')}) ×{count}"
        for (event_id, provider), count in others.most_common(5)
    ]
    parts += [f"{escape(subject)} ({phrase(language, 'undocumented')})" for subject in diagnosis.unexplained[:5]]
    return f"{phrase(language, 'not_explained')} {' · '.join(parts)}" if parts else ""


def _doubts(diagnosis: Diagnosis, language: Language) -> list[str]:
    """Say what in the text keeps its events from being sure."""
    kinds = {reason.kind for reason in diagnosis.reasons}
    doubts = {"fields_slipped": "slipped", "undecodable": "lost"}
    return [phrase(language, key) for kind, key in doubts.items() if kind in kinds]


def _choice_button(article: Article, language: Language, position: int, thread_ts: str) -> Block:
    label = f"{article.number} {article.prose[language].title}"
    return button(label, f"choose:{position}", pack((Match(article, ()),), language, thread_ts))


def _choices(choices: tuple[Match, ...], language: Language, question: str, thread_ts: str) -> Reply:
    buttons = [_choice_button(match.article, language, at, thread_ts) for at, match in enumerate(choices)]
    names = "; ".join(f"{match.article.number} {match.article.prose[language].title}" for match in choices)
    return Reply(f"{phrase(language, 'which_text')} {names}", (section(f"*{question}*"), actions("choices", *buttons)))


def _unknown(diagnosis: Diagnosis, knowledge: Knowledge, language: Language, thread_ts: str) -> Reply:
    subject = diagnosis.subject or ""
    is_code = subject.startswith("0x") or any(reason.kind == "code_unknown" for reason in diagnosis.reasons)
    line = phrase(language, "unknown_code" if is_code else "unknown_id", id=escape(shorten(subject, 40)))
    outcome = _outcome_by_pattern(subject, diagnosis, knowledge)
    if outcome is not None:
        line += "\n" + phrase(language, "pattern", outcome=phrase(language, outcome).lower())
    elif not is_code:
        line += "\n" + phrase(language, "unknown_outcome")
    blocks: list[Block] = [section(line)]
    if diagnosis.choices:
        blocks.append(context(phrase(language, "close_by")))
        buttons = [_choice_button(each.article, language, at, thread_ts) for at, each in enumerate(diagnosis.choices)]
        blocks.append(actions("choices", *buttons))
    return Reply(without_marks(line).replace("\n", " "), tuple(blocks))


def _outcome_by_pattern(subject: str, diagnosis: Diagnosis, knowledge: Knowledge) -> EventOutcome | None:
    """Tell what an undocumented ID's last digit suggests, where events of its group are documented in one product."""
    products = {
        article.product
        for article in knowledge.articles.values()
        if article.kind == "event"
        and len(article.number) == len(subject)
        and article.number[:-2] == subject[:-2]
        and diagnosis.product in (None, article.product)
    }
    return products.pop().outcome_by_last_digit.get(subject[-1]) if len(products) == 1 and subject.isdecimal() else None


def _not_ours(diagnosis: Diagnosis, knowledge: Knowledge, language: Language) -> Reply:
    subject, provider = diagnosis.subject or "", diagnosis.provider or "?"
    line = phrase(language, "not_ours", id=escape(subject), provider=escape(shorten(provider, 80)))
    for ours in knowledge.articles.values():
        if ours.number == subject and ours.log_name is not None:
            line += " " + phrase(language, "not_ours_known", id=ours.number, name=ours.name, log=ours.log_name)
    line += " " + phrase(language, "not_ours_none")
    return Reply(without_marks(line), (section(line),))


def render_why(diagnosis: Diagnosis, unasked: Diagnosis, language: Language) -> Reply:
    """Tell what was matched, the runner-up, and what the bot would do with the same text unasked in a channel."""
    words = {
        "answer": phrase(language, "answer"),
        "choices": phrase(language, "choices"),
        "unknown": phrase(language, "unknown"),
        "not_ours": phrase(language, "not_ours_word"),
        "silent": phrase(language, "silent_word"),
    }
    about = ", ".join(diagnosis.entries or tuple(match.article.id for match in diagnosis.choices))
    decision = words[diagnosis.decision] + (
        f" · {about}" if about else f" · {escape(diagnosis.subject)}" if diagnosis.subject else ""
    )
    reasons = list(
        dict.fromkeys(reason_phrase(language, r.kind, escape(shorten(r.about, 120))) for r in diagnosis.reasons)
    )
    lines = [f"*{phrase(language, 'why_title')}*", f"*{phrase(language, 'why_decision')}*: {decision}"]
    lines.append(f"*{phrase(language, 'why_reasons')}*:")
    lines.extend(f"• {reason}" for reason in reasons[:12] or [phrase(language, "why_none")])
    if diagnosis.runner_up is not None:
        lines.append(
            f"*{phrase(language, 'why_runner_up')}*: {diagnosis.runner_up.id} {diagnosis.runner_up.prose[language].title}"
        )
    speaks = "would_speak" if unasked.decision == "answer" else "would_not_speak"
    lines.append(f"*{phrase(language, 'why_unasked')}*: {phrase(language, speaks)}")
    text = "\n".join(lines)
    return Reply(shorten(without_marks(text), TEXT), (section(text),))
