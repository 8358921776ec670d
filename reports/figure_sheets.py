"""Lay the released figures out as sheets: one a table, a row for each stratum, a group of columns for each measure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from reports import numbers, periods
from reports.margins import NOT_CAUSES, age_order
from reports.released import Warehouse
from reports.table_words import TableWords, table_words
from reports.wording import measure, word

# Excel holds 1,048,576 rows; the heading takes a few.
MOST_ROWS = 1_048_000
# Excel refuses longer names of sheets.
LONGEST_NAME = 31
KEYS = ("collection", "scheme_version", "facility_id", "area", "sex", "age_band", "stratum_name", "stratum", "standard")
TITLES = {
    "collection": "Collection", "scheme_version": "Grouping version", "facility_id": "Facility",
    "area": "Area of residence", "sex": "Sex", "age_band": "Age", "stratum_name": "Stratum", "stratum": "Stratum value",
    "standard": "Standard population",
}  # fmt: skip
# What open flags could do to a figure: columns that follow its interval, by their names in wording.toml.
RISK = (
    "bound_low", "bound_high", "worst_low", "worst_high", "value_without_flagged", "expected", "expected_low",
    "expected_high", "verdict",
)  # fmt: skip
WIDTHS = {"collection": 16, "scheme_version": 18, "facility_id": 24, "area": 22, "sex": 14, "age_band": 10}


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet; `kind` is that of its measure, empty for text."""

    title: str
    width: float
    kind: str = ""


@dataclass(frozen=True)
class SheetMeasure:
    """A measure of a sheet: whether its figures have intervals, and whether what flags could do to them is assessed."""

    name: str
    has_interval: bool
    is_assessed: bool

    @property
    def parts(self) -> tuple[str, ...]:
        """The columns of its figures that the sheet shows."""
        return ("value", *(("lower", "upper") if self.has_interval else ()), *(RISK if self.is_assessed else ()))


@dataclass(frozen=True)
class Line:
    """A row of a sheet: text or numbers, and for each number its decimals."""

    cells: list[str | float]
    places: list[int]
    is_total: bool


@dataclass(frozen=True)
class FigureSheet:
    """One sheet of figures: `strata` has a row for each line, `columns` says how it is laid out."""

    name: str
    title: str
    question: str
    footnotes: tuple[str, ...]
    columns: list[SheetColumn]
    strata: pd.DataFrame
    measures: list[SheetMeasure]
    keys: list[str]
    has_causes: bool

    def rows(self) -> Iterator[Line]:
        """The lines, in the order of the sheet."""
        for row in self.strata.to_dict("records"):
            yield self._line(row)

    def _line(self, row: dict) -> Line:
        cells: list[str | float] = [_key_text(key, row[key]) for key in self.keys]
        cells.insert(1, row["_period"])
        if self.has_causes:
            cells += _cause_text(row["cause"], row["cause_title"])
        places = [0] * len(cells)
        marks: dict[str, list[str]] = {}
        for each in self.measures:
            name, words = each.name, measure(each.name)
            status = row[f"{name}|status"]
            if not isinstance(status, str):
                cells += [numbers.ABSENT] * len(each.parts)
                places += [0] * len(each.parts)
                continue
            instead = numbers.mark_instead(status, row[f"{name}|value"])
            limits = [numbers.scaled(row[f"{name}|{end}"], words.kind) for end in ("lower", "upper")]
            digits = numbers.decimals(words.kind, *limits)
            is_assessed = each.is_assessed and not numbers.is_missing(row[f"{name}|bound_kind"])
            for part in each.parts:
                cells.append(instead.symbol if instead else _cell(part, row[f"{name}|{part}"], is_assessed))
                places.append(digits)
            mark = instead or numbers.mark_beside(status)
            if mark:
                marks.setdefault(mark.name, []).append(words.title)
        cells.append(_mark_text(marks, len(self.measures)))
        places.append(0)
        return Line(cells, places, is_total=self.has_causes and row["cause"] == "all")


def _cell(part: str, value: object, is_assessed: bool) -> str | float:
    """A column of a shown figure; of what flags could do to it, the numbers that few records are behind are hidden."""
    if part not in RISK:
        return numbers.NOT_APPLICABLE.symbol if numbers.is_missing(value) else float(value)
    if not is_assessed:
        return numbers.ABSENT
    if numbers.is_missing(value):
        return numbers.HIDDEN.symbol
    return word("verdicts", str(value)) if part == "verdict" else float(value)


def figure_sheets(warehouse: Warehouse, reserved: Sequence[str] = ()) -> Iterator[FigureSheet]:
    """A sheet for each table that has figures, in the order of the tables; one too long for a sheet is split.

    `reserved` are names of sheets that the workbook has besides.
    """
    taken = {name.lower() for name in reserved}
    for table_id, words in table_words(warehouse.con).items():
        strata, measures, keys, has_causes = _pivoted(warehouse.table_figures(table_id), words)
        columns = _columns(keys, has_causes, measures)
        for part, start in enumerate(range(0, len(strata), MOST_ROWS)):
            yield FigureSheet(
                _sheet_name(table_id, part, taken), words.title, words.question, words.footnotes, columns,
                strata.iloc[start : start + MOST_ROWS], measures, keys, has_causes,
            )  # fmt: skip


