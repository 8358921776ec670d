"""What a report is made of: sections that hold sentences, headline figures, charts and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import plotly.graph_objects as go


@dataclass(frozen=True)
class Mark:
    """A mark in a table, with what it means; the page writes it with its explanation for screen readers."""

    symbol: str
    name: str


@dataclass(frozen=True)
class Amount:
    """A written number, with the mark that stands beside it; `number` is it for a workbook, with `places` decimals."""

    text: str
    beside: Mark | None = None
    number: float | None = None
    places: int = 0
    is_share: bool = False


@dataclass(frozen=True)
class Strip:
    """A figure's interval and bounds drawn to one scale, places from 0 to 100; None where there is no such pair.

    `text` stands in its place in a workbook, `summary` says it to who cannot see it.
    """

    value: float
    interval: tuple[float, float] | None
    bounds: tuple[float, float]
    worst: tuple[float, float] | None
    text: str
    summary: str


Cell = str | Mark | Amount | Strip

SHORT_ROWS = 16
SHORT_LETTERS = 1500


@dataclass(frozen=True)
class Column:
    """A column of a table. `is_number` sets it right-aligned, `is_code` in fixed width, `is_prose` wide."""

    title: str
    is_number: bool = False
    is_code: bool = False
    is_prose: bool = False


@dataclass(frozen=True)
class Table:
    """A table as people read it. `totals` are the indices of the rows set apart, `alarms` of those that hold.

    `rows_of_workbook` follow the rows in the workbook only, where a page would be too long.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    totals: frozenset[int] = frozenset()
    note: str = ""
    alarms: frozenset[int] = frozenset()
    rows_of_workbook: Sequence[Sequence[Cell]] = ()

    kind = "table"

    @property
    def is_short(self) -> bool:
        """Whether it fits a third of a printed page, and so is never cut."""
        letters = sum(len(cell) for row in self.rows for cell in row if isinstance(cell, str))
        return len(self.rows) <= SHORT_ROWS and letters <= SHORT_LETTERS


@dataclass(frozen=True)
class Chart:
    """A chart: its title is its finding or its question, `summary` says it to who cannot see it."""

    title: str
    figure: go.Figure
    summary: str
    source: str
    table: Table
    note: str = ""
    is_half: bool = False
    needs_width: bool = False

    kind = "chart"


@dataclass(frozen=True)
class Headline:
    """A headline figure: title, number, interval, a sentence to read aloud, and what open flags could do to it."""

    title: str
    value: str
    unit: str
    interval: str
    sentence: str
    mark: Mark | None = None
    strip: Strip | None = None
    risk: str = ""


@dataclass(frozen=True)
class Headlines:
    """A row of headline figures."""

    figures: Sequence[Headline]

    kind = "headlines"


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str

    kind = "text"


Block = Table | Chart | Headlines | Text


@dataclass(frozen=True)
class Section:
    """A heading with its blocks and sections below it. `identifier` is unique in the report."""

    identifier: str
    title: str
    blocks: Sequence[Block] = ()
    sections: Sequence[Section] = field(default_factory=tuple)
