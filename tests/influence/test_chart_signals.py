"""Signals of control charts that could appear or vanish: held against all choices of points within their bounds."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from transforms.influence.methods.chart_signals import Signals, signals_between
from transforms.measures.methods.control_charts import RULES, TREND, ControlChart, control_chart, signals_of

PERIODS = 9


def random_chart(seed: int, *, wide: float) -> tuple[ControlChart, np.ndarray, np.ndarray, np.ndarray]:
    """Series of nine periods about 10, a period apart from a break, with one gap; each point has bounds around it."""
    rng = np.random.default_rng(seed)
    value = np.round(10 + np.cumsum(rng.normal(0, 1, (40, PERIODS)), axis=1) / 2, 1)
    value[rng.random(value.shape) < 0.02] = np.nan
    phases = np.repeat([0, 1], [PERIODS, 0] if seed % 2 else [1, PERIODS - 1])
    coded = control_chart("xmr", value, phase=phases, least_points=3)
    below, above = (np.where(rng.random(value.shape) < 0.4, 0.0, rng.random(value.shape) * wide) for _ in range(2))
    return coded, value - below, value + above, phases


def tried(chart: ControlChart, values: np.ndarray, phases: np.ndarray, series: int) -> dict[str, np.ndarray]:
    """The marks of each choice of values of one series, choices by periods."""
    of = {name: np.broadcast_to(getattr(chart, name)[series], values.shape) for name in ("centre", "sigma")}
    limits = tuple(np.broadcast_to(getattr(chart, name)[series], values.shape) for name in ("lower", "upper"))
    return signals_of(values, of["centre"], of["sigma"], limits, phases)


@pytest.mark.parametrize("seed", range(4))
def test_no_choice_of_values_leaves_what_could_and_must_be_marked(seed):
    chart, low, high, phases = random_chart(seed, wide=2.0)
    found = signals_between(chart, low, high, phases)
    rng = np.random.default_rng(seed)
    seen = 0
    for series in range(len(low)):
        corner = np.where(rng.random((300, PERIODS)) < 0.5, low[series], high[series])
        inner = low[series] + rng.random((300, PERIODS)) * (high - low)[series]
        marks = tried(chart, np.concatenate([corner, inner, chart.value[[series]]]), phases, series)
        for rule in RULES:
            assert not (marks[rule].any(axis=0) & ~found.could[rule][series]).any()
            assert not (found.must[rule][series] & ~marks[rule].all(axis=0)).any()
            seen += int(marks[rule].any())
    assert seen > 20


@pytest.mark.parametrize("seed", range(3))
def test_what_could_and_must_be_marked_is_attained_by_some_choice(seed):
    chart, low, high, phases = random_chart(seed, wide=3.0)
    found = signals_between(chart, low, high, phases)
    some = 0
    for series in range(8):
        middle = np.clip(chart.centre[series], low[series], high[series])
        ends = np.stack([low[series], middle, high[series]])
        marks = tried(
            chart, ends[np.array(list(product(range(3), repeat=PERIODS))), np.arange(PERIODS)], phases, series
        )
        for rule in ("beyond_limits", "same_side", "two_of_three"):
            assert (found.could[rule][series] == marks[rule].any(axis=0)).all()
            assert (found.must[rule][series] == marks[rule].all(axis=0)).all()
            some += int(found.could[rule][series].any() and not found.must[rule][series].all())
    assert some > 3


@pytest.mark.parametrize("seed", range(3))
def test_a_rise_or_fall_is_possible_where_one_can_be_built_from_the_left(seed):
    chart, low, high, phases = random_chart(seed, wide=1.0)
    found = signals_between(chart, low, high, phases).could["trend"]
    expected = np.zeros(found.shape, dtype=bool)
    for series, first in product(range(len(low)), range(PERIODS - TREND + 1)):
        window = slice(first, first + TREND)
        if phases[first] == phases[first + TREND - 1]:
            ends = low[series, window], high[series, window]
            expected[series, window] |= rises(*ends) | rises(-ends[1], -ends[0])
    assert (found == expected).all()
    assert 0 < found.sum() < found.size


def rises(low: np.ndarray, high: np.ndarray) -> bool:
    """Whether points between these can rise steadily: each as low as it may be above the one before."""
    last = -np.inf
    for least, greatest in zip(low, high, strict=True):
        last = max(least, last + 1e-7)
        if not last <= greatest:
            return False
    return True


def one_chart(values: list[float], moved: dict[int, tuple[float, float]]) -> tuple[ControlChart, Signals]:
    chart = control_chart("xmr", np.array([values]))
    low, high = chart.value.copy(), chart.value.copy()
    for place, ends in moved.items():
        low[0, place], high[0, place] = ends
    return chart, signals_between(chart, low, high, np.zeros(len(values), dtype=np.int64))


def test_one_point_that_may_cross_the_centre_line_makes_a_run_of_eight():
    # The mean is 10: seven points above it in a row, and the eighth may be.
    values = [9.5, 11, 11, 11, 11, 11, 11, 11, 9.5, 5.5, 9, 9.5, 10]
    chart, found = one_chart(values, {8: (9.5, 10.5)})
    assert chart.centre[0, 0] == pytest.approx(10)
    assert not chart.signals["same_side"].any()
    assert np.flatnonzero(found.turned(chart.signals)["same_side"][0]).tolist() == list(range(1, 9))


def test_one_point_that_may_fall_below_the_one_before_ends_a_rise_of_six():
    values = [10, 9, 10, 11, 12, 13, 14, 9, 10, 9, 10, 9, 10]
    chart, found = one_chart(values, {4: (10.5, 12)})
    assert np.flatnonzero(chart.signals["trend"][0]).tolist() == [1, 2, 3, 4, 5, 6]
    assert np.flatnonzero(found.turned(chart.signals)["trend"][0]).tolist() == [1, 2, 3, 4, 5, 6]
    _, still = one_chart(values, {4: (11.5, 12.5)})
    assert not still.turned(chart.signals)["trend"].any()
