"""All codes of WHO's ICD-10 and of ICD-9-CM as records: only rules that say so speak of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from codesets import reference
from codesets.database import connect, create_tables
from transforms.rules import load_rules, run_rules

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]

# Each code that may be reported is the principal diagnosis of a woman of 40 and the second of a man of 70, in hospital.
RECORDS = """
create temp table coded as
select
    system, code, row_number() over (order by system, code) as number,
    if(system = 'icd10', date '2019-03-04', date '2012-03-05') as day
from codes.code
where system in ('icd10', 'icd9cm') and is_billable;
insert into core.encounter by name
select
    sex || system || number as encounter_id, sex || system || number as stay_id, system as collection,
    sex || number as patient_id, 'h' as facility_id, 'hospital' as facility_type, 'inpatient' as encounter_class,
    day as admission_date, day + 2 as discharge_date, age as age_years, age as age_years_max, sex,
    'home' as discharge_disposition, false as died, 2 as length_of_stay, 1 as weight, 'frequency' as weight_kind,
    'day' as date_precision, system as source, 'b' as batch_id, number as row_number, 0 as bucket
from coded cross join (values ('F', 40), ('M', 70)) as person(sex, age);
insert into core.diagnosis by name
select
    'F' || system || number as encounter_id, 1 as seq, 'principal' as "role", code as code_raw, code, system,
    'valid' as code_status
from coded
union all
select 'M' || system || number, 1, 'principal', if(system = 'icd10', 'I219', '41091'),
    if(system = 'icd10', 'I219', '41091'), system, 'valid'
from coded
union all
select 'M' || system || number, 2, 'secondary', code, code, system, 'valid' from coded;
insert into core.person by name
select distinct patient_id, collection, sex from core.encounter;
"""


@pytest.fixture(scope="module")
def judged():
    with connect() as con:
        create_tables(con, ROOT / "codesets" / "schema.sql")
        for name in ("landing", "core", "quality"):
            create_tables(con, ROOT / "transforms" / "warehouse" / "schema" / f"{name}.sql")
        reference.copy_into(con, reference.ensure())
        con.execute(RECORDS)
        run_rules(con, load_rules())
        yield con


def test_no_rule_speaks_of_a_system_that_it_does_not_name(judged):
    systems = {rule.id: rule.header.systems for rule in load_rules()}
    fired = judged.execute("select distinct rule_id, collection from quality.flag").fetchall()
    wrong = [(rule, system) for rule, system in fired if systems[rule] and system not in systems[rule]]
    assert fired
    assert wrong == []


def test_rules_for_the_clinical_modification_are_silent(judged):
    american = {rule.id for rule in load_rules() if set(rule.header.systems) == {"icd10cm"}}
    assert len(american) > 10
    fired = {rule for (rule,) in judged.execute("select distinct rule_id from quality.flag").fetchall()}
    assert fired & american == set()


def test_no_rule_breaks_on_them(judged):
    assert judged.execute("select rule_id, message from quality.rule_result where status = 'error'").fetchall() == []


def test_rules_of_whichever_system_do_not_speak_of_valid_codes(judged):
    general = {rule.id for rule in load_rules() if not rule.header.systems and rule.header.grain == "diagnosis"}
    fired = judged.execute("select distinct rule_id from quality.flag").fetchall()
    # The principal diagnosis stands second once more for the man whose second diagnosis it is.
    assert {rule for (rule,) in fired} & general <= {"duplicate_of_principal"}
