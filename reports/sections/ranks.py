"""Ranks over time: which of the leading causes and diagnoses rose and which fell."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from reports import periods
from reports.blocks import Block, Chart, Column, Table
from reports.charts import rank_slopes
from reports.numbers import ABSENT
from reports.periods import Period

LEADING = 10
# More periods than this make a chart of ranks that nobody reads; the latest are drawn.
MOST_PERIODS = 6


def titles(rows: pd.DataFrame) -> pd.Series:
    """The title of each group, or its code where it has none; the total is all causes."""
    return rows["cause_title"].fillna(rows["cause"]).mask(rows["cause"] == "all", "All causes")


def slopes(ranks: pd.DataFrame, source: str, period: Period, noun: str, nouns: str) -> list[Block]:
    """How the order of groups changed up to a period, over whole periods; empty where there is but one.

    `ranks` are the figures of ranks of one list; `noun` and `nouns` say what is ranked.
    """
    shown = ranks[ranks["value"].notna() & (ranks["status"] != "provisional") & ranks["period_start"].notna()]
    shown = shown[shown["period_start"] <= pd.Timestamp(period.start or dt.date.min)].sort_values("period_start")
    shown = shown.assign(period=periods.labels(shown))
    names = list(dict.fromkeys(shown["period"]))[-MOST_PERIODS:]
    shown = shown[shown["period"].isin(names)]
    ever = shown[shown["value"] <= LEADING]["cause"].unique()
    shown = shown[shown["cause"].isin(ever)]
    if len(names) < 2 or len(ever) < 2:
        return []
    tidy = shown.assign(label=titles(shown), code=shown["cause"], rank=shown["value"])
    latest = tidy[tidy["period"] == names[-1]].sort_values(["rank", "cause"])
    order = [*latest["cause"], *sorted(set(ever) - set(latest["cause"]))]
    cells = {(row.cause, row.period): f"{row.rank:g}" for row in tidy.itertuples()}
    named = dict(zip(tidy["cause"], tidy["label"], strict=True))
    return [
        Chart(
            title=f"Which {nouns} rose or fell in rank, {names[0]} to {names[-1]}?",
            figure=rank_slopes(tidy[["label", "code", "period", "rank"]], names, most=LEADING),
            summary=f"Slope chart of the ranks of {len(ever)} {nouns} in {len(names)} periods.",
            source=source,
            table=Table(
                title="Rank by period",
                columns=[Column("Code", is_code=True), Column(noun.capitalize())]
                + [Column(name, is_number=True) for name in names],
                rows=[[c, named[c], *[cells.get((c, name), ABSENT) for name in names]] for c in order],
            ),
            note=f"A line missing in a period: the {noun} is not among those shown there ({ABSENT} in the table).",
        )
    ]
