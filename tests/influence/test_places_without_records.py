"""Options that put a record where none is as coded: into an empty age band, into a group that nobody has yet."""

from __future__ import annotations

from tests.influence.flagged import covers, deaths, flag, stays
from transforms.influence.assess import assess
from transforms.influence.options import find_options
from transforms.measures import Settings, TableSpecification, build_figures

SETTINGS = Settings(reliability="none")


def bounds(con, then: str = "select 1", **table: object) -> list[tuple]:
    """Cause, value and all four bounds of the figures of a table of one measure; `then` changes the options first."""
    given = {"table_id": "small", "order": 1, "title": "Small", "question": "How many?", "period": "year"}
    specification = TableSpecification.model_validate(given | table)
    build_figures(con, [specification], SETTINGS)
    find_options(con)
    con.execute(then)
    assess(con, [specification], SETTINGS)
    return con.execute(
        'select cause, "value", bound_low, bound_high, worst_low, worst_high from stats.figure order by all'
    ).fetchall()


def test_years_are_lost_in_ages_that_no_death_is_of(con):
    covers(con, "2024-01-01", "2024-12-31")
    deaths(con, "death_id | underlying_cause | age_years\nd1 | I219 | 72\nd2 | I219 | 90")
    flag(con, "age", "death", death_id="d2")
    ((_, value, low, high, worst_low, worst_high),) = bounds(
        con, measures=["years_of_potential_life_lost"], margins=[{"by": []}], age_bands=["infant_child_ten_year"]
    )
    # Of the death at 72 two and a half years before 75 or more, by its band; that at 90 may have been at any age.
    assert value == low == high == worst_low > 0
    assert worst_high > value + 60


def test_a_principal_diagnosis_that_was_missing_is_mentioned(con):
    covers(con, "2024-01-01", "2024-12-31")
    con.execute("""
        insert into codes.scheme (scheme, scheme_version, "system", title, is_partition, source)
        values ('chapter', 'v', 'icd10cm', 'Chapters', true, 'test')
    """)
    stays(con, "stay_id | codes\ns1 |\ns2 | I219 E785\ns3 | E785")
    con.execute("insert into core.diagnosis values ('s1', 2, 'secondary', 'N40', 'N40', 'icd10cm', null, 'valid')")
    flag(con, "principal_any", "stay", encounter_id="s1")
    name_it = """
        update influence.option
        set is_wild = false, is_named = true, "system" = 'icd10cm', code = 'I500', code_status = 'valid'
        where is_wild
    """
    found = bounds(con, name_it, measures=["discharges_with_mention"], margins=[{"by": ["cause"]}], scheme="chapter")
    assert [row[:4] for row in found] == [("E", 2, 2, 2), ("I", 1, 1, 2), ("N", 1, 1, 1), ("all", 3, 3, 3)]
