"""Figures for the tests of reports: drawn once from a seeded generator, so that margins agree with each other."""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np
import pandas as pd
from scipy import stats

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
