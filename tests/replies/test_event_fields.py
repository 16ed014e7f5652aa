"""A computer and a time on a card are short, and never another than was written."""

from __future__ import annotations

import pytest

from bot.replies.event_fields import short_computer, short_time


@pytest.mark.parametrize(
    ("computer", "shown"),
    [("TEAPOT.example.com", "TEAPOT"), ("tea_pot", "tea_pot"), ("10.0.0.5", "10.0.0.5"), ("fe80::1.2", "fe80::1.2")],
)
def test_a_host_is_named_without_its_domain_and_an_address_whole(computer: str, shown: str) -> None:
    assert short_computer(computer) == shown


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        ("2024-05-14T09:12:33.1234567Z", "2024-05-14 09:12:33"),
        ("2024-05-14T09:12:33Z", "2024-05-14 09:12:33Z"),
        ("14.05.2024 09:12:33", "14.05.2024 09:12:33"),
        ("5/14/2024 9:12:33 AM", "5/14/2024 9:12:33 AM"),
    ],
)
def test_only_fractions_of_a_second_are_cut_from_a_time(time: str, shown: str) -> None:
    assert short_time(time) == shown
