"""Which deaths are maternal: as NCHS counts them, as WHO defines them, and late ones.

Every expression is over `stats.contribution as c`; null where the cause is in no edition of ICD-10, which alone has
these codes. Deaths of men are none.

- NCHS: underlying cause A34, O00-O95 or O98-O99, whatever the pregnancy checkbox says: the checkbox has its say when
  the cause is coded (from data year 2018 at ages 10 to 44). Late and sequelae (O96, O97) are never counted.
- WHO, ICD-10 volume 2, section 5.8.1: within 42 days of the end of pregnancy, also where the code lies outside chapter
  XV. O00-O95 and O98-O99 count unless the certificate says later than 42 days; A34 as they do; B20-B24, D39.2, E23.0,
  F53 and M83.0 where it says that she was pregnant or had been within 42 days. These five are recalled from the notes
  of the classification.
- Late: O96, or one of the others where the certificate says 43 days to one year.
"""

from __future__ import annotations

_CATEGORY = "left(c.code, 3)"
_IS_OBSTETRIC = f"({_CATEGORY} = 'A34' or {_CATEGORY} between 'O00' and 'O95' or {_CATEGORY} in ('O98', 'O99'))"
_IS_ELSEWHERE = (
    f"({_CATEGORY} between 'B20' and 'B24' or left(c.code, 4) in ('D392', 'E230', 'M830') or {_CATEGORY} = 'F53')"
)
_IS_WITHIN_42_DAYS = (
    "coalesce(c.pregnancy_status in ('pregnant', 'in_childbirth', 'abortion', 'within_42_days'), false)"
)
_IS_LATER = "coalesce(c.pregnancy_status = '43_days_to_1_year', false)"
_IS_OF_ICD10 = "starts_with(c.\"system\", 'icd10') and c.code is not null"


def _where_known(condition: str) -> str:
    return f"case when {_IS_OF_ICD10} then c.sex <> 'M' and ({condition}) end"


# Columns of `placed`.
MATERNAL = f"""
    {_where_known(_IS_OBSTETRIC)} as is_maternal,
    {_where_known(f"({_IS_OBSTETRIC} and not {_IS_LATER}) or ({_IS_ELSEWHERE} and {_IS_WITHIN_42_DAYS})")}
        as is_maternal_who,
    {_where_known(f"{_CATEGORY} = 'O96' or ({_IS_OBSTETRIC} and {_IS_LATER})")} as is_late_maternal,
"""
