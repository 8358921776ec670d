"""Figures at risk: how far open flags could move the figures of a collection, ranked, and by table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from reports import numbers
from reports.blocks import Amount, Block, Cell, Column, Table, Text
from reports.cells import count_cell
from reports.margins import NOT_CAUSES
from reports.numbers import ABSENT
from reports.periods import Focus
from reports.released import Warehouse
from reports.risk import Risk
from reports.sections import risk_of_rules
from reports.table_words import TableWords, table_words
from reports.wording import word
from transforms.influence.absent.absent import TOLD, UNKNOWN

MOST_RANKED = 20
MOST_TABLES = 15
VERDICTS = ("robust", "sensitive", "not_fit")
# A figure stands in several margins and tables; it is ranked once.
_SAME = ["measure", "facility_id", "area", "sex", "age_band", "stratum", "cause", "standard", "value"]


def at_risk(
    warehouse: Warehouse, collection: str, figures: pd.DataFrame, focus: Mapping[str, Focus | None]
) -> list[Block]:
    """How many figures are fit, which could move most, what that means table by table, and which checks do it."""
    shown = figures[figures["value"].notna()]
    assessed = shown[shown["bound_kind"].notna()]
    if assessed.empty:
        return [Text("What open flags could do to the figures of this collection is not assessed.")]
    flags = _open_flags(warehouse, collection)
    if flags.empty and shown["absent"].isna().all():
        return [Text("There are no open flags that could change a record: no figure of this collection can move.")]
    words = table_words(warehouse.con)
    ranked = _ranked(_in_focus(assessed, focus))
    rules = risk_of_rules.by_table(warehouse, collection)
    blocks: list[Block] = [Text(_summary(shown))]
    if len(ranked):
        blocks.append(_ranking(ranked, words))
    blocks.append(_tables(warehouse, shown, ranked, rules, words))
    checks = risk_of_rules.checks(warehouse, collection)
    return [*blocks, checks] if checks else blocks


def _open_flags(warehouse: Warehouse, collection: str) -> pd.DataFrame:
    return warehouse.table(
        "select flag_id from influence.unit_flag join influence.unit using (unit_id) where collection = ? limit 1",
        [collection],
    )


def _in_focus(figures: pd.DataFrame, focus: Mapping[str, Focus | None]) -> pd.DataFrame:
    """The figures of the periods that the report speaks of, in tables of months those within it; no row of unknowns."""
    chosen = pd.Series(False, index=figures.index)
    for each in focus.values():
        if each is not None and each.period.start is not None:
            start, end = pd.Timestamp(each.period.start), pd.Timestamp(each.period.end)
            chosen |= (figures["period_start"] >= start) & (figures["period_end"] <= end)
    unknown = figures[["facility_id", "area", "age_band", "stratum"]].isin(["unknown"]).any(axis=1)
    unknown |= figures["cause"].isin(set(NOT_CAUSES) - {"all"}) | figures["sex"].isin(["U"])
    return figures[chosen & ~unknown]


def _ranked(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures that could move, with their `risk`, those first that could move most for their intervals."""
    # What floating point leaves of bounds that stand on the figure is no movement.
    noise = 1e-9 * figures["value"].abs()
    reach = pd.concat([figures["value"] - figures["bound_low"], figures["bound_high"] - figures["value"]], axis=1)
    movable = figures[reach.max(axis=1) > noise]
    risks = [Risk.from_row(row) for row in movable.to_dict("records")]
    found = movable.assign(risk=risks, half_widths=[risk.half_widths for risk in risks])
    found["half_widths"] = found["half_widths"].astype("float64")
    found = found[found["half_widths"].notna()].assign(cause=found["cause"].fillna("all"))
    return found.sort_values(["half_widths", "is_headline", "figure_id"], ascending=[False, False, True])


def _summary(shown: pd.DataFrame) -> str:
    counts = shown["verdict"].value_counts()
    parts = [f"{numbers.count(counts.get(name, 0))} are {word('verdicts', name).lower()}" for name in VERDICTS]
    left = int(shown["verdict"].isna().sum())
    rest = f"; what flags could do to {numbers.count(left)} others is not assessed" if left else ""
    few = int((shown["verdict"].isin(VERDICTS[1:]) & shown["bound_low"].isna()).sum())
    unseen = (
        f" Of {numbers.count(few)} that are not robust only the verdict is shown, since few records lie between the"
        " figure and its bounds; tables.xlsx marks them."
        if few
        else ""
    )
    every = numbers.count(int(counts.sum()))
    return f"Of {every} figures that are shown and assessed, {_listed(parts)}{rest}.{unseen}{_lacking(shown)}"


def _lacking(figures: pd.DataFrame) -> str:
    """From how many figures records may be absent, as sentences after others; empty where from none."""
    counts = figures["absent"].value_counts()
    many = {word: int(counts.get(word, 0)) for word in (TOLD, UNKNOWN)}
    said = (
        f" Records may be absent from {_figures(many[TOLD])}, as many as findings about the place and time tell; totals"
        " have them within their bounds.",
        f" Records are absent from {_figures(many[UNKNOWN])}, and nobody knows how many: not fit.",
    )
    return "".join(text for text, count in zip(said, many.values(), strict=True) if count)


def _figures(count: int) -> str:
    return f"{numbers.count(count)} figure{'' if count == 1 else 's'}"


