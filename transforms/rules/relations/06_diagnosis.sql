-- Every diagnosis with its encounter and what is said of its code on its day.
create view checked.diagnosis as
select
    plain_diagnosis.*,
    code.* exclude (system, code, valid_from, valid_to)
from checked.plain_diagnosis
left join checked.code
    on plain_diagnosis.system = code.system
    and plain_diagnosis.code = code.code
    and coalesce(plain_diagnosis.code_date, date '0001-01-01') between code.valid_from and code.valid_to;
