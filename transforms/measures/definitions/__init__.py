"""What each measure is; `transforms.measures.figures` turns cells into figures with it. One module a family."""

from __future__ import annotations

from transforms.measures.definitions.births import BIRTHS
from transforms.measures.definitions.definition import Definition, Domain, HasDimensions, Kind, Reliability, Where
from transforms.measures.definitions.hospital import HOSPITAL
from transforms.measures.definitions.morbidity import MORBIDITY
from transforms.measures.definitions.over_time import OVER_TIME
from transforms.measures.definitions.population import POPULATION

__all__ = ["DEFINITIONS", "Definition", "Domain", "HasDimensions", "Kind", "Reliability", "Where"]

DEFINITIONS: dict[str, Definition] = {
    definition.name: definition for definition in (*HOSPITAL, *MORBIDITY, *POPULATION, *BIRTHS, *OVER_TIME)
}
