"""Deaths by the date of their registration, and by the kind of place where they occurred."""

from __future__ import annotations

import pytest

from tests.measures.warehouse import CODES, deaths, empty, shown, table_of
from transforms.measures import build_figures, records

BY_REGISTRATION = {"measures": ["deaths"], "period": "year", "date_of": "registration"}


@pytest.fixture
def con():
    con = empty()
    con.execute(CODES)
    deaths(
        con,
        """
        collection | death_date | registration_date | sex | place_of_death | area | weight | underlying_cause | system
        main       | 2019-12-30 | 2020-01-03        | F   | hospital       | A    | 1      | I219             | icd10
        main       | 2019-12-31 | 2019-12-31        | F   | home           | A    | 1      | I219             | icd10
        main       | 2020-05-01 | 2021-02-01        | M   | hospital       | B    | 3      | C509             | icd10
        main       | 2020-05-01 |                   | M   |                | B    | 1      | C509             | icd10
        bare       | 2020-05-01 |                   | M   |                | B    | 1      | C509             | icd10
        """,
    )
    return con


def test_deaths_stand_in_the_year_of_their_registration_beside_that_of_death(con):
    said: list[str] = []
    by_death = table_of(measures=["deaths"], margins=[{"by": []}]).model_copy(update={"table_id": "by_death"})
    tables = [table_of(**BY_REGISTRATION, margins=[{"by": []}, {"by": ["area"]}]), by_death]
    build_figures(con, tables, on_progress=said.append)
    of_main = "collection = 'main' and area is null and table_id = "
    assert shown(con, "year(period_start), value", of_main + "'table'") == [
        (2019, 1.0), (2020, 1.0), (2021, 3.0), (None, 1.0),
    ]  # fmt: skip
    assert shown(con, "year(period_start), value", of_main + "'by_death'") == [(2019, 2.0), (2020, 4.0)]
    assert shown(con, "status, reason", "table_id = 'table' and year(period_start) = 2021 and area is null") == [
        ("provisional", "the sources do not cover this period")
    ]
    # A collection without any such date has no row, and one line says so.
    assert shown(con, "*", "collection = 'bare' and table_id = 'table'") == []
    assert "No dates of registration in bare: without figures are table" in said


def test_the_records_behind_a_year_of_registration_sum_to_it(con):
    scheme = {"scheme": "chapter", "margins": [{"by": ["cause"]}, {"by": ["sex", "cause"]}]}
    build_figures(con, [table_of(**BY_REGISTRATION | scheme)])
    found = shown(con, "figure_id, numerator")
    assert len(found) > 10
    for figure, numerator in found:
        assert records(con, figure).aggregate("sum(contribution)").fetchone()[0] == numerator


def test_a_shifted_registration_has_no_year(con):
    con.execute("update core.death set date_precision = 'shifted'")
    build_figures(con, [table_of(**BY_REGISTRATION, margins=[{"by": []}])])
    assert shown(con, "year(period_start), value", "collection = 'main'") == [(None, 6.0)]


def test_deaths_by_place_of_occurrence(con):
    said: list[str] = []
    margins = [{"by": ["place_of_death"]}, {"by": ["sex", "place_of_death"]}]
    build_figures(con, [table_of(measures=["deaths"], margins=margins)], on_progress=said.append)
    assert shown(con, "year(period_start), stratum_name, stratum, value", "sex is null") == [
        (2019, "place_of_death", "home", 1.0),
        (2019, "place_of_death", "hospital", 1.0),
        (2020, "place_of_death", "hospital", 3.0),
        (2020, "place_of_death", "unknown", 1.0),
    ]
    assert "No places of death in bare: without figures are table" in said
    for figure, numerator in shown(con, "figure_id, numerator"):
        assert records(con, figure).aggregate("sum(contribution)").fetchone()[0] == numerator


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"measures": ["crude_rate"], "date_of": "registration"}, "only counts and shares of deaths"),
        ({"measures": ["discharges"], "date_of": "registration"}, "only counts and shares of deaths"),
        ({"measures": ["discharges"], "margins": [{"by": ["place_of_death"]}]}, "only tables of deaths are by place"),
    ],
)
def test_what_has_no_such_date_or_place_is_refused(content, message):
    with pytest.raises(ValueError, match=message):
        table_of(**{"margins": [{"by": []}], **content})
