"""Readmissions within 30 days: each rule by hand, and random histories against an obvious Python."""

from __future__ import annotations

import random
from datetime import date, timedelta

import duckdb
import pytest

from tests.measures.warehouse import empty, shown, stays, table_of
from transforms.measures import Settings, build_figures, records

RATE = table_of(measures=["readmission_rate_30_day"], margins=[{"by": []}, {"by": ["facility_id"]}])


def judged(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[bool | None, bool | None]]:
    """For each stay whether it is an index stay, and whether a readmission followed."""
    build_figures(con, [RATE], Settings())
    rows = con.execute("select stay_id, is_readmission_index, readmitted from stats.stay_fact").fetchall()
    return {stay: (index, readmitted) for stay, index, readmitted in rows}


def of(text: str, coverage: str = "2020-12-31") -> dict[str, tuple[bool | None, bool | None]]:
    con = empty()
    con.execute(f"insert into core.coverage values ('test', 'main', 'encounter', '2020-01-01', '{coverage}', true)")
    stays(con, text)
    return judged(con)


YES, NO, NONE, UNKNOWN = (True, True), (True, False), (False, None), (None, None)


HEAD = (
    "stay_id | patient_id | facility_id | admission_date | discharge_date | discharge_disposition | died"
    " | principal_code"
)
HOME = "home | false"
FIRST = f"a | p | F1 | 2020-03-01 | 2020-03-05 | {HOME} | A001"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((FIRST, f"b | p | F1 | 2020-04-04 | 2020-04-06 | {HOME} | B00"), [YES, NO]),
        ((FIRST, f"b | p | F1 | 2020-04-05 | 2020-04-06 | {HOME} | B00"), [NO, NO]),
        # A transfer on the next day: one episode, the last hospital is the index.
        ((FIRST, f"b | p | F2 | 2020-03-06 | 2020-03-09 | {HOME} | A00"), [NONE, NO]),
        ((FIRST, f"b | p | F2 | 2020-03-07 | 2020-03-09 | {HOME} | A00"), [YES, NO]),
        # The next day at the same hospital is a readmission; on the same day only for another condition.
        ((FIRST, f"b | p | F1 | 2020-03-06 | 2020-03-09 | {HOME} | A00"), [YES, NO]),
        ((FIRST, f"b | p | F1 | 2020-03-05 | 2020-03-09 | {HOME} | A009"), [NONE, NO]),
        ((FIRST, f"b | p | F1 | 2020-03-05 | 2020-03-09 | {HOME} | B00"), [YES, NO]),
        # Who died or left against advice is not at risk; whose end is unknown is not known to be.
        (("a | p | F1 | 2020-03-01 | 2020-03-05 | died | true | A00",), [NONE]),
        (("a | p | F1 | 2020-03-01 | 2020-03-05 | against_advice | false | A00",), [NONE]),
        (("a | p | F1 | 2020-03-01 | 2020-03-05 |  |  | A00",), [UNKNOWN]),
        ((f"a |  | F1 | 2020-03-01 | 2020-03-05 | {HOME} | A00",), [UNKNOWN]),
        # Run-out: the last 30 days of the cover.
        ((f"a | p | F1 | 2020-11-20 | 2020-12-01 | {HOME} | A00",), [NO]),
        ((f"a | p | F1 | 2020-11-20 | 2020-12-02 | {HOME} | A00",), [NONE]),
        # A chain of three hospitals; and one stay within another.
        (
            (
                FIRST,
                f"b | p | F2 | 2020-03-05 | 2020-03-09 | {HOME} | A00",
                f"c | p | F3 | 2020-03-10 | 2020-03-12 | {HOME} | A00",
                f"d | p | F1 | 2020-04-11 | 2020-04-12 | {HOME} | A00",
            ),
            [NONE, NONE, YES, NO],
        ),
        (
            (
                f"a | p | F1 | 2020-03-01 | 2020-03-20 | {HOME} | A00",
                f"b | p | F2 | 2020-03-05 | 2020-03-09 | {HOME} | A00",
            ),
            [NO, NONE],
        ),
    ],
)
def test_each_rule(rows, expected):
    assert list(of("\n".join((HEAD, *rows))).values()) == expected


