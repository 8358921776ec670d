"""Standard populations: which one a table is standardised to, which limits go with it, and its weights by age band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
from numpy.typing import NDArray

from codesets.standards import collapsed
from transforms.measures.specification import Settings, SpecificationError, TableSpecification

# Standards whose publishers state the interval to use with them; any other takes the gamma interval of Fay and Feuer.
STATED_INTERVALS: Mapping[str, str] = {
    "us2000_nchs_11": "nchs",
    "us2000_seer_18": "nchs",
    "us2000_seer_19": "nchs",
    "esp2013_21": "dobson",
}
DEFAULT_INTERVAL = "fay_feuer"


def interval_of(standard: str) -> str:
    """The method of limits that goes with a standard population."""
    return STATED_INTERVALS.get(standard, DEFAULT_INTERVAL)


def standard_of(table: TableSpecification, settings: Settings) -> str:
    """The standard population of a table: its own, else the configuration's."""
    return table.standard or settings.standard


def check_standards(con: duckdb.DuckDBPyConnection, tables: Sequence[TableSpecification], settings: Settings) -> None:
    """Raise SpecificationError where a table that standardises names a standard that the reference data lack."""
    known = [name for (name,) in con.execute("select standard from codes.standard order by standard").fetchall()]
    for table in tables:
        named = standard_of(table, settings)
        if table.is_standardised and known and named not in known:
            key = f"{table.table_id}: standard" if table.standard else "[standard] name"
            raise SpecificationError(f"{key}: no standard population {named!r}; known are {', '.join(known)}")


def place_standards(con: duckdb.DuckDBPyConnection) -> None:
    """Create the temp table `standard_band`: the weight of each standard in each band of `band`, or its problem."""
    con.execute(f"create or replace temp table standard_band as {collapsed('(select * from band)')}")


def weights_of(
    con: duckdb.DuckDBPyConnection, table_id: str, collection: str, standard: str
) -> tuple[NDArray[np.float64], str | None]:
    """The weights of a standard in a table's bands in one collection, in reading order, and what rules them out."""
    found = con.execute(
        """
        select b.age_band, s.weight::double, s.problem
        from stats.age_band as b
        join chosen_set as c using (table_id, collection)
        left join standard_band as s
            on s.set_name = c.set_name and s.age_band = b.age_band and s.standard = $standard
        where b.table_id = $table_id and b.collection = $collection
        order by b.sort_order
        """,
        {"table_id": table_id, "collection": collection, "standard": standard},
    ).fetchall()
    for band, weight, problem in found:
        if problem or weight is None:
            reason = problem or "it has none of these ages"
            return np.zeros(len(found)), f"the standard {standard} does not fit the age band {band}: {reason}"
    return np.array([weight for _, weight, _ in found], dtype=np.float64), None
