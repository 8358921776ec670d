"""Group the external causes of ICD-10-CM by mechanism and intent.

ICD-10-CM writes the intent of a poisoning into a character of its own, which no range of codes can say: a list of
patterns does, and the first that a code matches decides.
"""

from __future__ import annotations

from codesets.database import literal
from codesets.sources.groups import read_external_causes


def external_cause_sql() -> str:
    """Return the statement that makes external_cause(code, mechanism, intent) of the reportable codes of ICD-10-CM.

    The patterns stand in the text as constants, because DuckDB would compile them anew for every row of a join.
    """
    causes = read_external_causes()
    choices = "\n".join(
        f"when regexp_matches(code, {literal(cause['pattern'])}) then [{literal(cause['mechanism'])}, "
        f"{literal(cause['intent'])}]"
        for cause in causes.to_pylist()
    )
    return f"""
        create temp table external_cause as
        with external as (
            select code, case {choices} end as cause
            from codes.code
            where "system" = 'icd10cm' and is_billable and left(code, 1) in ('T', 'V', 'W', 'X', 'Y')
        )
        select code, cause[1] as mechanism, cause[2] as intent
        from external
        where cause is not null
    """
