"""Numbers, periods, differences and the sentences made of them."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from reports import numbers, periods
from reports.estimate import Estimate, difference, sentence
from reports.wording import words
from transforms.measures.definitions import DEFINITIONS
from transforms.measures.drafts import KISH
from transforms.measures.methods.reliability import REGIMES


def _estimate(
    name="in_hospital_mortality", value=0.047, lower=0.044, upper=0.050, status="value", year=2023, reason=None
):
    return Estimate.from_row(
        {
            "measure": name, "value": value, "lower": lower, "upper": upper, "status": status, "reason": reason,
            "confidence": 0.95, "period_start": dt.date(year, 1, 1), "period_end": dt.date(year, 12, 31),
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "lower", "upper", "expected"),
    [
        ("count", 4472.0, 4739.0, 0),
        ("share", 4.4, 5.0, 1),
        ("share", 4.41, 4.45, 2),
        ("share", 3.2, 7.3, 1),
        ("rate", 1091.0, 1156.0, 0),
        ("mean", None, None, 1),
        ("rate", 0.0001, 0.0002, numbers.MOST_DECIMALS),
        ("mean", 5.0, 5.0, 1),
    ],
)
def test_decimals_are_those_that_the_interval_deserves(kind, lower, upper, expected):
    assert numbers.decimals(kind, lower, upper) == expected


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [(1234567.0, 0, "1,234,567"), (-1.25, 1, "\u22121.2"), (-0.04, 1, "0.0"), (0.0, 0, "0")],
)
def test_numbers_are_written(value, places, expected):
    assert numbers.number(value, places) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (dt.date(2023, 1, 1), dt.date(2023, 12, 31), "2023"),
        (dt.date(2023, 4, 1), dt.date(2024, 3, 31), "2023/24"),
        (dt.date(2023, 4, 1), dt.date(2023, 6, 30), "2023 Q2"),
        (dt.date(2024, 2, 1), dt.date(2024, 2, 29), "Feb 2024"),
        (dt.date(2024, 2, 3), dt.date(2024, 2, 9), "3 Feb 2024 to 9 Feb 2024"),
        (dt.date(2021, 1, 1), dt.date(2024, 3, 31), "1 Jan 2021 to 31 Mar 2024"),
        (None, None, "Date not known"),
        (pd.NaT, pd.NaT, "Date not known"),
    ],
)
def test_periods_are_named_as_people_do(start, end, expected):
    assert periods.label(start, end) == expected


def test_zero_hidden_unknown_and_not_applicable_never_look_alike():
    written = {
        numbers.ZERO.symbol,
        numbers.mark_instead("suppressed_primary", None).symbol,
        numbers.mark_instead("value", None).symbol,
        numbers.mark_instead("not_applicable", None).symbol,
    }
    assert written == {"0", "[c]", "[x]", "[z]"}
    assert numbers.mark_instead("value", 0.0) is None


def test_difference_of_two_wilson_intervals_is_newcombes():
    """Newcombe 1998, example (a): 56/70 less 48/80 has the interval 0.0524 to 0.3339 by method 10."""
    now = _estimate(value=0.8, lower=0.6917, upper=0.8773)
    then = _estimate(value=0.6, lower=0.4904, upper=0.7004, year=2022)
    gap = difference(now, then)
    assert gap.value == pytest.approx(20.0)
    assert gap.lower == pytest.approx(5.24, abs=0.05)
    assert gap.upper == pytest.approx(33.39, abs=0.05)
    assert gap.is_beyond_chance


def test_difference_whose_interval_holds_zero_may_be_chance():
    assert difference(_estimate(), _estimate(value=0.046, lower=0.043, upper=0.049)).is_beyond_chance is False


def test_sentence_says_figure_interval_before_and_whether_it_means_anything():
    then = _estimate(value=0.042, lower=0.040, upper=0.044, year=2022)
    assert sentence(_estimate(), then) == (
        "In-hospital mortality was 4.7% (95% interval 4.4% to 5.0%) in 2023, 0.5 percentage points above the 4.2% of"
        " 2022, which is more than chance alone would explain."
    )


def test_sentence_of_a_full_count():
    now = _estimate("discharges", 24497.0, None, None)
    then = _estimate("discharges", 25796.0, None, None, year=2022)
    assert sentence(now, then) == (
        "There were 24,497 discharges in 2023, 5.0% fewer than the 25,796 of 2022; every record is counted, so chance"
        " in sampling plays no part."
    )


@pytest.mark.parametrize(
    ("now", "then", "expected"),
    [
        (
            _estimate("deaths", None, None, None, status="suppressed_primary", reason="rests on a count from 1 to 10"),
            None,
            "Registered deaths in 2023: hidden (rests on a count from 1 to 10).",
        ),
        (
            _estimate("discharges", 120.0, None, None),
            None,
            "There were 120 discharges in 2023; there is no earlier period to compare it with.",
        ),
        (
            _estimate("discharges", 120.0, None, None),
            _estimate("discharges", None, None, None, status="suppressed_primary", year=2022),
            "There were 120 discharges in 2023; the figure for 2022 is hidden, so the two cannot be compared.",
        ),
        (
            _estimate("discharges", 120.0, None, None, status="provisional"),
            _estimate("discharges", 480.0, None, None, year=2022),
            "There were 120 discharges in 2023; 2023 is covered in part only, so the two periods are not compared.",
        ),
    ],
)
def test_sentences_of_what_cannot_be_compared(now, then, expected):
    assert sentence(now, then) == expected


def _counts(*rows):
    years = [pd.NaT if year is None else pd.Timestamp(year, 1, 1) for year, *_ in rows]
    return pd.DataFrame(
        {
            "period_start": pd.Series(years, dtype="datetime64[us]"),
            "period_end": pd.Series([year + pd.offsets.YearEnd(1) for year in years], dtype="datetime64[us]"),
            "value": [value for _, value, _ in rows],
            "status": [status for *_, status in rows],
        }
    )


@pytest.mark.parametrize(
    ("rows", "expected", "passed_over"),
    [
        ([(2022, 100, "value"), (2023, 90, "value")], "2023", []),
        ([(2022, 100, "value"), (2023, 90, "provisional")], "2022", []),
        ([(2022, 100, "value"), (2023, None, "suppressed_primary")], "2022", []),
        ([(2023, 90, "provisional")], "2023", []),
        ([(2022, 918, "value"), (2023, 17, "value")], "2022", ["2023"]),
        ([(None, 5, "value"), (2023, 90, "value")], "2023", []),
        ([(None, 233, "value")], "Date not known", []),
    ],
)
def test_focus_is_the_latest_whole_period_with_a_fair_share(rows, expected, passed_over):
    focus = periods.focus(_counts(*rows))
    assert focus.period.name == expected
    assert [period.name for period in focus.passed_over] == passed_over


def test_focus_of_hidden_periods_is_the_latest():
    hidden = _counts((2022, None, "suppressed_primary"), (2023, None, "suppressed_primary"))
    assert periods.focus(hidden).period.name == "2023"
    assert periods.focus(hidden.head(0)) is None


def test_figures_without_a_date_have_a_sentence_of_their_own():
    row = {
        "measure": "discharges", "value": 233.0, "lower": None, "upper": None, "status": "value", "reason": None,
        "confidence": 0.95, "period_start": None, "period_end": None,
    }  # fmt: skip
    assert sentence(Estimate.from_row(row), None) == "There were 233 discharges in records without a calendar date."


def test_every_measure_has_its_words():
    known = words()["measures"]
    assert set(known) == set(DEFINITIONS)
    for name, entry in known.items():
        assert entry["title"], name
        assert entry["method"].endswith("."), name
        assert entry["kind"] in ("count", "mean", "share", "rate"), name
        assert entry["unit"] or name.endswith("_rank"), name


def test_every_interval_and_reliability_regime_has_its_words():
    methods = {method for definition in DEFINITIONS.values() for method in definition.allowed_intervals} - {"none"}
    assert methods | set(KISH.values()) <= set(words()["interval_methods"])
    assert set(words()["reliability"]) == set(REGIMES)
