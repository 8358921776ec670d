"""What the options of flagged records come to in the cells of a table, and by which steps they move its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from codesets.database import literal
from transforms.influence.forms import FORMS
from transforms.influence.methods.choices import Moves
from transforms.influence.methods.expected import Outcomes
from transforms.measures.cells import Slice, rows_source, slice_of
from transforms.measures.composed import Request
from transforms.measures.definitions import Definition
from transforms.measures.dimensions import FURTHER, PLAIN, STRATUM_SEPARATOR, expression, stratum_name, unknown_of
from transforms.measures.placing import period_expression
from transforms.measures.specification import Margin, Settings, TableSpecification
from transforms.measures.strata import strata_query
from transforms.measures.sums import IN_PARTS, SUMS, WEIGHTED

# A record that may only be of any other code is taken as two: where it is coded, which differs from record to record,
# and, numbered so much higher, everywhere else, which is alike for all such records of a place and time.
HALVES = 1_000_000_000

# Causes that no other code would put a record in: there is none, or it is of another system.
NO_CAUSE = ("all", "other_system", "unknown")


@dataclass(frozen=True)
class Breakdown:
    """The measures of a table that are summed over the same slice in the same margin."""

    table: TableSpecification
    margin: Margin
    one: Slice
    definitions: tuple[Definition, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        forms = [FORMS[definition.name] for definition in self.definitions]
        return tuple(sorted({name for form in forms for name in (form.numerator, form.denominator) if name}))


def breakdowns(table: TableSpecification) -> list[Breakdown]:
    """The table's margins, each with those of its measures that have a form."""
    found: dict[tuple[Margin, Slice], list[Definition]] = {}
    for margin in table.margins:
        for definition in table.definitions:
            if definition.stands_in(margin) and definition.name in FORMS:
                found.setdefault((margin, slice_of(margin, definition)), []).append(definition)
    return [Breakdown(table, margin, one, tuple(definitions)) for (margin, one), definitions in found.items()]


def prepare(con: duckdb.DuckDBPyConnection, source: str = "influence", figures: str = "true") -> None:
    """Create what every breakdown reads: the options and records of `source` in brief, and the figures by number.

    `figures` is a condition on stats.figure.
    """
    shares = ", ".join(literal(name) for name, form in FORMS.items() if form.kind == "share")
    con.execute(
        f"""
        create or replace temp table option_of_diagnoses as
        select
            o.option_id, o.record, r.unit_id, u.has_states, o.is_coded, o.is_named, o.is_wild, o.share,
            min(o.option_id) over (
                partition by o.record, o.is_absent, o.is_wild, a.columns_alike order by o.option_id
            ) as first_alike
        from {source}."option" as o
        join (
            select option_id, hash(*columns(* exclude (
                option_id, record, kind, rule_id, place, is_coded, is_absent, is_named, is_wild, share
            ))) as columns_alike
            from {source}."option"
        ) as a using (option_id)
        join {source}.record as r using (record)
        join {source}.unit as u using (unit_id);

        create or replace temp table option_of_columns as
        select
            first_alike as option_id, any_value(record) as record, any_value(unit_id) as unit_id,
            any_value(has_states) as has_states, bool_or(is_coded) as is_coded,
            bool_or(is_named) as is_named, any_value(is_wild) as is_wild,
            if(bool_or(is_coded), 0, sum(share)) as share
        from option_of_diagnoses
        group by first_alike;

        create or replace temp table state_of_columns as
        select distinct s.unit_id, s.state, s.record, o.first_alike as option_id
        from {source}.state as s
        join option_of_diagnoses as o using (option_id);
        """
    )
    for sight in ("diagnoses", "columns"):
        con.execute(
            f"""
            create or replace temp table record_of_{sight} as
            select
                b.record, any_value(b.unit_id) as unit_id, any_value(b.has_states) as has_states,
                any_value(r.rule_set) as rule_set,
                count(*) as options,
                count(*) filter (not b.is_coded and b.is_named) as named,
                count(*) filter (not b.is_coded and not b.is_named) as unnamed,
                coalesce(sum(b.share) filter (not b.is_coded and b.is_named), 0) as share_named,
                coalesce(sum(b.share) filter (not b.is_coded and not b.is_named), 0) as share_unnamed,
                count(*) = 2 and bool_or(b.is_wild) and not any_value(b.has_states) as is_open
            from option_of_{sight} as b
            left join record_rules as r using (record)
            group by b.record;

            insert into record_of_{sight}
            select * replace (record + {HALVES} as record) from record_of_{sight} where is_open;
            """
        )
    con.execute(
        f"""
        create or replace temp table figure_at as
        with sized as (
            select
                rowid as figure, table_id, measure, collection, period_start, {", ".join(PLAIN)}, stratum_name, stratum,
                scheme_version, cause,
                -- A share's denominator is of all causes.
                if(measure in ({shares}), records, coalesce(denominator_records, records)) as size,
                {figures} as is_wanted
            from stats.figure
            where "value" is not null
        )
        select
            * exclude (size, is_wanted),
            -- How likely any code is one of the cause: as often as it is coded among records of the same kind.
            case when cause is not null then coalesce(size / nullif(max(size) filter (cause = 'all') over (
                partition by table_id, measure, collection, scheme_version, period_start, {", ".join(PLAIN)},
                    stratum_name, stratum
            ), 0), 0) end as share_of_all
        from sized
        qualify is_wanted;
        """
    )


