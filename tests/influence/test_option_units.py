"""Several flags on a record, and records that flags tie together."""

from __future__ import annotations

from tests.influence.flagged import deaths, flag, found, stays
from transforms.influence.options import find_options


def test_each_value_of_an_option_rests_on_a_flag_of_its_own(con):
    stays(con, "stay_id | codes | sex\ns1 | N40 | F")
    flag(con, "sex_or_code", "diagnosis", encounter_id="s1", seq=1, code="N40")
    flag(con, "outcome", encounter_id="s1")

    assert found(con, "kind, sex, code, died") == [
        ("demographic", "M", "N40", False),
        ("outcome", "F", "N40", True),
        ("recode", "F", "N61", False),
        ("several", "F", "N61", True),
        ("several", "M", "N40", True),
    ]


def test_copies_are_states_in_each_of_which_one_stays(con):
    stays(con, "stay_id | codes\ns1 | I219\ns2 | I219\ns3 | I219")
    flag(con, "merge", "stay", encounter_id="s2", related_id="s1")
    flag(con, "merge", "stay", encounter_id="s3", related_id="s1")

    assert found(con, "record_id, kind, is_absent") == [(name, "merge", True) for name in ("s1", "s2", "s3")]
    assert con.sql("select flags, records, has_states from influence.unit").fetchall() == [(2, 3, True)]
    present = con.sql("""
        select state, record_id, list(is_absent order by is_absent)
        from influence.state join influence.option using (option_id) group by all order by all
    """).fetchall()
    both, stays_on = [False, True], [False]
    assert present == [
        (1, "s1", stays_on), (1, "s2", both), (1, "s3", both),
        (2, "s1", both), (2, "s2", stays_on), (2, "s3", both),
        (3, "s1", both), (3, "s2", both), (3, "s3", stays_on),
    ]  # fmt: skip


def test_a_copy_of_what_is_no_record_of_the_figures_may_go(con):
    stays(con, "stay_id | codes | class\ns1 | I219 |\ns2 | I219 | day_case")
    flag(con, "merge", "stay", encounter_id="s1", related_id="s2")

    assert found(con, "record_id, is_absent") == [("s1", True)]
    assert con.sql("select has_states from influence.unit").fetchall() == [(False,)]


def test_a_copy_that_may_be_dropped_besides_need_not_stay(con):
    stays(con, "stay_id | codes\ns1 | I219\ns2 | I219")
    flag(con, "merge", "stay", encounter_id="s2", related_id="s1")
    flag(con, "drop", encounter_id="s1")

    assert found(con, "record_id, kind") == [("s1", "drop"), ("s2", "merge")]
    assert con.sql("""
        select state from influence.state join influence.option using (option_id)
        where is_absent and record_id = 's1' order by all
    """).fetchall() == [(1,), (2,)]


def test_a_person_has_one_sex_or_the_records_keep_theirs(con):
    stays(con, "stay_id | codes | sex | patient_id\ns1 | I219 | F | p1\ns2 | I219 | M | p1\ns3 | I219 | F | p2")
    flag(con, "sex", "person", patient_id="p1")

    assert found(con, "record_id, sex", "true") == [("s1", "F"), ("s1", "M"), ("s2", "F"), ("s2", "M")]
    assert con.sql("""
        select state, list(sex order by record_id) from influence.state join influence.option using (option_id)
        group by all order by all
    """).fetchall() == [(1, ["F", "M"]), (2, ["F", "F"]), (3, ["M", "M"])]


def test_flags_that_share_a_record_make_one_unit(con):
    stays(con, "stay_id | codes\n" + "\n".join(f"s{number} | I219" for number in range(6)))
    flag(con, "merge", "stay", encounter_id="s1", related_id="s0")
    flag(con, "merge", "stay", encounter_id="s2", related_id="s1")
    flag(con, "merge", "stay", encounter_id="s5", related_id="s4")
    flag(con, "outcome", encounter_id="s3")
    find_options(con)

    assert con.sql("""
        select unit_id, list(record_id order by record_id) from influence.record group by all order by all
    """).fetchall() == [
        (1, ["s0", "s1", "s2"]), (2, ["s3"]), (3, ["s4", "s5"]),
    ]  # fmt: skip


def test_collections_do_not_mix(con):
    stays(con, "stay_id | codes | patient_id | collection\ns1 | I219 | p1 | main\ns2 | I219 | p1 | other")
    flag(con, "sex", "person", patient_id="p1")

    assert {record for (record,) in found(con, "record_id", "true")} == {"s1"}


