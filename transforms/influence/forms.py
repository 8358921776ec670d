"""How a figure is made of sums over records, so that a change of records is a change of the figure.

Most figures are a ratio of two sums over cells, or a sum over a fixed number: `FORMS` says which, by measure. A form
is the measure's own definition seen from the side of the records; that it gives back every published value is tested.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from transforms.measures.composed import Request
from transforms.measures.definitions import DEFINITIONS, Definition
from transforms.measures.families.years_lost import years_each
from transforms.measures.standards import standard_of, weights_of

Kind = Literal["sum", "ratio", "share", "weighted", "median", "geometric"]
# What the moves of a form are read off.
By = Literal["cells", "model", "births", "patients"]

# What one event of each stratum adds to the value of its figure, in the order of the strata; 0 where it is left out.
Weights = Callable[[Request, pd.DataFrame], np.ndarray]


@dataclass(frozen=True, kw_only=True)
class Form:
    """One measure as sums over the records.

    `sum`: the numerator over a denominator that no record changes, plus a constant; `ratio`: numerator over
    denominator; `share`: the same, the denominator being that of all causes; `weighted`: each stratum's events count
    for its `weights`; `median` and `geometric` (the mean) are of lengths of stay: each stay is in a stratum by its
    length, by which its numerator is multiplied. `of_known`: events of unknown age or sex are left out. `numerator`
    and `denominator` are columns of stats.cell. `is_conditional`: something is fitted (a reference within the data, a
    baseline), and stays as coded. `by`: whether its moves are read off cells, or rest on a model
    (transforms.influence.composed.hospital_ratio), or on who a patient's records are (transforms.influence.patients),
    or there are none, since births alone make it.
    """

    kind: Kind
    numerator: str
    denominator: str | None = None
    weights: Weights | None = None
    of_known: bool = False
    is_conditional: bool = False
    by: By = "cells"

    @property
    def of_lengths(self) -> bool:
        """Whether a figure is made of the lengths of stays, rather than of sums over them."""
        return self.kind in ("median", "geometric")


def _bands(request: Request, collection: str) -> pd.DataFrame:
    return request.con.execute(
        "select age_band, age_start, age_end from stats.age_band "
        "where table_id = ? and collection = ? order by sort_order",
        [request.table.table_id, collection],
    ).df()


def _by_band(
    request: Request, strata: pd.DataFrame, each: Callable[[str, pd.DataFrame], np.ndarray | None]
) -> np.ndarray:
    """A number for each stratum by its age band, from the numbers of each collection's bands; 0 without a band."""
    found = np.zeros(len(strata))
    strata = strata.reset_index(drop=True)
    for collection, rows in strata.groupby("collection", sort=False):
        bands = _bands(request, str(collection))
        numbers = each(str(collection), bands)
        if numbers is None or bands.empty:
            continue
        of_band = dict(zip(bands["age_band"], numbers, strict=True))
        found[rows.index] = rows["age_band"].map(of_band).fillna(0.0).to_numpy(np.float64)
    return found


def _standard_share(request: Request, collection: str) -> np.ndarray | None:
    weights, misfit = weights_of(
        request.con, request.table.table_id, collection, standard_of(request.table, request.settings)
    )
    return None if misfit else weights / weights.sum()


def _years(request: Request, bands: pd.DataFrame) -> np.ndarray:
    below, each, _ = years_each(bands, request.table.age_limit)
    years = np.zeros(len(bands))
    years[below] = each
    return years


def _per_person(strata: pd.DataFrame, numbers: np.ndarray) -> np.ndarray:
    people = strata["person_years"].to_numpy(np.float64, na_value=np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(people > 0, numbers / people, 0.0)


def _standardised(request: Request, strata: pd.DataFrame) -> np.ndarray:
    share = _by_band(request, strata, lambda collection, _: _standard_share(request, collection))
    return _per_person(strata, share) * request.multiplier


def _years_lost(request: Request, strata: pd.DataFrame) -> np.ndarray:
    return _by_band(request, strata, lambda _, bands: _years(request, bands))


def _years_lost_rate(request: Request, strata: pd.DataFrame) -> np.ndarray:
    """Over the population below the limit, of the whole figure."""
    years = _years_lost(request, strata)
    people = strata["person_years"].astype("float64").where(years > 0, 0.0).fillna(0.0)
    total = people.groupby([strata[name] for name in request.keys], dropna=False).transform("sum").to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total > 0, years / total * request.multiplier, 0.0)


