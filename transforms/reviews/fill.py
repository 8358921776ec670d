"""Fill quality.review and quality.correction from the home's reviews, before the rules look at the records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from transforms.reviews import store

_REVIEWS = Path(__file__).parent / "sql" / "review.sql"


def fill_reviews(con: duckdb.DuckDBPyConnection, files: Sequence[Path], *, applies: bool) -> None:
    """Fill the two tables, which are empty before, from the given files of the home's reviews.

    Of the decisions on a flag with the same evidence the latest stands: by its date, then in the order taken in. Of
    those on a flag, whatever its evidence, the latest says what is corrected. `applies` says whether the site has
    corrections applied; where it has not, each says so in `reason`.

    Raises:
        OSError: naming the file, where one is damaged.
    """
    store.load(con, files, into="decided")
    for statement in con.extract_statements(_REVIEWS.read_text(encoding="utf-8")):
        con.execute(statement, {"applies": applies} if "applies" in statement.named_parameters else None)
    con.execute("drop table decided")


def settle_corrections(con: duckdb.DuckDBPyConnection, on_progress: Callable[[str], None]) -> None:
    """Say how many decisions stand, and what became of the corrections, once core is built."""
    reviews, corrections, applied = con.execute("""
        select
            (select count(*) from quality.review where is_standing),
            (select count(*) from quality.correction),
            (select count(*) from quality.correction where is_applied)
    """).fetchone()
    if reviews:
        on_progress(f"{reviews:,} decisions on flags stand; {applied:,} of {corrections:,} corrections are applied")