# Columns of stats.cell that depend on what a stay holds beside its main code.
_OF_DIAGNOSES = {
    name for one in SUMS if one.group in ("depth", "comorbidity", "refined_comorbidity") for name in one.one_each()
}


def _sees_diagnoses(table: TableSpecification, parts: Sequence[Breakdown]) -> bool:
    """Whether a table's cells depend on more of a record than the columns of stats.contribution."""
    by = {name for part in parts for name in part.one.further} | set(table.filters)
    columns = {name for part in parts for name in part.columns}
    return table.any_listed or bool(by & {"comorbidity_class", "present_on_admission"} or columns & _OF_DIAGNOSES)


def _look(con: duckdb.DuckDBPyConnection, source: str, of_diagnoses: bool) -> None:
    """Point `option_brief`, `record_brief` and `state_brief` at all options, or at those that differ in columns."""
    sight = "diagnoses" if of_diagnoses else "columns"
    states = f"{source}.state" if of_diagnoses else "state_of_columns"
    for name, behind in (("option", f"option_of_{sight}"), ("record", f"record_of_{sight}"), ("state", states)):
        con.execute(f"create or replace temp view {name}_brief as from {behind}")


def place_table(
    con: duckdb.DuckDBPyConnection, table: TableSpecification, year_start: int, source: str = "influence"
) -> list[Breakdown]:
    """Create `option_row`: every option in the widest cells of a table, in each of its causes and (null) in all.

    Returns the table's breakdowns. An option whose code may be any code stands in the cause `*`. Rates count other
    records in margins by facility than in others: `by_facility` tells the rows apart, and is null in other tables.
    """
    parts = breakdowns(table)
    if not parts:
        return parts
    _look(con, source, _sees_diagnoses(table, parts))
    plain = [name for name in PLAIN if any(name in part.one.dimensions for part in parts)]
    further = [name for name in FURTHER if any(name in part.one.further for part in parts)]
    columns = sorted({name for part in parts for name in part.columns})
    sides = [True, False] if table.is_rate and "facility_id" in plain else [None]
    selects = []
    for by_facility in sides:
        dimensions = [name for name in plain if by_facility is not False or name != "facility_id"]
        whole = _option_rows(table, dimensions, further, columns, year_start, False)
        flag = "null" if by_facility is None else str(by_facility).lower()
        selects.append(f"select *, {flag}::boolean as by_facility from ({whole})")
        if table.scheme and any(part.one.by_cause for part in parts):
            each = _option_rows(table, dimensions, further, columns, year_start, True)
            selects.append(f"select *, {flag}::boolean as by_facility from ({each}) where not is_wild")
            selects.append(
                f"select * replace ('*' as cause), {flag}::boolean as by_facility from ({whole}) where is_wild"
            )
    con.execute(f"create or replace temp table option_row as {' union all by name '.join(selects)}")
    return parts


