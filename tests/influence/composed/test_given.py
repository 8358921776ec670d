"""Sums in which something is given or fitted: comparable deaths, excess by rate, and rates that births alone make."""

from __future__ import annotations

import pytest

from tests.influence.composed.copies import Unit, bounds_of, core, death_id, only_deaths, tried
from tests.influence.looseness import held
from transforms.measures import TableSpecification

RATIO = {
    "earlier_version": "who", "earlier_cause": "IX", "version": "who", "cause": "II", "ratio": 1.25,
    "standard_error": 0.01, "source": "test",
}  # fmt: skip


def table(measure: str, by: list[str], **content: object) -> TableSpecification:
    return TableSpecification.model_validate(
        {
            "table_id": measure, "order": 1, "title": "Title", "question": "Question?", "measures": [measure],
            "period": "year", "margins": [{"by": by}], "age_bands": ["infant_five_year_to_90"], **content,
        }
    )  # fmt: skip


@pytest.mark.slow
def test_both_bounds_are_attained(hold_bounds):
    units = (
        Unit({death_id(2019, "M", 0, 8, "I219"): [None]}),
        Unit({death_id(2019, "F", 0, 19, "C509"): [{"underlying_cause": "'I219'"}]}),
        Unit({death_id(2019, "F", 0, 0, "C509"): [{"age_years": "1", "age_years_max": "1", "age_days": "null"}]}),
    )
    tables = [
        table("comparable_deaths", ["cause"], scheme="chapter", comparability=[RATIO]),
        # The baseline of the last year has no flagged deaths, so that it is the same however these turn out.
        table("excess_deaths_by_rate", [], period="month"),
        table("fetal_mortality_rate", []),
    ]
    with core() as con:
        only_deaths(con, first_year=2014)
        found = tried(con, tables, units)
    kinds = dict(found[["measure", "bound_kind"]].drop_duplicates().itertuples(index=False))
    assert kinds == {
        "comparable_deaths": "exact", "excess_deaths_by_rate": "conditional", "fetal_mortality_rate": "exact",
    }  # fmt: skip
    last = found[found["period_start"].str.startswith("2019")]
    rows = bounds_of(last)
    assert set(rows["measure"]) == set(kinds)
    moved = rows["least"] < rows["greatest"]
    assert set(rows[moved]["measure"]) == {"comparable_deaths", "excess_deaths_by_rate"}
    hold_bounds(rows)
    # Given the baseline they are attained too.
    held(rows.assign(bound_kind="exact"))
