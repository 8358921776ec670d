"""Read from the finished warehouse what a report may show, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pandas as pd

from codesets.database import literal
from reports import numbers
from transforms.disclosure import HIDDEN, released
from transforms.disclosure.suppression import DERIVED

# figure_id is unique, so that the order is total; the columns before it keep together what is read together.
ORDER = "collection, table_id, measure, scheme, scheme_version, period_start, period_end, figure_id"


class HiddenNumberError(Exception):
    """A number stands beside a status that hides it."""


@dataclass(frozen=True)
class Warehouse:
    """The finished warehouse, seen through disclosure control."""

    con: duckdb.DuckDBPyConnection
    minimum_count: int

    def table(self, sql: str, parameters: list | None = None) -> pd.DataFrame:
        """The answer to a query, as a table."""
        return self.con.execute(sql, parameters or []).df()

    def collections(self) -> list[str]:
        """Collections that have sources or figures, `main` first, the others in alphabetical order."""
        rows = self.con.execute(
            "select distinct collection from (select collection from core.reconciliation"
            " union all select collection from core.coverage union all select collection from stats.figure)"
            " order by collection <> 'main', collection"
        ).fetchall()
        return [name for (name,) in rows]

    def all_figures(self) -> duckdb.DuckDBPyRelation:
        """The released figures of all collections, as a relation."""
        return released(self.con)

    def figures(self, collection: str) -> pd.DataFrame:
        """The released figures of a collection. Raises HiddenNumberError; see `assert_hidden`."""
        return self._checked(f"collection = {literal(collection)}")

    def table_figures(self, table_id: str) -> pd.DataFrame:
        """The released figures of a table, in all collections. Raises HiddenNumberError; see `assert_hidden`."""
        return self._checked(f"table_id = {literal(table_id)}")

    def _checked(self, condition: str) -> pd.DataFrame:
        figures = self.all_figures().filter(condition).order(ORDER).df()
        assert_hidden(figures)
        return figures

    def hides(self, value: float | None) -> bool:
        """Whether a count of records is too small to show."""
        return numbers.small_count_hidden(value, self.minimum_count)


def assert_hidden(figures: pd.DataFrame) -> None:
    """Raise HiddenNumberError unless every figure with a hiding status is without its numbers."""
    hiding = figures[figures["status"].isin(HIDDEN)]
    for column in DERIVED:
        if column in hiding and hiding[column].notna().any():
            raise HiddenNumberError(
                f"The released figures hold numbers in '{column}' beside a status that hides them; nothing was written."
            )