def _option_rows(
    table: TableSpecification,
    dimensions: Sequence[str],
    further: Sequence[str],
    columns: Sequence[str],
    year_start: int,
    by_cause: bool,
) -> str:
    sums = IN_PARTS if table.in_parts and by_cause else WEIGHTED
    # A sum over what is not known, e.g. a length of stay, is nothing.
    totals = "".join(f", coalesce(({sums[name]})::double, 0) as {name}" for name in columns)
    names = "".join(f", {expression(name)} as {name}" for name in (*dimensions, *further))
    cause = "k.scheme_version, k.cause" if by_cause else "null::varchar as scheme_version, null::varchar as cause"
    return f"""
        select
            e.* exclude (scope_id, period), o.record, o.is_wild,
            hash(o.is_coded, o.is_named, o.is_wild, round(o.share, 9)) as kind, s.collection, t.period_start
        from (
            select
                p.record_number as option_id, p.scope_id, {period_expression(table.period, year_start)} as period,
                {cause} {names} {totals}
            {rows_source(table, dimensions, by_cause)}
                and p.record_number in (select option_id from option_brief)
            group by all
        ) as e
        join option_brief as o using (option_id)
        join scope as s on s.scope_id = e.scope_id
        left join calendar_period as t on t.scope_id = e.scope_id and t.period = e.period
    """


def rows_of(part: Breakdown) -> str:
    """SELECT of the table's `option_row` in the cells of a breakdown; the whole stands as the cause `all`."""
    one = part.one
    further = ""
    if one.further:
        further = f", concat_ws({literal(STRATUM_SEPARATOR)}, {', '.join(one.further)}) as stratum"
    cause = "scheme_version, if(cause is null, 'all', cause) as cause" if one.by_cause else "scheme_version, cause"
    where = [] if one.by_cause else ["cause is null"]
    if part.table.is_rate:
        by_facility = "facility_id" in one.dimensions
        where.append(f"by_facility is {'not false' if by_facility else 'not true'}")
    condition = f"where {' and '.join(where)}" if where else ""
    plain = "".join(f", {name}" for name in one.dimensions)
    return f"""
        select
            record, option_id, kind, is_wild, collection, period_start, {cause} {plain} {further},
            {", ".join(part.columns)}
        from option_row
        {condition}
    """


def _keys(one: Slice) -> list[str]:
    """The columns by which cells of a slice differ."""
    further = ["stratum"] if one.further else []
    return ["collection", "period_start", *one.dimensions, *further, "scheme_version", "cause"]


def place_effects(con: duckdb.DuckDBPyConnection, part: Breakdown) -> None:
    """Create `effect`, the options of flagged records in the cells of a breakdown, and `class_of`: which are alike.

    Cells in which a record is the same whatever it is are left out, and so are records that are the same everywhere.
    `class_of` names for each record left the first of those alike, as whose copies they are counted. Records whose
    unit has states are like no other.
    """
    keys, columns = ", ".join(_keys(part.one)), ", ".join(part.columns)
    con.execute(
        f"""
        create or replace temp table effect as
        select e.* replace (e.record + if(r.is_open and e.cause is not distinct from '*', {HALVES}, 0) as record)
        from (
            select
                *,
                count(*) over cell as present,
                min(hash({columns})) over cell = max(hash({columns})) over cell as is_same
            from ({rows_of(part)})
            window cell as (partition by record, {keys})
        ) as e
        join record_brief as r using (record)
        where not (e.is_same and e.present = r.options)
        """
    )
    con.execute(
        f"""
        create or replace temp table class_of as
        with seen as (
            select record, sum(hash({keys}, {columns}, kind)::hugeint) as rows_alike
            from effect
            group by record
        )
        select
            record,
            has_states,
            rule_set,
            case when has_states then record
                else min(record) over (
                    partition by has_states, rule_set, rows_alike, named, unnamed, round(share_named, 9),
                        round(share_unnamed, 9)
                )
            end as first_record
        from seen
        join record_brief using (record)
        """
    )


