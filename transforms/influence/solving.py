"""What the moves of a breakdown come to for its figures: bounds, expected values, and what single records can do."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from transforms.influence.breakdowns import Breakdown
from transforms.influence.found import Found
from transforms.influence.lengths import Lengths, assess_lengths
from transforms.influence.methods.alike import alike
from transforms.influence.methods.bounds import SingleChanges, bounds, single_changes
from transforms.influence.methods.changed import changed_records
from transforms.influence.methods.choices import Integers
from transforms.influence.methods.expected import simulate
from transforms.influence.results import Results
from transforms.measures.methods.arrays import Floats


@dataclass(frozen=True)
class Solver:
    """Sets results of figures from their moves.

    `chances` are those of the sets of rules (see beliefs); `relaxed` the numbers of units, as in the moves, with more
    states than are told apart.
    """

    results: Results
    chances: Floats
    relaxed: Integers

    def solve(self, part: Breakdown, found: Found, lengths: Lengths | None) -> SingleChanges:
        """Set what is to be said of a breakdown's figures; return what each unit alone can do.

        `lengths` are those of all records where the figures are made of them.
        """
        results = self.results
        is_relaxed = np.isin(found.numbers, self.relaxed)
        results.mark_outer(found.figures[found.moves.figure[is_relaxed[found.moves.unit]]])
        if found.outer is not None:
            results.mark_outer(found.outer)
        if lengths is not None:
            return assess_lengths(lengths, found, results, self.chances)
        results.leave_out(*found.coded.totals())
        base = results.base(found.figures)
        arguments = {"multiplier": base.multiplier, "fixed_denominator": base.is_fixed}
        kinds = alike(found.moves)
        limits = bounds(base.n, base.d, results.absent.beside(kinds.moves, found.figures), **arguments)
        changed = changed_records(base.n, base.d, kinds.moves, limits, **arguments)
        results.set_bounds(found.figures, limits, changed)
        within = (limits.worst_low, limits.worst_high)
        expected = simulate(base.n, base.d, found.outcomes(), self.chances, within=within, **arguments)
        results.set_expected(found.figures, expected)
        changes = kinds.of_every_unit(single_changes(base.n, base.d, kinds.moves, **arguments))
        return replace(changes, figure=found.figures[changes.figure])
