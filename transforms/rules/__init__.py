"""Rules: one file each, found by `load_rules`, proven by `test_rules`, run over a warehouse by `run_rules`."""

from transforms.rules.examples import ExampleResult, test_rules
from transforms.rules.header import RuleError
from transforms.rules.ruleset import Override, Rule, RuleSet, load_rules
from transforms.rules.run import run_rules

__all__ = ["ExampleResult", "Override", "Rule", "RuleError", "RuleSet", "load_rules", "run_rules", "test_rules"]