def _listed(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _ranking(ranked: pd.DataFrame, words: Mapping[str, TableWords]) -> Table:
    body: list[list[Cell]] = []
    once = ranked.drop_duplicates(_SAME)
    for row in once.to_dict("records"):
        risk: Risk = row["risk"]
        body.append(
            [f"{named(row, words[row['table_id']].title)}: {_value(risk)}", risk.sentence(), risk.strip() or ABSENT,
             Amount(numbers.number(row["half_widths"], 1), number=row["half_widths"], places=1),
             risk.written_verdict]
        )  # fmt: skip
        if len(body) == MOST_RANKED:
            break
    columns = [
        Column("Figure", is_prose=True), Column("What open flags could do", is_prose=True),
        Column("Chance above, flags below"), Column("Half-widths", is_number=True), Column("Verdict"),
    ]  # fmt: skip
    more = f" {numbers.count(len(once) - len(body))} more could move." if len(once) > len(body) else ""
    return Table(
        title="Which figures could open flags move most?",
        columns=columns,
        rows=body,
        note="By how far open flags with named targets could move them, in half-widths of their intervals (in"
        " tolerances where there is no interval). In the drawings a line with ends is the interval of chance, a box the"
        " bounds, a dotted line the bounds with flags that name no target, the upright line the figure."
        f"{more}",
    )


def named(row: Mapping, title: str) -> str:
    """A figure's name: measure, cause, place, sex, age and period, after the title of its table."""
    risk: Risk = row["risk"]
    parts = [risk.estimate.measure.title]
    if not numbers.is_missing(row["cause_title"]) and row["cause"] not in NOT_CAUSES:
        parts.append(str(row["cause_title"]))
    elif row["cause"] == "all" and not numbers.is_missing(row["scheme"]):
        parts.append(word("causes", "all").lower())
    parts += [str(row[name]) for name in ("facility_id", "area", "stratum") if not numbers.is_missing(row[name])]
    if not numbers.is_missing(row["sex"]):
        parts.append(word("sexes", row["sex"]).lower())
    if not numbers.is_missing(row["age_band"]):
        parts.append(f"age {row['age_band']}")
    return f"{', '.join(parts)}, {risk.estimate.period.name} ({title})"


def _value(risk: Risk) -> str:
    interval = risk.estimate.written_interval()
    return risk.estimate.spoken() + (f" ({risk.estimate.interval_name()} {interval})" if interval else "")


def _tables(
    warehouse: Warehouse,
    shown: pd.DataFrame,
    ranked: pd.DataFrame,
    rules: Mapping[str, risk_of_rules.Flagged],
    words: Mapping[str, TableWords],
) -> Table:
    """A row for each table: how many of its figures are fit, and what the flags mean for it in a sentence."""
    body = []
    order = shown.groupby("table_id").agg(
        is_assessed=("bound_kind", "count"), is_headline=("is_headline", "max"),
        at_risk=("verdict", lambda verdicts: int(verdicts.isin(VERDICTS[1:]).sum())),
    )  # fmt: skip
    order["is_assessed"] = order["is_assessed"] > 0
    place = {name: number for number, name in enumerate(words)}
    order = order.assign(place=order.index.map(place))
    order = order.sort_values(["is_assessed", "is_headline", "at_risk", "place"], ascending=[False, False, False, True])
    for table_id in order.index:
        rows = shown[shown["table_id"] == table_id]
        counts = rows["verdict"].value_counts()
        cells: list[Cell] = [count_cell(counts.get(name, 0)) for name in VERDICTS]
        of_table = ranked[ranked["table_id"] == table_id]
        is_assessed = bool(rows["bound_kind"].notna().any())
        note = (
            _note(warehouse, rules.get(table_id), rows, of_table, words[table_id])
            if is_assessed
            else "What open flags could do to its figures is not assessed."
        )
        body.append([words[table_id].title, *cells, count_cell(int(rows["verdict"].isna().sum())), note])
    columns = [Column("Table")]
    columns += [Column(word("verdicts", name), is_number=True) for name in VERDICTS]
    columns += [Column("Not assessed", is_number=True), Column("What the flags mean for it", is_prose=True)]
    return Table(
        title="How fit are the figures of each table?",
        columns=columns,
        rows=body[:MOST_TABLES],
        rows_of_workbook=body[MOST_TABLES:],
        note="Figures that are shown. Robust: open flags with named targets cannot move the figure beyond its"
        " tolerance. Sensitive: they could, but are not expected to. Not fit: they are expected to."
        + (f" The {len(body) - MOST_TABLES} other tables are in tables.xlsx." if len(body) > MOST_TABLES else ""),
    )


def _note(
    warehouse: Warehouse,
    flagged: risk_of_rules.Flagged | None,
    rows: pd.DataFrame,
    ranked: pd.DataFrame,
    words: TableWords,
) -> str:
    """Which share of records carry a flag, most often for what, and how far the figure most at risk could move."""
    if flagged is None:
        return f"No open flag can change it.{_lacking(rows)}"
    text = f"{_sentence_case(flagged.said(warehouse))}"
    first = ranked[ranked["is_headline"]] if ranked["is_headline"].any() else ranked
    if first.empty:
        return (
            f"{text}; what they could do to its headline figures is nothing, or rests on too few records to be shown."
            f"{_lacking(rows)}"
        )
    row = first.iloc[0].to_dict()
    risk: Risk = row["risk"]
    name = named(row, "").removesuffix(" ()")
    return f"{text}. Of its figures most at risk: {name}, {_value(risk)}; {risk.clause()}.{_lacking(rows)}"


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
