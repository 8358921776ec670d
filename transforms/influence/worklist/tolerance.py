"""How far figures may move, as a worklist is asked for: `0.5%` of the value, or `2 half-widths` of the interval."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from transforms.measures.methods.arrays import Floats

_FORM = re.compile(r"(?P<size>[0-9]*\.?[0-9]+)\s*(?P<unit>%|half-?widths?|hw)", re.IGNORECASE)


@dataclass(frozen=True)
class Tolerances:
    """One of a share of the value, and half-widths of the interval; the other is None."""

    relative: float | None = None
    half_widths: float | None = None

    def of(self, value: Floats, lower: Floats, upper: Floats) -> Floats:
        """In the figures' units. Figures without an interval take the relative one of tables without any."""
        if self.relative is not None:
            return self.relative * np.abs(value)
        # Loads what reads the files of tables, for whoever asks for a tolerance.
        from transforms.measures.specification import RELATIVE_TOLERANCE

        by_width = self.half_widths * (upper - lower) / 2
        return np.where(np.isnan(by_width), RELATIVE_TOLERANCE * np.abs(value), by_width)

    def in_words(self) -> str:
        """To follow `by more than`."""
        if self.relative is not None:
            return f"{100 * self.relative:.15g} % of the value"
        many = f"{self.half_widths:g}"
        return f"{many} half-width{'' if many == '1' else 's'} of the interval"


def read_tolerance(text: str) -> Tolerances:
    """The tolerance that a text names; ValueError says how to write one."""
    found = _FORM.fullmatch(text.strip())
    if found is None or float(found["size"]) <= 0:
        raise ValueError(
            "expected a share of the value, e.g. 0.5%, or half-widths of the interval, e.g. '2 half-widths'"
        )
    size = float(found["size"])
    return Tolerances(relative=size / 100) if found["unit"] == "%" else Tolerances(half_widths=size)
