"""Run the rules over a warehouse and write what they found: quality.rule, quality.flag and quality.rule_result."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from codesets.database import identifier
from transforms.rules.checked import attach, detach, warehouse
from transforms.rules.findings import COLUMNS, failed, finding_query
from transforms.rules.group_flags import write_group_flags
from transforms.rules.insert import insert_rows
from transforms.rules.ruleset import Override, Rule, RuleSet, Settings, bindable
from transforms.rules.tally import checked_counts

_FLAGS = Path(__file__).parent / "flags.sql"

# A single record never holds a release, however small the collection.
LEAST_TO_HOLD = 2


def run_rules(
    con: duckdb.DuckDBPyConnection,
    ruleset: RuleSet,
    overrides: Mapping[str, Override] | None = None,
    on_progress: Callable[[str], None] | None = None,
    on_rule: Callable[[str], None] | None = None,
) -> None:
    """Check the warehouse that is the connection's default catalog, and fill its schema `quality`.

    Reads core and codes; the tables of quality are empty before. `overrides` are a site's settings by rule id;
    RuleError where one fits no rule. A rule whose query fails on these data gets the status `error`, and the others
    go on. `on_rule` is told each rule's id when it has looked. `con` must not be in a transaction.
    """
    settings = ruleset.settings(overrides or {})
    active = [rule for rule in ruleset if not settings[rule.id].is_off]
    attach(con, on_progress, ruleset.lists_of(active), ruleset.tables, ruleset.lists_of_diagnoses(active))
    try:
        _run(con, ruleset, settings, on_progress or (lambda sentence: None), on_rule or (lambda rule_id: None))
    finally:
        detach(con)


def _run(
    con: duckdb.DuckDBPyConnection,
    ruleset: RuleSet,
    settings: Mapping[str, Settings],
    say: Callable[[str], None],
    looked: Callable[[str], None],
) -> None:
    con.execute("""
        create table checked.finding (
            rule_id varchar, domain varchar, record_id varchar, seq integer, code varchar, related_id varchar,
            evidence varchar, message varchar, suggestion varchar
        )
    """)
    active = [rule for rule in ruleset if not settings[rule.id].is_off]
    about_records = [rule for rule in active if not rule.is_about_groups]
    absent = _without_tables(con, active)
    systems = _systems(con)
    errors: dict[str, str] = {}
    for rule in about_records:
        # A rule of other systems than the records have, or of tables that no site has brought in, finds nothing.
        if rule.id not in absent and (not rule.header.systems or systems & set(rule.header.systems)):
            problem = _find(con, rule, settings[rule.id])
            if problem is not None:
                errors[rule.id] = problem
        looked(rule.id)
    say(f"{len(about_records):,} rules have looked at the records")
    _write_rules(con, ruleset, settings)
    errors |= _write_flags(con, [rule.id for rule in ruleset if rule.header.settled_by_person])
    about_groups = [(rule, settings[rule.id]) for rule in active if rule.is_about_groups]
    judged, broken = write_group_flags(con, about_groups, looked)
    checked = checked_counts(con, about_records) | judged
    _write_results(con, ruleset, settings, checked, errors | broken, absent)
    flags, groups = con.execute(
        "select (select count(*) from quality.flag), (select count(*) from quality.group_flag)"
    ).fetchone()
    say(f"{flags:,} flags on records, and {groups:,} on groups of them")


def _without_tables(con: duckdb.DuckDBPyConnection, rules: Iterable[Rule]) -> dict[str, str]:
    """The rules that need what the site has not brought in, each with a sentence that says what."""
    needed = sorted({relation for rule in rules for relation in rule.header.needs})
    empty = {
        relation
        for relation in needed
        if not con.execute(f"select exists (from checked.{identifier(relation)})").fetchone()[0]
    }
    return {
        rule.id: f"the site has not brought in what fills {', '.join(sorted(lacking))}; docs/sources.md says how"
        for rule in rules
        if (lacking := set(rule.header.needs) & empty)
    }


def _systems(con: duckdb.DuckDBPyConnection) -> set[str]:
    """The code systems of all records."""
    return {
        system
        for relation in ("core_diagnosis", "core_procedure", "death", "death_condition")
        for (system,) in con.execute(f"select distinct system from checked.{relation}").fetchall()
    }


def _find(con: duckdb.DuckDBPyConnection, rule: Rule, settings: Settings) -> str | None:
    """Append a rule's findings; the problem in words that hold no value of the data, where its query fails."""
    statement = f"insert into checked.finding ({', '.join(COLUMNS)}) {finding_query(rule)}"
    try:
        con.execute(statement, bindable(settings.parameters))
    except (duckdb.FatalException, duckdb.InterruptException):
        raise
    except duckdb.Error as failure:
        return failed(rule, failure)
    return None


def _write_rules(con: duckdb.DuckDBPyConnection, ruleset: RuleSet, settings: Mapping[str, Settings]) -> None:
    """One row a rule, in the order of quality.rule's columns."""
    rows = []
    for rule in ruleset:
        header, own = rule.header, settings[rule.id]
        rows.append(
            (
                rule.id,
                header.title,
                header.family,
                own.severity,
                header.grain,
                effect_json(rule),
                header.valid_from,
                header.valid_to,
                own.threshold,
                header.why,
                header.source,
                header.fix,
                ",".join(header.systems) or None,
                json.dumps(dict(own.parameters), default=str, sort_keys=True),
                own.is_off,
                own.changes,
                own.note,
            )
        )
    if rows:
        insert_rows(con, "quality.rule", rows)


