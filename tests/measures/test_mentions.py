"""Deaths that mention a cause anywhere on the certificate: once in each group, however many of its codes they have."""

from __future__ import annotations

from tests.measures.warehouse import CODES, deaths, empty, shown, table_of
from transforms.measures import build_figures, records
from transforms.warehouse.identities import identities

MENTIONS = {"measures": ["deaths_with_mention"], "scheme": "chapter"}


def certificates(con, *conditions: tuple[str, str]) -> None:
    con.executemany(
        "insert into core.death_condition values (?, 1, ?, ?, ?, 'icd10', 'valid')",
        [(death, place, code, code) for place, (death, code) in enumerate(conditions)],
    )


def example():
    con = empty()
    con.execute(CODES)
    deaths(
        con,
        """
        death_id | death_date | sex | system | underlying_cause | weight
        a        | 2020-01-01 | F   | icd10  | I219             | 1
        b        | 2020-01-01 | M   | icd10  | C509             | 1
        c        | 2020-01-01 | F   | icd10  | X99              | 3
        d        | 2020-01-01 | F   |        |                  | 1
        e        | 2020-01-01 | F   |        |                  | 1
        """,
    )
    certificates(con, ("a", "I219"), ("a", "I210"), ("a", "C509"), ("b", "I210"), ("d", "C509"))
    return con


def test_a_death_counts_once_in_each_group_that_it_mentions():
    con = example()
    build_figures(con, [table_of(**MENTIONS, margins=[{"by": ["cause"]}, {"by": ["sex", "cause"]}])])
    assert shown(con, "cause, value, additive_over", "sex is null and scheme_version = 'who'") == [
        ("II", 3.0, "period,facility_id,area,sex,age_band"),
        ("IX", 2.0, "period,facility_id,area,sex,age_band"),
        ("all", 7.0, "period,facility_id,area,sex,age_band"),
        ("unknown", 1.0, "period,facility_id,area,sex,age_band"),
        ("unmapped", 3.0, "period,facility_id,area,sex,age_band"),
    ]
    assert shown(con, "cause, value", "sex = 'M' and scheme_version = 'who'") == [
        ("II", 1.0),
        ("IX", 1.0),
        ("all", 1.0),
    ]
    for identity in identities():
        if "partition" in identity.name or "its periods" in identity.name:
            left, right = con.execute(identity.sql).fetchone()
            assert left == right, identity.name


def test_the_records_behind_a_mention_sum_to_it():
    con = example()
    build_figures(con, [table_of(**MENTIONS, margins=[{"by": ["cause"]}])])
    for figure, numerator in shown(con, "figure_id, numerator"):
        assert records(con, figure).aggregate("sum(contribution)").fetchone()[0] == numerator


def test_underlying_causes_are_counted_beside_as_before():
    con = example()
    tables = [
        table_of(**MENTIONS, margins=[{"by": ["cause"]}]),
        table_of(measures=["deaths"], scheme="chapter", margins=[{"by": ["cause"]}]).model_copy(
            update={"table_id": "underlying"}
        ),
    ]
    build_figures(con, tables)
    assert shown(con, "cause, value", "table_id = 'underlying' and scheme_version = 'who'") == [
        ("II", 1.0), ("IX", 1.0), ("all", 7.0), ("unknown", 2.0), ("unmapped", 3.0),
    ]  # fmt: skip
