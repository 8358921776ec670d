"""Layouts that only a profile describes, from files to core."""

from __future__ import annotations

import re
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "profiles.md"


def test_the_documented_example_reads_its_files(build):
    example = re.search(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL).group(1)
    core = build(
        {
            "stays_1.csv": "site,case_no,pid,adm_date,dis_date,kind,outcome,ward,age,follows,diag1,diag2,poa1,cause\n"
            "A,17,p1,01/02/2023,20230205,IP-E,D,W,45Y,no,I21.4,E11.9,Y,-\n"
            "A,18,p2,06/02/2023,07/02/2023,DC,X,W,11M,no,J18.9,,N,\n"
            "B,17,p1,01/01/1900,07/02/2023,??,H,W,3D,no,J18.9,,N,\n",
            "patients.csv": "pid,born,gender,died_on\np1,02/03/1977,female,05/02/2023\np2,9999,Not Stated,\n",
        },
        profile=example,
    )
    assert core(
        "select encounter_id, encounter_class, admission_date::varchar, discharge_disposition, sex, age_years, "
        "age_days, died from core.encounter order by 1"
    ) == [
        ("s:A-17", "inpatient", "2023-02-01", "died", "F", 45, None, True),
        ("s:A-18", "day_case", "2023-02-06", "other", "U", 0, 334, False),
        ("s:B-17", "other", None, "home", "F", 0, 3, False),
    ]
    assert core("select encounter_id, seq, role, code, poa from core.diagnosis order by all") == [
        ("s:A-17", 1, "principal", "I214", "Y"),
        ("s:A-17", 2, "secondary", "E119", None),
        ("s:A-18", 1, "principal", "J189", "N"),
        ("s:B-17", 1, "principal", "J189", "N"),
    ]


LINES = """
title = "Claim lines"
[files.lines]
match = ["lines*"]
[encounter]
file = "lines"
key = "claim"
fold = true
order = ["line"]
ignore = ["line"]
[encounter.fields]
admission_date = "from"
discharge_date = "to"
facility_type = { constant = "hospital" }
encounter_class = { constant = "inpatient" }
[[diagnosis]]
columns = ["dx{n}"]
system = { constant = "icd10cm" }
[[procedure]]
code = "hcpcs"
system = { constant = "hcpcs" }
modifiers = ["m1", "m2"]
units = "units"
"""


def test_lines_fold_into_their_claim_and_their_codes_count_once(build):
    core = build(
        {
            "lines.csv": "claim,line,from,to,dx1,dx2,hcpcs,m1,m2,units\n"
            "c,10,2023-01-02,2023-01-09,J18.9,I21.4,99232,25,,1\n"
            "c,2,2023-01-01,2023-01-03,I21.4,E11.9,99231,25,59,2.5\n"
            "c,11,2023-01-01,2023-01-03,I21.4,E11.9,99231,25,59,2.5\n"
        },
        profile=LINES,
    )
    assert core("select admission_date::varchar, discharge_date::varchar from core.encounter") == [
        ("2023-01-01", "2023-01-09")
    ]
    assert core("select seq, role, code from core.diagnosis order by seq") == [
        (1, "principal", "I214"),
        (2, "secondary", "E119"),
        (3, "secondary", "J189"),
    ]
    assert core("select seq, code_raw, modifiers, units::double from core.procedure order by seq") == [
        (1, "99231", "25,59", 2.5),
        (2, "99232", "25", 1.0),
    ]
    steps = core.steps()
    assert (steps["rows_read"], steps["exact_duplicate"], steps["folded_into_encounter"], steps["encounters"]) == (
        3,
        1,
        1,
        1,
    )


CERTIFICATES = """
title = "Certificates"
dates = ["%d%m%Y"]
[files.deaths]
match = ["deaths*"]
[death]
file = "deaths"
key = "no"
only = { kind = ["2"] }
[death.fields]
death_date = "day"
underlying_cause = "cause"
system = { constant = "icd10" }
[death.age]
number = { column = "age", substring = [2, 2] }
unit = { column = "age", substring = [1, 1], map = { 2 = "days", 3 = "months", 4 = "years", 5 = "centuries", 9 = "" } }
[[death_condition]]
columns = ["a", "b", "ii"]
lines = [1, 2, 6]
separator = "*"
system = { constant = "icd10" }
"""


def test_certificates_with_unit_coded_ages_and_separated_lines(build):
    core = build(
        {
            "deaths.csv": "no,kind,day,age,cause,a,b,ii\n1,2,05012019,502,I219,*J969,*I219,*E149*I10X\n"
            "2,2,5012019,303,I219,,,\n3,2,06012019,999,I21X,*J969,,\n4,1,06012019,201,P95,*P95,,\n"
        },
        profile=CERTIFICATES,
    )
    assert core(
        "select death_id, death_date::varchar, age_years, age_days, underlying_cause from core.death order by 1"
    ) == [
        ("s:1", "2019-01-05", 102, None, "I219"),
        ("s:2", None, 0, 91, "I219"),
        ("s:3", "2019-01-06", None, None, "I21"),
    ]
    assert core("select line, seq, code from core.death_condition where death_id = 's:1' order by all") == [
        (1, 1, "J969"),
        (2, 1, "I219"),
        (6, 1, "E149"),
        (6, 2, "I10"),
    ]
    assert core("select count(*) from core.death_condition where death_id = 's:4'") == [(0,)]
    assert core.steps() == {"rows_read": 4, "out_of_scope": 1, "deaths": 3}


SPELLS = """
title = "Episodes"
[files.e]
match = ["e*"]
[encounter]
file = "e"
key = "id"
[encounter.fields]
patient_id = "p"
admission_date = "adm"
discharge_date = "dis"
facility_type = { constant = "hospital" }
encounter_class = { constant = "inpatient" }
discharge_disposition = { column = "how", map = { 8 = "still_patient", 1 = "home" } }
[stay]
key = ["p", "adm"]
number = "n"
principal = "first"
[[diagnosis]]
columns = ["dx"]
system = { constant = "icd10cm" }
"""


def test_episodes_of_a_spell_are_one_stay_and_the_first_gives_the_diagnosis(build):
    core = build(
        {
            "e.csv": "id,p,adm,dis,n,how,dx\n2,a,2023-01-01,2023-01-09,2,1,E11.9\n1,a,2023-01-01,,1,8,I21.4\n"
            "3,b,2023-01-01,2023-01-02,2,1,J18.9\n"
        },
        profile=SPELLS,
    )
    assert core(
        "select stay_id, encounters, discharge_date::varchar, length_of_stay, principal_encounter_id, principal_code, "
        "counts_as_discharge from core.stay order by 1"
    ) == [
        ("s:1", 2, "2023-01-09", 8, "s:1", "I214", True),
        ("s:3", 1, "2023-01-02", 1, "s:3", "J189", True),
    ]
    assert core.steps()["of_which_later_episodes"] == 2
