"""What is missing where a source of code sets is off: one sentence in the run, and the same in the warehouse."""

from __future__ import annotations

from pathlib import Path

from codesets.database import CODES_SCHEMA, connect, create_tables
from flows.switched_off import tell_what_is_off
from transforms.measures import load_specifications
from transforms.rules import load_rules

TABLES = Path(__file__).parents[2] / "reports" / "tables"


def test_a_source_that_is_off_names_the_tables_and_rules_that_miss_it() -> None:
    with connect() as con:
        create_tables(con, CODES_SCHEMA)
        con.execute(
            """
            insert into codes.release (name, source, row_count, status, without) values
                ('ahrq_ccsr', 'CCSR', 0, 'off', 'the groups of CCSR'),
                ('who_causes', 'WHO', 0, 'off', 'what WHO says'),
                ('cpt', 'CPT', 5, 'used', 'CPT'),
                ('avoidable_mortality', 'Avoidable', 0, 'not_used', 'avoidable');
            insert into codes.scheme values ('ccs', '2015', 'icd9cm', 'CCS', true, 'AHRQ', 'official', null, null);
            """
        )
        tables = load_specifications(TABLES)
        who, ccsr = sorted(tell_what_is_off(con, tables, load_rules()), reverse=True)
        kept = dict(con.execute("select name, without from codes.release").fetchall())
    of_ccsr = ", ".join(table.table_id for table in tables if table.scheme == "ccsr")
    assert "discharges_by_ccsr" in of_ccsr
    assert ccsr == (
        f"AHRQ CCSR for ICD-10-CM diagnoses is switched off. Missing: the groups of CCSR; the tables {of_ccsr}"
    )
    assert "ill_defined" in who
    assert "sex_conflict" in who
    assert "invalid_code" not in who
    assert ccsr.endswith(kept["ahrq_ccsr"])
    assert kept["cpt"] == "CPT"
