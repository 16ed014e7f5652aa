"""`Diagnosis` → `Reply`: one entry for every decision, for channels, threads and private answers alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from bot.diagnosis import Diagnosis, Match
from bot.diagnosis.values import ReasonKind
from bot.knowledge import Article, Knowledge
from bot.languages import LANGUAGES, Language, language_of_locale
from bot.replies import action_ids
from bot.replies.answers.card import answer_buttons, render_card
from bot.replies.answers.not_covered import render_not_covered, render_not_ours, unknown_lines
from bot.replies.answers.share import pack
from bot.replies.blocks import TEXT, actions, button, context, fit, section
from bot.replies.mrkdwn import escape, shorten, without_marks
from bot.replies.texts import say
from bot.replies.values import Block, Reply

_DOUBTS: Final[Mapping[ReasonKind, str]] = {
    "fields_slipped": "answer.slipped",
    "undecodable": "answer.lost",
    "digits_doubtful": "answer.doubtful",
    "letters_doubtful": "answer.misspelled",
    "source_contradicts": "answer.contradicted",
    "product_left_out": "answer.product_left_out",
}


def language_for(diagnosis: Diagnosis, locale: str | None) -> Language:
    """Choose the language of the question, else of the asker's Slack locale, else English."""
    if diagnosis.language is not None:
        return diagnosis.language
    return language_of_locale(locale)


def render(
    diagnosis: Diagnosis, knowledge: Knowledge, language: Language, *, private: bool = False, thread_ts: str = ""
) -> Reply:
    """Lay out a decision. A private reply carries the button that shares it with the channel, or with a thread."""
    match diagnosis.decision:
        case "answer":
            return _answer(diagnosis, knowledge, language, private=private, thread_ts=thread_ts)
        case "unknown":
            # It names all that is not known itself.
            return _unknown(diagnosis, knowledge, language, thread_ts)
        case _:
            reply = _without_answer(diagnosis, knowledge, language, thread_ts)
            left = [each for each in (_not_explained(diagnosis, language), *_doubts(diagnosis, language)) if each]
            return Reply(reply.text, (*reply.blocks, context(*left))) if left else reply


def _without_answer(diagnosis: Diagnosis, knowledge: Knowledge, language: Language, thread_ts: str) -> Reply:
    match diagnosis.decision:
        case "choices":
            return _choices(diagnosis.choices, language, say(language, "answer.which"), thread_ts)
        case "not_ours":
            return render_not_ours(diagnosis, knowledge, language)
        case "not_covered":
            return render_not_covered(diagnosis, language)
        case _:
            broken = next((escape(r.about) for r in diagnosis.reasons if r.kind == "article_broken"), None)
            text = say(language, "answer.broken", id=broken) if broken else say(language, "answer.silent")
            return Reply(text, (section(text),))


def _answer(diagnosis: Diagnosis, knowledge: Knowledge, language: Language, *, private: bool, thread_ts: str) -> Reply:
    matches = diagnosis.matches
    if len(matches) == 1:
        card = render_card(matches[0], knowledge, language)
        text, needed, optional = card.text, list(card.first_screen), list(card.below)
    else:
        # What several events say of one another is loaded when there are several.
        from bot.replies.answers.digest import render_digest

        text, needed, optional = render_digest(diagnosis, knowledge, language)
    parts = (_by_words(diagnosis, language), _not_explained(diagnosis, language), *_doubts(diagnosis, language))
    notes = [note for note in parts if note]
    foot = answer_buttons(matches, language, private=private, thread_ts=thread_ts)
    extra = [context(*notes)] if notes else []
    return Reply(shorten(text, TEXT), fit([*needed, *extra, *optional, foot], optional))


def _by_words(diagnosis: Diagnosis, language: Language) -> str:
    """Say which words an answer to free text was read from, and what came next."""
    telling = next((reason.about for reason in diagnosis.reasons if reason.kind == "words_sure"), None)
    if telling is None:
        return ""
    by_words = say(language, "answer.by_words", words=escape(telling)) if telling else ""
    near = diagnosis.runner_up
    nearest = say(language, "answer.next_nearest", id=near.number, title=near.prose[language].title) if near else ""
    return " ".join(part for part in (by_words, nearest) if part)


def _not_explained(diagnosis: Diagnosis, language: Language) -> str:
    """Name what stood in the text and was not explained, so that nothing is passed over in silence."""
    others: Counter[tuple[str, str]] = Counter()
    for event in diagnosis.others:
        others[event.event_id, event.provider or event.log_name or "?"] += event.count
    parts = [
        f"{event_id} {escape(shorten(provider, 60))} ({say(language, 'answer.another_product')}) ×{count}"
        for (event_id, provider), count in others.most_common(5)
    ]
    parts += [f"{escape(subject)} ({escape(name)})" for subject, name in diagnosis.elsewhere[:5]]
    own_names = {each.written: each.name for each in diagnosis.error_parts if each.name}
    undocumented = say(language, "answer.undocumented")
    for subject in diagnosis.unexplained[:5]:
        remark = f"{own_names[subject]}, {undocumented}" if subject in own_names else undocumented
        parts.append(f"{escape(subject)} ({remark})")
    return f"{say(language, 'answer.not_explained')} {' · '.join(parts)}" if parts else ""


