"""The headline figures of a collection: the period in focus against the one before."""

from __future__ import annotations

import pandas as pd

from reports import numbers
from reports.blocks import Headline, Mark
from reports.estimate import Estimate, sentence
from reports.margins import margin
from reports.periods import Focus, Period
from reports.risk import Risk

# Table and measure of each headline, in the order of the page, and the records that it is about.
HEADLINES = (
    ("activity", "discharges", "discharges"),
    ("activity", "mean_length_of_stay", "discharges"),
    ("activity", "in_hospital_mortality", "discharges"),
    ("deaths", "deaths", "deaths"),
    ("death_rates", "crude_rate", "deaths"),
    ("discharge_rates", "discharge_rate", "discharges"),
)
# What each table's rate is a rate of, since the measure's name does not say.
TITLES = {("death_rates", "crude_rate"): "Crude death rate"}


def headline_row(figures: pd.DataFrame, table_id: str, measure: str, period: Period) -> dict | None:
    """The figure of a period, as a row of the released figures; None where the table has none for the period."""
    rows = margin(figures, table_id, measure)
    now = period.of(rows[rows["cause"].isna() | (rows["cause"] == "all")])
    return None if now.empty else now.iloc[0].to_dict()


def headline_pair(
    figures: pd.DataFrame, table_id: str, measure: str, period: Period
) -> tuple[Estimate, Estimate | None] | None:
    """The figure of a period and of the period before it; None where the table has none for the period."""
    rows = margin(figures, table_id, measure)
    rows = rows[rows["cause"].isna() | (rows["cause"] == "all")]
    now = period.of(rows)
    if now.empty:
        return None
    before = period.before(rows)
    then = None if before is None else Estimate.from_row(before.of(rows).iloc[0])
    return Estimate.from_row(now.iloc[0]), then


def headlines(figures: pd.DataFrame, focus: dict[str, Focus | None]) -> list[Headline]:
    """Headline figures of a collection, those that its tables hold and that apply to it."""
    found = []
    for table_id, measure, domain in HEADLINES:
        pair = headline_pair(figures, table_id, measure, focus[domain].period) if focus[domain] else None
        if pair is None or (pair[0].status == "not_applicable" and table_id.endswith("_rates")):
            continue
        now, then = pair
        title = TITLES.get((table_id, measure), now.measure.title)
        risk = Risk.from_row(headline_row(figures, table_id, measure, focus[domain].period))
        mark = numbers.mark_instead(now.status, now.value) or numbers.mark_beside(now.status)
        found.append(
            Headline(
                title=f"{title}, {now.period.name}",
                value="" if not now.is_shown else now.written(),
                unit=now.measure.unit.removeprefix("% "),
                interval=f"{now.interval_name()} {now.written_interval()}" if now.has_interval else "",
                sentence=sentence(now, then, title),
                mark=Mark(mark.symbol, mark.name) if mark else None,
                strip=risk.strip(),
                risk=risk.sentence() if now.is_shown else "",
            )
        )
    return found


def remarks(figures: pd.DataFrame, focus: dict[str, Focus | None]) -> list[str]:
    """What a reader of the headlines must know: periods passed over, and rates that cannot be given."""
    found = []
    for domain, chosen in focus.items():
        if chosen and chosen.passed_over:
            names = ", ".join(period.name for period in chosen.passed_over)
            found.append(
                f"{names} holds few {domain} beside {chosen.period.name}, as the edge of an extract does; the figures"
                f" below speak of {chosen.period.name}."
            )
    rates = figures[figures["table_id"].isin(["death_rates", "discharge_rates"])]
    if len(rates) and (rates["status"] == "not_applicable").all():
        found.append("Rates are not given, since there is no population for this collection.")
    return found
