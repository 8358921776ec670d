"""Find the numbered columns that a pattern such as `dx{n}` or `DIAG_4_{n:02}` means among those of a file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from transforms.profiles.checks import NUMBERED


def numbered_columns(wanted: Sequence[str], present: Sequence[str]) -> list[tuple[int, str]]:
    """(position, column) of each wanted column that is present, in the order of positions.

    A pattern's number gives the position; plain names stand in the order in which the profile lists them. Upper and
    lower case are alike.
    """
    by_name = {column.lower(): column for column in present}
    found: dict[int, str] = {}
    for place, each in enumerate(wanted, 1):
        if NUMBERED.search(each) is None:
            if each.lower() in by_name:
                found[place] = by_name[each.lower()]
            continue
        before, after = each[: NUMBERED.search(each).start()], each[NUMBERED.search(each).end() :]
        pattern = re.compile(re.escape(before) + r"(\d+)" + re.escape(after), re.IGNORECASE)
        for column in present:
            if match := pattern.fullmatch(column):
                found.setdefault(int(match.group(1)), column)
    return sorted(found.items())
