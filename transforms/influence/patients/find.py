"""How far open flags could move figures that count patients.

A patient counts once in a cell, however many records of theirs are in it. So a flagged record takes its patient from
a cell only if every other record of the patient there could be elsewhere too, and brings one to it only if none is
there already. That is asked for each patient and cell: records without flags, and those that are there whatever they
are, hold the patient for certain; of the others each must have an option elsewhere (in units with states all in the
same state) for the patient to leave, and one of them an option there for the patient to come. Taken alone this is
exact, and so is their sum where no unit has records of two patients that could come or go in the same cell: then
patients choose independently. Where one has, bounds are `outer`: a record that is one patient's or another's could
leave the one and not come to the other. So are shares in which several records of a patient are flagged, since
their presence in the cause and in all causes is bounded each for itself.

Expected values take a patient's records in a cell to be wrong together, by the rules of the first of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from codesets.database import literal
from transforms.influence.breakdowns import Breakdown
from transforms.influence.forms import FORMS
from transforms.influence.found import Coded, Found, Members
from transforms.influence.methods.choices import Moves
from transforms.influence.sights import Sights, seen_in
from transforms.measures.cells import rows_source, slice_of
from transforms.measures.definitions import Definition
from transforms.measures.dimensions import PLAIN, expression
from transforms.measures.placing import period_expression
from transforms.measures.specification import Margin, Settings, TableSpecification

HERE = Path(__file__).parent

_WORK = (
    "figure_in_cell", "patient_cell", "cell_figure", "within_cell", "record_option", "patient_seen", "patient_record",
    "patient_listed", "tied_option", "patient_group", "patient_entity", "entity_record", "entity_unit", "entity_at",
    "patient_move", "patient_of_cause", "patient_beside",
)  # fmt: skip


def counts_patients(table: TableSpecification) -> bool:
    """Whether a table has figures that count patients, or the first of their records."""
    return table.looks_back or any(_is_counted(definition) for definition in table.definitions)


def _is_counted(definition: Definition) -> bool:
    form = FORMS.get(definition.name)
    return form is not None and form.by == "patients"


def patient_moves(
    con: duckdb.DuckDBPyConnection, table: TableSpecification, settings: Settings, sights: Sights
) -> Iterator[tuple[Breakdown, Found]]:
    """The moves of a table's figures that count patients, margin by margin.

    A unit is a patient, with all of their flagged records, or a record that is the only one of its patient there.
    """
    found: dict[Margin, list[Definition]] = {}
    for margin in table.margins:
        for definition in table.definitions:
            if _is_counted(definition) and definition.stands_in(margin):
                found.setdefault(margin, []).append(definition)
    parts = [Breakdown(table, margin, slice_of(margin), tuple(several)) for margin, several in found.items()]
    if not parts:
        return
    look_at_patients(con, sights, parts, settings.year_start)
    for part in parts:
        place_cells(con, part)
        place_records(con, part, settings.year_start)
        con.execute((HERE / "presence.sql").read_text())
        con.execute((HERE / "moves.sql").read_text())
        yield part, _found(con)
    for name in _WORK:
        con.execute(f"drop table if exists temp.{name}")


def look_at_patients(
    con: duckdb.DuckDBPyConnection, sights: Sights, parts: Sequence[Breakdown], year_start: int, also: str = ""
) -> None:
    """See of options what `place_records` reads of them, and the columns of `placed as p` that `also` names.

    Creates `record_option`, how many options each record has, and `patient_listed`, the causes of these options and of
    the other stays of their patients, as listed_stay_number has them.
    """
    statements = " ".join([*(_rows(part, year_start) for part in parts), also])
    # Units whose records are of several domains choose their states together.
    sights.look(seen_in(statements, parts[0].table, year_start, of_domain=False))
    con.execute(
        """
        create or replace temp table record_option as
        select record, count(*) as options, count(*) filter (is_named) as named_options
        from option_brief
        group by record
        """
    )
    con.execute(
        """
        create or replace temp table patient_listed as
        select scope_id, record_number, cause_number
        from listed_stay_number
        where
            (record_number < 0 or record_number in (select option_id from option_brief))
            and cause_number in (select cause_number from listed_stay_name where scheme = $scheme)
        """,
        {"scheme": parts[0].table.scheme},
    )


def place_cells(con: duckdb.DuckDBPyConnection, part: Breakdown) -> None:
    """Create `patient_cell`, the cells that figures are made of, and `cell_figure`, the figures of each.

    `within_cell` is the cell in which the records of a patient are held against each other: that of all causes where
    there are shares, else each its own.
    """
    names = [name for name in PLAIN if name in part.margin.by]
    shares = [one.name for one in part.definitions if one.kind == "share_of_all"]
    by_cause = "cause" in part.margin.by
    own = [f"table_id = {literal(part.table.table_id)}", f"cause is {'not ' if by_cause else ''}null"]
    own += [f"{name} is {'not ' if name in names else ''}null" for name in PLAIN]
    own.append(f"measure in ({', '.join(literal(one.name) for one in part.definitions)})")
    keys = ", ".join(("collection", "period_start", *names, "scheme_version"))
    is_share = f"measure in ({', '.join(map(literal, shares))})" if shares else "false"
    con.execute(
        f"""
        create or replace temp table figure_in_cell as
        select
            figure, {keys}, cause, {is_share} as is_share,
            dense_rank() over (order by {keys}, cause)::integer as cell
        from figure_at
        where {" and ".join(own)};

        create or replace temp table patient_cell as
        select distinct
            c.cell, s.scope_id, t.period, {", ".join(f"c.{name}" for name in keys.split(", "))}, c.cause, n.cause_number
        from figure_in_cell as c
        left join listed_stay_name as n
            on n.scheme = {literal(part.table.scheme or "")} and n.scheme_version = c.scheme_version
            and n.cause = c.cause
        join scope as s on s.collection = c.collection and s."domain" = {literal(part.table.domain)}
        left join calendar_period as t on t.scope_id = s.scope_id and t.period_start = c.period_start;

        create or replace temp table cell_figure as
        select f.figure, f.cell, f.is_share, a.cell as all_cell
        from figure_in_cell as f
        left join patient_cell as a
            on {" and ".join(f"a.{name} is not distinct from f.{name}" for name in keys.split(", "))}
            and a.cause = 'all' and f.is_share;

        create or replace temp table within_cell as
        select cell, coalesce(max(all_cell), cell) as within from cell_figure group by cell;
        """
    )


def place_records(con: duckdb.DuckDBPyConnection, part: Breakdown, year_start: int) -> None:
    """Create `patient_seen`, and `patient_record` and `tied_option` (see presence.sql), of the options looked at."""
    con.execute(
        f"""
        create or replace temp table patient_seen as {_rows(part, year_start)};

        create or replace temp table patient_record as
        select
            r.cell, r.patient, o.record, any_value(o.unit_id) as unit_id, any_value(o.has_states) as has_states,
            coalesce(bool_or(o.is_coded), false) as coded_in,
            count(*) as options_in, count(*) filter (o.is_named) as named_in,
            round(least(coalesce(sum(o.share), 0), 1), 9) as share_in
        from patient_seen as r
        left join option_brief as o on o.option_id = r.record_number
        -- Records without flags are numbered below -1; where a code may be any, it is in no cause for certain.
        where r.record_number < -1 or (o.option_id is not null and not (o.is_wild and r.by_cause))
        group by r.cell, r.patient, o.record;

        create or replace temp table tied_option as
        select r.cell, r.patient, o.option_id
        from patient_seen as r
        join option_brief as o on o.option_id = r.record_number
        where o.has_states and not (o.is_wild and r.by_cause);
        """
    )


def _rows(part: Breakdown, year_start: int) -> str:
    """SELECT of cell, patient and record_number of every option, and every other record of their patients."""
    names = [name for name in PLAIN if name in part.margin.by]
    # Which record of a patient is the first is not asked here.
    every = "treated_prevalence_rate" if part.table.is_rate else "patients_with_mention"
    counted = tuple(one.name for one in part.definitions if not one.looks_back) or (every,)
    table = part.table.model_copy(update={"measures": counted})
    columns = "".join(f", {expression(name)} as {name}" for name in names)
    period = period_expression(table.period, year_start)
    same = ["c.scope_id = r.scope_id", "c.period is not distinct from r.period"]
    same += [f"c.{name} = r.{name}" for name in names]

    def within(by_cause: bool, cells: str, *, numbered: bool = False) -> str:
        cause = ""
        by = list(same)
        if by_cause and numbered:
            cause, by = ", k.cause_number", [*same, "c.cause_number = r.cause_number"]
        elif by_cause:
            cause, by = (
                ", k.scheme_version, k.cause",
                [*same, "c.scheme_version = r.scheme_version", "c.cause = r.cause"],
            )
        return f"""
            select c.cell, r.patient, r.record_number, {by_cause} as by_cause
            from (
                select
                    p.scope_id, {period} as period, p.patient_number as patient, p.record_number {cause} {columns}
                {rows_source(table, names, by_cause, numbered=numbered, numbers="patient_listed")}
                    and p.patient_number is not null
                    -- Options that are one with others are left out.
                    and (p.record_number < 0 or p.record_number in (select option_id from option_brief))
            ) as r
            join ({cells}) as c on {" and ".join(by)}
        """

    if "cause" not in part.margin.by:
        return within(False, "from patient_cell")
    every, each = (
        within(False, "from patient_cell where cause = 'all'"),
        within(True, "from patient_cell where cause <> 'all'", numbered=table.any_listed),
    )
    return f"{every} union all by name {each}"


def _found(con: duckdb.DuckDBPyConnection) -> Found:
    """The moves, and what flagged records are as coded."""
    moves, coded, members = (
        {name: np.ma.getdata(values) for name, values in con.execute(query).fetchnumpy().items()}
        for query in (_MOVES, _CODED, _MEMBERS)
    )
    beside = {name: moves.pop(name) for name in ("rules", "share", "coded_n", "coded_d")}
    figures, moves["figure"] = np.unique(moves["figure"], return_inverse=True)
    numbers = np.unique(np.concatenate([moves["unit"], members["entity"]]))
    unit = np.searchsorted(numbers, moves.pop("unit"))
    return Found(
        figures=figures,
        numbers=numbers,
        moves=Moves(**moves, unit=unit, record=unit, state=np.zeros(len(unit))),
        members=Members(np.searchsorted(numbers, members["entity"]), members["record"], members["unit_id"]),
        coded=Coded(**coded),
        outer=_outer_figures(con),
        **beside,
    )


_MOVES = """
select
    figure::bigint as figure, entity::bigint as unit, dn::double as dn, dd::double as dd, named,
    copies::bigint as count, share::double as share, rule_set::bigint as rules,
    coded_n::double as coded_n, coded_d::double as coded_d
