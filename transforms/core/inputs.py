"""What core is built from: a source, its profile, and the batches of it that stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from codesets.database import identifier, literal
from transforms.landing.delimited import glob_escaped
from transforms.landing.outcome import Batch
from transforms.profiles.language import Profile
from transforms.source import Source

# A row's place in the run: the batch's number in the high bits, its row number in the low ones. Its order is that of
# the configuration, then of the paths, then of the rows.
ROW_BITS = 40


@dataclass(frozen=True, kw_only=True)
class SourceInput:
    """A source with its profile and its live batches, in configuration and path order."""

    source: Source
    profile: Profile
    batches: tuple[Batch, ...]


@dataclass(frozen=True)
class Numbered:
    """A source input with its number in the run, and the numbers of its batches."""

    number: int
    given: SourceInput
    first_batch: int

    @property
    def source(self) -> Source:
        return self.given.source

    @property
    def profile(self) -> Profile:
        return self.given.profile

    def work(self, name: str) -> str:
        """Name of a work table of this source."""
        return f"work_{self.number}_{name}"

    def rows(self, role: str) -> str:
        """Name of the view of all rows of one file role that could be read."""
        return identifier(self.work(f"rows_{role}"))

    def of_role(self, role: str) -> Iterator[tuple[int, Batch]]:
        """The batches of one file role with their numbers."""
        for number, batch in enumerate(self.given.batches, self.first_batch):
            if batch.role == role:
                yield number, batch

    @cached_property
    def _columns(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, str]] = {}
        for batch in self.given.batches:
            known = found.setdefault(batch.role, {})
            for column in batch.columns:
                known.setdefault(column.lower(), column)
        return {role: tuple(columns.values()) for role, columns in found.items()}

    def columns(self, role: str) -> tuple[str, ...]:
        """Columns that any file of the role has, under the name that the first one gives them."""
        return self._columns.get(role, ())

    def has(self, role: str) -> bool:
        return role in self._columns


def number_inputs(inputs: Sequence[SourceInput]) -> tuple[Numbered, ...]:
    """Number the sources and their batches in the order given."""
    numbered = []
    first = 1
    for number, given in enumerate(inputs, 1):
        numbered.append(Numbered(number, given, first))
        first += len(given.batches)
    return tuple(numbered)


def rows_view(numbered: Numbered, role: str) -> str:
    """SQL of the view of a role's readable rows: `_row` and the union of the files' columns by name, all text.

    Columns that a later file lacks are null there; their names are compared without regard to case.
    """
    names = {column.lower(): column for column in numbered.columns(role)}
    parts = []
    for number, batch in numbered.of_role(role):
        own = {column.lower(): column for column in batch.columns}
        listed = [
            f"{identifier(own[key]) if key in own else 'null::varchar'} as {identifier(name)}"
            for key, name in names.items()
        ]
        parts.append(
            f"select ({number}::bigint << {ROW_BITS}) + _row_number as _row"
            + "".join(f", {each}" for each in listed)
            + f" from read_parquet({literal(glob_escaped(batch.rows_path))}) where _fault is null"
        )
    return "\nunion all\n".join(parts)


def batch_table(numbered: Sequence[Numbered]) -> list[tuple[int, str, str, str, int]]:
    """One row a batch: its number, batch_id, source, role and the number of its source."""
    return [
        (position, batch.batch_id, each.source.name, batch.role, each.number)
        for each in numbered
        for position, batch in enumerate(each.given.batches, each.first_batch)
    ]
