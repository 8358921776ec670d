"""Rebuild equals prediction: what influence says of a resolution is what the figures are once the extracts say it.

A sample with injected errors is dealt out to cases, each a collection of its own. The rules flag its records,
`find_options` says what these may be, one option of each is chosen at random and written into the extracts, and
everything is made anew from landing: core, cells, figures. Two hundred cases are one rebuild; FARR_REBUILD_CASES=N
tries N of them, each rebuild with a sample and choices of its own.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.influence.rebuild import flagged_cases, predicted_and_rebuilt
from transforms.influence.composed.followed import FOLLOWED
from transforms.influence.forms import FORMS
from transforms.measures import TableSpecification, load_specifications

pytestmark = pytest.mark.slow

TABLES = Path(__file__).resolve().parents[2] / "reports" / "tables"
CASES = 200


@dataclass(frozen=True)
class Pack:
    """Cases that are rebuilt together; `is_deep` with all margins of the tables, else with the plain ones."""

    seed: int
    cases: int
    encounters: int
    is_deep: bool = False


PACKS = [
    *(Pack(seed, CASES, 10 * CASES) for seed in range(-(-int(os.environ.get("FARR_REBUILD_CASES", CASES)) // CASES))),
    Pack(0, 8, 300, is_deep=True),
]

# Of the shipped tables those that together have every measure with a form, and causes of each kind.
NAMES = (
    "activity", "coding_profile", "comorbidity_charlson_quan", "comorbidity_scores", "death_rates",
    "death_rates_standardised", "deaths_by_block", "deaths_by_chapter", "deaths_by_year_of_registration",
    "deaths_with_mention", "diagnoses_listed_by_ccsr", "discharge_rates", "discharges_by_block",
    "hospital_mortality_by_chapter", "infant_mortality", "length_of_stay_by_chapter", "maternal_mortality",
    "mortality_ratios_by_area", "perinatal_mortality", "treated_conditions_by_ccsr", "years_of_life_lost",
    "years_of_life_lost_rates", "years_of_life_lost_standardised",
    # Those that follow patients, which are bounded and not predicted.
    "case_fatality_by_chapter", "readmissions", "thirty_day_mortality",
)  # fmt: skip


# In many cases tables are broken down by no more than one of these; by another only where nothing else is left.
PLAIN_MARGINS = ((), ("cause",), ("age_band",))


def tables(*, is_deep: bool = True) -> list[TableSpecification]:
    """Those tables, without rows for combinations that no record has."""
    return [
        table.model_copy(update={"margins": tuple(margin.model_copy(update={"complete": False}) for margin in margins)})
        for table in load_specifications(TABLES)
        if table.table_id in NAMES
        for plain in [tuple(margin for margin in table.margins if tuple(margin.by) in PLAIN_MARGINS)]
        for margins in [table.margins if is_deep or not plain else plain]
    ]


@pytest.fixture(scope="module", params=PACKS, ids=str)
def pack(request):
    return request.param


@pytest.fixture(scope="module")
def rebuilt(pack, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cases")
    flagged_cases(folder, encounters=pack.encounters, seed=7 + pack.seed, miscoding=1.0, cases=pack.cases)
    return predicted_and_rebuilt(folder, tables(is_deep=pack.is_deep), pack.seed)


@pytest.fixture(scope="module")
def figures(rebuilt):
    return rebuilt[rebuilt["measure"].isin(FORMS)]


def counts_patients(figures: pd.DataFrame) -> pd.Series:
    return figures["measure"].map(lambda name: FORMS[name].by == "patients")


def test_many_figures_move(figures, pack):
    moved = figures[figures["touched"] & ~np.isclose(figures["before"], figures["after"], rtol=1e-9, equal_nan=True)]
    assert len(moved) > 1_000
    assert len(set(moved["measure"])) > 15
    assert moved["collection"].nunique() > 0.7 * pack.cases


def test_figures_are_as_predicted(figures):
    conditional = figures["measure"].map(lambda name: FORMS[name].is_conditional)
    # Where a reference or a baseline is fitted anew, what is counted is as predicted.
    said = figures["predicted"].where(~conditional, figures["n"])
    made = figures["after"].where(~conditional, figures["numerator_after"])
    # Of patients only bounds are found, no prediction: see tests/influence/test_patients.py.
    known = figures["after"].notna() & ~counts_patients(figures)
    wrong = known & ~np.isclose(said, made, rtol=1e-9, atol=1e-9)
    assert figures[wrong].groupby(["table_id", "measure"]).size().to_dict() == {}


def test_figures_that_are_gone_are_predicted_to_have_nothing_left(figures):
    gone = figures[figures["after"].isna() & ~counts_patients(figures)]
    assert len(gone) > 100
    left = gone[gone["predicted"].abs().gt(1e-9) & gone["d"].abs().gt(1e-9)]
    assert left.groupby(["table_id", "measure"]).size().to_dict() == {}


def test_figures_lie_within_their_bounds(figures):
    conditional = figures["measure"].map(lambda name: FORMS[name].is_conditional)
    found = figures[figures["after"].notna() & ~conditional]
    assert outside(found).groupby(["table_id", "measure"]).size().to_dict() == {}
    patients = found[counts_patients(found)]
    assert (~np.isclose(patients["before"], patients["after"])).sum() > 50


def test_figures_that_follow_patients_lie_within_their_bounds(rebuilt):
    found = rebuilt[rebuilt["measure"].isin(FOLLOWED) & rebuilt["after"].notna()]
    moved = found[~np.isclose(found["before"], found["after"], rtol=1e-9)]
    assert set(moved["measure"]) == set(FOLLOWED)
    assert outside(found).groupby(["table_id", "measure"]).size().to_dict() == {}


def outside(found: pd.DataFrame) -> pd.DataFrame:
    """Figures that a rebuild takes out of their bounds: over named targets where only these were chosen."""
    slack = 1e-9 * (1 + found["after"].abs())
    is_named = found["collection"].str.endswith("named")
    low = found["worst_low"].where(~is_named, found["bound_low"])
    high = found["worst_high"].where(~is_named, found["bound_high"])
    is_outside = (found["after"] < low - slack) | (found["after"] > high + slack)
    return found[is_outside]


def test_figures_that_no_chosen_option_touches_stay_as_they_are(figures):
    still = figures[~figures["touched"] & figures["after"].notna() & ~counts_patients(figures)]
    still = still[~still["measure"].map(lambda name: FORMS[name].is_conditional)]
    assert len(still) > 1_000
    np.testing.assert_allclose(still["after"], still["before"], rtol=1e-9, atol=1e-9)


def test_a_cause_is_expected_to_have_its_part_of_all_deaths(figures):
    deaths, shares = (figures[figures["measure"] == name] for name in ("deaths", "proportionate_mortality"))
    both = deaths.merge(shares, on=["place", "cause"], suffixes=("", "_share"))
    # Where no death can come or go, the expected share is the expected number over that of all.
    whole = deaths[(deaths["cause"] == "all") & (deaths["worst_low"] == deaths["worst_high"])]
    fixed = both[both["place"].isin(whole["place"])]
    moved = fixed[~np.isclose(fixed["expected"], fixed["before"], rtol=1e-9)]
    assert len(moved) > 5
    np.testing.assert_allclose(moved["expected_share"] * moved["base_d_share"], moved["expected"], rtol=0.05, atol=0.02)
