"""Say where the meaning of codes changes, so that a trend can draw its break.

changes(con, first, last)                     every change of a code between two days
breaks(con, first, last)                      the days on which a whole system gives way to another, or codes change
scheme_breaks(con, "ccsr", first, last)       the days on which the groups of a scheme change, group by group
version_differences(con, "ccsr", old, new)    the codes that two versions of a grouping scheme place otherwise
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import duckdb

_SCHEME_DRIFT = Path(__file__).with_name("scheme_drift.sql").read_text(encoding="utf-8")
_DRIFT = Path(__file__).with_name("drift.sql").read_text(encoding="utf-8")

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change of a code on a day.

    `change` is introduced, retired (on the first day that it may not be reported), replaced (`before` by `after`; the
    older code may stay), title (changed by that day), group (of `scheme`, from `before` to `after`) or system (one
    system gives way to another; no code).
    """

    change: str
    system: str
    code: str | None
    on_date: date
    scheme: str | None
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True)
class Break:
    """A day on which a series may break: how many codes change, and the system before where one gives way."""

    on_date: date
    system: str
    before: str | None
    introduced: int
    retired: int
    replaced: int
    retitled: int
    regrouped: int


@dataclass(frozen=True, kw_only=True)
class SchemeBreak:
    """A day on which a series by a grouping scheme may break.

    Without a group: `system` takes the place of `before`, and the whole series breaks. With one: of the codes of the
    group `entered` were introduced and `gone` were retired on that day; `moved_in` counts codes that came from another
    group, themselves or by their successor, `moved_out` those that went to another. Only the last two, and the change
    of a system, alter what a group means: a code that is subdivided within its group enters and is gone at once.
    """

    on_date: date
    system: str
    before: str | None
    scheme_version: str | None
    group_code: str | None
    title: str | None
    entered: int
    gone: int
    moved_in: int
    moved_out: int

    @property
    def alters_meaning(self) -> bool:
        """Whether figures before and after the day are not of the same thing."""
        return self.group_code is None or self.moved_in > 0 or self.moved_out > 0


def scheme_breaks(
    con: duckdb.DuckDBPyConnection, scheme: str, first_day: date, last_day: date
) -> tuple[SchemeBreak, ...]:
    """List the breaks of a grouping scheme after the day `first_day` up to `last_day`, by day and group.

    A chart draws its line at each `on_date` without a `group_code`, and in the series of one group at each that
    `alters_meaning`. Rows of every system that the scheme groups come back: keep those of the series' own.
    """
    rows = con.execute(_SCHEME_DRIFT, {"scheme": scheme, "first": first_day, "last": last_day}).fetchall()
    names = [field.name for field in fields(SchemeBreak)]
    return tuple(SchemeBreak(**dict(zip(names, row, strict=True))) for row in rows)


def changes(
    con: duckdb.DuckDBPyConnection,
    first: date = FIRST_DAY,
    last: date = LAST_DAY,
    system: str | None = None,
    code: str | None = None,
) -> tuple[Change, ...]:
    """List the changes after the day `first` up to the day `last`, of one system or one canonical code if given."""
    rows = con.execute(_DRIFT, {"first": first, "last": last, "system": system, "code": code}).fetchall()
    return tuple(
        Change(change=row[0], system=row[1], code=row[2], on_date=row[3], scheme=row[4], before=row[5], after=row[6])
        for row in rows
    )


def breaks(con: duckdb.DuckDBPyConnection, first: date, last: date, system: str | None = None) -> tuple[Break, ...]:
    """List the days after `first` up to `last` on which codes change, with how many do, by system."""
    rows = con.execute(
        f"""
        select
            on_date, "system",
            any_value(before) filter (change = 'system') as before,
            count_if(change = 'introduced'), count_if(change = 'retired'), count_if(change = 'replaced'),
            count_if(change = 'title'), count_if(change = 'group'),
        from ({_DRIFT})
        group by on_date, "system"
        order by on_date, "system"
        """,
        {"first": first, "last": last, "system": system, "code": None},
    ).fetchall()
    names = ("on_date", "system", "before", "introduced", "retired", "replaced", "retitled", "regrouped")
    return tuple(Break(**dict(zip(names, row, strict=True))) for row in rows)


def version_differences(
    con: duckdb.DuckDBPyConnection, scheme: str, old: str, new: str
) -> list[tuple[str, str, str | None, str | None]]:
    """List (system, code, old default group, new default group) where two versions of a scheme differ.

    A code that only one of the versions has is listed with null for the other. The versions may group different
    systems: then codes are matched within each.
    """
    return con.execute(
        """
        select "system", code, one.group_code, two.group_code
        from (from codes.grouping where scheme = $scheme and scheme_version = $old and is_default) as one
        full join (from codes.grouping where scheme = $scheme and scheme_version = $new and is_default) as two
            using ("system", code)
        where one.group_code is distinct from two.group_code
        order by "system", code
        """,
        {"scheme": scheme, "old": old, "new": new},
    ).fetchall()
