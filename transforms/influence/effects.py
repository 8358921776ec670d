"""What the options of flagged records come to in the cells of a table, and by which steps they move its figures."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from codesets.database import literal
from transforms.influence.forms import FORMS
from transforms.measures.cells import Slice, rows_source, slice_of
from transforms.measures.composed import Request
from transforms.measures.definitions import Definition
from transforms.measures.dimensions import PLAIN, STRATUM_SEPARATOR, expression, stratum_name, unknown_of
from transforms.measures.placing import period_expression
from transforms.measures.specification import Margin, Settings, TableSpecification
from transforms.measures.strata import strata_query
from transforms.measures.sums import IN_PARTS, WEIGHTED

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


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create what every breakdown reads: the options and records of influence in brief, and the figures by number."""
    con.execute(
        f"""
        create or replace temp table option_brief as
        select
            o.option_id, o.record, r.unit_id, u.has_states, o.is_coded, o.is_named, o.is_wild, o.share,
            hash(o.is_coded, o.is_named, o.is_wild, round(o.share, 9)) as kind
        from influence.option as o
        join influence.record as r using (record)
        join influence.unit as u using (unit_id);

        create or replace temp table record_brief as
        select
            record, any_value(unit_id) as unit_id, any_value(has_states) as has_states,
            count(*) as options,
            count(*) filter (not is_coded and is_named) as named,
            count(*) filter (not is_coded and not is_named) as unnamed,
            coalesce(sum(share) filter (not is_coded and is_named), 0) as share_named,
            coalesce(sum(share) filter (not is_coded and not is_named), 0) as share_unnamed
        from option_brief
        group by record;

        create or replace temp table figure_at as
        select
            rowid as figure, table_id, measure, collection, period_start, {", ".join(PLAIN)}, stratum_name, stratum,
            scheme_version, cause, numerator, denominator
        from stats.figure
        where "value" is not null;
        """
    )


def _keys(one: Slice) -> list[str]:
    """The columns of `effect` by which cells of a slice differ, besides the cause."""
    return ["collection", "period_start", *one.dimensions, *(("stratum",) if one.further else ())]


def _effects_of(part: Breakdown, one: Slice, year_start: int, cause: str) -> str:
    """SELECT of every option's row in one slice. `cause` is the SQL of its cause; wild options are in none of them."""
    table = part.table
    sums = IN_PARTS if table.in_parts and one.by_cause else WEIGHTED
    columns = ", ".join(f"({sums[name]})::double as {name}" for name in part.columns)
    names = "".join(f"{expression(name)} as {name}, " for name in one.dimensions)
    further = ""
    if one.further:
        values = ", ".join(expression(name) for name in one.further)
        further = f"concat_ws({literal(STRATUM_SEPARATOR)}, {values}) as stratum, "
    by_cause = "k.scheme_version, k.cause" if one.by_cause else f"null::varchar as scheme_version, {cause} as cause"
    return f"""
        select
            o.record, e.* exclude (scope_id, period, record_number), e.record_number as option_id, o.kind, o.is_wild,
            s.collection, t.period_start
        from (
            select
                p.record_number, p.scope_id, {period_expression(table.period, year_start)} as period, {names} {further}
                {by_cause}, {columns}
            {rows_source(table, one.names, one.by_cause)} and p.record_number > 0
            group by all
        ) as e
        join option_brief as o on o.option_id = e.record_number
        join scope as s on s.scope_id = e.scope_id
        left join calendar_period as t on t.scope_id = e.scope_id and t.period = e.period
    """


