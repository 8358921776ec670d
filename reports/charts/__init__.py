"""Charts: each a pure function of a tidy table that returns a plotly Figure. One file a family."""

from reports.charts.bars import ranked_bars
from reports.charts.dots import interval_dots
from reports.charts.heatmap import heat_map
from reports.charts.pyramid import age_sex_pyramid
from reports.charts.trends import trend

__all__ = ["age_sex_pyramid", "heat_map", "interval_dots", "ranked_bars", "trend"]