PLANNED = """
insert into codes.grouping
select 'planned_readmission', 'site', "system", code, group_code, true, true, 'site', null, null
from (values
    ('icd10pcs', 'ALWAYS', 'always_planned_procedure'), ('icd10pcs', 'MAYBE', 'potentially_planned_procedure'),
    ('icd10cm', 'Z511', 'always_planned_diagnosis'), ('icd10cm', 'I214', 'acute_diagnosis')
) as t ("system", code, group_code)
"""


@pytest.mark.parametrize(
    ("diagnosis", "procedure", "counts"),
    [
        ("J189", None, True),
        ("Z511", None, False),
        ("J189", "ALWAYS", False),
        ("I214", "ALWAYS", False),
        ("J189", "MAYBE", False),
        ("I214", "MAYBE", True),
    ],
)
def test_a_planned_readmission_is_none_and_nothing_after_it_counts(diagnosis, procedure, counts):
    con = empty()
    con.execute("insert into core.coverage values ('test', 'main', 'encounter', '2020-01-01', '2020-12-31', true)")
    con.execute(PLANNED)
    stays(
        con,
        f"""
        stay_id | patient_id | facility_id | admission_date | discharge_date | principal_system | principal_code | died
        a       | p          | F1          | 2020-03-01     | 2020-03-05     | icd10cm          | K359           | false
        b       | p          | F1          | 2020-03-10     | 2020-03-12     | icd10cm          | {diagnosis}    | false
        c       | p          | F1          | 2020-03-20     | 2020-03-22     | icd10cm          | K359           | false
        """,
    )
    if procedure:
        con.execute(
            'insert into core.procedure (encounter_id, seq, role, code_raw, code, "system", code_status) '
            "values ('b', 1, 'principal', $1, $1, 'icd10pcs', 'valid')",
            [procedure],
        )
    # The stay after it is 15 days from the first discharge: it makes none of that stay.
    assert judged(con) == {"a": YES if counts else NO, "b": YES, "c": NO}


def test_a_stay_that_has_not_ended_is_a_readmission_and_no_index():
    found = of(
        """
        stay_id | patient_id | facility_id | admission_date | discharge_date | counts_as_discharge | died
        a       | p          | F1          | 2020-03-01     | 2020-03-05     | true                | false
        b       | p          | F1          | 2020-03-20     |                | false               |
        """
    )
    assert found == {"a": YES}


def test_patients_of_two_collections_do_not_meet():
    found = of(
        """
        stay_id | collection | patient_id | facility_id | admission_date | discharge_date | died
        a       | main       | p          | F1          | 2020-03-01     | 2020-03-05     | false
        b       | other      | p          | F1          | 2020-03-10     | 2020-03-12     | false
        """
    )
    assert found == {"a": NO, "b": NO}


def test_shifted_dates_keep_their_intervals_and_are_taken_as_followed():
    found = of(
        """
        stay_id | patient_id | facility_id | admission_date | discharge_date | died  | date_precision
        a       | p          | F1          | 2130-03-01     | 2130-03-05     | false | shifted
        b       | p          | F1          | 2130-03-20     | 2130-03-22     | false | shifted
        """
    )
    assert found == {"a": YES, "b": NO}


