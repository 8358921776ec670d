"""The values that the contract fixes for fields of core; a profile's maps must lead to these."""

from __future__ import annotations

SEX = ("F", "M", "U")
FACILITY_TYPE = (
    "hospital",
    "clinic",
    "physician_office",
    "nursing_home",
    "rehabilitation",
    "laboratory",
    "insurer",
    "vital_registration",
    "other",
)
ENCOUNTER_CLASS = (
    "inpatient",
    "day_case",
    "newborn",
    "emergency",
    "outpatient",
    "professional",
    "laboratory",
    "long_term",
    "other",
)
DISPOSITION = ("home", "transferred", "died", "against_advice", "still_patient", "hospice", "other")
MANNER = ("natural", "accident", "suicide", "homicide", "undetermined")
WEIGHT_KIND = ("frequency", "sampling")
DATE_PRECISION = ("day", "month", "year", "shifted")
ROLE = ("principal", "secondary", "admitting", "reason_for_visit", "external", "underlying")
POA = ("Y", "N", "U", "W", "1")
AGE_UNIT = ("minutes", "hours", "days", "weeks", "months", "years", "centuries")
CLAIM_STATUS = ("paid", "denied", "reversed", "pending")
TRUTH = ("true", "false")

# Field of a profile -> the values that it may have; fields not named here are free text, numbers or dates.
FIXED: dict[str, tuple[str, ...]] = {
    "sex": SEX,
    "facility_type": FACILITY_TYPE,
    "encounter_class": ENCOUNTER_CLASS,
    "discharge_disposition": DISPOSITION,
    "manner": MANNER,
    "weight_kind": WEIGHT_KIND,
    "date_precision": DATE_PRECISION,
    "role": ROLE,
    "died": TRUTH,
    "claim_status": CLAIM_STATUS,
    "unit": AGE_UNIT,
}
