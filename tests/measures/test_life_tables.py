"""Life tables through the whole chain: known expectancies, what adds up, and what is withheld."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from tests.measures.test_standardised import YEAR
from tests.measures.warehouse import covers, deaths, empty, population, shown, table_of
from transforms.disclosure import suppression
from transforms.measures import Settings, build_figures, records
from transforms.measures.families.life_differences import life_expectancy_change

STARTS = (0, 1, *range(5, 95, 5))
# Example of English public health's reference package, whose results are known to five decimals.
PERSONS = (
    7060, 35059, 46974, 48489, 43219, 38561, 46009, 57208, 61435, 55601, 50209, 56416, 46411, 39820, 37978, 37039,
    33288, 23306, 11936, 11936,
)  # fmt: skip
DEATHS = (17, 9, 4, 8, 20, 15, 24, 33, 50, 71, 100, 163, 263, 304, 536, 872, 1390, 1605, 1936, 1937)
BANDS = {"age_bands": ["infant_five_year_to_90", "infant_five_year"]}
CAUSES = """
insert into codes.scheme (scheme, scheme_version, "system", title, is_partition, source) values
    ('chapter', 'who', 'icd10', 'Chapters', true, 'test');
insert into codes.grouping values
    ('chapter', 'who', 'icd10', 'I219', 'IX', true, true, 'test', null, null),
    ('chapter', 'who', 'icd10', 'C509', 'II', true, true, 'test', null, null);
