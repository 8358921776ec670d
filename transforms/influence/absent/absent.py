"""Records that may be absent from figures: bounds with them, and the words for it.

Up to G records are absent from a figure N / D, each of which may be in its numerator and denominator, in the
denominator alone, or elsewhere. A sum is at its greatest with all of them, and at its least as coded. A share N / D,
N being a part of D, is at its greatest with all of them in both, since (N + 1) / (D + 1) >= N / D, and at its least
with all of them in D alone. Where flagged records move it too, they are options of one more unit beside theirs, and
the optimum is over all together (see methods.bounds).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from transforms.influence.absent.sizes import SIZES, is_of_every_record
from transforms.influence.base import Base
from transforms.influence.forms import FORMS
from transforms.influence.methods.bounds import Bounds
from transforms.influence.methods.changed import Fewest, fewer
from transforms.influence.methods.choices import Booleans, Integers, Moves
from transforms.influence.methods.expected import Expected
from transforms.measures.methods.arrays import Floats

TOLD = "records may be absent from it"
UNKNOWN = "records are absent from it, and nobody knows how many"

# What one absent record may add to the numerator and the denominator of a ratio.
_OPTIONS = {"part": ((0, 0), (1, 1), (0, 1)), "either": ((0, 0), (1, 0), (0, 1))}


@dataclass(frozen=True)
class Absent:
    """By figure, in the order of stats.figure, how many records may be absent from it at most.

    `greatest`: of any cause, sex, age, facility and month that they may be of; infinite where nobody knows, and where
    records elsewhere bear on the figure too; `told`: those known to be one in it, a number of records of its place and
    time; `is_lacking`: some are told of its place and time, whether it is a number of records or not; `is_open`: a
    finding that could be about it tells no number; `behind` and `behind_told`: the fewest records, none apart, that
    these numbers would give away; `expected`: how many of those told are expected.
    """

    measure: NDArray[np.str_]
    greatest: Floats
    told: Floats
    is_lacking: Booleans
    is_open: Booleans
    behind: Integers
    behind_told: Integers
    expected: Expected
    # Figures whose worst bounds were found together with flagged records.
    is_solved: Booleans

    @classmethod
    def nothing(cls, measure: NDArray[np.str_]) -> Absent:
        """No records are absent from figures of these measures."""

        def zeros(dtype: type) -> NDArray:
            return np.zeros(len(measure), dtype=dtype)

        return cls(
            measure=measure,
            greatest=zeros(float),
            told=zeros(float),
            is_lacking=zeros(bool),
            is_open=zeros(bool),
            behind=zeros(np.int64),
            behind_told=zeros(np.int64),
            expected=Expected(*(zeros(float) for _ in range(3))),
            is_solved=zeros(bool),
        )

    @cached_property
    def _sizes(self) -> NDArray[np.str_]:
        names, of = np.unique(self.measure, return_inverse=True)
        return np.array([SIZES[name] for name in names] or [""])[of]

    @cached_property
    def is_composed(self) -> Booleans:
        """Whether a figure is no sum over records."""
        return ~np.isin(self.measure, list(FORMS))

    @cached_property
    def is_of_every_record(self) -> Booleans:
        """Whether every record of a place and time is one in the figure, if it is of all causes, sexes and ages."""
        names, of = np.unique(self.measure, return_inverse=True)
        return np.array([is_of_every_record(name) for name in names] or [False])[of]

    def beside(self, moves: Moves, figures: Integers) -> Moves:
        """The moves of figures, by their rows in stats.figure, and those of absent records where they are ratios.

        These are one unit more in each figure, of as many records as may be absent, and none is named.
        """
        number = self.greatest[figures]
        is_counted = (number > 0) & np.isfinite(number)
        if not is_counted.any():
            return moves
        parts = [vars(moves)]
        unit = int(moves.unit.max(initial=-1)) + 1
        for size, options in _OPTIONS.items():
            of = np.flatnonzero(is_counted & (self._sizes[figures] == size))
            self.is_solved[figures[of]] = True
            dn, dd = np.tile(np.array(options, dtype=np.float64), (len(of), 1)).T
            same = np.zeros(len(dn), dtype=np.int64)
            parts.append(
                {
                    "figure": np.repeat(of, len(options)), "unit": same + unit, "state": same, "record": same,
                    "dn": dn, "dd": dd, "named": (dn == 0) & (dd == 0),
                    "count": np.repeat(number[of], len(options)).astype(np.int64),
                }
            )  # fmt: skip
        return Moves(**{name: np.concatenate([part[name] for part in parts]) for name in parts[0]})

    def widen(self, bounds: Bounds, expected: Expected, base: Base) -> None:
        """Set the bounds and expected values of all figures to those with absent records; NaN: no bound.

        Sums take what is added at the end, since what flagged records do to them is another sum.
        """
        if not self.greatest.any():
            return
        greatest, size = self.greatest, self._sizes
        low, high = bounds.worst_low, bounds.worst_high
        with np.errstate(divide="ignore", invalid="ignore"):
            each = base.multiplier / base.d
        told = np.flatnonzero(self.told > 0)
        bounds.bound_high[told] += self.told[told] * each[told]
        for name, values in vars(expected).items():
            values[told] += getattr(self.expected, name)[told] * each[told]
        is_unknown = np.isinf(greatest)
        one = np.flatnonzero((size == "one") & (greatest > 0) & ~is_unknown)
        high[one] += greatest[one] * each[one]
        for name, options in _OPTIONS.items():
            of = np.flatnonzero((size == name) & (greatest > 0) & ~is_unknown & ~self.is_solved)
            n, d, more, scale = base.n[of], base.d[of], greatest[of], base.multiplier[of]
            low[of] = n / (d + more) * scale
            high[of] = (n + more) / (d + (more if (1, 1) in options else 0)) * scale
        # A share of patients is no more than all of them.
        share = np.flatnonzero((self.measure == "treated_prevalence") & (greatest > 0))
        high[share] = np.minimum(high[share], base.multiplier[share])
        is_amount = (size == "more") & (greatest > 0)
        high[is_amount | (is_unknown & (size != "nothing"))] = np.nan
        low[(size == "unknown") & (greatest > 0) | is_unknown & np.isin(size, list(_OPTIONS))] = np.nan
        high[(size == "unknown") & (greatest > 0)] = np.nan

    def fewest(self, found: Fewest) -> Fewest:
        """The fewest records that lie between columns, where these are bounds with absent records."""
        return fewer(found, Fewest(self.behind_told, self.behind, np.zeros(len(self.behind), dtype=np.int64)))

    def write(self, con: duckdb.DuckDBPyConnection) -> None:
        """Say on figures that records may be absent from them; those that nobody knows the number of are not fit."""
        said = np.flatnonzero(self.is_lacking | self.is_open)
        if not len(said):
            return
        words = np.where(self.is_open[said], UNKNOWN, TOLD)
        con.register("absent_words", pa.table({"figure": said, "absent": words}))
        con.execute(
            """
            update stats.figure
            set absent = w.absent, verdict = if(w.absent = $unknown, 'not_fit', verdict)
            from absent_words as w
            where w.figure = stats.figure.rowid
            """,
            {"unknown": UNKNOWN},
        )
        con.unregister("absent_words")