def place_effects(con: duckdb.DuckDBPyConnection, part: Breakdown, year_start: int) -> None:
    """Create `effect`: the options of flagged records in the cells of a breakdown, records that are alike as one.

    In a breakdown by cause each option stands in its causes and in `all`, and one whose code may be any code in the
    cause `*` instead. Cells in which a record is the same whatever it is are left out, and so are records that are the
    same everywhere; `record` is the first of those alike and `many` says how many they are. `class_of` names the first
    for each record. `coded` sums, by cell, what all flagged records contribute as coded.
    """
    one = part.one
    whole = Slice(dimensions=one.dimensions, further=one.further)
    if one.by_cause:
        each = _effects_of(part, one, year_start, "null")
        everything = _effects_of(part, whole, year_start, "'all'")
        con.execute(
            f"""
            create or replace temp table effect_of_option as
            with each as materialized ({each}), everything as materialized ({everything})
            select * from each where not is_wild
            union all by name
            select * from everything
            union all by name
            select * replace ('*' as cause) from everything where is_wild
            """
        )
    else:
        con.execute(f"create or replace temp table effect_of_option as {_effects_of(part, whole, year_start, 'null')}")
    keys = ", ".join([*_keys(one), "scheme_version", "cause"])
    columns = ", ".join(part.columns)
    con.execute(
        f"""
        create or replace temp table effect_of_record as
        select e.*
        from (
            select
                *,
                count(*) over cell as present,
                min(hash({columns})) over cell = max(hash({columns})) over cell as is_same
            from effect_of_option
            window cell as (partition by record, {keys})
        ) as e
        join record_brief as r using (record)
        where not (e.is_same and e.present = r.options);

        create or replace temp table class_of as
        with seen as (
            select record, sum(hash({keys}, {columns}, kind)::hugeint) as rows_alike
            from effect_of_record
            group by record
        )
        select
            record,
            case when has_states then record
                else min(record) over (
                    partition by has_states, rows_alike, named, unnamed, round(share_named, 9), round(share_unnamed, 9)
                )
            end as first_record,
            rows_alike
        from seen
        join record_brief using (record);

        create or replace temp table effect as
        select e.*, c.many
        from effect_of_record as e
        join (select first_record as record, count(*) as many from class_of group by first_record) as c using (record)
        order by e.record, e.option_id, {keys};

        create or replace temp table coded as
        select {keys}, {", ".join(f"sum({name}) as {name}" for name in part.columns)}
        from effect_of_option as e
        join option_brief as o using (option_id)
        where o.is_coded
        group by all
        """
    )


@dataclass(frozen=True)
class Moves:
    """By how much records that are alike would move figures, were they what one of their options says.

    A row is an option of a record in a state of its unit, or several that come to the same. `many` records are like
    it; `share` is the probability of the row where the record is not as coded.
    """

    figure: NDArray[np.int64]
    unit: NDArray[np.int64]
    state: NDArray[np.int64]
    record: NDArray[np.int64]
    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    is_named: NDArray[np.bool_]
    share: NDArray[np.float64]
    many: NDArray[np.int64]


def _chosen(part: Breakdown, which: str) -> str:
    """CASE over a measure of what of the effect `e` enters its numerator or its denominator."""
    cases = []
    for definition in part.definitions:
        form = FORMS[definition.name]
        column = form.numerator if which == "numerator" else form.denominator
        if column is None or (which == "denominator" and form.kind == "share"):
            continue
        weight = "e.weight_in_figure * " if form.weights and which == "numerator" else ""
        cases.append(f"when {literal(definition.name)} then {weight}e.{column}")
    return f"case f.measure {' '.join(cases)} else 0 end" if cases else "0"


def _of_figure(part: Breakdown, source: str) -> str:
    """SELECT of what each row of `source` (effect or coded) adds to the figures it is in: figure, n, d and its row."""
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
    kept = "" if source == "coded" else "e.record, e.option_id, e.many, e.is_wild, "
    n, d = _chosen(part, "numerator"), _chosen(part, "denominator")
    figures = f"(select * from figure_at as f where {' and '.join(own)})"
    weights = ""
    if any(FORMS[definition.name].weights for definition in part.definitions):
        on = " and ".join(f"w.{name} is not distinct from f.{name}" for name in ("collection", "period_start", *margin))
        on += "".join(f" and w.{name} = e.{name}" for name in part.one.dimensions if name not in margin)
        if by_cause:
            on += " and w.scheme_version is not distinct from f.scheme_version and w.cause = f.cause"
        weights = f"join stratum_weight as w on w.measure = f.measure and {on}"
        n = n.replace("e.weight_in_figure", "w.adds")
    on = " and ".join(same)
    if not by_cause:
        return f"select f.figure, {kept} {n} as n, {d} as d from {source} as e join {figures} as f on {on} {weights}"
    others = ", ".join(map(literal, NO_CAUSE))
    parts = [
        f"select f.figure, {kept} {n} as n, {d} as d from {source} as e join {figures} as f on {on} "
        f"and e.scheme_version = f.scheme_version and e.cause = f.cause {weights}",
        f"select f.figure, {kept} {n} as n, {d} as d from {source} as e join {figures} as f on {on} "
        f"and e.cause = 'all' and f.cause = 'all' {weights}",
    ]
    if source == "effect":
        parts.append(
            f"select f.figure, {kept} {n} as n, {d} as d from {source} as e join {figures} as f on {on} "
            f"and e.cause = '*' and f.cause not in ({others}) {weights}"
        )
    shares = [definition for definition in part.definitions if FORMS[definition.name].kind == "share"]
    if shares:
        of_all = f"case f.measure {' '.join(f'when {literal(s.name)} then e.{s.denominator}' for s in shares)} end"
        measures = ", ".join(literal(definition.name) for definition in shares)
        parts.append(
            f"select f.figure, {kept} 0 as n, {of_all} as d from {source} as e join {figures} as f on {on} "
            f"and e.cause = 'all' and f.measure in ({measures})"
        )
    return " union all by name ".join(parts)