@dataclass(frozen=True)
class Found:
    """The moves of a breakdown's figures: records that are alike are one unit of `moves`, with their number.

    By row besides: `share`, the probability of the row where the record is not as coded (states of a unit being equally
    likely), and `rules`, the number of the set of rules that flag it.
    """

    moves: Moves
    share: NDArray[np.float64]
    rules: NDArray[np.int64]

    def narrowed(self) -> tuple[NDArray[np.int64], Found]:
        """The figures that the moves are about, ascending, and the moves with each figure's place among them."""
        figures, place = np.unique(self.moves.figure, return_inverse=True)
        return figures, replace(self, moves=replace(self.moves, figure=place))

    def outcomes(self) -> Outcomes:
        """The rows that change their figure, for the simulation of expected values."""
        moves = self.moves
        rows = (self.share > 0) & ((moves.dn != 0) | (moves.dd != 0))
        names = ("figure", "record", "dn", "dd", "count")
        return Outcomes(
            rule=self.rules[rows],
            share=self.share[rows],
            **{name: getattr(moves, name)[rows] for name in names},
        )


def _chosen(part: Breakdown, which: str) -> str:
    """CASE over a measure of what of the effect `e` enters its numerator or its denominator."""
    cases: list[str] = []
    for definition in part.definitions:
        form = FORMS[definition.name]
        column = form.numerator if which == "numerator" else form.denominator
        if column is None or (which == "denominator" and form.kind == "share"):
            continue
        weight = "e.weight_in_figure * " if form.weights and which == "numerator" else ""
        cases.append(f"when {literal(definition.name)} then {weight}e.{column}")
    return f"case f.measure {' '.join(cases)} else 0 end" if cases else "0"


def _of_figure(part: Breakdown, source: str) -> str:
    """SELECT of what each row of `source` adds to the figures it is in: figure, n, d and its row.

    `source` is `effect`, or `coded` or `counted`: sums over cells, and in them how many records are behind each sum.
    """
    margin = [name for name in PLAIN if name in part.margin.by]
    table = part.table
    same = ["f.collection = e.collection", "f.period_start is not distinct from e.period_start"]
    same += [f"f.{name} = e.{name}" for name in margin]
    own = [f"f.table_id = {literal(table.table_id)}"]
    own += [f"f.{name} is null" for name in PLAIN if name not in margin]
    named = ", ".join(literal(definition.name) for definition in part.definitions)
    own.append(f"f.measure in ({named})")
    further = tuple(name for name in part.one.further if name in part.margin.by)
    if further:
        own.append(f"f.stratum_name = {literal(stratum_name(further))}")
        same.append("f.stratum = e.stratum")
    else:
        others = [stratum_name(slice_of(margin).further) for margin in table.margins if slice_of(margin).further]
        if others:
            own.append(f"(f.stratum_name is null or f.stratum_name not in ({', '.join(map(literal, others))}))")
    if any(FORMS[definition.name].of_known for definition in part.definitions):
        same += [f"e.{name} <> {literal(unknown_of(name))}" for name in part.one.dimensions if name not in margin]
    by_cause = "cause" in part.margin.by
    own.append(f"f.cause is {'not ' if by_cause else ''}null")
    kept = "e.record, e.option_id, e.is_wild, 1.0 as likely, " if source == "effect" else ""
    n, d = _chosen(part, "numerator"), _chosen(part, "denominator")
    # Of records that are alike only the first is followed.
    rows = (
        "(from effect semi join (select first_record as record from class_of) using (record))"
        if source == "effect"
        else source
    )
    figures = f"(select * from figure_at as f where {' and '.join(own)})"
    weights = ""
    if any(FORMS[definition.name].weights for definition in part.definitions):
        on = " and ".join(f"w.{name} is not distinct from f.{name}" for name in ("collection", "period_start", *margin))
        on += "".join(f" and w.{name} = e.{name}" for name in part.one.dimensions if name not in margin)
        if by_cause:
            on += " and w.scheme_version is not distinct from f.scheme_version and w.cause = f.cause"
        weights = f"join stratum_weight as w on w.measure = f.measure and {on}"
        n = n.replace("e.weight_in_figure", "(w.adds <> 0)::integer" if source == "counted" else "w.adds")
    on = " and ".join(same)
    if not by_cause:
        return f"select f.figure, {kept} {n} as n, {d} as d from {rows} as e join {figures} as f on {on} {weights}"
    others = ", ".join(map(literal, NO_CAUSE))
    parts = [
        f"select f.figure, {kept} {n} as n, {d} as d from {rows} as e join {figures} as f on {on} "
        f"and e.scheme_version = f.scheme_version and e.cause = f.cause {weights}",
        f"select f.figure, {kept} {n} as n, {d} as d from {rows} as e join {figures} as f on {on} "
        f"and e.cause = 'all' and f.cause = 'all' {weights}",
    ]
    if source == "effect":
        of_cause = kept.replace("1.0 as", "f.share_of_all as")
        parts.append(
            f"select f.figure, {of_cause} {n} as n, {d} as d from {rows} as e join {figures} as f on {on} "
            f"and e.cause = '*' and f.cause not in ({others}) {weights}"
        )
    shares = [definition for definition in part.definitions if FORMS[definition.name].kind == "share"]
    if shares:
        of_all = f"case f.measure {' '.join(f'when {literal(s.name)} then e.{s.denominator}' for s in shares)} end"
        measures = ", ".join(literal(definition.name) for definition in shares)
        parts.append(
            f"select f.figure, {kept} 0 as n, {of_all} as d from {rows} as e join {figures} as f on {on} "
            f"and e.cause = 'all' and f.measure in ({measures})"
        )
    return " union all by name ".join(parts)


