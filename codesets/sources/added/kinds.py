"""Every kind of file that a site may add, and the reading of all that a site has added."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from codesets.sources.added import (
    addenda,
    ccsr,
    claml,
    code_edits,
    code_list,
    comorbidity,
    coverage,
    cpt,
    drg_weights,
    grouping,
    order_file,
    poa_exempt,
    procedure_pairs,
    safety,
    tabular,
    unit_limits,
)
from codesets.sources.added.file import AddedFile, Candidate, Reader, tables_of
from codesets.sources.added.folder import files_of
from codesets.sources.packages import SourceError

# The order matters where a file could be taken for two: the surest marks come first.
READERS: tuple[Reader, ...] = (
    grouping.READER,
    code_list.READER,
    coverage.READER,
    drg_weights.READER,
    order_file.READER,
    tabular.READER,
    claml.READER,
    ccsr.READER,
    comorbidity.READER,
    poa_exempt.READER,
    procedure_pairs.READER,
    unit_limits.READER,
    code_edits.READER,
    addenda.READER,
    cpt.READER,
)


def recognise(path: Path) -> tuple[Reader, Candidate]:
    """The reader that knows a file by its content; raise `SourceError` where there is none."""
    candidate = Candidate(path)
    # An empty or unreadable file is refused first, and so is text of two bytes a letter.
    first = safety.head(path)
    safety.refuse_utf16(path, first)
    for reader in READERS:
        if reader.recognises(candidate):
            return reader, candidate
    if b"\0" in first and not candidate.sheets:
        raise SourceError(f"{path.name}: neither text nor a workbook; save text as CSV in UTF-8.")
    raise SourceError(
        f"{path.name}: of no kind that is known here; `farr codes add --help` lists them. A list of your own needs its "
        "columns in the first line, in order."
    )


def read(path: Path) -> AddedFile:
    """Recognise a file and read it whole."""
    reader, candidate = recognise(path)
    return reader.read(candidate)


def read_site(site: Path | None) -> dict[str, pa.Table]:
    """Read all that a site has added, as the tables that the build knows; empty tables where it has none."""
    return tables_of([(path, read(path)) for path in files_of(site)])
