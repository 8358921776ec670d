"""The SELECT that reads the records of a file: keys, typed fields, ages, and a mark for each field that is impossible.

`probe` gives one row for each row of the file with the raw text of every field beside its value; the stage table keeps
the values, and `issues` reads the probe again for the few rows with a mark, so that raw text is never stored twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codesets.database import identifier, literal
from transforms.core.ages import age_readings, age_sql
from transforms.core.inputs import ROW_BITS, Numbered
from transforms.core.readings import Reading, Scope, condition, plausible, precision_of, scope_of, text_of, value_text
from transforms.profiles.language import DeathSection, EncounterSection, Join
from transforms.profiles.values import Value

Section = EncounterSection | DeathSection

# Fields of an encounter: name in the profile, and how its text is read.
ENCOUNTER_KINDS = {
    "patient_id": "text",
    "facility_id": "text",
    "facility_type": "choice",
    "encounter_class": "choice",
    "admission_date": "date",
    "discharge_date": "date",
    "admission_type": "text",
    "admission_source": "text",
    "birth_date": "date",
    "death_date": "date",
    "sex": "choice",
    "area": "text",
    "discharge_disposition": "choice",
    "died": "truth",
    "birth_weight": "whole",
    "department": "text",
    "payer": "text",
    "coder_id": "text",
    "weight": "number",
    "weight_kind": "choice",
    "date_precision": "choice",
    "claim_number": "text",
    "bill_type": "text",
    "condition_codes": "text",
    "claim_status": "choice",
}
DEATH_KINDS = {
    "patient_id": "text",
    "death_date": "date",
    "registration_date": "date",
    "birth_date": "date",
    "sex": "choice",
    "area": "text",
    "facility_id": "text",
    "place_of_death": "text",
    "manner": "choice",
    "pregnancy_status": "text",
    "underlying_cause": "text",
    "system": "text",
    "weight": "number",
    "weight_kind": "choice",
    "date_precision": "choice",
}


@dataclass(frozen=True)
class Mark:
    """One kind of impossible field: the field of core it makes null, and SQL of its raw text, test and problem's name.

    The test reads the row before contradictory fields are made null; raw text and name also hold after.
    """

    field: str
    raw: str
    test: str
    problem: str


@dataclass(frozen=True)
class Plan:
    """How the records of one file are read: the pieces from which the probe is put together."""

    numbered: Numbered
    section: Section
    kind: str
    readings: tuple[Reading, ...]
    extra: tuple[tuple[str, Value | None], ...]

    @property
    def role(self) -> str:
        return self.section.file

    @property
    def scope(self) -> Scope:
        """Columns of the file itself, and those of joined files as `role.column`."""
        profile = self.numbered.profile
        columns = dict(scope_of("r", self.numbered.columns(self.role), (), ()).columns)
        for position, join in enumerate(self.section.join):
            for column in self.numbered.columns(join.file):
                columns[f"{join.file}.{column}".lower()] = f"j{position}.{identifier(column)}"
        return Scope(columns, profile.null, profile.dates)


def native_id(key: Sequence[Value], scope: Scope) -> str:
    """SQL of the identifier in the source's own words: the parts of the key joined by `-`, null where one is null."""
    parts = [text_of(value, scope) for value in key]
    return parts[0] if len(parts) == 1 else " || '-' || ".join(f"({part})" for part in parts)


def encounter_plan(numbered: Numbered) -> Plan:
    section = numbered.profile.encounter
    readings = [Reading(name, kind, getattr(section.fields, name)) for name, kind in ENCOUNTER_KINDS.items()]
    stay, bills = numbered.profile.stay, section.bills
    extra = [
        ("version", section.version),
        ("episode_number", stay.number),
        ("continues", stay.continues),
        ("frequency", bills.frequency if bills else None),
        ("reference", bills.reference if bills else None),
    ]
    return Plan(numbered, section, "encounter", (*readings, *age_readings(section.age)), tuple(extra))


def death_plan(numbered: Numbered) -> Plan:
    section = numbered.profile.death
    readings = [Reading(name, kind, getattr(section.fields, name)) for name, kind in DEATH_KINDS.items()]
    extra = (("version", section.version),)
    return Plan(numbered, section, "death", (*readings, *age_readings(section.age)), extra)


