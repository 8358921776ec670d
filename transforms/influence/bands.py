"""Which places open flags could put into another band of their funnel: ratios of deaths in hospital to those expected.

The limits are those as coded: of the expected deaths, the overdispersion and the centre that all places have then. A
ratio that moves over one of them is in another band; since bands follow each other, that is asked of its bounds.
"""

from __future__ import annotations

import duckdb
import numpy as np
from numpy.typing import NDArray

from transforms.influence.methods.bounds import Bounds
from transforms.measures.families.expected_deaths import funnel_of_places
from transforms.measures.methods.funnel import bands

BAND = "its band in the funnel"

# The places of one funnel stand in one table and period, and are of the same cause, area and sex.
_PLACES = """
select
    rowid as figure, numerator, denominator, multiplier,
    dense_rank() over (
        order by table_id, measure, collection, scheme_version, cause, period_start, area, sex, stratum_name, stratum
    ) as funnel
from stats.figure
where measure = 'hospital_standardised_mortality_ratio' and "value" is not null
    and facility_id is not null and facility_id <> 'unknown' and denominator > 0
order by funnel, facility_id
"""


def other_bands(con: duckdb.DuckDBPyConnection, limits: Bounds) -> NDArray[np.int64]:
    """The figures, by their rows in stats.figure, that are in another band at one of their bounds (named targets)."""
    found = {name: np.ma.getdata(values) for name, values in con.execute(_PLACES).fetchnumpy().items()}
    figures, turned = found["figure"].astype(np.int64), [np.zeros(0, dtype=np.int64)]
    for places in np.split(np.arange(len(figures)), np.flatnonzero(np.diff(found["funnel"])) + 1):
        if not len(places):
            continue
        observed, expected = found["numerator"][places], found["denominator"][places]
        funnel = funnel_of_places(observed, expected, float(found["multiplier"][places[0]]))
        of = figures[places]
        ends = [bands(values[of], funnel.limits) for values in (limits.bound_low, limits.bound_high)]
        known = ~np.isnan(limits.bound_low[of] + limits.bound_high[of])
        turned.append(of[known & ((ends[0] != funnel.band) | (ends[1] != funnel.band))])
    return np.sort(np.concatenate(turned))
