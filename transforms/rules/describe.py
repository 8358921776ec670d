"""Say what the rules are, in words: a list, a page a rule, and the reference in docs/rules.md."""

from __future__ import annotations

from dataclasses import dataclass

from transforms.rules.header import FAMILIES, Comparison, Effect
from transforms.rules.ruleset import Rule, RuleSet

_EFFECTS = {
    "drop": "the record does not count",
    "merge": "the record is another record again, and one of the two counts",
    "recode": "the code is another",
    "demographic": "age or sex is another",
    "outcome": "death or survival is the other",
    "dates": "it belongs to another period, or its length is another",
    "person": "it belongs to another person",
    "add": "a code of the record is absent",
    "none": "no figure moves",
}
_REFERENCES = {
    "peers": "the other groups",
    "history": "its own earlier months (not by department or coder)",
    "given": "what is to be expected",
}
_DISTRIBUTIONS = {"binomial": "a share of the records", "normal": "a mean", "poisson": "a number"}
_LEVELS = {
    "collection": "collection",
    "area": "area of residence",
    "facility": "facility",
    "department": "department, with the same department elsewhere",
    "coder": "coder",
}
_PLACES = {"principal": "the principal diagnosis is another", "underlying": "the underlying cause is another"}
_TARGETS = {
    "children": "one of the reportable codes below the header",
    "prefix": "a reportable code with the same valid beginning",
    "category": "a code of the same category",
    "block": "a code of the same block",
    "chapter": "a code of the same chapter",
    "sex": "a code that the recorded sex admits",
    "age": "a code that the recorded age admits",
    "record": "another code of the same record",
    "equivalent": "an equivalent code of the system in force",
    "suggestion": "what the flag suggests",
    "any": "no target can be named",
}


@dataclass(frozen=True)
class RuleLine:
    """A rule in one line, for `farr rules list`."""

    rule_id: str
    title: str
    family: str
    severity: str
    grain: str
    systems: str


def list_rules(ruleset: RuleSet) -> tuple[RuleLine, ...]:
    """One line a rule, in the order of families and ids."""
    return tuple(
        RuleLine(
            rule_id=rule.id,
            title=rule.header.title,
            family=rule.header.family,
            severity=rule.header.severity,
            grain=rule.header.grain,
            systems=", ".join(rule.header.systems) or "any",
        )
        for rule in ruleset
    )


def show_rule(rule: Rule) -> str:
    """The page of a rule as Markdown: what, why, source, fix, effect, parameters, examples and the query itself."""
    header = rule.header
    facts = [f"**Severity**: {header.severity}. {header.severity_because}"]
    if header.threshold is not None:
        facts.append(
            f"**Threshold**: a release is held where more than {header.threshold:.3g} of the records violate it"
        )
    if header.comparison is not None:
        facts.append(f"**Looks at**: {compared(header.comparison)}")
    else:
        where = " ".join(header.applies_to.split())
        facts.append(f"**Looks at**: each {header.grain.replace('_', ' ')} where `{where}`")
    if header.needs:
        facts.append(f"**Needs**: what a site brings in, `checked.{'`, `checked.'.join(header.needs)}`")
    if header.settled_by_person:
        facts.append("**Settled by person**: a confirmed finding speaks for the person's other records")
    if header.lists:
        facts.append(f"**Code lists**: {', '.join(f'`{name}`' for name in header.lists)}")
    if header.comparison is None:
        facts.append(f"**Code systems**: {', '.join(header.systems) or 'whichever'}")
    if header.valid_from or header.valid_to:
        facts.append(f"**In force**: from {header.valid_from or 'the beginning'} to {header.valid_to or 'now'}")
    facts.append(f"**If it is right**: {'; or '.join(explain(effect) for effect in header.effect)}")
    facts.append(f"**To fix**: {header.fix}")
    facts.append(f"**Source**: {header.source}")
    facts += [
        f"**Parameter** `{name}` = {parameter.default}: {parameter.about}"
        for name, parameter in header.parameters.items()
    ]
    parts = [f"### {header.title}", f"`{rule.id}`", header.why, "\n".join(f"- {fact}" for fact in facts)]
    for example in header.example:
        tables = [f"checked.{relation}\n\n{table.strip()}" for relation, table in example.given.items()]
        fires = example.fires.strip()
        parts.append(f"*{example.title}.*")
        parts.append("```text\n" + "\n\n".join([*tables, f"fires\n\n{fires}" if fires else "nothing fires"]) + "\n```")
    parts.append(f"```sql\n{rule.query}\n```")
    return "\n\n".join(parts) + "\n"