def _years_lost_adjusted(request: Request, strata: pd.DataFrame) -> np.ndarray:
    """The standard's persons below the limit are its whole."""

    def each(collection: str, bands: pd.DataFrame) -> np.ndarray | None:
        weights, misfit = weights_of(
            request.con, request.table.table_id, collection, standard_of(request.table, request.settings)
        )
        if misfit:
            return None
        below, _, _ = years_each(bands, request.table.age_limit)
        return np.where(below, weights, 0.0) / weights[below].sum() * _years(request, bands)

    return _per_person(strata, _by_band(request, strata, each)) * request.multiplier


def _comparable(request: Request, strata: pd.DataFrame) -> np.ndarray:
    """The ratio of each stratum's cause; a given number, and so not fitted."""
    given = {(one.earlier_version, one.earlier_cause): one.ratio for one in request.table.comparability}
    causes = zip(strata["scheme_version"], strata["cause"], strict=True)
    return np.array([given.get(cause, 0.0) for cause in causes])


_WEIGHTED: dict[str, Form] = {
    "directly_standardised_rate": Form(kind="weighted", numerator="weight", weights=_standardised),
    "years_of_potential_life_lost": Form(kind="weighted", numerator="weight", weights=_years_lost),
    "years_of_potential_life_lost_rate": Form(kind="weighted", numerator="weight", weights=_years_lost_rate),
    "years_of_potential_life_lost_adjusted_rate": Form(
        kind="weighted", numerator="weight", weights=_years_lost_adjusted
    ),
    "standardised_mortality_ratio": Form(kind="sum", numerator="weight", of_known=True, is_conditional=True),
    "proportionate_mortality_ratio": Form(kind="sum", numerator="weight", of_known=True, is_conditional=True),
    "excess_deaths": Form(kind="sum", numerator="weight", is_conditional=True),
    "excess_deaths_by_rate": Form(kind="sum", numerator="weight", of_known=True, is_conditional=True),
    "excess_deaths_by_trend": Form(kind="sum", numerator="weight", is_conditional=True),
    "comparable_deaths": Form(kind="weighted", numerator="weight", weights=_comparable),
    "hospital_standardised_mortality_ratio": Form(
        kind="ratio", numerator="died", denominator="outcome_known", is_conditional=True, by="model"
    ),
}

_OF_LENGTHS: dict[str, Form] = {
    "median_length_of_stay": Form(kind="median", numerator="stays_with_length", denominator="stays_with_length"),
    "geometric_mean_length_of_stay": Form(
        kind="geometric", numerator="stays_with_length", denominator="stays_with_length"
    ),
}


# Sums of what a record is together with the patient's others: no sums over records that change each for itself.
_OF_PATIENTS = ("first_patients", "readmitted", "died_from_admission", "died_from_discharge")


# Measures that see more of a code than its cause: bounds over flags that name no target are outer (see any_code).
OF_ANY_CODE = (
    "symptom_principal_share", "unspecified_principal_share", "invalid_principal_share", "mean_secondary_diagnoses",
    "mean_charlson_score", "mean_charlson_score_2011", "mean_elixhauser_score", "mean_ahrq_mortality_index",
    "mean_ahrq_readmission_index", "comorbidity_prevalence", "discharges_with_mention", "deaths_with_mention",
    "patients_with_mention", "treated_prevalence", "treated_prevalence_rate",
    "patients_first_in_window", "first_in_window_incidence", "first_in_window_incidence_rate",
    "maternal_mortality_rate", "maternal_mortality_ratio", "late_maternal_mortality_ratio",
)  # fmt: skip


def form_of(definition: Definition) -> Form | None:
    """The form of a measure; None where its figures are no such sums (a rank, a life table, a fit)."""
    if definition.name in (special := _WEIGHTED | _OF_LENGTHS):
        return special[definition.name]
    if definition.of_patients and not definition.looks_back:
        kind = "share" if definition.kind == "share_of_all" else "sum"
        return Form(kind=kind, numerator=definition.numerator, denominator=definition.denominator, by="patients")
    if definition.numerator in _OF_PATIENTS:
        return None
    if definition.per_births:
        by = "cells" if definition.counts_deaths else "births"
        return Form(kind="sum", numerator=definition.numerator, by=by)
    if definition.kind in ("count", "rate"):
        return Form(kind="sum", numerator=definition.numerator)
    if definition.kind in ("proportion", "mean", "score"):
        # MS-DRGs stay as they are coded.
        return Form(
            kind="ratio", numerator=definition.numerator, denominator=definition.denominator,
            is_conditional=definition.known == "grouped_records" or definition.numerator == "drg_weight",
        )  # fmt: skip
    if definition.kind == "share_of_all":
        return Form(kind="share", numerator=definition.numerator, denominator=definition.denominator)
    return None


FORMS: dict[str, Form] = {name: form for name, one in DEFINITIONS.items() if (form := form_of(one))}
