"""Which checks move the figures: what the flags of each rule could do to headline figures, alone and last."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from reports import numbers
from reports.blocks import Amount, Block, Cell, Column, Table
from reports.cells import count_cell, share_cell
from reports.released import Warehouse
from reports.wording import word

NOUNS = {"discharge": "discharges", "death": "deaths"}
MOST_CHECKS = 20

# Records that open flags of one collection could change, by the classes of each breakdown; those of a unit with states
# move together, so that such a unit counts once. `rules` are all whose flags it carries.
_ITEMS = """
with of_record as (
    select
        r.unit_id, r.record, r."domain", u.has_states,
        list_sort(list_distinct(list(f.rule_id))) as rules
    from influence.record as r
    join influence.unit as u using (unit_id)
    join influence.unit_flag as f using (record)
    where u.collection = $collection
    group by all
),
of_unit as (
    select unit_id, list_sort(list_distinct(flatten(list(rules)))) as rules
    from of_record
    group by unit_id
)
"""

_BY_TABLE = f"""
{_ITEMS},
moving as (
    select distinct c.part, c.class, f.table_id
    from influence.change as c
    join stats.figure as f using (figure_id)
    where f.collection = $collection
),
touched as (
    select distinct v.table_id, m.record
    from moving as v
    join influence.member as m using (part, class)
),
by_rule as (
    select t.table_id, rule_id, count(*) as records
    from touched as t
    join of_record as r using (record)
    cross join unnest(r.rules) as u(rule_id)
    group by all
),
total as (
    select table_id, any_value(r."domain") as "domain", count(*) as records
    from touched as t
    join of_record as r using (record)
    group by table_id
)
select
    t.table_id, t."domain", t.records, arg_max(q.title, (b.records, b.rule_id)) as title, max(b.records) as of_rule
from total as t
join by_rule as b using (table_id)
join quality.rule as q using (rule_id)
group by all
order by t.table_id
"""

# A change counts in half-widths of the figure's interval, of tolerances where it has none.
_CHECKS = f"""
{_ITEMS},
headline as (
    select figure_id, coalesce(nullif(upper - lower, 0) / 2, nullif(tolerance, 0)) as half
    from stats.figure
    where is_headline and collection = $collection and "value" is not null and status in ('value', 'provisional')
),
moving as (
    select
        c.part, c.class, c.figure_id,
        (coalesce(c.change_high, 0) - coalesce(c.change_low, 0)) / h.half as movement,
        greatest(coalesce(c.change_high, 0), -coalesce(c.change_low, 0)) / h.half as largest
    from influence.change as c
    join headline as h using (figure_id)
),
by_class as (
    select part, class, sum(movement) as movement, max(largest) as largest, list(figure_id) as figures
    from moving
    group by part, class
),
item as (
    select distinct m.part, m.class, r.unit_id, if(r.has_states, null, r.record) as record,
        if(r.has_states, u.rules, r.rules) as rules
    from influence.member as m
    join of_record as r using (record)
    join of_unit as u using (unit_id)
    where (m.part, m.class) in (select (part, class) from by_class)
),
by_rules as (
    select i.part, i.class, i.rules, count(*) as items
    from item as i
    group by all
),
whole as (
    select sum(b.items * c.movement) as movement
    from by_rules as b
    join by_class as c using (part, class)
),
moved as (
    select
        rule_id,
        sum(b.items * c.movement) as alone,
        sum(b.items * c.movement) filter (len(b.rules) = 1) as last,
        max(c.largest) as largest,
        len(list_distinct(flatten(list(c.figures)))) as figures
    from by_rules as b
    join by_class as c using (part, class)
    cross join unnest(b.rules) as u(rule_id)
    group by rule_id
),
flagged as (
    select rule_id, count(*) as records, count(*) filter (len(rules) = 1) as only_by_it
    from of_record
    cross join unnest(rules) as u(rule_id)
    group by rule_id
)
select
    q.rule_id, q.title, q.severity, f.records, f.only_by_it, coalesce(m.figures, 0) as figures, m.largest,
    m.alone / w.movement as alone, coalesce(m.last, 0) / w.movement as last
