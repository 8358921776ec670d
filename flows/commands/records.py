"""`farr records`: exactly the records behind a figure."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.console import results, show_table, write_csv
from flows.commands.homes import home_of, published_warehouse
from flows.commands.options import DEFAULT_FILE, Config, expect_suffix
from flows.errors import ConfigurationError

_ROWS_ON_SCREEN = 50
_ON_SCREEN = ("record_id", "event_date", "facility_id", "area", "sex", "age_years", "code", "weight", "contribution")


class Part(StrEnum):
    """Which side of a figure."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"


def records(
    figure_id: Annotated[str, typer.Argument(metavar="FIGURE_ID", help="The figure_id of stats.figure.")],
    part: Annotated[Part, typer.Option(help="Which side of the figure.")] = Part.NUMERATOR,
    config: Config = DEFAULT_FILE,
    output: Annotated[Path | None, typer.Option(help="Write all of them to a CSV file instead of the screen.")] = None,
) -> None:
    """List the records behind a figure, each with its contribution; the contributions sum to the part.

    What it shows are records of persons: it is for those who may see them, and goes nowhere else.

    Examples:

        farr records 1f0c9a2be4d57a63

        farr records 1f0c9a2be4d57a63 --part denominator --output behind.csv
    """
    from transforms import measures

    expect_suffix(output, ".csv")
    home = home_of(config)
    with published_warehouse(home) as con:
        try:
            behind = measures.records(con, figure_id, part.value)
        except (LookupError, ValueError) as error:
            raise ConfigurationError(str(error)) from None
        columns = behind.columns
        rows = behind.fetchall()
        stated = con.execute(f"select {part.value} from stats.figure where figure_id = ?", [figure_id]).fetchone()[0]
    total = sum(float(row[columns.index("contribution")]) for row in rows)
    if output is not None:
        try:
            write_csv(output, columns, rows)
        except OSError as error:
            raise ConfigurationError(f"--output {output}: cannot be written: {error.strerror}") from None
        results.print(f"{len(rows):,} records written to {output}")
    else:
        shown = [name for name in _ON_SCREEN if name in columns]
        show_table(
            f"{part.value.capitalize()} of figure {figure_id}",
            shown,
            ([row[columns.index(name)] for name in shown] for row in rows[:_ROWS_ON_SCREEN]),
        )
        if len(rows) > _ROWS_ON_SCREEN:
            results.print(f"The first {_ROWS_ON_SCREEN} of {len(rows):,}; --output FILE.csv writes all of them")
    results.print(f"{len(rows):,} records contribute {total:,.6g}; the figure's {part.value} is {stated or 0:,.6g}")
