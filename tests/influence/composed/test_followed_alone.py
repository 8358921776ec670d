"""What one flagged stay alone does to shares that follow patients, against collections rebuilt with it otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from tests.influence.composed.copies import CODED, KEYS, SETTINGS, Unit, copied, core, offer, shared
from tests.influence.composed.test_followed import TABLE, stays
from transforms.influence import assess as room
from transforms.influence.assess import assess
from transforms.influence.beliefs import place_beliefs
from transforms.influence.composed.followed import FOLLOWED
from transforms.measures import build_figures

# Each stay may be one thing besides as coded.
OPTIONS = {
    "absent": None,
    "outcome": {"died": "not died"},
    "code": {"principal_code": "'S0001'"},
    "alone": {"patient_id": "'p:' || {own}"},
}


def flagged(rng: np.random.Generator, rows: list[tuple[str, int, int]], way: str) -> list[Unit]:
    """One stay of each patient that may be otherwise."""
    patients = sorted({stay.split("-")[0] for stay, *_ in rows})
    chosen = [f"{patient}-{rng.integers(4)}" for patient in patients]
    return [Unit({stay: [option_of(way, stay)]}) for stay in chosen]


def option_of(way: str, stay: str) -> dict[str, str] | None:
    option = OPTIONS[way]
    return option and {name: value.replace("{own}", repr(stay)) for name, value in option.items()}


@pytest.fixture(params=[*OPTIONS, "copies"], scope="module")
def case(request):
    """Figures as coded, with each unit alone otherwise, and with all; and what is said of each unit alone."""
    rng = np.random.default_rng(list(OPTIONS).index(request.param) if request.param in OPTIONS else 9)
    with pytest.MonkeyPatch.context() as patch, core() as con:
        patch.setattr(room, "place_beliefs", lambda con: np.ones_like(place_beliefs(con)))
        rows = stays(con, rng, patients=6)
        if request.param == "copies":
            pair = ["S0-0", "S0-1"]
            states = ({pair[0]: [0], pair[1]: [0, 1]}, {pair[0]: [0, 1], pair[1]: [0]})
            units = [Unit({stay: [None] for stay in pair}, states=states)]
        else:
            units = flagged(rng, rows, request.param)
        own = {stay: options[0] for unit in units for stay, options in unit.records.items()}
        for stay, option in own.items():
            copied(con, stay, {stay: option}, "discharge")
        copied(con, "every", own, "discharge")
        shared(con, [*own, "every"])
        build_figures(con, [TABLE], SETTINGS)
        offer(con, units, "discharge")
        assess(con, [TABLE], SETTINGS)
        figures = con.execute("""select * from stats.figure where "value" is not null""").df()
        figures[KEYS] = figures[KEYS].astype(str).fillna("-")
        wide = figures.pivot(index=KEYS, columns="collection", values="value")
        coded = figures[figures["collection"] == CODED].set_index(KEYS).join(wide)
        alone = con.execute("""
            select distinct record_id, figure_id, change_low, change_high from stats.record_influence
        """).df()
        yield request.param, coded[coded.index.get_level_values("measure").isin(FOLLOWED)], own, alone


def test_one_stay_alone_changes_what_a_rebuild_says(case):
    way, figures, own, alone = case
    found = alone.set_index(["record_id", "figure_id"])
    changes = {stay: figures[stay] - figures["value"] for stay in own}
    if way == "copies":
        low = np.minimum(np.minimum(*changes.values()), 0)
        high = np.maximum(np.maximum(*changes.values()), 0)
        ends = dict.fromkeys(own, (low, high))
    else:
        ends = {stay: (np.minimum(change, 0), np.maximum(change, 0)) for stay, change in changes.items()}
    moved = 0
    for stay, both in ends.items():
        given = found.loc[stay].reindex(figures["figure_id"]) if stay in found.index else None
        for name, rebuilt in zip(("change_low", "change_high"), both, strict=True):
            said = 0.0 if given is None else given[name].fillna(0.0).to_numpy()
            held = rebuilt.fillna(0.0).to_numpy()
            np.testing.assert_allclose(said, held, atol=1e-9, err_msg=f"{stay} {name}")
            moved += int((held != 0).sum())
    assert moved > 5


def test_certain_stays_of_different_patients_are_expected_as_rebuilt(case):
    way, figures, _, _ = case
    if way == "copies":
        return
    known = figures["every"].notna()
    np.testing.assert_allclose(figures["expected"][known], figures["every"][known], atol=1e-9)
    assert ((figures["every"] - figures["value"]).abs() > 1e-9).sum() > 3
