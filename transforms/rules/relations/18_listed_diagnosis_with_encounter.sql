-- The diagnoses of checked.listed_diagnosis, each with its encounter.
create view checked.listed_diagnosis_with_encounter as
select listed_diagnosis.*, brief.* exclude (encounter_id)
from checked.listed_diagnosis as listed_diagnosis
inner join checked.encounter_brief as brief on listed_diagnosis.encounter_id = brief.encounter_id;
