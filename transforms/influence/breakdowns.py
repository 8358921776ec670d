"""The margins of a table whose figures are sums over records, with their measures."""

from __future__ import annotations

from dataclasses import dataclass

from transforms.influence.forms import FORMS
from transforms.measures.cells import Slice, slice_of
from transforms.measures.definitions import Definition
from transforms.measures.specification import Margin, TableSpecification


@dataclass(frozen=True)
class Breakdown:
    """The measures of a table that are summed over the same slice in the same margin."""

    table: TableSpecification
    margin: Margin
    one: Slice
    definitions: tuple[Definition, ...]

    @property
    def is_of_lengths(self) -> bool:
        """Whether its figures are made of lengths of stays: other measures are summed over other slices."""
        return any(FORMS[definition.name].of_lengths for definition in self.definitions)

    @property
    def counts_patients(self) -> bool:
        """Whether its figures count patients: none is a sum over records."""
        return any(FORMS[definition.name].by == "patients" for definition in self.definitions)

    @property
    def columns(self) -> tuple[str, ...]:
        forms = [FORMS[definition.name] for definition in self.definitions]
        return tuple(sorted({name for form in forms for name in (form.numerator, form.denominator) if name}))


def breakdowns(table: TableSpecification) -> list[Breakdown]:
    """The table's margins, each with those of its measures whose forms are read off cells."""
    found: dict[tuple[Margin, Slice], list[Definition]] = {}
    for margin in table.margins:
        for definition in table.definitions:
            form = FORMS.get(definition.name)
            if form and form.by == "cells" and definition.stands_in(margin):
                found.setdefault((margin, slice_of(margin, definition)), []).append(definition)
    return [Breakdown(table, margin, one, tuple(definitions)) for (margin, one), definitions in found.items()]
