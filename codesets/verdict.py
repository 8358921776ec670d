"""Judge codes on their dates, a whole table at once.

What a code is worth depends on the day: not yet valid, valid, retired; before and after the days that its code set
covers, unknown. So each *distinct* raw code is judged once, into a row that says where these steps lie, and a record
takes its status from that row by comparing its date with four others. That is a hash join and a `case`, which is what
keeps ten million diagnoses cheap.

    judge(con, "select distinct 'icd10cm' as system, code_raw from long_diagnosis", into="judged")
    con.execute(f'''
        insert into core.diagnosis by name
        select d.encounter_id, d.seq, d.role, d.code_raw, judged.code, d.system, d.poa,
            {status_on("judged", "e.discharge_date", "e.date_precision")} as code_status
        from long_diagnosis as d
        join encounter as e using (encounter_id)
        join judged on judged.system = d.system and judged.code_raw = d.code_raw
    ''')

Where all codes of a relation are of one system, join on `code_raw` alone. Leave out raw values for which the macro
`is_blank_code` holds (empty, `-`): they say that no code was given; what is left and has no canonical code is
`malformed`.

Statuses: `valid`; `header` (a category that is subdivided); `retired` and `not_yet_valid` by the date; `wrong_system`
(the code belongs to another system, or the system was not in use on that day in the country whose edition it is);
`malformed` (no code of that system can look so); `not_found`; `unknown` (no code set is at hand, or none for that day
or that country's edition, or the record has no date).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from codesets.database import identifier

_JUDGE = Path(__file__).with_name("verdict.sql").read_text(encoding="utf-8")


def judge(
    con: duckdb.DuckDBPyConnection,
    codes: str,
    *,
    into: str = "judged",
    national_edition: str | None = None,
    categories_only: bool = False,
) -> None:
    """Create the temporary table `into`: one row for each distinct (system, code_raw) that the query `codes` returns.

    `national_edition` names the country whose own edition the source uses, where it is not the edition at hand (any
    text: `br`, `uk`): what is not found there is then unknown, never wrong. `categories_only` says that the source
    carries 3-character categories on purpose: they are valid. Schema `codes` must be filled, and the macros created.

    Columns: system, code_raw, code (null where the value is no code), and the steps that `status_on` reads. Null raw
    codes are left out.
    """
    con.execute(
        f"create or replace temp table {identifier(into)} as with distinct_codes as ({codes}) " + nested(_JUDGE),
        {"national_edition": national_edition, "categories_only": categories_only},
    )


def status_on(judged: str, date: str, precision: str = "'day'") -> str:
    """Return the SQL expression of `code_status` for a row of the judged table and a date.

    `judged` is the alias of the judged table, `date` an SQL expression (DATE, null where unknown), `precision` one that
    gives `day`, `month`, `year` or `shifted`. Where only the month or year is known, and `date` is its first day, a
    code is judged on the day of it that suits it best; a shifted date is no date. Both expressions are evaluated
    several times over: give columns, not formulas.
    """
    j = identifier(judged)
    exact = precision == "'day'"
    undated = f"{date} is null" if exact else f"{date} is null or {precision} = 'shifted'"
    last = date if exact else f"last_code_day({date}, {precision})"
    # Almost every code of a real extract is in force on its day: what answers for it is asked first.
    return (
        f"case when {undated} then {j}.status_undated "
        f"when {date} >= {j}.valid_from and {date} <= {j}.valid_to and {j}.gap_from is null then {j}.status_within "
        f"when {last} < {j}.other_from then {j}.status_undated "
        f"when {last} < {j}.known_from then {j}.status_before_known "
        f"when {date} > {j}.known_to then {j}.status_after_known "
        f"when {last} < {j}.valid_from then {j}.status_before "
        f"when {date} > {j}.valid_to then {j}.status_after "
        f"when {date} >= {j}.gap_from and {last} <= {j}.gap_to then {j}.status_after "
        f"else {j}.status_within end"
    )


def nested(statement: str) -> str:
    """Continue an opened list of CTEs with those of a statement that opens its own."""
    opening = "with recursive\n" if "with recursive\n" in statement else "with\n"
    return statement[statement.index(opening) :].replace(opening, ",\n", 1)
