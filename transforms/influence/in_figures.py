"""What flagged records, by their classes, come to in the figures of a breakdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transforms.influence.cells import Cells
from transforms.influence.classes import Classes
from transforms.influence.methods.choices import Booleans, Integers
from transforms.influence.methods.segments import distinct, spread, starts, sums
from transforms.measures.methods.arrays import Floats


@dataclass(frozen=True)
class InFigures:
    """What each alternative comes to in each figure that it is in, as rows sorted by figure and alternative.

    `figures` are the row numbers of stats.figure and `figure` a place among them. `n`, `d`, `likely`: see `Cells`;
    `coded_n`, `coded_d` are what its record has there as coded, and `is_coded` says whether the row is that.
    `is_within` is false where it is there only as part of the whole of which the figure is a share. Rows of a figure
    and a class are a pair: `pair` is its place, `start` where its rows begin, `pair_class` and `pair_figure` what it
    is of.
    """

    figures: Integers
    figure: Integers
    alternative: Integers
    n: Floats
    d: Floats
    likely: Floats
    is_within: Booleans
    start: Integers
    pair: Integers
    pair_class: Integers
    pair_figure: Integers
    coded_n: Floats
    coded_d: Floats
    is_coded: Booleans

    @classmethod
    def of(cls, classes: Classes, columns: Sequence[str], cells: Cells) -> InFigures:
        """Those of the classes of a table in the figures of a breakdown, whose `columns` the cells name by number."""
        first = np.searchsorted(cells.cell, classes.cells, side="left")
        each = np.searchsorted(cells.cell, classes.cells, side="right") - first
        row, at = spread(first[classes.cell], each[classes.cell])
        nothing = np.zeros(len(classes.cell))
        values = np.stack([*(classes.columns[name] for name in columns), nothing])
        n, d = values[cells.n[at], row] * cells.adds[at], values[cells.d[at], row]
        kept = np.flatnonzero((n != 0) | (d != 0))
        row, at, n, d = row[kept], at[kept], n[kept], d[kept]
        figures, figure = distinct(cells.figure[at])
        # Rows are by alternative, and numbers of 16 bits are sorted without comparing them.
        order = np.argsort(figure.astype(np.uint16) if len(figures) < 2**16 else figure, kind="stable")
        row, at, figure, n, d = row[order], at[order], figure[order], n[order], d[order]
        alternative = classes.alternative[row]
        start = starts(figure, alternative)
        is_any, likely, is_whole = classes.is_any[row], cells.likely[at], cells.is_whole[at]
        parts = {
            "n": sums(n, start),
            "d": sums(d, start),
            "likely": np.minimum.reduceat(likely, start) if len(start) else likely,
            "is_within": ~(np.logical_and.reduceat(is_whole, start) if len(start) else is_whole),
        }
        figure, alternative = figure[start], alternative[start]
        if is_any.any():
            coded = _as_coded(classes, figure, alternative, parts["n"], parts["d"])
            of_any = np.logical_or.reduceat(is_any, start)
            # Any other code: where the record is as coded, another code takes it away.
            is_own = of_any & coded[2] & (parts["n"] == coded[0]) & (parts["d"] == coded[1])
            plain_n, plain_d = sums(np.where(is_any, 0.0, n), start), sums(np.where(is_any, 0.0, d), start)
            parts["n"] = np.where(is_own, plain_n, parts["n"])
            parts["d"] = np.where(is_own, plain_d, parts["d"])
            parts["likely"] = np.where(is_own, 1.0, parts["likely"])
            kept = np.flatnonzero((parts["n"] != 0) | (parts["d"] != 0))
            figure, alternative = figure[kept], alternative[kept]
            parts = {name: of_part[kept] for name, of_part in parts.items()}
        pairs, pair = _pairs(classes, figure, alternative)
        coded_n, coded_d, _ = _as_coded(classes, figure, alternative, parts["n"], parts["d"])
        return cls(
            figures=figures,
            figure=figure,
            alternative=alternative,
            start=pairs,
            pair=pair,
            pair_class=classes.of_class[alternative[pairs]],
            pair_figure=figure[pairs],
            coded_n=coded_n,
            coded_d=coded_d,
            is_coded=classes.is_coded[alternative],
            **parts,
        )


def _pairs(classes: Classes, figure: Integers, alternative: Integers) -> tuple[Integers, Integers]:
    """Where the rows of each figure and class begin, and for each row the place of its pair."""
    start = starts(figure, classes.of_class[alternative])
    return start, np.repeat(np.arange(len(start)), np.diff(start, append=len(figure)))


def _as_coded(
    classes: Classes, figure: Integers, alternative: Integers, n: Floats, d: Floats
) -> tuple[Floats, Floats, Booleans]:
    """For each row what its record has in the figure as coded, and whether it is there as coded: its first row."""
    start, pair = _pairs(classes, figure, alternative)
    is_coded = classes.is_coded[alternative[start]]
    return np.where(is_coded, n[start], 0.0)[pair], np.where(is_coded, d[start], 0.0)[pair], is_coded[pair]
