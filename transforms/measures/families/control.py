"""Centre lines of control charts: what is usual for a place, and how far chance alone would take a period from it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtr

from transforms.measures.composed import Family, Request
from transforms.measures.families.series import joined, series
from transforms.measures.methods.control_charts import RULES, SIGMAS, control_chart

# How a signal is said: the rule of the chart that the period's value breaks.
WORDS = {
    "beyond_limits": "outside the control limits",
    "same_side": "in a run on one side of the centre line",
    "trend": "in a steady rise or fall",
    "two_of_three": "two of three far from the centre line",
}
CONFIDENCE = float(2 * ndtr(SIGMAS) - 1)


def centre_line(kind: str) -> Family:
    """The family of a centre line by one kind of chart (see `methods.control_charts`), or by the one the table names.

    A figure's value is the centre line of its series, its limits are the control limits of its period (three sigma),
    its numerator and denominator those of the period, and its `signal` the rules that the period breaks. Only periods
    that the sources cover whole take part. A new centre line and new limits begin with each of the table's breaks.
    """

    def family(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
        definition, scale = request.definition, request.multiplier
        chosen = request.table.interval.get(definition.name, kind)
        breaks = pd.DatetimeIndex(sorted(request.table.breaks))
        found = []
        for one in series(request, strata):
            numerator = one.filled(definition.numerator)
            denominator = one.filled(definition.denominator) if definition.denominator else None
            records = one.filled(definition.records)
            held = np.isnan(numerator) == False  # noqa: E712 - elementwise
            if denominator is not None:
                held &= denominator > 0
                numerator, denominator = np.where(held, numerator, np.nan), np.where(held, denominator, np.nan)
            phase = breaks.searchsorted(pd.DatetimeIndex(one.periods["period_start"]), side="right")
            chart = control_chart(chosen, numerator, denominator, phase=phase)
            known = one.filled(definition.denominator_records) if definition.denominator_records else None
            found.append(
                one.figures(
                    held,
                    numerator=numerator,
                    value=chart.centre * scale,
                    lower=chart.lower * scale,
                    upper=chart.upper * scale,
                    confidence=np.full(numerator.shape, CONFIDENCE),
                    method=np.full(numerator.shape, chosen, dtype=object),
                    signal=_said(chart.signals),
                    records=np.nan_to_num(records).astype(np.int64),
                    is_sampling=np.nan_to_num(one.filled("sampling_records")) > 0,
                    **({} if denominator is None else {"denominator": denominator}),
                    **({} if known is None else {"denominator_records": np.nan_to_num(known).astype(np.int64)}),
                )
            )
        return joined(found)

    return family


def _said(signals: dict[str, np.ndarray]) -> np.ndarray:
    """The rules that each point breaks, in words; None where it breaks none."""
    said = np.full(signals[RULES[0]].shape, "", dtype=object)
    for rule in RULES:
        said = np.where(signals[rule], said + np.where(said == "", "", "; ") + WORDS[rule], said)
    return np.where(said == "", None, said)
