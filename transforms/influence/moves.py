"""By how much options of flagged records would move the figures of a breakdown."""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb
import numpy as np
from numpy.typing import NDArray

from codesets.database import literal
from transforms.influence.breakdowns import Breakdown
from transforms.influence.effects import keys_of, rows_of
from transforms.influence.forms import FORMS
from transforms.influence.methods.choices import Moves
from transforms.influence.methods.expected import Outcomes
from transforms.influence.sight import HALVES
from transforms.measures.cells import in_slice, slice_of
from transforms.measures.dimensions import PLAIN, stratum_name, unknown_of

# Causes that no other code would put a record in: there is none, or it is of another system.
NO_CAUSE = ("all", "other_system", "unknown")


@dataclass(frozen=True)
class Found:
    """The moves of a breakdown's figures: records that are alike are one unit of `moves`, with their number.

    By row besides: `share`, the probability of the row where the record is not as coded (states of a unit being equally
    likely), `rules`, the number of the set of rules that flag it, and, where the moves are from cells, what the record
    has in the figure as coded. `coded` is what `coded_by_figure` would say, where they are not from cells.
    """

    moves: Moves
    share: NDArray[np.float64]
    rules: NDArray[np.int64]
    coded: dict[str, NDArray] | None = None
    coded_n: NDArray[np.float64] | None = None
    coded_d: NDArray[np.float64] | None = None

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


def _chosen(part: Breakdown, which: str, source: str) -> str:
    """CASE over a measure of what of the row `e` of a source enters its numerator or its denominator."""
    cases: list[str] = []
    for definition in part.definitions:
        form = FORMS[definition.name]
        column = form.numerator if which == "numerator" else form.denominator
        if column is None or (which == "denominator" and form.kind == "share"):
            continue
        weight = "e.weight_in_figure * " if form.weights and which == "numerator" else ""
        # Records are counted, however long they last.
        if form.of_lengths and which == "numerator" and source != "counted":
            weight = "coalesce(try_cast(e.stratum as bigint), 0) * "
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
    n, d = _chosen(part, "numerator", source), _chosen(part, "denominator", source)
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
    beside = {name: columns.pop(name) for name in ("share", "rules", "coded_n", "coded_d")}
    return Found(Moves(**columns), **beside)


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
    select figure, record, many, rule_set, coded_n, coded_d, n - coded_n as n, d - coded_d as d, is_named, share
    from free
    where not is_coded
),
away as (
    select
        p.figure, p.record, p.many, p.rule_set, p.coded_n, p.coded_d, -p.coded_n as n, -p.coded_d as d,
        a.is_named, a.share
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
        figure, record, many, rule_set, coded_n, coded_d, 0::double as n, 0::double as d, true as is_named,
        0::double as share
    from present
),
alike as (
    select
        figure, record as unit, 0 as state, record, any_value(many) as many, any_value(rule_set) as rule_set,
        any_value(coded_n) as coded_n, any_value(coded_d) as coded_d, n, d, bool_or(is_named) as is_named,
        greatest(sum(share), 0) as share
    from (from here union all from away union all from stays)
    group by figure, record, n, d
),
touched as (
    select distinct figure, unit_id, record, coded_n, coded_d from figure_option where has_states
),
tied as (
    select
        t.figure, (select max(record) from record_brief) + t.unit_id as unit, s.state, t.record, 1 as many,
        r.rule_set, t.coded_n, t.coded_d, coalesce(v.n, 0) - t.coded_n as n, coalesce(v.d, 0) - t.coded_d as d,
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
    is_named as named, many::bigint as count, share, coalesce(rule_set, 0)::bigint as rules, coded_n, coded_d
from chosen
order by figure, unit, state, record, dn, dd
"""


def coded_by_figure(con: duckdb.DuckDBPyConnection, part: Breakdown) -> dict[str, NDArray]:
    """What all flagged records contribute to each figure as coded: figure, n, d, and how many contribute to each."""
    return con.execute(
        f"""
        with coded as ({_coded_by_cell(part, "sum({})")}),
        counted as ({_coded_by_cell(part, "count(*) filter ({} <> 0)")}),
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


def _coded_by_cell(part: Breakdown, each: str) -> str:
    """SELECT of sums over flagged records as coded, by cell; `each` is the sum of a column."""
    sums = ", ".join(f"{each.format(name)} as {name}" for name in part.columns)
    return f"""
        select {", ".join(keys_of(part.one))}, {sums}
        from ({rows_of(part)})
        join option_brief using (option_id)
        where is_coded
        group by all
    """


def lengths_in_figures(con: duckdb.DuckDBPyConnection, part: Breakdown, *, flagged: bool) -> dict[str, NDArray]:
    """What each cell has of the figures that it is in: figure, n, d; of all records, or of the flagged as coded."""
    # All causes stand beside each version of the scheme, and are the same there.
    columns = ", ".join((*keys_of(part.one), *part.columns))
    cells = f"""
        select distinct {columns}
        from (
            select * replace (if(cause = 'all', null, scheme_version) as scheme_version)
            from stats.cell as c
            where c.table_id = {literal(part.table.table_id)} and {in_slice(part.one)}
        )
    """
    return con.execute(
        f"""
        with coded as ({_coded_by_cell(part, "sum({})") if flagged else cells})
        select figure, n, d from ({_of_figure(part, "coded")}) where d <> 0 order by all
        """
    ).fetchnumpy()
