"""Facts of each stay that measures count: comorbidity, depth of coding, readmission, death after discharge.

They need more than the stay's own row (its diagnoses, the patient's other stays, linked deaths), and are found once,
set-wise, before the cells: `stats.stay_fact`. Everything they need lies within one patient.
"""

from transforms.measures.facts.drg import group_stays
from transforms.measures.facts.find import LONG_STAY_DAYS, find_stay_facts

__all__ = ["LONG_STAY_DAYS", "find_stay_facts", "group_stays"]
