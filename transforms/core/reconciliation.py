"""`core.reconciliation`: from rows read to encounters, stays and deaths, step by step, adding up exactly.

rows_read - rows_rejected - exact_duplicate - later_version - folded_into_encounter - replaced - voided - void
- dropped_by_review = encounters; encounters - encounters_outside_stays - folded_into_stay = stays; for deaths,
- same_person - dropped_by_review = deaths.
Steps that begin with `of_which_` count a part of a total again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from codesets.database import literal
from transforms.core.inputs import Numbered
from transforms.core.ledger import REASONS

_REASONS = ", ".join(map(literal, REASONS))

# Step, fate that it counts, and what it says.
FATES = (
    ("out_of_scope", "out_of_scope", "Rows that the profile says are no such records, e.g. fetal deaths"),
    (
        "exact_duplicate",
        "exact_duplicate",
        "Rows that repeat another row wholly, or but for the columns the profile names",
    ),
    ("later_version", "later_version", "Rows that a later version of the same record replaces"),
    ("folded_into_encounter", "folded", "Further lines or segments of an encounter already counted"),
    ("same_person", "same_person", "Deaths of a person whose death another row already tells"),
    ("of_unfit_bill", "of_unfit_bill", "Rows of bills that were replaced or voided"),
    ("of_dropped_record", "of_dropped_record", "Rows of records that a review dropped"),
)
OUTCOMES = (
    ("replaced", "Bills that a replacement bill supersedes"),
    ("voided", "Bills that a void cancels"),
    ("void", "Voids themselves, which are no care"),
)


def write_reconciliation(con: duckdb.DuckDBPyConnection, numbered: Sequence[Numbered], staged: set[str]) -> None:
    """Fill core.reconciliation for every source."""
    for each in numbered:
        for order, (step, count, weighted, note) in enumerate(_steps(each, staged), 1):
            con.execute(
                f"""insert into core.reconciliation
select $source, $collection, $order, $step, ({count}), ({weighted}), $note""",
                {
                    "source": each.source.name,
                    "collection": each.source.collection,
                    "order": order,
                    "step": step,
                    "note": note,
                },
            )


Step = tuple[str, str, str, str]


def _steps(numbered: Numbered, staged: set[str]) -> Iterator[Step]:
    for kind in ("encounter", "death"):
        if numbered.work(kind) in staged:
            yield from _record_steps(numbered, kind, staged)
    used = {section.file for kind in ("encounter", "death") if (section := getattr(numbered.profile, kind))}
    for role in dict.fromkeys(batch.role for batch in numbered.given.batches):
        if role not in used:
            yield from _file_steps(numbered, role)


def _rows(numbered: Numbered, role: str, prefix: str) -> Iterator[Step]:
    read = sum(batch.rows_read for _, batch in numbered.of_role(role))
    faulty = sum(batch.rows_faulty for _, batch in numbered.of_role(role))
    yield f"{prefix}rows_read", str(read), "null", "Records found in the files"
    rejected = f"{faulty} + ({_fated(numbered, role, f'fate in ({_REASONS})')})"
    yield f"{prefix}rows_rejected", rejected, "null", "Records that cannot be read or have no key"
    for step, fate, note in FATES:
        yield f"{prefix}{step}", _fated(numbered, role, f"fate = {literal(fate)}"), "null", note


def _fated(numbered: Numbered, role: str, test: str) -> str:
    return (
        f"select count(*) from work_fate where source_number = {numbered.number} and role = {literal(role)} and {test}"
    )


def _file_steps(numbered: Numbered, role: str) -> Iterator[Step]:
    for step in _rows(numbered, role, f"{role}: "):
        if step[0].split(": ")[1] in (
            "rows_read",
            "rows_rejected",
            "exact_duplicate",
            "later_version",
            "of_unfit_bill",
            "of_dropped_record",
        ):
            yield step


def _record_steps(numbered: Numbered, kind: str, staged: set[str]) -> Iterator[Step]:
    section = getattr(numbered.profile, kind)
    source = literal(numbered.source.name)
    prefix = "deaths: " if kind == "death" and numbered.work("encounter") in staged else ""
    for step in _rows(numbered, section.file, prefix):
        name = step[0].removeprefix(prefix)
        if name in ("of_unfit_bill", "of_dropped_record") or (kind == "encounter" and name == "same_person"):
            continue
        if name == "folded_into_encounter" and kind == "death":
            continue
        yield step
    dropped = f"select count(*) from work_dropped where source_number = {numbered.number} and kind = {literal(kind)}"
    yield f"{prefix}dropped_by_review", dropped, "null", "Records that a review dropped, which the site applies"
    if kind == "death":
        yield "deaths", *_counted(f"core.death where source = {source}"), "Deaths"
        return
    for outcome, note in OUTCOMES:
        yield outcome, f"select count(*) from {numbered.work('unfit')} where outcome = {literal(outcome)}", "null", note
    yield "encounters", *_counted(f"core.encounter where source = {source}"), "Encounters"
    outside = f"core.encounter where source = {source} and stay_id is null"
    yield "encounters_outside_stays", *_counted(outside), "Encounters that are part of no inpatient stay"
    folded = f"select coalesce(sum(encounters - 1), 0) from core.stay where source = {source}"
    yield "folded_into_stay", folded, "null", "Episodes, continuations and interim bills of a stay already counted"
    yield "stays", *_counted(f"core.stay where source = {source}"), "Stays of any class"
    counted = f"core.stay where source = {source} and counts_as_discharge"
    yield "of_which_discharges", *_counted(counted), "Stays that count as discharges"
    for stay_class in ("day_case", "newborn", "long_term"):
        those = f"core.stay where source = {source} and stay_class = {literal(stay_class)}"
        yield f"of_which_{stay_class}", *_counted(those), f"Stays of class {stay_class}"
    table = numbered.work("encounter")
    if numbered.profile.stay.number is not None:
        later = f"select count(*) from {table} where try_cast(episode_number as decimal(18, 3)) > 1"
        yield "of_which_later_episodes", later, "null", "Encounters that are second or later episodes of a stay"
    if numbered.profile.stay.continues is not None:
        continuing = f"select count(*) from {table} where continues is not null"
        yield "of_which_continuations", continuing, "null", "Encounters that continue another"


def _counted(relation: str) -> tuple[str, str]:
    """SQL of how many records there are, and of their weight where any weight is not one."""
    weight = f"select case when min(weight) <> 1 or max(weight) <> 1 then sum(weight) end from {relation}"
    return f"select count(*) from {relation}", weight
