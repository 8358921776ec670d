"""Rates by births: infant, neonatal, perinatal, fetal and maternal mortality."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.measures.births import births_query
from transforms.measures.composed import KEYS, Request
from transforms.measures.dimensions import unknown_of
from transforms.measures.methods.nchs import nchs
from transforms.measures.methods.poisson import poisson

NO_BIRTHS = "no births are given for this collection"


def rate_by_births(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Deaths, with fetal deaths where the measure has them, over live births or live births and fetal deaths.

    Limits are those of the events as a Poisson count. Deaths whose age in days, or cause, would have to be known and is
    not are left out and counted; where none is known there is no rate.
    """
    definition = request.definition
    dimensions = [name for name in request.keys if name in ("area", "sex")]
    births = request.con.execute(births_query(dimensions)).df()
    strata = strata[strata["period_start"].notna()]
    for name in dimensions:
        strata = strata[strata[name] != unknown_of(name)]
    place = ["collection", "period_start", "period_end", *dimensions]
    has_births = request.con.execute("select distinct collection from core.birth").df()["collection"]
    if dimensions:
        strata = strata[strata["collection"].isin(has_births)]
    if "cause" in request.margin.by:
        strata = strata[strata["collection"].isin(has_births) | (strata["cause"] == "all")]
        causes = strata[["collection", "scheme_version", "cause"]].drop_duplicates()
        births = births.merge(causes, on="collection")
    on = [*place, *(("scheme_version", "cause") if "cause" in request.margin.by else ())]
    columns = [name for name in strata.columns if name not in KEYS or name in on]
    rows = births.merge(strata[columns], on=on, how="outer").sort_values(on, kind="stable").reset_index(drop=True)

    def number(name: str | None) -> pd.Series:
        return rows[name].astype("float64").fillna(0.0) if name else pd.Series(0.0, index=rows.index)

    deaths, deaths_records = number(definition.numerator), number(definition.records)
    squared = number(definition.squared)
    total = (
        number("records") if definition.known is None else number(definition.also[0] if definition.also else "records")
    )
    known = total if definition.known is None else number(definition.known)
    if not definition.counts_deaths:
        deaths, deaths_records, squared, known = deaths * 0.0, deaths_records * 0.0, squared * 0.0, total
    fetal = rows[definition.fetal].astype("float64") if definition.fetal else pd.Series(0.0, index=rows.index)
    denominator = sum(rows[name].astype("float64") for name in definition.births)
    events = deaths + fetal
    problem = np.select(
        [
            ~rows["collection"].isin(has_births),
            rows["is_whole"].isna(),
            rows["is_whole"].eq(False),
            (denominator.isna() | fetal.isna()),
            (denominator == 0) & (events > 0),
            denominator == 0,
            (known == 0) & (total > 0),
        ],
        [
            NO_BIRTHS,
            "there are no births of this kind",
            "there are no births for part of the period",
            "the births do not give what this rate needs",
            "there are events and no births",
            "there are no births",
            definition.missing,
        ],
        default=None,
    )
    holds = pd.isna(problem)
    limited = nchs if request.method == "nchs" else lambda count, level: poisson(count, level, request.method or "byar")
    # Fetal deaths are counts of a register; a survey's deaths have the limits of their effective size (Kish).
    variance = squared + fetal
    held = holds & (events > 0)
    effective = (events**2 / variance).where(held, 0.0)
    weight = (variance / events).where(held, 1.0)
    lower, upper = limited(effective.to_numpy(), request.confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(holds, request.multiplier / denominator, np.nan)
    shown = np.where(request.method is None, np.nan, scale)
    return rows[on].assign(
        numerator=events.where(holds),
        denominator=denominator.where(holds),
        value=events * scale,
        lower=lower * weight * shown,
        upper=upper * weight * shown,
        records=(deaths_records + fetal.fillna(0.0)).round().astype("int64"),
        left_out=(total - known).astype("int64"),
        is_sampling=number("sampling_records") > 0,
        problem=problem,
    )
