"""Trends by month, facilities side by side, and who the patients and the dead were."""

from __future__ import annotations

import pandas as pd

from reports import numbers, periods
from reports.blocks import Block, Chart, Column, Table, Text
from reports.cells import figure_cell, figure_table
from reports.charts import age_sex_pyramid, interval_dots, trend
from reports.estimate import Estimate
from reports.margins import by_age, margin
from reports.numbers import ABSENT
from reports.periods import Focus, Period
from reports.sections import signals
from reports.sections.hospital import facility
from reports.wording import measure, word

TRENDS = (
    ("activity_monthly", "activity", "discharges", "How many inpatients left each month?"),
    ("activity_monthly", "activity", "in_hospital_mortality", "What share of discharges ended in death each month?"),
    ("activity_monthly", "activity", "mean_length_of_stay", "How long did those who left each month stay?"),
    ("deaths_monthly", "deaths", "deaths", "How many deaths were there each month?"),
)
PYRAMIDS = (
    ("activity", "discharges", "Who was discharged?"),
    ("deaths", "deaths", "Who died?"),
)
FACILITY_DOTS = (
    ("in_hospital_mortality", "Which facilities differ from the whole in mortality in hospital?"),
    ("mean_length_of_stay", "Where do patients stay longer?"),
)
# More facilities than this make a chart nobody reads; the workbook holds them all.
MOST_FACILITIES = 25
FEWEST_POINTS = 3
# A line of months most of which are hidden says less than one of years.
FEWEST_SHOWN = 0.6


def trends(figures: pd.DataFrame, source: dict[str, str]) -> list[Block]:
    """A chart a measure: a control chart of months, else a line of months, else one of periods."""
    charts: list[Block] = []
    for monthly, fallback, name, question in TRENDS:
        chart = signals.control(figures, name, source["discharges"])
        if chart:
            charts.append(chart)
            continue
        rows = margin(figures, monthly, name)
        if rows["value"].notna().sum() < max(FEWEST_POINTS, FEWEST_SHOWN * len(rows)):
            rows = margin(figures, fallback, name)
            question = question.replace("each month", "in each period")
        rows = rows[rows["period_start"].notna()].sort_values("period_start")
        if rows["value"].notna().sum() < FEWEST_POINTS:
            continue
        words = measure(name)
        tidy = rows.assign(label=periods.labels(rows))
        shown = tidy[tidy["value"].notna()]
        first, last = (Estimate.from_row(shown.iloc[index].to_dict()) for index in (0, -1))
        charts.append(
            Chart(
                title=question,
                figure=trend(tidy, kind=words.kind, axis=words.axis),
                summary=f"Line of {words.title.lower()} over {len(tidy)} periods, from {first.spoken()} in"
                f" {first.period.name} to {last.spoken()} in {last.period.name}.",
                source=source["deaths" if name == "deaths" else "discharges"],
                table=figure_table(tidy, words.title, "Period"),
                is_half=True,
            )
        )
    if not charts:
        return [Text("There are too few periods with shown figures to draw a trend.")]
    return [*charts, *signals.signals_of_places(figures, tuple(name for *_, name, _ in TRENDS))]


