"""Hold what influence says of a sample's figures against the truth of the sample, and write it into the documentation.

    python -m tests.bench.truth [--encounters N]

The same sample is made without errors and with two shares of records in error; the figures of the first are the truth.
The section `On the truth` of docs/influence.md, its last, is written anew from what is found.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from tests.bench.influence import TABLES
from tests.bench.reasons import reasons
from tests.influence.rebuild import empty_warehouse, sample_core
from transforms.influence.assess import assess
from transforms.influence.options import find_options
from transforms.measures import build_figures, load_specifications
from transforms.rules import load_rules, run_rules
from transforms.sample.generate import generate

PAGE = Path(__file__).resolve().parents[2] / "docs" / "influence.md"
HEADING = "## On the truth"
SEED = 29
SHARES = (0.01, 0.05)
VERDICTS = ("robust", "sensitive", "not_fit")

# What the tables cannot say of themselves.
ON_DISTANCES = """\
The truth can lie outside all bounds where an error was flagged by no rule, and where something is fitted: centre \
lines stay as coded altogether, and expected deaths hold their reference. Measures without worst bounds are left \
empty there. Bounds over named targets leave out all causes that no code can be named for, above all ill-defined \
causes of death, so that few figures of deaths lie within them."""

ON_VERDICTS = """\
Figures with an interval may move by half of its length, and intervals of a sample of this size are wide: nearly all \
are robust, and a larger collection has fewer that are. Counts of discharges and days have no interval and may move by \
1 %, ranks not at all: with few records in a cause one of them is more than that, and many neighbours in a ranking can \
change places."""

_COLUMNS = (
    'figure_id, table_id, measure, "value", value_without_flagged, bound_low, bound_high, worst_low, worst_high, '
    "expected, expected_low, expected_high, verdict"
)


def figures(folder: Path, encounters: int, miscoding: float) -> tuple[pd.DataFrame, int]:
    """The figures of a sample with what influence says of them, and how many records its open flags concern."""
    files = generate(folder / "data", encounters=encounters, seed=SEED, miscoding=miscoding)
    tables = load_specifications(TABLES)
    with empty_warehouse(folder / "sample.duckdb") as con:
        sample_core(con, files, folder / "home")
        run_rules(con, load_rules())
        build_figures(con, tables)
        find_options(con)
        assess(con, tables)
        records = con.execute("select count(*) from influence.record").fetchone()[0]
        found = con.execute(f"select {_COLUMNS} from stats.figure where verdict is not null").df()
    return found, records


def _within(truth: pd.Series, low: pd.Series, high: pd.Series) -> pd.Series:
    slack = 1e-9 * (1 + truth.abs())
    return (low - slack <= truth) & (truth <= high + slack)


def against_truth(found: pd.DataFrame, clean: pd.DataFrame) -> pd.DataFrame:
    """By measure: figures, those whose value is not the true one, of these how many the limits hold, and distances.

    Figures that have no such limits do not count for them.
    A distance is the sum of the distances from the truth over the sum of the true values, of the figures that are not
    true as coded.
    """
    both = found.merge(clean[["figure_id", "value"]].rename(columns={"value": "truth"}), on="figure_id")
    both["is_wrong"] = ~np.isclose(both["value"], both["truth"], rtol=1e-9, atol=1e-9)
    wrong = both[both["is_wrong"]].copy()
    for name in ("bound", "worst", "expected"):
        is_within = _within(wrong["truth"], wrong[f"{name}_low"], wrong[f"{name}_high"])
        wrong[f"in_{name}"] = is_within.astype(float).where(wrong[f"{name}_low"].notna())

    def of_measure(rows: pd.DataFrame) -> pd.Series:
        size = rows["truth"].abs().sum()
        kept = rows[rows["value_without_flagged"].notna()]

        def distance(name: str, of: pd.DataFrame) -> float:
            whole = of["truth"].abs().sum()
            # Where some figures have no such value the others would be compared with all.
            return (of[name] - of["truth"]).abs().sum() / whole if whole and of[name].notna().all() else np.nan

        return pd.Series(
            {
                "wrong": len(rows),
                **{name: rows[name].mean() for name in ("in_bound", "in_worst", "in_expected")},
                "as_coded": distance("value", rows),
                "without": distance("value_without_flagged", kept),
                "expected": distance("expected", rows),
                "size": size,
            }
        )

    by = wrong.groupby("measure")[wrong.columns.tolist()].apply(of_measure)
    by["figures"] = both.groupby("measure").size()
    total = of_measure(wrong)
    total["figures"] = len(both)
    # Sums over different units mean nothing.
    total[["as_coded", "without", "expected"]] = np.nan
    by.loc["all measures"] = total
    return by


def verdicts_by_table(found: pd.DataFrame) -> pd.DataFrame:
    """The share of each verdict among the figures of each table, and of all."""
    shares = found.groupby("table_id")["verdict"].value_counts(normalize=True).unstack(fill_value=0.0)
    shares.loc["all tables"] = found["verdict"].value_counts(normalize=True)
    return shares.reindex(columns=list(VERDICTS), fill_value=0.0).fillna(0.0)


def _percent(share: float) -> str:
    return "" if np.isnan(share) else f"{share:.0%}"


def _near(share: float) -> str:
    return "" if np.isnan(share) else f"{100 * share:.1f} %"


def section(encounters: int, found: dict[float, tuple[pd.DataFrame, int]], clean: pd.DataFrame, why: list[str]) -> str:
    """The section as Markdown; `why` are its lines on where expected values are not the nearest."""
    most = max(found)
    lines = [
        HEADING,
        "",
        "This section is made by `python -m tests.bench.truth`; change that, not this. A sample of "
        f"{encounters:,} encounters was made three times: without errors, and with an error in "
        f"{' and in '.join(f'{share:.0%}' for share in found)} of its records; flags left "
        f"{' and '.join(f'{records:,}' for _, records in found.values())} records with options. The figures of the "
        "first are the truth for the others.",
        "",
        f"At {most:.0%}, of the figures that are not the true ones as coded: how often the truth lies within the "
        "bounds over named targets, within those over all, and within the expected interval; and how far from it lie "
        "the value as coded, the value without flagged records, and the expected value (sum of distances over sum of "
        "true values; the nearest in bold).",
        "",
        "| measure | figures | not true as coded | in bounds | in worst bounds | in expected interval | as coded | "
        "without flagged | expected |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for measure, row in against_truth(found[most][0], clean).iterrows():
        distances = [_near(row[name]) for name in ("as_coded", "without", "expected")]
        least = np.nanargmin(row[["as_coded", "without", "expected"]].to_numpy(float)) if distances[0] else -1
        distances = [f"**{text}**" if place == least else text for place, text in enumerate(distances)]
        shares = [_percent(row[name]) for name in ("in_bound", "in_worst", "in_expected")]
        cells = [str(measure), f"{row['figures']:,.0f}", f"{row['wrong']:,.0f}", *shares, *distances]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", ON_DISTANCES, "", *why]
    named = [f"{verdict.replace('_', ' ')}, {share:.0%}" for share in found for verdict in VERDICTS]
    lines += [
        "",
        "The shares of figures that are robust, sensitive and not fit, by table and share of records in error:",
        "",
        f"| table | {' | '.join(named)} |",
        f"|---|{'---:|' * len(named)}",
    ]
    shares = {share: verdicts_by_table(figures) for share, (figures, _) in found.items()}
    for table in shares[most].index:
        cells = [_percent(shares[share].loc[table, verdict]) for share in found for verdict in VERDICTS]
        lines.append(f"| {table} | {' | '.join(cells)} |")
    lines += ["", ON_VERDICTS]
    return "\n".join(lines) + "\n"


def write(page: Path, text: str) -> None:
    """Put a section in place of the last one of a page, if that has its heading, or at the end."""
    before = page.read_text(encoding="utf-8").split(f"{HEADING}\n")[0].rstrip() if page.exists() else ""
    page.write_text(f"{before}\n\n{text}".lstrip(), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.truth", description=__doc__)
    parser.add_argument("--encounters", type=int, default=3_000, help="how many (default 3,000)")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page whose last section this is")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="farr-truth-") as scratch:
        folders = {share: Path(scratch) / f"{share}" for share in (0.0, *SHARES)}
        made = {share: figures(folder, arguments.encounters, share) for share, folder in folders.items()}
        clean, _ = made.pop(0.0)
        most = max(made)
        why = reasons(
            folders[most] / "sample.duckdb",
            folders[most] / "data" / "truth.parquet",
            made[most][0],
            clean,
            folders[0.0] / "sample.duckdb",
            _COLUMNS,
            against_truth,
        )
    write(arguments.page, section(arguments.encounters, made, clean, why))


if __name__ == "__main__":
    main()
