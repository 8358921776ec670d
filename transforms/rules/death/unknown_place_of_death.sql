/*
id = "unknown_place_of_death"
title = "Place of death cannot be read"
family = "death"
severity = "informs"
severity_because = "Only tables by place lose it."
grain = "death"
applies_to = "place_of_death is not null"
message = "The place of death is none of the places known."
why = """
Deaths at home and in hospital are a measure of end-of-life care. Values that nobody mapped fall out of both."""
source = "US Standard Certificate of Death, item 14 (place of death); DATASUS SIM, LOCOCOR"
fix = "Map the source's values in its profile."

[parameters.known_places]
default = ["hospital", "emergency", "dead_on_arrival", "home", "nursing_home", "hospice", "other_health_facility", "public_road", "workplace", "indigenous_village", "other"]
about = "Places that tables know"

[[effect]]
kind = "none"

[[example]]
title = "A raw code fires"
given.death = """
death_id | place_of_death
d1       | 7
"""
fires = """
death_id
d1
"""

[[example]]
title = "A known place does not"
given.death = """
death_id | place_of_death
d1       | home
d2       |
"""
fires = ""
*/
select
    death_id,
    place_of_death
from checked.death
where place_of_death is not null and not list_contains($known_places, place_of_death)
