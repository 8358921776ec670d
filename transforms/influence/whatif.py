"""What a change of one record would do to every figure, worked out from cells as flagged changes are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from codesets.database import identifier, literal
from codesets.verdict import judge, status_on
from transforms.influence.assess import each_breakdown
from transforms.influence.breakdowns import Breakdown
from transforms.influence.effects import TableRows, rows_of
from transforms.influence.forms import FORMS
from transforms.influence.found import Found
from transforms.influence.lengths import lengths_after
from transforms.influence.results import Results
from transforms.measures import stored_specifications
from transforms.measures.definitions import DEFINITIONS

# Temporary tables hold the one record and its two options: the warehouse is not written to.
_TRIAL = "temp"
_SHAPED = ("unit", "record", "option", "state", "recoded", "recoded_condition")
_TABLES = (*_SHAPED, "record_rules", "whatif_coded")
# A share of 0 stays 0 of one record more; what rounding leaves of no change is no change.
_ROUNDING = 1e-12

# Measures of what became of a patient after the stay began or ended: facts of core that a record's outcome decides.
_FROM_FACTS = ("died_from_admission", "died_from_discharge")


class NoSuchRecord(LookupError):  # noqa: N818 - the name of what is wrong
    """No record that counts has the identifier; the message says what may have been meant."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What the record is taken to be: fields that are None stay as coded. `is_dropped`: it does not count at all."""

    code: str | None = None
    system: str | None = None
    sex: str | None = None
    died: bool | None = None
    is_dropped: bool = False


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A figure (its row number in stats.figure) before and after; `after` is None where it would have no value."""

    figure: int
    before: float
    after: float | None


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """What would change.

    `new` are cells that have no figure yet: (table, measure, cause, period_start). `frozen` are measures among the
    moved whose fit stays as coded, `left_out` those of the tables of this kind of record that are not worked out.
    `code_status` is that of the new code on the record's day, None without one.
    """

    domain: str
    moved: tuple[Moved, ...]
    new: tuple[tuple[str, str, str, Any], ...]
    frozen: tuple[str, ...]
    left_out: tuple[str, ...]
    code_status: str | None


def predict(con: duckdb.DuckDBPyConnection, record: str, change: Change, *, is_death: bool = False) -> Prediction:
    """What every figure would be if a record were otherwise, all others as coded.

    `record` is a stay_id, encounter_id or death_id; `is_death` says that a death is meant where a stay has the same.
    The connection to a published warehouse may be read-only.

    Raises:
        NoSuchRecord: where no record that counts has the identifier.
        ValueError: where the record cannot be changed so.
    """
    domain, record_id = find_record(con, record, is_death=is_death)
    if domain == "death" and change.died is not None:
        raise ValueError("a death has no other outcome; `--drop` leaves it out")
    columns, status = _changed(con, domain, record_id, change)
    every, settings = stored_specifications(con)
    tables = [table for table in every if table.domain == domain]
    results = Results(con, every, settings)
    moved: list[Moved] = []
    new: dict[tuple[str, str, str, Any], None] = {}

    def take(part: Breakdown, found: Found) -> None:
        moves = found.moves
        rows = np.flatnonzero((moves.dn != 0) | (moves.dd != 0))
        figures = found.figures[moves.figure[rows]]
        if part.is_of_lengths:
            figures, after = lengths_after(con, part, found, results)
        else:
            base = results.base(figures)
            d = np.where(base.is_fixed, base.d, base.d + moves.dd[rows])
            after = results.values_of(figures, base.n + moves.dn[rows], d)
        before = results.value[figures]
        for figure, was, becomes in zip(figures.tolist(), before.tolist(), after.tolist(), strict=True):
            if np.isnan(becomes):
                moved.append(Moved(figure=figure, before=was, after=None))
            elif abs(becomes - was) > _ROUNDING * abs(was):
                moved.append(Moved(figure=figure, before=was, after=becomes))
        new.update(dict.fromkeys(_without_figures(con, part, settings.year_start)))

    _place(con, columns, is_dropped=change.is_dropped)
    each_breakdown(con, tables, settings, take, source=_TRIAL)
    for name in _TABLES:
        con.execute(f"drop table {_TRIAL}.{identifier(name)}")
    measures = dict(con.execute("select rowid, measure from stats.figure").fetchall())
    of_moved = {measures[one.figure] for one in moved}
    return Prediction(
        domain=domain,
        moved=tuple(sorted(moved, key=lambda one: one.figure)),
        new=tuple(new),
        frozen=tuple(sorted(name for name in of_moved if FORMS[name].is_conditional)),
        left_out=_left_out(con, tables, change),
        code_status=status,
    )


def find_record(con: duckdb.DuckDBPyConnection, record: str, *, is_death: bool = False) -> tuple[str, str]:
    """The domain and record_id of stats.contribution that an identifier means."""
    found = con.execute(
        """
        select "domain", record_id
        from (
            select 'discharge' as "domain", stay_id as record_id, 1 as place from core.stay
            where stay_id = $record and counts_as_discharge
            union all
            select 'discharge', s.stay_id, 2 from core.encounter as e join core.stay as s using (stay_id)
            where e.encounter_id = $record and s.counts_as_discharge
            union all
            select 'death', death_id, 3 from core.death where death_id = $record
        )
        where $is_death = ("domain" = 'death') or not $is_death
        order by place
        limit 1
        """,
        {"record": record, "is_death": is_death},
    ).fetchone()
    if found is not None:
        return found
    like, uncounted = con.execute(
        """
        select
            (select count(*) from core.encounter where suffix(encounter_id, ':' || $record))
                + (select count(*) from core.death where suffix(death_id, ':' || $record)),
            (select count(*) from core.encounter where encounter_id = $record)
        """,
        {"record": record},
    ).fetchone()
    if uncounted and not is_death:
        raise NoSuchRecord("the encounter is no inpatient stay that counts as a discharge: no figure rests on it")
    hint = "it begins with the name of its source and a colon"
    if like:
        hint = f"{like:,} {'has' if like == 1 else 'have'} it behind the name of a source and a colon"
    raise NoSuchRecord(f"no {'death' if is_death else 'stay, encounter or death'} has this identifier; {hint}")


def _changed(
    con: duckdb.DuckDBPyConnection, domain: str, record_id: str, change: Change
) -> tuple[Mapping[str, str], str | None]:
    """Create `whatif_coded`, the record as coded; return what changes, as SQL, and the code's status."""
    con.execute(
        """
        create or replace temp table whatif_coded as
        select * exclude (record_number, bucket) from stats.contribution where "domain" = ? and record_id = ?
        """,
        [domain, record_id],
    )
    columns: dict[str, str] = {}
    status = None
    if change.sex is not None:
        columns["sex"] = literal(change.sex)
    if change.died is not None:
        columns["died"] = str(change.died).lower()
    if change.code is not None:
        own = con.execute('select "system" from whatif_coded').fetchone()[0]
        system = change.system or own
        if system is None:
            raise ValueError("the record has no code as coded: name the system too, e.g. `--code 'icd10cm I21.9'`")
        judge(con, f"select {literal(system)} as system, {literal(change.code)} as code_raw", into="whatif_judged")
        code, status = con.execute(
            f"""
            select j.code, {status_on("j", "c.event_date", "c.date_precision")}
            from whatif_coded as c cross join whatif_judged as j
            """
        ).fetchone()
        if code is None:
            raise ValueError(f"{change.code} is no code that {system} could have")
        columns |= {"system": literal(system), "code": literal(code), "code_status": literal(status)}
    return columns, status


