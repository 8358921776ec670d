"""Bounds of shares that follow patients contain every resolution of their flagged stays, each rebuilt."""

from __future__ import annotations

import numpy as np
import pytest

from tests.influence.composed.copies import CODED, Unit, bounds_of, core, tried
from transforms.influence.composed.followed import FOLLOWED
from transforms.measures import TableSpecification

TABLE = TableSpecification.model_validate(
    {
        "table_id": "followed", "order": 1, "title": "Title", "question": "Question?", "measures": list(FOLLOWED),
        "period": "year", "margins": [{"by": []}, {"by": ["facility_id"]}, {"by": ["cause"]}], "scheme": "chapter",
        "age_bands": ["broad"],
    }
)  # fmt: skip
WAYS = ("absent", "alone", "later", "outcome", "code", "sex")


def stays(con, rng: np.random.Generator, patients: int = 12, each: int = 4) -> list[tuple[str, int, int]]:
    """Stays of a few patients close upon each other, in one collection: (stay, day of admission, days)."""
    con.execute("""
        delete from core.stay; delete from core.diagnosis; delete from core.person; delete from core.death;
        delete from core.population; delete from core.birth;
        delete from core.coverage where record_kind = 'death';
    """)
    con.execute(f"update core.coverage set collection = '{CODED}'")
    rows = []
    for patient in range(patients):
        day = int(rng.integers(1, 60))
        for number in range(each):
            days = int(rng.integers(0, 12))
            died = number == each - 1 and rng.random() < 0.4
            stay = f"S{patient}-{number}"
            con.execute(
                """
                insert into core.stay by name
                select
                    $stay as stay_id, $collection as collection, $patient as patient_id, $facility as facility_id,
                    'hospital' as facility_type, 'inpatient' as stay_class,
                    date '2024-01-01' + $day::integer as admission_date,
                    date '2024-01-01' + ($day + $days)::integer as discharge_date, $days as length_of_stay,
                    60 as age_years, 60 as age_years_max, 'F' as sex, $died as died, 'emergency' as admission_type,
                    1 as encounters, $stay as principal_encounter_id, 'icd10cm' as principal_system,
                    $code as principal_code, 'valid' as principal_code_status, true as counts_as_discharge,
                    1 as weight, 'frequency' as weight_kind, 'day' as date_precision, 'hospital' as source, 0 as bucket
                """,
                {
                    "stay": stay, "collection": CODED, "patient": f"p:{patient}", "facility": f"F{rng.integers(2)}",
                    "day": day, "days": days, "died": died, "code": ["I219", "J189"][rng.integers(2)],
                },
            )  # fmt: skip
            rows.append((stay, day, days))
            day += days + int(rng.choice([0, 1, 5, 20, 29, 30, 31, 50, 90]))
        death = day + int(rng.integers(0, 40))
        con.execute(
            """
            insert into core.person by name
            select $patient as patient_id, $collection as collection, 'F' as sex,
                if($dies, date '2024-01-01' + $death::integer, null) as death_date,
                if($dies, 'hospital', null) as death_source, if($dies, 'day', null) as death_precision
            """,
            {"patient": f"p:{patient}", "collection": CODED, "dies": bool(rng.random() < 0.4), "death": death},
        )
    return rows


def unit(rng: np.random.Generator, stay: str, day: int, days: int, way: str) -> Unit:
    """A stay that may be otherwise in one way or another."""
    longer = int(rng.integers(1, 20))
    option = {
        "absent": None,
        "alone": {"patient_id": f"'{stay}'"},
        "later": {
            "discharge_date": f"date '2024-01-01' + {day + days + longer}", "length_of_stay": str(days + longer)
        },
        "outcome": {"died": "not died"},
        "code": {"principal_code": "'S0001'"},
        "sex": {"sex": "'M'"},
    }[way]  # fmt: skip
    return Unit({stay: [option]}, named=bool(rng.random() < 0.7))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_followed_shares_are_never_outside_their_bounds(seed, hold_bounds):
    rng = np.random.default_rng(seed)
    with core() as con:
        rows = stays(con, rng)
        chosen = sorted(rng.permutation(len(rows))[: len(WAYS)])
        units = [unit(rng, *rows[place], way) for place, way in zip(chosen, rng.permutation(WAYS), strict=True)]
        found = tried(con, [TABLE], units, "discharge")
    assert set(found["measure"]) == set(FOLLOWED)
    assert set(found["bound_kind"]) == {"outer"}
    held = bounds_of(found)
    assert (held["least"] < held["greatest"]).sum() > 5
    hold_bounds(held)


def test_a_stay_far_from_every_flag_keeps_what_follows_it():
    with core() as con:
        rows = stays(con, np.random.default_rng(0), patients=2)
        con.execute("update core.stay set facility_id = 'F' || substr(patient_id, 3)")
        units = [Unit({rows[0][0]: [None]})]
        found = tried(con, [TABLE], units, "discharge").set_index(["measure", "facility_id"])
    for measure in ("readmission_rate_30_day", "thirty_day_mortality"):
        other = found.loc[(measure, "F1")]
        assert other["bound_low"] == other["bound_high"] == other["worst_high"] == other["value"]
        assert other["verdict"] == "robust"