"""


def example(years=(YEAR,), scale=lambda year, place: 1.0, cause=lambda place: "I219", persons=PERSONS):
    con = empty()
    con.execute(CAUSES)
    covers(con, f"{years[0]}-01-01", f"{years[-1]}-12-31")
    ends = [*(start - 1 for start in STARTS[1:]), None]
    for year in years:
        population(con, *((year, None, "F", *row) for row in zip(STARTS, ends, persons, strict=True)))
        rows = "\n".join(
            f"{year}{age} | {year}-03-01 | {age} | {round(count * scale(year, place))} | icd10 | {cause(place)}"
            for place, (age, count) in enumerate(zip(STARTS, DEATHS, strict=True))
        )
        deaths(con, f"death_id | death_date | age_years | weight | system | underlying_cause\n{rows}")
    return con


def tables(*measures, by=(), **content):
    scheme = {"scheme": "chapter"} if "cause" in by else {}
    return table_of(measures=list(measures), margins=[{"by": list(by)}], **BANDS, **scheme, **content)


def test_a_known_table_has_its_expectancies_and_limits():
    con = example()
    build_figures(con, [tables("life_expectancy")], Settings())
    assert shown(
        con, "stratum_name, stratum, round(value, 5), round(lower, 5), round(upper, 5), numerator, method"
    ) == [
        ("age", "0", 80.16961, 79.88269, 80.45653, 9357.0, "silcocks"),
        ("age", "65", 18.76857, 18.57571, 18.96143, 9357.0, "silcocks"),
    ]


def test_other_ages_and_survivors():
    con = example()
    build_figures(con, [tables("life_expectancy", "life_table_survivors", ages=[0, 80])], Settings())
    assert [row[0] for row in shown(con, "stratum", "measure = 'life_expectancy'")] == ["0", "80"]
    survivors = con.execute(
        "select value from stats.figure where measure = 'life_table_survivors' order by stratum::integer"
    ).fetchall()
    assert len(survivors) == 20
    assert survivors[0] == (100_000.0,)
    q = 17 / 7060 / (1 + 17 / 7060 * 0.9)
    assert survivors[1] == (pytest.approx(100_000 * (1 - q)),)
    assert survivors == sorted(survivors, reverse=True)


def test_survivors_are_hidden_from_the_first_age_whose_deaths_they_would_give_away():
    con = example()
    build_figures(con, [tables("life_expectancy", "life_table_survivors")], Settings())
    suppression.apply(con, 11)
    released = suppression.released(con).filter("value is not null").project("measure, stratum").fetchall()
    # 9 deaths at 1-4: the survivors to 1 are shown, those to 5 and later are not; the expectancies say no such thing.
    assert sorted(released) == [
        ("life_expectancy", "0"), ("life_expectancy", "65"), ("life_table_survivors", "0"),
        ("life_table_survivors", "1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("update core.population set persons = 0 where age_start = 40", "an age band has no population"),
        ("update core.population set persons = persons / 100", "an age band has more deaths than people"),
        ("delete from core.death where age_years = 90", "no deaths in the open age band"),
        ("delete from core.population where age_start = 0", "the population has no persons of this kind (0)"),
        ("delete from core.population where age_start = 30", "the population has no persons of this kind (30-34)"),
    ],
)
def test_what_rules_a_table_out_is_said(change, reason):
    con = example()
    con.execute(change)
    build_figures(con, [tables("life_expectancy")])
    assert {(value, status, said) for value, status, said in shown(con, "value, status, reason")} == {
        (None, "not_applicable", reason)
    }


def test_small_populations_have_none():
    con = example(persons=[200] * 20)
    con.execute("update core.death set weight = 1")
    build_figures(con, [tables("life_expectancy")])
    assert shown(con, "distinct status, reason") == [("not_applicable", "5,000 person-years or fewer")]


def test_without_a_cause_its_ages_are_survived():
    con = example(cause=lambda place: "C509" if 5 <= place < 15 else "I219")
    build_figures(con, [tables("life_expectancy_gain_without_cause", by=["cause"])])
    survivors, lived = 1.0, 0.0
    for place, (died, persons) in enumerate(zip(DEATHS, PERSONS, strict=True)):
        width, share = (1, 0.1) if place == 0 else (4 if place == 1 else 5, 0.5)
        m = died / persons
        q = 0.0 if 5 <= place < 15 else width * m / (1 + width * m * (1 - share))
        if place == 19:
            lived += survivors / m
        else:
            lived += width * (survivors * (1 - q) + share * survivors * q)
            survivors *= 1 - q
    assert shown(con, "cause, value, reason") == [
        ("II", pytest.approx(lived - 80.16961, abs=1e-5), None),
        ("IX", None, "all deaths of the open age band are of this cause"),
    ]


def test_the_parts_of_a_change_add_up_to_it_by_age_and_by_cause():
    years = (YEAR, YEAR + 1, YEAR + 2)
    con = example(
        years=years, scale=lambda year, place: 1 - (year - YEAR) * 0.05 * (place % 3),
        cause=lambda place: "C509" if place % 4 == 1 else "I219",
    )  # fmt: skip
    build_figures(con, [tables("life_expectancy_change", by=["cause"]), tables("life_expectancy").model_copy(
        update={"table_id": "expectancy"}
    )])  # fmt: skip
    expectancy = dict(shown(con, "year(period_start), value", "table_id = 'expectancy' and stratum = '0'"))
    parts = "select sum(value) from stats.figure where table_id = 'table' and year(period_start) = {} and {}"
    for year in years[1:]:
        change = expectancy[year] - expectancy[YEAR]
        assert change > 0
        for kind in (
            "cause = 'all' and stratum is null", "cause = 'all' and stratum is not null",
            "cause <> 'all' and stratum is null", "cause <> 'all' and stratum is not null",
        ):  # fmt: skip
            assert con.execute(parts.format(year, kind)).fetchone()[0] == pytest.approx(change, abs=1e-9), kind
    assert not shown(con, "value", f"table_id = 'table' and year(period_start) = {YEAR}")
    assert shown(con, "distinct standard", "table_id = 'table'") == [(f"since_{YEAR}",)]


@pytest.mark.parametrize("between", ["sexes", "areas"])
def test_the_parts_of_a_difference_between_populations_add_up_to_it(between):
    con = empty()
    con.execute(CAUSES)
    covers(con, f"{YEAR}-01-01", f"{YEAR}-12-31")
    ends = [*(start - 1 for start in STARTS[1:]), None]
    lines = ["death_id | death_date | sex | area | age_years | weight | system | underlying_cause"]
    for number, (area, sex) in enumerate((area, sex) for area in "AB" for sex in "FM"):
        population(con, *((YEAR, area, sex, *row) for row in zip(STARTS, ends, PERSONS, strict=True)))
        for place, (age, count) in enumerate(zip(STARTS, DEATHS, strict=True)):
            more = round(count * (1 + 0.1 * number * (place % 3)))
            cause = "C509" if place % 4 == 1 else "I219"
            lines.append(f"{number}-{place} | {YEAR}-03-01 | {sex} | {area} | {age} | {more} | icd10 | {cause}")
    lines += [f"u | {YEAR}-03-01 | U | A | 40 | 7 | icd10 | I219", f"v | {YEAR}-03-01 | F | A | | 5 | icd10 | I219"]
    deaths(con, "\n".join(lines))
    name = f"life_expectancy_difference_between_{between}"
    by = ["cause"] if between == "sexes" else ["area", "cause"]
    of_each = tables("life_expectancy", by=["sex" if between == "sexes" else "area"])
    whole = tables("life_expectancy", by=[])
    build_figures(
        con,
        [
            tables(name, by=by),
            of_each.model_copy(update={"table_id": "each"}),
            whole.model_copy(update={"table_id": "whole"}),
        ],
    )
    expectancy = dict(shown(con, "coalesce(sex, area), value", "table_id <> 'table' and stratum = '0'"))
    pairs = {None: ("F", "M")} if between == "sexes" else {area: (area, None) for area in "AB"}
    for area, (second, first) in pairs.items():
        difference = expectancy[second] - expectancy[first]
        assert abs(difference) > 0.01
        where = f"table_id = 'table' and area is not distinct from {f"'{area}'" if area else 'null'}"
        for kind in (
            "cause = 'all' and stratum is null", "cause = 'all' and stratum is not null",
            "cause <> 'all' and stratum is null", "cause <> 'all' and stratum is not null",
        ):  # fmt: skip
            total = con.execute(f"select sum(value) from stats.figure where {where} and {kind}").fetchone()[0]
            assert total == pytest.approx(difference, abs=1e-9), kind
        assert shown(con, "left_out", f"{where} and cause = 'all' and stratum is null") == [
            (12 if between == "sexes" else 5 if area == "A" else 0,)
        ]
    for figure, numerator in shown(con, "figure_id, numerator", "table_id = 'table' and hash(figure_id) % 7 = 0"):
        assert float(records(con, figure).aggregate("sum(contribution)").fetchone()[0] or 0) == numerator


def test_no_strata_have_no_change():
    columns = ["collection", "scheme_version", "cause", "period_start", "period_end"]
    request = SimpleNamespace(con=empty(), table=SimpleNamespace(scheme="chapter", table_id="t"), keys=columns[1:])
    assert life_expectancy_change(request, pd.DataFrame(columns=columns)).empty
