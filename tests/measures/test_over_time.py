"""Series: centre lines and signals, annual percent change, excess deaths, each through the whole way to figures."""

from __future__ import annotations

import numpy as np
import pytest

from tests.measures.warehouse import covers, deaths, empty, population, shown, stays, table_of
from transforms.measures import Settings, build_figures, records
from transforms.measures.methods.control_charts import D2
from transforms.measures.methods.joinpoint import annual_percent_change

PERIODS = [f"{year}-{month:02}" for year in (2018, 2019) for month in range(1, 13)]


def monthly(counts, of=None):
    """A row of frequency for each month: how many stays, and of how many of them the patient died."""
    rows = []
    for period, count in zip(PERIODS, counts, strict=True):
        died = 0 if of is None else of[period]
        rows += [f"{period}-10 | {n} | {outcome}" for n, outcome in ((died, "true"), (count - died, "false")) if n]
    return "discharge_date | weight | died\n" + "\n".join(rows)


def signals(**content):
    return table_of(measures=["discharges_centre_line", "in_hospital_mortality_centre_line"], period="month", **content)


def test_control_limits_of_counts_are_the_mean_and_266_moving_ranges():
    rng = np.random.default_rng(1)
    counts = rng.integers(90, 110, size=24)
    counts[20] = 160
    con = empty()
    stays(con, monthly(counts))
    covers(con, "2018-01-01", "2019-12-31", "encounter")
    build_figures(con, [signals(margins=[{"by": []}])], Settings())
    found = con.execute(
        "select value, lower, upper, numerator, signal, method from stats.figure "
        "where measure = 'discharges_centre_line' order by period_start"
    ).fetchall()
    half = 3 * np.abs(np.diff(counts)).mean() / D2
    assert [row[:3] for row in found] == [
        pytest.approx((counts.mean(), counts.mean() - half, counts.mean() + half))
    ] * 24
    assert [row[3] for row in found] == counts.tolist()
    assert [place for place, row in enumerate(found) if row[4] and "outside" in row[4]] == [20]
    assert {row[5] for row in found} == {"xmr"}


def test_a_month_that_is_covered_in_part_takes_no_part():
    con = empty()
    stays(con, monthly([100] * 24))
    covers(con, "2018-01-15", "2019-12-31", "encounter")
    build_figures(con, [signals(margins=[{"by": []}])], Settings())
    assert shown(con, "count(*), min(period_start)::varchar", "measure = 'discharges_centre_line'") == [
        (23, "2018-02-01")
    ]


def test_limits_of_mortality_are_narrower_where_there_are_more_stays():
    rng = np.random.default_rng(2)
    counts = [100] * 12 + [400] * 12
    died = dict(zip(PERIODS, (int(rng.binomial(n, 0.1)) for n in counts), strict=True))
    con = empty()
    stays(con, monthly(counts, died))
    covers(con, "2018-01-01", "2019-12-31", "encounter")
    build_figures(con, [signals(margins=[{"by": []}])], Settings())
    widths = con.execute(
        "select value, upper - value from stats.figure where measure = 'in_hospital_mortality_centre_line' "
        "order by period_start"
    ).fetchall()
    assert widths[0][0] == pytest.approx(sum(died.values()) / sum(counts))
    assert widths[0][1] == pytest.approx(2 * widths[-1][1])


def test_a_break_begins_a_new_centre_line_and_a_table_may_choose_its_chart():
    con = empty()
    stays(con, monthly([100] * 12 + [400] * 12, dict(zip(PERIODS, [10] * 12 + [20] * 12, strict=True))))
    covers(con, "2018-01-01", "2019-12-31", "encounter")
    table = signals(margins=[{"by": []}], breaks=["2019-01-01"], interval={"in_hospital_mortality_centre_line": "p"})
    build_figures(con, [table], Settings())
    assert shown(con, "measure, year(period_start), value, max(upper), method, count(*), count(signal)", "true "
                 "group by all") == [
        ("discharges_centre_line", 2018, 100.0, 100.0, "xmr", 12, 0),
        ("discharges_centre_line", 2019, 400.0, 400.0, "xmr", 12, 0),
        ("in_hospital_mortality_centre_line", 2018, 0.1, pytest.approx(0.1 + 3 * (0.1 * 0.9 / 100) ** 0.5), "p", 12, 0),
        (
            "in_hospital_mortality_centre_line", 2019, 0.05, pytest.approx(0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5),
            "p", 12, 0,
        ),
    ]  # fmt: skip


def test_the_records_behind_a_centre_line_are_those_of_its_period():
    con = empty()
    stays(con, monthly([100] * 24, dict.fromkeys(PERIODS, 7)))
    covers(con, "2018-01-01", "2019-12-31", "encounter")
    build_figures(con, [signals(margins=[{"by": []}])], Settings())
    ((figure, numerator, denominator),) = shown(
        con,
        "figure_id, numerator, denominator",
        "measure = 'in_hospital_mortality_centre_line' and period_start = '2018-03-01'",
    )
    assert (numerator, denominator) == (7, 100)
    assert sum(row[-1] for row in records(con, figure).fetchall()) == 7
    assert sum(row[-1] for row in records(con, figure, "denominator").fetchall()) == 100


