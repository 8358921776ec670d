"""Bounds of life tables contain every resolution of flagged deaths, each rebuilt as a collection of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.influence.composed.copies import Unit, bounds_of, death_id, deaths, tried
from transforms.influence.composed.life_tables import LIFE_TABLES
from transforms.measures import TableSpecification


def table(measure: str, *margins: list[str]) -> TableSpecification:
    by_cause = "cause" in margins[0]
    return TableSpecification.model_validate(
        {
            "table_id": measure, "order": 1, "title": "Title", "question": "Question?", "measures": [measure],
            "period": "year", "margins": [{"by": by} for by in margins], "age_bands": ["infant_five_year_to_90"],
            "scheme": "chapter" if by_cause else None,
        }
    )  # fmt: skip


TABLES = [
    table("life_expectancy", [], ["sex"], ["area"]),
    table("life_table_survivors", ["sex"]),
    table("life_expectancy_gain_without_cause", ["cause"], ["sex", "cause"]),
    table("life_expectancy_change", ["cause"], ["sex", "cause"]),
    table("life_expectancy_difference_between_sexes", ["cause"]),
    table("life_expectancy_difference_between_areas", ["area", "cause"]),
]
UNITS = (
    Unit({death_id(2019, "M", 0, 8, "I219"): [{"age_years": "70", "age_years_max": "70"}]}),
    Unit({death_id(2018, "M", 1, 16, "C509"): [{"sex": "'F'"}]}),
    Unit({death_id(2019, "F", 1, 19, "C509"): [{"underlying_cause": "'I219'"}]}),
    Unit(
        {death_id(2019, "F", 0, 18, "R99"): []},
        named=False,
        any_code={death_id(2019, "F", 0, 18, "R99"): ["I219", "C509"]},
    ),
)
# Two copies, of which one stays.
COPIES = [death_id(2019, "M", 0, 17, "R99"), death_id(2019, "M", 0, 18, "R99")]
ONE_STAYS = Unit(
    {copy: [None] for copy in COPIES},
    states=({COPIES[0]: [0], COPIES[1]: [0, 1]}, {COPIES[0]: [0, 1], COPIES[1]: [0]}),
)


@pytest.mark.slow
def test_life_tables_are_never_outside_their_bounds(hold_bounds):
    with deaths() as con:
        found = tried(con, TABLES, UNITS)
    assert set(found["measure"]) == set(LIFE_TABLES)
    assert set(found["bound_kind"]) == {"outer"}
    moved = found[~np.isclose(found["worst_least"], found["worst_greatest"], rtol=1e-9, atol=1e-9)]
    assert set(moved["measure"]) == set(LIFE_TABLES)
    assert len(moved) > 100
    hold_bounds(bounds_of(found))


def test_where_flags_only_take_deaths_away_the_corners_are_attained(hold_bounds):
    units = (
        Unit({death_id(2019, "F", 0, 14, "I219"): [None]}),
        Unit({death_id(2019, "F", 0, 19, "C509"): [None]}),
    )
    with deaths() as con:
        found = tried(con, [table("life_expectancy", [], ["sex"])], units)
    rows = bounds_of(found)
    moved = rows[rows["least"] < rows["greatest"] - 1e-9]
    assert len(moved) > 5
    for end, attained in (("low", "least"), ("high", "greatest")):
        np.testing.assert_allclose(rows[end], rows[attained], rtol=1e-9)
    hold_bounds(rows)


@pytest.mark.slow
def test_of_two_copies_one_stays(hold_bounds):
    with deaths() as con:
        found = tried(con, [table("life_expectancy", [], ["sex"]), TABLES[2]], [ONE_STAYS])
    rows = bounds_of(found)
    assert (rows["least"] < rows["greatest"]).sum() > 5
    hold_bounds(rows)


def test_an_open_band_that_flags_could_empty_has_no_greatest_expectancy():
    last = [death_id(2019, "F", 0, 19, code) for code in ("I219", "C509", "R99")]
    with deaths() as con:
        con.execute("delete from core.death where year(death_date) = 2018")
        found = tried(con, [table("life_expectancy", ["area", "sex"])], [Unit({death: [None]}) for death in last])
    one = found[(found["area"] == "A0") & (found["sex"] == "F")]
    assert len(one) == 2
    assert one["bound_high"].isna().all()
    assert (one["bound_low"] <= one["value"]).all()
    assert set(one["verdict"]) == {"not_fit"}
    others = found.drop(index=one.index)
    pd.testing.assert_series_equal(others["bound_high"], others["value"], check_names=False)
    assert set(others["verdict"]) == {"robust"}
    # How many records lie between is told only where it is none.
    assert one["fewest_bound"].isna().all()
    assert others["fewest_bound"].notna().all()
