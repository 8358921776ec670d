"""Small files in the layouts that their publishers use, each whole and without a contradiction."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

GROUPING = "system,code,group,title,valid_from,valid_to,source\n"
CODE_LIST = "system,code,title,valid_from,valid_to,source\n"
COVERAGE = "procedure,system,code,source,valid_from,valid_to\n"


def order_line(number: int, code: str, billable: int, title: str) -> str:
    return f"{number:05d} {code:<7} {billable} {title[:60]:<60} {title}\n"


ORDER = (
    order_line(1, "I21", 0, "Acute myocardial infarction")
    + order_line(2, "I214", 1, "Non-ST elevation (NSTEMI) myocardial infarction")
    + order_line(3, "I219", 1, "Acute myocardial infarction, newly described")
)

ADDENDA = (
    "Add:         00002 I219    1 Acute myocardial infarction, newly described\n"
    "Delete:      00003 I214    1 Non-ST elevation (NSTEMI) myocardial infarction\n"
    "Revise from: 00004 E11A    1 Type 2 diabetes in remission\n"
    "Revise to:   00004 E11A    1 Type 2 diabetes mellitus in remission\n"
    "\nHeaders\n  10 headers in icd10cm_order_2027.txt\n      0 additions\n      0 deletions\n      0 revisions\n"
    "\nCodes\n  3 codes in icd10cm_order_2027.txt\n      1 additions\n      1 deletions\n      1 revisions\n"
)

TABULAR = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular><version>2028</version>
<chapter><name>4</name><desc>Endocrine, nutritional and metabolic diseases (E00-E89)</desc>
<section id="E08-E13"><desc>Diabetes mellitus (E08-E13)</desc>
<diag><name>E11</name><desc>Type 2 diabetes mellitus</desc>
<excludes1><note>gestational diabetes (O24.4-)</note></excludes1>
<diag><name>E11.2</name><desc>Type 2 diabetes mellitus with kidney complications</desc></diag>
<diag><name>E11.A</name><desc>Type 2 diabetes mellitus in remission</desc></diag></diag></section></chapter>
<chapter><name>19</name><desc>Injury (S00-T88)</desc><section id="S00-S09"><desc>Injuries to the head (S00-S09)</desc>
<diag><name>S00</name><desc>Superficial injury of head</desc>
<sevenChrDef><extension char="A">initial encounter</extension><extension char="D">subsequent encounter</extension>
</sevenChrDef>
<diag><name>S00.0</name><desc>Superficial injury of scalp</desc></diag></diag></section></chapter>
</ICD10CM.tabular>
"""

# After the layout in AHRQ's user guide.
CCSR = (
    "'ICD-10-CM CODE','ICD-10-CM CODE DESCRIPTION','Default CCSR CATEGORY IP','Default CCSR CATEGORY DESCRIPTION IP',"
    "'Default CCSR CATEGORY OP','Default CCSR CATEGORY DESCRIPTION OP','CCSR CATEGORY 1','CCSR CATEGORY 1 DESCRIPTION',"
    "'CCSR CATEGORY 2','CCSR CATEGORY 2 DESCRIPTION'\n"
    "'I110','Hypertensive heart disease','CIR019','Heart failure','CIR019','Heart failure',"
    "'CIR008','Hypertension with complications','CIR019','Heart failure'\n"
    "'W19XXXA','Unspecified fall','XXX000','Unacceptable','XXX111','Unacceptable','EXT029','Fall',' ',' '\n"
)

# The first code of the sample once more.
CCSR_LINE = CCSR.splitlines()[1] + "\n"

CMR = (
    ("Searchable list of ICD-10-CM diagnosis codes", "", "", "", ""),
    ("ICD-10-CM Diagnosis", "ICD-10-CM Code Description", "# Comorbidities", "AIDS", "OBESE"),
    ("B20", "Human immunodeficiency virus [HIV] disease", 1, 1, 0),
    ("E6601", "Morbid (severe) obesity due to excess calories", 1, 0, 1),
)

POA = (
    "Order25\tPOAexemptCode\tDescription\n"
    '00001\tI42.0\t"Dilated cardiomyopathy, so listed"\n'
    "00002\tE11.A\tType 2 diabetes in remission\n"
)

EDITS = """Definitions of Medicare Code Edits
Version 45 October 2027

Chapter 1. Edit code lists

4. Age conflict
The edit looks for a patient whose age does not fit.
A. Newborn diagnoses
I420   Dilated cardiomyopathy
B. Pediatric diagnoses (age 0 through 17)
E11A   Type 2 diabetes in remission
6. Manifestation code as principal diagnosis
I21.4  NSTEMI
8. Questionable admission
A. Questionable admission
E112   Kidney complications
B. Questionable obstetric admission
E119   Without complications
11. Non-covered procedure
A. Procedures
02YA0Z0   Transplantation of heart
B. Procedures that are non-covered only when any of these diagnoses is present
0UT90ZZ   Resection of uterus
I21.9     MI
"""