def facilities(figures: pd.DataFrame, source: str, period: Period, *, without: tuple[str, ...] = ()) -> list[Block]:
    """Facilities against the whole in a period, most discharges first; `without` are measures shown elsewhere."""
    current = period.of(figures)
    sizes = margin(current, "activity", "discharges", "facility_id")
    sizes = sizes.sort_values(["value", "facility_id"], ascending=[False, True], na_position="last")
    if len(sizes) < 2:
        return []
    order = list(sizes["facility_id"])[:MOST_FACILITIES]
    blocks: list[Block] = []
    for name, question in [pair for pair in FACILITY_DOTS if pair[0] not in without]:
        rows = margin(current, "activity", name, "facility_id")
        rows = rows[rows["facility_id"].isin(order)].set_index("facility_id").reindex(order).reset_index()
        rows = rows[rows["status"].notna()]
        shown = rows[rows["value"].notna()].assign(label=lambda table: table["facility_id"].map(facility))
        words = measure(name)
        # Where most are hidden, the few that are shown are the odd ones, e.g. those without a single death.
        if len(shown) < max(2, FEWEST_SHOWN * len(rows)):
            few = f"{words.title} by facility is not drawn: it is hidden for {len(rows) - len(shown)} of {len(rows)}."
            blocks.append(Text(few))
            continue
        whole = margin(current, "activity", name)["value"]
        reference = whole.iloc[0] if len(whole) and not numbers.is_missing(whole.iloc[0]) else None
        blocks.append(
            Chart(
                title=f"{question.removesuffix('?')}, {period.name}?",
                figure=interval_dots(
                    shown, kind=words.kind, axis=words.axis, reference=reference, reference_label="All facilities"
                ),
                summary=f"{words.title} of {len(shown)} facilities with intervals, against the figure for all.",
                source=source,
                table=figure_table(shown, words.title, "Facility"),
                note="A facility in colour differs from the whole by more than chance alone would explain. Nothing is"
                " adjusted for age or illness, so this is no ranking of care."
                + _left_out_facilities(len(sizes), len(rows), len(shown)),
            )
        )
    return blocks


def _left_out_facilities(all_of_them: int, largest: int, shown: int) -> str:
    parts = [f" The {largest} largest of {all_of_them} facilities are looked at."] if largest < all_of_them else []
    parts += [f" {largest - shown} are hidden or have no such figure."] if shown < largest else []
    return "".join(parts)


def pyramids(figures: pd.DataFrame, source: dict[str, str], focus: dict[str, Focus | None]) -> list[Block]:
    """Age-sex pyramids of the period in focus."""
    blocks: list[Block] = []
    for table_id, name, question in PYRAMIDS:
        if focus[name] is None:
            continue
        period = focus[name].period
        rows = by_age(period.of(margin(figures, table_id, name, "sex", "age_band")))
        placed = rows[rows["sex"].isin(["F", "M"]) & (rows["age_band"] != "unknown")]
        words = measure(name)
        if (placed["value"] > 0).sum() < FEWEST_POINTS:
            if len(placed):
                blocks.append(Text(f"{words.title} by age and sex are too few to be shown in {period.name}."))
            continue
        blocks.append(
            Chart(
                title=f"{question.removesuffix('?')}, {period.name}?",
                figure=age_sex_pyramid(placed, axis=f"{words.title} in the period"),
                summary=f"Pyramid of {words.title.lower()} by sex and {placed['age_band'].nunique()} age bands.",
                source=source[name],
                table=_sex_age_table(rows, words.title),
                note=_left_out(rows),
                is_half=True,
            )
        )
    return blocks


def _sex_age_table(rows: pd.DataFrame, title: str) -> Table:
    sexes = [sex for sex in ("F", "M", "U") if (rows["sex"] == sex).any()]
    cells = {(row["age_band"], row["sex"]): figure_cell(row) for row in rows.to_dict("records")}
    bands = list(dict.fromkeys(rows["age_band"]))
    body = [[_age(band), *[cells.get((band, sex), ABSENT) for sex in sexes]] for band in bands]
    columns = [Column("Age"), *[Column(word("sexes", sex), is_number=True) for sex in sexes]]
    return Table(title=title, columns=columns, rows=body)


def _age(band: str) -> str:
    return "Age not known" if band == "unknown" else band


def _left_out(rows: pd.DataFrame) -> str:
    """Who is not in the pyramid, since their sex or age is not known."""
    out = rows[(rows["sex"] == "U") | (rows["age_band"] == "unknown")]
    shown = out["value"].fillna(0).sum()
    if out.empty or (shown == 0 and out["value"].notna().all()):
        return ""
    parts = [numbers.number(shown)] if shown else []
    parts += ["some that are hidden"] if out["value"].isna().any() else []
    return f"Not drawn, since sex or age is not known: {' and '.join(parts)}. They are in the table."
