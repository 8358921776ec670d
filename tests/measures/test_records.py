"""The records behind every figure of a small warehouse sum to its numerator and to its denominator."""

from __future__ import annotations

import re

import pytest

from tests.measures.warehouse import TABLES, generated
from transforms.measures import build_figures, load_specifications, records
from transforms.measures.behind import predicate, prepare, specification_of
from transforms.measures.definitions import DEFINITIONS


def parts_of_records(figure, definition) -> tuple[str, ...]:
    """The parts of a figure that are sums over records or over the population."""
    is_missing = figure["numerator"] is None and (definition.kind == "composed" or definition.per_births)
    if not definition.has_records or is_missing:
        return ()
    divides = figure["denominator"] is not None and not definition.is_expected
    divides = divides and (definition.is_rate or definition.per_births or definition.denominator is not None)
    return ("numerator", "denominator") if divides else ("numerator",)


def check(con, share: int) -> None:
    """Every `share`-th figure of each table and collection: the contributions behind each part sum to it."""
    for table_id, collection in con.execute(
        "select distinct table_id, collection from stats.figure order by all"
    ).fetchall():
        table, year_start = specification_of(con, table_id)
        prepare(con, table, collection)
        rows = con.execute(
            "select * from stats.figure where table_id = ? and collection = ? order by measure, status, figure_id",
            [table_id, collection],
        )
        names = [column[0] for column in rows.description]
        for row in rows.fetchall()[::share]:
            figure = dict(zip(names, row, strict=True))
            definition = DEFINITIONS[figure["measure"]]
            for part in ("numerator", "denominator"):
                if part not in parts_of_records(figure, definition):
                    continue
                if definition.per_births or (part == "denominator" and definition.is_rate):
                    behind = records(con, figure["figure_id"], part)
                else:
                    query, parameters = predicate(table, definition, figure, part, year_start)
                    behind = con.sql(query, params=parameters)
                total, count, distinct = behind.aggregate(
                    "coalesce(sum(contribution), 0)::double, count(*), count(distinct record_id)"
                ).fetchone()
                assert total == pytest.approx(figure[part] or 0, rel=1e-9), (part, figure)
                assert count == distinct, (part, figure)


def test_records_sum_to_the_parts_of_a_sample_of_every_table(figures):
    check(figures, 211)


@pytest.mark.slow
def test_records_sum_to_the_parts_of_every_figure():
    con = generated(stays=150, deaths=60, facilities=2, areas=2)
    con.execute("delete from core.stay where year(discharge_date) > 2019")
    con.execute("delete from core.death where year(death_date) > 2019")
    con.execute("delete from core.population where period > 2019")
    con.execute("delete from core.coverage")
    tables = [table.model_copy(update={"age_bands": ("broad",)}) for table in load_specifications(TABLES)]
    build_figures(con, tables)
    check(con, 1)


def test_what_has_no_records_says_so(figures):
    count = figures.execute("select figure_id from stats.figure where measure = 'discharges' limit 1").fetchone()[0]
    with pytest.raises(ValueError, match="has no denominator"):
        records(figures, count, "denominator")
    with pytest.raises(LookupError, match=re.escape("no figure nothing")):
        records(figures, "nothing")


def test_a_patients_first_record_contributes_one(figures):
    figure = figures.execute(
        "select figure_id from stats.figure where measure = 'patients' and facility_id is null and sex is null "
        "and age_band is null and area is null order by numerator desc limit 1"
    ).fetchone()[0]
    behind = records(figures, figure).fetchdf()
    firsts = behind[behind["contribution"] == 1]
    assert firsts["patient_id"].is_unique
    assert set(firsts["patient_id"]) == set(behind["patient_id"])
    assert len(behind) > len(firsts)
