"""What of an option each table sees: options that its statements cannot tell apart are one to it.

A record with another length of stay is the same to a table that counts deaths, and one that ended in another month the
same to a table by years. So each table reads far fewer options than there are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from codesets.database import literal
from transforms.influence.methods.choices import Booleans, Integers
from transforms.influence.methods.segments import Hashes, mixed, pairs_of, starts
from transforms.influence.sight import Sight, arrays
from transforms.measures.placing import period_expression, placed_for
from transforms.measures.specification import TableSpecification

# What statements read of `placed as p` to find the period, the causes and whether a day is covered: told apart by what
# is found.
_CAUSE = "k.segment_id = p.segment_id"
_COVERED = ("v.event_date = p.event_date", "v.date_precision = p.date_precision")


@dataclass(frozen=True)
class Seen:
    """What statements see of options.

    `alike` is a SELECT of option_id and a number, the same for options that they cannot tell apart; options that it
    leaves out are nowhere. `domain`: of records of one domain only. `with_ends`: with the options that stand at an end
    (see any_code).
    """

    alike: str
    domain: str | None
    with_ends: bool = False


def seen_in(
    statements: str,
    table: TableSpecification,
    year_start: int,
    *,
    of_domain: bool = True,
    with_ends: bool = False,
    also: str = "",
) -> Seen:
    """What the statements of a table, which read `placed as p` by the names of its columns, see of options.

    `also` is an expression of `p` that tells options apart besides.
    """
    period = period_expression(table.period, year_start)
    left = statements.replace(period, "").replace("p.record_number", "")
    keys, joins = [period, *([also] if also else [])], []
    if _CAUSE in left:
        left = left.replace(_CAUSE, "")
        keys.append("g.causes")
        joins.append(
            f"""left join (
                select scope_id, segment_id, sum(hash(scheme_version, cause, "share", sex)::hugeint) as causes
                from cause_of
                where scheme = {literal(table.scheme or "")}
                group by scope_id, segment_id
            ) as g using (scope_id, segment_id)"""
        )
    if table.any_listed and table.scheme:
        keys.append("l.causes")
        joins.append(f"left join ({_listed(table)}) as l using (record_number)")
    if all(each in left for each in _COVERED):
        for each in _COVERED:
            left = left.replace(each, "")
        keys.append("v.scope_id is not null")
        joins.append("left join covered_event as v using (scope_id, event_date, date_precision)")
    keys += [f"p.{name}" for name in sorted(set(re.findall(r'\bp\."?(\w+)', left)))]
    domain = table.domain if of_domain else None
    scopes = f'and p.scope_id in (select scope_id from scope where "domain" = {literal(domain)})' if domain else ""
    alike = (
        f"select p.record_number as option_id, hash({', '.join(keys)}) as alike from {placed_for(table)} as p "
        f"{' '.join(joins)} where p.record_number >= 0 {scopes}"
    )
    return Seen(alike, domain, with_ends)


def _listed(table: TableSpecification) -> str:
    """SELECT of the causes of options by all their codes, as a number."""
    scheme = literal(table.scheme)
    if table.domain == "death":
        return f"""
            select record_number, sum(hash(scheme_version, cause)::hugeint) as causes
            from listed_death_cause
            where scheme = {scheme}
            group by record_number
        """
    return f"""
        select record_number, sum(hash(cause_number)::hugeint) as causes
        from listed_stay_number
        where record_number >= 0
            and cause_number in (select cause_number from listed_stay_name where scheme = {scheme})
        group by record_number
    """


def seen_in_columns() -> Seen:
    """Options as they differ in the columns that they share with stats.contribution."""
    beside = "option_id, record, kind, rule_id, place, is_coded, is_absent, is_named, is_wild, share"
    alike = f"hash(*columns(* exclude ({beside}))) as alike"
    return Seen(f"select option_id, {alike} from influence.option where not is_absent", None)


class Sights:
    """The options as they are seen.

    Options are placed, `record_rules` is there (see beliefs), and `find_any_code` is done.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._options = arrays(
            con,
            "select option_id, record, is_coded, is_named, is_wild, share from influence.option order by option_id",
        )
        self._records = arrays(
            con,
            """
            select r.record, r.unit_id, coalesce(f.rule_set, 0)::bigint as rule_set, u.has_states, r."domain"
            from influence.record as r
            join influence.unit as u using (unit_id)
            left join record_rules as f using (record)
            order by r.record
            """,
        )
        self._states = arrays(con, "select unit_id, state, record, option_id from influence.state order by all")
        self._ends = arrays(con, "select of_option, option_id from end_option order by option_id")
        self._looked: tuple[Seen, Sight] | None = None

    def look(self, seen: Seen) -> Sight:
        """The options that differ in what is seen; `option_brief`, `record_brief` and `state_brief` hold them as rows.

        The last ones are kept, since tables of one kind follow each other.
        """
        if self._looked is None or self._looked[0] != seen:
            sight = self._see(seen)
            self._place(sight)
            self._looked = seen, sight
        return self._looked[1]

    def _place(self, sight: Sight) -> None:
        """Create the relations of `look`."""
        records = {"record": sight.record, "unit_id": sight.unit_id, "has_states": sight.has_states}
        frames = {
            "option": {
                "option_id": sight.option_id,
                **{name: values[sight.of_record] for name, values in records.items()},
                **{name: getattr(sight, name) for name in ("is_coded", "is_named", "is_wild", "share")},
            },
            "record": {**records, "rule_set": sight.rules},
            "state": {
                "unit_id": sight.state_unit,
                "state": sight.state,
                "record": sight.record[sight.state_record],
                "option_id": sight.option_id[sight.state_option],
            },
        }
        for name, columns in frames.items():
            self._con.register("seen_frame", pa.table(columns))
            self._con.execute(f"create or replace temp table {name}_brief as from seen_frame")
            self._con.unregister("seen_frame")

    def _see(self, seen: Seen) -> Sight:
        records = self._records
        of_domain = records["domain"] == seen.domain if seen.domain else np.ones(len(records["record"]), dtype=bool)
        record, has_states = records["record"][of_domain], records["has_states"][of_domain]
        found, stands_for = self._once(self._alike(seen), of_domain, has_states)
        state = self._allowed(record, stands_for)
        each = np.bincount(found["of_record"], minlength=len(record))
        has_wild = np.bincount(found["of_record"], found["is_wild"], minlength=len(record)) > 0
        if seen.with_ends:
            found, state = self._with_ends(found, state)
        order = np.lexsort((state["option_id"], state["record"], state["state"], state["unit_id"]))
        state = {name: values[order] for name, values in state.items()}
        once = starts(*state.values())
        state = {name: values[once] for name, values in state.items()}
        return Sight(
            **found,
            record=record,
            unit_id=records["unit_id"][of_domain],
            rules=records["rule_set"][of_domain],
            has_states=has_states,
            is_open=(each == 2) & has_wild & ~has_states,
            state_unit=state["unit_id"],
            state=state["state"],
            state_record=state["record"],
            state_option=np.searchsorted(found["option_id"], state["option_id"]),
        )

    def _once(self, alike: Hashes, of_domain: Booleans, has_states: Booleans) -> tuple[dict[str, np.ndarray], Integers]:
        """The options of a domain's records, those alike as their first; and by option the one it is (-1: none).

        `has_states` is by record of the domain.
        """
        options = self._options
        record = self._records["record"]
        kept = np.flatnonzero(of_domain[np.searchsorted(record, options["record"])])
        columns = {name: options[name][kept] for name in ("is_coded", "is_named", "is_wild", "share")}
        of_record = np.searchsorted(record[of_domain], options["record"][kept])
        # A state is open to named targets or not by what it allows, whatever that comes to.
        is_tied = has_states[of_record]
        allowed = columns["is_named"] & is_tied, columns["is_coded"] & is_tied
        _, first, group = np.unique(
            mixed(of_record, columns["is_wild"], *allowed, alike[kept]), return_index=True, return_inverse=True
        )
        order = np.argsort(first)
        first, group = first[order], np.argsort(order)[group]
        found = {
            "option_id": options["option_id"][kept][first],
            "of_record": of_record[first],
            "is_coded": np.bincount(group, columns["is_coded"]) > 0,
            "is_named": np.bincount(group, columns["is_named"]) > 0,
            "is_wild": columns["is_wild"][first],
            "share": np.bincount(group, columns["share"]),
        }
        stands_for = np.full(len(alike), -1, dtype=np.int64)
        stands_for[kept] = found["option_id"][group]
        return found, stands_for

    def _allowed(self, record: Integers, stands_for: Integers) -> dict[str, Integers]:
        """By state of a unit, and record that is here (its place in `record`), the options that it allows."""
        states = self._states
        option = stands_for[np.searchsorted(self._options["option_id"], states["option_id"])]
        here = np.flatnonzero(option >= 0)
        return {
            "unit_id": states["unit_id"][here],
            "state": states["state"][here],
            "record": np.searchsorted(record, states["record"][here]),
            "option_id": option[here],
        }

    def _alike(self, seen: Seen) -> Hashes:
        """By option a number, the same for options of a record that are one."""
        option_id = self._options["option_id"]
        found = arrays(self._con, seen.alike)
        alike = np.zeros(len(option_id), dtype=np.uint64)
        # Other records stand beside the options.
        row, at = pairs_of(found["option_id"], option_id)
        alike[at] = found["alike"][row]
        if seen.with_ends:
            # What stands at the ends of an option is its own.
            apart = np.searchsorted(option_id, np.unique(self._ends["of_option"]))
            alike[apart] = mixed(option_id[apart])
        return alike

    def _with_ends(
        self, found: dict[str, np.ndarray], state: dict[str, Integers]
    ) -> tuple[dict[str, np.ndarray], dict[str, Integers]]:
        """With the options at an end, of those that are there, which are never expected."""
        ends = self._ends
        row, at = pairs_of(ends["of_option"], found["option_id"])
        of_option, option_id = ends["of_option"][row], ends["option_id"][row]
        none = np.zeros(len(at), dtype=bool)
        end = {
            "option_id": option_id,
            "of_record": found["of_record"][at],
            "is_coded": none,
            "is_named": none,
            "is_wild": ~none,
            "share": np.zeros(len(at)),
        }
        found = {name: np.concatenate([values, end[name]]) for name, values in found.items()}
        order = np.argsort(of_option, kind="stable")
        row, at = pairs_of(state["option_id"], of_option[order])
        more = {name: values[row] for name, values in state.items()} | {"option_id": option_id[order][at]}
        return found, {name: np.concatenate([values, more[name]]) for name, values in state.items()}
