"""What may be wrong with a row of a reviewed worklist: the column at fault, and a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterable

from transforms.landing.outcome import FAULTS
from transforms.landing.records import MAX_RECORD

# How each kind of correction is written.
WRITTEN = {
    "code": "a code, e.g. I21.9",
    "sex": "sex=F or sex=M",
    "age": "age=47, or age=3d in days",
    "died": "died=true or died=false",
    "dropped": "drop",
    "related_dropped": "drop=related, to drop the other record",
    "source": "source, where the extract itself is corrected",
}

_CODE_SET = "the code set in force on the record's day; look with `farr codes show CODE --on DATE`"

# Each problem: the column, and what to say.
_PROBLEMS = {
    "flag_missing": ("flag_id", "there is no flag_id: keep the one of the worklist"),
    "flag_damaged": (
        "flag_id",
        "a spreadsheet has turned the flag_id into a number: take it from the worklist again, in a column of text",
    ),
    "flag_unknown": (
        "flag_id",
        "no flag has this identifier: the record was corrected or withdrawn since, or the row is of another home",
    ),
    "evidence_missing": ("evidence", "there is no evidence: keep the one of the worklist"),
    "evidence_damaged": (
        "evidence",
        "a spreadsheet has turned the evidence into a number: take it from the worklist again, in a column of text",
    ),
    "record_changed": ("evidence", "the record has changed since: review it again in a new worklist"),
    "verdict_missing": ("verdict", "a correction is given without a verdict: write corrected, or clear the correction"),
    "verdict_unknown": (
        "verdict",
        "expected corrected, confirmed_correct, accepted_exception or cannot_determine, or nothing where it is not "
        "reviewed yet",
    ),
    "correction_missing": ("corrected", "say what it was corrected to"),
    "correction_in_vain": ("corrected", "a correction is given, and the verdict is another than corrected: clear one"),
    "correction_unreadable": ("corrected", f"expected {'; '.join(WRITTEN.values())}"),
    "correction_of_other_kind": ("corrected", "this flag can be corrected with"),
    "reviewer_missing": ("reviewer", "say who decided, in the column or with --reviewer NAME"),
    "date_unreadable": ("decided_at", "expected a date such as 2026-11-22, with a time or without"),
    "date_in_future": ("decided_at", "expected the day of the decision, found one that is still to come"),
    "given_twice": (None, "the flag is there twice with different decisions: keep one"),
    "record_absent": ("corrected", "the record is not in the warehouse: a review may have dropped it"),
    "no_code_there": ("corrected", "there is no code at the place that the flag is about: correct it in the source"),
    "as_coded": ("corrected", "this is what the record says as coded: write confirmed_correct, or correct the value"),
    "system_unknown": ("corrected", "the record has no code system: write it before the code, e.g. icd10cm I21.9"),
    "system_of_other_kind": ("corrected", "expected a code of diagnoses for a diagnosis, of procedures for another"),
    "code_header": ("corrected", f"the code is a category that is subdivided: write one below it, of {_CODE_SET}"),
    "code_retired": ("corrected", f"the code was retired by then: write one of {_CODE_SET}"),
    "code_not_yet_valid": ("corrected", f"the code was not valid yet: write one of {_CODE_SET}"),
    "code_wrong_system": (
        "corrected",
        "the code belongs to another system: write the system before it, e.g. icd10cm I21.9, or correct the code",
    ),
    "code_malformed": ("corrected", "no code of the record's system looks so: correct it"),
    "code_not_found": ("corrected", f"the code is not in {_CODE_SET}"),
}  # fmt: skip

COLUMN_OF = {problem: column for problem, (column, _) in _PROBLEMS.items()}


def sentence(problem: str, admits: Iterable[str], width: int) -> str:
    """Say what is wrong, without any value of the file.

    `admits` are the kinds of correction that the flag's rule admits, `width` the columns of the file.
    """
    if problem in FAULTS:
        return FAULTS[problem].format(width=width, limit=f"{MAX_RECORD:,}")
    text = _PROBLEMS[problem][1]
    if problem == "correction_of_other_kind":
        return f"{text} {'; '.join(WRITTEN[kind] for kind in admits)}"
    return text
