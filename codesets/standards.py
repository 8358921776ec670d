"""Collapse standard populations onto given age bands: groups are added up, never split.

    con.execute(f"create temp table standard_band as {collapsed('band')}")     every standard onto every set of bands
    weights(con, "us2000_nchs_11", [(0, 14), (15, 64), (65, None)])            one standard onto one set, or an error

A band needs no neighbours: bands of 0 to 74 give the weights of a rate truncated at 75, whose divisor is their own sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import duckdb

_COLLAPSE = Path(__file__).with_name("standards.sql")


class StandardError(Exception):
    """A standard population is not known, or cannot be collapsed onto the bands asked for."""


def collapsed(bands: str) -> str:
    """SELECT of the weight of every standard population in every band of every set.

    `bands` names a relation with set_name, age_band (the band as printed), age_start and age_end (completed years,
    both inclusive, null: open-ended). Columns: standard, set_name, age_band, age_start, age_end, weight (in the
    standard's own unit), problem. `problem` is null, or says in words why the band has no weight of this standard (it
    would split a group, or overlaps another band); the weight is then null, and no rate may use the set with it.
    """
    return _COLLAPSE.read_text(encoding="utf-8").format(bands=bands)


def weights(
    con: duckdb.DuckDBPyConnection, standard: str, bands: Sequence[tuple[int, int | None]]
) -> tuple[Decimal, ...]:
    """Return the weight of each band, (first age, last age or None), of one standard population, in their order.

    Raises:
        StandardError: where the standard is not known, or a band would split a group of it; the band is named.
    """
    known = con.execute("select standard from codes.standard order by standard").fetchall()
    if (standard,) not in known:
        raise StandardError(
            f"There is no standard population {standard}; known are {', '.join(name for (name,) in known)}."
        )
    listed = " union all ".join(
        f"select '' as set_name, '{_label(first, last)}' as age_band, {int(first)} as age_start, "
        f"{'null' if last is None else int(last)}::integer as age_end"
        for first, last in bands
    )
    found = con.execute(
        f"select age_start, age_end, weight, age_band, problem from ({collapsed(f'({listed})')}) "
        "where standard = $standard order by age_start, age_end",
        {"standard": standard},
    ).fetchall()
    for *_, band, problem in found:
        if problem is not None:
            raise StandardError(f"{standard} cannot be collapsed onto the band {band}: {problem}.")
    by_band = {(first, last): weight for first, last, weight, *_ in found}
    return tuple(by_band[band] for band in bands)


def _label(first: int, last: int | None) -> str:
    return f"{int(first)}+" if last is None else f"{int(first)}-{int(last)}"
