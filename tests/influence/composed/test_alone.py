"""Expected values of life tables, and what one record alone does, against the measures of rebuilt collections."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.influence.composed.copies import (
    CODED,
    KEYS,
    SETTINGS,
    Unit,
    copied,
    death_id,
    deaths,
    offer,
    resolutions,
    shared,
    tried,
)
from tests.influence.composed.test_life_tables import COPIES, ONE_STAYS, TABLES
from transforms.influence import assess as room
from transforms.influence.assess import assess
from transforms.influence.beliefs import place_beliefs
from transforms.influence.composed.alone import NEGLIGIBLE
from transforms.influence.composed.items import ITEMS
from transforms.measures import build_figures

FREE = (
    Unit({death_id(2019, "M", 0, 8, "I219"): [{"age_years": "70", "age_years_max": "70"}, None]}),
    Unit({death_id(2018, "M", 1, 16, "C509"): [{"sex": "'F'"}]}),
    Unit({death_id(2019, "F", 1, 19, "C509"): [{"underlying_cause": "'I219'"}, {"area": "'A0'"}]}),
)


def rebuilt(con, units) -> tuple[pd.DataFrame, list[dict]]:
    """Figures as coded and in every resolution, by KEYS (rows) and the number of the resolution (-1: as coded)."""
    every = resolutions(units, named_only=False)
    names = [f"any{number:04}" for number in range(len(every))]
    for name, resolution in zip(names, every, strict=True):
        copied(con, name, resolution)
    shared(con, names)
    build_figures(con, TABLES, SETTINGS)
    offer(con, units)
    assess(con, TABLES, SETTINGS)
    figures = con.execute("""select * from stats.figure where "value" is not null""").df()
    figures[KEYS] = figures[KEYS].astype(str).fillna("-")
    number = figures["collection"].map({CODED: -1} | {name: place for place, name in enumerate(names)})
    wide = figures.assign(number=number).pivot(index=KEYS, columns="number", values="value")
    coded = figures[figures["collection"] == CODED].set_index(KEYS)
    return coded.join(wide), every


def changed(resolution: dict) -> list[str]:
    return [death for death, option in resolution.items() if option != {}]


@pytest.fixture(scope="module")
def certain():
    """What is rebuilt of units of which every record is believed to be wrong."""
    with pytest.MonkeyPatch.context() as patch, deaths() as con:
        patch.setattr(room, "place_beliefs", lambda con: np.ones_like(place_beliefs(con)))
        figures, every = rebuilt(con, FREE)
        alone = con.execute("""
            select distinct record_id, figure_id, change_low, change_high from stats.record_influence
        """).df()
        yield figures, every, alone


def test_a_death_that_certainly_goes_is_expected_gone(monkeypatch):
    monkeypatch.setattr(room, "place_beliefs", lambda con: np.ones_like(place_beliefs(con)))
    with deaths() as con:
        figures = tried(con, [TABLES[0]], [Unit({death_id(2019, "F", 0, 14, "I219"): [None]})])
    moved = figures["worst_greatest"] > figures["value"]
    assert moved.sum() > 3
    np.testing.assert_allclose(figures["expected"], figures["worst_greatest"], rtol=1e-9)
    np.testing.assert_allclose(figures["expected_low"], figures["expected_high"], rtol=1e-9)


@pytest.mark.slow
def test_expected_values_are_the_mean_over_all_resolutions(certain):
    figures, every, _ = certain
    records = {death: options for unit in FREE for death, options in unit.records.items()}
    likely = np.array(
        [np.prod([1 / len(records[death]) if option != {} else 0 for death, option in one.items()]) for one in every]
    )
    assert likely.sum() == pytest.approx(1)
    mean = figures[list(range(len(every)))].to_numpy() @ likely
    moved = figures["worst_high"] > figures["worst_low"]
    assert set(figures[moved].index.get_level_values("measure")) == set(ITEMS)
    assert moved.sum() > 200
    # What is not exact is sampling error: a hundredth of the spread.
    spread = figures[np.flatnonzero(likely > 0)].max(axis=1) - figures[np.flatnonzero(likely > 0)].min(axis=1)
    assert (np.abs(figures["expected"] - mean) <= 0.01 * spread + 1e-9).all()
    wide = figures[moved]
    assert (wide["expected_low"] <= wide["expected"] + 1e-9).all()
    assert (wide["expected"] <= wide["expected_high"] + 1e-9).all()
    # All admissible values of a few certain records are drawn.
    likely_ones = wide[np.flatnonzero(likely > 0)]
    np.testing.assert_allclose(wide["expected_low"], likely_ones.min(axis=1), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(wide["expected_high"], likely_ones.max(axis=1), rtol=1e-5, atol=1e-7)


@pytest.mark.slow
def test_one_record_alone_changes_what_a_rebuild_says(certain):
    figures, every, alone = certain
    hold_alone(figures, every, alone, lambda record: record)


def hold_alone(figures: pd.DataFrame, every: list[dict], alone: pd.DataFrame, unit_of) -> None:
    """Assert that the least and the greatest change by each record's unit are those of its resolutions rebuilt."""
    records = sorted({death for one in every for death in one})
    found = alone.set_index(["record_id", "figure_id"])
    compared = 0
    for record in records:
        own = {unit_of(record)}
        mine = [number for number, one in enumerate(every) if {unit_of(death) for death in changed(one)} == own]
        change = figures[mine].sub(figures["value"], axis=0)
        low, high = np.minimum(change.min(axis=1), 0), np.maximum(change.max(axis=1), 0)
        of_record = found.loc[record].reindex(figures["figure_id"])
        slack = 1.01 * NEGLIGIBLE * figures["tolerance"] + 1e-9
        for name, rebuilt_change in (("change_low", low), ("change_high", high)):
            given = of_record[name].fillna(0.0).to_numpy()
            assert (np.abs(given - rebuilt_change) <= slack).all(), (record, name)
            is_listed = of_record[name].notna().to_numpy()
            np.testing.assert_allclose(given[is_listed], rebuilt_change[is_listed], rtol=1e-6, atol=1e-9)
        compared += int(of_record["change_low"].notna().sum())
    assert compared > 100


@pytest.mark.slow
def test_copies_of_which_one_stays_are_one_unit():
    with deaths() as con:
        figures, every = rebuilt(con, [ONE_STAYS])
        alone = con.execute("""
            select distinct record_id, figure_id, change_low, change_high from stats.record_influence
        """).df()
    hold_alone(figures, every, alone, lambda record: tuple(COPIES))
