"""Bounds of trends: with the weights as coded, no resolution of flagged deaths takes the slope outside."""

from __future__ import annotations

import numpy as np
import pytest

from tests.influence.composed.copies import CODED, Unit, bounds_of, core, death_id, only_deaths, tried
from transforms.influence import assess as room
from transforms.influence.beliefs import place_beliefs
from transforms.measures import TableSpecification

YEARS = range(2014, 2020)
CONTENT = {
    "order": 1, "title": "Title", "question": "Question?", "period": "year", "scheme": "chapter",
    "margins": [{"by": ["cause"]}], "age_bands": ["infant_five_year_to_90"], "standard": "esp2013_21",
}  # fmt: skip
TREND = TableSpecification.model_validate(
    {
        "table_id": "trend", "measures": ["annual_percent_change", "average_annual_percent_change"],
        "most_joinpoints": 0, **CONTENT,
    }
)  # fmt: skip
RATES = TableSpecification.model_validate(
    {"table_id": "rates", "measures": ["directly_standardised_rate"], **CONTENT}
)  # fmt: skip


@pytest.fixture
def con():
    with core() as con:
        only_deaths(con, first_year=2014)
        con.execute("delete from core.death where area = 'A1'")
        yield con


def percent(years: np.ndarray, rates: np.ndarray, weights: np.ndarray) -> float:
    """The annual percent change of one weighted line through the logarithms of rates."""
    slope, _ = np.polyfit(years, np.log(rates), 1, w=np.sqrt(weights))
    return 100 * np.expm1(slope)


def effective(con, cause: str) -> np.ndarray:
    """The deaths of each year as coded as the count that is as precise as the standardised rate."""
    rows = con.execute(
        f"""
        select year(c.period_start) as year, c.weight::double as deaths, b.persons::double as persons,
            s.weight::double as standard
        from stats.cell as c
        join stats.age_band as a using (table_id, collection, age_band)
        join (
            select period, age_start, sum(persons) as persons from core.population
            where collection = '{CODED}' group by all
        ) as b on b.period = year(c.period_start) and b.age_start = a.age_start
        join (
            select a.age_band, sum(s.weight) as weight
            from stats.age_band as a
            join codes.standard_population as s
                on s.standard = 'esp2013_21' and s.age_start >= a.age_start
                and coalesce(s.age_end, 999) <= coalesce(a.age_end, 999)
            where a.table_id = 'rates' and a.collection = '{CODED}'
            group by all
        ) as s using (age_band)
        where c.table_id = 'rates' and c.collection = '{CODED}' and c.cause = ?
        """,
        [cause],
    ).df()
    rows["rate"] = rows["standard"] * rows["deaths"] / rows["persons"]
    rows["variance"] = rows["standard"] ** 2 * rows["deaths"] / rows["persons"] ** 2
    sums = rows.groupby("year")[["rate", "variance"]].sum()
    return (sums["rate"] ** 2 / sums["variance"]).to_numpy()


@pytest.mark.slow
def test_trends_are_never_outside_their_bounds_with_their_fit_as_it_is(con, hold_bounds):
    units = (
        Unit({death_id(2014, "F", 0, 16, "I219"): [None]}),
        Unit({death_id(2019, "M", 0, 12, "I219"): [{"age_years": "88", "age_years_max": "88"}]}),
        Unit({death_id(2018, "M", 0, 18, "C509"): [{"underlying_cause": "'I219'"}]}),
        Unit(
            {death_id(2016, "F", 0, 18, "R99"): []},
            named=False,
            any_code={death_id(2016, "F", 0, 18, "R99"): ["I219", "C509"]},
        ),
    )
    found = tried(con, [TREND, RATES], units)
    rates = con.execute("""
        select collection, cause, year(period_start) as year, "value" from stats.figure
        where measure = 'directly_standardised_rate' and "value" is not null order by all
    """).df()
    trends = found[found["measure"].str.contains("percent")]
    assert set(trends["bound_kind"]) == {"conditional"}
    years = np.array(YEARS, dtype=float)
    for place, row in trends.iterrows():
        weights = effective(con, row["cause"])
        made = {
            name: percent(years, of["value"].to_numpy(), weights)
            for name, of in rates[rates["cause"] == row["cause"]].groupby("collection")
        }
        # With its own fit the figure as coded is the same line.
        assert made[CODED] == pytest.approx(row["value"], rel=1e-6)
        for prefix, least, greatest in (("named", "least", "greatest"), ("any", "worst_least", "worst_greatest")):
            values = [value for name, value in made.items() if name.startswith(prefix)]
            trends.loc[place, [least, greatest]] = min(values), max(values)
    rows = bounds_of(trends)
    assert (rows["least"] < rows["greatest"] - 1e-9).sum() > 8
    hold_bounds(rows)


def test_trends_are_expected_as_rebuilt_where_flags_are_certain(con, monkeypatch):
    monkeypatch.setattr(room, "place_beliefs", lambda con: np.ones_like(place_beliefs(con)))
    death = death_id(2014, "F", 0, 16, "I219")
    found = tried(con, [TREND, RATES], [Unit({death: [None]})])
    one = found[found["measure"].str.contains("percent") & (found["worst_low"] < found["worst_high"])]
    assert len(one) > 2
    rates = con.execute("""
        select cause, collection, "value" from stats.figure
        where measure = 'directly_standardised_rate' and collection = 'any0001' and "value" is not null
        order by cause, period_start
    """).df()
    years = np.array(YEARS, dtype=float)
    alone = con.execute("select figure_id, change_low, change_high from stats.record_influence").df()
    alone = alone.set_index("figure_id")
    for row in one.itertuples():
        made = percent(years, rates[rates["cause"] == row.cause]["value"].to_numpy(), effective(con, row.cause))
        np.testing.assert_allclose([row.expected, row.expected_low, row.expected_high], made, rtol=1e-9)
        change = made - row.value
        assert alone.loc[row.figure_id].tolist() == pytest.approx([min(change, 0), max(change, 0)])


def test_a_year_that_flags_could_empty_has_no_bound_on_its_side(con):
    con.execute(
        "delete from core.death where underlying_cause = 'C509' and year(death_date) = 2019 and age_years <> 40"
    )
    con.execute("delete from core.death where underlying_cause = 'C509' and year(death_date) = 2019 and sex = 'M'")
    found = tried(con, [TREND], [Unit({death_id(2019, "F", 0, 9, "C509"): [None]})])
    emptied = found[found["cause"] == "II"]
    assert len(emptied) == 2
    assert emptied["bound_low"].isna().all()
    np.testing.assert_allclose(emptied["bound_high"], emptied["value"], rtol=1e-9)
    assert set(emptied["verdict"]) == {"not_fit"}
