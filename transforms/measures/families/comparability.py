"""Series across a change of classification: the earlier part as the later classification would have counted it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.measures.composed import Request
from transforms.measures.methods.comparability import comparable


def comparable_deaths(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Deaths of a cause of the earlier classification times the comparability ratio that the table gives.

    Only causes with a ratio have a figure. The stratum is the ratio with its standard error, `standard` the version and
    the cause of the later classification; limits have the error of both (see `methods.comparability`).
    """
    given = _ratios(request)
    rows = strata.merge(given, on=["scheme_version", "cause"])
    if rows.empty:
        return pd.DataFrame()
    deaths, squared = (rows[name].to_numpy(np.float64) for name in ("weight", "weight_squared"))
    ratio, error = rows["ratio"].to_numpy(), rows["standard_error"].to_numpy()
    found = comparable(deaths, ratio, error, variance=squared, confidence=request.confidence)
    return rows[request.keys].assign(
        stratum_name="comparability ratio",
        stratum=[f"{ratio:g} (standard error {error:g})" for ratio, error in zip(ratio, error, strict=True)],
        standard=rows["later_version"] + " " + rows["later_cause"],
        numerator=deaths,
        value=found.events,
        lower=found.lower,
        upper=found.upper,
        method="comparability",
        records=rows["records"].astype("int64"),
        is_sampling=rows["sampling_records"] > 0,
    )


def bridged(request: Request, rates: pd.DataFrame) -> pd.DataFrame:
    """Rates with those of earlier classifications brought into the later one, where the table gives their ratios.

    Rows of a cause with a ratio become rows of the later version and cause, times the ratio, and add to those that the
    same period has there. `effective` then has the error of the ratio too: its relative variance adds to 1/effective.
    """
    given = _ratios(request)
    if given.empty or "cause" not in request.margin.by:
        return rates
    rows = rates.reset_index(drop=True).merge(given, on=["scheme_version", "cause"], how="left")
    moved = rows["ratio"].notna()
    value = rows["value"].where(~moved, rows["value"] * rows["ratio"])
    with np.errstate(divide="ignore"):
        relative = 1 / rows["effective"] + ((rows["standard_error"] / rows["ratio"]) ** 2).fillna(0.0)
    rows = rows.assign(
        value=value,
        variance=(value**2 * relative).where(value > 0, 0.0),
        scheme_version=rows["scheme_version"].where(~moved, rows["later_version"]),
        cause=rows["cause"].where(~moved, rows["later_cause"]),
    )
    added = rows.groupby(request.keys, dropna=False, sort=False)
    summed = added[["value", "variance"]].sum(min_count=1)
    summed["records"], summed["is_sampling"] = added["records"].sum(), added["is_sampling"].any()
    with np.errstate(divide="ignore", invalid="ignore"):
        summed["effective"] = np.where(summed["variance"] > 0, summed["value"] ** 2 / summed["variance"], 0.0)
    return summed.reset_index().drop(columns="variance")


def _ratios(request: Request) -> pd.DataFrame:
    columns = ["scheme_version", "cause", "later_version", "later_cause", "ratio", "standard_error"]
    return pd.DataFrame(
        [
            (one.earlier_version, one.earlier_cause, one.version, one.cause, one.ratio, one.standard_error)
            for one in request.table.comparability
        ],
        columns=columns,
    )
