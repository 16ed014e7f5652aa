"""Line charts as SVG, written by hand: no library is needed for a picture of two curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

Points = Sequence[tuple[float, float]]

_WIDTH: Final = 460
_HEIGHT: Final = 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 20, 40, 55
_COLOURS: Final = ("#0b62c4", "#b3471b", "#4c7a34", "#777777")


def line_chart(title: str, across: str, up: str, lines: Mapping[str, Points], limits: tuple[float, float]) -> str:
    """Draw lines over axes from nought to the limits."""
    most_x, most_y = limits
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def place(x: float, y: float) -> tuple[float, float]:
        return _LEFT + wide * min(x, most_x) / most_x, _HEIGHT - _BOTTOM - high * min(y, most_y) / most_y

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="22" font-size="14" font-weight="bold">{escape(title)}</text>',
        f'<text x="{_LEFT + wide / 2}" y="{_HEIGHT - 14}" text-anchor="middle">{escape(across)}</text>',
        f'<text transform="translate(16 {_TOP + high / 2}) rotate(-90)" text-anchor="middle">{escape(up)}</text>',
    ]
    for step in range(6):
        x, y = place(most_x * step / 5, most_y * step / 5)
        parts += [
            f'<path d="M{_LEFT} {y:.1f}H{_LEFT + wide}M{x:.1f} {_TOP}V{_HEIGHT - _BOTTOM}" stroke="#dddddd" fill="none"/>',
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{most_y * step / 5:.2g}</text>',
            f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 16}" text-anchor="middle">{most_x * step / 5:.2g}</text>',
        ]
    for number, (name, points) in enumerate(lines.items()):
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in (place(*point) for point in points))
        colour = _COLOURS[number % len(_COLOURS)]
        parts += [
            f'<path d="M{path}" stroke="{colour}" stroke-width="2" fill="none"/>',
            f'<text x="{_LEFT + 10}" y="{_TOP + 16 + 16 * number}" fill="{colour}">{escape(name)}</text>',
        ]
    return "\n".join([*parts, "</svg>\n"])
