"""Figures that count patients: bounds against every resolution of small warehouses, whose patients are counted anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np
import pytest

from tests.influence.test_tight import small
from transforms.measures import Settings, TableSpecification

SETTINGS = Settings(reliability="none")
TABLES = [
    TableSpecification.model_validate({"title": "Small", "question": "How many?", "age_bands": ["broad"], **table})
    for table in (
        {
            "table_id": "activity", "order": 1, "measures": ["discharges", "patients"],
            "margins": [{"by": []}, {"by": ["sex"]}], "period": "year",
        },
        {
            "table_id": "treated", "order": 2, "scheme": "chapter",
            "measures": [
                "patients_with_mention", "treated_prevalence", "patients_first_in_window", "first_in_window_incidence",
            ], "look_back_days": 365,
            "margins": [{"by": ["cause"]}, {"by": ["sex", "cause"]}], "period": "year",
        },
    )
]  # fmt: skip
COUNTED = ("patients", "patients_with_mention", "treated_prevalence")
FIRST = ("patients_first_in_window", "first_in_window_incidence")


@dataclass(frozen=True)
class Place:
    """Whose a record is, and where it counts."""

    stay: str
    patient: str | None
    day: date
    sex: str
    causes: frozenset[str]

    def is_in(self, figure, cause: str | None) -> bool:
        return (
            self.day.year == figure.period_start.year
            and figure.sex in (None, self.sex)
            and (cause in (None, "all") or cause in self.causes)
        )


def causes(con, stay_id: str, changed: dict[tuple[str, int], str | None]) -> frozenset[str]:
    """The chapters of a stay's diagnoses, some of them changed."""
    chapters = dict(con.execute("select code, group_code from codes.grouping where scheme = 'chapter'").fetchall())
    diagnoses = con.execute(
        "select encounter_id, seq, code from core.diagnosis where encounter_id = ?", [stay_id]
    ).fetchall()
    codes = [changed.get((encounter, seq), code) for encounter, seq, code in diagnoses]
    return frozenset(chapters.get(code, "unmapped") for code in codes if code) or frozenset(["unknown"])


def placed_options(con) -> dict[int, tuple[Place | None, bool, bool]]:
    """By option: its place, None where it does not count; whether a target names it; and whether it may be any code."""
    recoded: dict[int, dict[tuple[str, int], str | None]] = {}
    for option, encounter, seq, code in con.execute(
        "select option_id, encounter_id, seq, code from influence.recoded where not is_any"
    ).fetchall():
        recoded.setdefault(option, {})[encounter, seq] = code
    return {
        option: (
            None if absent else Place(stay, patient, day, sex, causes(con, stay, recoded.get(option, {}))),
            named,
            wild,
        )
        for option, absent, patient, day, sex, stay, named, wild in con.execute(
            "select option_id, is_absent, patient_id, event_date, sex, record_id, is_named, is_wild "
            "from influence.option order by option_id"
        ).fetchall()
    }


def units(con, places, *, named_only: bool) -> Iterator[list[tuple[Place | None, ...]]]:
    """For each unit every way in which its records may be placed together."""
    records: dict[int, dict[int, list[int]]] = {}
    for unit, record, option in con.execute(
        "select unit_id, record, option_id from influence.option join influence.record using (record) order by all"
    ).fetchall():
        records.setdefault(unit, {}).setdefault(record, []).append(option)
    states: dict[int, dict[int, dict[int, list[int]]]] = {}
    for unit, state, record, option in con.execute("from influence.state order by all").fetchall():
        states.setdefault(unit, {}).setdefault(state, {}).setdefault(record, []).append(option)
    for unit, own in records.items():
        yield sorted(
            {
                tuple(places[option][0] for option in chosen)
                for allowed in (states[unit].values() if unit in states else [own])
                for chosen in product(*allowed.values())
                if all(places[option][1] or not named_only for option in chosen)
            },
            key=str,
        )


def without_flags(con) -> list[Place]:
    flagged = {stay for (stay,) in con.execute("select record_id from influence.record").fetchall()}
    return [
        Place(stay, patient, day, sex, causes(con, stay, {}))
        for stay, patient, day, sex in con.execute(
            "select stay_id, patient_id, discharge_date, sex from core.stay order by stay_id"
        ).fetchall()
        if stay not in flagged
    ]