def find_moves(con: duckdb.DuckDBPyConnection, part: Breakdown) -> Moves:
    """The moves of a breakdown's figures, from `effect`, in a total order; alternatives that move nothing left out."""
    con.execute(
        f"""
        create or replace temp table figure_option as
        with summed as (
            select figure, record, option_id, any_value(many) as many, any_value(is_wild) as is_wild, sum(n) as n,
                sum(d) as d
            from ({_of_figure(part, "effect")})
            group by figure, record, option_id
        ),
        described as (
            select s.*, o.is_coded, o.is_named, o.share, o.unit_id, o.has_states
            from summed as s
            join option_brief as o using (option_id)
        )
        select
            a.*, coalesce(c.n, 0) as coded_n, coalesce(c.d, 0) as coded_d
        from described as a
        left join (select figure, record, n, d from described where is_coded) as c using (figure, record)
        -- Any code: where the record is as coded, another code takes it away.
        where not (a.is_wild and c.record is not null and a.n is not distinct from c.n and a.d is not distinct from c.d)
        """
    )
    found = con.execute(_FREE).fetchnumpy()
    bound = con.execute(_BOUND).fetchnumpy()
    names = ("figure", "unit", "state", "record", "n", "d", "is_named", "share", "many")
    return Moves(*(np.concatenate([np.ma.getdata(found[name]), np.ma.getdata(bound[name])]) for name in names))


# Records that choose freely: an option in the figure moves it by what it has there beyond the record as coded; all
# options elsewhere take away what the record has there as coded.
_FREE = """
with present as (
    select
        figure, record, any_value(many) as many, any_value(coded_n) as coded_n, any_value(coded_d) as coded_d,
        count(*) filter (not is_coded and is_named) as named,
        count(*) filter (not is_coded and not is_named) as unnamed,
        coalesce(sum(share) filter (not is_coded and is_named), 0) as share_named,
        coalesce(sum(share) filter (not is_coded and not is_named), 0) as share_unnamed
    from figure_option
    where not has_states
    group by figure, record
),
here as (
    select figure, record, many, n - coded_n as n, d - coded_d as d, is_named, share
    from figure_option
    where not has_states and not is_coded
),
away as (
    select p.figure, p.record, p.many, -p.coded_n as n, -p.coded_d as d, a.is_named, a.share
    from present as p
    join record_brief as r using (record)
    cross join lateral (
        select true as is_named, r.share_named - p.share_named as share where r.named > p.named
        union all
        select false, r.share_unnamed - p.share_unnamed where r.unnamed > p.unnamed
    ) as a
),
stays as (
    select figure, record, many, 0::double as n, 0::double as d, true as is_named, 0::double as share from present
),
alike as (
    select figure, record, any_value(many) as many, n, d, bool_or(is_named) as is_named, greatest(sum(share), 0) as share
    from (from here union all from away union all from stays)
    group by figure, record, n, d
)
select figure, record::bigint as unit, 0::bigint as state, record::bigint as record, n, d, is_named, share, many
from alike
qualify bool_or(n <> 0 or d <> 0) over (partition by figure, record)
order by figure, unit, state, record, n, d
"""

# Records of units with states: every option that a state allows, where any record of the unit is in the figure.
_BOUND = """
with touched as (
    select distinct figure, unit_id, record, coded_n, coded_d from figure_option where has_states
),
allowed as (
    select
        t.figure, t.unit_id, s.state, t.record, coalesce(v.n, 0) - t.coded_n as n, coalesce(v.d, 0) - t.coded_d as d,
        o.is_named, o.share
    from touched as t
    join influence.state as s using (unit_id, record)
    join option_brief as o using (option_id)
    left join figure_option as v on v.figure = t.figure and v.record = t.record and v.option_id = s.option_id
),
alike as (
    select figure, unit_id, state, record, n, d, bool_or(is_named) as is_named, sum(share) as share
    from allowed
    group by all
)
select
    figure, -unit_id::bigint as unit, state::bigint as state, record::bigint as record, n, d, is_named, share,
    1::bigint as many
from alike
qualify bool_or(n <> 0 or d <> 0) over (partition by figure, unit_id)
order by figure, unit, state, record, n, d
"""


def coded_by_figure(con: duckdb.DuckDBPyConnection, part: Breakdown) -> dict[str, NDArray]:
    """What all flagged records contribute to each figure as coded: figure, n, d."""
    return con.execute(
        f"select figure, sum(n) as n, sum(d) as d from ({_of_figure(part, 'coded')}) group by figure order by figure"
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