def slowly(history: list[dict], last_day: date) -> dict[str, tuple[bool | None, bool | None]]:
    """The same, one stay after another: an episode grows while care goes on, and its last stay is the index."""
    found: dict[str, tuple[bool | None, bool | None]] = {}
    for patient in {stay["patient_id"] for stay in history}:
        own = [stay for stay in history if stay["patient_id"] == patient]
        if patient is None:
            found |= {stay["stay_id"]: (False if stay["out"] else None, None) for stay in own}
            found |= {s["stay_id"]: NONE for s in own if s["discharge_date"] + timedelta(30) > last_day}
            continue
        own.sort(key=lambda stay: (stay["admission_date"], stay["discharge_date"], stay["stay_id"]))
        episodes: list[list[dict]] = []
        for stay in own:
            if episodes:
                earlier = [before for episode in episodes for before in episode]
                latest = max(earlier, key=lambda before: (before["discharge_date"], own.index(before)))
                gap = (stay["admission_date"] - latest["discharge_date"]).days
                same_place = stay["facility_id"] == latest["facility_id"]
                same_condition = stay["principal_code"][:3] == latest["principal_code"][:3]
                if gap < 0 or (not same_place and gap <= 1) or (same_place and gap == 0 and same_condition):
                    episodes[-1].append(stay)
                    continue
            episodes.append([stay])
        for place, episode in enumerate(episodes):
            last = max(episode, key=lambda stay: (stay["discharge_date"], own.index(stay)))
            following = episodes[place + 1][0] if place + 1 < len(episodes) else None
            for stay in episode:
                is_index = stay is last and not stay["out"] and stay["discharge_date"] + timedelta(30) <= last_day
                back = following is not None and (following["admission_date"] - last["discharge_date"]).days <= 30
                found[stay["stay_id"]] = (is_index, back if is_index else None)
    return found


def histories(seed: int) -> list[dict]:
    draw = random.Random(seed)
    history = []
    for number in range(400):
        admitted = date(2020, 1, 1) + timedelta(draw.randrange(360))
        disposition = draw.choices(["home", "transferred", "died", "against_advice"], [8, 2, 1, 1])[0]
        history.append(
            {
                "stay_id": f"s{number:03}",
                "patient_id": draw.choice([None, *(f"p{i}" for i in range(60))]),
                "facility_id": draw.choice(["F1", "F2", "F3"]),
                "admission_date": admitted,
                "discharge_date": admitted + timedelta(draw.choice([0, 0, 1, 2, 5, 12])),
                "discharge_disposition": disposition,
                "died": disposition == "died",
                "principal_code": draw.choice(["A001", "A009", "B001"]),
                "out": disposition in ("died", "against_advice"),
            }
        )
    return history


def written(history: list[dict]) -> str:
    names = [name for name in history[0] if name != "out"]
    lines = [" | ".join("" if stay[name] is None else str(stay[name]) for name in names) for stay in history]
    return "\n".join([" | ".join(names), *lines])


@pytest.mark.parametrize("seed", [1, 2])
def test_random_histories_agree_with_looking_at_one_stay_after_another(seed):
    history = histories(seed)
    assert of(written(history)) == slowly(history, date(2020, 12, 31))


def test_the_order_of_rows_does_not_matter_and_records_sum_to_the_parts():
    history = histories(3)
    shuffled = history[:]
    random.Random(0).shuffle(shuffled)
    results = []
    for rows in (history, shuffled):
        con = empty()
        con.execute("insert into core.coverage values ('test', 'main', 'encounter', '2020-01-01', '2020-12-31', true)")
        stays(con, written(rows))
        build_figures(con, [RATE], Settings(reliability="none"))
        results.append(shown(con, "figure_id, numerator, denominator, value, lower, upper, left_out"))
    assert results[0] == results[1]
    # Facilities add up to the whole: the index stay's facility has the readmission.
    numbers = con.execute("select facility_id is null, sum(numerator), sum(denominator) from stats.figure group by 1")
    assert len({row[1:] for row in numbers.fetchall()}) == 1
    for figure, numerator, denominator, *_ in results[1]:
        assert sum(row[-1] for row in records(con, figure).fetchall()) == numerator
        assert sum(row[-1] for row in records(con, figure, "denominator").fetchall()) == denominator
