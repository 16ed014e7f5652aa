"""The commonest events and codes as a picture, and in words for screen readers."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from bot.knowledge import Knowledge
from bot.languages import DEFAULT, LANGUAGES, Language
from bot.replies.article_numbers import number_articles
from bot.replies.texts import say, say_count

# Slack shows a picture about 360 pixels wide, so it is drawn narrow, with large letters.
_WIDTH: Final = 800
_ROW: Final = 64
_BAR: Final = 34
_MARGIN: Final = 28
_FONT: Final = 26
_LABELS: Final = 430
_COUNT: Final = 70
# A light card of its own, so that it reads alike in Slack's light and dark themes. Contrast: text 13:1, bars 4.6:1.
_GROUND: Final = "#f8f8f8"
_EDGE: Final = "#dddddd"
_TEXT: Final = "#1d2a33"
_LINE: Final = "#d7dde1"
_COLOURS: Final = {"failure": "#b3261e", "warning": "#8a5a00", "success": "#1b7a43", "information": "#1264a3"}
_UNKNOWN: Final = "#5d6b75"

_LONGEST_ALT: Final = 1000


def draw_chart(counts: Sequence[tuple[str, int]], knowledge: Knowledge) -> bytes:
    """Draw horizontal bars as PNG; labels are IDs and names, which are in Latin script in every language."""
    height = 2 * _MARGIN + _ROW * len(counts)
    picture = Image.new("RGB", (_WIDTH, height), _GROUND)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(_FONT)
    pen.rectangle((0, 0, _WIDTH - 1, height - 1), outline=_EDGE, width=2)
    left, right = _MARGIN + _LABELS, _WIDTH - _MARGIN - _COUNT
    pen.line((left, _MARGIN, left, height - _MARGIN), fill=_LINE, width=3)
    # Whatever the reader's language, for one picture is shown to all.
    numbers = number_articles((subject for subject, _ in counts), knowledge, DEFAULT)
    most = max((count for _, count in counts), default=1)
    for row, (subject, count) in enumerate(counts):
        middle = _MARGIN + _ROW * row + _ROW // 2
        pen.text((_MARGIN, middle), _fitted(numbers.with_name(subject), font), fill=_TEXT, font=font, anchor="lm")
        end = left + max(6, round((right - left) * count / most))
        article = knowledge.articles.get(subject)
        colour = _COLOURS[article.outcome] if article else _UNKNOWN
        pen.rounded_rectangle((left, middle - _BAR // 2, end, middle + _BAR // 2), 6, fill=colour)
        pen.text((end + 14, middle), str(count), fill=_TEXT, font=font, anchor="lm")
    written = BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


def _fitted(label: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    if font.getlength(label) <= _LABELS - 24:
        return label
    while label and font.getlength(f"{label}…") > _LABELS - 24:
        label = label[:-1]
    return f"{label.rstrip()}…"


def chart_in_words(counts: Sequence[tuple[str, int]], days: int, knowledge: Knowledge, language: Language) -> str:
    """Describe the picture for screen readers, in at most a thousand characters."""
    numbers = number_articles((subject for subject, _ in counts), knowledge, language)
    one = [say_count(language, "home.chart_row", count, label=numbers.named(subject)) for subject, count in counts]
    return say(language, "home.chart_described", days=days, counts=LANGUAGES[language].comma.join(one))[:_LONGEST_ALT]
