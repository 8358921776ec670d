"""Where the meaning of codes changes between two days."""

from __future__ import annotations

from datetime import date

import duckdb

from codesets.drift import breaks, changes, version_differences


def test_the_changes_of_one_code(codes: duckdb.DuckDBPyConnection) -> None:
    found = [(each.change, each.on_date, each.before, each.after) for each in changes(codes, code="N183")]
    assert found == [
        ("replaced", date(2020, 10, 1), "N183", "N1830"),
        ("replaced", date(2020, 10, 1), "N183", "N1831"),
        ("replaced", date(2020, 10, 1), "N183", "N1832"),
        ("retired", date(2020, 10, 1), None, None),
    ]
    # Seen from the code that came, and outside the days asked for.
    assert [each.change for each in changes(codes, code="N1830")] == ["introduced", "replaced"]
    assert changes(codes, date(2021, 1, 1), date(2024, 12, 31), code="N183") == ()


def test_a_year_of_icd9_beside_a_year_of_icd10_is_a_break(codes: duckdb.DuckDBPyConnection) -> None:
    found = {
        (each.system, each.before) for each in breaks(codes, date(2014, 12, 31), date(2015, 12, 31)) if each.before
    }
    assert found == {("icd10cm", "icd9cm"), ("icd10pcs", "icd9proc")}
    (fy2027,) = breaks(codes, date(2026, 9, 30), date(2026, 10, 1), "icd10cm")
    assert (fy2027.introduced, fy2027.retired) == (190, 30)


def test_titles_that_changed_in_more_than_accents(codes: duckdb.DuckDBPyConnection) -> None:
    (title,) = [each for each in changes(codes, code="A7741") if each.change == "title"]
    assert (title.before, title.after) == (
        "Ehrlichiosis chafeensis [E. chafeensis]",
        "Ehrlichiosis chaffeensis [E. chaffeensis]",
    )
    assert all(each.change != "title" for each in changes(codes, code="C8410"))


def test_groups_that_end_and_begin(small: duckdb.DuckDBPyConnection) -> None:
    small.execute(
        """
        insert into codes.grouping by name
        select 'ours' as scheme, scheme_version, 'icd10cm' as "system", 'I214' as code, group_code, true as is_default,
            true as is_default_outpatient, 'site' as provenance,
            valid_from::date as valid_from, valid_to::date as valid_to,
        from (values ('1', 'A', null, '2019-12-31'), ('1', 'B', '2020-01-01', null), ('2', 'C', null, null))
            as given(scheme_version, group_code, valid_from, valid_to)
        """
    )
    (change,) = [each for each in changes(small, code="I214") if each.change == "group"]
    assert (change.on_date, change.scheme, change.before, change.after) == (date(2020, 1, 1), "ours", "A", "B")
    assert version_differences(small, "ours", "1", "2") == [
        ("icd10cm", "I214", "A", "C"),
        ("icd10cm", "I214", "B", "C"),
    ]
