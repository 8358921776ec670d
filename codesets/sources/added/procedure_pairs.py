"""CMS's NCCI procedure-to-procedure edits: pairs of codes not reported together, practitioner or outpatient hospital.

A file has a copyright line, a header of one or several lines, and seven columns parted by tabs (.txt) or in a workbook:
column 1, column 2, * where in existence before 1996, effective date, deletion date or * for none, modifier indicator 0,
1 or 9, rationale (layout of ccipra-v313r0-f1.txt and ccioph-v320r0-f1.txt as public programs read them). An edit holds
up to the day before its deletion date; one deleted on the day it took effect never held. The setting and the version
are in the file's name; 32.0 is the first quarter of 2026.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from codesets.database import connect, literal
from codesets.sources.added.file import US_GOVERNMENT, AddedFile, Candidate, Reader, cell_text
from codesets.sources.packages import SourceError

_JUDGED = (Path(__file__).parent / "procedure_pairs.sql").read_text(encoding="utf-8")
# What is wrong with a line, as the SQL names it -> the message behind the line's number.
_FAULTS = {
    "columns": ": has {width} columns of 7; take CMS's file as it is.",
    "codes": ", columns 1 and 2: not two codes of HCPCS; take CMS's file as it is.",
    "modifier": ", column modifier indicator: none of 0, 1 and 9; take CMS's file as it is.",
    "effective": ", column effective date: not a day; write it as 2024-10-01.",
    "deletion": ", column deletion date: not a day; write it as 2024-10-01.",
    "without": ", column effective date: is empty; take CMS's file anew.",
    "order": ", column deletion date: lies before the effective date; take CMS's file anew.",
    "twice": ": the pair stands on line {earlier} too; keep one.",
}

_SETTINGS = (
    (re.compile(r"ccipra|practitioner|physician", re.IGNORECASE), "practitioner"),
    (re.compile(r"ccioph|hospital|outpatient|opps", re.IGNORECASE), "outpatient_hospital"),
)
_VERSION = re.compile(r"v(\d{2})(\d)r\d", re.IGNORECASE)
_FIRST_YEAR = 1994
_COLUMNS = 6
_HEADER = re.compile(r"column\s*1\b", re.IGNORECASE)
_MODIFIER_HEADER = re.compile(r"modifier", re.IGNORECASE)


def _recognises(candidate: Candidate) -> bool:
    return any(_header(grid) is not None for grid in candidate.head_grids())


def _header(grid: list[tuple[int, list[str]]]) -> int | None:
    """The place of the header's first line: column 1 first, the modifier indicator sixth."""
    for place, (_, row) in enumerate(grid):
        if len(row) >= _COLUMNS and _HEADER.match(row[0]) and _MODIFIER_HEADER.search(row[5]):
            return place
    return None


def _read(candidate: Candidate) -> AddedFile:
    setting = next((name for words, name in _SETTINGS if words.search(candidate.name)), None)
    found = _VERSION.search(candidate.name)
    if setting is None or found is None:
        raise SourceError(
            f"{candidate.name}: the file's name does not say setting and version; "
            "name it as CMS does, ccipra-v320r0-f1.txt or ccioph-v320r0-f1.txt."
        )
    year, quarter = int(found.group(1)) + _FIRST_YEAR, int(found.group(2)) + 1
    if quarter > 4:
        raise SourceError(f"{candidate.name}: a version ends in 0 to 3 for its quarter; name it as CMS does.")
    release = f"v{found.group(1)}.{found.group(2)}, {year} quarter {quarter}"
    first_day = date(year, 3 * quarter - 2, 1)
    pairs = _pairs(candidate, setting=setting, source=f"cms_ncci_ptp_v{found.group(1)}.{found.group(2)}", day=first_day)
    if not pairs.num_rows:
        raise SourceError(f"{candidate.name}: has no edit below its header; nothing was added.")
    return AddedFile(
        kind="NCCI procedure-to-procedure edits",
        subject=setting,
        release=release,
        licence=f"{US_GOVERNMENT} (CMS); CPT codes © American Medical Association",
        first_day=first_day,
        last_day=date(year + quarter // 4, 3 * quarter % 12 + 1, 1) - timedelta(days=1),
        rows={"added_pair": pairs},
    )


def _pairs(candidate: Candidate, *, setting: str, source: str, day: date) -> pa.Table:
    """The edits as `added_pair` has them but for the file; raise `SourceError` for the first line that is wrong."""
    with connect() as con:
        _register_lines(candidate, con)
        con.execute(_JUDGED, {"setting": setting, "source": source, "first_day": day})
        wrong = con.execute(
            "select number, fault, width, earlier from judged where fault is not null order by number limit 1"
        ).fetchone()
        if wrong is not None:
            number, fault, width, earlier = wrong
            raise SourceError(f"{candidate.name}, line {number}{_FAULTS[fault].format(width=width, earlier=earlier)}")
        return con.execute("select * exclude (number) from pair order by number").to_arrow_table()


def _register_lines(candidate: Candidate, con: duckdb.DuckDBPyConnection) -> None:
    """Give the connection `line`: the lines below the header with their numbers, widths and first six cells."""
    place, grid = next(
        (place, at) for at, grid in enumerate(candidate.head_grids()) if (place := _header(grid)) is not None
    )
    if not candidate.head:
        rows = list(candidate.sheets.values())[grid][place + 1 :]
        cells = [[cell_text(row[at]) if at < len(row) else "" for row in rows] for at in range(_COLUMNS)]
        con.register(
            "line",
            pa.table(
                [range(place + 2, place + 2 + len(rows)), [len(row) for row in rows], *cells],
                names=["number", "width", *(f"cell_{at}" for at in range(1, _COLUMNS + 1))],
            ),
        )
        return
    header = next(candidate.head_grids())[place][0]
    delimiter = literal("\t" if "\t" in candidate.head else ",")
    parts = ", ".join(f"trim(cells[{at}]) as cell_{at}" for at in range(1, _COLUMNS + 1))
    lines = candidate.text().replace('"', "").splitlines()[header:]
    con.register("text_line", pa.table({"line": pa.array(lines, pa.string())}))
    con.execute(
        f"""
        create temp table line as
        with parted as (
            select row_number() over () + {header} as number, string_split(line, {delimiter}) as cells from text_line
        )
        select number, len(cells) as width, {parts} from parted
        """
    )


READER = Reader(
    kind="NCCI procedure-to-procedure edits",
    says="CMS's ccipra-v320r0-f1.txt (practitioner) or ccioph-v320r0-f1.txt (outpatient hospital), also .xlsx",
    recognises=_recognises,
    read=_read,
)
