"""Read AHRQ's Clinical Classifications Software Refined for ICD-10-CM diagnoses (v2023.1), with both its defaults.

The `dxitemspy` package carries AHRQ's own workbook. A default of `X` means that the code is not acceptable as a
principal (first-listed) diagnosis; categories that begin with XXX say the same and are no groups.
"""

from __future__ import annotations

import pyarrow as pa
from python_calamine import CalamineWorkbook

from codesets.sources.packages import SourceError, package_file

PACKAGE = "dxitemspy"
VERSION = "2023.1"

# AHRQ's map covers every code in force from FY2016 to FY2023.
LAST_DAY = "2023-09-30"

# How the categories begin that say a code is not acceptable as principal or first-listed diagnosis.
NOT_A_GROUP = "XXX"
_MAPPING_COLUMNS = [
    "ICD-10-CM Code",
    "ICD-10-CM Code Description",
    "CCSR Category",
    "CCSR Category Description",
    "Inpatient Default CCSR (Y/N/X)",
    "Outpatient Default CCSR (Y/N/X)",
]


def read_ccsr() -> tuple[pa.Table, pa.Table]:
    """Read (assignments, labels).

    assignments: (code, group_code, inpatient, outpatient), the defaults as Y, N or X. labels: (group_code, title).
    """
    workbook = CalamineWorkbook.from_path(str(package_file(PACKAGE, "DXCCSR-Reference-File-v2023-1.xlsx")))
    _, header, *rows = workbook.get_sheet_by_name("DX_to_CCSR_Mapping").to_python()
    if header != _MAPPING_COLUMNS:
        raise SourceError(f"The CCSR workbook of the package {PACKAGE} does not have the columns this reader knows.")
    rows = [row for row in rows if not row[2].startswith(NOT_A_GROUP)]
    labels = {row[2]: row[3] for row in rows}
    return (
        pa.table(
            {
                "code": [row[0] for row in rows],
                "group_code": [row[2] for row in rows],
                "inpatient": [row[4] for row in rows],
                "outpatient": [row[5] for row in rows],
            }
        ),
        pa.table({"group_code": sorted(labels), "title": [labels[group] for group in sorted(labels)]}),
    )
