"""Column names of a file: made unique, and checked against what the layout requires."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from transforms.landing.outcome import Refused
from transforms.profiles.layout import FileLayout

RESERVED = ("_row_number", "_fault", "_raw")

_SHOWN_NAMES = 40
_SHOWN_LENGTH = 60
# A number or a date: no name of a column, but what a first record holds where there is no header.
_VALUE = re.compile(r"[-+]?[\d.,]*\d|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?")


def column_names(file_name: str, header: Sequence[str], layout: FileLayout) -> tuple[str, ...]:
    """Names of the columns: trimmed, an empty one named `column_<place>`, repeated ones suffixed `_2`, `_3`.

    Raises `Refused` where a required column is missing or there twice, or a name is one that Farr uses itself.
    """
    trimmed = [name.strip() for name in header]
    keys = [name.casefold() for name in trimmed]
    reserved = [name for name in RESERVED if name in keys]
    if reserved:
        raise Refused(
            "reserved_name", f"{file_name}: the column {_listed(reserved)} has a name that Farr uses itself. Rename it."
        )
    _check_required(file_name, trimmed, layout)
    counts = Counter(keys)
    twice = [name for name in layout.required if counts[_key(name)] > 1]
    if twice:
        raise Refused(
            "ambiguous_column",
            f"{file_name}: expected the column {_listed(twice)} once, found it {counts[_key(twice[0])]} times. "
            "Rename or remove all but one.",
        )
    return _unique(trimmed)


def check_columns(file_name: str, columns: Sequence[str], layout: FileLayout) -> None:
    """Raise `Refused` where columns read earlier lack one that the layout now requires."""
    _check_required(file_name, columns, layout)


def _check_required(file_name: str, found: Sequence[str], layout: FileLayout) -> None:
    keys = {_key(name): name for name in found}
    missing = [name for name in layout.required if _key(name) not in keys]
    if not missing:
        return
    wanted = f"expected the column{'s' if len(missing) > 1 else ''} {_listed(missing)}"
    is_headerless = len(missing) == len(layout.required) and any(_VALUE.fullmatch(name.strip()) for name in found)
    if is_headerless:
        # What stands there is then a record, which has no place in a message.
        raise Refused(
            "missing_column",
            f"{file_name}: {wanted}, found {len(found)} fields in the first line, of which some are numbers or dates: "
            "it seems to have no header line. Add one, or set `header = false` and `columns` in the profile.",
        )
    near = [f"{_listed(close)} for {_listed([name])}" for name in missing if (close := _close(name, keys))]
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    raise Refused(
        "missing_column",
        f"{file_name}: {wanted}, found {len(found)} column{'s' if len(found) != 1 else ''}: {_listed(found)}.{hint} "
        "Rename the column in the file or in the profile, or check the delimiter.",
    )


def _close(name: str, keys: dict[str, str]) -> list[str]:
    def squeezed(text: str) -> str:
        return re.sub(r"[\W_]+", "", text.casefold())

    by_squeezed = {squeezed(key): original for key, original in keys.items()}
    return [by_squeezed[match] for match in get_close_matches(squeezed(name), list(by_squeezed), n=1, cutoff=0.7)]


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    names = [name or f"column_{place}" for place, name in enumerate(names, start=1)]
    taken = {_key(name) for name in names}
    seen: Counter[str] = Counter()
    unique = []
    for name in names:
        seen[_key(name)] += 1
        if (number := seen[_key(name)]) > 1:
            while _key(candidate := f"{name}_{number}") in taken:
                number += 1
            taken.add(_key(candidate))
            name = candidate
        unique.append(name)
    return tuple(unique)


def _key(name: str) -> str:
    return name.strip().casefold()


def _listed(names: Sequence[str]) -> str:
    shown = [name if len(name) <= _SHOWN_LENGTH else name[: _SHOWN_LENGTH - 1] + "…" for name in names[:_SHOWN_NAMES]]
    rest = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
    return ", ".join(f"'{name}'" for name in shown) + rest
