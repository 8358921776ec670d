"""What people decided on flags, and whether the figures have what they corrected; who decided is told nowhere."""

from __future__ import annotations

from reports.blocks import Block, Column, Table
from reports.cells import count_cell
from reports.released import Warehouse
from reports.wording import word

# Decided first, then what is still open; together they are all flags.
_STANDINGS = ("corrected", "confirmed_correct", "accepted_exception", "cannot_determine", "not_reviewed")

_FLAGS = """
select coalesce(review.verdict, 'not_reviewed') as standing, count(*) as flags
from quality.flag as flag
left join quality.review as review
    on flag.flag_id = review.flag_id and flag.evidence = review.evidence and review.is_standing
where flag.collection = ?
group by all
"""

_CORRECTIONS = """
select coalesce(reason, 'applied') as outcome, count(distinct (record_kind, record_id)) as records
from quality.correction
where collection = ? and record_kind <> 'person'
group by all
order by outcome
"""


def reviews(warehouse: Warehouse, collection: str) -> list[Block]:
    """How the flags of a collection stand, and what became of corrections; nothing where nobody reviewed anything."""
    if not warehouse.con.execute("select exists (from quality.review where collection = ?)", [collection]).fetchone()[
        0
    ]:
        return []
    found = dict(warehouse.con.execute(_FLAGS, [collection]).fetchall())
    blocks: list[Block] = [_standing(warehouse, found)]
    outcomes = dict(warehouse.con.execute(_CORRECTIONS, [collection]).fetchall())
    return [*blocks, _corrections(warehouse, outcomes)] if outcomes else blocks


def _standing(warehouse: Warehouse, found: dict[str, int]) -> Table:
    counts = {standing: found.get(standing, 0) for standing in _STANDINGS}
    total = sum(counts.values())
    hidden = _hidden(warehouse, counts)
    rows = [
        [word("reviews", standing), count_cell(count, is_hidden=standing in hidden)]
        for standing, count in counts.items()
    ]
    rows.append(["All flags", count_cell(total, is_hidden=warehouse.hides(total))])
    return Table(
        title="What people decided on the flags",
        columns=[Column("Decision"), Column("Flags", is_number=True)],
        rows=rows,
        note=(
            "A decision holds until what the flag rests on changes. Flags that cannot be determined and those not"
            " reviewed are open; a flag whose correction is applied is no longer raised, and not counted here."
        ),
    )


def _corrections(warehouse: Warehouse, outcomes: dict[str, int]) -> Table:
    """Corrected records by whether core has the correction, or why not."""
    hidden = _hidden(warehouse, outcomes)
    is_off = "switched_off" in outcomes
    return Table(
        title="The figures are as coded" if is_off else "Corrections in the figures",
        columns=[Column("Corrections by reviewers"), Column("Records", is_number=True)],
        rows=[
            [word("corrections", outcome), count_cell(count, is_hidden=outcome in hidden)]
            for outcome, count in outcomes.items()
        ],
        note=(
            "This site does not have corrections applied ([reviews] apply_corrections): no figure rests on them."
            if is_off
            else "Figures rest on the records as corrected. What each record said as coded is in quality.correction."
        ),
    )


def _hidden(warehouse: Warehouse, parts: dict[str, int]) -> set[str]:
    """The parts too small to show, and where that is one alone, the smallest other, so that no total gives it away."""
    hidden = {name for name, count in parts.items() if warehouse.hides(count)}
    others = sorted((count, name) for name, count in parts.items() if count and name not in hidden)
    return hidden | {others[0][1]} if len(hidden) == 1 and others else hidden
