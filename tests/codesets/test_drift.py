"""Where the meaning of codes changes between two days."""

from __future__ import annotations

from datetime import date

import duckdb

from codesets.drift import breaks, changes, scheme_breaks, version_differences


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


def test_a_scheme_breaks_where_codes_move_between_its_groups(codes: duckdb.DuckDBPyConnection) -> None:
    """Periprosthetic fractures left the complications of care for a block of their own on 2016-10-01."""
    found = scheme_breaks(codes, "block", date(2014, 1, 1), date(2017, 9, 30))
    assert [
        (str(each.on_date), each.before, each.group_code, each.moved_in, each.moved_out)
        for each in found
        if each.alters_meaning
    ] == [
        ("2015-10-01", "icd9cm", None, 0, 0),
        ("2016-10-01", None, "M97-M97", 18, 0),
        ("2016-10-01", None, "T80-T88", 0, 18),
    ]


def test_a_code_subdivided_within_its_group_alters_nothing(codes: duckdb.DuckDBPyConnection) -> None:
    found = scheme_breaks(codes, "ccsr", date(2026, 9, 30), date(2026, 10, 1))
    (cardiomyopathy,) = [each for each in found if each.group_code == "CIR005"]
    assert cardiomyopathy.gone == 2
    assert cardiomyopathy.entered > 0
    assert not cardiomyopathy.alters_meaning


def test_a_code_grouped_anew_alters_two_groups(small: duckdb.DuckDBPyConnection) -> None:
    small.execute(
        """
        insert into codes.grouping values
            ('s', '1', 'icd10cm', 'I214', 'A', true, true, 'official', null, '2020-12-31'),
            ('s', '1', 'icd10cm', 'I214', 'B', true, true, 'official', '2021-01-01', null);
        insert into codes.group_label (scheme, scheme_version, group_code, title, sort_order)
            values ('s', '1', 'A', 'Group A', 1), ('s', '1', 'B', 'Group B', 2);
        """
    )
    found = scheme_breaks(small, "s", date(2020, 1, 1), date(2022, 1, 1))
    assert [(str(b.on_date), b.group_code, b.title, b.entered, b.gone, b.moved_in, b.moved_out) for b in found] == [
        ("2021-01-01", "A", "Group A", 0, 1, 0, 1),
        ("2021-01-01", "B", "Group B", 1, 0, 1, 0),
    ]


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
