"""Hospital care: deaths against those expected, readmissions, length of stay, comorbidities, how facilities code."""

from __future__ import annotations

import numpy as np
import pandas as pd

from reports import numbers
from reports.blocks import Block, Chart, Column, Table, Text
from reports.cells import figure_table
from reports.charts import forest, funnel, interval_dots, ranked_bars
from reports.estimate import Estimate, sentence
from reports.margins import NOT_CAUSES, margin
from reports.periods import Period
from reports.released import Warehouse
from reports.risk import turned_round
from reports.sections.ranks import LEADING, slopes, titles
from reports.wording import Measure, measure
from transforms.influence.bands import BAND
from transforms.measures.methods.funnel import (
    LEVELS,
    bands,
    funnel_of_proportions,
    funnel_of_ratios,
    proportion_limits,
    ratio_limits,
)

RATIO_TABLE, RATIO = "hospital_mortality_ratios", "hospital_standardised_mortality_ratio"
# More facilities than this make a chart nobody reads; the workbook holds them all.
MOST_FACILITIES = 25
FEWEST_GROUPS = 3
FEWEST_SHOWN = 0.6
# As in the table of ratios: fewer facilities say too little of how much they differ beyond chance.
FEWEST_FOR_OVERDISPERSION = 10
# Groupings of diagnoses and of comorbidities, the one to show first.
RANKED = ("leading_diagnoses_by_ccsr", "leading_diagnoses_by_ccs", "leading_diagnoses_by_ishmt")
COMORBIDITIES = ("comorbidity_charlson_quan", "comorbidity_elixhauser_quan", "comorbidity_elixhauser_ahrq")
FACILITY_DOTS = (
    ("readmissions", "readmission_rate_30_day", "Where are patients back in hospital within 30 days?"),
    ("coding_profile", "mean_secondary_diagnoses", "Where are more or fewer diagnoses coded for a stay?"),
    ("coding_profile", "unspecified_principal_share", "Where are principal diagnoses left unspecified?"),
)


def ratios(figures: pd.DataFrame, source: str, period: Period) -> list[Block]:
    """Deaths in hospital against those expected: the funnel of facilities and their ratios with intervals."""
    rows = period.of(margin(figures, RATIO_TABLE, RATIO, "facility_id"))
    rows = rows[rows["status"] != "not_applicable"]
    judged = rows[rows["value"].notna() & (rows["denominator"] > 0)]
    judged = judged.sort_values(["value", "facility_id"], ascending=[False, True])
    if len(judged) < 2:
        return []
    words = measure(RATIO)
    tidy = judged.assign(
        label=judged["facility_id"].map(facility), size=judged["denominator"], weight=judged["denominator"],
        band=[_band(signal) for signal in judged["signal"]],
    )  # fmt: skip
    far = int((tidy["band"] == "outside_998").sum())
    left = f" Not drawn, since hidden: {len(rows) - len(tidy)}." if len(tidy) < len(rows) else ""
    table = figure_table(tidy, words.title, "Facility")
    drawn = tidy.nlargest(MOST_FACILITIES, "weight").index
    return [
        Chart(
            title=f"Did more patients die than patients like these, {period.name}?"
            f" {_outside(far, len(tidy))} outside the limits of 99.8%",
            figure=funnel(
                tidy, _limits(tidy), kind=words.kind, axis=words.axis, size_axis="Deaths expected", reference=100.0
            ),
            summary=f"Funnel plot of {len(tidy)} facilities by the deaths expected; {far} lie outside the limits of"
            " 99.8%.",
            source=source,
            table=table,
            note="Expected deaths allow for age, sex, diagnosis, comorbidity and type of admission as far as they are"
            " coded: a facility outside the limits asks for a look at its coding and its care, in this order. This is"
            f" no ranking.{left}{turned_round(tidy)}",
        ),
        Chart(
            title=f"Each facility's ratio of deaths to deaths expected, {period.name}",
            figure=forest(tidy[tidy.index.isin(drawn)], axis=words.axis),
            summary=f"Forest plot of the mortality ratios of {min(len(tidy), MOST_FACILITIES)} facilities; 100 is the"
            " mean of them all.",
            source=source,
            table=table,
            note="Squares grow with the deaths expected. Ratios of two facilities rest on different patients and are"
            f" not to be compared with one another.{left}",
        ),
    ]


