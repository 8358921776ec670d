"""Suggest what may have been meant by codes that are not valid on their day, a whole relation at once.

    suggest(con, "select distinct system, code_raw, code_status, discharge_date as on_date from ...", into="suggestion")

Every suggestion is a code that may be reported on that day. Suggestions are for people to choose from: no record is
ever changed by them. Why each is offered stands in `reason`, whose values and words are those of `REASONS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from codesets.database import identifier, literal
from codesets.verdict import judge, nested, status_on

_SUGGEST = Path(__file__).with_name("suggest.sql").read_text(encoding="utf-8")

# As many as a person takes in at a glance.
MAXIMUM = 10

REASONS = {
    "other_system": "a valid code of another system",
    "other_signs": "the same letters and digits, without other signs or zeros before them",
    "letter_for_digit": "a letter typed for a digit, or a digit for a letter",
    "number_in_spreadsheet": "a spreadsheet reads this code as that number",
    "date_in_spreadsheet": "a spreadsheet reads this code as that date",
    "equivalent": "the equivalent in the edition of that day",
    "successor": "took its place",
    "predecessor": "what was reported before it",
    "subdivided": "the code was subdivided",
    "placeholder": "placeholder X and seventh character",
    "seventh_character": "seventh character",
    "other_seventh_character": "another seventh character",
    "code_below": "a reportable code below the header",
    "code_above": "the longest beginning that is a code",
}


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A code that may have been meant, why, and its title."""

    system: str
    code: str
    title: str | None
    reason: str


def suggest(con: duckdb.DuckDBPyConnection, codes: str, *, into: str = "suggestion", maximum: int = MAXIMUM) -> None:
    """Create the temporary table `into` with the suggestions for the codes that the query `codes` returns.

    `codes` returns system, code_raw, code_status and on_date (DATE; null: the last day for which the system is known);
    give each bad code once with one day, for the work grows with both. Codes that are valid or unknown are left out.

    Columns: system, code_raw, code_status, on_date, rank (1 is the likeliest, up to `maximum`), suggested_system,
    suggestion, reason. A code without a suggestion has no row.
    """
    con.execute(
        f"create or replace temp table {identifier(into)} as with recursive given_codes as ({codes}) "
        + nested(_SUGGEST),
        {"maximum": maximum},
    )


def suggestions_for(
    con: duckdb.DuckDBPyConnection, system: str, code_raw: str, on: date, maximum: int = MAXIMUM
) -> tuple[str, tuple[Suggestion, ...]]:
    """Judge one code as one system's on a day; return its status and what may have been meant."""
    con.execute(
        "create or replace temp table suggest_given as "
        "select $system as system, $code as code_raw, $on::date as on_date",
        {"system": system, "code": code_raw, "on": on},
    )
    judge(con, "select system, code_raw from suggest_given", into="suggest_judged")
    status = con.execute(
        f"select {status_on('suggest_judged', 'g.on_date')} from suggest_given as g "
        "join suggest_judged using (system, code_raw)"
    ).fetchone()[0]
    if status in ("valid", "unknown"):
        return status, ()
    suggest(
        con,
        f"select system, code_raw, {literal(status)} as code_status, on_date from suggest_given",
        into="suggest_found",
        maximum=maximum,
    )
    rows = con.execute(
        "select found.suggested_system, found.suggestion, code.title, found.reason from suggest_found as found "
        'left join codes.code as code on code."system" = found.suggested_system and code.code = found.suggestion '
        "order by found.rank"
    ).fetchall()
    found = tuple(Suggestion(system=row[0], code=row[1], title=row[2], reason=row[3]) for row in rows)
    return status, found
