"""The physical side of a source profile: how to recognise and read each of its files."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class FileLayout(BaseModel):
    """One file role of a profile, e.g. `admissions` of MIMIC.

    A file plays the first role whose `match` fits its name, upper and lower case alike. `delimiter`, `quote` and
    `encoding` are found by looking at the file where they are not given. Column names are compared without regard
    to case and surrounding blanks.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    match: tuple[str, ...] = Field(description="Patterns of the file's name, e.g. 'admissions*'")
    required: tuple[str, ...] = Field(default=(), description="Columns without which the file cannot be used")
    delimiter: str | None = None
    quote: str | None = None
    encoding: Literal["utf-8", "utf-16", "latin-1", "cp1252"] | None = None
    header: bool = True
    columns: tuple[str, ...] = Field(default=(), description="Names of the columns where there is no header line")
    sheet: str | None = Field(default=None, description="Sheet of an XLSX file; the first where not given")

    def fits(self, file_name: str) -> bool:
        return any(fnmatch(file_name.lower(), pattern.lower()) for pattern in self.match)