def find_moves(con: duckdb.DuckDBPyConnection, part: Breakdown) -> Found:
    """The moves of a breakdown's figures, from `effect`, in a total order; alternatives that move nothing left out."""
    con.execute(
        f"""
        create or replace temp table figure_option as
        with summed as (
            select figure, record, option_id, any_value(is_wild) as is_wild,
                min(likely) as likely, sum(n) as n, sum(d) as d
            from ({_of_figure(part, "effect")})
            group by figure, record, option_id
        ),
        described as (
            select
                s.* exclude (likely), o.is_coded, o.is_named, o.share * s.likely as share, o.unit_id, o.has_states,
                max(s.n) filter (o.is_coded) over of_record as of_coded,
                coalesce(max(s.d) filter (o.is_coded) over of_record, 0) as coded_d
            from summed as s
            join option_brief as o using (option_id)
            window of_record as (partition by s.figure, s.record)
        )
        select * exclude (of_coded), coalesce(of_coded, 0) as coded_n
        from described
        -- Any code: where the record is as coded, another code takes it away.
        where not (is_wild and of_coded is not null and n is not distinct from of_coded and d = coded_d)
        """
    )
    found = con.execute(_MOVES.format(halves=HALVES)).fetchnumpy()
    columns = {name: np.ma.getdata(values) for name, values in found.items()}
    rules, share = columns.pop("rules"), columns.pop("share")
    return Found(Moves(**columns), share, rules)


