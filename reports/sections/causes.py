"""Causes: the leading ones with their intervals, and what each age has."""

from __future__ import annotations

import pandas as pd

from reports import numbers
from reports.blocks import Block, Chart, Column, Table, Text
from reports.cells import figure_cell, interval_cell
from reports.charts import heat_map, ranked_bars
from reports.margins import NOT_CAUSES, by_age, margin
from reports.numbers import ABSENT
from reports.periods import Focus, Period
from reports.risk import could_change_places
from reports.wording import measure, word

LEADING = 10
# Finest grouping first; the one that places most records of a code system leads.
SCHEMES = ("ccsr", "ccs", "nchs113", "block", "chapter")
# A second code system gets a chart of its own when it holds at least this share of the records.
SECOND_SYSTEM_SHARE = 0.05


def leading_causes(
    figures: pd.DataFrame, schemes: pd.DataFrame, source: str, period: Period, *, domain: str, noun: str
) -> list[Block]:
    """Ranked bars of the leading causes in a period, one chart a code system with records.

    `domain` is the beginning of the tables' names and the measure (discharges or deaths); `schemes` is codes.scheme.
    """
    chosen = _chosen_schemes(figures, schemes, domain, period)
    if not chosen:
        return []
    blocks: list[Block] = []
    for table_id, version, rows in chosen:
        causes = rows[~rows["cause"].isin(NOT_CAUSES)]
        ranked = causes.sort_values(["value", "cause"], ascending=[False, True], na_position="last")
        shown = ranked[ranked["value"].notna() & (ranked["value"] > 0)].head(LEADING)
        if shown.empty:
            blocks.append(Text(f"No group of {noun} rests on enough records to be shown in {period.name}."))
            continue
        words = measure(domain)
        first = shown.iloc[0]
        tidy = shown.assign(label=shown["cause_title"].fillna(shown["cause"]), code=shown["cause"])
        blocks.append(
            Chart(
                title=f"{_sentence_case(tidy.iloc[0]['label'])}: the leading {noun} of {period.name}"
                f"{_share_of_all(rows, first, words.title)}",
                figure=ranked_bars(tidy, kind=words.kind, axis=f"{words.title} in {period.name}", highlight=1),
                summary=f"Ranked bars of the {len(tidy)} leading groups by {noun}, {period.name}, from"
                f" {tidy.iloc[0]['label']} to {tidy.iloc[-1]['label']}.",
                source=f"{source} Grouping: {scheme_title(schemes, table_id, version)}.",
                table=_cause_table(rows, ranked, words.title, noun),
                note=f"{_unplaced(rows, noun)}{could_change_places(tidy)}".strip(),
            )
        )
    return blocks


def cause_by_age(
    figures: pd.DataFrame,
    schemes: pd.DataFrame,
    labels: pd.DataFrame,
    source: dict[str, str],
    focus: dict[str, Focus | None],
) -> list[Block]:
    """A heat map of chapter by age: of deaths where there are any, and of discharges."""
    blocks: list[Block] = []
    for table_id, name, question in (
        ("deaths_by_chapter", "deaths", "What does each age die of"),
        ("discharges_by_chapter", "discharges", "What brings each age to hospital"),
    ):
        if focus[name] is None:
            continue
        period = focus[name].period
        current = period.of(figures)
        for version in _versions_by_size(current, table_id, name)[:2]:
            chart = _heat_chart(
                current, schemes, labels, table_id, name, version, f"{question}, {period.name}?", source[name]
            )
            if chart is not None:
                blocks.append(chart)
    return blocks


def scheme_title(schemes: pd.DataFrame, table_id: str, version: str) -> str:
    """Name and version of the grouping that a table of causes uses."""
    scheme = table_id.split("_by_")[-1]
    row = schemes[(schemes["scheme"] == scheme) & (schemes["scheme_version"] == version)]
    return f"{row['title'].iloc[0]}, {version}" if len(row) else f"{scheme}, {version}"