def _sheet_name(table_id: str, part: int, taken: set[str]) -> str:
    """A name of at most 31 letters that no other sheet has, letters small and capital being the same to Excel."""
    endings = [f" ({number})" if number > 1 else "" for number in range(part + 1, part + len(taken) + 2)]
    names = (f"{table_id[: LONGEST_NAME - len(ending)]}{ending}" for ending in endings)
    name = next(name for name in names if name.lower() not in taken)
    taken.add(name.lower())
    return name


def _pivoted(figures: pd.DataFrame, words: TableWords) -> tuple[pd.DataFrame, list[SheetMeasure], list[str], bool]:
    present = set(figures["measure"])
    stated = [name for name in words.measures if name in present]
    names = stated + sorted(present - set(stated))
    keys = [key for key in KEYS if key == "collection" or figures[key].notna().any()]
    has_causes = bool(figures["cause"].notna().any())
    index = ["period_start", "period_end", *keys, *(["cause", "cause_title"] if has_causes else [])]
    strata = None
    measures = []
    for name in names:
        part = figures[figures["measure"] == name]
        each = SheetMeasure(name, bool(part["lower"].notna().any()), bool(part["bound_kind"].notna().any()))
        measures.append(each)
        kept = ["value", "lower", "upper", "status", *(("bound_kind", *RISK) if each.is_assessed else ())]
        part = part[[*index, *kept]].rename(columns={column: f"{name}|{column}" for column in kept})
        # A merge joins nulls with nulls, so that all (null) meets all.
        strata = part if strata is None else strata.merge(part, on=index, how="outer")
    return _sorted(strata, names[0], keys, has_causes), measures, keys, has_causes


def _sorted(strata: pd.DataFrame, first: str, keys: list[str], has_causes: bool) -> pd.DataFrame:
    """Collections apart; in each the whole before its parts, the newest period first, the leading causes first."""
    split = [key for key in keys if key not in ("collection", "scheme_version", "standard")]
    order = pd.DataFrame({"collection": strata["collection"]})
    order["version"] = strata["scheme_version"].fillna("") if "scheme_version" in keys else ""
    order["margin"] = sum((strata[key].notna().astype(int) * 2**place for place, key in enumerate(split)), start=0)
    order["period"] = -pd.to_datetime(strata["period_start"]).map(lambda day: day.toordinal() if day == day else 0)
    for key in split:
        filled = strata[key].fillna("")
        order[key] = filled.map(lambda band: age_order(band)[0]) if key == "age_band" else filled
    if has_causes:
        order["total"] = strata["cause"] == "all"
        order["rank"] = -strata[f"{first}|value"].fillna(-1)
        order["cause"] = strata["cause"]
    strata = strata.assign(
        _period=[periods.label(*days) for days in zip(strata["period_start"], strata["period_end"], strict=True)]
    )
    return strata.loc[order.sort_values(list(order.columns), kind="stable").index]


def _columns(keys: list[str], has_causes: bool, measures: list[SheetMeasure]) -> list[SheetColumn]:
    columns = [SheetColumn(TITLES[key], WIDTHS.get(key, 16)) for key in keys]
    columns.insert(1, SheetColumn("Period", 12))
    if has_causes:
        columns += [SheetColumn("Code", 10), SheetColumn("Cause", 46)]
    for each in measures:
        words = measure(each.name)
        columns.append(SheetColumn(words.axis, 14, words.kind))
        if each.has_interval:
            columns += [SheetColumn("Lower limit", 11, words.kind), SheetColumn("Upper limit", 11, words.kind)]
        if each.is_assessed:
            columns += [SheetColumn(word("risk_columns", name), 12, words.kind) for name in RISK]
    return [*columns, SheetColumn("Marks", 34)]


def _key_text(key: str, value: object) -> str:
    if numbers.is_missing(value):
        return "All"
    if key == "sex":
        return word("sexes", str(value))
    return "Not known" if value == "unknown" else str(value)


def _cause_text(cause: object, title: object) -> list[str]:
    """Code and title of a cause; a row that is not split by cause is about all of them."""
    if numbers.is_missing(cause):
        return ["", "All"]
    return ["", word("causes", str(cause))] if cause in NOT_CAUSES else [str(cause), str(title)]


def _mark_text(marks: dict[str, list[str]], measures: int) -> str:
    if len(marks) == 1 and len(next(iter(marks.values()))) == measures:
        return next(iter(marks))
    return "; ".join(f"{name}: {', '.join(titles)}" for name, titles in marks.items())