def compared(comparison: Comparison) -> str:
    """How a rule about groups compares them, in words."""
    references = " and ".join(_REFERENCES[reference] for reference in comparison.against)
    levels = ", ".join(_LEVELS[level] for level in comparison.levels)
    return f"{_DISTRIBUTIONS[comparison.distribution]} by {levels}, against {references}; {comparison.direction} it"


def explain(effect: Effect) -> str:
    """One alternative of a rule's effect in words."""
    words = _PLACES.get(effect.place or "", _EFFECTS[effect.kind])
    if effect.of:
        words = f"{effect.of}s are absent"
    targets = [_TARGETS[target] for target in effect.targets if target != "codes"]
    if effect.codes:
        targets.append(f"one of {', '.join(effect.codes)}")
    if effect.kind == "add" and (effect.least is not None or effect.greatest is not None):
        targets.append(
            f"at least {effect.least or 0}, at most {effect.greatest if effect.greatest is not None else '?'}"
        )
    if effect.fields:
        targets.append(", ".join(effect.fields))
    return f"{words} ({', and '.join(targets)})" if targets else words


def reference(ruleset: RuleSet) -> str:
    """The text of docs/rules.md: a table of all rules, then their pages, by family."""
    parts = [_PREFACE, "| rule | what it finds | severity | looks at |\n|---|---|---|---|\n" + _table(ruleset)]
    for family, title in FAMILIES.items():
        pages = [show_rule(rule) for rule in ruleset if rule.header.family == family]
        if pages:
            parts.append("\n".join([f"## {title}\n", *pages]).rstrip())
    return "\n\n".join(parts) + "\n"


def _table(ruleset: RuleSet) -> str:
    return "\n".join(
        f"| `{line.rule_id}` | {line.title} | {line.severity} | {line.grain.replace('_', ' ')} |"
        for line in list_rules(ruleset)
    )


