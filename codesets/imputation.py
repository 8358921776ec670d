"""Score the imputation of CCSR for new codes, on codes that AHRQ has mapped and that are held back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from codesets.sources.ccsr import VERSION

_FOLDER = Path(__file__).parent

# Codes introduced from this day on are held back: the last two years of the release.
HELD_FROM = date(2021, 10, 1)


@dataclass(frozen=True, kw_only=True)
class Score:
    """Of the codes held back: those for which siblings gave an answer, and those for which it was AHRQ's own."""

    held: int
    answered: int
    right: int

    def __str__(self) -> str:
        return (
            f"{self.right:,} of {self.answered:,} right ({self.right / self.answered:.1%}), "
            f"{self.held - self.answered:,} of {self.held:,} left unmapped"
        )


def score(con: duckdb.DuckDBPyConnection) -> Score:
    """Impute the inpatient default of the codes held back from the siblings of before, and compare with AHRQ's."""
    con.execute((_FOLDER / "construction" / "siblings.sql").read_text(encoding="utf-8"))
    held, answered, right = con.execute(
        (_FOLDER / "imputation.sql").read_text(encoding="utf-8"), {"version": VERSION, "held_from": HELD_FROM}
    ).fetchone()
    return Score(held=held, answered=answered, right=right)
