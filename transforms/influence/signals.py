"""What open flags could do to the signals of control charts: which could appear, and which could vanish.

Centre lines and limits are fitted and stay as coded, so that their figures stand still; the periods held against them
move within their bounds, each for itself (see methods.chart_signals).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from transforms.influence.methods.chart_signals import signals_between
from transforms.measures.definitions import DEFINITIONS
from transforms.measures.methods.arrays import Floats
from transforms.measures.methods.control_charts import RULES, SAME_SIDE, ControlChart, control_chart
from transforms.measures.specification import MONTHS, TableSpecification

# What could turn round, by the rule of the chart.
TURNED = {
    "beyond_limits": "whether the period is within the limits",
    "same_side": "whether it is in a run on one side of the centre line",
    "trend": "whether it is in a steady rise or fall",
    "two_of_three": "whether it is one of two of three far from the centre line",
}
# A bound this near to the value, as a share of it, is the value.
_ROUNDING = 1e-12

# Each period with its centre line, in the order of time. What is not known of its bounds may be anything.
_POINTS = """
select
    f.rowid as figure, f.table_id, f.measure, p.period_start, f.numerator, f.denominator, p.multiplier,
    dense_rank() over (
        order by f.table_id, f.measure, f.collection, f.facility_id, f.area, f.sex, f.cause, f.stratum_name, f.stratum
    ) - 1 as series,
    p."value", p.bound_low, p.bound_high, p.expected_low, p.expected_high, p.fewest_bound
from stats.figure as f
join stats.figure as p
    on p.table_id = f.table_id
    and p.measure || '_centre_line' = f.measure
    and p.collection = f.collection
    and p.period_start = f.period_start
    and p.facility_id is not distinct from f.facility_id
    and p.area is not distinct from f.area
    and p.sex is not distinct from f.sex
    and p.cause is not distinct from f.cause
    and p.stratum_name is not distinct from f.stratum_name
    and p.stratum is not distinct from f.stratum
where f.measure like '%\\_centre\\_line' escape '\\' and f."value" is not null and p."value" is not null
order by series, p.period_start
"""


def assess_signals(con: duckdb.DuckDBPyConnection, tables: Sequence[TableSpecification]) -> None:
    """Set what open flags could do to centre lines in stats.figure, whose periods have their bounds.

    Where a signal could appear or vanish the figure is sensitive, if none could within the expected limits of its
    periods, else not fit.
    """
    points = con.execute(_POINTS).df()
    by_table = {table.table_id: table for table in tables}
    found = [
        _assessed(rows, by_table[table_id])
        for (table_id, _), rows in points.groupby(["table_id", "measure"], sort=True)
    ]
    if not found:
        return
    con.register("chart_signals", pa.Table.from_pandas(pd.concat(found), preserve_index=False))
    con.execute(
        """
        update stats.figure
        set
            value_without_flagged = null, bound_low = "value", bound_high = "value", worst_low = "value",
            worst_high = "value", bound_kind = 'conditional', expected = "value", expected_low = "value",
            expected_high = "value", tolerance = 0, fewest_bound = s.fewest, fewest_worst = 0,
            flips = s.flips,
            verdict = case when s.flips is null then 'robust' when s.is_sure then 'sensitive' else 'not_fit' end
        from chart_signals as s
        where s.figure = stats.figure.rowid
        """
    )
    con.unregister("chart_signals")


def _assessed(points: pd.DataFrame, table: TableSpecification) -> pd.DataFrame:
    """What could turn round at each point of the charts of one measure: figure, flips, is_sure and fewest."""
    measure = str(points["measure"].iloc[0])
    starts = pd.DatetimeIndex(points["period_start"])
    month = (starts.year * 12 + starts.month).to_numpy()
    column = (month - month.min()) // MONTHS[table.period]
    row = np.unique(points["series"], return_inverse=True)[1]
    shape = (int(row.max()) + 1, int(column.max()) + 1)

    def filled(values: np.ndarray | pd.Series) -> Floats:
        series = np.full(shape, np.nan)
        series[row, column] = np.asarray(values, dtype=np.float64)
        return series

    phases = np.zeros(shape[1], dtype=np.int64)
    for first_day in sorted(table.breaks):
        after = starts >= pd.Timestamp(first_day)
        phases[column[after].min(initial=shape[1]) :] += 1
    has_denominator = points["denominator"].notna().any()
    chart = control_chart(
        table.interval.get(measure, DEFINITIONS[measure].intervals[0]),
        filled(points["numerator"]),
        filled(points["denominator"]) if has_denominator else None,
        phase=phases,
    )
    turned, expected = (_turned(chart, points, filled, phases, name) for name in ("bound", "expected"))
    words = np.full(len(points), "", dtype=object)
    for rule in RULES:
        marked = turned[rule][row, column]
        words = np.where(marked, words + np.where(words == "", "", "; ") + TURNED[rule], words)
    is_sure = ~np.any([expected[rule][row, column] for rule in RULES], axis=0)
    return pd.DataFrame(
        {
            "figure": points["figure"].to_numpy(),
            "flips": np.where(words == "", None, words),
            "is_sure": is_sure,
            "fewest": pd.array(_fewest(filled(points["fewest_bound"].fillna(-1)))[row, column], dtype="Int64"),
        }
    )[points["bound_low"].notna().to_numpy()]


def _turned(
    chart: ControlChart, points: pd.DataFrame, filled: Callable[..., Floats], phases: np.ndarray, name: str
) -> dict[str, np.ndarray]:
    """By rule the points whose signal may be another within the bounds, or the expected limits, of all points."""
    value = points["value"].to_numpy(np.float64)
    limits = []
    for end, unknown in (("low", -np.inf), ("high", np.inf)):
        given = points[f"{name}_{end}"].to_numpy(np.float64, na_value=np.nan)
        scaled = filled(np.where(np.isnan(given), unknown, given) / points["multiplier"].fillna(1.0))
        stays = filled(np.abs(given - value) <= _ROUNDING * np.abs(value)) == 1
        nearest = np.minimum if end == "low" else np.maximum
        limits.append(np.where(stays, chart.value, nearest(scaled, chart.value)))
    return signals_between(chart, *limits, phases).turned(chart.signals)


def _fewest(counts: Floats) -> Floats:
    """The fewest records, none apart, behind the bounds of the points that the rules look at; NaN: not known.

    Of a point -1 is not known; NaN is no point.
    """
    reach = SAME_SIDE - 1
    some = np.where(np.isnan(counts) | (counts == 0), np.inf, counts)
    padded = np.pad(some, ((0, 0), (reach, reach)), constant_values=np.inf)
    least = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=1).min(axis=2)
    return np.where(np.isinf(least), 0, np.where(least < 0, np.nan, least))
