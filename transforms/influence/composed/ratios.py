"""Moves of figures that are a ratio of two sums over records, where each option brings its own pair of numbers."""

from __future__ import annotations

import duckdb
import numpy as np

from transforms.influence.classes import UNITS
from transforms.influence.found import Coded, Found, Members
from transforms.influence.methods.choices import Moves

# What is left of a probability is rounding below this.
_ROUNDING = 1e-9

# Each option of each record that is in a figure: what it has there, or nothing. An option that is in the figure with a
# part of its probability only, because its code may be any, is elsewhere with the rest.
_EVERY = f"""
create or replace temp table ratio_every as
with here as (
    select figure, record, option_id, likely, n, d from ratio_option
),
every as (
    select p.figure, o.option_id, coalesce(h.likely, 1) as likely, coalesce(h.n, 0) as n, coalesce(h.d, 0) as d
    from (select distinct figure, record from here) as p
    join option_brief as o on o.record = p.record
    left join here as h on h.figure = p.figure and h.option_id = o.option_id
    union all
    select figure, option_id, 1 - sum(likely), 0, 0
    from here
    group by figure, option_id
    having sum(likely) < 1 - {_ROUNDING}
)
select
    e.figure, o.record, e.option_id, o.unit_id, o.has_states, o.is_coded, o.is_named, e.n, e.d,
    if(o.is_coded, 0, o.share * e.likely) as share,
    coalesce(max(e.n) filter (o.is_coded) over of_record, 0) as coded_n,
    coalesce(max(e.d) filter (o.is_coded) over of_record, 0) as coded_d
from every as e
join option_brief as o using (option_id)
window of_record as (partition by e.figure, o.record)
"""

# Units with states are numbered after all records, as in transforms.influence.classes.
_MOVES = f"""
with numbered as (
    select figure, record as unit, 0 as state, * exclude (figure, record), record, 1 as states
    from ratio_every
    where not has_states
    union all by name
    select
        e.figure, {UNITS} + e.unit_id as unit, s.state, e.* exclude (figure),
        count(distinct s.state) over (partition by e.figure, e.unit_id) as states
    from ratio_every as e
    join state_brief as s on s.unit_id = e.unit_id and s.record = e.record and s.option_id = e.option_id
    where e.has_states
),
alike as (
    select
        figure, unit, state, record, coded_n, coded_d, n - coded_n as dn, d - coded_d as dd,
        bool_or(is_named) as named, sum(share / states) as share
    from numbered
    group by all
)
select
    a.figure::bigint as figure, a.unit::bigint as unit, a.state::bigint as state, a.record::bigint as record,
    a.dn::double as dn, a.dd::double as dd, a.named, 1::bigint as count, a.share::double as share,
    a.coded_n::double as coded_n, a.coded_d::double as coded_d,
    coalesce(r.rule_set, 0)::bigint as rules
from alike as a
join record_brief as r using (record)
qualify bool_or(a.dn <> 0 or a.dd <> 0) over (partition by a.figure, a.unit)
order by figure, unit, state, record, dn, dd
"""

_CODED = """
select figure::bigint as figure, n::double as n, d::double as d, 1::bigint as "count", n <> 0 as is_n
from ratio_every
where is_coded
order by figure, record
"""

# A unit with states stands for all its records.
_MEMBERS = f"""
select distinct
    if(has_states, {UNITS} + unit_id, record)::bigint as number, if(has_states, -1, record)::bigint as record,
    unit_id::bigint as unit_id
from record_brief
semi join ratio_every using (record)
order by all
"""


def ratio_moves(con: duckdb.DuckDBPyConnection) -> Found:
    """The moves of figures from the temp table `ratio_option`, and what flagged records are in them as coded.

    `ratio_option` has a row an option and figure that it is in: figure, record, option_id, likely, n and d; options in
    no figure have no row. `likely` is the part of the option's probability that the row has: 1 but where its code
    may be any. No records are taken to be alike.
    """
    con.execute(_EVERY)
    found, coded, members = (
        {name: np.ma.getdata(values) for name, values in con.execute(query).fetchnumpy().items()}
        for query in (_MOVES, _CODED, _MEMBERS)
    )
    con.execute("drop table ratio_every")
    beside = {name: found.pop(name) for name in ("rules", "share", "coded_n", "coded_d")}
    figures, found["figure"] = np.unique(found["figure"], return_inverse=True)
    numbers = members["number"]
    return Found(
        figures=figures,
        numbers=numbers,
        moves=Moves(**found | {"unit": np.searchsorted(numbers, found["unit"])}),
        members=Members(np.arange(len(numbers)), members["record"], members["unit_id"]),
        coded=Coded(**coded),
        **beside,
    )
