"""Leading causes by the procedure of NCHS: by number of deaths, ties sharing a rank."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transforms.measures.methods.arrays import checked


def leading_ranks(deaths: ArrayLike, group: ArrayLike, rankable: ArrayLike) -> NDArray[np.int64]:
    """The rank of each row within its group: standard competition ranking (1, 2, 2, 4); 0 where it has none.

    `deaths` are counts by underlying cause, never rates; `group` names the table a row belongs to (an age, a sex, an
    area), by integers; `rankable` is true for the causes that the procedure ranks (the rows that the 113 or the 130
    list marks with #). A cause that is not rankable, or has no deaths, has no rank and takes none from others. Read:
    Health, United States, Sources and definitions, Cause-of-death ranking. ValueError: null or negative deaths.
    """
    count = checked("deaths", deaths)
    groups = np.asarray(group, dtype=np.int64)
    ranked = np.asarray(rankable, dtype=bool) & (count > 0)
    ranks = np.zeros(count.shape, dtype=np.int64)
    rows = np.flatnonzero(ranked)
    rows = rows[np.lexsort((-count[rows], groups[rows]))]
    if not rows.size:
        return ranks
    place = np.arange(rows.size)
    new_group = np.append(True, np.diff(groups[rows]) != 0)
    new_count = new_group | np.append(True, np.diff(count[rows]) != 0)
    first_of_group = np.maximum.accumulate(np.where(new_group, place, 0))
    first_of_count = np.maximum.accumulate(np.where(new_count, place, 0))
    ranks[rows] = first_of_count - first_of_group + 1
    return ranks
