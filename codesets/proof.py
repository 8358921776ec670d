"""What a proof of the reference data is: a comparison of what was expected with what was found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Check:
    """One comparison: a subject in words, what was expected, what was found, and whether they agree."""

    subject: str
    expected: str
    found: str
    holds: bool


def compare(subject: str, expected: object, found: object) -> Check:
    """Compare two values by equality."""
    return Check(subject=subject, expected=str(expected), found=str(found), holds=expected == found)
