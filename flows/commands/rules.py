"""`farr rules`: what the rules are, and whether they do what their examples say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.console import complain, results, show_table
from flows.commands.homes import home_of
from flows.commands.options import ConfigForHome

if TYPE_CHECKING:
    from transforms.rules import Rule, RuleSet
    from transforms.rules.header import Header

application = typer.Typer(no_args_is_help=True, help="The rules: list them, show one, test them by their examples.")


@application.command("list")
def list_rules(config: ConfigForHome = None) -> None:
    """List every rule: its family, its severity, and its title."""
    rules = _rules(config)
    show_table(
        f"{len(rules)} rules",
        ("rule", "family", "severity", "about", "title"),
        ((rule.id, rule.header.family, rule.header.severity, rule.header.grain, rule.header.title) for rule in rules),
    )


@application.command()
def show(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="The rule, as `farr rules list` names it.")],
    config: ConfigForHome = None,
) -> None:
    """Show one rule: why it matters, its source, how to fix what it finds, and its examples.

    Example:

        farr rules show sex_conflict
    """
    rule = _rules(config)[rule_id]
    header = rule.header
    results.print(f"{rule.id}: {header.title}\n")
    threshold = f", holds a release above {header.threshold:.1%}" if header.threshold is not None else ""
    dates = f"{header.valid_from or 'always'} to {header.valid_to or 'today'}"
    for name, text in (
        ("Severity", f"{header.severity}{threshold}"),
        ("About", _about(header)),
        ("In force", "always" if not (header.valid_from or header.valid_to) else dates),
        ("Why", header.why),
        ("How to fix", header.fix),
        ("If it is right", _effects(rule)),
        ("Source", header.source),
    ):
        results.print(f"{name}: {text}")
    for name, parameter in header.parameters.items():
        results.print(f"Parameter {name} = {parameter.default}: {parameter.about}")
    for example in header.example:
        results.print(f"\nExample: {example.title}")
        for relation, rows in example.given.items():
            results.print(f"  {relation}")
            results.print("\n".join(f"    {line.strip()}" for line in rows.strip().splitlines()))
        fires = example.fires.strip()
        results.print("  fires on" if fires else "  does not fire")
        if fires:
            results.print("\n".join(f"    {line.strip()}" for line in fires.splitlines()))
    results.print(f"\n{rule.query.strip()}")


@application.command("test")
def try_examples(config: ConfigForHome = None) -> None:
    """Run every rule on its own examples; exit 1 where one does not behave."""
    from transforms.rules import test_rules

    outcomes = list(test_rules(_rules(config)))
    problems = [outcome.problem for outcome in outcomes if outcome.problem]
    for problem in problems:
        complain(problem)
    results.print(f"{len(outcomes) - len(problems)} of {len(outcomes)} examples behave as they say")
    if problems:
        raise typer.Exit(1)


def _rules(config: Path | None) -> RuleSet:
    """The shipped rules, with those of the home where there is a configuration."""
    from transforms.rules import load_rules

    home = home_of(config)
    return load_rules([home.site_rules] if home else [])


def _about(header: Header) -> str:
    """The records, or the groups of records, that a rule looks at."""
    from transforms.rules.describe import compared

    if header.comparison is not None:
        return compared(header.comparison)
    return f"a {header.grain}" + (f" in {', '.join(header.systems)}" if header.systems else "")


def _effects(rule: Rule) -> str:
    """The alternatives of a rule's effect in words."""
    alternatives = []
    for effect in rule.header.effect:
        details = [*effect.targets, *effect.codes, *effect.fields]
        alternatives.append(f"{effect.kind} ({', '.join(details)})" if details else effect.kind)
    return ", or ".join(alternatives)
