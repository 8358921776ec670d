"""Bounds of shares that follow patients: readmissions, and deaths after admission or discharge.

Whether a stay counts as an index stay, or was followed by a readmission or a death, depends on the patient's other
stays: chains of transfers, of which the last counts, returns within the window, and a death that counts after the last
stay before it. One flagged stay so changes others, and what it does to them depends on the others again: the bounds are
`outer`, since an exact one would have to try the stays of each patient in every combination and order of days.

What is certain: between two clusters of a patient's stays with more days between them than the window, nothing reaches
from one to the other. So only stays in a cluster with a flagged stay that may be absent, of another patient, on other
days, or of another condition where that decides whether a return is a continuation or is planned, can change, and each
of them at most to: no index stay, an index stay, or one followed by a readmission (death), and to the last only where
another admission (a death) lies within the window at all. The bounds let each do so for itself (a flagged stay in each
cell that an option of it is in), and the ratio of the sums is at its ends as any other (see methods.bounds). A patient
whose death is in doubt may have died after any of the stays that are followed.

For readmissions three kinds of stays are known better, and stand where the SQL that follows all stays puts them (see
followed_effects.sql): a stay that is another person's, a flagged one with no other around it that could change it, and
any with a single one around it that may be away, which is as it is with that one or without.

A record that may belong to another person leaves the patient's others to themselves and is followed as a patient's
only stay: whose chain it would join is not known, so that it is not taken to be followed by anything, and nobody else's
stays are changed for it.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np

from codesets.database import literal
from transforms.influence.cells import NO_CAUSE
from transforms.influence.classes import UNITS
from transforms.influence.composed.behind import Corners, bands_of
from transforms.influence.composed.followed_alone import Stays, expect_followed, follow_again
from transforms.influence.composed.options import in_cells
from transforms.influence.methods.bounds import bounds
from transforms.influence.methods.choices import Integers, Moves
from transforms.influence.results import Results
from transforms.influence.sights import Sights, seen_in_columns
from transforms.measures.cells import Slice, slice_of
from transforms.measures.definitions import Definition
from transforms.measures.dimensions import PLAIN, STRATUM_SEPARATOR, stratum_name
from transforms.measures.facts.find import WINDOW_DAYS
from transforms.measures.specification import Margin, Settings, TableSpecification

HERE = Path(__file__).parent

# Where a stay may be: in neither part of a figure, in the denominator alone, in both.
_NOWHERE, _DENOMINATOR, _BOTH = 1, 2, 4
_BITS = np.array([_NOWHERE, _DENOMINATOR, _BOTH])

FOLLOWED = ("readmission_rate_30_day", "thirty_day_mortality", "case_fatality")

# By figure and unit: where the stay may be (see followed.sql), where it is as coded, and what it weighs. A version that
# is not in the figure contributes nothing; one of any code need not be in it.
_MOVES = """
with together as (
    select
        figure, unit, max(weight) as weight, bit_or(pairs) as pairs, bit_or(named_pairs) as named_pairs,
        coalesce(max(place) filter (is_coded), 1) as coded,
        count(*) filter (not is_anywhere) as here, count(*) filter (not is_anywhere and is_named) as named_here
    from followed_row
    group by figure, unit
),
every as (
    select record as unit, count(*) as versions, count(*) filter (is_named) as named from option_brief group by record
)
select
    t.figure::bigint as figure, t.unit::bigint as unit, t.weight,
    (t.pairs | if(t.here < e.versions, 1, 0))::bigint as pairs,
    (t.named_pairs | if(t.named_here < e.named, 1, 0))::bigint as named_pairs, t.coded::bigint as coded
