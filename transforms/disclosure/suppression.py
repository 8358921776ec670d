"""Primary suppression: small counts, and everything that rests on them, are kept out of releases.

The warehouse keeps full numbers. `apply` sets the status of figures that rest on a small count, `released` gives the
relation with their numbers blanked. A zero is shown: it is a number of its own, unlike what is hidden, what is
unknown (rows named so) and what is not applicable (a status).

Rule: a count from 1 to the minimum less one is not shown, nor any rate, mean or interval whose numerator, denominator
or their difference (the survivors behind a mortality) is such a count. Counts are unweighted records, so that a
survey's weights do not lift a small count over the threshold (CMS cell-size policy; design decision 14).

What open flags could do to a figure stands beside it, so every difference between two of these columns is a count of
its own: of the records that lie between them. Bounds, worst bounds and the value without flagged records are each shown
only where no such count, in numerator or denominator, is from 1 to the minimum less one; where that is not known, they
are not shown. Expected values lie between the bounds and are shown with all of them. The verdict is shown wherever the
figure is.
"""

from __future__ import annotations

import duckdb

from transforms.measures.definitions import DEFINITIONS

# Counts below this are not shown (CMS cell-size policy: 1 to 10).
MINIMUM_COUNT = 11

# Status of figures whose numbers a release hides.
HIDDEN = ("suppressed_primary", "suppressed_secondary")

# Every column from which a hidden count could be read or worked out.
DERIVED = (
    "numerator",
    "denominator",
    "value",
    "lower",
    "upper",
    "signal",
    "records",
    "denominator_records",
    "smallest_cell",
    "left_out",
    "value_without_flagged",
    "bound_low",
    "bound_high",
    "worst_low",
    "worst_high",
    "expected",
    "expected_low",
    "expected_high",
    "tolerance",
    "verdict",
    "absent",
    "flips",
)

# Counts of records between columns, which decide whether columns are shown; no release holds them.
FEWEST = ("fewest_bound", "fewest_worst", "fewest_without")

# Columns that say what open flags could do, by the counts that must be known and not small.
_BETWEEN = {
    "bound_low": FEWEST[:1],
    "bound_high": FEWEST[:1],
    "flips": FEWEST[:1],
    "worst_low": FEWEST[1:2],
    "worst_high": FEWEST[1:2],
    "expected": FEWEST[:2],
    "expected_low": FEWEST[:2],
    "expected_high": FEWEST[:2],
    "value_without_flagged": FEWEST[2:],
}


def apply(con: duckdb.DuckDBPyConnection, minimum_count: int = MINIMUM_COUNT) -> int:
    """Set `suppressed_primary`, with its reason, on each figure that rests on a small count; returns how many.

    `minimum_count` is the least count that may be shown; 1 or less hides nothing. A figure that is not applicable
    keeps its status and reason: a release shows none of its numbers.
    """
    con.execute("delete from stats.disclosure")
    con.execute("insert into stats.disclosure values (?)", [minimum_count])
    # A denominator without records of its own is a population, whose persons are counted themselves, or a number of
    # events expected, which is no count. A figure that gives away its cells is hidden with the smallest of them. A
    # count of 0 is shown, however few the records that it was counted among.
    con.execute(
        """
        update stats.figure
        set
            status = 'suppressed_primary',
            reason = 'rests on a count from 1 to ' || ($minimum - 1)
        where status <> 'not_applicable' and not (records = 0 and denominator is null) and (
            records between 1 and $minimum - 1
            or denominator_records between 1 and $minimum - 1
            or denominator_records - records between 1 and $minimum - 1
            or smallest_cell between 1 and $minimum - 1
            or (
                denominator_records is null
                and not list_contains($expected, measure)
                and (
                    (denominator > 0 and denominator < $minimum)
                    or (denominator > numerator and denominator - numerator < $minimum)
                )
            )
        )
        """,
        {"minimum": minimum_count, "expected": [name for name, one in DEFINITIONS.items() if one.is_expected]},
    )
    return con.execute("select count(*) from stats.figure where status = 'suppressed_primary'").fetchone()[0]


def released(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    """The figures as a release may show them: `stats.figure` with hidden numbers null, ordered by figure_id.

    Call `apply` first. Counts that ride along are null as well where they are small: `left_out`, and the records
    among which a shown zero was counted; so is what open flags could do to a figure, where few records are behind it.
    """
    withheld = ", ".join(f"'{status}'" for status in (*HIDDEN, "not_applicable"))
    least = "(select minimum_count - 1 from stats.disclosure)"
    small = {
        "left_out": f"left_out between 1 and {least}",
        "denominator_records": f"denominator_records between 1 and {least} "
        f"or denominator_records - records between 1 and {least}",
        **{
            name: " or ".join(f"coalesce({count}, 1) between 1 and {least}" for count in counts)
            for name, counts in _BETWEEN.items()
        },
    }
    blanked = ", ".join(
        f"case when status in ({withheld}){f' or {small[name]}' if name in small else ''} then null "
        f"else {name} end as {name}"
        for name in DERIVED
    )
    return con.sql(f"select * exclude ({', '.join(FEWEST)}) replace ({blanked}) from stats.figure order by figure_id")
