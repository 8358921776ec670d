"""A change of one record: which record is meant, and what it would be, as statements on an excerpt of the warehouse."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from codesets.database import literal
from codesets.verdict import judge, status_on


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
class Record:
    """A record of stats.contribution; `patient_id` is None where nobody knows whose it is."""

    domain: str
    record_id: str
    collection: str
    patient_id: str | None


@dataclass(frozen=True, kw_only=True)
class Code:
    """A principal diagnosis or underlying cause, in canonical form, with its status on the record's day."""

    system: str
    code: str
    status: str


def find_record(con: duckdb.DuckDBPyConnection, record: str, *, is_death: bool = False) -> Record:
    """The record that an identifier means: a stay_id, encounter_id or death_id.

    Raises:
        NoSuchRecord: where no record that counts has the identifier.
    """
    found = con.execute(
        """
        select "domain", record_id, collection, patient_id
        from (
            select 'discharge' as "domain", stay_id as record_id, collection, patient_id, 1 as place from core.stay
            where stay_id = $record and counts_as_discharge
            union all
            select 'discharge', s.stay_id, s.collection, s.patient_id, 2
            from core.encounter as e join core.stay as s using (stay_id)
            where e.encounter_id = $record and s.counts_as_discharge
            union all
            select 'death', death_id, collection, patient_id, 3 from core.death where death_id = $record
        )
        where $is_death = ("domain" = 'death') or not $is_death
        order by place
        limit 1
        """,
        {"record": record, "is_death": is_death},
    ).fetchone()
    if found is not None:
        return Record(**dict(zip(("domain", "record_id", "collection", "patient_id"), found, strict=True)))
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


def judged(con: duckdb.DuckDBPyConnection, record: Record, change: Change) -> Code | None:
    """The code that the record would have; None where it keeps its own.

    Raises:
        ValueError: where it can be no code, or nobody knows of which system.
    """
    if change.code is None:
        return None
    own = con.execute(
        'select "system", event_date, date_precision from stats.contribution where "domain" = ? and record_id = ?',
        [record.domain, record.record_id],
    ).fetchone()
    system = change.system or own[0]
    if system is None:
        raise ValueError("the record has no code as coded: name the system too, e.g. `--code 'icd10cm I21.9'`")
    judge(con, f"select {literal(system)} as system, {literal(change.code)} as code_raw", into="whatif_judged")
    code, status = con.execute(
        f"""
        select j.code, {status_on("j", "c.event_date", "c.date_precision")}
        from (select $day::date as event_date, $precision::varchar as date_precision) as c
        cross join whatif_judged as j
        """,
        {"day": own[1], "precision": own[2]},
    ).fetchone()
    if code is None:
        raise ValueError(f"{change.code} is no code that {system} could have")
    return Code(system=system, code=code, status=status)


def statements(record: Record, change: Change, code: Code | None) -> str:
    """SQL that makes a record of core what it is taken to be."""
    own = literal(record.record_id)
    if record.domain == "death":
        if change.is_dropped:
            return _DEATH_LESS.format(own=own)
        columns = {"sex": change.sex and literal(change.sex)}
        if code:
            columns |= {name: literal(value) for name, value in _death_code(code).items()}
        return _update("core.death", "death_id", own, columns)
    if change.is_dropped:
        return f"delete from core.stay where stay_id = {own}"
    columns = {"sex": change.sex and literal(change.sex)}
    if change.died is not None:
        # Nobody knows where one who is taken to have left alive went to.
        disposition = "'died'" if change.died else "nullif(discharge_disposition, 'died')"
        columns |= {"died": str(change.died).lower(), "discharge_disposition": disposition}
    if code:
        columns |= {f"principal_{name}": literal(value) for name, value in _stay_code(code).items()}
    coded = _CODED.format(own=own, **{name: literal(value) for name, value in vars(code).items()}) if code else ""
    return f"{_update('core.stay', 'stay_id', own, columns)}; {coded}"


def _death_code(code: Code) -> dict[str, str]:
    return {"underlying_cause": code.code, "system": code.system, "code_status": code.status}


def _stay_code(code: Code) -> dict[str, str]:
    return {"code": code.code, "system": code.system, "code_status": code.status}


def _update(table: str, key: str, own: str, columns: dict[str, str | None]) -> str:
    changes = ", ".join(f'"{name}" = {value}' for name, value in columns.items() if value is not None)
    return f"update {table} set {changes} where {key} = {own}"


# The first principal diagnosis of the encounter that gives the stay its own; there may be none.
_CODED = """
create or replace temp table whatif_principal as
select s.principal_encounter_id as encounter_id, min(d.seq) as seq
from core.stay as s
left join core.diagnosis as d on d.encounter_id = s.principal_encounter_id and d.role = 'principal'
where s.stay_id = {own}
group by s.principal_encounter_id;

update core.diagnosis as d
set code_raw = {code}, code = {code}, "system" = {system}, code_status = {status}
from whatif_principal as p
where d.encounter_id = p.encounter_id and d.seq = p.seq;

insert into core.diagnosis by name
select
    encounter_id, 1 as seq, 'principal' as role, {code} as code_raw, {code} as code, {system} as "system",
    {status} as code_status
from whatif_principal
where seq is null
"""

# A death also tells when the person died, and that a stay of unknown end ended so; where nothing else tells it, nobody
# knows it any more.
_DEATH_LESS = """
create or replace temp table whatif_told as
select p.collection, p.patient_id, p.death_date
from core.person as p
join core.death as d using (collection, patient_id)
where d.death_id = {own} and p.death_date = d.death_date and p.death_source = d.source;

delete from core.death where death_id = {own};

update core.person as p
set death_date = o.death_date, death_source = o.source
from (
    select t.collection, t.patient_id, min(d.death_date) as death_date, arg_min(d.source, d.death_date) as source
    from whatif_told as t
    left join core.death as d using (collection, patient_id)
    group by all
) as o
where p.collection = o.collection and p.patient_id = o.patient_id;

update core.encounter as e
set died = coalesce(
    e.died_reported,
    case when exists (
        from core.coverage as v where v.collection = e.collection and v.record_kind = 'vital_status'
    ) then false end
)
from whatif_told as t
join core.person as p using (collection, patient_id)
where e.collection = t.collection and e.patient_id = t.patient_id
    and e.died and e.discharge_disposition is null and not coalesce(e.died_reported, false)
    and t.death_date between e.admission_date and e.discharge_date
    and not coalesce(p.death_date between e.admission_date and e.discharge_date, false);

update core.stay as s
set died = e.died
from (
    select
        stay_id,
        case when bool_or(died) then true else arg_max_null(died, (discharge_date, encounter_id)) end as died
    from core.encounter
    semi join whatif_told using (collection, patient_id)
    where stay_id is not null
    group by stay_id
) as e
where s.stay_id = e.stay_id and s.died
"""
