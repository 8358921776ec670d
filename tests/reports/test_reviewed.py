"""What the report says of reviews: counts only, and none that is too small."""

from __future__ import annotations

import pytest

from reports.blocks import Amount, Mark
from reports.released import Warehouse
from reports.sections import reviewed
from tests.reports import warehouse as made
from tests.reports.figures import MINIMUM_COUNT

VERDICTS = {"corrected": 20, "confirmed_correct": 13, "accepted_exception": 0, "cannot_determine": 12, None: 30}


@pytest.fixture
def con():
    return made.create()


def _decide(con, verdicts):
    """As many flags as are given of each verdict, all of one rule."""
    for verdict, number in verdicts.items():
        flags = f"select '{verdict}' || n as flag_id, 'e' as evidence from range({number}) as numbers (n)"
        con.execute(f"""
            insert into quality.flag by name
            select flag_id, 'sex_conflict' as rule_id, 'main' as collection, 'encounter' as domain,
                '' as message, evidence
            from ({flags})
        """)
        if verdict:
            con.execute(
                f"""
                insert into quality.review by name
                select flag_id as review_id, flag_id, evidence, $verdict as verdict, 'main' as collection,
                    'Dr Secret' as reviewer
                from ({flags})
                """,
                {"verdict": verdict},
            )


def _correct(con, reason, number):
    con.execute(
        """
        insert into quality.correction by name
        select 'r' as review_id, 'f' as flag_id, 'sex_conflict' as rule_id, 'main' as collection,
            'encounter' as record_kind, $reason || n as record_id, 'sex' as field, $reason = 'applied' as is_applied,
            nullif($reason, 'applied') as reason
        from range($number) as numbers (n)
        """,
        {"reason": reason, "number": number},
    )


def _shown(table):
    return {row[0]: row[1].text if isinstance(row[1], Amount) else row[1] for row in table.rows}


def test_nothing_is_said_where_nobody_reviewed(con):
    assert reviewed.reviews(Warehouse(con, MINIMUM_COUNT), "main") == []


def test_flags_are_counted_by_decision(con):
    _decide(con, VERDICTS)
    (table,) = reviewed.reviews(Warehouse(con, MINIMUM_COUNT), "main")
    assert _shown(table) == {
        "Corrected": "20",
        "Confirmed as correct": "13",
        "Accepted as an exception": "0",
        "Cannot be determined": "12",
        "Not reviewed": "30",
        "All flags": "75",
    }
    assert reviewed.reviews(Warehouse(con, MINIMUM_COUNT), "registry") == []


def test_a_small_count_is_hidden_and_no_total_gives_it_away(con):
    _decide(con, VERDICTS | {"corrected": 3})
    (table,) = reviewed.reviews(Warehouse(con, MINIMUM_COUNT), "main")
    hidden = [name for name, cell in _shown(table).items() if isinstance(cell, Mark)]
    assert hidden == ["Corrected", "Cannot be determined"]


def test_corrections_are_counted_by_what_became_of_them(con):
    _decide(con, VERDICTS)
    _correct(con, "applied", 15)
    _correct(con, "record_changed", 12)
    table = reviewed.reviews(Warehouse(con, MINIMUM_COUNT), "main")[1]
    assert table.title == "Corrections in the figures"
    assert _shown(table) == {"In the figures": "15", "Not applied: the record has changed since": "12"}
    con.execute("update quality.correction set is_applied = false, reason = 'switched_off'")
    table = reviewed.reviews(Warehouse(con, MINIMUM_COUNT), "main")[1]
    assert table.title == "The figures are as coded"
    assert _shown(table) == {"Not applied, since the site does not ask for it": "27"}
