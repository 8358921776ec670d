"""Charts: each a pure function of a tidy table that returns a plotly Figure. One file a family."""

from reports.charts.bars import ranked_bars
from reports.charts.control import control_chart
from reports.charts.dots import interval_dots
from reports.charts.forest import forest
from reports.charts.funnel import funnel
from reports.charts.heatmap import heat_map
from reports.charts.pyramid import age_sex_pyramid
from reports.charts.slopes import rank_slopes
from reports.charts.survival import survival_curves
from reports.charts.trends import trend

__all__ = [
    "age_sex_pyramid",
    "control_chart",
    "forest",
    "funnel",
    "heat_map",
    "interval_dots",
    "rank_slopes",
    "ranked_bars",
    "survival_curves",
    "trend",
]
