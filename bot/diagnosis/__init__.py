"""Deciding: `Evidence` and `Knowledge` → `Diagnosis`. Plain functions over values; no network, no clock, no Slack."""

from bot.diagnosis.causes import follows_from
from bot.diagnosis.decide import diagnose
from bot.diagnosis.engine import Sceptic, build_sceptic
from bot.diagnosis.values import UNASKED, Decision, Diagnosis, Match, MatchReason, Surface

__all__ = [
    "UNASKED",
    "Decision",
    "Diagnosis",
    "Match",
    "MatchReason",
    "Sceptic",
    "Surface",
    "build_sceptic",
    "diagnose",
    "follows_from",
]
