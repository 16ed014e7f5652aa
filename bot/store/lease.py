"""The lease of a claimed row: for so long it is its claimer's alone.

Whoever claims a delivery, or a channel's queue, ends its work well within the lease: the worker's handling of a delivery
takes at most half of it, and so do a call to Slack and the look-ups before it. A row whose lease has run out is claimed again.
"""

from __future__ import annotations

from typing import Final

LEASE_SECONDS: Final = 30.0
