"""Standard populations collapse onto bands: groups are added up, and never split."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from codesets.standard_checks import check_standards
from codesets.standards import StandardError, collapsed, weights


@pytest.fixture
def standard(small: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    small.execute(
        """
        insert into codes.standard values ('made', 'Made', 4, 100, 'transcribed', 'nobody');
        insert into codes.standard_population values
            ('made', 0, 0, 10), ('made', 1, 14, 20), ('made', 15, 64, 50.5), ('made', 65, null, 19.5);
        """
    )
    return small


def test_groups_are_added_up(standard: duckdb.DuckDBPyConnection) -> None:
    assert weights(standard, "made", [(0, 14), (15, 64), (65, None)]) == (Decimal(30), Decimal("50.5"), Decimal("19.5"))
    assert weights(standard, "made", [(15, None), (0, 14)]) == (Decimal(70), Decimal(30))


def test_bands_need_not_cover_all_ages(standard: duckdb.DuckDBPyConnection) -> None:
    assert weights(standard, "made", [(0, 64)]) == (Decimal("80.5"),)


@pytest.mark.parametrize(
    ("bands", "expected"),
    [
        ([(0, 4), (5, 14)], "made cannot be collapsed onto the band 0-4: the group 1-14 of the standard would have to"),
        ([(65, 84), (85, None)], "made cannot be collapsed onto the band 65-84: the group 65\\+ of the standard would"),
        ([(0, 14), (14, 64)], "made cannot be collapsed onto the band 14-64: it overlaps the band before it"),
        ([(64, 0)], "made cannot be collapsed onto the band 64-0: it ends before it begins"),
    ],
)
def test_a_band_that_needs_a_split_is_named(
    standard: duckdb.DuckDBPyConnection, bands: list[tuple[int, int | None]], expected: str
) -> None:
    with pytest.raises(StandardError, match=expected):
        weights(standard, "made", bands)


def test_a_standard_that_is_not_there_is_named_with_those_that_are(standard: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(StandardError, match="There is no standard population us2000; known are made"):
        weights(standard, "us2000", [(0, None)])


def test_every_standard_collapses_onto_every_set_at_once(standard: duckdb.DuckDBPyConnection) -> None:
    standard.execute(
        """
        create temp table band as
        from (values
            ('broad', '0-14', 0, 14), ('broad', '15+', 15, null), ('fine', '0-4', 0, 4), ('fine', '15-64', 15, 64)
        ) as bands(set_name, age_band, age_start, age_end)
        """
    )
    found = standard.execute(
        f"select set_name, age_band, weight, problem from ({collapsed('band')}) order by all"
    ).fetchall()
    assert found == [
        ("broad", "0-14", Decimal(30), None),
        ("broad", "15+", Decimal(70), None),
        ("fine", "0-4", None, "the group 1-14 of the standard would have to be split"),
        ("fine", "15-64", Decimal("50.5"), None),
    ]


def test_a_standard_that_does_not_add_up_fails_its_check(standard: duckdb.DuckDBPyConnection) -> None:
    standard.execute("update codes.standard_population set weight = 51 where age_start = 15")
    failed = [check.subject for check in check_standards(standard) if not check.holds]
    assert "sum of the standard made" in failed
    assert "ages of the standard made follow on one another" not in failed


def test_the_standards_that_configurations_name_are_there(codes: duckdb.DuckDBPyConnection) -> None:
    known = {standard for (standard,) in codes.execute("select standard from codes.standard").fetchall()}
    assert {"us2000_nchs_11", "us2000_seer_18", "us2000_seer_19", "esp2013_21", "who2000_18", "segi1960_18"} <= known
    assert sum(weights(codes, "us2000_nchs_11", [(0, 64), (65, None)])) == 1_000_000