def facilities(figures: pd.DataFrame, source: str, period: Period) -> list[Block]:
    """Readmissions and coding of each facility against all together, most discharges first."""
    sizes = period.of(margin(figures, "activity", "discharges", "facility_id"))
    sizes = sizes.sort_values(["value", "facility_id"], ascending=[False, True], na_position="last")
    order = list(sizes["facility_id"])[:MOST_FACILITIES]
    found: list[Block] = []
    for table_id, name, question in FACILITY_DOTS:
        rows = period.of(margin(figures, table_id, name, "facility_id")).set_index("facility_id")
        rows = rows.reindex([place for place in order if place in rows.index]).reset_index()
        placed, rows = len(rows), rows[rows["value"].notna()]
        # Where most are hidden, the few that are shown are the odd ones.
        if len(rows) < max(2, FEWEST_SHOWN * placed):
            continue
        words = measure(name)
        tidy = rows.assign(label=rows["facility_id"].map(facility))
        if words.kind == "share" and len(tidy) >= FEWEST_FOR_OVERDISPERSION:
            found.append(_funnel_of_shares(tidy, f"{question.removesuffix('?')}, {period.name}?", words, source))
            continue
        found.append(
            Chart(
                title=f"{question.removesuffix('?')}, {period.name}?",
                figure=interval_dots(
                    tidy, kind=words.kind, axis=words.axis, reference_label="All facilities",
                    reference=_value(period.of(margin(figures, table_id, name))),
                ),
                summary=f"{words.title} of {len(tidy)} facilities with intervals, against the figure for all.",
                source=source,
                table=figure_table(tidy, words.title, "Facility"),
                note="Not adjusted for who the patients are.",
            )
        )  # fmt: skip
    return found


def calibration(warehouse: Warehouse, collection: str) -> list[Block]:
    """Whether the model of expected deaths fits patients of every risk: observed against expected by rising risk."""
    groups = warehouse.table(
        "select trials, observed, expected from stats.model_calibration"
        " where table_id = $1 and collection = $2 order by risk_group",
        [RATIO_TABLE, collection],
    )
    rows = _merged(groups, warehouse)
    if len(rows) < FEWEST_GROUPS:
        return []
    columns = [Column("Expected risk"), *[Column(name, is_number=True) for name in ("Stays", "Deaths", "Expected")]]
    return [
        Table(
            title="Does the model of expected deaths fit patients of low and of high risk?",
            columns=columns,
            rows=[
                [f"{numbers.number(100 * expected / trials, 1)}%", *(
                    numbers.number(value, places) for value, places in ((trials, 0), (observed, 0), (expected, 1))
                )]
                for trials, observed, expected in rows
            ],
            note="All stays of known outcome in order of their risk, in groups of about equal size; neighbouring groups"
            " with few deaths are one. Where deaths lie far from those expected, the model does not fit such patients.",
        )
    ]  # fmt: skip


def _merged(groups: pd.DataFrame, warehouse: Warehouse) -> list[tuple[float, float, float]]:
    """Neighbouring groups made one until none tells a count that is hidden; the last joins the one before."""
    found: list[tuple[float, float, float]] = []
    held = np.zeros(3)
    for row in groups.to_numpy(dtype=np.float64):
        held = held + row
        if not warehouse.hides(held[1]) and not warehouse.hides(held[0] - held[1]):
            found.append(tuple(held.tolist()))
            held = np.zeros(3)
    if held.any() and found:
        found[-1] = tuple((held + found[-1]).tolist())
    return found


def _funnel_of_shares(tidy: pd.DataFrame, title: str, words: Measure, source: str) -> Chart:
    """The shares of facilities in a funnel around that of them all, which allows for differences beyond chance."""
    size = tidy["denominator"].to_numpy(dtype=np.float64)
    judged = funnel_of_proportions(tidy["numerator"].to_numpy(dtype=np.float64), size)
    drawn = {"within": "within", "below_control": "outside_998", "above_control": "outside_998"}
    tidy = tidy.assign(size=size, band=[drawn.get(band, "outside_95") for band in judged.band])
    ends = [bands(tidy[name].to_numpy(dtype=np.float64), judged.limits) for name in ("bound_low", "bound_high")]
    # Bounds that are hidden, or not assessed, put a place nowhere else.
    known = tidy[["bound_low", "bound_high"]].notna().all(axis=1).to_numpy()
    tidy["flips"] = np.where(known & ((ends[0] != judged.band) | (ends[1] != judged.band)), BAND, None)
    sizes = np.geomspace(size.min() / 1.3, size.max() * 1.3, 60)
    (low, high), (lowest, highest) = (
        proportion_limits(sizes, judged.target, level, tau2=judged.tau2) for level in LEVELS
    )
    far = int((tidy["band"] == "outside_998").sum())
    return Chart(
        title=f"{title} {_outside(far, len(tidy))} outside the limits of 99.8%",
        figure=funnel(
            tidy,
            pd.DataFrame(
                {"size": sizes, "lower_95": low, "upper_95": high, "lower_998": lowest, "upper_998": highest}
            ),
            kind=words.kind, axis=words.axis, size_axis="Stays", reference=judged.target,
        ),
        summary=f"Funnel plot of {len(tidy)} facilities by their stays; {far} lie outside the limits of 99.8%.",
        source=source,
        table=figure_table(tidy, words.title, "Facility"),
        note="Not adjusted for who the patients are. The limits allow for differences between facilities that go beyond"
        f" chance.{turned_round(tidy)}",
    )  # fmt: skip


