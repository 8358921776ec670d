"""The options of flagged records, placed in time, age and cause by the SQL that places records themselves.

An option stands in `placed` as a record of its own, its number being the option's, so that every table sums it as it
would sum the record: what is predicted here is what a rebuild would find.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from transforms.influence.composed.followed import place_followed
from transforms.measures.ages import ALL_AGES
from transforms.measures.facts.comorbidity import place_groups_again, score_profiles
from transforms.measures.facts.find import count_secondary_diagnoses, grouped_systems
from transforms.measures.placing import HERE, Beside, place, place_by_registration, place_rates
from transforms.measures.specification import TableSpecification
from transforms.measures.standards import place_standards

ROOM = Path(__file__).parent

# One record as coded of each kind there is, so that scopes, and blocks of causes, are those of all records. They share
# a number, by which patients would be taken for each other.
_KINDS = """
select * replace (-1 as record_number, null as patient_id)
from stats.contribution
where ("domain", record_number) in (
    select "domain", min(record_number) from stats.contribution group by "domain", collection, "system"
)
"""

_OPTIONS = """
select
    o.option_id as record_number, 0 as bucket, coalesce(c.option_stay, o.record_id) as record_id,
    o.* exclude (option_id, record, kind, rule_id, place, is_coded, is_absent, is_named, is_wild, share, record_id)
from influence.option as o
left join changed_option as c using (option_id)
where not o.is_absent
"""

# Stays without flags that others may change.
_BESIDE = """
select c.* replace (b.record_number as record_number)
from stats.contribution as c
join beside_stay as b on b.stay_id = c.record_id and c."domain" = 'discharge'
"""

# Stays without flags of the patients that flagged stays are, or may be, of.
_OTHER_STAYS = """
create or replace temp table other_stay as
select
    c.record_id as stay_id, (-1 - row_number() over (order by c.record_id))::bigint as record_number
from stats.contribution as c
semi join (
    select collection, patient_id from influence.option where "domain" = 'discharge'
) using (collection, patient_id)
anti join (select record_id from influence.record where "domain" = 'discharge') using (record_id)
where {is_wanted} and c."domain" = 'discharge'
"""

_OTHERS = """
select c.* replace (o.record_number as record_number)
from stats.contribution as c
join other_stay as o on o.stay_id = c.record_id
where c."domain" = 'discharge'
"""

# Conditions on certificates, by option: as they stand but where the option changes them.
_CONDITIONS = """
(
    select
        o.option_id as record_number,
        if(r.option_id is null, m."system", r."system") as "system", if(r.option_id is null, m.code, r.code) as code
    from influence.option as o
    join core.death_condition as m on m.death_id = o.record_id and o."domain" = 'death'
    left join influence.recoded_condition as r
        on r.option_id = o.option_id and r.line = m.line and r.seq = m.seq
)
"""

# The grouper is not asked again: an option that changes codes has the group of the stay as coded.
_DRGS = """
(
    select * from stats.stay_drg
    union all by name
    select d.* replace (o.option_stay as stay_id)
    from stats.stay_drg as d
    join changed_option as o using (stay_id)
)
"""

_ENCOUNTERS = """
(
    select stay_id, encounter_id from held_encounter
    union all
    select stay_id, option_encounter from changed_encounter
)
"""


def place_options(
    con: duckdb.DuckDBPyConnection,
    tables: Sequence[TableSpecification],
    *,
    with_others: bool = False,
) -> None:
    """Create the temporary tables that `cells.rows_source` reads, for options in place of records.

    `stats` is filled: its bands of age are those of the figures.
    `with_others`: the other stays of their patients too, numbered from -2 downwards.
    """
    place_followed(con, list(tables))
    con.execute(_OTHER_STAYS.format(is_wanted=str(with_others).lower()))
    _place_diagnoses(con)
    con.execute(
        f"create or replace temp table option_contribution as from ({_KINDS}) union all by name "
        f"from ({_OPTIONS}) union all by name from ({_BESIDE}) union all by name from ({_OTHERS})"
    )
    place(
        con,
        [table.scheme for table in tables if table.scheme],
        "temp.option_contribution",
        listed=[(table.domain, table.scheme) for table in tables if table.scheme and table.any_listed],
        beside=Beside(
            facts="temp.every_fact",
            drgs=_DRGS,
            diagnoses="temp.every_diagnosis",
            encounters=_ENCOUNTERS,
            conditions=_CONDITIONS,
        ),
    )
    place_rates(con)
    if any(table.date_of == "registration" for table in tables):
        place_by_registration(con, "temp.option_contribution")


def _place_diagnoses(con: duckdb.DuckDBPyConnection) -> None:
    """Create `every_diagnosis` and `every_fact`: of stays as coded, and of those whose diagnoses an option changes."""
    con.execute((ROOM / "diagnoses.sql").read_text())
    place_groups_again(con)
    count_secondary_diagnoses(
        con,
        "changed_diagnosis",
        """(
            select o.option_id as stay_number, s.encounters, o.code as principal_code
            from changed_option as o
            join core.stay as s using (stay_id)
        )""",
    )
    score_profiles(con)
    systems, refined = grouped_systems(con, "charlson_quan"), grouped_systems(con, "elixhauser_ahrq")
    con.execute((ROOM / "facts.sql").read_text().format(systems=systems, refined_systems=refined))


def place_strata(con: duckdb.DuckDBPyConnection) -> None:
    """Create what population and standards are joined by: the bands of each table and collection as they were chosen.

    Sets of bands are told apart by their bands, since the names they had are not kept.
    """
    con.execute(
        """
        create or replace temp table chosen_set as
        select table_id, collection, string_agg(age_band, ' ' order by sort_order) as set_name
        from stats.age_band
        group by all
        order by all
        """
    )
    con.execute(
        f"""
        create or replace temp table band as
        select distinct c.set_name, b.sort_order, b.age_band, b.age_start, b.age_end
        from stats.age_band as b
        join chosen_set as c using (table_id, collection)
        union all
        select '{ALL_AGES}', 1, '{ALL_AGES}', 0, null
        order by all
        """
    )
    con.execute((HERE / "population.sql").read_text())
    place_standards(con)
