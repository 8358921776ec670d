"""What is believed of a rule: from its severity, and from the reviews of flags that were drawn at random."""

from __future__ import annotations

import pytest

from tests.influence.flagged import covers, flag, stays
from tests.rules.tables import fill
from transforms.influence.assess import assess
from transforms.influence.beliefs import find_beliefs, place_beliefs
from transforms.influence.methods.chances import Beta
from transforms.influence.options import find_options
from transforms.measures import Settings, TableSpecification, build_figures

SETTINGS = Settings(reliability="none")
TABLE = TableSpecification.model_validate(
    {
        "table_id": "small", "order": 1, "title": "Small", "question": "How many?", "measures": ["discharges"],
        "margins": [{"by": []}], "period": "year", "age_bands": ["broad"],
    }
)  # fmt: skip

REVIEWS = """
review_id | flag_id | evidence | verdict            | rule_id | selected_by | is_standing
r1        | f1      | e        | corrected          | drop    | random      | true
r2        | f2      | e        | corrected          | drop    | random      | true
r3        | f3      | e        | confirmed_correct  | drop    | random      | true
r4        | f4      | e        | accepted_exception | drop    | random      | true
r5        | f5      | e        | cannot_determine   | drop    | random      | true
"""


def reviewed(con, rows: str) -> dict[str, tuple[int, int]]:
    """By rule how many flags were found right and wrong, of the rules `drop` and `sex`, both with an open flag."""
    stays(con, "stay_id | codes\ns1 | I219\ns2 | I500")
    flag(con, "drop", "stay", encounter_id="s1")
    flag(con, "sex", "encounter", encounter_id="s2")
    fill(con, "quality.review", rows)
    find_options(con)
    return {one.rule_id: (one.found_right, one.found_wrong) for one in find_beliefs(con)}


def test_corrections_count_as_right_and_confirmations_and_exceptions_as_wrong(con):
    assert reviewed(con, REVIEWS) == {"drop": (2, 2), "sex": (0, 0)}


def test_reviews_of_flags_chosen_for_their_influence_teach_nothing(con):
    assert reviewed(con, REVIEWS.replace("random", "influence"))["drop"] == (0, 0)


def test_reviews_that_do_not_say_how_they_were_chosen_teach_nothing(con):
    assert reviewed(con, REVIEWS.replace("random", ""))["drop"] == (0, 0)


def test_reviews_teach_about_their_own_rule_only(con):
    assert reviewed(con, REVIEWS.replace("drop", "sex")) == {"drop": (0, 0), "sex": (2, 2)}


def test_of_decisions_on_one_flag_the_standing_one_counts(con):
    rows = """
        review_id | flag_id | evidence | verdict           | rule_id | selected_by | is_standing
        r1        | f1      | e        | cannot_determine  | drop    | random      | false
        r2        | f1      | e        | corrected         | drop    | influence   | true
        r3        | f2      | e        | corrected         | drop    | random      | false
        r4        | f2      | e        | confirmed_correct | drop    | random      | true
    """
    assert reviewed(con, rows)["drop"] == (1, 1)


def test_reviews_of_earlier_evidence_teach_too(con):
    rows = """
        review_id | flag_id | evidence | verdict           | rule_id | selected_by | is_standing
        r1        | flag001 | before   | corrected         | drop    | random      | true
        r2        | flag001 | earlier  | confirmed_correct | drop    | random      | true
    """
    assert reviewed(con, rows)["drop"] == (1, 1)


def test_chances_are_drawn_from_what_was_learnt(con):
    before = reviewed(con, "review_id | flag_id | evidence | verdict | rule_id | selected_by | is_standing")
    assert before["drop"] == (0, 0)
    assert place_beliefs(con).mean(axis=1) == pytest.approx([0.5, 0.5], abs=2e-3)
    many = "".join(f"r{n} | f{n} | e | corrected | drop | random | true\n" for n in range(16))
    fill(con, "quality.review", f"review_id|flag_id|evidence|verdict|rule_id|selected_by|is_standing\n{many}")
    assert find_beliefs(con)[0].chance == Beta(18, 2)
    assert place_beliefs(con).mean(axis=1) == pytest.approx([0.9, 0.5], abs=2e-3)


def test_what_is_learnt_is_kept_and_moves_what_is_expected(con):
    covers(con, "2024-01-01", "2024-12-31")
    wrong = "".join(f"r{n} | f{n} | e | confirmed_correct | drop | random | true\n" for n in range(16))
    reviewed(con, f"review_id|flag_id|evidence|verdict|rule_id|selected_by|is_standing\n{wrong}")
    build_figures(con, [TABLE], SETTINGS)
    assess(con, [TABLE], SETTINGS)
    learnt = con.execute(
        "select rule_id, severity, found_right, found_wrong, expected from influence.belief"
    ).fetchall()
    assert learnt == [("drop", "warns", 0, 16, 0.1), ("sex", "warns", 0, 0, 0.5)]
    limits = con.execute("select round(expected_low, 3), round(expected_high, 3) from influence.belief").fetchall()
    # Of Beta(2, 18) and Beta(2, 2).
    assert limits == [(0.013, 0.260), (0.094, 0.906)]
    expected = con.execute('select "value", expected from stats.figure').fetchall()
    assert expected == [(2.0, pytest.approx(1.9, abs=0.01))]
