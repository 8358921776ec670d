"""Mortality of populations: leading causes, years lost, standardised rates over time, areas, excess deaths."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pandas as pd

from reports import numbers, periods
from reports.blocks import Block, Chart, Column, Table
from reports.cells import figure_cell, figure_table, interval_cell
from reports.charts import forest, interval_dots, ranked_bars, trend
from reports.estimate import Estimate
from reports.margins import margin
from reports.periods import Period
from reports.risk import could_change_places
from reports.sections.ranks import LEADING, slopes, titles
from reports.wording import measure

FEWEST_POINTS = 3
# Causes whose rates over time stand beside that of all causes.
CAUSES_OVER_TIME = 3
# More areas than this make a chart nobody reads; the workbook holds them all.
MOST_AREAS = 30

Breaks = Callable[[str, dt.date, dt.date], Sequence[tuple[dt.date, str, str | None]]]


def leading_causes(figures: pd.DataFrame, source: str, period: Period) -> list[Block]:
    """The causes of death that NCHS's procedure ranks: their deaths in a period, and their ranks over the periods.

    Empty where no rank is shown in the period.
    """
    ranks = margin(figures, "leading_causes_of_death", "leading_cause_rank")
    deaths = margin(figures, "leading_causes_of_death", "deaths")
    now = period.of(ranks)
    shown = now[now["value"].notna()].sort_values(["value", "cause"])
    shown = shown[shown["value"] <= LEADING]
    if shown.empty:
        return []
    counts = period.of(deaths).set_index("cause")
    tidy = counts.loc[shown["cause"]].reset_index()
    tidy = tidy.assign(label=titles(tidy), code=tidy["cause"], rank=[int(rank) for rank in shown["value"]])
    top = list(tidy[tidy["rank"] == tidy["rank"].min()]["label"])
    words = measure("deaths")
    chart = Chart(
        title=f"{' and '.join(top)}: the leading cause{'s' if len(top) > 1 else ''} of death of {period.name}"
        f"{_share(counts, tidy['value'].iloc[0], each=len(top) > 1)}",
        figure=ranked_bars(
            tidy.assign(label=[f"{rank}. {label}" for rank, label in zip(tidy["rank"], tidy["label"], strict=True)]),
            kind=words.kind,
            axis=f"{words.title} in {period.name}",
            highlight=len(top),
        ),
        summary=f"Ranked bars of the {len(tidy)} leading causes of death, {period.name}, from"
        f" {tidy['label'].iloc[0]} to {tidy['label'].iloc[-1]}.",
        source=f"{source} Grouping: list of 113 selected causes of NCHS, its rankable causes.",
        table=_rank_table(tidy),
        note="Equal counts share a rank, and the next is skipped. Causes that the list calls other or ill-defined are"
        f" not ranked.{could_change_places(tidy)}",
    )
    return [chart, *slopes(ranks, source, period, "cause of death", "causes of death")]


def years_lost(figures: pd.DataFrame, source: str, period: Period) -> list[Block]:
    """The causes that take most years of life before the age limit."""
    rows = period.of(margin(figures, "years_of_life_lost", "years_of_potential_life_lost"))
    ranked = set(margin(figures, "leading_causes_of_death", "leading_cause_rank")["cause"])
    rows = rows[rows["cause"].isin(ranked) & (rows["value"] > 0)].sort_values(
        ["value", "cause"], ascending=[False, True]
    )
    shown = rows.head(LEADING)
    if len(shown) < FEWEST_POINTS:
        return []
    tidy = shown.assign(label=titles(shown), code=shown["cause"])
    words = measure("years_of_potential_life_lost")
    return [
        Chart(
            title=f"Which causes took most years of life from people who died before 75, {period.name}?",
            figure=ranked_bars(tidy, kind=words.kind, axis=f"{words.title} in {period.name}"),
            summary=f"Ranked bars of the {len(tidy)} ranked causes with most years of potential life lost, from"
            f" {tidy['label'].iloc[0]} to {tidy['label'].iloc[-1]}.",
            source=f"{source} Grouping: list of 113 selected causes of NCHS, its rankable causes.",
            table=figure_table(tidy, words.title, "Cause of death"),
            note="A young death counts more than an old one: each counts its years to 75.",
        )
    ]


def rates(figures: pd.DataFrame, source: str, period: Period, breaks: Breaks, standards: dict[str, str]) -> list[Block]:
    """Standardised death rates over time, of all causes and of the leading ones, and who rises and falls."""
    found = _rate_lines(figures, source, period, breaks, standards)
    return [*found, *_percent_changes(figures, source, period), *_areas(figures, source, period)]


def excess(figures: pd.DataFrame, source: str) -> list[Block]:
    """Excess deaths by month over the average of earlier years, with the interval of a prediction."""
    rows = figures[
        (figures["table_id"] == "excess_deaths") & (figures["measure"] == "excess_deaths")
        & figures[["sex", "age_band", "area", "facility_id"]].isna().all(axis=1)
    ].sort_values("period_start")  # fmt: skip
    if rows["value"].notna().sum() < FEWEST_POINTS:
        return []
    words = measure("excess_deaths")
    tidy = rows.assign(label=periods.labels(rows))
    beyond = int((tidy["lower"] > 0).sum())
    return [
        Chart(
            title="Did more people die than in the same months of earlier years?",
            figure=trend(tidy, kind=words.kind, axis="Deaths above or below the average"),
            summary=f"Line of excess deaths over {len(tidy)} months with the interval of a prediction; above what"
            f" chance alone would explain: {beyond}.",
            source=source,
            table=figure_table(tidy, words.title, "Month"),
            note="Against the mean of the same month of the years before; a population that grows or ages has more"
            " deaths each year without any excess.",
        )
    ]


def _rate_lines(figures, source, period, breaks, standards) -> list[Block]:
    name = "directly_standardised_rate"
    words = measure(name)
    every = margin(figures, "death_rates_standardised", name).assign(cause="all", cause_title="All causes")
    by_cause = margin(figures, "death_rates_standardised_by_113_causes", name)
    leading = period.of(margin(figures, "leading_causes_of_death", "leading_cause_rank")).sort_values("value")
    wanted = list(leading[leading["value"].notna()]["cause"])[:CAUSES_OVER_TIME]
    charts: list[Block] = []
    for cause, rows in [("all", every), *((cause, by_cause[by_cause["cause"] == cause]) for cause in wanted)]:
        rows = rows[rows["period_start"].notna()].sort_values("period_start")
        rows = rows[rows["standard"] == rows["standard"].iloc[0]] if len(rows) else rows
        if rows["value"].notna().sum() < FEWEST_POINTS:
            continue
        tidy = rows.assign(label=periods.labels(rows))
        shown = tidy[tidy["value"].notna()].to_dict("records")
        first, last = Estimate.from_row(shown[0]), Estimate.from_row(shown[-1])
        title = str(tidy["cause_title"].iloc[0])
        charts.append(
            Chart(
                title=f"{title}: how did the death rate change, apart from the ageing of the population?",
                figure=trend(
                    tidy, kind=words.kind, axis=words.unit.capitalize(), breaks=_breaks_of(breaks, cause, tidy)
                ),
                summary=f"{title}: line of the standardised death rate over {len(tidy)} periods, from"
                f" {first.spoken()} in {first.period.name} to {last.spoken()} in {last.period.name}.",
                source=f"{source} Standard population:"
                f" {standards.get(tidy['standard'].iloc[0], tidy['standard'].iloc[0])}.",
                table=figure_table(tidy, words.title, "Period"),
                is_half=True,
            )
        )
    return charts


def _breaks_of(breaks: Breaks, cause: str, tidy: pd.DataFrame) -> list[tuple[dt.date, str]]:
    """The days on which what a cause means changed; the total of all causes knows no such day."""
    if cause == "all":
        return []
    first, last = (periods.as_date(tidy["period_start"].iloc[place]) for place in (0, -1))
    found = breaks(str(tidy["scheme"].iloc[0]), first, last)
    return [(day, reason) for day, reason, group in found if group in (None, cause)]


def _percent_changes(figures, source, period) -> list[Block]:
    name = "average_annual_percent_change"
    rows = margin(figures, "death_rate_trends", name)
    rows = rows[rows["value"].notna() & rows["cause"].isin([*ranked_causes(figures, period), "all"])]
    if len(rows) < FEWEST_POINTS:
        return []
    rows = rows.sort_values(["value", "cause"], ascending=[False, True]).head(LEADING + 1)
    tidy = rows.assign(label=titles(rows))
    words = measure(name)
    return [
        Chart(
            title="Which leading causes of death rise, and which fall?",
            figure=interval_dots(tidy, kind=words.kind, axis=words.axis, reference=0.0, reference_label="No change"),
            summary=f"Average yearly change of the standardised death rates of {len(tidy)} causes, from"
            f" {tidy['label'].iloc[0]} to {tidy['label'].iloc[-1]}.",
            source=source,
            table=figure_table(tidy, words.title, "Cause of death"),
            note="A cause in colour changes by more than chance alone would explain.",
        )
    ]


def _areas(figures, source, period) -> list[Block]:
    name = "standardised_mortality_ratio"
    rows = period.of(margin(figures, "mortality_ratios_by_area", name, "area"))
    judged = rows[rows["value"].notna()].sort_values(["value", "area"], ascending=[False, True])
    if len(judged) < 2:
        return []
    words = measure(name)
    largest = judged.nlargest(MOST_AREAS, "denominator").index
    tidy = judged[judged.index.isin(largest)].assign(label=lambda t: t["area"], weight=lambda t: t["denominator"])
    left = len(rows) - len(tidy)
    return [
        Chart(
            title=f"Where did more people die than their ages and sexes lead one to expect, {period.name}?",
            figure=forest(tidy, axis=words.axis),
            summary=f"Forest plot of the standardised mortality ratios of {len(tidy)} areas, from"
            f" {tidy['label'].iloc[0]} to {tidy['label'].iloc[-1]}; the reference is all areas together, 100.",
            source=source,
            table=figure_table(tidy, words.title, "Area of residence"),
            note="An area in colour differs from all areas together by more than chance alone would explain. Squares"
            " grow with the deaths expected."
            + (f" Not drawn, since hidden, without a ratio or smaller: {left}." if left else ""),
        )
    ]


def ranked_causes(figures: pd.DataFrame, period: Period) -> set[str]:
    """The causes that have a rank in a period."""
    rows = period.of(margin(figures, "leading_causes_of_death", "leading_cause_rank"))
    return set(rows[rows["value"].notna()]["cause"])


def _share(counts: pd.DataFrame, deaths: float, *, each: bool) -> str:
    """What share of all deaths a number of deaths is, as the end of a title; empty where either is hidden."""
    total = counts["value"].get("all")
    if numbers.is_missing(total) or numbers.is_missing(deaths) or total <= 0:
        return ""
    return f", {numbers.number(deaths / total * 100, 1)}% of all deaths{' each' if each else ''}"


def _rank_table(tidy: pd.DataFrame) -> Table:
    body = [
        [str(row["rank"]), str(row["cause"]), row["label"], figure_cell(row), interval_cell(row)]
        for row in tidy.to_dict("records")
    ]
    columns = [
        Column("Rank", is_number=True), Column("Code", is_code=True), Column("Cause of death"),
        Column("Deaths", is_number=True), Column("Interval", is_number=True),
    ]  # fmt: skip
    return Table(title="Leading causes of death", columns=columns, rows=body)
