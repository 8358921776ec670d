"""What one absent record could add to a figure, by measure: a record more, a part of a ratio, or an unknown amount."""

from __future__ import annotations

from typing import Literal

from transforms.influence.forms import FORMS, Form
from transforms.measures.definitions import DEFINITIONS

# What a record adds at most: 1 to the numerator (`one`); 1 to the denominator, and of that to the numerator (`part`);
# 1 to either, each for itself (`either`); an unknown amount that is not negative (`more`); an unknown one either way.
Size = Literal["nothing", "one", "part", "either", "more", "unknown"]

# Columns that hold amounts: days, points of a score, numbers of diagnoses, relative weights.
_AMOUNTS = (
    "bed_days", "drg_weight", "charlson_score", "charlson_score_2011", "elixhauser_score", "ahrq_mortality_index",
    "ahrq_readmission_index", "secondary_diagnoses",
)  # fmt: skip


def size_of(measure: str) -> Size:
    """What one absent record could add to the figures of a measure."""
    form = FORMS.get(measure)
    if form is None:
        return "unknown"
    if form.by == "births":
        return "nothing"
    if form.kind == "weighted":
        return "more"
    if form.kind == "sum":
        return "more" if form.numerator in _AMOUNTS else "one"
    if form.of_lengths or form.numerator in _AMOUNTS:
        return "unknown"
    # The patient may be in the denominator already; what a model expects of a record is between 0 and 1.
    return "either" if form.by in ("patients", "model") else "part"


def is_of_every_record(measure: str) -> bool:
    """Whether every record of a place and time is one in the measure's figures of all causes, sexes and ages."""
    form = FORMS.get(measure)
    return form is not None and _counts_records(form) and not DEFINITIONS[measure].any_listed


def _counts_records(form: Form) -> bool:
    return form.kind == "sum" and form.by == "cells" and form.numerator == "weight" and not form.of_known


SIZES: dict[str, Size] = {name: size_of(name) for name in DEFINITIONS}
