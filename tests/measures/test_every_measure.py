"""What holds for every measure of the registry, whatever it measures: on generated data, each measure in a margin.

A measure that is added is tested here as soon as `every.py` gives it a figure, and must be given one.
"""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from tests.measures import every
from transforms.measures.definitions import DEFINITIONS
from transforms.measures.sums import ONE_EACH

FIGURE = [
    "measure", "scheme_version", "cause", "period_start", "period_end", "facility_id", "area", "sex", "age_band",
    "stratum_name", "stratum", "standard",
]  # fmt: skip
# Limits that do not follow from the size of what is counted: a chart's from the moving range of its months, a trend's
# from how far years lie off its line, a baseline's where its years differ more than chance allows; a median's are
# lengths of stay.
BY_SPREAD = "_centre_line|percent_change|excess_deaths|median"
# Figures that change by their own rule, not in proportion, when a population grows: the rest are rates.
NOT_IN_PROPORTION = ("life_", "mortality_ratio", "percent_change", "excess_deaths_by_rate")
FOUR_OF_EACH = tuple(f"update core.{name} set weight = weight * 4" for name in ("stay", "death"))
FOUR_PERSONS = "update core.population set persons = persons * 4"
FOUR_BIRTHS = "update core.birth set " + ", ".join(
    f"{name} = {name} * 4" for name in ("live_births", "fetal_deaths_20w", "fetal_deaths_22w", "fetal_deaths_28w")
)
A_SURVEY = tuple(f"update core.{name} set weight_kind = 'sampling'" for name in ("stay", "death"))
ONE_MORE = """
update core.death set weight = weight + 1
where (death_date, area, sex, underlying_cause) = (date '2017-05-10', 'A0', 'F', 'I219') and age_years in (0, 30)
"""


@cache
def figures(*changes: str, order: str | None = None, confidence: float = 0.95) -> pd.DataFrame:
    con = every.built(*changes, order=order, confidence=confidence)
    return con.execute("select * from stats.figure order by all").df()


def compared(*changes: str, confidence: float = 0.95) -> pd.DataFrame:
    """The figures with a value beside what they are after some changes: columns with `_after`."""
    before, after = figures(), figures(*changes, confidence=confidence)
    columns = [*FIGURE, "value", "lower", "upper", "method", "numerator", "reason"]
    both = before[columns].merge(after[columns], on=FIGURE, how="left", suffixes=("", "_after"))
    assert len(both) == len(before)
    return both[both["value"].notna()]


def names_of(rows: pd.DataFrame) -> list[str]:
    return sorted(set(rows["measure"]))


def test_every_measure_has_a_figure():
    found = figures()
    assert sorted(set(DEFINITIONS) - set(found[found["value"].notna()]["measure"])) == []


def test_limits_hold_the_value_and_stand_together():
    found = figures()
    limited = found[found["lower"].notna() | found["upper"].notna()]
    assert names_of(limited[~((limited["lower"] <= limited["value"]) & (limited["value"] <= limited["upper"]))]) == []
    without = found[found["value"].notna() & found["lower"].isna()]
    intervals = {name for name, one in DEFINITIONS.items() if one.interval and one.kind != "share_of_all"}
    assert names_of(without[without["measure"].isin(intervals) & without["reason"].isna()]) == []


@pytest.mark.slow
def test_the_order_of_records_changes_no_figure():
    pd.testing.assert_frame_equal(figures(), figures(order="hash(source, bucket, rowid) desc"))


@pytest.mark.slow
def test_cells_add_up_over_buckets():
    keys = "table_id, scheme_version, cause, period_start, collection, facility_id, area, sex, age_band, stratum"
    sums = [name for name in ONE_EACH if name != "patients"]

    def cells(condition: str) -> dict[tuple, list]:
        con = every.built(*(f"delete from core.{name} where not ({condition})" for name in ("stay", "death")))
        rows = con.execute(f"select {keys}, {', '.join(sums)} from stats.cell where records > 0").fetchall()
        return {row[:10]: list(row[10:]) for row in rows}

    added = cells("bucket < 100")
    for key, numbers in cells("bucket >= 100").items():
        before = added.get(key, [None] * len(sums))
        added[key] = [a if b is None else b + (a or 0) for a, b in zip(before, numbers, strict=True)]
    assert added == cells("true")


@pytest.mark.slow
def test_limits_widen_with_confidence():
    both = compared(confidence=0.5)
    both = both[both["lower"].notna()]
    assert names_of(both[~((both["lower"] <= both["lower_after"]) & (both["upper_after"] <= both["upper"]))]) == []
    wider = both[(both["lower"] < both["lower_after"]) | (both["upper"] > both["upper_after"])]
    charts = [name for name in names_of(both) if name.endswith("_centre_line")]
    assert names_of(wider) == sorted(set(names_of(both)) - set(charts))


