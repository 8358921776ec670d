"""The intervals that NCHS publishes for death rates, as one named method.

Fewer than 100 deaths: gamma limits. 100 deaths or more: normal limits. For a crude or age-specific rate the gamma
limits are those of a Poisson count; for an age-adjusted rate they are those of the effective count
D_adj = (R'/S)², R' the rate and S its standard error (Anderson and Rosenberg, National Vital Statistics Reports
47(3), 1998). Read in Talih, Anderson and Parker, Population Health Metrics 2022; 20: 13 (the formula and its name
Anderson-Rosenberg) and confirmed against CDC WONDER's own limits in the tests.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from transforms.measures.methods.arrays import Limits, checked, normal_quantile
from transforms.measures.methods.poisson import exact_poisson

# From this many deaths on, NCHS prints normal limits.
NORMAL_FROM = 100


def nchs(events: ArrayLike, confidence: float) -> Limits:
    """Limits of a count of deaths, for a crude or age-specific rate: gamma below 100 deaths, x ± z sqrt(x) from 100.

    No deaths: 0 to the exact upper limit. A null count has null limits; a negative one is a ValueError.
    """
    return nchs_adjusted(events, events, confidence)


def nchs_adjusted(events: ArrayLike, effective: ArrayLike, confidence: float) -> Limits:
    """Limits of an age-adjusted rate, as limits of its effective count: multiply both by rate / effective.

    `events` (deaths) decides between gamma and normal; `effective` is D_adj = rate² / variance. With no deaths D_adj
    is not defined (0 / 0): pass 0, and the upper limit is that of a count of 0, to be scaled by the caller.
    """
    deaths, count = checked("events", events, null=True), checked("effective", effective, null=True)
    few_lower, few_upper = exact_poisson(count, confidence)
    half = normal_quantile(confidence) * np.sqrt(count)
    few = deaths < NORMAL_FROM
    return np.where(few, few_lower, np.maximum(count - half, 0.0)), np.where(few, few_upper, count + half)
