"""Which of several decisions stands, and which of several corrections of one field is made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from transforms import warehouse
from transforms.reviews import fill_reviews, reviews_digest, reviews_in, store


def decision(review_id: str, flag_id: str, verdict: str, decided_at: str, **more: object) -> dict[str, object]:
    empty: Mapping[str, object] = dict.fromkeys(store.COLUMNS)
    known = {"evidence": "e1", "rule_id": "rule", "collection": "main", "domain": "diagnosis", "corrections": []}
    given = {"review_id": review_id, "flag_id": flag_id, "verdict": verdict, "decided_at": decided_at, "row_number": 2}
    return {**empty, **known, **given, **more}


def code(corrected: str, seq: int = 1) -> dict[str, object]:
    """A correction of a diagnosis of one encounter."""
    return {
        "record_kind": "encounter", "record_id": "s:1", "seq": seq, "field": "diagnosis", "was": "icd10cm I21",
        "corrected": corrected, "system": "icd10cm",
    }  # fmt: skip


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    warehouse.create(con)
    return con


def standing(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    return con.execute("select review_id from quality.review where is_standing order by 1").fetchall()


def test_the_latest_decision_on_a_flag_and_its_evidence_stands(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    store.append(tmp_path, [decision("late", "f1", "confirmed_correct", "2026-11-20")])
    store.append(
        tmp_path,
        [
            decision("early", "f1", "corrected", "2026-11-19", corrections=[code("I219")], row_number=2),
            decision("other", "f1", "cannot_determine", "2026-11-01", evidence="e2", row_number=3),
            decision("first", "f2", "accepted_exception", "2026-11-20", row_number=4),
        ],
    )
    store.append(tmp_path, [decision("second", "f2", "cannot_determine", "2026-11-20")])
    fill_reviews(con, reviews_in(tmp_path), applies=True)
    assert standing(con) == [("late",), ("other",), ("second",)]
    assert con.execute("select review_id, place from quality.review order by place").fetchall() == [
        ("late", 1), ("early", 2), ("other", 3), ("first", 4), ("second", 5),
    ]  # fmt: skip
    assert con.execute("from quality.correction").fetchall() == []


def test_the_latest_correction_of_a_field_overrules_others(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    store.append(
        tmp_path,
        [
            decision("a", "f1", "corrected", "2026-11-19", corrections=[code("I219"), code("E119", 2)], row_number=2),
            decision("b", "f2", "corrected", "2026-11-20", corrections=[code("I214")], row_number=3),
            decision("c", "f3", "corrected", "2026-11-18", corrections=[code("I214")], row_number=4),
        ],
    )
    fill_reviews(con, reviews_in(tmp_path), applies=True)
    found = "select review_id, seq, corrected, is_applied, reason from quality.correction order by all"
    assert con.execute(found).fetchall() == [
        ("a", 1, "I219", False, "overruled"),
        ("a", 2, "E119", False, None),
        ("b", 1, "I214", False, None),
        ("c", 1, "I214", False, None),
    ]


def test_open_flags_are_those_that_no_decision_has_closed(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    verdicts = ("corrected", "confirmed_correct", "accepted_exception", "cannot_determine")
    rows = [
        decision(f"r{number}", f"f{number}", verdict, "2026-11-20", row_number=number)
        for number, verdict in enumerate(verdicts, start=1)
    ]
    rows.append(decision("r5", "f5", "confirmed_correct", "2026-11-20", evidence="before", row_number=5))
    store.append(tmp_path, rows)
    fill_reviews(con, reviews_in(tmp_path), applies=False)
    con.execute("""
        insert into quality.flag by name
        select 'f' || n as flag_id, 'rule' as rule_id, 'main' as collection, 'encounter' as domain, '' as message,
            'e1' as evidence
        from range(1, 7) as numbers (n)
    """)
    assert con.execute("select flag_id from quality.open_flag order by 1").fetchall() == [("f4",), ("f5",), ("f6",)]


def test_files_are_numbered_and_what_else_is_in_the_folder_does_not_count(tmp_path: Path) -> None:
    assert reviews_digest(reviews_in(tmp_path)) == reviews_digest(())
    first = store.append(tmp_path, [decision("a", "f1", "cannot_determine", "2026-11-20")])
    (tmp_path / "notes.txt").write_text("mine")
    before = reviews_digest(reviews_in(tmp_path))
    second = store.append(tmp_path, [decision("b", "f1", "cannot_determine", "2026-11-20")])
    assert [path.name[:9] for path in (first, second)] == ["00000001-", "00000002-"]
    assert reviews_in(tmp_path) == (first, second)
    assert reviews_digest(reviews_in(tmp_path)) != before