PAIRS = (
    "CPT only copyright 2025 American Medical Association.  All rights reserved.\t\t\t\t\t\t\n"
    "Column1/Column2 Edits\t\t\t\t\t\t\n"
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n"
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\n\t\t\t\t*=no data\t1=allowed\t\n\t\t\t\t\t9=not applicable\t\n"
    "00001\t00002\t*\t19960101\t*\t0\tMutually exclusive procedures\n"
    "00001\t00003\t\t20240101\t20260101\t1\tStandards of medical / surgical practice\n"
    "00001\t00004\t\t20240101\t20240101\t9\tDeleted the day it began\n"
)

LIMITS = (
    '"CPT codes, descriptions and other data only are copyright 2025 American Medical Association."\n'
    '"HCPCS/\nCPT Code","Practitioner Services MUE Values","MUE Adjudication Indicator","MUE Rationale"\n'
    '"00001","2","2 Date of Service Edit: Policy","Nature of service"\n'
    '"A0001","0","1 Line Edit","Anatomic"\n'
)

CPT = (
    "CPT® codes, descriptions and other data are copyright 1966, 1970,\n1983-2026 American Medical Association. "
    "All rights reserved.\n\n00001\tA procedure of our own wording\n0002F\tA measure of our own wording\n"
)

CLAML = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE ClaML SYSTEM "ClaML.dtd">
<ClaML version="2.0.0"><Title name="ICD-10-GM" version="2026" date="2025-09-15">ICD-10-GM</Title>
<ModifierClass code=".1" modifier="S04"><SuperClass code="S04"/>
<Rubric kind="preferred"><Label>mit Ketoazidose</Label></Rubric></ModifierClass>
<ModifierClass code=".9" modifier="S04"><SuperClass code="S04"/>
<Rubric kind="preferred"><Label>ohne Komplikationen</Label></Rubric></ModifierClass>
<ModifierClass code="0" modifier="S05"><SuperClass code="S05"/>
<Rubric kind="preferred"><Label>nicht entgleist</Label></Rubric></ModifierClass>
<Class code="IV" kind="chapter"><SubClass code="E10-E14"/>
<Rubric kind="preferred"><Label>Endokrine Krankheiten</Label></Rubric></Class>
<Class code="E10-E14" kind="block"><SuperClass code="IV"/><SubClass code="E10"/><SubClass code="E14"/>
<Rubric kind="preferred"><Label>Diabetes mellitus</Label></Rubric></Class>
<Class code="E10" kind="category"><SuperClass code="E10-E14"/>
<ModifiedBy code="S05"/><ModifiedBy code="S04" all="false"><ValidModifierClass code=".1"/></ModifiedBy>
<Rubric kind="preferred"><Label>Diabetes, Typ 1</Label></Rubric>
<Rubric kind="exclusion"><Label>Gestationsdiabetes <Reference>(O24.4)</Reference></Label></Rubric></Class>
<Class code="E14" kind="category"><SuperClass code="E10-E14"/><SubClass code="E14.9"/>
<Rubric kind="preferred"><Label>Diabetes, Typ unbekannt</Label></Rubric></Class>
<Class code="E14.9" kind="category"><SuperClass code="E14"/>
<Rubric kind="preferred"><Label>Ohne Komplikationen</Label></Rubric></Class>
</ClaML>
"""

# Name of the file -> its text.
TEXTS = {
    "icd10cm-order-April-1-2027.txt": ORDER,
    "icd10cm_order_addenda_2028.txt": ADDENDA,
    "icd10cm-tabular-2028.xml": TABULAR,
    "DXCCSR_v2026-1.csv": CCSR,
    "POAexemptCodesFY25.txt": POA,
    "Definitions of Medicare Code Edits_v45.txt": EDITS,
    "ccipra-v320r0-f1.txt": PAIRS,
    "MCR_MUE_PractitionerServices_Eff_01-01-2027.csv": LIMITS,
    "LONGULT.txt": CPT,
    "icd10gm2026syst_claml.xml": CLAML,
    "board@2.csv": GROUPING + "icd10cm,I21,HEART,Heart,,,Board\n",
    "opcs4@4.10.csv": CODE_LIST + "opcs4,W37.1,Total hip replacement,2023-04-01,2026-03-31,NHS England\n",
    "coverage.csv": COVERAGE + "93000,icd10cm,I20-I25,Policy 1,2024-01-01,\n",
    "drg_weights.csv": "drg,weight,valid_from,valid_to,source\n291,1.2683,2026-10-01,2027-09-30,Table 5\n",
}


def written(folder: Path, name: str, text: str | None = None) -> Path:
    """Write a sample, or another text under its name."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(TEXTS[name] if text is None else text, encoding="utf-8")
    return folder / name


def workbook(path: Path, sheets: dict[str, tuple[tuple, ...]]) -> Path:
    """Write a workbook."""
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return path


def comorbidities(folder: Path, rows: tuple[tuple, ...] = CMR, name: str = "CMR-Reference-File-v2027-1.xlsx") -> Path:
    """Write AHRQ's reference file."""
    return workbook(folder / name, {"Table_of_Contents": (("Table of Contents",),), "DX_to_Comorb_Mapping": rows})
