"""The headline figures of a collection: the latest whole period against the one before."""

from __future__ import annotations

import pandas as pd

from reports import numbers, periods
from reports.blocks import Headline, Mark
from reports.estimate import Estimate, sentence
from reports.margins import in_period, margin

# Table and measure of each headline, in the order of the page.
HEADLINES = (
    ("activity", "discharges"),
    ("activity", "mean_length_of_stay"),
    ("activity", "in_hospital_mortality"),
    ("deaths", "deaths"),
    ("death_rates", "crude_rate"),
    ("discharge_rates", "discharge_rate"),
)
# What each table's rate is a rate of, since the measure's name does not say.
TITLES = {("death_rates", "crude_rate"): "Crude death rate"}


def headline_pair(figures: pd.DataFrame, table_id: str, measure: str) -> tuple[Estimate, Estimate | None] | None:
    """The figure of the latest whole period and of the period before; None where the table has none."""
    rows = margin(figures, table_id, measure)
    rows = rows[rows["cause"].isna() | (rows["cause"] == "all")]
    if rows.empty:
        return None
    chosen = periods.latest_complete(rows)
    dated = rows[rows["period_start"].notna()]
    row = in_period(rows, chosen[0]).iloc[0] if chosen else rows.sort_values("period_start").iloc[-1]
    earlier = periods.previous(dated, row["period_start"]) if chosen else None
    then = in_period(rows, earlier[0]).iloc[0] if earlier else None
    return Estimate.from_row(row), None if then is None else Estimate.from_row(then)


def headlines(figures: pd.DataFrame) -> list[Headline]:
    """Headline figures of a collection, those that its tables hold."""
    found = []
    for table_id, measure in HEADLINES:
        pair = headline_pair(figures, table_id, measure)
        if pair is None:
            continue
        now, then = pair
        title = TITLES.get((table_id, measure), now.measure.title)
        mark = numbers.mark_instead(now.status, now.value) or numbers.mark_beside(now.status)
        found.append(
            Headline(
                title=f"{title}, {now.period}",
                value="" if not now.is_shown else now.written(),
                unit=now.measure.unit.removeprefix("% "),
                interval=f"{now.interval_name()} {now.written_interval()}" if now.has_interval else "",
                sentence=sentence(now, then, title),
                mark=Mark(mark.symbol, mark.name) if mark else None,
            )
        )
    return found