def _chosen_schemes(figures: pd.DataFrame, schemes: pd.DataFrame, domain: str, period: Period) -> list[tuple]:
    """For each code system with enough records: the finest grouping, with its rows of the period."""
    systems = {(row.scheme, row.scheme_version): row.system for row in schemes.itertuples()}
    found: dict[str, tuple] = {}
    for scheme in SCHEMES:
        table_id = f"{domain}_by_{scheme}"
        rows = period.of(margin(figures, table_id, domain))
        for version, block in rows.groupby("scheme_version", sort=True):
            system = systems.get((scheme, version), version)
            placed = block[~block["cause"].isin(NOT_CAUSES)]["value"].sum()
            if system not in found and placed > 0:
                found[system] = (placed, system, table_id, version, block)
    total = sum(entry[0] for entry in found.values())
    kept = [entry for entry in found.values() if entry[0] >= SECOND_SYSTEM_SHARE * total]
    return [entry[2:] for entry in sorted(kept, key=lambda entry: (-entry[0], entry[1]))]


def _versions_by_size(figures: pd.DataFrame, table_id: str, name: str) -> list[str]:
    rows = margin(figures, table_id, name)
    rows = rows[~rows["cause"].isin(NOT_CAUSES)]
    sizes = rows.groupby("scheme_version")["value"].sum()
    return [version for version, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])) if size > 0]


def _heat_chart(figures, schemes, labels, table_id, name, version, question, source) -> Chart | None:
    rows = pd.concat([margin(figures, table_id, name, "age_band"), margin(figures, table_id, name, "sex", "age_band")])
    rows = rows[rows["scheme_version"] == version]
    rows = rows[rows["sex"].isna()] if rows["sex"].isna().any() else rows[rows["sex"].isin(["F", "M"])]
    tidy = _shares_of_age(rows, labels, version)
    if tidy.empty or not tidy["value"].notna().any():
        return None
    noun = measure(name).title.lower()
    return Chart(
        title=question,
        figure=heat_map(tidy, legend=f"% of the {noun} of that age"),
        summary=f"Heat map of {tidy['label'].nunique()} chapters by {tidy['age_band'].nunique()} age bands; each cell"
        f" is the chapter's share of the {noun} of that age.",
        source=f"{source} Grouping: {scheme_title(schemes, table_id, version)}.",
        table=_heat_table(tidy, noun),
        note="Each cell in %; c hidden · 0 none · z no records of that age." + _undrawn(rows, tidy),
        needs_width=True,
    )


def _undrawn(rows: pd.DataFrame, tidy: pd.DataFrame) -> str:
    """How many chapters have no row in the chart, since each of their cells is hidden or zero."""
    left = set(rows[~rows["cause"].isin(NOT_CAUSES)]["cause"]) - set(tidy["code"])
    return f" {len(left)} chapters have no row: each of their cells is hidden or zero." if left else ""


def _shares_of_age(rows: pd.DataFrame, labels: pd.DataFrame, version: str) -> pd.DataFrame:
    """Each chapter's share of its age band (and sex); hidden where the chapter's count or the total is hidden."""
    rows = rows[rows["age_band"] != "unknown"].assign(panel=rows["sex"].map({"F": "Female", "M": "Male"}).fillna("All"))
    totals = rows[rows["cause"] == "all"].set_index(["panel", "age_band"])["value"]
    order = labels[(labels["scheme"] == "chapter") & (labels["scheme_version"] == version)]
    order = dict(zip(order["group_code"], order["sort_order"], strict=True))
    causes = _with_zeros(rows[~rows["cause"].isin(NOT_CAUSES)], totals)
    causes["total"] = [totals.get((row.panel, row.age_band)) for row in causes.itertuples()]
    causes["total"] = causes["total"].astype("float64")
    causes["share"] = (causes["value"] / causes["total"]).where(causes["total"] > 0)
    hidden = causes["value"].isna() | causes["total"].isna()
    causes["status"] = causes["status"].where(~(hidden & causes["value"].notna()), "suppressed_secondary")
    causes.loc[causes["total"] == 0, "status"] = "not_applicable"
    causes = causes.assign(
        value=causes["share"],
        label=causes["cause_title"].fillna(causes["cause"]),
        code=causes["cause"],
        _cause=causes["cause"].map(order).fillna(len(order)),
    )
    causes = causes[causes.groupby("cause")["value"].transform("sum") > 0]
    return by_age(causes).sort_values(["panel", "_cause", "cause"], kind="stable")[
        ["panel", "label", "code", "age_band", "value", "status"]
    ]