def diagnoses(figures: pd.DataFrame, source: str, period: Period) -> list[Block]:
    """What stands beside the leading diagnoses: their ranks over time, length of stay, comorbidities, readmissions."""
    ranks = (margin(figures, table_id, "leading_diagnosis_rank") for table_id in RANKED)
    moved = (slopes(rows, source, period, "principal diagnosis", "principal diagnoses") for rows in ranks)
    return [
        *next((found for found in moved if found), []),
        *_lengths(figures, source, period),
        *_comorbidities(figures, source, period),
        *_back_in_hospital(figures, period),
    ]


def facility(name: str) -> str:
    """A facility as people read it."""
    return "Facility not known" if name == "unknown" else name


def _lengths(figures: pd.DataFrame, source: str, period: Period) -> list[Block]:
    name = "median_length_of_stay"
    rows = period.of(margin(figures, "length_of_stay_by_chapter", name))
    groups = rows[~rows["cause"].isin(NOT_CAUSES) & rows["value"].notna()]
    if len(groups) < FEWEST_GROUPS:
        return []
    version = groups.groupby("scheme_version").size().sort_values(kind="stable").index[-1]
    groups = groups[groups["scheme_version"] == version]
    every = rows[(rows["cause"] == "all") & (rows["scheme_version"] == version)]
    words = measure(name)
    tidy = groups.sort_values(["value", "cause"], ascending=[False, True]).assign(label=titles)
    return [
        Chart(
            title=f"Which diagnoses keep patients longest, {period.name}?",
            figure=interval_dots(
                tidy, kind=words.kind, axis=words.axis, reference=_value(every), reference_label="All discharges"
            ),
            summary=f"Median length of stay of {len(tidy)} chapters of diagnoses, from {tidy['label'].iloc[0]} to"
            f" {tidy['label'].iloc[-1]}.",
            source=source,
            table=figure_table(tidy, words.title, "Chapter"),
            note="Half of the stays are longer, half are shorter; few very long stays do not move it.",
        )
    ]


def _comorbidities(figures: pd.DataFrame, source: str, period: Period) -> list[Block]:
    name = "comorbidity_prevalence"
    for table_id in COMORBIDITIES:
        rows = period.of(margin(figures, table_id, name))
        rows = rows[~rows["cause"].isin(NOT_CAUSES) & (rows["value"] > 0)]
        if rows.empty:
            continue
        version = rows.groupby("scheme_version")["denominator"].max().sort_values(kind="stable").index[-1]
        rows = rows[rows["scheme_version"] == version]
        if len(rows) < FEWEST_GROUPS:
            continue
        words = measure(name)
        tidy = rows.sort_values(["value", "cause"], ascending=[False, True]).head(LEADING).assign(label=titles)
        return [
            Chart(
                title=f"Which conditions do patients have besides the reason for their stay, {period.name}?",
                figure=ranked_bars(tidy, kind=words.kind, axis=words.axis),
                summary=f"Ranked bars of the {len(tidy)} most frequent comorbidities, from {tidy['label'].iloc[0]} to"
                f" {tidy['label'].iloc[-1]}.",
                source=source,
                table=figure_table(tidy, words.title, "Comorbidity"),
                note="As coded: a facility that codes more diagnoses has more comorbidities.",
            )
        ]
    return []


def _back_in_hospital(figures: pd.DataFrame, period: Period) -> list[Block]:
    rows = margin(figures, "readmissions", "readmission_rate_30_day")
    now = period.of(rows)
    if now.empty or now["status"].iloc[0] == "not_applicable":
        return []
    before = period.before(rows)
    then = Estimate.from_row(before.of(rows).iloc[0]) if before else None
    return [Text(sentence(Estimate.from_row(now.iloc[0]), then))]


def _value(rows: pd.DataFrame) -> float | None:
    return None if rows.empty or numbers.is_missing(rows["value"].iloc[0]) else float(rows["value"].iloc[0])


def _band(signal: object) -> str:
    """Where a facility lies by its signal in the table of ratios."""
    if not isinstance(signal, str):
        return "within"
    return "outside_998" if "99.8" in signal else "outside_95"


def _outside(far: int, places: int) -> str:
    return (
        f"None of {places} facilities is" if far == 0 else f"{far} of {places} facilities {'is' if far == 1 else 'are'}"
    )


def _limits(tidy: pd.DataFrame) -> pd.DataFrame:
    """The funnel's limits over the sizes of the facilities shown, with their overdispersion where they are enough."""
    expected = tidy["size"].to_numpy(dtype=np.float64)
    method = "shmi" if len(tidy) >= FEWEST_FOR_OVERDISPERSION else "exact"
    found = funnel_of_ratios(tidy["value"].to_numpy() / 100 * expected, expected, method=method)
    sizes = np.geomspace(expected.min() / 1.3, expected.max() * 1.3, 60)
    (low, high), (lowest, highest) = (
        ratio_limits(sizes, level, method=method, phi=found.phi, tau2=found.tau2) for level in LEVELS
    )
    return pd.DataFrame(
        {"size": sizes, "lower_95": low * 100, "upper_95": high * 100, "lower_998": lowest * 100,
         "upper_998": highest * 100}
    )  # fmt: skip
