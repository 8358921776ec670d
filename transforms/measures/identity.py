"""The identifier of a figure, which survives a rebuild.

`figure_id` is the first 16 hexadecimal digits (lower case) of the SHA-256 of the UTF-8 bytes of the identifying
columns, in the order of `IDENTIFYING`, joined by U+001F (unit separator). A null is U+001E (record separator) alone,
a date is written YYYY-MM-DD, the confidence with the fewest digits that give it back (`0.95`), any other column is
written as it stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

IDENTIFYING = (
    "table_id",
    "measure",
    "scheme",
    "scheme_version",
    "cause",
    "period_start",
    "period_end",
    "collection",
    "facility_id",
    "area",
    "sex",
    "age_band",
    "stratum_name",
    "stratum",
    "standard",
    "confidence",
)


def figure_id(figure: Mapping[str, str | date | float | None]) -> str:
    """The identifier of a figure given by its identifying columns; those left out are null."""
    parts = ("\x1e" if figure.get(name) is None else str(figure[name]) for name in IDENTIFYING)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def figure_id_sql() -> str:
    """The same as an SQL expression over the identifying columns."""
    parts = (f"coalesce({name}::varchar, chr(30))" for name in IDENTIFYING)
    return f"left(sha256(concat_ws(chr(31), {', '.join(parts)})), 16)"