def probe(plan: Plan, *, persons: bool) -> str:
    """SQL: one row a readable row of the file, with raw text, typed values, ages and `marks` (bits, see `marks`)."""
    scope = plan.scope
    profile = plan.numbered.profile
    key = native_id(plan.section.key, scope) if plan.section.key else row_identifier(plan)
    raws = [f"{reading.raw_sql(scope)} as {reading.raw}" for reading in plan.readings]
    extras = [f"{value_text(value, scope) if value else 'null::varchar'} as {name}" for name, value in plan.extra]
    extras.append(f"{condition(plan.section.only, scope)} as in_scope")
    stay = profile.stay if plan.kind == "encounter" else None
    if stay is not None:
        extras.append(f"{native_id(stay.key, scope) if stay.key else 'null::varchar'} as stay_key")
        extras.append(f"{native_id(stay.within, scope) if stay.within else 'null::varchar'} as stay_within")
        claim = plan.section.bills.claim if plan.section.bills else ()
        extras.append(f"{native_id(claim, scope) if claim else 'null::varchar'} as claim_key")
    typed = [f"{reading.typed_sql(scope)} as {reading.name}" for reading in plan.readings]
    kept = [reading.raw for reading in plan.readings] + [name for name, _ in plan.extra] + ["in_scope"]
    if stay is not None:
        kept += ["stay_key", "stay_within", "claim_key"]
    dates = [reading.name for reading in plan.readings if reading.kind == "date"]
    replaced = ", ".join(f"{plausible(name)} as {name}" for name in dates)
    person = _person_columns(plan, persons)
    return f"""with source_text as (
    select r._row, {key} as native_id, {", ".join([*raws, *extras])}
    from {plan.numbered.rows(plan.role)} r{_joins(plan)}
), typed as (
    select _row, native_id, {", ".join([*kept, *typed])} from source_text
), plausible as (
    select * replace ({replaced}) from typed
), linked as (
    {person}
), aged as (
    select *, {_aged(plan, scope)} from linked
)
select * {_settled(plan)}, {_mark_bits(plan)} as marks from aged"""


def row_identifier(plan: Plan) -> str:
    """SQL of an identifier for rows that have none of their own: the beginning of their batch's, and the row."""
    branches = " ".join(
        f"when {number} then {literal(batch.batch_id[:12] + '-')}" for number, batch in plan.numbered.of_role(plan.role)
    )
    return f"case r._row >> {ROW_BITS} {branches} end || (r._row & {(1 << ROW_BITS) - 1})::varchar"


def _joins(plan: Plan) -> str:
    return "".join(
        f"\n    left join ({_picked(plan.numbered, join)}) j{position} on "
        + " and ".join(
            f"trim(r.{identifier(own)}) = trim(j{position}.{identifier(other)})" for own, other in join.on.items()
        )
        for position, join in enumerate(plan.section.join)
        if plan.numbered.has(join.file)
    )


def _picked(numbered: Numbered, join: Join) -> str:
    keys = ", ".join(f"trim({identifier(column)})" for column in join.on.values())
    direction = "desc" if join.pick == "last" else "asc"
    order = ", ".join(f"{each} {direction}" for each in [*map(identifier, join.order), "_row"])
    return f"select distinct on ({keys}) * from {numbered.rows(join.file)} order by {keys}, {order}"


def _person_columns(plan: Plan, persons: bool) -> str:
    """SQL that fills sex, area and birth date from the source's file of persons where the record lacks them."""
    if not persons:
        return "select *, birth_date as born from plausible"
    table = plan.numbered.work("person")
    return f"""select p.* replace (
        case when p.raw_sex is null then coalesce(q.sex, p.sex) else p.sex end as sex,
        coalesce(p.area, q.area) as area
    ), coalesce(p.birth_date, q.birth_date) as born
    from plausible p left join {table} q on q.native_id = p.patient_id"""


def _event(plan: Plan) -> str:
    return "coalesce(admission_date, discharge_date)" if plan.kind == "encounter" else "death_date"


