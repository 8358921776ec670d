"""Deaths in hospital against those expected of patients like these: a logistic model, its ratios and their funnel."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from transforms.measures.composed import Request
from transforms.measures.dimensions import FURTHER, STRATUM_SEPARATOR
from transforms.measures.families.series import joined
from transforms.measures.methods.funnel import Funnel, funnel_of_ratios
from transforms.measures.methods.logistic import LogisticModel, calibration, design, fit_logistic
from transforms.measures.methods.standardisation import observed_over_expected

# Fewest deaths for each coefficient of the model; Peduzzi et al., J Clin Epidemiol 1996; 49: 1373-1379 (recalled).
DEATHS_PER_TERM = 10
# Overdispersion cannot be told from fewer places than this (own choice): limits are then those of chance alone.
FEWEST_FOR_OVERDISPERSION = 10
# The level of diagnosis groups with fewer deaths than one term needs.
FEW_DEATHS = "few deaths"
# Stays whose code is of a system that the scheme does not group.
LEFT_OVER = "other_system"
SIGNALS = {
    "below_control": "below the 99.8 % limits of the funnel",
    "below_warning": "below the 95 % limits of the funnel",
    "above_warning": "above the 95 % limits of the funnel",
    "above_control": "above the 99.8 % limits of the funnel",
}


def hospital_standardised_mortality_ratio(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """100 times the deaths in hospital of a place over those expected by the model of its collection.

    The model is a logistic regression of death on age band, sex, diagnosis group, class of comorbidity and type of
    admission, unknown being a level of its own, fitted to all stays of known outcome in all places and periods
    together, so that the reference is the collection itself (100). A dimension that is the same for every stay has no
    term. Groups with fewer than ten deaths are one group, as their coefficients would be chance. The numerator is the
    deaths, the denominator those expected. Limits are those of the deaths; `signal` is the place's side of a funnel
    on the log scale with overdispersion (SHMI), or of exact limits where there are few places. Terms, fit
    and calibration are in `stats.model_term`, `stats.model` and `stats.model_calibration`.
    """
    names = [name for name in FURTHER if name in request.definition.within]
    found = []
    for collection, rows in strata.groupby("collection", sort=True):
        cells = _cells(rows, names)
        keys = [
            name for name in request.keys if "cause" in request.margin.by or name not in ("scheme_version", "cause")
        ]
        places = cells.groupby(keys, dropna=False, sort=False)
        keyed = cells.drop_duplicates(keys)[keys].reset_index(drop=True)
        place = places.ngroup().to_numpy()
        events = cells["died"].to_numpy(np.float64)
        trials = cells["outcome_known"].to_numpy(np.float64)
        known = trials > 0
        model, problem = _model(cells[known], names, events[known], trials[known])
        expected = np.full(len(keyed), np.nan)
        if model is not None:
            expected = np.bincount(place[known], weights=model.probability * trials[known], minlength=len(keyed))
            _record(request, str(collection), model, events[known], trials[known])
        observed = np.bincount(place, weights=events, minlength=len(keyed))
        ratio = observed_over_expected(
            observed, expected, method=request.method or "phe", confidence=request.confidence,
            multiplier=request.multiplier, problem=np.full(len(keyed), problem, dtype=object),
        )  # fmt: skip
        has_ratio = ratio.problem == None  # noqa: E711 - elementwise
        records = {
            name: np.bincount(place, weights=cells[name].to_numpy(np.float64), minlength=len(keyed)).astype(np.int64)
            for name in ("died_records", "outcome_records", "records")
        }
        found.append(
            keyed.assign(
                numerator=np.where(has_ratio, observed, np.nan),
                denominator=np.where(has_ratio, ratio.expected, np.nan),
                value=ratio.ratio,
                lower=ratio.lower if request.method else np.nan,
                upper=ratio.upper if request.method else np.nan,
                signal=_signals(request, keyed, ratio.observed, ratio.expected),
                records=records["died_records"],
                denominator_records=records["outcome_records"],
                left_out=records["records"] - records["outcome_records"],
                problem=ratio.problem,
            )
        )
        if "cause" in request.margin.by:
            # What is left over of all blocks is no row of one of them.
            found[-1] = found[-1][found[-1]["cause"] != LEFT_OVER]
    return joined(found)


def _cells(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The cells with their further dimensions as columns, each record once.

    Each code system has its own block of diagnosis groups, in which the records of the others are `other_system`;
    records without a code stand in every block, and are taken from the first. Records of a system that has no block
    are what all records have over those.
    """
    first = rows["scheme_version"].min()
    is_own = ~rows["cause"].isin(["all", "other_system"])
    is_once = (rows["cause"] != "unknown") | (rows["scheme_version"] == first)
    cells = rows[is_own & is_once]
    where = ["period_start", "period_end", "facility_id", "area", "sex", "age_band", "stratum"]
    sums = [name for name in rows.columns if name not in {*where, "collection", "scheme_version", "cause"}]
    everything = rows[(rows["cause"] == "all") & (rows["scheme_version"] == first)].set_index(where)
    numbers = everything[sums].astype("float64")
    placed = cells.groupby(where, dropna=False, sort=False)[sums].sum().astype("float64")
    rest = everything.assign(cause=LEFT_OVER, **(numbers - placed.reindex(numbers.index).fillna(0.0)))
    cells = pd.concat([cells, rest[rest["records"] > 0].reset_index()], ignore_index=True)
    parts = cells["stratum"].str.split(STRATUM_SEPARATOR, expand=True)
    return cells.assign(**{name: parts[number] for number, name in enumerate(names)})


