"""Write docs/rules.md from the rule files: `python -m transforms.rules.write_reference`."""

from __future__ import annotations

from pathlib import Path

from transforms.rules.describe import reference
from transforms.rules.ruleset import load_rules

REFERENCE = Path(__file__).parents[2] / "docs" / "rules.md"


def main() -> None:
    REFERENCE.write_text(reference(load_rules()), encoding="utf-8")


if __name__ == "__main__":
    main()
