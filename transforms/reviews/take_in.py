"""Take a reviewed worklist in: judge each row against the warehouse, keep the good ones, say what ails the others.

A decision is about a flag with its evidence. Whether a correction is possible is told by the flag's rule, by what the
record says, and by the code set on the record's day.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from codesets.database import connect, literal
from codesets.verdict import judge, status_on
from transforms.core.corrections import AS_CODED
from transforms.profiles import Profile
from transforms.reviews import store
from transforms.reviews.problems import COLUMN_OF, sentence
from transforms.reviews.sheet import UnreadableReviews, read_sheet

__all__ = ["Refused", "Taken", "UnreadableReviews", "take_in"]

_SQL = Path(__file__).parent / "sql"

# What is neither taken nor refused.
_PASSED_OVER = ("blank", "there_already", "repeated")


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A row that was not taken: its number in the file, the header being 1, the column at fault, and why."""

    row: int
    column: str | None
    reason: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of the rows of a file: every row is in one of the counts, or refused.

    `verdicts` counts the rows taken; `blank` those not reviewed yet; `there_already` those taken in before; `repeated`
    those that say again what an earlier row of the file says.
    """

    rows: int
    verdicts: Mapping[str, int]
    blank: int
    there_already: int
    repeated: int
    refused: tuple[Refused, ...]


def take_in(
    warehouse: Path,
    reviews: Path,
    file: Path,
    profiles: Mapping[str, Profile],
    *,
    reviewer: str | None,
    today: date,
) -> Taken:
    """Add the decisions of a reviewed worklist to the folder `reviews`. For the holder of the lock of reviews only.

    Args:
        warehouse: the published warehouse that the worklist was made from, or a later one; it is only read.
        reviews: the home's folder of reviews.
        file: the worklist, CSV or XLSX, with the columns of `sheet.COLUMNS`.
        profiles: the profile of each source, which says which edition its codes are of.
        reviewer: who decided, where the file does not say.
        today: the day of decisions for which the file gives none.

    Raises:
        UnreadableReviews: where the file is no worklist; nothing is taken.
        OSError: where decisions taken in earlier are damaged.
    """
    with connect(warehouse, read_only=True) as con:
        sheet = read_sheet(con, file, into="given")
        store.load(con, store.reviews_in(reviews), into="decided")
        _run(con, "known_flag")
        _run(con, "decision", {"reviewer": reviewer, "today": today})
        _run(con, "target", names=AS_CODED)
        _judge_targets(con, profiles)
        counts = dict(con.execute("select problem, count(*) from decision group by problem").fetchall())
        decisions = _good(con, sheet.file_name, sheet.sha256, today)
        refused = _refused(con, sheet.width)
    if decisions:
        store.append(reviews, decisions)
    verdicts: dict[str, int] = {}
    for decision in decisions:
        verdicts[decision["verdict"]] = verdicts.get(decision["verdict"], 0) + 1
    passed = {name: counts.get(name, 0) for name in _PASSED_OVER}
    return Taken(rows=sheet.rows, verdicts=verdicts, refused=refused, **passed)


def _run(
    con: duckdb.DuckDBPyConnection,
    name: str,
    values: Mapping[str, Any] | None = None,
    names: Mapping[str, str] | None = None,
) -> None:
    """Run the statements of a file of `sql`, with values bound and expressions put in by name."""
    text = (_SQL / f"{name}.sql").read_text(encoding="utf-8")
    for statement in con.extract_statements(text.format(**names) if names else text):
        known = {key: value for key, value in (values or {}).items() if key in statement.named_parameters}
        con.execute(statement, known)


def _judge_targets(con: duckdb.DuckDBPyConnection, profiles: Mapping[str, Profile]) -> None:
    """Judge corrected codes on their day, and note the problem of each correction that cannot be."""
    con.execute("alter table target add column code varchar")
    con.execute("alter table target add column status varchar")
    coded = "field in ('diagnosis', 'procedure', 'underlying_cause', 'death_condition')"
    for (source,) in con.execute(f"select distinct source from target where {coded} and source is not null").fetchall():
        own = f"{coded} and source = {literal(source)}"
        codes = profiles[source].codes if source in profiles else None
        judge(
            con,
            f"select system, value as code_raw from target where {own} and system is not null",
            into="judged_target",
            national_edition=codes.edition if codes else None,
            categories_only=codes.categories_only if codes else False,
        )
        con.execute(f"""
            update target set
                code = j.code,
                status = {status_on("j", "target.code_date", "target.date_precision")}
            from judged_target as j
            where {own} and j.system = target.system and j.code_raw = target.value
        """)
    _run(con, "target_problem")


def _good(con: duckdb.DuckDBPyConnection, file_name: str, sha256: str, today: date) -> list[dict[str, Any]]:
    """The decisions without a problem, as the store keeps them."""
    found = con.execute(
        """
        with correction as (
            select
                "row",
                list({
                    record_kind: record_kind, record_id: record_id, seq: seq, field: field, was: was,
                    corrected: coalesce(code, value), system: if(code is null, null, system)
                } order by record_kind, record_id, seq, field) as corrections
            from target
            group by "row"
        )
        select
            review_id, flag_id, evidence, verdict, correction as corrected, reviewer,
            cast(coalesce(decided_at, cast($today as timestamp)) as varchar) as decided_at,
            note, selected_by, rule_id, collection, domain, encounter_id, death_id, patient_id, seq, related_id,
            to_json(coalesce(corrections, [])) as corrections,
            $file_name as file_name, $sha256 as file_sha256, "row" as row_number
        from decision
        left join correction using ("row")
        where problem is null
        order by "row"
        """,
        {"today": today, "file_name": file_name, "sha256": sha256},
    )
    names = [column[0] for column in found.description]
    decisions = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return [decision | {"corrections": json.loads(decision["corrections"])} for decision in decisions]


def _refused(con: duckdb.DuckDBPyConnection, width: int) -> tuple[Refused, ...]:
    rows = con.execute(
        'select "row", problem, admits from decision where problem is not null and problem not in '
        '(select unnest(?)) order by "row"',
        [list(_PASSED_OVER)],
    ).fetchall()
    return tuple(
        Refused(row=row, column=COLUMN_OF.get(problem), reason=problem, message=sentence(problem, admits or (), width))
        for row, problem, admits in rows
    )
