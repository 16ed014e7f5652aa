"""Thresholds from which free text is answered, offered, or passed over in silence; set on the development split."""

from typing import Final

SURE: Final = 0.45
"""Share of all articles' probability from which the first is the answer."""
AHEAD: Final = 0.30
"""How far the first must lead the second."""
WORTH_OFFERING: Final = 0.15
"""Share of the first three together from which they are offered."""
BACKGROUND_UP_TO: Final = 0.50
"""Probability of background talk above which a text names no article."""
