"""Comorbidity groups as bits of a number: which of them count, and what they weigh.

The rules are those of `codesets.comorbidity`, which scores diagnoses of any records; here they are put into
arithmetic on the numbers of `stay_diagnosis`, since a country-year has as many diagnoses as no list of groups holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path

import duckdb

HERE = Path(__file__).parent

_ALL = 2**64 - 1
_UNKNOWN = 1 << 63


@dataclass(frozen=True)
class Scheme:
    """A comorbidity scheme: the column of its groups, the number they are read from, and its scores by weights."""

    name: str
    groups: str
    source: str
    scores: tuple[tuple[str, str], ...]


PLAIN = (
    Scheme(
        "charlson_quan",
        "charlson_groups",
        "plain",
        (("charlson_score", "charlson_1987"), ("charlson_score_2011", "quan_2011")),
    ),
    Scheme("elixhauser_quan", "elixhauser_groups", "plain", (("elixhauser_score", "van_walraven_2009"),)),
)
REFINED = (
    Scheme(
        "elixhauser_ahrq",
        "ahrq_groups",
        "refined",
        (("ahrq_mortality_index", "mortality_2023"), ("ahrq_readmission_index", "readmission")),
    ),
)


def place_groups(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `stats.comorbidity_bit`, and create `comorbidity_code`: the groups of each code as bits.

    Raises ValueError where the schemes at hand have more groups than a number has bits.
    """
    con.execute((HERE / "comorbidity_version.sql").read_text())
    con.execute((HERE / "comorbidity.sql").read_text())
    con.execute((HERE / "comorbidity_code.sql").read_text())
    most = con.execute("select coalesce(max(place), 0) from stats.comorbidity_bit").fetchone()[0]
    if most > 62:
        raise ValueError(
            f"the comorbidity schemes have {most + 1} groups together, and 63 fit: take back the site's file that adds "
            "groups to charlson_quan, elixhauser_quan or elixhauser_ahrq"
        )


def place_groups_again(con: duckdb.DuckDBPyConnection) -> None:
    """Create `comorbidity_code` anew from the places that `stats.comorbidity_bit` gives."""
    con.execute((HERE / "comorbidity_version.sql").read_text())
    con.execute((HERE / "comorbidity_code.sql").read_text())


def score_profiles(con: duckdb.DuckDBPyConnection) -> None:
    """Create `plain_profile` and `refined_profile`: groups that count and scores of each number in `stay_diagnosis`."""
    for name, schemes in (("plain", PLAIN), ("refined", REFINED)):
        counted = ", ".join(f"{groups_expression(con, scheme)} as {scheme.groups}" for scheme in schemes)
        scores = ", ".join(
            f"{score_expression(con, scheme, weights)} as {score}"
            for scheme in schemes
            for score, weights in scheme.scores
        )
        con.execute(
            f"""
            create or replace temp table {name}_profile as
            select *, {scores}
            from (select *, {counted} from (select distinct {name} from stay_diagnosis))
            """
        )


def groups_expression(con: duckdb.DuckDBPyConnection, scheme: Scheme) -> str:
    """SQL of the groups that count, as bits of `scheme.source`: milder ones taken away, parts joined."""
    bits = _bits(con, scheme)
    severer: dict[str, list[str]] = {}
    for group, excluded in _rows(con, scheme, "distinct group_code, excluded_group", "codes.group_exclusion"):
        severer.setdefault(group, []).append(excluded)
    own = f"({scheme.source} & {_number(bits.values())})"
    left = own
    for group, excluded in sorted(severer.items()):
        milder = _ALL - reduce(or_, (bits[name] for name in excluded))
        left += f" & case when ({own} & {bits[group]}::ubigint) <> 0 then {milder}::ubigint else {_ALL}::ubigint end"
    parts: dict[str, int] = {}
    for group, parent in _rows(con, scheme, "distinct group_code, parent_group", "codes.group_label"):
        if parent is not None:
            parts[parent] = parts.get(parent, 0) | bits[group]
    weighed = {name for name, _ in _rows(con, scheme, "distinct group_code, 1", "codes.group_weight")}
    kept = _number(bit for name, bit in bits.items() if name in weighed)
    joined = "".join(
        f" | case when (({left}) & {part}::ubigint) <> 0 then {bits[parent]}::ubigint else 0::ubigint end"
        for parent, part in sorted(parts.items())
    )
    return f"((({left}){joined}) & {kept})"


def score_expression(con: duckdb.DuckDBPyConnection, scheme: Scheme, weight_set: str) -> str:
    """SQL of the sum of the weights of the groups that count; null where that asks for more than is known."""
    bits = _bits(con, scheme)
    weights = _rows(con, scheme, "distinct group_code, weight", "codes.group_weight", f"weight_set = '{weight_set}'")
    terms = "".join(
        f" + case when ({scheme.groups} & {bits[group]}::ubigint) <> 0 then {weight} else 0 end"
        for group, weight in sorted(weights)
        if weight
    )
    known = f"({scheme.source} & {_UNKNOWN}::ubigint) = 0"
    return f"case when {known} then (0{terms})::integer end"


def group_weights(con: duckdb.DuckDBPyConnection, scheme: Scheme, weight_set: str) -> list[int]:
    """The weights of all groups of a scheme in one set of weights."""
    rows = _rows(con, scheme, "distinct group_code, weight", "codes.group_weight", f"weight_set = '{weight_set}'")
    return [int(weight) for _, weight in rows]


def _bits(con: duckdb.DuckDBPyConnection, scheme: Scheme) -> dict[str, int]:
    rows = con.execute("select group_code, place from stats.comorbidity_bit where scheme = ?", [scheme.name]).fetchall()
    return {group: 1 << place for group, place in rows}


def _rows(
    con: duckdb.DuckDBPyConnection, scheme: Scheme, columns: str, table: str, condition: str = "true"
) -> Sequence[tuple]:
    return con.execute(
        f"""
        select {columns} from {table}
        semi join (from comorbidity_version where scheme = $scheme) using (scheme, scheme_version)
        where {condition}
        order by all
        """,
        {"scheme": scheme.name},
    ).fetchall()


def _number(bits: Iterable[int]) -> str:
    return f"{reduce(or_, bits, 0)}::ubigint"
