"""Deaths of groups that count a record in parts, limited to an age and a sex: avoidable mortality."""

from __future__ import annotations

import pytest

from tests.measures.warehouse import TABLES, covers, deaths, empty, population, shown, standards, table_of
from transforms.measures import Settings, build_figures, load_specifications, records
from transforms.warehouse.identities import identities

# Four leaves, of which one counts half in each of two groups and one for women only.
LIST = """
insert into codes.scheme (scheme, scheme_version, "system", title, is_partition, source)
values ('avoidable_mortality', 'v', 'icd10', 'Avoidable (unverified)', true, 'test');
insert into codes.grouping values
    ('avoidable_mortality', 'v', 'icd10', 'C349', 'preventable_only', true, true, 'test', null, null),
    ('avoidable_mortality', 'v', 'icd10', 'C509', 'treatable_women', true, true, 'test', null, null),
    ('avoidable_mortality', 'v', 'icd10', 'I219', 'half_each', true, true, 'test', null, null);
insert into codes.group_label
    (scheme, scheme_version, group_code, title, sort_order, is_subtotal, sex, age_from, age_to)
values
    ('avoidable_mortality', 'v', 'avoidable', 'Avoidable', 1, true, null, 0, 74),
    ('avoidable_mortality', 'v', 'preventable', 'Preventable', 2, true, null, 0, 74),
    ('avoidable_mortality', 'v', 'treatable', 'Treatable', 3, true, null, 0, 74),
    ('avoidable_mortality', 'v', 'preventable_only', 'Preventable only', 4, false, null, 0, 74),
    ('avoidable_mortality', 'v', 'treatable_women', 'Treatable, women', 5, false, 'F', 0, 74),
    ('avoidable_mortality', 'v', 'half_each', 'Half each', 6, false, null, 0, 74);
insert into codes.group_member
select 'avoidable_mortality', 'v', * from (values
    ('avoidable', 'preventable_only', 1), ('avoidable', 'treatable_women', 1), ('avoidable', 'half_each', 1),
    ('preventable', 'preventable_only', 1), ('preventable', 'half_each', 0.5),
    ('treatable', 'treatable_women', 1), ('treatable', 'half_each', 0.5),
    ('preventable_only', 'preventable_only', 1), ('treatable_women', 'treatable_women', 1),
    ('half_each', 'half_each', 1)
);
"""


def shipped(name: str = "avoidable_deaths"):
    return next(table for table in load_specifications(TABLES) if table.table_id == name)


@pytest.fixture
def con():
    con = empty()
    deaths(
        con,
        """
        death_date | sex | age_years | weight | system | underlying_cause | area
        2020-01-01 | F   | 74        | 1      | icd10  | I219             | A
        2020-01-01 | M   | 40        | 4      | icd10  | I219             | A
        2020-01-01 | F   | 75        | 1      | icd10  | I219             | A
        2020-01-01 | F   |           | 1      | icd10  | I219             | A
        2020-01-01 | F   | 50        | 1      | icd10  | C509             | A
        2020-01-01 | M   | 50        | 2      | icd10  | C509             | A
        2020-01-01 | M   | 50        | 1      | icd10  | C349             | B
        2020-01-01 | M   | 50        | 1      | icd10  | R99              | B
        2020-01-01 | M   | 50        | 1      | icd9cm | 4100             | B
        """,
    )
    return con


def test_a_cause_that_is_both_counts_half_in_each(con):
    con.execute(LIST)
    build_figures(con, [shipped()])
    # Half of the five with I219 in each; its variance is a quarter of theirs in groups where they count half.
    assert shown(con, "cause, value, records", "sex is null and area is null") == [
        ("all", 11.0, 11),
        ("avoidable", 7.0, 7),
        ("half_each", 5.0, 5),
        ("other_system", 1.0, 1),
        ("preventable", 3.5, 6),
        ("preventable_only", 1.0, 1),
        ("treatable", 3.5, 6),
        ("treatable_women", 1.0, 1),
        ("unmapped", 3.0, 3),
    ]
    squared = con.execute(
        "select weight_squared from stats.cell where cause = 'preventable' and sex is null and area is null"
    ).fetchone()[0]
    assert float(squared) == pytest.approx(1 + 5 * 0.25)
    # Men with a cause that is women's are in no group.
    assert shown(con, "cause, value", "sex = 'M' and cause in ('treatable', 'treatable_women', 'unmapped')") == [
        ("treatable", 2.0),
        ("unmapped", 3.0),
    ]