def _model(
    cells: pd.DataFrame, names: list[str], events: np.ndarray, trials: np.ndarray
) -> tuple[LogisticModel | None, str | None]:
    """The fitted model, or why there is none."""
    if (cells["sampling_records"] > 0).any():
        return None, "a survey's weights are no stays to fit a model to"
    if not 0 < events.sum() < trials.sum():
        return None, "all stays of known outcome, or none, ended in death"
    group = cells["scheme_version"].fillna("") + " " + cells["cause"]
    deaths_of = pd.Series(events, index=cells.index).groupby(group).transform("sum")
    factors = {
        "diagnosis_group": group.where(deaths_of >= DEATHS_PER_TERM, FEW_DEATHS).to_numpy(),
        "age_band": cells["age_band"].to_numpy(),
        "sex": cells["sex"].to_numpy(),
        **{name: cells[name].to_numpy() for name in names},
    }
    factors = {name: levels for name, levels in factors.items() if len(set(levels)) > 1}
    terms = 1 + sum(len(set(levels)) - 1 for levels in factors.values())
    if events.sum() < DEATHS_PER_TERM * terms:
        return None, f"fewer than {DEATHS_PER_TERM} deaths for each of the {terms} terms of the model"
    model = fit_logistic(design(factors), events, trials)
    return (model, None) if model.converged else (None, "the model did not converge")


def _signals(request: Request, keyed: pd.DataFrame, observed: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """The side of the funnel on which each known facility lies, in words; None within the limits."""
    said = np.full(len(keyed), None, dtype=object)
    if "facility_id" not in request.margin.by:
        return said
    judged = (keyed["facility_id"] != "unknown").to_numpy() & (expected > 0)
    apart = [name for name in keyed.columns if name != "facility_id"]
    for _, rows in keyed[judged].groupby(apart, dropna=False, sort=False):
        at = rows.index.to_numpy()
        funnel = funnel_of_places(observed[at], expected[at], request.multiplier)
        said[at] = [SIGNALS.get(band) for band in funnel.band]
    return said


def funnel_of_places(observed: ArrayLike, expected: ArrayLike, multiplier: float) -> Funnel:
    """The funnel of ratios of places: with overdispersion (SHMI) where they are enough to tell it, else exact."""
    method = "shmi" if len(np.asarray(observed)) >= FEWEST_FOR_OVERDISPERSION else "exact"
    return funnel_of_ratios(observed, expected, method=method, multiplier=multiplier)


def _record(request: Request, collection: str, model: LogisticModel, events: np.ndarray, trials: np.ndarray) -> None:
    """Write the model down once, however many margins ask for it."""
    table, measure = request.table.table_id, request.definition.name
    key = [table, measure, collection]
    if request.con.execute(
        "select 1 from stats.model where (table_id, measure, collection) = (?, ?, ?)", key
    ).fetchone():
        return
    request.con.execute(
        "insert into stats.model values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [*key, trials.sum(), events.sum(), model.c_statistic, model.deviance, model.ridge, model.iterations],
    )
    terms = pd.DataFrame(
        {
            "place": range(len(model.names)),
            "term": model.names,
            "coefficient": model.coefficients,
            "standard_error": model.standard_errors,
            "is_separated": [name in model.separated for name in model.names],
        }
    )
    request.con.register("fitted_term", terms)
    request.con.execute(
        "insert into stats.model_term select ?, ?, ?, place + 1, term, coefficient, standard_error, is_separated "
        "from fitted_term order by place",
        key,
    )
    request.con.unregister("fitted_term")
    by_risk = calibration(model.probability, events, trials)
    groups = pd.DataFrame(
        {"trials": by_risk.trials, "observed": by_risk.observed, "expected": by_risk.expected}
    ).rename_axis("risk_group")
    request.con.register("calibrated", groups[groups["trials"] > 0].reset_index())
    request.con.execute(
        "insert into stats.model_calibration select ?, ?, ?, risk_group + 1, trials, observed, expected "
        "from calibrated order by risk_group",
        key,
    )
    request.con.unregister("calibrated")