from flagged as f
join quality.rule as q using (rule_id)
left join moved as m using (rule_id)
cross join whole as w
order by alone desc nulls last, f.records desc, q.rule_id
"""


@dataclass(frozen=True)
class Flagged:
    """The records with an open flag that could change a table, among all that the collection has of their kind."""

    domain: str
    records: int
    of: int | None
    title: str
    of_rule: int

    def said(self, warehouse: Warehouse) -> str:
        """`4.2% of discharges carry a flag that could change this table, most often for 'Two sexes' (2.1%)`."""
        noun = NOUNS[self.domain]
        if self.of is None or warehouse.hides(self.records) or warehouse.hides(self.of - self.records):
            return f"some {noun} carry an open flag that could change this table"
        text = f"{_percent(self.records / self.of)} of {noun} carry an open flag that could change this table"
        if warehouse.hides(self.of_rule) or warehouse.hides(self.records - self.of_rule):
            return text
        return f"{text}, most often for '{self.title}' ({_percent(self.of_rule / self.of)})"


def _percent(share: float) -> str:
    return numbers.quantity(share * 100, "share", 2 if share < 0.01 else 1)


def by_table(warehouse: Warehouse, collection: str) -> dict[str, Flagged]:
    """By table the records that open flags could change, and the rule that flags most of them."""
    every = dict(
        warehouse.con.execute(
            'select "domain", count(*) from stats.contribution where collection = ? group by all', [collection]
        ).fetchall()
    )
    rows = warehouse.con.execute(_BY_TABLE, {"collection": collection}).fetchall()
    return {
        table_id: Flagged(domain, records, every.get(domain), numbers.unquoted(title), of_rule)
        for table_id, domain, records, title, of_rule in rows
    }


def checks(warehouse: Warehouse, collection: str) -> Block | None:
    """The rules whose flags could move headline figures, those first that could move them most."""
    rows = warehouse.con.execute(_CHECKS, {"collection": collection}).df()
    if rows.empty:
        return None
    body = [_check(warehouse, row) for row in rows.to_dict("records")]
    columns = [
        Column("Check"), Column("Severity"), Column("Records", is_number=True),
        Column("Headline figures it could move", is_number=True),
        Column("Most by one record, half-widths", is_number=True), Column("Alone", is_number=True),
        Column("Last", is_number=True),
    ]  # fmt: skip
    more = f" The {len(body) - MOST_CHECKS} others are in tables.xlsx." if len(body) > MOST_CHECKS else ""
    return Table(
        title="Which checks move the figures?",
        columns=columns,
        rows=body[:MOST_CHECKS],
        rows_of_workbook=body[MOST_CHECKS:],
        note="Alone: of all that open flags could move headline figures, the share on records that the check flags."
        " Last: the share on records that no other check flags, which is what would go if the check were settled after"
        " all others. Where flags meet on a record the first is larger, and the shares do not add up to 100%." + more,
    )


def _check(warehouse: Warehouse, row: dict) -> list[Cell]:
    few = warehouse.hides(row["records"])
    rest = few or warehouse.hides(row["only_by_it"]) or warehouse.hides(row["records"] - row["only_by_it"])
    largest: Cell = numbers.ABSENT
    if not pd.isna(row["largest"]):
        largest = Amount(numbers.number(row["largest"], 2), number=float(row["largest"]), places=2)
    moves = not pd.isna(row["alone"])
    return [
        numbers.unquoted(row["title"]), word("severities", row["severity"]),
        count_cell(row["records"], is_hidden=few), count_cell(row["figures"]), largest,
        share_cell(row["alone"], is_hidden=few) if moves else numbers.ABSENT,
        share_cell(row["last"], is_hidden=rest) if moves else numbers.ABSENT,
    ]  # fmt: skip