def test_records_that_may_be_absent_stand_by_month_facility_and_rule(con):
    stays(
        con,
        """
        stay_id | codes | discharge_date | facility_id | class
        s1      | I219  | 2024-05-10     | h1          | day_case
        s2      | I219  | 2024-05-20     | h1          | day_case
        s3      | I219  | 2024-06-10     | h1          | day_case
        """,
    )
    for stay_id in ("s1", "s2", "s3"):
        flag(con, "absent_stay", encounter_id=stay_id)
        flag(con, "absent_code", encounter_id=stay_id)
    find_options(con)

    assert added(con) == [
        ("main", "discharge", "h1", None, "2024-05-01", "2024-05-31", "absent_stay", 0, 2),
        ("main", "discharge", "h1", None, "2024-06-01", "2024-06-30", "absent_stay", 0, 1),
    ]
    assert con.sql("from influence.option").fetchall() == []


def test_of_the_other_side_of_a_stay_that_counts_neither_place_nor_month_are_known(con):
    stays(
        con, "stay_id | codes | discharge_date | facility_id\ns1 | I219 | 2024-05-10 | h1\ns2 | I219 | 2024-06-10 | h2"
    )
    flag(con, "absent_stay", encounter_id="s1")
    flag(con, "absent_stay", encounter_id="s2")
    find_options(con)

    assert added(con) == [("main", "discharge", None, None, None, None, "absent_stay", 0, 2)]


def test_a_thin_month_lacks_as_many_records_as_its_finding_says(con):
    con.execute("""
        insert into quality.group_flag by name
        select
            'g' as group_flag_id, 'thin_month' as rule_id, 'main' as collection, 'facility' as level,
            'history' as reference, 'h1' as facility_id, 'north' as area, date '2024-02-01' as period_start,
            date '2024-02-29' as period_end, 'count' as measure, 10 as observed, 31 as records, 0 as q_value,
            'add' as effect, 20 as add_least, null as add_greatest, 'm' as message
    """)
    find_options(con)

    assert added(con) == [("main", "discharge", "h1", "north", "2024-02-01", "2024-02-29", "thin_month", 20, None)]


def test_rejected_rows_of_files_of_stays_or_deaths_may_be_some_of_them(con):
    deaths(con, "death_id | underlying_cause | batch_id\nd1 | I219 | b1")
    con.execute("""
        insert into landing.batch
            (batch_id, source, file_role, file_name, rows_read, rows_accepted, rows_rejected, status)
        values
            ('b1', 's', 'death', 'a.csv', 10, 8, 2, 'live'), ('b2', 's', 'death', 'b.csv', 1, 0, 1, 'live'),
            ('b3', 's', 'death', 'c.csv', 10, 5, 5, 'superseded'), ('b4', 's', 'cause', 'd.csv', 10, 5, 5, 'live')
    """)
    find_options(con)

    assert added(con) == [("main", "death", None, None, None, None, None, 0, 3)]


def test_a_unit_of_too_many_states_is_partly_free_and_says_so(con, monkeypatch):
    monkeypatch.setattr("transforms.influence.options.find.MOST_STATES", 4)
    stays(
        con,
        "stay_id | codes | sex | patient_id\n"
        + "\n".join(f"s{number} | I219 | {sex} | p1" for number, sex in enumerate("FFMM")),
    )
    flag(con, "merge", "stay", encounter_id="s1", related_id="s0")
    flag(con, "merge", "stay", encounter_id="s3", related_id="s2")
    flag(con, "sex", "person", patient_id="p1")
    find_options(con)

    # Two pairs of copies make four states; with three more for the sex there would be twelve.
    assert con.sql("select records, has_states, is_relaxed from influence.unit").fetchall() == [(4, True, True)]
    assert con.sql("select max(state) from influence.state").fetchall() == [(4,)]


def test_combinations_beyond_the_limit_stand_one_by_one(con, monkeypatch):
    monkeypatch.setattr("transforms.influence.options.find.MOST_OPTIONS", 4)
    stays(con, "stay_id | codes | sex\ns1 | I219 | F\ns2 | I219 | U")
    for stay_id in ("s1", "s2"):
        flag(con, "sex", encounter_id=stay_id)
        flag(con, "outcome", encounter_id=stay_id)
    con.execute("update core.stay set died = null where stay_id = 's2'")

    assert found(con, "record_id, count(*)", "true group by record_id") == [("s1", 3), ("s2", 5)]


def added(con) -> list[tuple]:
    return con.sql("""
        select * replace (period_start::varchar as period_start, period_end::varchar as period_end) from influence.added
    """).fetchall()