from patient_move
order by figure, unit, dn, dd, named, share
"""

# Patients who are in a cell by flagged records alone.
_CODED = """
with flagged as (
    select cell, count(*) as patients
    from (
        select cell from patient_record group by cell, patient having bool_or(coded_in) and not bool_or(record is null)
    )
    group by cell
),
counted as (
    select f.figure, 1 as n, 0 as d, n.patients as "count" from cell_figure as f join flagged as n on n.cell = f.cell
    union all
    select f.figure, 0, 1, d.patients from cell_figure as f join flagged as d on d.cell = f.all_cell
)
select figure::bigint as figure, n::double as n, d::double as d, "count"::bigint as "count", n <> 0 as is_n
from counted
order by figure, n
"""

_MEMBERS = """
select distinct entity::bigint as entity, record::bigint as record, unit_id::bigint as unit_id
from entity_record
order by all
"""


def _outer_figures(con: duckdb.DuckDBPyConnection) -> NDArray[np.int64]:
    """Figures, ascending, in which patients do not choose each for itself."""
    found = con.execute(
        """
        with moving as (
            select e.cell, e.entity, a.records from entity_record as e join entity_at as a using (cell, entity)
            where a.leaves or a.comes
            group by all
        ),
        of_unit as (
            select m.cell, r.unit_id, r.entity, m.records
            from moving as m
            join entity_record as r using (cell, entity)
        ),
        tied as (
            select cell from of_unit group by cell, unit_id having count(distinct entity) > 1
            union
            select u.cell from of_unit as u join influence.unit as i using (unit_id) where i.is_relaxed
        ),
        several as (
            select cell from moving where records > 1
        )
        select distinct f.figure::bigint as figure
        from cell_figure as f
        where f.cell in (from tied)
            or (f.is_share and (f.all_cell in (from tied) or f.cell in (from several) or f.all_cell in (from several)))
        order by figure
        """
    ).fetchnumpy()
    return np.ma.getdata(found["figure"])
