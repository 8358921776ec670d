"""docs/intervals.md is what its script measures."""

from __future__ import annotations

import re

import pytest

from tests.measures import coverage

NUMBER = re.compile(r"\d+\.\d(?= \|)")


def assert_same(measured: str, printed: str, points: float) -> None:
    """The same words, and shares that are at most so many points apart (another NumPy draws other numbers)."""
    assert NUMBER.sub("*", measured) == NUMBER.sub("*", printed)
    pairs = zip(NUMBER.findall(measured), NUMBER.findall(printed), strict=True)
    assert max(abs(float(one) - float(other)) for one, other in pairs) <= points


@pytest.mark.parametrize("chapter", coverage.SECTIONS[:2], ids=lambda chapter: chapter[0])
def test_the_coverage_of_counts_and_proportions_is_that_of_the_page(chapter):
    printed = coverage.PAGE.read_text(encoding="utf-8")
    measured = "\n".join(coverage.chapter(*chapter)).rstrip()
    start = printed.index(measured.splitlines()[0])
    assert_same(measured, printed[start : start + len(measured)], 0.1)


@pytest.mark.slow
def test_the_page_is_what_the_script_measures():
    assert_same(coverage.page(), coverage.PAGE.read_text(encoding="utf-8"), 1.0)
