"""The distribution of lengths of stay: its median and its geometric mean."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from transforms.measures.composed import Request
from transforms.measures.methods.mean import normal_mean


def median_length_of_stay(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Median of the known lengths of stay, in days, with limits that are lengths of stay themselves.

    The median of an even number lies halfway between the middle two. Limits are the order statistics between which
    the median lies with at least the confidence asked for, by the binomial distribution with share one half (Conover,
    Practical Nonparametric Statistics, 3rd edition, section 3.2; recalled); there are none where too few stays make
    such ranks. For survey weights the ranks are those of Kish's effective size (Woodruff, JASA 1952, 47:635;
    recalled).
    """
    keys = request.keys
    strata = _by_length(request, strata)
    groups = strata.groupby(keys, dropna=False, sort=False)
    figures = groups.agg(
        numerator=("weight", "sum"),
        squares=("squares", "sum"),
        records=("length_records", "sum"),
        left_out=("records", "sum"),
        sampling=("sampling_records", "sum"),
    ).reset_index()
    figures["left_out"] -= figures["records"]
    figures["is_sampling"] = figures["sampling"] > 0
    known = strata[strata["is_known"] & (strata["weight"] > 0)]
    reached = np.cumsum(known["weight"].to_numpy())
    total = figures["numerator"].to_numpy()
    before = np.cumsum(total) - total
    days = known["days"].to_numpy()

    def length_at(rank: np.ndarray, side: str = "left") -> np.ndarray:
        """The first length at which the sum of weights reaches (left) or exceeds (right) a rank within its figure."""
        place = np.searchsorted(reached, before + rank, side=side)
        return days[np.minimum(place, len(days) - 1)].astype("float64") if len(days) else np.full(len(rank), np.nan)

    value = (length_at(total / 2) + length_at(total / 2, "right")) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        effective = np.where(figures["is_sampling"], total**2 / figures["squares"].to_numpy(), total)
        ranks = stats.binom.ppf((1 - request.settings.confidence) / 2, np.floor(effective), 0.5)
        scale = total / effective
        lower = np.where(ranks >= 1, length_at(ranks * scale), np.nan)
        upper = np.where(ranks >= 1, length_at((np.floor(effective) + 1 - ranks) * scale), np.nan)
    nothing = total <= 0
    without_limits = nothing | (request.method is None)
    return figures.assign(
        numerator=figures["numerator"].mask(nothing),
        value=np.where(nothing, np.nan, value),
        lower=np.where(without_limits, np.nan, lower),
        upper=np.where(without_limits, np.nan, upper),
        problem=np.where(nothing & (figures["left_out"] > 0), request.definition.missing, None),
    ).drop(columns=["squares", "sampling"])


def geometric_mean_length_of_stay(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """exp of the mean logarithm of the known lengths of stay, in days; a stay that ended on its first day counts 1.

    Limits are those of the mean logarithm, normal, with the usual sample variance (Kish's effective size for survey
    weights), turned back into days. A day for stays of the same day is CMS's practice (recalled); without it they
    would have no logarithm.
    """
    keys = request.keys
    strata = _by_length(request, strata)
    logarithm = np.log(np.maximum(strata["days"].to_numpy(), 1))
    weight = np.where(strata["is_known"], strata["weight"], 0.0)
    strata = strata.assign(known=weight, total=weight * logarithm, total_squared=weight * logarithm**2)
    figures = (
        strata.groupby(keys, dropna=False, sort=False)
        .agg(
            numerator=("known", "sum"),
            total=("total", "sum"),
            total_squared=("total_squared", "sum"),
            squares=("squares", "sum"),
            records=("length_records", "sum"),
            left_out=("records", "sum"),
            sampling=("sampling_records", "sum"),
        )
        .reset_index()
    )
    figures["left_out"] -= figures["records"]
    stays = figures["numerator"].to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        effective = np.where(figures["sampling"] > 0, stays**2 / figures["squares"].to_numpy(), stays)
        value = np.exp(figures["total"].to_numpy() / stays)
    lower, upper = normal_mean(
        figures["total"].to_numpy(), figures["total_squared"].to_numpy(), stays, effective, request.confidence
    )
    nothing = stays <= 0
    without_limits = nothing | (request.method is None)
    return figures.assign(
        numerator=figures["numerator"].mask(nothing),
        value=np.where(nothing, np.nan, value),
        lower=np.where(without_limits, np.nan, np.exp(lower)),
        upper=np.where(without_limits, np.nan, np.exp(upper)),
        is_sampling=figures["sampling"] > 0,
        problem=np.where(nothing & (figures["left_out"] > 0), request.definition.missing, None),
    ).drop(columns=["total", "total_squared", "squares", "sampling"])


def _by_length(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """The strata with their length in days, whether it is known, and weights as numbers, in the order of lengths."""
    return strata.assign(
        is_known=strata["stratum"] != "unknown",
        days=pd.to_numeric(strata["stratum"], errors="coerce").fillna(-1).astype("int64"),
        weight=strata["stays_with_length"].astype("float64"),
        squares=strata["length_squared"].astype("float64"),
    ).sort_values([*request.keys, "days"], kind="stable")
