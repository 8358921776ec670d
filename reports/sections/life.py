"""Life and its first year: life expectancy, survival, what changed it, and deaths of infants and mothers."""

from __future__ import annotations

import pandas as pd

from reports import numbers, periods
from reports.blocks import Block, Chart, Column, Table, Text
from reports.cells import figure_cell, figure_table
from reports.charts import interval_dots, ranked_bars, survival_curves, trend
from reports.estimate import Estimate, sentence
from reports.margins import NOT_CAUSES, margin
from reports.periods import Period
from reports.wording import measure, word

FEWEST_POINTS = 3
# Ages of a survival curve that are shown for it to say anything.
FEWEST_AGES = 6
CAUSES = 12
INFANT = (
    "infant_mortality_rate", "neonatal_mortality_rate", "early_neonatal_mortality_rate",
    "post_neonatal_mortality_rate",
)  # fmt: skip
PERINATAL = ("perinatal_mortality_rate", "fetal_mortality_rate", "late_fetal_mortality_rate")
MATERNAL = ("maternal_mortality_ratio", "maternal_mortality_rate")


def expectancy(figures: pd.DataFrame, source: str, period: Period) -> list[Block]:
    """Life expectancy at birth in words, survival by sex, and the causes that changed it or take most of it."""
    said = [Text(line) for line in _sentences(figures, period)]
    changed = _change(figures, source, period)
    return [*said, *_survival(figures, source, period), *(changed or _without_causes(figures, source, period))]


def infants_and_mothers(figures: pd.DataFrame, source: str, period: Period) -> list[Block]:
    """Deaths of infants by when they died, over time, around birth, and of mothers."""
    return [
        *_infants(figures, source, period),
        *_infants_over_time(figures, source),
        *_around_birth(figures, source, period),
        *_mothers(figures, period),
    ]


def _sentences(figures: pd.DataFrame, period: Period) -> list[str]:
    every = figures[(figures["table_id"] == "life_expectancy") & (figures["stratum"] == "0") & figures["area"].isna()]
    found = []
    for sex, whose in ((None, "Life expectancy at birth"), ("F", "That of women"), ("M", "That of men")):
        rows = every[every["sex"].isna() if sex is None else every["sex"] == sex]
        now = period.of(rows)
        if now.empty or numbers.is_missing(now["value"].iloc[0]):
            continue
        before = period.before(rows)
        then = Estimate.from_row(before.of(rows).iloc[0]) if before else None
        found.append(sentence(Estimate.from_row(now.iloc[0]), then, whose))
    return found


def _survival(figures: pd.DataFrame, source: str, period: Period) -> list[Block]:
    name = "life_table_survivors"
    every, by_sex = (margin(figures, "life_table", name, *split, "stratum") for split in ((), ("sex",)))
    rows = period.of(pd.concat([every, by_sex]))
    rows = rows.assign(
        age=pd.to_numeric(rows["stratum"]),
        group=["All" if numbers.is_missing(sex) else word("sexes", sex) for sex in rows["sex"]],
    )
    rows = rows[rows["status"] != "not_applicable"]
    if not (rows["sex"] == "F").any() or not (rows["sex"] == "M").any():
        drawn = rows[rows["sex"].isna()]
    else:
        drawn = rows[rows["sex"].isin(["F", "M"])]
    if drawn.empty:
        return []
    if drawn.groupby("group")["value"].count().min() < FEWEST_AGES:
        return [Text(f"Survival by age is not drawn for {period.name}: too few die at some ages for it to be shown.")]
    tidy = drawn.sort_values(["group", "age"]).assign(survivors=lambda table: table["value"])
    groups = list(dict.fromkeys(tidy["group"]))
    halves = [f"{_lived_by_half(tidy[tidy['group'] == group])} of {group.lower()}" for group in groups]
    return [
        Chart(
            title=f"How many of a hundred born would live to each age at the death rates of {period.name}?",
            figure=survival_curves(tidy[["group", "age", "survivors"]]),
            summary=f"Falling lines of survivors by age. Half live to {' and '.join(halves)}.",
            source=source,
            table=_survival_table(tidy, groups),
            is_half=True,
        )
    ]


def _lived_by_half(tidy: pd.DataFrame) -> str:
    """The last age of the table that half of those born reach."""
    reached = tidy[tidy["survivors"] >= 50_000]
    return "an age before the first" if reached.empty else f"at least {reached['age'].iloc[-1]:g}"


def _survival_table(tidy: pd.DataFrame, groups: list[str]) -> Table:
    cells = {(row["age"], row["group"]): figure_cell(row) for row in tidy.to_dict("records")}
    ages = sorted(set(tidy["age"]))
    return Table(
        title="Survivors of 100,000 born",
        columns=[Column("Age"), *[Column(group, is_number=True) for group in groups]],
        rows=[[f"{age:g}", *[cells.get((age, group), numbers.ABSENT) for group in groups]] for age in ages],
    )


