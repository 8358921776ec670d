"""Read the Integrated Outpatient Code Editor's procedures: which HCPCS and CPT codes may be reported in which quarter.

The `pyoce` package holds it in a compressed LMDB file of 307 MB, unpacked here to a temporary file and deleted at once.
Descriptors of CPT codes are the American Medical Association's and of dental (D) codes the American Dental
Association's: they are left unread. The others of HCPCS level II are CMS's own.
"""

from __future__ import annotations

import lzma
import marshal
import re
import shutil
import tempfile
from pathlib import Path

import lmdb
import pyarrow as pa

from codesets.sources.dates import days
from codesets.sources.packages import SourceError, package_file

PACKAGE = "pyoce"

# Status indicator of procedures that Medicare pays for inpatients only.
_INPATIENT_ONLY = "C"

_LEVEL_TWO = re.compile(r"[A-CE-Z][0-9]{4}")


def read_outpatient_editor() -> tuple[pa.Table, pa.Table]:
    """Read (quarters, codes).

    A code has several rows where what is said of it changed.

    quarters: (version, first_day, last_day), the newest ending far in the future.
    codes: (code, title, from_version, to_version, age_from, age_to, bilateral, is_inpatient_only); title null for CPT
    and dental codes; ages in completed years, 124 meaning no upper limit; bilateral is inherent, conditional or
    independent, else null.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "editor.mdb"
        with lzma.open(package_file(PACKAGE, "data", "pyoce.mdb.xz")) as packed, path.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked, 1 << 22)
        with lmdb.open(str(path), subdir=False, readonly=True, lock=False, max_dbs=300) as environment:
            quarters = _records(environment, "version_range")
            codes = _records(environment, "data_hcpcs")
    return (
        pa.table(
            {
                "version": [int(row["version"]) for _, row in quarters],
                "first_day": days([int(row["date_started"]) for _, row in quarters]),
                "last_day": days([int(row["date_ended"]) for _, row in quarters]),
            }
        ),
        pa.table(
            {
                "code": [code for code, _ in codes],
                "title": pa.array(
                    [row["description"] if _LEVEL_TWO.fullmatch(code) else None for code, row in codes], pa.string()
                ),
                "from_version": [int(row["lo_version"]) for _, row in codes],
                "to_version": [int(row["hi_version"]) for _, row in codes],
                "age_from": [int(row["lo_age"]) for _, row in codes],
                "age_to": [int(row["hi_age"]) for _, row in codes],
                "bilateral": pa.array([_bilateral(row) for _, row in codes], pa.string()),
                "is_inpatient_only": [row["status_indicator"] == _INPATIENT_ONLY for _, row in codes],
            }
        ),
    )


def _bilateral(row: dict) -> str | None:
    return next((kind for kind in ("inherent", "conditional", "independent") if row[f"bilateral_{kind}"]), None)


def _records(environment: lmdb.Environment, name: str) -> list[tuple[str, dict]]:
    try:
        table = environment.open_db(name.encode("ascii"), create=False)
    except lmdb.Error as error:
        raise SourceError(f"The package {PACKAGE} has no table {name}; install the version it is pinned to.") from error
    with environment.begin(db=table) as rows:
        return [(key.decode("ascii").split("|", 1)[0], marshal.loads(value)) for key, value in rows.cursor()]