def test_the_annual_percent_change_is_that_of_the_standardised_rates():
    con = empty()
    con.execute(
        "insert into codes.standard_population values ('plain', 0, 14, 100), ('plain', 15, 44, 500), "
        "('plain', 45, 64, 300), ('plain', 65, null, 100)"
    )
    text = "death_date | age_years | weight\n"
    young, old = [10, 9, 8, 8, 7], [40, 44, 39, 36, 33]
    for year in range(5):
        bands = ((0, 14, 4_000), (15, 44, 6_000), (45, 64, 3_000), (65, None, 2_000))
        population(con, *((2015 + year, "A1", "F", *band) for band in bands))
        text += f"{2015 + year}-06-01 | 20 | {young[year]}\n{2015 + year}-06-01 | 70 | {old[year]}\n"
    deaths(con, text)
    covers(con, "2015-01-01", "2019-12-31")
    table = table_of(measures=["annual_percent_change"], margins=[{"by": []}], age_bands=["broad"], standard="plain")
    build_figures(con, [table], Settings())
    shares = 0.5 / 6_000, 0.1 / 2_000
    rates = [shares[0] * y + shares[1] * o for y, o in zip(young, old, strict=True)]
    variances = [shares[0] ** 2 * y + shares[1] ** 2 * o for y, o in zip(young, old, strict=True)]
    effective = [rate**2 / variance for rate, variance in zip(rates, variances, strict=True)]
    expected = annual_percent_change(range(2015, 2020), rates, effective)
    ((value, lower, upper, start, end, count, figure),) = shown(
        con, "value, lower, upper, period_start::varchar, period_end::varchar, records, figure_id"
    )
    assert (value, lower, upper) == pytest.approx((expected.value, expected.lower, expected.upper))
    assert (start, end, count) == ("2015-01-01", "2019-12-31", sum(young) + sum(old))
    with pytest.raises(ValueError, match="fitted to a series"):
        records(con, figure)


def test_excess_is_deaths_less_the_mean_of_the_years_before():
    con = empty()
    counts = {2015: 100, 2016: 110, 2017: 90, 2018: 104, 2019: 150}
    deaths(con, "death_date | weight\n" + "\n".join(f"{year}-03-05 | {count}" for year, count in counts.items()))
    covers(con, "2015-01-01", "2019-12-31")
    table = table_of(measures=["excess_deaths"], period="month", margins=[{"by": [], "complete": True}])
    build_figures(con, [table], Settings())
    found = shown(con, "value, numerator, denominator, stratum", "month(period_start) = 3")
    assert found == [
        (4.0, 104.0, 100.0, "average_of_counts of 3 years"),
        (49.0, 150.0, 101.0, "average_of_counts of 4 years"),
    ]
    # Other months had no deaths at all: none were expected and none came.
    assert shown(con, "distinct value", "month(period_start) <> 3") == [(0.0,)]


def growing(con, years=range(2015, 2019), population_of=lambda year, band: 10_000):
    """Two age bands with 1 and 20 deaths among 1,000 in March, and populations of their own each year."""
    rows = "death_date | weight | age_years\n"
    for year in years:
        for age, first, last, share in ((20, 0, 64, 0.001), (80, 65, None, 0.02)):
            people = population_of(year, age)
            population(con, (year, None, "F", first, last, people))
            rows += f"{year}-03-05 | {round(people * share)} | {age}\n"
    deaths(con, rows)
    covers(con, f"{years[0]}-01-01", f"{years[-1]}-12-31")


EXCESS = table_of(
    measures=["excess_deaths_by_rate"], period="month", margins=[{"by": [], "complete": True}], age_bands=["broad"]
)


def test_a_population_that_grows_old_is_no_excess():
    con = empty()
    growing(con, population_of=lambda year, age: 10_000 + (2_000 * (year - 2015) if age == 80 else 0))
    con.execute("update core.population set age_start = 45, age_end = 64 where age_end = 64")
    con.execute(
        "insert into core.population select 'main', null, period, null, 'F', a, b, 1 from "
        "(select distinct period from core.population), (values (0, 14), (15, 44)) as t (a, b)"
    )
    con.execute("update core.death set age_years = 50, age_years_max = 50 where age_years = 20")
    table = table_of(
        measures=["excess_deaths"], table_id="counts", period="month", margins=[{"by": [], "complete": True}]
    )
    build_figures(con, [EXCESS, table], Settings())
    march = "month(period_start) = 3"
    # 10 and 320 deaths expected of the age bands, a little more as March is less of a leap year; by counts the mean of
    # 210, 250 and 290.
    expected = 330 * (365 + 366 + 365) / (3 * 365)
    assert shown(con, "measure, numerator, denominator, value, stratum", march) == [
        ("excess_deaths", 330.0, 250.0, 80.0, "average_of_counts of 3 years"),
        (
            "excess_deaths_by_rate",
            330.0,
            pytest.approx(expected),
            pytest.approx(330 - expected),
            "average_of_rates of 3 years",
        ),
    ]
    lower, upper = shown(con, "lower, upper", f"{march} and measure = 'excess_deaths_by_rate'")[0]
    half = 1.959964 * np.sqrt(expected * (1 + 1 / 3))
    assert (lower, upper) == pytest.approx((330 - expected - half, 330 - expected + half), rel=1e-6)
    figure = shown(con, "figure_id", f"{march} and measure = 'excess_deaths_by_rate'")[0][0]
    assert float(records(con, figure).aggregate("sum(contribution)").fetchone()[0]) == 330


