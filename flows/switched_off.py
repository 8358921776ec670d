"""Say what is missing where a source of code sets is switched off: in the run, and in the warehouse for the report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import duckdb

from codesets.switches import Source, sources
from transforms.measures.specification import TableSpecification
from transforms.rules import RuleSet

# By which names rules read what is said of a code, where they are not `is_` and the attribute's own.
_READ_AS = {
    "code_status": ("code_status",),
    "sex": ("sex_limit",),
    "sex_ever": ("sex_limit_ever",),
    "age_class": ("is_newborn", "is_pediatric", "is_maternity", "is_adult", "age_class"),
    "note": ("note", "note_range"),
}


def tell_what_is_off(
    con: duckdb.DuckDBPyConnection, tables: Sequence[TableSpecification], rules: RuleSet
) -> tuple[str, ...]:
    """Give one sentence for each source that is off, and keep it in `codes.release.without` for the report."""
    off = {name for (name,) in con.execute("select name from codes.release where status = 'off'").fetchall()}
    grouped = {scheme for (scheme,) in con.execute("select distinct scheme from codes.scheme").fetchall()}
    sentences = []
    for source in sources():
        if source.name not in off:
            continue
        missing = [source.without]
        if unmade := [table.table_id for table in tables if table.scheme in set(source.schemes) - grouped]:
            missing.append(f"the tables {', '.join(unmade)}")
        if blind := _rules_that_read(source, rules):
            missing.append(f"all that it would tell the rules {', '.join(blind)}")
        text = "; ".join(missing)
        con.execute("update codes.release set without = $text where name = $name", {"text": text, "name": source.name})
        sentences.append(f"{source.title} is switched off. Missing: {text}")
    return tuple(sentences)


def _rules_that_read(source: Source, rules: RuleSet) -> list[str]:
    """The rules whose queries read what the source says of codes."""
    names = {name for attribute in source.attributes for name in _READ_AS.get(attribute, (f"is_{attribute}",))}
    return [rule.id for rule in rules if names & _words(rule.query)]


def _words(query: str) -> set[str]:
    return set(_identifiers(re.sub(r"--[^\n]*", "", query)))


def _identifiers(text: str) -> Iterable[str]:
    return re.findall(r"\w+", text)