def test_the_parts_of_records_sum_to_the_figure_and_the_identities_hold(con):
    con.execute(LIST)
    build_figures(con, [shipped()])
    for figure, numerator in shown(con, "figure_id, numerator"):
        assert float(records(con, figure).aggregate("sum(contribution)").fetchone()[0]) == numerator
    for identity in identities():
        if "partition" in identity.name or "its periods" in identity.name:
            left, right = con.execute(identity.sql).fetchone()
            assert left == right, identity.name


def test_the_table_is_absent_where_the_list_is_off(con):
    said: list[str] = []
    build_figures(con, [shipped()], on_progress=said.append)
    assert shown(con, "*") == []
    assert not any("avoidable" in line for line in said)


def test_rates_weigh_the_ages_below_75_alone_and_count_in_parts(con):
    con.execute(LIST)
    standards(con)
    covers(con, "2020-01-01", "2020-12-31")
    ages = [(0, 0), (1, 4), *((age, age + 4) for age in range(5, 90, 5)), (90, None)]
    for area in ("A", "B"):
        population(con, *((2020, area, sex, *band, 1000 + band[0]) for band in ages for sex in ("F", "M")))
    table = shipped("avoidable_mortality_rates")
    build_figures(con, [table], Settings(standard="esp2013_21", reliability="none"))
    # 2,050 and 2,070 of each sex in the two bands; weights out of those below 75 of the European standard.
    weight = {"40-44": 7000, "50-54": 7000, "70-74": 5000}
    younger = 100_000 - (4000 + 2500 + 1500 + 800 + 200)
    people = {"40-44": 4 * 1040, "50-54": 4 * 1050, "70-74": 4 * 1070}

    def rate(**deaths: float) -> float:
        bands = {"at_40": "40-44", "at_50": "50-54", "at_70": "70-74"}
        return sum(weight[bands[at]] * count / people[bands[at]] for at, count in deaths.items()) / younger * 100_000

    found = dict(shown(con, "cause, value", "sex is null and area is null"))
    assert found == {
        "all": pytest.approx(rate(at_40=4, at_50=6, at_70=1)),
        "avoidable": pytest.approx(rate(at_40=4, at_50=2, at_70=1)),
        "half_each": pytest.approx(rate(at_40=4, at_70=1)),
        "other_system": pytest.approx(rate(at_50=1)),
        "preventable": pytest.approx(rate(at_40=2, at_50=1, at_70=0.5)),
        "preventable_only": pytest.approx(rate(at_50=1)),
        "treatable": pytest.approx(rate(at_40=2, at_50=1, at_70=0.5)),
        "treatable_women": pytest.approx(rate(at_50=1)),
        "unmapped": pytest.approx(rate(at_50=3)),
    }
    for figure, *parts in shown(con, "figure_id, numerator, denominator"):
        for part, number in zip(("numerator", "denominator"), parts, strict=True):
            total = records(con, figure, part).aggregate("sum(contribution)").fetchone()[0] or 0
            assert float(total) == pytest.approx(number)


def test_an_age_within_a_band_gives_no_rate(con):
    con.execute(LIST)
    standards(con)
    covers(con, "2020-01-01", "2020-12-31")
    bands = ((0, 14), (15, 44), (45, 64), (65, None))
    population(con, *((2020, area, sex, *band, 1000) for area in "AB" for sex in "FM" for band in bands))
    table = shipped("avoidable_mortality_rates").model_copy(update={"age_bands": ("broad",)})
    build_figures(con, [table], Settings(standard="esp2013_21"))
    assert shown(con, "distinct value, reason", "cause = 'all'") == [
        (None, "the age of 75 years lies within the age band 65+")
    ]


def test_its_words_say_that_it_is_unverified():
    assert "unverified" in shipped().title


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            {"measures": ["deaths", "proportionate_mortality"], "in_parts": True},
            "only deaths, and their standardised rates",
        ),
        ({"measures": ["crude_rate"], "below_age": 75}, "only directly_standardised_rate leaves older people out"),
    ],
)
def test_what_cannot_be_counted_so_is_refused(content, message):
    with pytest.raises(ValueError, match=message):
        table_of(scheme="chapter", margins=[{"by": ["cause"]}], **content)
