"""Run the SQL that turns flags into options, file by file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from codesets.database import identifier

HERE = Path(__file__).parent

# A set of targets that holds more signatures than this names nothing.
MOST_SIGNATURES = 400

# Combinations of what several flags allow one record are told apart below this number.
MOST_OPTIONS = 200

# Encounters, of a large warehouse some by chance, among which the codes beside the principal diagnosis are counted.
COUNTED_ENCOUNTERS = 100_000

# So are the states of a unit up to this number.
MOST_STATES = 64

# Days within which a stay whose dates are in doubt ended: longer ones are findings of rule stay_over_a_year.
LONGEST_STAY = 365

# Age groups within which destinations follow what is coded: the broad groups of ICD-10 volume 2 (2016), section 5.6.1,
# with infants apart.
_AGE_GROUP = """case
        when c.age_years is null then null when c.age_years = 0 then 0 when c.age_years < 15 then 1
        when c.age_years < 45 then 15 when c.age_years < 65 then 45 else 65
    end"""

_WORK = (
    "effect_alternative", "open_flag", "flagged_record", "concerned_record", "flag_effect",
    "diagnosis_of_flagged", "principal_of_flagged", "flagged_diagnosis", "condition_of_flagged", "placed_recode",
    "seat", "recode", "change", "age_step", "age_limit", "date_effect", "date_of_person", "covered_month",
    "length_until", "open_end", "open_length",
    "longest_beginning", "stem_of_recode", "set_of_recode", "stem", "diagnosis_code", "stem_code", "set_code",
    "target_code", "target_validity", "target_attribute", "target_group", "epoch", "recode_epoch", "set_epoch",
    "code_epoch", "code_signature", "profile_code", "profile", "target_place", "counted_encounter", "coded_count",
    "profile_count", "class_step", "recode_request", "request", "request_option", "unnamed_recode",
    "changing_flag", "field_value", "combined_field", "value_flag", "combined_further", "combination",
    "combined_value", "record_number", "choice", "seat_change", "factor_record", "factor", "component",
    "merge_component",
)  # fmt: skip


def find_options(con: duckdb.DuckDBPyConnection, on_progress: Callable[[str], None] | None = None) -> None:
    """Fill every table of schema `influence` from the flags; the tables must be empty.

    One connection to the warehouse under construction, its schemas `codes`, `landing`, `core`, `quality` and `stats`
    in the default catalog and filled. Work tables are temporary and dropped at the end.
    """
    say = on_progress or (lambda _: None)
    _run(con, "flags")
    _run(con, "diagnoses")
    _run(con, "changes")
    _run(con, "ages")
    _run(con, "dates")
    _run(con, "targets")
    _run(con, "signatures")
    _run(con, "recodes")
    _run(con, "values")
    for (place,) in con.execute("select distinct place from combined_field order by place").fetchall():
        con.execute(_text("combine").replace("{place}", str(int(place))))
    _run(con, "choices")
    _components(con, "component", "true")
    _components(con, "merge_component", "field = 1 and kind = 'merge'")
    _run(con, "units")
    _run(con, "states")
    _run(con, "added")
    for name in _WORK:
        con.execute(f"drop table if exists temp.{identifier(name)}")
    flags, records, units, options = con.execute("""
        select
            (select count(distinct flag_id) from influence.unit_flag), (select count(*) from influence.record),
            (select count(*) from influence.unit), (select count(*) from influence.option)
    """).fetchone()
    say(f"{flags:,} open flags leave {records:,} records in {units:,} units with {options:,} options")


def _text(name: str) -> str:
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")


def _run(con: duckdb.DuckDBPyConnection, name: str) -> None:
    settings = {
        "{age_group}": _AGE_GROUP,
        "{most_signatures}": str(MOST_SIGNATURES),
        "{most_options}": str(MOST_OPTIONS),
        "{most_states}": str(MOST_STATES),
        "{longest_stay}": str(LONGEST_STAY),
        "{counted_encounters}": str(COUNTED_ENCOUNTERS),
    }
    text = _text(name)
    for setting, value in settings.items():
        text = text.replace(setting, value)
    con.execute(text)


def _components(con: duckdb.DuckDBPyConnection, table: str, condition: str) -> None:
    """Create a temp table of (record, component): the least record that changes under a condition lead to from it."""
    con.execute(f"create or replace temp table edge as select distinct flag, record from change where {condition}")
    con.execute(f"create or replace temp table {table} as select distinct record, record as component from edge")
    # Flags on one record tie nothing together.
    con.execute("delete from edge where flag in (select flag from edge group by flag having count(*) = 1)")
    changed = 1
    while changed:
        changed = con.execute(f"""
            with of_flag as (
                select e.flag, min(t.component) as component
                from edge as e
                join {table} as t using (record)
                group by e.flag
            ),
            of_record as (
                select e.record, min(f.component) as component
                from edge as e
                join of_flag as f using (flag)
                group by e.record
            )
            update {table} as t set component = o.component
            from of_record as o
            where t.record = o.record and t.component > o.component
        """).fetchone()[0]
    con.execute("drop table edge")
