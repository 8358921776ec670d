"""Fill `stats.cell`: the cells of a table from its summed slices, with the true zeros of complete margins."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from codesets.database import literal
from transforms.measures.cells import Slice, columns_of, patients_of, slices
from transforms.measures.dimensions import PLAIN, STRATUM_SEPARATOR, stratum_name
from transforms.measures.specification import TableSpecification
from transforms.measures.summed import Summed

# Columns of `stats.cell` that the cells of every table have, besides the sums that its measures need.
OF_EVERY_CELL = (
    "table_id", '"domain"', "scheme", "scheme_version", "cause", "period_start", "period_end", "collection",
    *PLAIN, "stratum_name", "stratum",
)  # fmt: skip


def fill_cells(
    con: duckdb.DuckDBPyConnection, table: TableSpecification, summed: Summed, skipped: Sequence[int], into: str
) -> None:
    """Create the temp table `into` with one table's cells: the columns of `stats.cell` that it has.

    `skipped` are the scopes that the table leaves out.
    """
    with_patients = any("patients" in definition.columns for definition in table.definitions)
    parts, counted = [], []
    for one in slices(table):
        name = summed.slice(table, one)
        patients = None
        if one.shown and with_patients:
            patients = f"slice_patients_{len(counted)}"
            con.execute(f"create temp table {patients} as {patients_of(table, one, summed.year_start)}")
            counted.append(patients)
        parts.append(cells_of(table, name, one, skipped, patients))
    columns = ", ".join((*OF_EVERY_CELL, *columns_of(table), *(("patients",) if with_patients else ())))
    con.execute(f"create or replace temp table {into} as select {columns} from stats.cell limit 0")
    con.execute(f"insert into {into} by name {' union all by name '.join(parts)}")
    for patients in counted:
        con.execute(f"drop table {patients}")


def keep_cells(con: duckdb.DuckDBPyConnection, made: Sequence[str]) -> None:
    """Write the cells of the temp tables `made` to `stats.cell`, and drop them.

    In one transaction: the table is so wide that one for each of them takes several times as long.
    """
    con.begin()
    for name in made:
        con.execute(f"insert into stats.cell by name from {name}")
    con.commit()
    for name in made:
        con.execute(f"drop table {name}")


def cells_of(table: TableSpecification, source: str, one: Slice, skipped: Sequence[int], patients: str | None) -> str:
    """SELECT of the cells of one summed slice, with its true zeros where the margin is complete.

    `source` has the sums of the slice, `patients` the numbers of patients by the same keys, where the table has any.
    """
    columns = columns_of(table)
    keys = one.keys()
    ctes = []
    filled = source
    if patients:
        ctes.append(
            f"counted as (select m.*, n.patients from {source} as m join {patients} as n on "
            + " and ".join(f"m.{key} is not distinct from n.{key}" for key in keys)
            + ")"
        )
        filled = "counted"
        columns = (*columns, "patients")
    if one.complete:
        ctes.append(f"frame as ({_frame(table, source, one)})")
        zeros = ", ".join(f"0 as {name}" for name in columns)
        ctes.append(
            f"complete as (select {', '.join((*keys, *columns))} from {filled} union all by name "
            f"select f.*, {zeros} from frame as f anti join {filled} as m on "
            + " and ".join(f"m.{key} is not distinct from f.{key}" for key in keys)
            + ")"
        )
        filled = "complete"
    scheme = literal(table.scheme) if table.scheme else "null"
    cause, block = "null as scheme_version, null as cause", ""
    if one.causes == "each":
        cause = "m.scheme_version, m.cause"
    elif one.causes == "all":
        cause = "b.scheme_version, 'all' as cause"
        block = f"join block as b on b.scope_id = m.scope_id and b.scheme = {scheme}"
    with_clause = f"with {', '.join(ctes)} " if ctes else ""
    left_out = f"where m.scope_id not in ({', '.join(str(scope) for scope in skipped)})" if skipped else ""
    plain = "".join(f"m.{name}, " for name in one.dimensions)
    if one.further:
        values = ", ".join(f"m.{name}" for name in one.further)
        plain += (
            f"{literal(stratum_name(one.further))} as stratum_name, "
            f"concat_ws({literal(STRATUM_SEPARATOR)}, {values}) as stratum, "
        )
    return (
        f'({with_clause}select {literal(table.table_id)} as table_id, s."domain", {scheme} as scheme, {cause}, '
        f"t.period_start, t.period_end, s.collection, {plain}"
        f"{', '.join(f'm.{name}' for name in columns)} "
        f"from {filled} as m join scope as s on s.scope_id = m.scope_id {block} "
        f"left join calendar_period as t on t.scope_id = m.scope_id and t.period = m.period {left_out})"
    )


def _frame(table: TableSpecification, source: str, one: Slice) -> str:
    """SELECT of every combination that a complete margin shows in the periods its scope covers.

    Facilities, areas and causes are those that the scope has records of; sexes are F and M; age bands are the table's.
    """
    keys = ["t.scope_id", "t.period"]
    joins = [
        "calendar_period as t",
        f'join scope as s on s.scope_id = t.scope_id and s."domain" = {literal(table.domain)}',
    ]
    for name in one.dimensions:
        if name == "sex":
            joins.append("cross join (values ('F'), ('M')) as sexes (sex)")
            keys.append("sexes.sex")
        elif name == "age_band":
            joins.append(
                f"join stats.age_band as bands on bands.collection = s.collection "
                f"and bands.table_id = {literal(table.table_id)}"
            )
            keys.append("bands.age_band")
        else:
            joins.append(
                f"join (select distinct scope_id, {name} from {source} where {name} <> 'unknown') as of_{name} "
                f"on of_{name}.scope_id = t.scope_id"
            )
            keys.append(f"of_{name}.{name}")
    if one.by_cause:
        joins.append(
            f"join (select distinct scope_id, scheme_version, cause from {source} "
            "where cause not in ('unmapped', 'other_system', 'unknown')) as causes on causes.scope_id = t.scope_id"
        )
        keys += ["causes.scheme_version", "causes.cause"]
    return f"select {', '.join(keys)} from {' '.join(joins)} where t.days_covered > 0"