@pytest.mark.slow
def test_four_times_everything_is_the_same_rate_with_narrower_limits():
    """Counts are four times as great, all else stays as it is, and limits draw nearer in proportion to the value."""
    both = compared(*FOUR_OF_EACH, FOUR_PERSONS, FOUR_BIRTHS)
    # A record that stands for four is still of one patient.
    both = both[~both["measure"].map(lambda name: DEFINITIONS[name].of_patients)]
    times = (both["value_after"] / both["value"]).where(both["value"] != 0, 1.0)
    grows = both["measure"].map(_counts)
    # A model's penalty weighs less beside more records.
    assert names_of(both[(times - grows.where(both["value"] != 0, 1)).abs() > 1e-5]) == []
    limited = both[both["lower"].notna() & (both["value"] != 0) & ~both["measure"].str.contains(BY_SPREAD)]
    before = limited["upper"] - limited["lower"]
    after = (limited["upper_after"] - limited["lower_after"]) / limited["measure"].map(_counts)
    assert names_of(limited[~(after < before)]) == []


@pytest.mark.slow
def test_a_survey_is_no_more_certain_than_its_records():
    """Weights of 4 that are no counts: the value is that of the estimate, the limits those of a quarter as many."""
    both = compared(*FOUR_OF_EACH, FOUR_PERSONS, FOUR_BIRTHS, *A_SURVEY)
    both = both[both["lower"].notna() & both["lower_after"].notna() & (both["value"] != 0)]
    # Fetal deaths are counted among the births, which are no survey.
    fetal = [name for name, one in DEFINITIONS.items() if one.fetal]
    both = both[~both["measure"].str.contains(BY_SPREAD) & ~both["measure"].isin(fetal)]
    before = both["upper"] - both["lower"]
    after = (both["upper_after"] - both["lower_after"]) / both["measure"].map(_counts)
    assert names_of(both[after < before * 0.999]) == []
    assert len(names_of(both)) > 30


@pytest.mark.slow
def test_rates_halve_where_twice_as_many_people_live():
    both = compared("update core.population set persons = persons * 2")
    rates = [
        name
        for name, one in DEFINITIONS.items()
        if one.is_rate and not name.startswith(NOT_IN_PROPORTION) and not name.endswith(NOT_IN_PROPORTION)
    ]
    found = both[both["measure"].isin(rates)]
    assert names_of(found) == sorted(rates)
    assert names_of(found[(found["value_after"] * 2 - found["value"]).abs() > 1e-9 * found["value"]]) == []
    others = both[~both["measure"].isin(rates) & ~both["measure"].str.startswith("life_")]
    assert names_of(others[(others["value_after"] - others["value"]).abs() > 1e-9 * others["value"].abs()]) == []
    longer = both[both["measure"].isin(["life_expectancy", "life_table_survivors"])]
    assert names_of(longer[longer["value_after"] < longer["value"]]) == []


@pytest.mark.slow
def test_more_deaths_make_no_figure_of_deaths_smaller():
    both = compared(ONE_MORE)
    whole = both["cause"].isna() | both["cause"].isin(["all", "IX"])
    year = (both["period_start"] <= "2017-05-10") & (both["period_end"] >= "2017-05-10")
    of_place = (both["area"].isna() | (both["area"] == "A0")) & (both["age_band"].isna() | both["age_band"].isin(["0"]))
    counted = both["measure"].map(lambda name: DEFINITIONS[name].kind in ("count", "rate")) | both[
        "measure"
    ].str.contains("_rate$|^years_of_potential|standardised_rate|mortality_ratio")
    found = both[
        whole & year & of_place & counted & both["measure"].map(lambda name: DEFINITIONS[name].domain == "death")
    ]
    assert names_of(found[found["value_after"] < found["value"]]) == []
    assert set(names_of(found[found["value_after"] > found["value"]])) >= {
        "deaths", "crude_rate", "age_specific_rate", "directly_standardised_rate", "infant_mortality_rate",
        "years_of_potential_life_lost",
    }  # fmt: skip
    shorter = both[(both["measure"] == "life_expectancy") & year]
    assert (shorter["value_after"] <= shorter["value"]).all()


def _counts(name: str) -> int:
    """How many times as great a figure is where everything is there four times."""
    one = DEFINITIONS[name]
    is_number = name in (
        "comparable_deaths",
        "years_of_potential_life_lost",
        "excess_deaths",
        "excess_deaths_by_rate",
        "excess_deaths_by_trend",
    )
    of_counts = name in ("discharges_centre_line", "deaths_centre_line")
    return 4 if one.kind == "count" or is_number or of_counts else 1
