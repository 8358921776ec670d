"""`farr worklist`: the shortest list of records to review that makes the figures safe."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.console import results, show_table, write_csv
from flows.commands.homes import home_of, published_warehouse
from flows.commands.options import DEFAULT_FILE, Config, expect_suffix
from flows.errors import ConfigurationError

if TYPE_CHECKING:
    import duckdb

    from transforms.influence.worklist import Case, Choice, Flagged, Tolerances

_ROWS_ON_SCREEN = 15
_NAME_ON_SCREEN = 60

# The reviewer's columns come last, as `farr review` takes them back.
TO_FILL_IN = ("verdict", "corrected", "reviewer", "decided_at", "note")
COLUMNS = (
    "cause", "record", "related_record", "facility_id", "coder_id", "event_date", "rule_id", "rule", "code", "position",
    "finding", "fix", "suggestion", "figures_held", "flags_of_this_cause", "selected_by", "flag_id", "evidence",
    *TO_FILL_IN,
)  # fmt: skip


class Figures(StrEnum):
    """Which figures the list makes safe."""

    HEADLINE = "headline"
    ALL = "all"


def worklist(
    tolerance: Annotated[
        str | None,
        typer.Option(
            help="How far figures may move: a share of the value (0.5%) or of the interval ('2 half-widths'). "
            "Default: each table's own.",
        ),
    ] = None,
    top: Annotated[int | None, typer.Option(min=1, metavar="N", help="No more than N records.")] = None,
    figures: Annotated[Figures, typer.Option(help="The figures to make safe.")] = Figures.HEADLINE,
    worst: Annotated[
        bool, typer.Option("--worst", help="Promise against flags that name no target too: any code may be meant.")
    ] = False,
    output: Annotated[Path | None, typer.Option(help="Write the list to a CSV or XLSX file.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the random further records.")] = 0,
    config: Config = DEFAULT_FILE,
) -> None:
    """List the fewest flagged records whose review leaves no headline figure able to move by more than its tolerance.

    The promise holds whatever the reviewed records turn out to be, as long as each is decided and turns out as one of
    the things that its flags allow: under every resolution of the flags left open, each figure stays within its
    tolerance of its reviewed value. It is about flags that name what else a record may be; causes that name none
    (ill-defined ones) are left to `--worst`. The list is the shortest that was found; below it stands what no list can
    go below.

    Flags of one cause (rule, code, facility and coder) stand together: one answer may settle many. A tenth more
    records are drawn at random, since rules learn from random reviews only.

    Fill in `verdict` and what goes with it, and hand the file to `farr review`. It names records of persons: it goes
    to those who may see them, and is never in a release.

    Examples:

        farr worklist --output worklist.xlsx

        farr worklist --tolerance 0.5% --top 40

        farr worklist --figures all --tolerance "2 half-widths" --output all.csv
    """
    from transforms.influence.worklist import RANDOM, choose, gather, read_tolerance, rows_of

    expect_suffix(output, ".csv", ".xlsx")
    try:
        asked = None if tolerance is None else read_tolerance(tolerance)
    except ValueError as error:
        raise ConfigurationError(f"--tolerance {tolerance}: {error}") from None
    _expect_nothing_decided(output)
    home = home_of(config)
    with published_warehouse(home) as con:
        condition = "is_headline" if figures is Figures.HEADLINE else "bound_low is not null"
        case = gather(con, condition)
        if asked is not None:
            case = replace(case, tolerance=_tolerances(con, case, asked))
        choice = choose(case, named_only=not worst, most=top)
        listed = rows_of(con, case, choice.units, seed=seed, named_only=not worst)
        rows = _worded(con, listed)
        said = _said(con, case, choice, figures, asked)
    if output is not None:
        _write(output, rows)
    else:
        _show(rows)
    for sentence in said:
        results.print(sentence)
    random = sum(row["selected_by"] == RANDOM for row in rows)
    if rows:
        results.print(
            f"The list has {_many(len(rows), 'flag')}, {random:,} of them drawn at random: only such reviews teach how "
            "often a rule is right."
        )
    if output is not None:
        results.print(
            f"Written to {output}; fill in `verdict` and hand it to `farr review`."
            if rows
            else f"Written to {output}, without a row."
        )


def _expect_nothing_decided(output: Path | None) -> None:
    """Raise ConfigurationError where the file to be written is a worklist that somebody has begun to fill in."""
    if output is None or not output.is_file():
        return
    from codesets.database import connect
    from transforms.reviews import UnreadableReviews
    from transforms.reviews.sheet import read_sheet

    with connect() as con:
        try:
            read_sheet(con, output, into="given")
        except UnreadableReviews:
            return
        decided = con.execute("select count(verdict) from given").fetchone()[0]
    if decided:
        raise ConfigurationError(
            f"--output {output}: a worklist that is filled in already ({_many(decided, 'verdict')}); hand it to "
            "`farr review`, and give another name"
        )


def _tolerances(con: duckdb.DuckDBPyConnection, case: Case, asked: Tolerances):
    import numpy as np

    found = con.execute('select "value", lower, upper from stats.figure order by rowid').fetchnumpy()
    return asked.of(
        *(
            np.ma.filled(np.ma.asarray(found[name], dtype=float), np.nan)[case.figures]
            for name in ("value", "lower", "upper")
        )
    )


def _worded(con: duckdb.DuckDBPyConnection, listed: list[Flagged]) -> list[dict[str, Any]]:
    """The rows by column, the figures that they hold in words."""
    from codesets.database import without_pandas
    from flows.commands.code_page import dotted
    from reports.figure_names import change_in_words, figure_name

    wanted = {hold.figure for row in listed for hold in row.holds}
    with without_pandas():
        found = con.execute(
            "select rowid as place, * from stats.figure where list_contains($wanted, rowid)", {"wanted": sorted(wanted)}
        )
    columns = [column[0] for column in found.description]
    figures = {row[0]: dict(zip(columns, row, strict=True)) for row in found.fetchall()}
    several = len({figure["collection"] for figure in figures.values()}) > 1
    names = {place: figure_name(figure, with_collection=several) for place, figure in figures.items()}
    rows = []
    for row in listed:
        flag = row.flag
        held = []
        for hold in row.holds:
            by = change_in_words(figures[hold.figure]["measure"], hold.most)
            held.append(f"{names[hold.figure]}: up to {by}")
        if row.held > len(row.holds):
            held.append(f"{row.held - len(row.holds)} more")
        rows.append(
            {
                "cause": flag["cause"],
                "record": flag["record_id"],
                "related_record": flag["related_id"],
                "facility_id": flag["facility_id"],
                "coder_id": flag["coder_id"],
                "event_date": flag["event_date"] and flag["event_date"].isoformat(),
                "rule_id": flag["rule_id"],
                "rule": flag["rule_title"],
                "code": flag["code"] and dotted(flag["code"], flag["system"]),
                "position": flag["seq"],
                "finding": flag["message"],
                "fix": flag["fix"],
                "suggestion": flag["suggestion"],
                "figures_held": "; ".join(held) or None,
                "flags_of_this_cause": flag["open_flags"],
                "selected_by": flag["selected_by"],
                "flag_id": flag["flag_id"],
                "evidence": flag["evidence"],
            }
        )
    return rows


def _write(output: Path, rows: list[dict[str, Any]]) -> None:
    values = [[row.get(name) for name in COLUMNS] for row in rows]
    try:
        if output.suffix.lower() == ".csv":
            write_csv(output, COLUMNS, values)
        else:
            from reports.worklist_sheet import write_worklist

            write_worklist(output, COLUMNS, values, TO_FILL_IN)
    except OSError as error:
        raise ConfigurationError(f"--output {output}: cannot be written: {error.strerror}") from None


def _show(rows: list[dict[str, Any]]) -> None:
    """The first rows, in four columns that fit a narrow terminal."""
    if not rows:
        return
    show_table(
        "Worklist",
        ("cause", "record", "rule", "could move by up to"),
        [(row["cause"], row["record"], row["rule_id"], _first_figure(row)) for row in rows[:_ROWS_ON_SCREEN]],
    )
    if len(rows) > _ROWS_ON_SCREEN:
        results.print(
            f"The first {_ROWS_ON_SCREEN} of {len(rows):,} flags; --output FILE.xlsx or FILE.csv has all of them."
        )


def _first_figure(row: dict[str, Any]) -> str:
    if row["selected_by"] == "random" and not row["figures_held"]:
        return "(random)"
    name, _, change = (row["figures_held"] or "").split("; ")[0].rpartition(": up to ")
    return f"{change}: {shorten(name, _NAME_ON_SCREEN, placeholder=' …')}" if name else ""


def _said(
    con: duckdb.DuckDBPyConnection,
    case: Case,
    choice: Choice,
    figures: Figures,
    asked: Tolerances | None,
) -> list[str]:
    """What the list achieves, and what it does not, in sentences."""
    noun = "headline figure" if figures is Figures.HEADLINE else "figure"
    limit = asked.in_words() if asked else "the tolerance of its table"
    flagged = int(case.records.sum())
    apart = _not_promised(con, case, choice, figures, asked)
    but = f", but for {sum(count for count, _ in apart):,} of which nothing is promised" if apart else ""
    these = "this one" if choice.records == 1 else f"these {choice.records:,}"
    said = []
    if not choice.needed:
        said.append(f"Nothing needs review: open flags cannot move any {noun} by more than {limit}{but}.")
    elif choice.is_whole:
        said.append(f"Review {these} of {flagged:,} flagged records and no {noun} can move by more than {limit}{but}.")
        said.append(
            "No list is shorter."
            if choice.lower_bound >= choice.needed
            else f"No list of fewer than {choice.lower_bound:,} records can promise that (linear-programming bound)."
        )
    else:
        still = int(choice.open_after.sum())
        said.append(
            f"Review {these} of {flagged:,} flagged records and {_many(still, noun)} instead of "
            f"{choice.open_before:,} can still move by more than {limit}{but}. It takes {choice.needed:,} records to "
            f"make all safe, and no list does it with fewer than {choice.lower_bound:,}."
        )
    said += [sentence for _, sentence in apart]
    to_any = int((choice.open_to_any & ~choice.open_after).sum())
    if to_any:
        said.append(
            f"Flags that name no target, so that any code may be meant, are not in this promise: at their worst they "
            f"could move {_many(to_any, noun)} more by as much. See --worst."
        )
    if absent := con.execute("select count(*) from influence.added where coalesce(greatest, 1) > 0").fetchone()[0]:
        said.append(
            f"No review settles records that are absent: {_many(absent, 'finding')} of them in influence.added."
        )
    return said


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _not_promised(
    con: duckdb.DuckDBPyConnection, case: Case, choice: Choice, figures: Figures, asked: Tolerances | None
) -> list[tuple[int, str]]:
    """Figures of which a list promises nothing: how many for each reason, and a sentence that names their measures."""
    import numpy as np

    found = con.execute(
        f"""
        select rowid as place, measure, "value", lower, upper, tolerance, absent is not null as is_lacking,
            {"bound_low, bound_high" if choice.named_only else "worst_low as bound_low, worst_high as bound_high"}
        from stats.figure
        where "value" is not null and {"is_headline" if figures is Figures.HEADLINE else "true"}
        order by rowid
        """
    ).fetchnumpy()
    place, measures = np.ma.getdata(found["place"]), np.ma.getdata(found["measure"])
    value, lower, upper, tolerance, low, high = (
        np.ma.filled(np.ma.asarray(found[name], dtype=float), np.nan)
        for name in ("value", "lower", "upper", "tolerance", "bound_low", "bound_high")
    )
    if asked is not None:
        tolerance = asked.of(value, lower, upper)
    # No review says which records are absent.
    lacking = np.ma.getdata(found["is_lacking"]).astype(bool)
    unknown = (np.isnan(low) | np.isnan(high)) & ~lacking
    # Sums over records that some unit can move are in the case; what moves besides is none.
    elsewhere = ~np.isin(place, case.figures) & (np.fmax(value - low, high - value) > tolerance) & ~lacking
    boundless = np.isin(place, case.figures[choice.beyond]) & ~lacking
    return [
        (int(chosen.sum()), f"{_many(int(chosen.sum()), 'figure')} {reason}: {_titles(measures[chosen])}.")
        for chosen, reason in (
            (lacking, "from which records may be absent"),
            (unknown, "without bounds"),
            (elsewhere, "whose bounds are known, but which are no sums over records that a list could be chosen for"),
            (boundless & ~unknown, "without a tolerance"),
        )
        if chosen.any()
    ]


def _titles(measures: Iterable[str]) -> str:
    from reports.wording import measure

    return ", ".join(dict.fromkeys(measure(name).title for name in sorted(measures)))
