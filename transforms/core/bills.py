"""Versions of a bill: a replacement supersedes the whole claim, a void cancels the version that it names.

Bills are the encounters of a source whose profile declares `[encounter.bills]`. `frequency` is the last digit of the
type of bill (NUBC: 7 replacement, 8 void). What is later comes from the version column, else from file and row order.
"""

from __future__ import annotations

import duckdb

from codesets.database import literal
from transforms.core.inputs import Numbered

REPLACEMENT, VOID = "7", "8"


def versions(table: str) -> str:
    """SQL: the bills of every claim that has a replacement or a void, in the order of their versions.

    `claim` is the claim number; where a bill has none, that of the bill it names, else the name itself.
    """
    revises = f"coalesce(frequency in ('{REPLACEMENT}', '{VOID}'), false)"
    return f"""with bill as (
    select native_id, right(frequency, 1) as frequency, reference, coalesce(claim_key, claim_number) as own_claim,
        version, _row
    from {table}
), revising as (
    select b.*, coalesce(b.own_claim, n.own_claim, b.reference, b.native_id) as claim
    from (select * from bill where {revises}) b left join bill n on n.native_id = b.reference
), ordinary as (
    select *, coalesce(own_claim, native_id) as claim from bill where not {revises}
), concerned as (
    select * from revising
    union all
    select * from ordinary where claim in (select claim from revising)
    union
    select * from ordinary where native_id in (select reference from revising)
)
select *, row_number() over (
    order by try_cast(version as decimal(38, 6)) nulls first, version nulls first, _row
) as place from concerned"""


def outcomes() -> str:
    """SQL over `work_bill`: the bills that do not stand, with `replaced`, `voided` or `void`."""
    return f"""with named as (
    select v.native_id as void_id, b.native_id
    from work_bill v join work_bill b on b.native_id = v.reference and b.native_id <> v.native_id
    where v.frequency = '{VOID}'
), latest as (
    select v.native_id as void_id, arg_max(b.native_id, b.place) as native_id
    from work_bill v join work_bill b on b.claim = v.claim and b.place < v.place
        and b.frequency is distinct from '{VOID}'
    where v.frequency = '{VOID}' and v.native_id not in (select void_id from named)
    group by v.native_id
), outcome as (
    select native_id, 'void' as outcome, 1 as strength from work_bill where frequency = '{VOID}'
    union all
    select native_id, 'voided', 2 from named
    union all
    select native_id, 'voided', 2 from latest
    union all
    select b.native_id, 'replaced', 3
    from work_bill b join work_bill r on r.frequency = '{REPLACEMENT}' and r.native_id <> b.native_id
        and (r.reference = b.native_id or (r.claim = b.claim and r.place > b.place))
    where b.frequency is distinct from '{VOID}'
)
select o.native_id, arg_min(o.outcome, o.strength) as outcome, any_value(b._row) as _row
from outcome o join work_bill b using (native_id) group by o.native_id"""


def kept(numbered: Numbered) -> str:
    """SQL over `work_bill`: the source's rows of core.bill, once the table of unfit bills is filled."""
    prefix = literal(numbered.source.name + ":")
    return f"""with superseding as (
    select b.native_id, max_by(v.native_id, v.place) as superseded_by
    from work_bill b join work_bill v on v.native_id <> b.native_id
        and (v.reference = b.native_id or (v.claim = b.claim and v.place > b.place))
    where (v.frequency = '{VOID}') = (b.outcome = 'voided') and v.frequency in ('{REPLACEMENT}', '{VOID}')
    group by b.native_id
)
select {prefix} || native_id as bill_id, {literal(numbered.source.collection)} as collection,
    {literal(numbered.source.name)} as source, b.claim, s.patient_id, s.facility_id, s.encounter_class,
    s.admission_date, s.discharge_date, s.claim_number, s.bill_type, b.frequency,
    {prefix} || b.reference as names_bill_id, b.place::integer as place, b.outcome,
    case when b.outcome in ('replaced', 'voided') then {prefix} || v.superseded_by end as superseded_by
from work_bill b join {numbered.work("encounter")} s using (native_id) left join superseding v using (native_id)
order by b.place"""


def settle_bills(con: duckdb.DuckDBPyConnection, numbered: Numbered) -> None:
    """Take the bills that do not stand out of the stage, into the source's table of unfit bills, and fill core.bill."""
    table, unfit = numbered.work("encounter"), numbered.work("unfit")
    con.execute(f"create or replace temp table {unfit} (native_id varchar, outcome varchar, _row bigint)")
    if numbered.profile.encounter.bills is None:
        return
    revising = f"select count(*) from {table} where right(frequency, 1) in ('{REPLACEMENT}', '{VOID}')"
    if con.execute(revising).fetchone()[0] == 0:
        return
    con.execute(f"create or replace temp table work_bill as {versions(table)}")
    con.execute(f"insert into {unfit} {outcomes()}")
    con.execute("alter table work_bill add column outcome varchar default 'stands'")
    con.execute(f"update work_bill set outcome = u.outcome from {unfit} u where u.native_id = work_bill.native_id")
    con.execute(f"insert into core.bill by name {kept(numbered)}")
    con.execute(f"delete from {table} where native_id in (select native_id from {unfit})")