def test_without_a_population_there_is_no_excess_by_rates_and_it_says_so():
    con = empty()
    growing(con)
    con.execute("delete from core.population")
    said: list[str] = []
    build_figures(con, [EXCESS], Settings(), on_progress=said.append)
    assert shown(con, "distinct value, status, reason") == [
        (None, "not_applicable", "no population is given for this collection")
    ]
    assert any(line.startswith("No population") for line in said)


TWO_REVISIONS = """
insert into codes.scheme (scheme, scheme_version, "system", title, is_partition, source) values
    ('chapter', 'nine', 'icd9', 'Chapters', true, 'test'), ('chapter', 'ten', 'icd10', 'Chapters', true, 'test');
insert into codes.grouping values
    ('chapter', 'nine', 'icd9', '4100', '07', true, true, 'test', null, null),
    ('chapter', 'ten', 'icd10', 'I219', 'IX', true, true, 'test', null, null);
insert into codes.standard_population values ('plain', 0, null, 100);
"""
RATIO = {
    "earlier_version": "nine", "earlier_cause": "07", "version": "ten", "cause": "IX", "ratio": 0.8,
    "standard_error": 0.01, "source": "test",
}  # fmt: skip


@pytest.fixture
def two_revisions():
    """Three years in each of two revisions, of which the earlier counts a quarter more deaths of the heart."""
    con = empty()
    con.execute(TWO_REVISIONS)
    rows = "death_date | age_years | weight | system | underlying_cause\n"
    for place, year in enumerate(range(2015, 2021)):
        population(con, (year, None, "F", 0, None, 100_000))
        count, code = (
            (round(1000 * 0.9**place / 0.8), "icd9 | 4100") if place < 3 else (1000 * 0.9**place, "icd10 | I219")
        )
        rows += f"{year}-06-01 | 50 | {round(count)} | {code}\n"
    deaths(con, rows)
    covers(con, "2015-01-01", "2020-12-31")
    return con


def test_earlier_deaths_are_counted_as_the_later_revision_would(two_revisions):
    table = table_of(
        measures=["comparable_deaths"], scheme="chapter", margins=[{"by": ["cause"]}], comparability=[RATIO]
    )
    build_figures(two_revisions, [table], Settings())
    found = shown(two_revisions, "year(period_start), value, upper, numerator, standard, stratum, figure_id")
    assert [row[:2] for row in found] == [(2015, 1000.0), (2016, 900.0), (2017, pytest.approx(809.6))]
    spread = 0.8**2 * 1250 + 1250**2 * 0.01**2
    assert found[0][2] == pytest.approx(1000 + 1.959964 * np.sqrt(spread))
    assert found[0][3:6] == (1250.0, "ten IX", "0.8 (standard error 0.01)")
    assert sum(row[-1] for row in records(two_revisions, found[0][-1]).fetchall()) == 1250


def test_a_trend_crosses_a_change_of_classification_where_its_ratio_is_given(two_revisions):
    content = {"measures": ["annual_percent_change"], "scheme": "chapter", "margins": [{"by": ["cause"]}]}
    content |= {"age_bands": ["broad"], "standard": "plain", "most_joinpoints": 0}
    table = table_of(**content, comparability=[RATIO])
    con = two_revisions
    con.execute("delete from core.population")
    for year in range(2015, 2021):
        population(con, *((year, None, "F", *band, 25_000) for band in ((0, 14), (15, 44), (45, 64), (65, None))))
    con.execute("delete from codes.standard_population")
    con.execute(
        "insert into codes.standard_population values ('plain', 0, 14, 1), ('plain', 15, 44, 1), "
        "('plain', 45, 64, 1), ('plain', 65, null, 1)"
    )
    alone = table_of(**content).model_copy(update={"table_id": "alone"})
    build_figures(con, [table, alone], Settings(reliability="none"))
    found = shown(con, "table_id, scheme_version, cause, value, reason", "cause in ('IX', '07')")
    assert found == [
        ("alone", "nine", "07", None, "a year without deaths has no logarithm"),
        ("alone", "ten", "IX", None, "a year without deaths has no logarithm"),
        ("table", "ten", "IX", pytest.approx(-10.0, abs=0.1), None),
    ]


def test_ratios_that_nobody_could_apply_are_refused():
    content = {"scheme": "chapter", "margins": [{"by": ["cause"]}]}
    with pytest.raises(ValueError, match="needs the table's own"):
        table_of(measures=["comparable_deaths"], **content)
    with pytest.raises(ValueError, match="two ratios"):
        table_of(measures=["comparable_deaths"], comparability=[RATIO, RATIO], **content)
