"""A population that is named twice is counted once."""

from __future__ import annotations

POPULATION = "period,sex,age_start,age_end,persons\n2024,F,0,64,1000\n2024,F,65,,200\n"


def counted(core) -> tuple[int, list[tuple]]:
    """Persons in core, and what became of the rows of each file."""
    return (
        core("select sum(persons)::bigint from core.population")[0][0],
        core("select source, rows_read, rows_accepted, rows_rejected from landing.batch order by source"),
    )


def test_the_same_numbers_again_are_a_duplicate(build):
    core = build(a={"population.csv": POPULATION}, b={"population.csv": POPULATION})
    assert counted(core) == (1200, [("a", 2, 2, 0), ("b", 2, 2, 0)])


def test_other_numbers_for_the_same_cell_are_rejected(build):
    core = build(a={"population.csv": POPULATION}, b={"population.csv": POPULATION.replace("1000", "900")})
    assert counted(core) == (1200, [("a", 2, 2, 0), ("b", 2, 1, 1)])


def test_rows_of_one_file_for_the_same_cell_add_up(build):
    core = build({"population.csv": "period,sex,age_start,age_end,persons\n2023,F,0,64,10\n2023,F,0,64,20\n"})
    assert counted(core) == (30, [("s", 2, 2, 0)])
