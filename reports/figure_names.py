"""Name a figure, and a change of it, in words that can be read in a line."""

from __future__ import annotations

import math
from collections.abc import Mapping

from reports import numbers, periods
from reports.wording import measure, word

# Strata that stand by their own name; others are named with their dimension.
_PLAIN = ("facility_id", "area")


def figure_name(row: Mapping, *, with_collection: bool = False) -> str:
    """A figure in words, e.g. `in-hospital mortality, Injury and poisoning, H3, women, 2021`.

    `row` has the identifying columns of stats.figure and `cause_title`; all are as null means, so a total says nothing.
    """
    title = measure(row["measure"]).title
    # An acronym keeps its capitals.
    parts = [title[:1].lower() + title[1:] if title[1:2].islower() or title[1:2] in " -" else title]
    if row["cause"] is not None:
        parts.append("all causes" if row["cause"] == "all" else row["cause_title"] or row["cause"])
    for name in _PLAIN:
        if row[name]:
            parts.append(f"{name.removesuffix('_id')} not known" if row[name] == "unknown" else row[name])
    if row["sex"]:
        parts.append(word("sexes", row["sex"]).lower())
    if row["age_band"]:
        parts.append("age not known" if row["age_band"] == "unknown" else f"age {row['age_band']}")
    if row["stratum"]:
        parts.append(f"{str(row['stratum_name']).replace('_', ' ')} {row['stratum']}")
    if row["period_start"] is not None:
        parts.append(periods.label(row["period_start"], row["period_end"]))
    else:
        parts.append("date not known")
    if with_collection:
        parts.append(f"collection {row['collection']}")
    return ", ".join(parts)


def change_in_words(name: str, change: float) -> str:
    """How far a figure of a measure moves, with its unit and without sign: `0.3 points`, `2 deaths`, `0.41 days`."""
    words = measure(name)
    size = abs(float(change))
    if words.kind == "share":
        return f"{_brief(size * 100)} points"
    unit = "" if "=" in words.unit or words.unit.startswith("%") else words.unit
    text = _brief(size)
    return f"{text} {unit.removesuffix('s') if text == '1' and ' ' not in unit else unit}".rstrip()


def _brief(size: float) -> str:
    """Two digits that say something; whole numbers whole."""
    if size == 0 or abs(size - round(size)) < 1e-9 * size:
        return numbers.number(round(size))
    places = max(0, 1 - math.floor(math.log10(size)))
    return numbers.number(size, min(places, 8))