def extremes(con, figure, places, *, named_only: bool) -> tuple[float, float]:
    """Least and greatest value of a figure over every resolution, patients counted one by one."""
    others = without_flags(con)

    def patients(several, cause) -> frozenset:
        return frozenset(one.patient for one in several if one and one.patient and one.is_in(figure, cause))

    reached = {(patients(others, figure.cause), patients(others, "all"))}
    for unit in units(con, places, named_only=named_only):
        ways = {(patients(way, figure.cause), patients(way, "all")) for way in unit}
        reached = {(n | more_n, d | more_d) for (n, d), (more_n, more_d) in product(reached, ways)}
    is_share = figure.measure == "treated_prevalence"
    values = [len(n) / len(d) if is_share else float(len(n)) for n, d in reached if d or not is_share]
    return min(values), max(values)


def firsts(figure, records: list[Place]) -> float:
    """The value of a figure that looks back a year, of records that all count."""
    found = 0
    for one in records:
        before = [
            other
            for other in records
            if other.patient == one.patient
            and (figure.cause == "all" or figure.cause in other.causes & one.causes)
            and (other.day, other.stay) < (one.day, one.stay)
            and (one.day - other.day).days <= 365
        ]
        found += one.is_in(figure, figure.cause) and not before
    if figure.measure == "patients_first_in_window":
        return float(found)
    return found / len({one.patient for one in records if one.is_in(figure, "all")})


def extremes_of_firsts(con, figure, places) -> tuple[float, float]:
    """Least and greatest value over every resolution of named targets."""
    values = []
    for ways in product(*units(con, places, named_only=True)):
        records = [*without_flags(con), *(one for way in ways for one in way if one)]
        records = [one for one in records if one.patient]
        if figure.measure == "patients_first_in_window" or any(one.is_in(figure, "all") for one in records):
            values.append(firsts(figure, records))
    return min(values), max(values)


def figures_of(con):
    figures = con.execute(
        """
        select measure, cause, sex, period_start, "value", bound_kind, bound_low, bound_high, worst_low, worst_high,
            expected, expected_low, expected_high, verdict
        from stats.figure where list_contains($measures, measure) and "value" is not null order by all
    """,
        {"measures": [*COUNTED, *FIRST]},
    ).df()
    return figures.astype({"sex": object, "cause": object}).where(figures.notna(), None)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_bounds_hold_every_resolution(seed, hold_bounds):
    with small(np.random.default_rng(seed), *TABLES) as con:
        figures, places = figures_of(con), placed_options(con)
        figures = figures[figures["measure"].isin(COUNTED)]
        for low, high, named_only in (("bound_low", "bound_high", True), ("worst_low", "worst_high", False)):
            shown = figures[figures[low].notna()]
            attained = [extremes(con, row, places, named_only=named_only) for row in shown.itertuples()]
            hold_bounds(
                shown.rename(columns={low: "low", high: "high"})
                .assign(least=[least for least, _ in attained], greatest=[greatest for _, greatest in attained])
                .astype({"low": float, "high": float})
            )
    assert set(figures["measure"]) == set(COUNTED)
    assert figures["bound_low"].notna().all()
    assert figures["verdict"].notna().all()
    known = figures[figures["worst_low"].notna()]
    assert (known["expected_low"] >= known["worst_low"]).all()
    assert (known["expected_high"] <= known["worst_high"]).all()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_firsts_lie_within_their_bounds_in_every_resolution(seed, hold_bounds):
    with small(np.random.default_rng(seed), *TABLES) as con:
        figures, places = figures_of(con), placed_options(con)
        figures = figures[figures["measure"].isin(FIRST)]
        attained = [extremes_of_firsts(con, row, places) for row in figures.itertuples()]
    assert set(figures["measure"]) == set(FIRST)
    assert set(figures["bound_kind"]) == {"outer"}
    hold_bounds(
        figures.rename(columns={"bound_low": "low", "bound_high": "high"})
        .assign(least=[least for least, _ in attained], greatest=[greatest for _, greatest in attained])
        .astype({"low": float, "high": float})
    )
