"""The shortest list of units to review after which no figure can move by more than its tolerance.

Every figure gives two conditions, one a direction: what the units that are not reviewed can move together (the sum of
their `reach`) is at most the tolerance. Let a be a unit's reach, and the need what all units move together above the
tolerance; then the units reviewed must have a sum of a of at least the need. To meet all needs with as few records as
possible is a covering integer program, NP-hard, of which set cover is a case.

**The list.** Greedy: again and again the unit that brings the most, sum over conditions of min(a, what is still
needed) / need, per record. What a unit brings only falls as others are taken (the sum is submodular), so a queue with
values of before finds the best without looking at all (Minoux, Accelerated greedy algorithms, 1978; recalled); the
list is longer than the shortest by at most a logarithmic factor (Dobson, Worst-case analysis of greedy heuristics for
integer programming with nonnegative data, Mathematics of Operations Research 1982, 7:515-531; Wolsey, Combinatorica
1982, 2:385-393; both recalled). Then, from the last to the first, units that the others make superfluous are struck
out. One list is made so from nothing, another from what the linear relaxation takes whole; the shorter one stands, and
is put in the greedy order, so that whoever stops early has done what mattered most.

**The lower bound.** With a cut down to the need (which leaves the solutions as they are) the linear relaxation, units
reviewed in part, needs at most as many records as any list. Its optimum is approached from below by multipliers y of 0
or more of the conditions: sum y + sum over units of min(0, records - sum a y) is a lower bound for every y (Lagrangian
duality), so that it holds however exactly the solver worked. Multipliers come from HiGHS, for very large problems
from subgradient steps with Polyak's length (Held, Wolfe and Crowder, Mathematical Programming 1974, 6:62-88;
recalled).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.optimize import linprog

from transforms.influence.methods.choices import Booleans, Integers
from transforms.influence.methods.reach import Reach
from transforms.measures.methods.arrays import Floats, fitted

# A need counts as met when this share of it is missing: what rounding leaves of sums.
_ROUNDING = 1e-9
# Beyond so many numbers the interior point method takes longer than subgradient steps that come nearly as far.
_MOST_FOR_HIGHS = 1_200_000
_SUBGRADIENT_STEPS = 300
# A list so near its lower bound (as a share) is not tried again.
_NEAR = 0.01


@dataclass(frozen=True, kw_only=True)
class Worklist:
    """What to review, and what it achieves.

    `chosen`: places in the array of records, in no order. `lower_bound`: no list with fewer records makes as many
    figures safe. `beyond`: figures that no review makes safe, because their tolerance is negative or their reach
    unknown (NaN). `needs`, of the figures `figure`, are the conditions, and `cost` the records of all units.
    """

    chosen: Integers
    lower_bound: int
    beyond: Booleans
    needs: sparse.csr_array
    figure: Integers
    cost: Integers

    @cached_property
    def units(self) -> Integers:
        """What is chosen, most urgent first."""
        return _greedy(self.needs.tocsc(), self.cost, among=self.chosen)

    @property
    def records(self) -> Integers:
        """How many records the first 1, 2, ... units have together."""
        return np.cumsum(self.cost[self.units])

    @property
    def safe(self) -> Integers:
        """How many figures cannot move by more than their tolerance when none, the first 1, 2, ... are reviewed."""
        return _safe(self.needs, self.figure, self.units, self.beyond)


def shortest(reach: Reach, tolerance: ArrayLike, records: ArrayLike, *, figures: int) -> Worklist:
    """The shortest list found.

    `reach.unit` counts from 0 here, and `records` has the number of records of each unit (1 or more): what its review
    costs. `tolerance` is one number or one a figure, in the figure's unit.
    """
    allowed = fitted("tolerance", np.asarray(tolerance, dtype=np.float64), (figures,))
    cost = np.asarray(records, dtype=np.int64)
    if (cost < 1).any():
        raise ValueError(f"records: expected 1 or more; {int((cost < 1).sum())} units have fewer")
    if len(reach.unit) and reach.unit.max() >= len(cost):
        raise ValueError(f"unit: expected numbers below {len(cost)}, the number of units with records")
    needs, figure, beyond = _conditions(reach, allowed, len(cost))
    columns = needs.tocsc()
    bound, whole, part = _relaxation(needs, cost.astype(np.float64))
    chosen = np.concatenate([whole, _greedy(columns, cost, taken=whole, among=part)])
    # The parts suffice, unless the solver was inexact.
    chosen = _thinned(columns, np.concatenate([chosen, _greedy(columns, cost, taken=chosen)]))
    if cost[chosen].sum() > (1 + _NEAR) * bound:
        other = _thinned(columns, _greedy(columns, cost))
        if cost[other].sum() < cost[chosen].sum():
            chosen = other
    return Worklist(chosen=chosen, lower_bound=bound, beyond=beyond, needs=needs, figure=figure, cost=cost)


def _conditions(reach: Reach, allowed: Floats, units: int) -> tuple[sparse.csr_array, Integers, Booleans]:
    """Conditions by units: the share of the need that each unit meets, at most 1; the conditions' figures; `beyond`.

    Figures that stay within the tolerance without any review have no condition.
    """
    beyond = np.zeros(len(allowed), dtype=bool)
    rows, of = [], []
    for amount in (reach.down, reach.up):
        total = np.bincount(reach.figure, weights=amount, minlength=len(allowed))
        # What nothing can move is safe without a tolerance too.
        need = np.where((total == 0) & np.isnan(allowed), 0.0, total - allowed)
        beyond |= ~(need <= total)
        open_ = np.flatnonzero(need > _ROUNDING * total)
        scale = np.divide(1.0, need, out=np.zeros_like(need), where=need > 0)
        matrix = sparse.csr_array((amount * scale[reach.figure], (reach.figure, reach.unit)), (len(allowed), units))
        rows.append(matrix[open_])
        of.append(open_)
    figure = np.concatenate(of)
    needs = sparse.vstack(rows, format="csr")[~beyond[figure]]
    needs.eliminate_zeros()
    needs.data = np.minimum(needs.data, 1.0)
    return needs, figure[~beyond[figure]], beyond


def _greedy(
    columns: sparse.csc_array, cost: Integers, *, among: Integers | None = None, taken: Integers | None = None
) -> Integers:
    """Units in greedy order until all conditions are met, out of some units only, or beside units taken already."""
    start, condition, amount = columns.indptr.tolist(), columns.indices, columns.data
    left = np.ones(columns.shape[0])
    candidates = np.ones(len(cost), dtype=bool) if among is None else np.isin(np.arange(len(cost)), among)
    if taken is not None:
        left -= columns[:, taken].sum(axis=1)
        candidates[taken] = False
    left[left <= _ROUNDING] = 0.0
    still_open = np.count_nonzero(left)
    gain = np.minimum(amount, left[condition])
    gains = np.bincount(np.repeat(np.arange(len(cost)), np.diff(columns.indptr)), weights=gain, minlength=len(cost))
    units = np.flatnonzero(candidates & (gains > 0))
    queue = list(zip((-gains / cost)[units].tolist(), units.tolist(), strict=True))
    heapq.heapify(queue)
    order = []
    while still_open and queue:
        unit = queue[0][1]
        own = slice(start[unit], start[unit + 1])
        place, share = condition[own], amount[own]
        now = left[place]
        brings = np.add.reduce(np.minimum(share, now)) / cost[unit]
        if brings <= 0:
            heapq.heappop(queue)
            continue
        heapq.heapreplace(queue, (-brings, unit))
        if queue[0][1] != unit:
            continue
        heapq.heappop(queue)
        order.append(unit)
        now_met = now > 0
        now = now - share
        now[now <= _ROUNDING] = 0.0
        left[place] = now
        still_open -= np.count_nonzero(now_met & (now == 0))
    return np.array(order, dtype=np.int64)


def _thinned(columns: sparse.csc_array, order: Integers) -> Integers:
    """The units without those, from the last to the first, that the others make superfluous."""
    start, condition, amount = columns.indptr.tolist(), columns.indices, columns.data
    spare = columns[:, order].sum(axis=1) - (1 - _ROUNDING)
    kept = []
    for unit in reversed(order.tolist()):
        own = slice(start[unit], start[unit + 1])
        after = spare[condition[own]] - amount[own]
        if (after >= 0).all():
            spare[condition[own]] = after
        else:
            kept.append(unit)
    return np.array(kept[::-1], dtype=np.int64)


def _relaxation(needs: sparse.csr_array, cost: Floats) -> tuple[int, Integers, Integers]:
    """A lower bound on the records of any list; units that the relaxation takes whole, clearest first; all it takes."""
    if not needs.shape[0]:
        return 0, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    solved = None
    if needs.nnz <= _MOST_FOR_HIGHS:
        met = np.full(needs.shape[0], _ROUNDING - 1)
        solved = linprog(cost, A_ub=-needs, b_ub=met, bounds=(0, 1), method="highs-ipm")
    if solved is not None and solved.status == 0:
        bound, left = _dual(needs, cost, np.maximum(-solved.ineqlin.marginals, 0.0))
        whole, part = solved.x > 1 - 1e-6, solved.x > 1e-9
    else:
        found = _greedy(needs.tocsc(), cost.astype(np.int64))
        bound, left = _dual(needs, cost, _subgradient(needs, cost, cost[found].sum()))
        whole, part = left < 0, np.ones(len(cost), dtype=bool)
    order = np.argsort(left, kind="stable")
    # Records are whole: rounding must not make a bound of 37 a bound of 38.
    return int(np.ceil(bound - 1e-6)), order[whole[order]], np.flatnonzero(part)


def _dual(needs: sparse.csr_array, cost: Floats, prices: Floats) -> tuple[float, Floats]:
    """The Lagrangian lower bound at prices of the conditions, and what each unit costs beyond what it brings there."""
    left = cost - needs.T @ prices
    return float((1 - _ROUNDING) * prices.sum() + np.minimum(left, 0.0).sum()), left


def _subgradient(needs: sparse.csr_array, cost: Floats, found: float) -> Floats:
    """Prices near the optimum of the Lagrangian bound; `found` is the records of a list."""
    prices, best, best_bound, length, since = np.zeros(needs.shape[0]), np.zeros(needs.shape[0]), 0.0, 1.0, 0
    for _ in range(_SUBGRADIENT_STEPS):
        bound, left = _dual(needs, cost, prices)
        if bound > best_bound:
            best, best_bound, since = prices, bound, 0
        else:
            since += 1
            if since == 10:
                length, since = length / 2, 0
        unmet = 1 - needs @ (left < 0)
        square = unmet @ unmet
        if square < _ROUNDING:
            break
        prices = np.maximum(prices + length * (found - bound) / square * unmet, 0.0)
    return best


def _safe(needs: sparse.csr_array, figure: Integers, order: Integers, beyond: Booleans) -> Integers:
    """How many figures are safe after none, the first 1, 2, ... units of the order."""
    picked = needs[:, order]
    picked.sort_indices()
    met = np.append(0.0, np.cumsum(picked.data))
    met = met[1:] - np.repeat(met[picked.indptr[:-1]], np.diff(picked.indptr))
    # The amounts met in a condition only grow along the order: count those that do not suffice yet.
    row = np.repeat(np.arange(len(figure)), np.diff(picked.indptr))
    first = picked.indptr[:-1] + np.bincount(row, weights=met < 1 - 2 * _ROUNDING, minlength=len(figure)).astype(int)
    after = np.zeros(len(beyond), dtype=np.int64)
    np.maximum.at(after, figure, picked.indices[first] + 1)
    return np.cumsum(np.bincount(after[~beyond], minlength=len(order) + 1))