def _with_zeros(causes: pd.DataFrame, totals: pd.Series) -> pd.DataFrame:
    """The figures with a true zero where a cause has no records in an age band: such cells have no figure."""
    titles = causes.drop_duplicates("cause")[["cause", "cause_title"]]
    cells = totals.index.to_frame(index=False).merge(titles, how="cross")
    filled = cells.merge(causes[["panel", "age_band", "cause", "value", "status"]], how="left")
    empty = filled["status"].isna()
    return filled.assign(value=filled["value"].mask(empty, 0.0), status=filled["status"].mask(empty, "value"))


def _heat_table(tidy: pd.DataFrame, noun: str) -> Table:
    bands = sorted(set(tidy["age_band"]), key=lambda band: list(tidy["age_band"]).index(band))
    cells = {(row.panel, row.code, row.age_band): row for row in tidy.itertuples()}
    body = []
    for panel, code, label in dict.fromkeys(zip(tidy["panel"], tidy["code"], tidy["label"], strict=True)):
        line = [panel, code, label]
        for band in bands:
            row = cells.get((panel, code, band))
            line.append(ABSENT if row is None else figure_cell(_share_row(row)))
        body.append(line)
    columns = [
        Column("Sex"),
        Column("Code", is_code=True),
        Column("Chapter"),
        *[Column(b, is_number=True) for b in bands],
    ]
    return Table(title=f"Share of the {noun} of each age, in %", columns=columns, rows=body)


def _share_row(row) -> dict:
    return {
        "measure": "proportionate_mortality",
        "value": row.value,
        "lower": None,
        "upper": None,
        "status": row.status,
    }


def _cause_table(rows: pd.DataFrame, ranked: pd.DataFrame, title: str, noun: str) -> Table:
    """Every cause that is shown, in rank, then the rows that are no cause, then the total."""
    shown = ranked[ranked["value"].notna() & (ranked["value"] > 0)]
    hidden = int(ranked["value"].isna().sum())
    others = [rows[rows["cause"] == name] for name in ("unmapped", "other_system", "unknown", "all")]
    rest = pd.concat([part for part in others if len(part)]) if any(map(len, others)) else rows.head(0)
    body = [
        [str(row["cause"]), str(row["cause_title"] or row["cause"]), figure_cell(row), interval_cell(row)]
        for row in shown.to_dict("records")
    ]
    totals = set()
    for row in rest.to_dict("records"):
        totals.add(len(body))
        body.append(["", word("causes", row["cause"]), figure_cell(row), interval_cell(row)])
    columns = [Column("Code", is_code=True), Column(noun.capitalize()), Column(title, is_number=True)]
    note = f"Besides, {hidden} groups are hidden [c]." if hidden else ""
    return Table(
        title=title,
        columns=[*columns, Column("Interval", is_number=True)],
        rows=body,
        totals=frozenset(totals),
        note=note,
    )


def _share_of_all(rows: pd.DataFrame, first, title: str) -> str:
    total = rows[rows["cause"] == "all"]["value"]
    if total.empty or numbers.is_missing(total.iloc[0]) or total.iloc[0] <= 0:
        return ""
    return f", {numbers.number(first['value'] / total.iloc[0] * 100, 1)}% of all {title.lower()}"


def _unplaced(rows: pd.DataFrame, noun: str) -> str:
    parts = []
    for name in ("unknown", "unmapped", "other_system"):
        row = rows[rows["cause"] == name]
        if len(row) and not numbers.is_missing(row["value"].iloc[0]) and row["value"].iloc[0] > 0:
            parts.append(f"{word('causes', name).lower()}: {numbers.number(row['value'].iloc[0])}")
    return f"In no {noun} group: {'; '.join(parts)}." if parts else ""


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
