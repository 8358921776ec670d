"""What holds for every figure: parts add up, order does not matter, and intervals contain their point."""

from __future__ import annotations

import pytest

from tests.measures.warehouse import TABLES, empty, generated, shown
from transforms.measures import build_figures, load_specifications
from transforms.measures.sums import ONE_EACH

KEY = "table_id, measure, scheme, scheme_version, cause, period_start, collection, facility_id, area, sex, age_band"
# All sums of cells but those of facts that rest on a patient's other stays: buckets here are of stays, not patients.
ADDITIVE = tuple(
    name
    for name in ONE_EACH
    if not name.startswith(("readmitted", "index_", "died_from", "followed_from", "first_patients"))
)


def copy_of(con, condition: str = "true", order: str = "1", weight: str | None = None):
    """A new warehouse with some of another's records, in another order, and its figures."""
    other = empty()
    for table in ("codes.scheme", "codes.grouping", "codes.group_label", "core.population", "core.coverage"):
        other.from_arrow(con.table(table).to_arrow_table()).insert_into(table)
    for table in ("core.stay", "core.death"):
        rows = con.sql(
            f"select * {f'replace ({weight})' if weight else ''} from {table} where {condition} order by {order}"
        )
        other.from_arrow(rows.to_arrow_table()).insert_into(table)
    # One set of bands: which of several is taken is a matter of all records together.
    tables = [table.model_copy(update={"age_bands": ("infant_five_year",)}) for table in load_specifications(TABLES)]
    build_figures(other, tables)
    return other


def test_every_interval_contains_its_value(figures):
    assert shown(figures, "*", "not (lower <= value and value <= upper)") == []
    assert shown(figures, "*", "(lower is null) <> (upper is null)") == []
    assert shown(figures, "*", "isnan(value) or isinf(value) or isinf(upper)") == []


def test_every_figure_without_a_value_says_why(figures):
    assert shown(figures, "*", "value is null and status <> 'not_applicable'") == []
    assert shown(figures, "*", "status <> 'value' and reason is null") == []


def test_groups_and_the_rest_add_up_to_all_where_the_scheme_is_a_partition(figures):
    broken = figures.execute(
        f"""
        select {KEY.replace("cause, ", "")}
        from stats.figure
        semi join (from codes.scheme where is_partition) using (scheme, scheme_version)
        where additive_over like '%cause%' and value is not null
        group by all
        having abs(sum(value) filter (where cause = 'all') - sum(value) filter (where cause <> 'all')) > 1e-9
        """
    ).fetchall()
    assert broken == []


@pytest.mark.parametrize("dimension", ["sex", "age_band", "facility_id", "area"])
def test_what_adds_up_over_a_dimension_adds_up_to_all_of_it(figures, dimension):
    others = [name for name in ("facility_id", "area", "sex", "age_band") if name != dimension]
    compared = figures.execute(
        f"""
        with part as (
            select table_id, measure, period_start, collection, sum(value) as value
            from stats.figure
            where additive_over is not null and cause is null and {dimension} is not null
                and {" and ".join(f"{name} is null" for name in others)}
            group by all
        )
        select p.value, f.value
        from part as p
        join stats.figure as f
            on f.table_id = p.table_id and f.measure = p.measure and f.collection = p.collection
            and f.period_start is not distinct from p.period_start
            and coalesce(f.cause, f.facility_id, f.area, f.sex, f.age_band) is null
        """
    ).fetchall()
    assert compared
    for parts, whole in compared:
        assert parts == pytest.approx(whole)


@pytest.mark.slow
def test_cells_add_up_over_buckets():
    con = generated(stays=500, deaths=200)
    whole = copy_of(con)
    halves = [copy_of(con, condition) for condition in ("bucket < 100", "bucket >= 100")]
    keys = "table_id, scheme, scheme_version, cause, period_start, collection, facility_id, area, sex, age_band"
    sums = ", ".join(f"sum({name})" for name in ADDITIVE)
    query = f"select {keys}, {sums} from stats.cell where records > 0 and table_id not like '%_rates' group by all"
    added: dict[tuple, list] = {}
    for half in halves:
        for row in half.execute(query).fetchall():
            before = added.setdefault(row[:10], [None] * len(ADDITIVE))
            added[row[:10]] = [
                None if a is b is None else (a or 0) + (b or 0) for a, b in zip(before, row[10:], strict=True)
            ]
    assert added == {row[:10]: list(row[10:]) for row in whole.execute(query).fetchall()}


@pytest.mark.slow
def test_neither_the_order_of_rows_nor_the_arithmetic_of_weights_changes_a_figure():
    con = generated(stays=400, deaths=150)
    query = "select * from stats.figure"
    whole = copy_of(con)
    assert (
        copy_of(con, order="hash(bucket, source), 1 desc").execute(query).fetchall() == whole.execute(query).fetchall()
    )
    expected = whole.execute(f"{query} where year(period_start) < 2035").fetchall()
    # A record of weight 2, of another person on another day, sends all others of its collection through the arithmetic
    # of weights.
    for table, key, event in (("core.stay", "stay_id", "discharge_date"), ("core.death", "death_id", "death_date")):
        con.execute(
            f"insert into {table} by name (select * replace ('heavy' || collection as {key}, 2 as weight, "
            f"'heavy' || collection as patient_id, date '2035-01-01' as {event}) "
            f"from (select distinct on (collection) * from {table}))"
        )
    weighted = copy_of(con).execute(f"{query} where year(period_start) < 2035").fetchall()
    assert [row for row in weighted if row not in expected] == []
    assert len(weighted) == len(expected)