def _aged(plan: Plan, scope: Scope) -> str:
    age = age_sql(plan.section.age, scope, on=_event(plan), birth="born")
    last = "discharge_date" if plan.kind == "encounter" else "death_date"
    return ", ".join(
        [
            f"{age.years} as age_years",
            f"{age.years_max} as age_years_max",
            f"{age.days} as age_days",
            f"{age.problem} as age_problem",
            f"{age.raw} as raw_age",
            f"{_precision(plan, scope, last)} as known_to",
        ]
    )


def _precision(plan: Plan, scope: Scope, last: str) -> str:
    given = plan.numbered.profile.date_precision
    if given:
        return literal(given)
    reading = next(each for each in plan.readings if each.name == last)
    return f"coalesce(date_precision, {precision_of(reading.raw, reading.formats(scope))})"


def _settled(plan: Plan) -> str:
    """SQL of the columns in which fields that contradict each other are null."""
    sex = "coalesce(sex, 'U') as sex"
    weight = "case when weight >= 0 then weight else 1 end as weight"
    common = f"{sex}, {weight}, coalesce(weight_kind, 'frequency') as weight_kind, known_to as date_precision"
    if plan.kind == "death":
        return f"replace ({common})"
    return f"""replace (
        {common}, coalesce(facility_type, 'other') as facility_type,
        coalesce(encounter_class, 'other') as encounter_class,
        case when discharge_date >= admission_date or admission_date is null then discharge_date end as discharge_date
    )"""


def marks(plan: Plan) -> tuple[Mark, ...]:
    """Everything that may be wrong with a record's fields, in the order of the bits of `marks`."""
    found = []
    for reading in plan.readings:
        problem = reading.problem()
        if problem is None or reading.name.startswith(("age_given", "age_band")):
            continue
        test = f"{reading.raw} is not null and {reading.name} is null and not ({reading.known_null()})"
        found.append(Mark(reading.name, reading.raw, test, literal(problem)))
    found.append(Mark("age_years", "raw_age", "age_problem is not null", "age_problem"))
    found.append(Mark("weight", "raw_weight", "weight < 0", "'impossible_weight'"))
    if plan.kind == "encounter":
        test = "discharge_date < admission_date"
        found.append(Mark("discharge_date", "raw_discharge_date", test, "'discharge_before_admission'"))
    return tuple(found)


def _mark_bits(plan: Plan) -> str:
    bits = [
        f"case when {mark.test} then {1 << position}::bigint else 0::bigint end"
        for position, mark in enumerate(marks(plan))
    ]
    return " + ".join(bits)


def stage(plan: Plan, *, persons: bool) -> str:
    """SQL of the stage table: one row a readable row, values only; identifiers still the source's own."""
    kinds = ENCOUNTER_KINDS if plan.kind == "encounter" else DEATH_KINDS
    columns = ["_row", "native_id", *kinds, "age_years", "age_years_max", "age_days"]
    columns += [*(name for name, _ in plan.extra), "in_scope"]
    if plan.kind == "encounter":
        columns += ["stay_key", "stay_within", "claim_key", "raw_discharge_date is not null as has_end"]
    return f"select {', '.join([*columns, 'marks'])} from ({probe(plan, persons=persons)})"


def issues(plan: Plan, *, persons: bool) -> str:
    """SQL of the impossible fields of the rows that the stage marks: `_row`, `native_id`, field, raw_value, problem."""
    parts = [
        f"select _row, native_id, {literal(mark.field)} as field, {mark.raw}::varchar as raw_value, "
        f"{mark.problem} as problem from probed where (marks & {1 << position}) <> 0"
        for position, mark in enumerate(marks(plan))
    ]
    marked = f"select _row from {plan.numbered.work(plan.kind)} where marks <> 0"
    if getattr(plan.section, "fold", False):
        marked = (
            f"select l._row from {plan.numbered.work('line')} l join {plan.numbered.work(plan.kind)} s "
            "using (native_id) where s.marks <> 0"
        )
    union = "\nunion all\n".join(parts)
    return f"""with probed as materialized (
    select * from ({probe(plan, persons=persons)}) where _row in ({marked})
)
{union}"""