def effect_json(rule: Rule) -> str:
    """The alternatives of a rule's effect as JSON: a list of objects, keys without a value left out."""
    alternatives = [effect.model_dump(exclude_defaults=True) for effect in rule.header.effect]
    return json.dumps(alternatives, sort_keys=True)


def _write_flags(con: duckdb.DuckDBPyConnection, settled_by_person: Sequence[str]) -> dict[str, str]:
    """Turn findings into flags; the rules whose findings name records that do not exist or cross collections."""
    con.execute(_FLAGS.read_text(encoding="utf-8").format(warehouse=warehouse(con)))
    _leave_out_settled(con, settled_by_person)
    lost = con.execute("select distinct rule_id from checked.placed where collection is null").fetchall()
    crossing = con.execute("""
        select distinct placed.rule_id
        from checked.placed
        left join checked.record as related
            on placed.record_kind = related.record_kind and placed.related_id = related.record_id
        where placed.related_id is not null and related.collection is distinct from placed.collection
    """).fetchall()
    wrong = {
        rule_id: "its findings relate records of two collections; join on the collection too" for (rule_id,) in crossing
    }
    wrong |= {
        rule_id: "its findings name records that the warehouse has not; select the key of its grain"
        for (rule_id,) in lost
    }
    con.execute(
        """
        insert into quality.flag by name
        select flag_id, rule_id, collection, encounter_id, death_id, patient_id, domain, seq, code, message, evidence,
            related_id, group_key, suggestion
        from checked.placed
        where rule_id not in (select unnest($wrong))
        order by rule_id, record_id, domain, seq, related_id
    """,
        {"wrong": sorted(wrong)},
    )
    return wrong


def _leave_out_settled(con: duckdb.DuckDBPyConnection, settled_by_person: Sequence[str]) -> None:
    """Take out the given rules' findings on persons of whom a reviewer has confirmed one; that one itself stays."""
    con.execute(
        """
        create table checked.confirmed as
        select placed.flag_id, placed.patient_id
        from checked.placed
        inner join quality.review as review
            on placed.flag_id = review.flag_id and placed.evidence = review.evidence
        where
            review.is_standing
            and review.verdict = 'confirmed_correct'
            and placed.rule_id in (select unnest($rules))
        """,
        {"rules": list(settled_by_person)},
    )
    con.execute(
        """
        delete from checked.placed
        where
            rule_id in (select unnest($rules))
            and patient_id in (select patient_id from checked.confirmed)
            and flag_id not in (select flag_id from checked.confirmed)
        """,
        {"rules": list(settled_by_person)},
    )


def _write_results(
    con: duckdb.DuckDBPyConnection,
    ruleset: RuleSet,
    settings: Mapping[str, Settings],
    checked: Mapping[tuple[str, str], int],
    errors: Mapping[str, str],
    absent: Mapping[str, str],
) -> None:
    """One row a rule and collection."""
    collections = [
        name for (name,) in con.execute("select distinct collection from checked.record order by 1").fetchall()
    ]
    # A flag that was found right or accepted is no reason to hold a release; one that was corrected is, until the
    # record is as corrected, when it is no longer raised.
    violated = {
        (rule_id, collection): (int(records), int(settled))
        for rule_id, collection, records, settled in con.execute("""
            with settled as (
                select flag_id, evidence
                from quality.review
                where is_standing and verdict in ('confirmed_correct', 'accepted_exception')
            ),
            violating as (
                select
                    rule_id, collection, record_id, any_value(records) as records,
                    bool_and(settled.flag_id is not null) as is_settled
                from checked.placed
                left join settled using (flag_id, evidence)
                where collection is not null
                group by rule_id, collection, record_kind, record_id, case when domain = grain then seq end
            )
            select rule_id, collection, sum(records), coalesce(sum(records) filter (is_settled), 0)
            from violating
            group by all
            union all
            select rule_id, collection, count(*), 0 from quality.group_flag group by all
        """).fetchall()
    }
    rows = [
        _result(rule, settings[rule.id], collection, checked, violated, errors, absent)
        for rule in ruleset
        for collection in collections
    ]
    if rows:
        insert_rows(con, "quality.rule_result", rows)


def _result(
    rule: Rule,
    settings: Settings,
    collection: str,
    checked: Mapping[tuple[str, str], int],
    violated: Mapping[tuple[str, str], tuple[int, int]],
    errors: Mapping[str, str],
    absent: Mapping[str, str],
) -> tuple[str, str, str, int, int, int, float | None, bool, str | None]:
    """A row of quality.rule_result, in the order of its columns; `violated` has the records and the settled ones."""
    if settings.is_off:
        return rule.id, collection, "not_applicable", 0, 0, 0, None, False, f"switched off here: {settings.note}"
    if rule.id in errors:
        return rule.id, collection, "error", 0, 0, 0, None, False, errors[rule.id]
    if rule.id in absent:
        return rule.id, collection, "not_applicable", 0, 0, 0, None, False, absent[rule.id]
    of = checked.get((rule.id, collection), 0)
    bad, settled = violated.get((rule.id, collection), (0, 0))
    if of == 0:
        systems = f" of {', '.join(rule.header.systems)}" if rule.header.systems else ""
        what = "group of records large enough" if rule.is_about_groups else f"record{systems} that it applies to"
        return rule.id, collection, "not_applicable", 0, bad, settled, None, False, f"no {what}"
    share, left = bad / of, bad - settled
    over = settings.threshold is not None and left / of > settings.threshold and left >= LEAST_TO_HOLD
    message = None
    if over:
        message = f"{left / of:.2%} of {of:,} records, above the threshold of {settings.threshold:.2%}"
    return rule.id, collection, "failed" if bad else "passed", of, bad, settled, share, over, message