def _place(con: duckdb.DuckDBPyConnection, columns: Mapping[str, str], *, is_dropped: bool) -> None:
    """Fill the trial's tables, of the columns of schema influence: one unit of one record with two options."""
    code, system = columns.get("code", "null"), columns.get("system", "null")
    replaced = ", ".join(f'{value} as "{name}"' for name, value in columns.items())
    for name in _SHAPED:
        table = identifier(name)
        con.execute(f"create or replace temp table {table} as from influence.{table} limit 0")
    con.execute(
        f"""
        insert into temp.unit by name
        select 1 as unit_id, collection, 1 as flags, 1 as records, false as has_states, false as is_relaxed
        from whatif_coded;

        insert into temp.record by name
        select 1 as record, 1 as unit_id, "domain", record_id from whatif_coded;

        insert into temp."option" by name
        select
            1 as option_id, 1 as record, 'coded' as kind, true as is_coded, false as is_absent, true as is_named,
            false as is_wild, 0 as share, *
        from whatif_coded
        union all
        select 2, 1, 'recode', false, {is_dropped}, true, false, 1, * {f"replace ({replaced})" if replaced else ""}
        from whatif_coded;

        -- Another principal diagnosis stands where the one as coded stood.
        insert into temp.recoded by name
        select
            2 as option_id, d.encounter_id, min(d.seq) as seq, {code}::varchar as code, {system}::varchar as "system",
            false as is_any
        from whatif_coded as c
        join core.stay as s on c."domain" = 'discharge' and s.stay_id = c.record_id
        join core.diagnosis as d on d.encounter_id = s.principal_encounter_id and d.role = 'principal'
        where {"code" in columns}
        group by d.encounter_id;

        create or replace temp table record_rules as select 1 as record, 0 as rule_set;
        """
    )


def _without_figures(
    con: duckdb.DuckDBPyConnection, part: Breakdown, year_start: int
) -> list[tuple[str, str, str, Any]]:
    """Causes, over all else, that the record would be the first of: (table, measure, cause, period_start)."""
    if tuple(part.margin.by) != ("cause",) or any(FORMS[one.name].by != "cells" for one in part.definitions):
        return []
    measures = ", ".join(f"({literal(definition.name)})" for definition in part.definitions)
    rows = TableRows.of(part.table, year_start).select()
    return con.execute(
        f"""
        select distinct $table_id, m.measure, e.cause, e.period_start
        from ({rows_of(part, rows, "option_id")}) as e
        cross join (values {measures}) as m (measure)
        where e.option_id = 2 and e.cause <> 'all' and not exists (
            from stats.figure as f
            where f.table_id = $table_id and f.measure = m.measure and f.collection = e.collection
                and f.period_start is not distinct from e.period_start
                and f.scheme_version is not distinct from e.scheme_version and f.cause = e.cause
                and f.facility_id is null and f.area is null and f.sex is null and f.age_band is null
        )
        order by all
        """,
        {"table_id": part.table.table_id},
    ).fetchall()


def _left_out(con: duckdb.DuckDBPyConnection, tables: Sequence, change: Change) -> tuple[str, ...]:
    """Measures of the tables whose change is not worked out."""
    names = {definition.name for table in tables for definition in table.definitions}
    # How many patients there are rests on their other records too.
    found = {name for name in names if name not in FORMS or FORMS[name].by == "patients"}
    if change.died is not None:
        found |= {name for name in names - found if FORMS[name].numerator in _FROM_FACTS}
    return tuple(sorted(found, key=list(DEFINITIONS).index))
