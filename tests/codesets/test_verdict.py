"""What codes are worth on their dates."""

from __future__ import annotations

import duckdb
import pytest

from codesets.verdict import judge, status_on


def statuses(
    con: duckdb.DuckDBPyConnection, table: str, *, national_edition: str | None = None, categories_only: bool = False
) -> list[tuple[str, str]]:
    """Judge an ASCII table of system, code, day, precision, status; return (found, expected) for each line."""
    rows = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    con.execute("create or replace temp table given (place integer, s varchar, raw varchar, day date, p varchar)")
    con.executemany(
        "insert into given values (?, ?, ?, try_cast(? as date), ?)",
        [[place, *row[:4]] for place, row in enumerate(rows)],
    )
    judge(
        con,
        "select s as system, raw as code_raw from given",
        into="judged",
        national_edition=national_edition,
        categories_only=categories_only,
    )
    found = con.execute(
        f"select {status_on('judged', 'given.day', 'given.p')} from given "
        "join judged on judged.system = given.s and judged.code_raw = given.raw order by place"
    ).fetchall()
    assert len(found) == len(rows)
    return [(status, row[4]) for (status,), row in zip(found, rows, strict=True)]


def test_a_code_is_judged_on_its_date(small: duckdb.DuckDBPyConnection) -> None:
    pairs = statuses(
        small,
        """
        icd10cm | I21.4  | 2015-10-01 | day | valid
        icd10cm | I21.4  | 2027-03-31 | day | valid
        icd10cm | I21.4  | 2027-04-01 | day | unknown
        icd10cm | I21.4  | 2015-09-30 | day | wrong_system
        icd10cm | I21.4  | 1979-01-01 | day | wrong_system
        icd10cm | I21.4  | 1978-12-31 | day | unknown
        icd10cm | I      | 1978-12-31 | day | malformed
        icd10cm | I21.4  |            | day | unknown
        icd10cm | E11.A  | 2025-09-30 | day | not_yet_valid
        icd10cm | E11.A  | 2025-10-01 | day | valid
        icd10cm | I42.0  | 2026-09-30 | day | valid
        icd10cm | I42.0  | 2026-10-01 | day | retired
        icd10cm | I42.0  | 2027-04-01 | day | unknown
        icd10cm | E11    | 2024-03-01 | day | header
        icd10cm | E11.2  | 2024-03-01 | day | header
        icd10cm | Q99.Z  | 2024-03-01 | day | not_found
        icd9cm  | 428.0  | 2015-09-30 | day | valid
        icd9cm  | 428.0  | 2015-10-01 | day | wrong_system
        icd9cm  | 999.99 | 2015-10-01 | day | wrong_system
        icd9cm  | 999.99 | 2010-10-01 | day | not_found
        icd9cm  | 428.0  | 1985-09-30 | day | unknown
        """,
    )
    assert [found for found, _ in pairs] == [expected for _, expected in pairs]


def test_a_gap_between_two_intervals_is_retired(small: duckdb.DuckDBPyConnection) -> None:
    pairs = statuses(
        small,
        """
        icd9proc | 81.18 | 1990-09-30 | day   | valid
        icd9proc | 81.18 | 1990-10-01 | day   | retired
        icd9proc | 81.18 | 2000-09-30 | day   | retired
        icd9proc | 81.18 | 2000-10-01 | day   | valid
        icd9proc | 81.18 | 2000-01-01 | month | retired
        icd9proc | 81.18 | 2000-01-01 | year  | valid
        """,
    )
    assert [found for found, _ in pairs] == [expected for _, expected in pairs]


def test_a_date_known_to_the_month_or_year_is_judged_on_its_best_day(small: duckdb.DuckDBPyConnection) -> None:
    pairs = statuses(
        small,
        """
        icd10cm | E11.A | 2025-01-01 | year    | valid
        icd10cm | E11.A | 2025-09-01 | month   | not_yet_valid
        icd10cm | E11.A | 2025-10-01 | month   | valid
        icd10cm | I42.0 | 2026-01-01 | year    | valid
        icd10cm | I21.4 | 2015-01-01 | year    | valid
        icd10cm | I21.4 | 2014-01-01 | year    | wrong_system
        icd9cm  | 428.0 | 2015-01-01 | year    | valid
        """,
    )
    assert [found for found, _ in pairs] == [expected for _, expected in pairs]


def test_without_a_true_date_only_the_form_counts(small: duckdb.DuckDBPyConnection) -> None:
    pairs = statuses(
        small,
        """
        icd10cm | I42.0 | 2150-01-01 | shifted | unknown
        icd10cm | E11   | 2150-01-01 | shifted | unknown
        icd10cm | Q99.Z |            | day     | unknown
        icd9cm  | 428.0 | 2150-01-01 | shifted | unknown
        icd9cm  | 428.0 | 2020-01-01 | shifted | unknown
        icd10cm | ?!    | 2150-01-01 | shifted | malformed
        icd10cm | 428.0 |            | day     | malformed
        """,
    )
    assert [found for found, _ in pairs] == [expected for _, expected in pairs]


