"""`farr whatif`: which figures a change of one record would move, before anyone asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.console import results, show_table, write_csv
from flows.commands.homes import home_of, published_warehouse
from flows.commands.options import DEFAULT_FILE, Config, expect_suffix
from flows.errors import ConfigurationError

if TYPE_CHECKING:
    import duckdb

    from transforms.influence.whatif import Prediction

_ROWS_ON_SCREEN = 30
_NEW_ON_SCREEN = 5
_COLUMNS = ("headline", "figure", "before", "after", "half_widths", "table", "figure_id")


class Sex(StrEnum):
    """Sex as the warehouse has it."""

    F = "F"
    M = "M"
    U = "U"


def whatif(
    record: Annotated[
        str, typer.Argument(metavar="RECORD", help="A stay_id, encounter_id or death_id, its source before the colon.")
    ],
    code: Annotated[
        str | None,
        typer.Option(
            help="Another principal diagnosis or underlying cause: I21.9, or with its system 'icd10cm I21.9'."
        ),
    ] = None,
    sex: Annotated[Sex | None, typer.Option(help="Another sex.")] = None,
    survived: Annotated[bool, typer.Option("--survived", help="The patient left the stay alive.")] = False,
    died: Annotated[bool, typer.Option("--died", help="The patient died in the stay.")] = False,
    drop: Annotated[bool, typer.Option("--drop", help="The record does not count at all.")] = False,
    death: Annotated[bool, typer.Option("--death", help="RECORD is a death, where a stay is named alike.")] = False,
    output: Annotated[Path | None, typer.Option(help="Write all figures to a CSV file.")] = None,
    config: Config = DEFAULT_FILE,
) -> None:
    """List every figure that would change if a record were otherwise, and by how much. Nothing is written.

    Headline figures come first, then those that move most in half-widths of their interval. A change of less than a
    tenth of a half-width is nothing that a reader could notice.

    All other records stay as they are; what rests on several of them (patients, readmissions, ranks, life tables) and
    what is fitted to them (expected deaths, trends) is worked out anew, as a run would.

    Examples:

        farr whatif hospital:8841 --code I21.9

        farr whatif hospital:8841 --sex F --survived

        farr whatif register:D17 --code C61 --output change.csv
    """
    from transforms.influence.whatif import Change, NoSuchRecord, predict

    expect_suffix(output, ".csv")
    if survived and died:
        raise ConfigurationError("--survived, --died: expected one of the two")
    if drop and (code or sex or survived or died):
        raise ConfigurationError("--drop: a record that does not count cannot be changed besides")
    if not (drop or code or sex or survived or died):
        raise ConfigurationError("expected a change: --code, --sex, --survived, --died or --drop")
    system, _, rest = (code or "").replace(":", " ").strip().rpartition(" ")
    change = Change(
        code=rest or None,
        system=system.strip().lower() or None,
        sex=sex and sex.value,
        died=True if died else False if survived else None,
        is_dropped=drop,
    )
    home = home_of(config)
    with published_warehouse(home) as con:
        try:
            prediction = predict(con, record, change, is_death=death)
        except NoSuchRecord as error:
            raise ConfigurationError(f"RECORD: {error}") from None
        except ValueError as error:
            raise ConfigurationError(str(error)) from None
        rows = _worded(con, prediction)
        new = _new(con, prediction)
    if prediction.code_status not in (None, "valid"):
        results.print(f"On the day of the record this code is not valid: {prediction.code_status}.")
    if output is not None:
        try:
            write_csv(output, _COLUMNS, [[row[name] for name in _COLUMNS] for row in rows])
        except OSError as error:
            raise ConfigurationError(f"--output {output}: cannot be written: {error.strerror}") from None
    else:
        _show(rows)
    headlines = sum(row["headline"] for row in rows)
    written = f"; written to {output}" if output else ""
    results.print(
        f"{len(rows):,} figure{'' if len(rows) == 1 else 's'} would change, headlines: {headlines:,}{written}."
        if rows
        else f"No figure would change{written}."
    )
    for sentence in _said_of_new(new):
        results.print(sentence)


def _worded(con: duckdb.DuckDBPyConnection, prediction: Prediction) -> list[dict[str, Any]]:
    """The figures that move, headlines first, in words."""
    from reports import numbers
    from reports.figure_names import figure_name
    from reports.wording import measure

    found = con.execute(
        "select rowid as place, * from stats.figure where list_contains($wanted, rowid)",
        {"wanted": [one.figure for one in prediction.moved]},
    )
    columns = [column[0] for column in found.description]
    figures = {row[0]: dict(zip(columns, row, strict=True)) for row in found.fetchall()}
    rows = []
    for one in prediction.moved:
        figure = figures[one.figure]
        kind = measure(figure["measure"]).kind
        lower, upper = figure["lower"], figure["upper"]
        change = None if one.after is None or one.before is None else one.after - one.before
        has_width = change is not None and lower is not None and upper is not None and upper > lower
        places = numbers.decimals(kind, *(numbers.scaled(limit, kind) for limit in (lower, upper)))
        places = max(places, _places(numbers.scaled(change, kind)))
        rows.append(
            {
                "headline": figure["is_headline"],
                "figure": figure_name(figure),
                "before": "no value" if one.before is None else _written(one.before, kind, places),
                "after": "no value" if one.after is None else _written(one.after, kind, places),
                "half_widths": round(2 * change / (upper - lower), 3) if has_width else None,
                "table": figure["table_id"],
                "figure_id": figure["figure_id"],
            }
        )
    titles = _titles(con, prediction)
    for one in prediction.new:
        kind = measure(one.of["measure"]).kind
        rows.append(
            {
                "headline": False,
                "figure": figure_name(one.of | {"cause_title": titles.get(_group(one.of))}),
                "before": "no figure",
                "after": _written(one.value, kind, numbers.decimals(kind)),
                "half_widths": None,
                "table": one.of["table_id"],
                "figure_id": None,
            }
        )
    return sorted(rows, key=row_order)


def row_order(row: Mapping[str, Any]) -> tuple:
    """Headlines first, then what moves most; figures that there are none of yet have no identifier."""
    return not row["headline"], -abs(row["half_widths"] or 0), row["figure"], row["figure_id"] or ""


def _group(of: Mapping[str, Any]) -> tuple[str | None, ...]:
    return of["scheme"], of["scheme_version"], of["cause"]


def _titles(con: duckdb.DuckDBPyConnection, prediction: Prediction) -> dict[tuple[str | None, ...], str]:
    """Titles of the causes of figures that there are none of yet."""
    causes = sorted({one.of["cause"] for one in prediction.new if one.of["cause"]})
    found = con.execute(
        "select scheme, scheme_version, group_code, title from codes.group_label where list_contains(?, group_code)",
        [causes],
    ).fetchall()
    return {row[:3]: row[3] for row in found}


def _places(change: float | None) -> int:
    """Decimals in which a change is seen."""
    from math import floor, log10

    return 0 if not change or float(change).is_integer() else min(6, max(0, 1 - floor(log10(abs(change)))))


def _written(value: float, kind: str, places: int) -> str:
    from reports import numbers

    return numbers.quantity(numbers.scaled(value, kind), kind, places)


def _show(rows: list[dict[str, Any]]) -> None:
    # A figure that several tables have is shown once.
    told = ("figure", "before", "after", "half_widths")
    shown = list({tuple(row[name] for name in told): row for row in reversed(rows)}.values())[::-1]
    if not shown:
        return
    show_table(
        "What would change (* headline)",
        ("", "figure", "before", "after", "half-widths"),
        [("*" if row["headline"] else "", *(row[name] for name in told)) for row in shown[:_ROWS_ON_SCREEN]],
    )
    if len(shown) > _ROWS_ON_SCREEN:
        results.print(f"The first {_ROWS_ON_SCREEN} of {len(shown):,}; --output FILE.csv has all of them.")


def _new(con: duckdb.DuckDBPyConnection, prediction: Prediction) -> list[str]:
    """Figures that there would be for the first time, over all places, sexes and ages, in words."""
    from reports.figure_names import figure_name

    parts = ("facility_id", "area", "sex", "age_band", "stratum")
    whole = [one.of for one in prediction.new if all(one.of[name] is None for name in parts)]
    titles = _titles(con, prediction)
    return list(dict.fromkeys(figure_name(of | {"cause_title": titles.get(_group(of))}) for of in whole))


def _said_of_new(new: list[str]) -> list[str]:
    if not new:
        return []
    more = f" and {len(new) - _NEW_ON_SCREEN:,} more" if len(new) > _NEW_ON_SCREEN else ""
    return [f"New, since no record has been there: {'; '.join(new[:_NEW_ON_SCREEN])}{more}."]
