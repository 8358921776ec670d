"""Prove the groupings of Farr's own lists: whole, without overlap, and as long as their publishers say.

What a partition leaves out on purpose is named in `codesets/lists/ungrouped.csv`, each range of codes with its reason:
every code that may be reported is in exactly one group or in that list, and never in both.
"""

from __future__ import annotations

import duckdb

from codesets.proof import Check, compare
from codesets.sources.groups import read_ungrouped

# Leaves, subtotals and subsets of each list as its publisher counts them. WHO added item 901 (SARS) to each of its
# lists; Eurostat added two groups for COVID-19 to the 130 of ISHMT; NCHS counts two causes within others.
PUBLISHED_GROUPS = (
    ("nchs113", "2020", (113, 22, 2)),
    ("nchs130", "2020", (130, 28, 0)),
    ("nchs358", "2020", (358, 98, 0)),
    ("nchs39", "2002", (39, 3, 0)),
    ("who_mortality_1", "icd10_2016", (91 + 1, 12, 0)),
    ("who_mortality_2", "icd10_2016", (80 + 1, 0, 0)),
    ("who_mortality_3", "icd10_2016", (57 + 1, 10, 0)),
    ("who_mortality_4", "icd10_2016", (51 + 1, 0, 0)),
    ("who_morbidity", "icd10_2016", (298 + 1, 0, 0)),
    ("ishmt", "2008_icd10", (130 + 2, 18, 0)),
    ("charlson_quan", "quan2005_icd10", (17, 0, 0)),
    ("elixhauser_quan", "quan2005_icd10", (31, 0, 0)),
)

# Causes that NCHS ranks: 52 of the 113 (two of them counted within others), 71 of the 130 of infants.
RANKABLE = (("nchs113", 52), ("nchs130", 71))

# Lists that one publisher made of another: each leaf of the finer lies within one leaf of the coarser, but for those
# named. They were transcribed from separate sources, so that an error in either would show.
NESTED = (
    # The list of 39 has its own group for the urinary tract, and for sudden infant death.
    ("nchs113", "nchs39", ("GR113-043", "GR113-110")),
    # The list of 113 takes infections of the kidney, and small kidney of unknown cause, apart.
    ("nchs358", "nchs113", ("326", "329")),
    ("who_mortality_1", "who_mortality_2", ()),
    ("who_mortality_3", "who_mortality_4", ()),
)

# ICD-10-CM has no codes for the sequelae of injuries: it writes them as a seventh character.
EMPTY_LEAVES = (("ishmt", "2008_icd10cm", "1910"),)

# Schemes that put each code into one class at most, and most codes into none: nothing says what they should cover.
CLASSES = ("unsuitable_underlying", "avoidable_mortality")


def check_groups(con: duckdb.DuckDBPyConnection) -> list[Check]:
    """Run every check of the groupings on a connection to reference data or to a warehouse."""
    return [
        *_coverage(con),
        *_sizes(con),
        *_rankable(con),
        *_nested(con),
        *_references(con),
        _mechanism_and_intent(con),
    ]


def _coverage(con: duckdb.DuckDBPyConnection) -> list[Check]:
    con.register("check_ungrouped", read_ungrouped())
    rows = con.execute(
        """
        with
            schemes as (
                select scheme, scheme_version, "system"
                from codes.scheme
                where is_partition and scheme not in (select unnest($classes))
                    and (scheme, scheme_version) in (
                        select (scheme, scheme_version) from codes.grouping
                        where starts_with(provenance, 'by range')
                    )
                    -- Poisonings are external causes only by their own characters: see _mechanism_and_intent.
                    and not (starts_with(scheme, 'injury_') and "system" = 'icd10cm')
            ),
            asked as (
                select schemes.scheme, schemes.scheme_version, code.code
                from schemes
                join codes.code as code on code."system" = schemes."system" and code.is_billable
            ),
            grouped as (
                select scheme, scheme_version, code, count(*) as groups
                from codes.grouping
                where is_default
                group by scheme, scheme_version, code
            ),
            excepted as (
                select distinct asked.scheme, asked.scheme_version, asked.code
                from asked
                join check_ungrouped as listed
                    on listed.scheme = asked.scheme and listed.scheme_version = asked.scheme_version
                    and left(asked.code, length(listed.first_code)) >= listed.first_code
                    and left(asked.code, length(listed.last_code)) <= listed.last_code
            )
        select
            asked.scheme, asked.scheme_version,
            count_if(grouped.groups > 1),
            count_if(grouped.code is null and excepted.code is null),
            count_if(grouped.code is not null and excepted.code is not null),
        from asked
        left join grouped
            on grouped.scheme = asked.scheme and grouped.scheme_version = asked.scheme_version
            and grouped.code = asked.code
        left join excepted
            on excepted.scheme = asked.scheme and excepted.scheme_version = asked.scheme_version
            and excepted.code = asked.code
        group by asked.scheme, asked.scheme_version
        order by asked.scheme, asked.scheme_version
        """,
        {"classes": list(CLASSES)},
    ).fetchall()
    con.unregister("check_ungrouped")
    checks = []
    for scheme, version, several, missing, both in rows:
        checks.append(compare(f"codes in more than one group of {scheme} ({version})", 0, several))
        checks.append(compare(f"codes in no group of {scheme} ({version}) and in no exception", 0, missing))
        checks.append(compare(f"codes in a group of {scheme} ({version}) and in an exception", 0, both))
    return checks