# Records that choose freely: an option in the figure moves it by what it has there beyond the record as coded; all
# options elsewhere take away what the record has there as coded. Of units with states, every option that a state
# allows, where any record of the unit is in the figure; they are numbered after all records.
_MOVES = """
with alike_record as (
    select first_record as record, count(*) as many, any_value(rule_set) as rule_set
    from class_of
    where not has_states
    group by first_record
),
-- Of records that may be of any other code, those coded in a cause have no other there.
coded_here as (
    select o.figure, p.other_half as record, sum(p.many) as many
    from figure_option as o
    join (
        select h.first_record as record, t.first_record as other_half, count(*) as many
        from class_of as h
        join class_of as t on t.record = h.record + {halves}
        group by all
    ) as p using (record)
    where o.is_coded
    group by all
),
free as (
    select o.*, c.many - coalesce(h.many, 0) as many, c.rule_set
    from figure_option as o
    join alike_record as c using (record)
    left join coded_here as h using (figure, record)
    where c.many > coalesce(h.many, 0)
),
present as (
    select
        figure, record, any_value(many) as many, any_value(rule_set) as rule_set,
        any_value(coded_n) as coded_n, any_value(coded_d) as coded_d,
        count(*) filter (not is_coded and is_named) as named,
        count(*) filter (not is_coded and not is_named) as unnamed,
        coalesce(sum(share) filter (not is_coded and is_named), 0) as share_named,
        coalesce(sum(share) filter (not is_coded and not is_named), 0) as share_unnamed
    from free
    group by figure, record
),
here as (
    select figure, record, many, rule_set, n - coded_n as n, d - coded_d as d, is_named, share
    from free
    where not is_coded
),
away as (
    select p.figure, p.record, p.many, p.rule_set, -p.coded_n as n, -p.coded_d as d, a.is_named, a.share
    from present as p
    join record_brief as r using (record)
    cross join lateral (
        select true as is_named, r.share_named - p.share_named as share where r.named > p.named
        union all
        select false, r.share_unnamed - p.share_unnamed where r.unnamed > p.unnamed
    ) as a
),
stays as (
    select
        figure, record, many, rule_set, 0::double as n, 0::double as d, true as is_named, 0::double as share
    from present
),
alike as (
    select
        figure, record as unit, 0 as state, record, any_value(many) as many, any_value(rule_set) as rule_set,
        n, d, bool_or(is_named) as is_named, greatest(sum(share), 0) as share
    from (from here union all from away union all from stays)
    group by figure, record, n, d
),
touched as (
    select distinct figure, unit_id, record, coded_n, coded_d from figure_option where has_states
),
tied as (
    select
        t.figure, (select max(record) from record_brief) + t.unit_id as unit, s.state, t.record, 1 as many,
        r.rule_set, coalesce(v.n, 0) - t.coded_n as n, coalesce(v.d, 0) - t.coded_d as d,
        bool_or(o.is_named) as is_named, sum(o.share) / any_value(u.states) as share
    from touched as t
    join state_brief as s using (unit_id, record)
    join option_brief as o using (option_id)
    join record_brief as r on r.record = t.record
    join (select unit_id, count(distinct state) as states from state_brief group by unit_id) as u using (unit_id)
    left join figure_option as v on v.figure = t.figure and v.record = t.record and v.option_id = s.option_id
    group by all
),

chosen as (
    from (from alike union all by name from tied)
    qualify bool_or(n <> 0 or d <> 0) over (partition by figure, unit)
)
select
    figure::bigint as figure, unit::bigint as unit, state::bigint as state, record::bigint as record, n as dn, d as dd,
    is_named as named, many::bigint as count, share, coalesce(rule_set, 0)::bigint as rules
from chosen
order by figure, unit, state, record, dn, dd
"""


def coded_by_figure(con: duckdb.DuckDBPyConnection, part: Breakdown) -> dict[str, NDArray]:
    """What all flagged records contribute to each figure as coded: figure, n, d, and how many contribute to each."""

    def by_cell(each: str) -> str:
        return f"""
            select {", ".join(_keys(part.one))}, {", ".join(f"{each.format(name)} as {name}" for name in part.columns)}
            from ({rows_of(part)})
            join option_brief using (option_id)
            where is_coded
            group by all
        """

    return con.execute(
        f"""
        with coded as ({by_cell("sum({})")}),
        counted as ({by_cell("count(*) filter ({} <> 0)")}),
        every as (
            select figure, n, d, 0 as n_records, 0 as d_records from ({_of_figure(part, "coded")})
            union all
            select figure, 0, 0, n, d from ({_of_figure(part, "counted")})
        )
        select
            figure, sum(n) as n, sum(d) as d, sum(n_records)::bigint as n_records, sum(d_records)::bigint as d_records
        from every
        group by figure
        order by figure
        """
    ).fetchnumpy()


def place_weights(con: duckdb.DuckDBPyConnection, part: Breakdown, settings: Settings) -> None:
    """Create `stratum_weight`: what one event of each stratum adds to the value of its figure, where that differs."""
    found = []
    for definition in part.definitions:
        weights = FORMS[definition.name].weights
        if weights is None:
            continue
        request = Request(con, part.table, definition, part.margin, settings)
        strata = con.execute(strata_query(part.table, definition, part.margin)).df()
        names = ["collection", "period_start", *PLAIN, "scheme_version", "cause"]
        found.append(strata[names].assign(measure=definition.name, adds=weights(request, strata)))
    if found:
        frame = pd.concat(found, ignore_index=True)
        con.register("stratum_frame", frame[frame["adds"] != 0])
        columns = ", ".join(f"{name}::varchar as {name}" for name in (*PLAIN, "scheme_version", "cause"))
        con.execute(
            "create or replace temp table stratum_weight as "
            f"select measure, collection, period_start::date as period_start, {columns}, adds from stratum_frame"
        )
        con.unregister("stratum_frame")