from together as t
left join every as e using (unit)
order by figure, unit
"""


def place_followed(con: duckdb.DuckDBPyConnection, tables: list[TableSpecification]) -> None:
    """Create `beside_stay`: stays without flags that flagged ones may change, where a table follows patients."""
    if any(definition.name in FOLLOWED for table in tables for definition in table.definitions):
        text = (HERE / "influenced.sql").read_text()
        con.execute(text.format(window_days=WINDOW_DAYS))
    else:
        con.execute("create or replace temp table beside_stay (record_number bigint, stay_id varchar)")


def bound_followed(
    con: duckdb.DuckDBPyConnection,
    table: TableSpecification,
    settings: Settings,
    results: Results,
    corners: Corners,
    sights: Sights,
) -> None:
    """Set bounds and expected values of a table's measures that follow patients, and tell `corners` what units can do.

    Its periods and ages are placed, and its options.
    """
    definitions = [definition for definition in table.definitions if definition.name in FOLLOWED]
    if not definitions:
        return
    sights.look(seen_in_columns())
    if not con.execute("select 1 from duckdb_tables() where table_name = 'followed_pair'").fetchone():
        con.execute((HERE / "followed.sql").read_text().format(window_days=WINDOW_DAYS, units=UNITS))
        follow_again(con)
    stays = Stays.of(con)
    first_beside = con.execute(f"select {UNITS} + coalesce(min(record_number), 0) from beside_stay").fetchone()[0]
    slices: dict[Slice, list[tuple[Definition, Margin]]] = {}
    for margin in table.margins:
        for definition in definitions:
            if definition.stands_in(margin):
                slices.setdefault(slice_of(margin, definition), []).append((definition, margin))
    for one, measured in slices.items():
        query = _versions(table, one, settings.year_start)
        key = (query, table.period, bands_of(con, table))
        if key not in corners.versions:
            corners.versions[key] = f"version_cell_{len(corners.versions)}"
            con.execute(f"create or replace temp table {corners.versions[key]} as {query}")
        cells = corners.versions[key]
        for definition, margin in measured:
            con.execute(f"create or replace temp table followed_row as {_rows(table, definition, margin, one, cells)}")
            figures = _bound(con, results, first_beside)
            own = expect_followed(con, results, figures, definition.name, stays, corners.chances)
            corners.changes.append((stays, own))
    con.execute("drop table if exists temp.followed_row")


def _versions(table: TableSpecification, one: Slice, year_start: int) -> str:
    """SELECT of the versions of stays in the cells of a slice, in each cause and in all."""
    numbers = "select version from followed_pair"
    whole = Slice(dimensions=one.dimensions, further=one.further)
    in_all = in_cells(table, whole, [], year_start, numbers)
    selects = [f"select *, null::varchar as scheme_version, 'all' as cause from ({in_all})"]
    if one.by_cause:
        selects.append(in_cells(table, one, [], year_start, numbers))
    return " union all by name ".join(selects)


def _rows(table: TableSpecification, definition: Definition, margin: Margin, one: Slice, cells: str) -> str:
    """SELECT of the pairs of versions in the figures of a measure in a margin; `cells` has the versions in the slice's.

    A version of any code stands in every cause as well (`is_anywhere`), where it need not be; it is there as likely as
    any stay is.
    """
    by_cause = "cause" in margin.by
    same = ["f.collection = c.collection", "f.period_start is not distinct from c.period_start"]
    same += [f"f.{name} = c.{name}" if name in margin.by else f"f.{name} is null" for name in PLAIN]
    if one.further:
        stratum = f"concat_ws({literal(STRATUM_SEPARATOR)}, {', '.join(f'c.{name}' for name in one.further)})"
        same += [f"f.stratum_name = {literal(stratum_name(one.further))}", f"f.stratum = {stratum}"]
    else:
        name, value = definition.stratum or (None, None)
        same.append(
            f"f.stratum_name = {literal(name)} and f.stratum = {literal(value)}" if name else "f.stratum_name is null"
        )
    own = f"f.table_id = {literal(table.table_id)} and f.measure = {literal(definition.name)}"
    columns = "f.figure, p.unit, p.version, p.is_coded, p.is_named, p.weight, p.place, p.pairs, p.named_pairs, "
    columns += "p.own_n, p.own_d, p.is_apart, p.share"
    joined = (
        f"from {cells} as c "
        f"join followed_pair as p on p.version = c.option_id and p.measure = {literal(definition.name)} "
        f"join figure_at as f on {own} and {' and '.join(same)}"
    )
    if not by_cause:
        plain = f"select {columns}, false as is_anywhere, 1.0::double as likely"
        return f"{plain} {joined} and f.cause is null where c.cause = 'all'"
    of_cause = "and c.cause = f.cause and (c.cause = 'all' or c.scheme_version = f.scheme_version)"
    others = ", ".join(map(literal, NO_CAUSE))
    return f"""
        select
            {columns}, p.is_wild and c.cause <> 'all' as is_anywhere,
            if(p.is_wild and c.cause <> 'all', 0, 1)::double as likely
        {joined} {of_cause}
        union all
        select
            {columns.replace("p.is_coded", "false as is_coded")}, true as is_anywhere,
            coalesce(f.share_of_all, 0)::double as likely
        {joined} and f.cause not in ({others})
        where c.cause = 'all' and p.is_wild
    """


def _bound(con: duckdb.DuckDBPyConnection, results: Results, first_beside: int) -> Integers:
    """Set the bounds of the figures of `followed_row`, and name them; units from `first_beside` on have no flags."""
    found = {name: np.ma.getdata(values) for name, values in con.execute(_MOVES).fetchnumpy().items()}
    figures, place = np.unique(found["figure"], return_inverse=True)
    weight, coded = found["weight"], found["coded"]
    coded_n, coded_d = weight * (coded == _BOTH), weight * (coded >= _DENOMINATOR)
    rows, bits = np.nonzero(found["pairs"][:, None] & _BITS)
    bit = _BITS[bits]
    moves = Moves(
        figure=place[rows],
        unit=found["unit"][rows],
        state=np.zeros_like(rows),
        record=np.zeros_like(rows),
        dn=weight[rows] * (bit == _BOTH) - coded_n[rows],
        dd=weight[rows] * (bit >= _DENOMINATOR) - coded_d[rows],
        named=found["named_pairs"][rows] & bit > 0,
        count=np.ones_like(rows),
    )
    n, d, multiplier = results.parts(figures)
    limits = bounds(n, d, moves, multiplier=multiplier)
    is_flagged = found["unit"] < first_beside
    left_n, left_d = (np.bincount(place[is_flagged], each[is_flagged], len(figures)) for each in (coded_n, coded_d))
    with np.errstate(divide="ignore", invalid="ignore"):
        without = np.where(d - left_d > 1e-9, (n - left_n) / (d - left_d) * multiplier, np.nan)
    results.set_outer(figures, limits, without)
    return figures
