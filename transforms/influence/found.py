"""What is found of a breakdown: the moves of its figures, whose they are, and what flagged records are as coded."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from transforms.influence.methods.choices import Booleans, Integers, Moves
from transforms.influence.methods.expected import Outcomes
from transforms.measures.methods.arrays import Floats


@dataclass(frozen=True)
class Coded:
    """What flagged records have in figures as coded, as rows: the figure's row in stats.figure, and alike records.

    `n` and `d` are what one of them adds to numerator and denominator, `count` is how many they are, and `is_n` says
    whether they are behind the numerator.
    """

    figure: Integers
    n: Floats
    d: Floats
    count: Integers
    is_n: Booleans

    def totals(self) -> tuple[Integers, Floats, Floats, Integers]:
        """By figure, ascending: its row, sums of n and d, and how many records are behind each, shape (2, figures)."""
        figures, place = np.unique(self.figure, return_inverse=True)

        def total(of_row: np.ndarray) -> Floats:
            return np.bincount(place, weights=of_row * self.count, minlength=len(figures))

        records = np.stack([total(self.is_n), total(self.d != 0)]).astype(np.int64)
        return figures, total(self.n), total(self.d), records


@dataclass(frozen=True)
class Members:
    """The records behind the units of moves: by row the unit, the record, and its influence.unit.

    A unit with states has one row, in which `record` is -1: its records are in the moves.
    """

    of: Integers
    record: Integers
    unit_id: Integers


@dataclass(frozen=True)
class Found:
    """The moves of a breakdown's figures: records that are alike are one unit of `moves`, with their number.

    `moves` count figures by their place in `figures`, ascending, and units by their place in `numbers` (see `classes`);
    records have the numbers of influence.record. By row besides: `share`, the probability of the row where the record
    is not as coded (states of a unit being equally likely), `rules`, the number of the set of rules that flag it, and
    `coded_n` and `coded_d`, what the record has in the figure as coded. Then who they are, and what all flagged records
    are as coded.
    """

    figures: Integers
    numbers: Integers
    moves: Moves
    share: Floats
    rules: Integers
    coded_n: Floats
    coded_d: Floats
    members: Members
    coded: Coded
    # Figures, by their rows in stats.figure, whose units choose more freely here than they may.
    outer: Integers | None = None

    def outcomes(self) -> Outcomes:
        """The rows that change their figure, for the simulation of expected values."""
        moves = self.moves
        rows = np.flatnonzero((self.share > 0) & ((moves.dn != 0) | (moves.dd != 0)))
        # Records of units with states are apart from units without, which are in order already.
        record = np.where(moves.state[rows] > 0, len(self.numbers) + moves.record[rows], moves.unit[rows])
        return Outcomes(
            figure=moves.figure[rows],
            record=record,
            rule=self.rules[rows],
            dn=moves.dn[rows],
            dd=moves.dd[rows],
            share=self.share[rows],
            count=moves.count[rows],
        )

    def of_rows(self, wanted: Booleans) -> Found:
        """The same with some of the rows, and the figures that these are about."""
        kept = np.flatnonzero(wanted)
        beside = {name: getattr(self, name)[kept] for name in ("share", "rules", "coded_n", "coded_d")}
        columns = {name: values[kept] for name, values in vars(self.moves).items()}
        figures, columns["figure"] = np.unique(columns["figure"], return_inverse=True)
        return replace(self, figures=self.figures[figures], moves=Moves(**columns), **beside)