def _change(figures: pd.DataFrame, source: str, period: Period) -> list[Block]:
    name = "life_expectancy_change"
    rows = period.of(margin(figures, "life_expectancy_change", name))
    whole = rows[rows["cause"] == "all"]
    rows = rows[~rows["cause"].isin(NOT_CAUSES) & rows["value"].notna() & (rows["value"] != 0)]
    if len(rows) < FEWEST_POINTS or whole.empty or numbers.is_missing(whole["value"].iloc[0]):
        return []
    largest = rows.assign(size=rows["value"].abs()).nlargest(CAUSES, "size").index
    tidy = rows[rows.index.isin(largest)].sort_values(["value", "cause"], ascending=[False, True])
    tidy = tidy.assign(label=tidy["cause_title"].fillna(tidy["cause"]), code=tidy["cause"])
    total, since = float(whole["value"].iloc[0]), str(whole["standard"].iloc[0]).removeprefix("since_")
    words = measure(name)
    size = f"{numbers.number(abs(total), 1)} years {'more' if total > 0 else 'less'} than in {since}"
    return [
        Chart(
            title=f"Life expectancy at birth in {period.name}: {size}. Which causes made the difference?",
            figure=ranked_bars(tidy, kind=words.kind, axis=f"Years gained or lost since {since}"),
            summary=f"Bars of the years of life expectancy that {len(tidy)} causes gave or took, from"
            f" {tidy['label'].iloc[0]} to {tidy['label'].iloc[-1]}.",
            source=source,
            table=figure_table(pd.concat([tidy, whole.assign(label="All causes")]), words.title, "Cause of death"),
            note="Split by age and cause after Arriaga; bars to the left took years. Causes that are hidden, and those"
            " that changed least, have no bar.",
        )
    ]


def _without_causes(figures: pd.DataFrame, source: str, period: Period) -> list[Block]:
    name = "life_expectancy_gain_without_cause"
    rows = period.of(margin(figures, "life_expectancy_without_causes", name))
    rows = rows[~rows["cause"].isin(NOT_CAUSES) & (rows["value"] > 0)]
    if len(rows) < FEWEST_POINTS:
        return []
    tidy = rows.sort_values(["value", "cause"], ascending=[False, True]).head(CAUSES)
    tidy = tidy.assign(label=tidy["cause_title"].fillna(tidy["cause"]), code=tidy["cause"])
    words = measure(name)
    return [
        Chart(
            title=f"How many years would people gain if nobody died of a cause, {period.name}?",
            figure=ranked_bars(tidy, kind=words.kind, axis="Years of life expectancy at birth"),
            summary=f"Ranked bars of {len(tidy)} causes by the gain, from {tidy['label'].iloc[0]} to"
            f" {tidy['label'].iloc[-1]}.",
            source=source,
            table=figure_table(tidy, words.title, "Cause of death"),
            note="All else taken as the same, which for no cause is so; gains do not add up.",
        )
    ]


def _dots(rows: pd.DataFrame, title: str, source: str, axis: str) -> Chart:
    tidy = rows.assign(label=[measure(name).title for name in rows["measure"]])
    return Chart(
        title=title,
        figure=interval_dots(tidy, kind="rate", axis=axis),
        summary=f"Dots with intervals of {len(tidy)} measures: {', '.join(tidy['label'])}.",
        source=source,
        table=figure_table(tidy, axis, "Measure"),
        is_half=True,
    )


def _of(figures: pd.DataFrame, table_id: str, names: tuple[str, ...], period: Period) -> pd.DataFrame:
    """The figures of some measures of a table in a period, in their order, those that apply."""
    rows = pd.concat([period.of(margin(figures, table_id, name)) for name in names])
    return rows[rows["status"] != "not_applicable"]


def _infants(figures: pd.DataFrame, source: str, period: Period) -> list[Block]:
    rows = _of(figures, "infant_mortality", INFANT, period)
    if _says_enough(rows):
        return [_dots(rows, f"When do infants die, {period.name}?", source, measure(INFANT[0]).unit.capitalize())]
    return _said(margin(figures, "infant_mortality", INFANT[0]), period)


def _says_enough(rows: pd.DataFrame) -> bool:
    """Whether enough of the figures are shown, above zero and reliable for a chart to say more than a sentence."""
    return int(((rows["value"] > 0) & (rows["status"] != "unreliable")).sum()) >= 2


def _said(rows: pd.DataFrame, period: Period) -> list[Block]:
    """A figure of a period as a sentence, with a warning where it rests on few events; empty where there is none."""
    now = period.of(rows)
    if now.empty or now["status"].iloc[0] == "not_applicable":
        return []
    before = period.before(rows)
    then = Estimate.from_row(before.of(rows).iloc[0]) if before else None
    doubt = " It rests on too few events to be relied on." if now["status"].iloc[0] == "unreliable" else ""
    return [Text(sentence(Estimate.from_row(now.iloc[0]), then) + doubt)]


def _infants_over_time(figures: pd.DataFrame, source: str) -> list[Block]:
    rows = margin(figures, "infant_mortality", INFANT[0])
    rows = rows[rows["period_start"].notna()].sort_values("period_start")
    if rows["value"].notna().sum() < FEWEST_POINTS or not _says_enough(rows):
        return []
    tidy, words = rows.assign(label=periods.labels(rows)), measure(INFANT[0])
    return [
        Chart(
            title="How many infants die before their first birthday in each period?",
            figure=trend(tidy, kind=words.kind, axis=words.axis),
            summary=f"Line of infant mortality over {len(tidy)} periods.",
            source=source,
            table=figure_table(tidy, words.title, "Period"),
            is_half=True,
        )
    ]


def _around_birth(figures: pd.DataFrame, source: str, period: Period) -> list[Block]:
    rows = _of(figures, "perinatal_mortality", PERINATAL, period)
    if _says_enough(rows):
        title = f"How many births end in death before birth or shortly after, {period.name}?"
        return [_dots(rows, title, source, measure(PERINATAL[0]).unit.capitalize())]
    return _said(margin(figures, "perinatal_mortality", PERINATAL[0]), period)


def _mothers(figures: pd.DataFrame, period: Period) -> list[Block]:
    return [block for name in MATERNAL for block in _said(margin(figures, "maternal_mortality", name), period)]