_PREFACE = """\
# The rules

This page is made from the rule files by `python -m transforms.rules.write_reference`; change those, not this.

A rule is one file: `transforms/rules/<family>/<rule_id>.sql`, or `rules/<rule_id>.sql` in a site's home. Its header, \
TOML in the comment that opens the file, says what the rule finds, why that matters to statistics, who says so, how to \
fix it, what it does to a figure if it is right, and shows records on which it fires and records on which it does not. \
The examples are run by `farr rules test` and by the project's own tests. Under the header stands one SELECT of the \
violating records; the records it gives are both counted and listed.

## Writing a rule

The query reads relations of `checked` and nothing else: one SELECT, no `select *` in its output, no table functions \
but `unnest`, `generate_series` and `range`, no function whose answer changes from run to run. Files, settings and \
other tables are out of its reach. Parameters of the header are read as `$name`.

It must give the key of its grain (`encounter_id`; `encounter_id` and `seq`; `stay_id`; `death_id`; `death_id` and \
`seq`; `patient_id`; `record_kind` and `record_id`), `system` where the header limits the systems, and `code_date` \
where it limits the days. `code` is the code concerned, `related_id` another record of the same kind and collection. \
`suggestion` is the code that may have been meant. Every other column is evidence: a reviewer's decision on a flag \
holds until one of them changes. The message may show `code_status`, `role`, \
`field`, `problem` and `limited_to`, which identify nobody.

| relation | a row is |
|---|---|
| `checked.encounter` | an encounter, with its principal diagnosis |
| `checked.plain_encounter` | the same without it: faster |
| `checked.diagnosis_list` | what the diagnoses of an encounter are together: how many, with or without an indicator |
| `checked.plain_diagnosis` | a diagnosis with its encounter |
| `checked.diagnosis` | the same, with what is said of its code on its day (`sex_limit`, `is_manifestation`, …) |
| `checked.marked_diagnosis` | those that are limited to a sex or an age, a manifestation, an external cause, a side \
unspecified, a wrong procedure, an outcome of delivery, or principal and seldom or never so; and those whose status is \
neither valid nor unknown: much faster to read |
| `checked.principal` | the principal diagnosis of an encounter |
| `checked.procedure` | a procedure with its encounter and what is said of its code |
| `checked.plain_procedure` | the same without what is said of its code: faster |
| `checked.core_diagnosis`, `checked.core_procedure` | a diagnosis, a procedure alone: the fastest to read |
| `checked.stay`, `checked.person` | a stay; a person |
| `checked.death` | a death, with what is said of its underlying cause |
| `checked.death_condition` | a condition on a certificate; `seq` is 100 times the line plus the place on it |
| `checked.field_issue`, `checked.record` | a field whose value was impossible; any encounter, death or person |
| `checked.coding` | an encounter of a facility and how it was coded: for rules about groups |
| `checked.code`, `checked.attribute`, `checked.age_class` | said of codes, by date; `code`: of those in use |
| `checked.listed_diagnosis` | diagnoses alone whose code is on a list, a row for each `list` |
| `checked.listed_diagnosis_with_encounter`, `checked.listed_procedure` | those on a list, with their encounter |
| `checked.listed_condition`, `checked.listed_death` | likewise: a condition on a certificate; an underlying cause |
| `checked.bare_diagnosis` | a diagnosis alone, without its encounter: much faster to read |
| `checked.repeated_diagnosis` | diagnoses whose code stands on the record more than once, in whatever position |
| `checked.noted_code` | codes in use that carry an instructional note, and those that it names |
| `checked.sided_diagnosis` | diagnoses of records that have a condition on two sides, or with and without a side |
| `checked.sex_as_recorded` | encounters whose bill says that codes of the other sex are right |
| `checked.suggestion` | the likeliest code that each wrong code may have been meant for, with the `reason` |
| `checked.code_list` | the codes of each list, as far as they are in use, with the days |
| `checked.shared_claim` | an encounter whose claim number another encounter of its source has too |
| `checked.bill` | a version of a claim that was replaced or voided, those that no longer stand among them |
| `checked.setting`, `checked.indication` | a line of `tables/setting.csv`, `tables/indication.csv` |
| `checked.procedure_pair`, `checked.unit_limit`, `checked.covered_diagnosis` | what a site has brought in of CMS's \
edits and of coverage determinations |
| `checked.covered_days` | the days that each source covers |

`code_date` is the day on which codes and rules are judged: discharge, service or death; null where it is unknown or \
was shifted to hide the person. `records` is how many records a row of counts stands for.

A rule that cannot do without what a site brings in names the relation in `needs`; where it is empty the rule is \
not applicable, and says what is missing.

## Code lists

A rule that asks whether a code is one of several names a list: `lists = ["outcome_of_delivery"]` in its header, and \
`list = 'outcome_of_delivery'` in its query. A list is `transforms/rules/lists/<list>.csv`: `system`, `code_from` \
(with all codes below it), `code_to` (empty, or the last of a range, with all below it), `valid_from`, `valid_to`, \
`note`, `source`, and `value` where it says more of its codes than that they are on it. A site's own stand in \
`rules/lists/` of its home; one of the same name takes the place of ours, and \
the report says so. Only the lists that rules in force name are looked up, and the diagnoses of each are written \
once, so lists are small: a whole chapter is a condition on the code.

## Tables

Two tables stand beside the rules in `transforms/rules/tables/`: `setting.csv`, what each facility type and class of \
encounter sends (an empty cell: whatever), and `indication.csv`, which diagnoses may be the reason for an operation. A \
site changes one by putting a file of the same name and columns in `rules/tables/` of its home; the report says so.

## Blocking

A rule that blocks marks the release as held where its share of violating records is above its threshold; a single \
record never does. A site can switch a rule off or set its threshold, severity and parameters otherwise in \
`[rules.<rule_id>]` of its configuration, with a note that stands in the report.

## Groups

A rule of the grain `group` finds what is true of many records together and of none of them: its findings stand in \
`quality.group_flag` and never on a record. Its query gives cells: the columns that name the group (`collection`, \
`area`, `facility_id`, `department`, `coder_id`, `code`, `period_start` and `period_end`, as its levels need), a \
`stratum` within which groups are compared, and the whole numbers `observed` and `records` (with `squares` for a mean, \
`expected` where the expectation is given, `add_least` and `add_greatest` where records are absent). `[comparison]` \
in the header says the rest: `against` peers (the other groups of the collection at that level), history (the group's \
own earlier months) or given; `distribution` binomial (a share; test of Cochran, Mantel and \
Haenszel), normal (a mean) or poisson (a number; exact test); `direction`; `levels`.

What is expected is what the group would have at the rates of what it is compared with, stratum by stratum: indirect \
standardisation, with strata that have no reference left out on both sides. Limits are of 95 %. \
Of all the groups that a rule could judge in a collection (`least_records`), false discoveries are held to the share \
`q` by Benjamini and Hochberg's procedure, and only deviations of `least_ratio` or `least_difference` count. The \
identifiers of coders stay in the warehouse: reports show facilities and areas.

## All rules"""
