"""Worklists keep their promise under every resolution, and are about as short as an exhaustive search finds."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from tests.influence.resolutions import moves, resolutions
from transforms.influence.base import Base
from transforms.influence.worklist import rows as rows_module
from transforms.influence.worklist.case import Case
from transforms.influence.worklist.choose import choose
from transforms.influence.worklist.rows import random_units
from transforms.influence.worklist.tolerance import Tolerances, read_tolerance


def case_of(rows, members, *, n, d, tolerance, records, fixed=None) -> Case:
    """A case from rows of (figure, class, state, record, dn, dd[, named]) and members (class, unit, record)."""
    filled = [(*row, True)[:7] for row in rows]
    counts = {one: sum(1 for of_class, _, _ in members if of_class == one) for one, _, _ in members}
    of_class, of_unit, of_record = np.array(members, dtype=np.int64).reshape(-1, 3).T
    n = np.array(n, dtype=float)
    return Case(
        figures=np.arange(len(n)),
        base=Base(n, np.array(d, dtype=float), np.ones(len(n)), np.array(fixed if fixed else [False] * len(n))),
        tolerance=np.array(tolerance, dtype=float),
        moves=moves(*((*row, counts[row[1]]) for row in filled)),
        of_class=of_class,
        of_unit=of_unit,
        of_record=of_record,
        units=np.arange(len(records)) + 1,
        records=np.array(records, dtype=np.int64),
    )


def random_case(seed: int, *, figures: int = 3, units: int = 7) -> Case:
    """Units that are free (of one record or two) or tied, in ratios and sums over denominators that stay."""
    rng = np.random.default_rng(seed)
    tied = rng.random(units) < 0.3
    records = np.where(tied, 2, rng.integers(1, 3, units))
    fixed = rng.random(figures) < 0.4
    rows, members, n, d = [], [], [], []
    classes = 0

    def after() -> tuple[float, float]:
        weight = float(rng.integers(0, 3))
        return float(rng.integers(0, weight + 1)), weight

    for figure in range(figures):
        base_n, base_d = float(rng.integers(0, 4)), float(rng.integers(4, 30))
        free = [(unit, 10 * unit + which) for unit in np.flatnonzero(~tied) for which in range(records[unit])]
        kind = rng.integers(-1, 3, len(free))
        for one in range(3):
            own = [free[place] for place in np.flatnonzero(kind == one)]
            if not own:
                continue
            coded = after()
            base_n, base_d = base_n + len(own) * coded[0], base_d + len(own) * coded[1]
            rows.append((figure, classes, 0, 0, 0.0, 0.0, True))
            for _ in range(rng.integers(1, 3)):
                there = (0.0, 0.0) if rng.random() < 0.3 else after()
                rows.append((figure, classes, 0, 0, there[0] - coded[0], there[1] - coded[1], rng.random() < 0.7))
            members += [(classes, unit, record) for unit, record in own]
            classes += 1
        for unit in np.flatnonzero(tied & (rng.random(units) < 0.6)):
            coded = [after(), after()]
            base_n, base_d = base_n + sum(c[0] for c in coded), base_d + sum(c[1] for c in coded)
            for state in range(rng.integers(2, 4)):
                for record in range(2):
                    there = coded[record] if state == 0 or rng.random() < 0.5 else after()
                    step = (there[0] - coded[record][0], there[1] - coded[record][1])
                    rows.append((figure, classes, state, record, *step, state == 0 or rng.random() < 0.7))
            members.append((classes, unit, -1))
            classes += 1
        n.append(base_n)
        d.append(base_d)
    tolerance = [rng.uniform(0.2, 2.0) / base for base in d]
    case = case_of(rows, members, n=n, d=d, tolerance=tolerance, records=records, fixed=list(fixed))
    case.moves.dd[fixed[case.moves.figure]] = 0.0
    return case


def furthest(case: Case, reviewed: np.ndarray, *, named_only: bool = True) -> np.ndarray:
    """By figure how far resolutions of the rest take it from its reviewed value, whatever the review finds."""
    done, rest = case.of_units(reviewed), case.of_units(~reviewed)
    found = np.zeros(len(case.figures))
    for figure in range(len(case.figures)):
        settled = np.array([case.base.n[figure], case.base.d[figure]]) + resolutions(done, figure)
        steps = resolutions(rest, figure, named_only=named_only)
        ends = settled[:, None, :] + steps[None, :, :]
        defined = (settled[:, None, 1] > 1e-9) & (ends[..., 1] > 1e-9)
        with np.errstate(divide="ignore", invalid="ignore"):
            change = ends[..., 0] / ends[..., 1] - (settled[:, 0] / settled[:, 1])[:, None]
        found[figure] = np.abs(change[defined]).max(initial=0.0)
    return found


def listed(case: Case, units) -> np.ndarray:
    return np.isin(np.arange(len(case.units)), units)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("named_only", [True, False])
def test_no_resolution_of_the_rest_breaks_the_promise(seed, named_only):
    case = random_case(seed)
    choice = choose(case, named_only=named_only)
    moved = furthest(case, listed(case, choice.units), named_only=named_only)
    assert (moved <= case.tolerance * (1 + 1e-9)).all()
    assert not choice.open_after.any()
    assert choice.records == case.records[choice.units].sum() == choice.needed >= choice.lower_bound


def shortest_there_is(case: Case) -> int:
    """The fewest records of any list that keeps the promise."""
    best = int(case.records.sum())
    for size in range(len(case.units) + 1):
        for units in combinations(range(len(case.units)), size):
            cost = int(case.records[list(units)].sum())
            if cost < best and (furthest(case, listed(case, units)) <= case.tolerance * (1 + 1e-9)).all():
                best = cost
    return best


def test_lists_are_nearly_as_short_as_can_be():
    found, best = [], []
    for seed in range(12):
        case = random_case(seed, figures=2, units=6)
        choice = choose(case)
        found.append(choice.needed)
        best.append(shortest_there_is(case))
        assert choice.lower_bound <= best[-1] <= found[-1]
    print(f"records listed {sum(found)}, of the shortest lists {sum(best)}")
    assert sum(found) <= 1.25 * sum(best)


def sums(*shares: float, tolerance: float = 1.0, records=None) -> Case:
    """One figure over a denominator that stays; unit i alone moves it up by shares[i]."""
    rows = [
        row for unit, share in enumerate(shares) for row in ((0, unit, 0, 0, 0.0, 0.0), (0, unit, 0, 0, share, 0.0))
    ]
    members = [(unit, unit, unit) for unit in range(len(shares))]
    records = records or [1] * len(shares)
    return case_of(rows, members, n=[10.0], d=[1.0], tolerance=[tolerance], records=records, fixed=[True])


def test_the_records_that_move_most_are_listed():
    choice = choose(sums(0.1, 3.0, 0.2, 2.0, 0.3))
    assert choice.units.tolist() == [1, 3]
    assert (choice.records, choice.lower_bound, choice.open_before) == (2, 2, 1)


def test_a_unit_of_many_records_costs_them_all():
    assert choose(sums(1.5, 0.8, 0.8, tolerance=1.6, records=[5, 1, 1])).units.tolist() == [1, 2]


def test_a_short_list_does_what_it_can():
    choice = choose(sums(3.0, 2.0, 1.5), most=1)
    assert (choice.units.tolist(), choice.records, choice.needed, choice.is_whole) == ([0], 1, 3, False)
    assert choice.open_after.tolist() == [True]


def test_nothing_to_review_where_all_stays_within_the_tolerance():
    choice = choose(sums(0.4, 0.4))
    assert (choice.records, choice.needed, choice.lower_bound, choice.open_before) == (0, 0, 0, 0)


def test_what_names_no_target_is_promised_about_only_when_asked():
    rows = [(0, 0, 0, 0, 0.0, 0.0, True), (0, 0, 0, 0, 5.0, 0.0, False)]
    case = case_of(rows, [(0, 0, 7)], n=[10], d=[1], tolerance=[1], records=[1], fixed=[True])
    named, worst = choose(case), choose(case, named_only=False)
    assert (named.records, named.open_to_any.tolist()) == (0, [True])
    assert (worst.records, worst.open_to_any.tolist()) == (1, [False])


def test_a_figure_without_tolerance_is_not_promised():
    choice = choose(sums(3.0, tolerance=float("nan")))
    assert choice.beyond.tolist() == [True]
    assert choice.records == 0


def test_reviewed_values_of_a_ratio_may_need_further_records():
    # As coded 1 of 10. Unit 0 may take 5 from the denominator, after which unit 1 moves it twice as far.
    rows = [(0, 0, 0, 0, 0.0, 0.0), (0, 0, 0, 0, 4.0, -5.0), (0, 1, 0, 0, 0.0, 0.0), (0, 1, 0, 0, 1.0, 0.0)]
    case = case_of(rows, [(0, 0, 0), (1, 1, 1)], n=[1], d=[10], tolerance=[0.15], records=[1, 1])
    assert furthest(case, listed(case, [0]))[0] == pytest.approx(0.2)
    assert sorted(choose(case).units.tolist()) == [0, 1]


def test_random_records_are_a_tenth_and_drawn_from_all():
    case = sums(*([2.0] * 30 + [0.001] * 70))
    units = choose(case).units
    again, further = random_units(case, units, seed=3)
    assert len(further) == 3
    assert not set(further) & set(units)
    assert set(again) <= set(units)
    assert [part.tolist() for part in random_units(case, units, seed=3)] == [again.tolist(), further.tolist()]
    assert random_units(case, units[:0], seed=3)[1].size == 0


@pytest.mark.parametrize(
    ("text", "expected", "words"),
    [
        ("0.1%", [0.01, 0.02], "0.1 % of the value"),
        ("5 %", [0.5, 1.0], "5 % of the value"),
        ("0.0000001%", [1e-8, 2e-8], "1e-07 % of the value"),
        ("100%", [10.0, 20.0], "100 % of the value"),
        ("2 half-widths", [3.0, 0.2], "2 half-widths of the interval"),
        ("1hw", [1.5, 0.2], "1 half-width of the interval"),
    ],
)
def test_tolerances_are_read(text, expected, words):
    found = read_tolerance(text)
    values = found.of(np.array([10.0, 20.0]), np.array([8.5, np.nan]), np.array([11.5, np.nan]))
    assert values == pytest.approx(expected)
    assert found.in_words() == words


@pytest.mark.parametrize("text", ["", "5", "-1%", "0%", "two half-widths", "1 point"])
def test_other_tolerances_are_refused_with_an_example(text):
    with pytest.raises(ValueError, match=r"0\.5%"):
        read_tolerance(text)


def test_a_share_of_the_value_is_no_half_width():
    assert Tolerances(relative=0.1) != Tolerances(half_widths=0.1)


def test_a_unit_tells_the_figures_it_brings_nearest_to_their_tolerance():
    # One unit moves four figures; the tolerance of the third is the tightest.
    rows = [row for figure in range(4) for row in ((figure, figure, 0, 0, 0.0, 0.0), (figure, figure, 0, 0, -2.0, 0.0))]
    members = [(one, 0, 7) for one in range(4)]
    case = case_of(rows, members, n=[9] * 4, d=[1] * 4, tolerance=[4, 2, 0.5, 1], records=[1], fixed=[True] * 4)
    ((unit, (held, first)),) = rows_module._holds(case, np.array([True]), True).items()
    assert (unit, held) == (1, 4)
    assert [(hold.figure, hold.low, hold.high, hold.most) for hold in first] == [
        (2, -2.0, 0.0, 2.0),
        (3, -2.0, 0.0, 2.0),
        (1, -2.0, 0.0, 2.0),
    ]