def test_a_code_of_another_system(small: duckdb.DuckDBPyConnection) -> None:
    pairs = statuses(
        small,
        """
        icd10cm  | 428.0  | 2024-01-01 | day | wrong_system
        icd10cm  | V58.61 | 2024-01-01 | day | wrong_system
        icd10cm  | A04.7  | 2024-01-01 | day | wrong_system
        icd10cm  | 428.1  | 2024-01-01 | day | malformed
        icd9cm   | I21.4  | 2010-01-01 | day | wrong_system
        icd9cm   | 81.18  | 2010-01-01 | day | not_found
        icd9proc | V58.61 | 2010-01-01 | day | wrong_system
        """,
    )
    assert [found for found, _ in pairs] == [expected for _, expected in pairs]


def test_damaged_and_malformed_codes(small: duckdb.DuckDBPyConnection) -> None:
    pairs = statuses(
        small,
        """
        icd10cm | 1.00E+10 | 2024-01-01 | day | malformed
        icd10cm | 5/1/2024 | 2024-01-01 | day | malformed
        icd10cm | I        | 2024-01-01 | day | malformed
        icd10   | A04.7.1X | 2024-01-01 | day | not_found
        icd9cm  | -2506    | 2010-01-01 | day | malformed
        """,
    )
    assert [found for found, _ in pairs] == [expected for _, expected in pairs]


WORLD = """
icd10 | A04.7 | 2019-01-01 | day | {known}
icd10 | A09X  | 2019-01-01 | day | {category}
icd10 | K35.9 | 2019-01-01 | day | {absent}
icd10 | A04.7 | 2001-01-01 | day | unknown
icd10 | U99.9 | 2019-01-01 | day | unknown
icd10 | ABC   | 2019-01-01 | day | malformed
opcs4 | W37.1 | 2001-01-01 | day | unknown
opcs4 | W3712 | 2001-01-01 | day | malformed
klingon | Q1  | 2001-01-01 | day | unknown
"""


@pytest.mark.parametrize(
    ("national_edition", "categories_only", "category", "absent"),
    [
        (None, False, "header", "not_found"),
        (None, True, "valid", "not_found"),
        # Another country's edition may hold what WHO's does not, and may not subdivide what WHO's does.
        ("br", False, "unknown", "unknown"),
        ("ar", True, "valid", "unknown"),
    ],
)
def test_national_editions_and_categories(
    small: duckdb.DuckDBPyConnection,
    national_edition: str | None,
    categories_only: bool,
    category: str,
    absent: str,
) -> None:
    pairs = statuses(
        small,
        WORLD.format(known="valid", category=category, absent=absent),
        national_edition=national_edition,
        categories_only=categories_only,
    )
    assert [found for found, _ in pairs] == [expected for _, expected in pairs]


def test_a_category_may_be_reported_while_one_of_its_codes_may(small: duckdb.DuckDBPyConnection) -> None:
    table = """
        icd10   | R17 | 2017-01-01 | day  | valid
        icd10   | R17 | 2020-01-01 | day  | {subdivided}
        icd10   | A46 | 2020-01-01 | day  | valid
        icd10   | I84 | 2020-01-01 | day  | {dropped}
        icd10cm | I42 | 2026-12-01 | day  | {deleted}
        """
    for categories_only, words in (
        (False, {"subdivided": "retired", "dropped": "header", "deleted": "not_found"}),
        (True, {"subdivided": "valid", "dropped": "retired", "deleted": "retired"}),
    ):
        pairs = statuses(small, table.format(**words), categories_only=categories_only)
        assert [found for found, _ in pairs] == [expected for _, expected in pairs]


def test_another_countrys_edition_is_never_retired_or_wrong(small: duckdb.DuckDBPyConnection) -> None:
    pairs = statuses(
        small,
        """
        icd10cm | I42.0 | 2026-12-01 | day | unknown
        icd10cm | E11.A | 2020-01-01 | day | unknown
        icd9cm  | 428.0 | 2016-01-01 | day | unknown
        """,
        national_edition="es",
    )
    assert [found for found, _ in pairs] == [expected for _, expected in pairs]


def test_each_distinct_code_is_judged_once_and_nulls_not_at_all(small: duckdb.DuckDBPyConnection) -> None:
    small.execute(
        "create temp table many as select 'icd10cm' as system, unnest(['I214', 'I214', 'i21.4', null]) as code_raw"
    )
    judge(small, "from many", into="judged")
    assert small.execute("select code_raw, code from judged order by code_raw").fetchall() == [
        ("I214", "I214"),
        ("i21.4", "I214"),
    ]