def _sizes(con: duckdb.DuckDBPyConnection) -> list[Check]:
    checks = []
    for scheme, version, expected in PUBLISHED_GROUPS:
        found = con.execute(
            """
            select
                count_if(not is_subtotal and not is_subset and not is_unspecified),
                count_if(is_subtotal),
                count_if(is_subset),
            from codes.group_label
            where scheme = $scheme and scheme_version = $version
            """,
            {"scheme": scheme, "version": version},
        ).fetchone()
        checks.append(compare(f"leaves, subtotals and subsets of {scheme} ({version})", expected, found))
    return checks


def _rankable(con: duckdb.DuckDBPyConnection) -> list[Check]:
    checks = []
    for scheme, expected in RANKABLE:
        found, nested = con.execute(
            """
            with ranked as (
                select scheme, scheme_version, group_code from codes.group_label where scheme = $scheme and is_rankable
            )
            select
                (select count(*) from ranked),
                -- A cause and a subtotal that holds it are never ranked both.
                (select count(*) from (
                    select member_code
                    from codes.group_member
                    semi join ranked using (scheme, scheme_version, group_code)
                    group by member_code
                    having count(*) > 1
                )),
            """,
            {"scheme": scheme},
        ).fetchone()
        checks.append(compare(f"rankable causes of {scheme}", expected, found))
        checks.append(compare(f"leaves of {scheme} within two rankable causes", 0, nested))
    return checks


def _nested(con: duckdb.DuckDBPyConnection) -> list[Check]:
    checks = []
    for finer, coarser, expected in NESTED:
        found = con.execute(
            """
            select fine.group_code
            from codes.grouping as fine
            join codes.code as code on code."system" = fine."system" and code.code = fine.code and code.is_billable
            left join codes.grouping as coarse
                on coarse.scheme = $coarser and coarse."system" = fine."system" and coarse.code = fine.code
                and coarse.is_default
            where fine.scheme = $finer and fine.is_default
            group by fine.group_code
            having count(distinct coalesce(coarse.group_code, 'none')) > 1
            order by fine.group_code
            """,
            {"finer": finer, "coarser": coarser},
        ).fetchall()
        split = tuple(group for (group,) in found)
        checks.append(compare(f"leaves of {finer} that {coarser} splits", expected, split))
    return checks


def _references(con: duckdb.DuckDBPyConnection) -> list[Check]:
    """Weights and exclusions name groups that exist; leaves have codes, and every leaf is its own member."""
    subjects = (
        (
            "weights of groups that do not exist",
            "select count(*) from codes.group_weight "
            "anti join codes.group_label using (scheme, scheme_version, group_code)",
        ),
        (
            "exclusions by groups that do not exist",
            "select count(*) from codes.group_exclusion "
            "anti join codes.group_label using (scheme, scheme_version, group_code)",
        ),
        (
            "exclusions of groups that do not exist",
            "select count(*) from "
            "(select scheme, scheme_version, excluded_group as group_code from codes.group_exclusion) "
            "anti join codes.group_label using (scheme, scheme_version, group_code)",
        ),
        (
            "groupings into groups without a title",
            "select count(*) from codes.grouping "
            "anti join codes.group_label using (scheme, scheme_version, group_code)",
        ),
        (
            "codes grouped into a subtotal",
            "select count(*) from codes.grouping "
            "semi join (from codes.group_label where is_subtotal) using (scheme, scheme_version, group_code)",
        ),
    )
    checks = [compare(subject, 0, con.execute(query).fetchone()[0]) for subject, query in subjects]
    empty = con.execute(
        """
        select scheme, scheme_version, group_code
        from codes.group_member as members
        anti join codes.grouping as assigned using (scheme, scheme_version, group_code)
        where group_code = member_code
        order by scheme, scheme_version, group_code
        """
    ).fetchall()
    return [*checks, compare("leaves without codes", EMPTY_LEAVES, tuple(empty))]


def _mechanism_and_intent(con: duckdb.DuckDBPyConnection) -> Check:
    """Every external cause of ICD-10-CM has a mechanism and an intent, place and activity (Y90 to Y99) apart."""
    found = con.execute(
        """
        select count(*)
        from codes.code as code
        where code."system" = 'icd10cm' and code.is_billable
            and regexp_matches(code.code, '^([VWX]|Y[0-8]|T(3[6-9]|4|5|6[0-5]|71))')
            and (
                select count(distinct assigned.scheme)
                from codes.grouping as assigned
                where assigned."system" = 'icd10cm' and assigned.code = code.code
                    and assigned.scheme in ('injury_mechanism', 'injury_intent')
            ) <> 2
        """
    ).fetchone()[0]
    return compare("external causes of ICD-10-CM without a mechanism or an intent", 0, found)
