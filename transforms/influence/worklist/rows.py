"""The rows of a worklist: every open flag of the units to be reviewed, the figures they hold, and random further ones.

Rules learn how often they are right from random reviews only: units that were chosen for their influence say nothing
about the others. So each list has random units besides.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from codesets.database import without_pandas
from transforms.influence.methods.bounds import single_changes
from transforms.influence.methods.chances import generator
from transforms.influence.methods.choices import Booleans, Choices, Integers, Moves
from transforms.influence.worklist.case import Case

HERE = Path(__file__).parent

# Random records for each record on the list, so that every list teaches something; own choice.
RANDOM_SHARE = 0.1

# Figures that are told of those that a unit can move.
FIRST = 3

INFLUENCE, RANDOM = "influence", "random"


@dataclass(frozen=True)
class Hold:
    """A figure (its row number in stats.figure) that a unit could move alone: down by `low`, up by `high`."""

    figure: int
    low: float
    high: float

    @property
    def most(self) -> float:
        """The larger of the two, as an amount."""
        return float(np.fmax(-self.low, self.high))


@dataclass(frozen=True, kw_only=True)
class Flagged:
    """One open flag on the list.

    `flag` has the columns of rows.sql; `held` is how many figures its unit can move alone, `holds` the first of them,
    those that come nearest to their tolerance.
    """

    flag: dict[str, Any]
    held: int
    holds: tuple[Hold, ...]


def random_units(case: Case, units: Integers, seed: int, share: float = RANDOM_SHARE) -> tuple[Integers, Integers]:
    """Units drawn at random beside the listed `units`: those that are listed too, and the further ones.

    Units are drawn from all that have open flags, listed or not, until the further ones have `share` as many records
    as the list: a random sample of all, of which those on the list are already paid for.
    """
    listed = np.zeros(len(case.units), dtype=bool)
    listed[units] = True
    wanted = int(np.ceil(share * case.records[units].sum()))
    drawn = generator(seed, "worklist").permutation(len(case.units))
    further = np.cumsum(np.where(listed[drawn], 0, case.records[drawn]))
    drawn = drawn[: int(np.searchsorted(further, wanted)) + 1] if wanted else drawn[:0]
    return drawn[listed[drawn]], drawn[~listed[drawn]]


def rows_of(
    con: duckdb.DuckDBPyConnection, case: Case, units: Integers, *, seed: int = 0, named_only: bool = True
) -> list[Flagged]:
    """The rows of a list of units, in order; flags of one cause (rule, code, facility and coder) stand together."""
    again, further = random_units(case, units, seed)
    listed = np.concatenate([units, further])
    is_random = np.isin(listed, again) | (np.arange(len(listed)) >= len(units))
    values = {"units": case.units[listed].tolist(), "chosen": np.where(is_random, RANDOM, INFLUENCE).tolist()}
    with without_pandas():
        found = con.execute((HERE / "rows.sql").read_text(encoding="utf-8"), values)
        columns = [column[0] for column in found.description]
        flags = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    wanted = np.zeros(len(case.units), dtype=bool)
    wanted[listed] = True
    holds = _holds(case, wanted, named_only)
    nothing: tuple[int, tuple[Hold, ...]] = (0, ())
    rows = []
    for flag in flags:
        held, first = holds.get(flag["unit_id"], nothing)
        rows.append(Flagged(flag=flag, held=held, holds=first))
    return rows


def _holds(case: Case, wanted: Booleans, named_only: bool) -> dict[int, tuple[int, tuple[Hold, ...]]]:
    """By unit_id how many figures the unit alone can move, and the first of them."""
    moves, base = case.of_units(wanted), case.base
    if named_only:
        moves = _named(moves)
    changes = single_changes(base.n, base.d, moves, multiplier=base.multiplier, fixed_denominator=base.is_fixed)
    most = np.fmax(-changes.low, changes.high)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.nan_to_num(most / case.tolerance[changes.figure], nan=0.0, posinf=np.inf)
    moving = np.flatnonzero(most > 0)
    order = moving[np.lexsort((changes.figure[moving], -weight[moving], changes.unit[moving]))]
    units, starts, held = np.unique(changes.unit[order], return_index=True, return_counts=True)
    found = {}
    for unit, start, count in zip(case.units[units].tolist(), starts.tolist(), held.tolist(), strict=True):
        first = order[start : start + min(count, FIRST)]
        columns = (case.figures[changes.figure[first]], changes.low[first], changes.high[first])
        found[unit] = (count, tuple(map(Hold, *(column.tolist() for column in columns))))
    return found


def _named(moves: Moves) -> Moves:
    """The moves without options that name no target."""
    choices = Choices.of(moves.figure, moves.unit, moves.state, moves.record, moves.count)
    rows = choices.allowing(moves.named[choices.rows]).rows
    return Moves(**{name: values[rows] for name, values in vars(moves).items()})
