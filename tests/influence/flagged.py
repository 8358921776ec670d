"""Small warehouses of flagged stays and deaths, built by hand, and their options as rows to compare."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from codesets.database import CODES_SCHEMA, connect
from tests.rules.tables import fill
from transforms import warehouse
from transforms.influence.options import find_options
from transforms.rules.header import rows

_SCHEMA = Path(warehouse.__file__).with_name("schema")

# Codes of two systems; groups are the first letter (chapter) and the first three characters (block).
_CODES = """
system  | code  | title                    | is_billable | parent | block | chapter
icd10cm | I21   | Infarction               | false       |        | I21   | I
icd10cm | I210  | Infarction of front wall | false       | I21    | I21   | I
icd10cm | I2101 | Infarction, left main    | true        | I210   | I21   | I
icd10cm | I2109 | Infarction, other        | true        | I210   | I21   | I
icd10cm | I219  | Infarction, unspecified  | true        | I21    | I21   | I
icd10cm | I500  | Heart failure            | true        |        | I50   | I
icd10cm | E785  | Hyperlipidaemia          | true        |        | E78   | E
icd10cm | N40   | Hyperplasia of prostate  | true        |        | N40   | N
icd10cm | N61   | Inflammation of breast   | true        |        | N61   | N
icd10cm | O80   | Delivery                 | true        |        | O80   | O
icd10cm | P220  | Respiratory distress     | true        |        | P22   | P
icd10cm | W19   | Fall                     | true        |        | W19   | W
icd10   | I219  | Infarction               | true        |        | I21   | I
icd10   | I500  | Heart failure            | true        |        | I50   | I
icd10   | R99   | Unknown cause            | true        |        | R99   | R
icd10   | C61   | Cancer of prostate       | true        |        | C61   | C
icd10   | C509  | Cancer of breast         | true        |        | C50   | C
icd10   | V892  | Traffic accident         | true        |        | V89   | V
icd10   | W19   | Fall                     | true        |        | W19   | W
"""

_ATTRIBUTES = """
system  | code | attribute     | value     | source
icd10cm | N40  | sex_ever      | M         | test
icd10cm | O80  | sex_ever      | F         | test
icd10cm | O80  | age_class     | maternity | test
icd10cm | P220 | age_class     | newborn   | test
icd10cm | W19  | external_cause | true     | test
icd10   | C61  | sex_ever      | M         | test
icd10   | R99  | ill_defined   | true      | test
"""

# Rules by their effects.
_RULES: dict[str, list[dict[str, Any]]] = {
    "drop": [{"kind": "drop"}],
    "merge": [{"kind": "merge"}],
    "merge_or_drop": [{"kind": "merge"}, {"kind": "drop"}],
    "outcome": [{"kind": "outcome"}],
    "person": [{"kind": "person"}],
    "sex": [{"kind": "demographic", "fields": ["sex"]}],
    "age": [{"kind": "demographic", "fields": ["age_years", "age_days"]}],
    "age_days": [{"kind": "demographic", "fields": ["age_days"]}],
    "sex_or_code": [
        {"kind": "demographic", "fields": ["sex"]},
        {"kind": "recode", "targets": ["chapter", "sex"]},
    ],
    "dates": [{"kind": "dates", "fields": ["discharge_date", "death_date"]}],
    "admission": [{"kind": "dates", "fields": ["admission_date"]}],
    "none": [{"kind": "none"}],
    "cause": [{"kind": "recode", "place": "underlying", "targets": ["codes"], "codes": ["V", "W"]}],
    "better_cause": [{"kind": "recode", "place": "underlying", "targets": ["record"]}],
    "suggested_cause": [{"kind": "recode", "place": "underlying", "targets": ["suggestion"]}],
    "principal_of_record": [{"kind": "recode", "place": "principal", "targets": ["record"]}],
    "principal_any": [{"kind": "recode", "place": "principal", "targets": ["any"]}],
    "code_of_age": [{"kind": "recode", "targets": ["age"]}],
    "absent_stay": [{"kind": "add", "of": "discharge", "least": 0, "greatest": 1}],
    "absent_code": [{"kind": "add", "least": 0, "greatest": 1}],
    "thin_month": [{"kind": "add", "of": "discharge"}],
} | {
    target: [{"kind": "recode", "targets": [target]}]
    for target in ("children", "prefix", "category", "block", "chapter", "record", "equivalent", "any")
}


def empty() -> duckdb.DuckDBPyConnection:
    """A warehouse with a few codes, two schemes, and rules of every effect; without records."""
    con = connect()
    # Without the comments of warehouse.create, which take most of its time; what reads several schemas stands last.
    files = sorted(_SCHEMA.glob("*.sql"), key=lambda file: (file.stem == "record_influence", file.stem))
    for file in (CODES_SCHEMA, *files):
        con.execute(file.read_text())
    fill(con, "codes.code", _CODES)
    fill(con, "codes.attribute", _ATTRIBUTES)
    con.execute("""
        insert into codes.validity select system, code, date '2015-10-01', null from codes.code where is_billable
    """)
    con.execute("""
        insert into codes.grouping
        select scheme, 'v', system, code, if(scheme = 'chapter', chapter, block), true, true, 'test', null, null
        from codes.code, (values ('chapter'), ('block')) as s (scheme) where is_billable
    """)
    con.execute("""
        insert into codes.age_class values
            ('newborn', 0, 0, '2000-01-01', null),
            ('maternity', 12, 55, '2000-01-01', '2019-09-30'), ('maternity', 9, 64, '2019-10-01', null);
        insert into codes.conversion values
            ('icd9cm', '41011', 'icd10cm', 'exact', 'I2101', null, 1, null),
            ('icd9cm', '41091', 'icd10cm', 'ambiguous', null, null, 3, 'I21');
    """)
    for rule_id, effects in _RULES.items():
        con.execute(
            "insert into quality.rule by name select ? as rule_id, 't' as title, 'editor' as family, 'warns' as "
            "severity, 'encounter' as grain, ? as effect, 'w' as why, 's' as source, 'x' as fix, '{}' as parameters, "
            "false as is_off",
            [rule_id, json.dumps(effects)],
        )
    return con


def stays(con: duckdb.DuckDBPyConnection, text: str) -> None:
    """Insert stays of one encounter each; the column `codes` has its diagnoses, the principal one first."""
    for row in rows(text):
        given = {
            "collection": "main", "sex": "F", "age_years": "50", "discharge_date": "2024-05-10", "system": "icd10cm",
            "died": "false", "codes": "", "status": "valid", "facility_id": "h", "class": "inpatient", "days": "4",
            **{name: value for name, value in row.items() if value is not None},
        }  # fmt: skip
        stay_id, codes = given["stay_id"], given["codes"].split()
        con.execute(
            """
            insert into core.encounter by name
            select
                $id as encounter_id, $id as stay_id, $collection as collection, $patient_id as patient_id,
                $facility_id as facility_id, 'hospital' as facility_type, $class as encounter_class,
                $discharge_date::date - $days::integer as admission_date, $discharge_date::date as discharge_date,
                $age::integer as age_years, $age::integer as age_years_max, $sex as sex, $died::boolean as died,
                $days::integer as length_of_stay, 1 as weight, 'frequency' as weight_kind, 'day' as date_precision,
                's' as source, 'b' as batch_id, 1 as row_number, 0 as bucket
            """,
            {
                "id": stay_id, "collection": given["collection"], "patient_id": given.get("patient_id"),
                "facility_id": given["facility_id"], "class": given["class"],
                "discharge_date": given["discharge_date"], "age": given["age_years"], "sex": given["sex"],
                "died": given["died"], "days": given["days"],
            },
        )  # fmt: skip
        for seq, code in enumerate(codes, start=1):
            con.execute(
                "insert into core.diagnosis values (?, ?, ?, ?, ?, ?, null, ?)",
                [stay_id, seq, "principal" if seq == 1 else "secondary", code, code, given["system"],
                 given["status"] if seq == 1 else "valid"],
            )  # fmt: skip
        con.execute(
            """
            insert into core.stay by name
            select
                stay_id, collection, patient_id, facility_id, facility_type, encounter_class as stay_class,
                admission_date, discharge_date, age_years, age_years_max, sex, died, length_of_stay, 1 as encounters,
                encounter_id as principal_encounter_id, $system as principal_system, $code as principal_code,
                $status as principal_code_status, encounter_class = 'inpatient' as counts_as_discharge, weight,
                weight_kind, date_precision, source, bucket
            from core.encounter where encounter_id = $id
            """,
            {
                "id": stay_id, "code": codes[0] if codes else None, "system": given["system"] if codes else None,
                "status": given["status"] if codes else None,
            },
        )  # fmt: skip


def deaths(con: duckdb.DuckDBPyConnection, text: str) -> None:
    """Insert deaths; the column `conditions` has the codes of the certificate, one a line."""
    for row in rows(text):
        conditions = (row.pop("conditions", None) or "").split()
        given = {"sex": "F", "age_years": "70", "death_date": "2024-05-10", "system": "icd10", **row}
        given["age_years_max"] = given["age_years"]
        names = " | ".join(given)
        fill(con, "core.death", f"{names}\n{' | '.join(value or '' for value in given.values())}")
        for line, code in enumerate(conditions, start=1):
            con.execute(
                "insert into core.death_condition values (?, ?, 1, ?, ?, 'icd10', 'valid')",
                [row["death_id"], line, code, code],
            )


def covers(con: duckdb.DuckDBPyConnection, first: str, last: str) -> None:
    """Say that stays and deaths of collection main are covered from the first day to the last."""
    con.execute(
        "insert into stats.covered_span select unnest(['discharge', 'death']), 'main', ?::date, ?::date", [first, last]
    )


def flag(con: duckdb.DuckDBPyConnection, rule_id: str, domain: str = "encounter", **given: Any) -> str:
    """Insert a flag on `encounter_id`, `death_id` or `patient_id`, and return its flag_id."""
    number = con.execute("select count(*) from quality.flag").fetchone()[0] + 1
    row = {"collection": "main", "message": "m", "evidence": "e", **given, "domain": domain, "rule_id": rule_id}
    row["flag_id"] = f"flag{number:03}"
    con.execute(f"insert into quality.flag ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values()))
    return row["flag_id"]


def found(con: duckdb.DuckDBPyConnection, columns: str, where: str = "not is_coded") -> list[tuple]:
    """Rows of influence.option in a total order, after finding the options where that is not done."""
    if not con.execute("select exists (from influence.record)").fetchone()[0]:
        find_options(con)
    return con.execute(f"select {columns} from influence.option where {where} order by all").fetchall()