def _doubts(diagnosis: Diagnosis, language: Language) -> list[str]:
    """Say what in the text, or in the articles, keeps a decision from being sure."""
    about = {reason.kind: reason.about for reason in reversed(diagnosis.reasons)}
    return [say(language, key, about=escape(about[kind])) for kind, key in _DOUBTS.items() if kind in about]


def _choice_button(article: Article, language: Language, position: int, thread_ts: str, products: int) -> Block:
    label = _labelled(article, language, products)
    return button(label, f"{action_ids.CHOOSE}{position}", pack((Match(article, ()),), language, thread_ts))


def _labelled(article: Article, language: Language, products: int) -> str:
    """Name an article by its ID and title, and by its product where several are offered side by side."""
    product = f"({article.product.called[language]}) " if products > 1 else ""
    number = "" if article.kind in ("topic", "line") else f"{article.number} "
    return f"{number}{product}{article.prose[language].title}"


def _none_of_these(choices: tuple[Match, ...], language: Language) -> Block:
    return button(say(language, "answer.none_of_these"), action_ids.NONE_OF_THESE, pack(choices, language))


def _choices(choices: tuple[Match, ...], language: Language, question: str, thread_ts: str) -> Reply:
    products = len({match.article.product for match in choices})
    buttons = [_choice_button(match.article, language, at, thread_ts, products) for at, match in enumerate(choices)]
    buttons.append(_none_of_these(choices, language))
    names = "; ".join(_labelled(match.article, language, products) for match in choices)
    return Reply(
        f"{say(language, 'answer.which_text')} {names}", (section(f"*{question}*"), actions("choices", *buttons))
    )


def _unknown(diagnosis: Diagnosis, knowledge: Knowledge, language: Language, thread_ts: str) -> Reply:
    line = "\n".join(unknown_lines(diagnosis, knowledge, language))
    blocks: list[Block] = [section(line)]
    if diagnosis.choices:
        blocks.append(context(say(language, "answer.close_by")))
        near = [match.article for match in diagnosis.choices]
        # Where a product is named, what stands close by may be another's.
        count = len({article.product for article in near} | ({diagnosis.product} if diagnosis.product else set()))
        buttons = [_choice_button(article, language, at, thread_ts, count) for at, article in enumerate(near)]
        buttons.append(_none_of_these(diagnosis.choices, language))
        blocks.append(actions("choices", *buttons))
    left = [f"{escape(subject)} ({escape(name)})" for subject, name in diagnosis.elsewhere[:5]]
    remarks = [f"{say(language, 'answer.not_explained')} {' · '.join(left)}"] if left else []
    is_neutral = all(reason.kind != "id_unknown" and reason.kind != "code_unknown" for reason in diagnosis.reasons)
    if not is_neutral or not any(reason.kind == "code_neutral" for reason in diagnosis.reasons):
        remarks.append(say(language, "answer.unknown_next"))
    if remarks := [*_doubts(diagnosis, language), *remarks]:
        blocks.append(context(*remarks))
    return Reply(without_marks(line).replace("\n", " "), tuple(blocks))


def _reason(language: Language, kind: ReasonKind, about: str) -> str:
    """Say a reason in words; without anything it is about, no colon stays behind."""
    return say(language, f"why.{kind}", about=about).removesuffix(LANGUAGES[language].colon)


def render_why(diagnosis: Diagnosis, unasked: Diagnosis, language: Language) -> Reply:
    """Tell what was matched, the runner-up, and what the bot would do with the same text unasked in a channel."""
    words = {
        "answer": say(language, "answer.answer"),
        "choices": say(language, "answer.choices"),
        "unknown": say(language, "answer.unknown"),
        "not_ours": say(language, "answer.not_ours_word"),
        "not_covered": say(language, "answer.not_covered_word"),
        "silent": say(language, "answer.silent_word"),
    }
    named = [article for match in diagnosis.matches for article in (match.article, *match.codes)]
    numbers = [article.number for article in named or [match.article for match in diagnosis.choices]]
    about = ", ".join(dict.fromkeys(numbers))
    decision = words[diagnosis.decision] + (
        f" · {about}" if about else f" · {escape(diagnosis.subject)}" if diagnosis.subject else ""
    )
    reasons = list(dict.fromkeys(_reason(language, r.kind, escape(shorten(r.about, 120))) for r in diagnosis.reasons))
    lines = [f"*{say(language, 'answer.why_title')}*", f"*{say(language, 'answer.why_decision')}*: {decision}"]
    lines.append(f"*{say(language, 'answer.why_reasons')}*:")
    lines.extend(f"• {reason}" for reason in reasons[:12] or [say(language, "answer.why_none")])
    if diagnosis.runner_up is not None:
        lines.append(
            f"*{say(language, 'answer.why_runner_up')}*: {diagnosis.runner_up.number} {diagnosis.runner_up.prose[language].title}"
        )
    speaks = "answer.would_speak" if unasked.decision == "answer" else "answer.would_not_speak"
    lines.append(f"*{say(language, 'answer.why_unasked')}*: {say(language, speaks)}")
    text = "\n".join(lines)
    return Reply(shorten(without_marks(text), TEXT), (section(text),))
