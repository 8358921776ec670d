"""What open flags allow: units of records, and the options of each record, as tables of schema `influence`.

A *record* is a row of `stats.contribution`. An *option* is what it may be: as coded, absent, or with one or several
values changed as the rules' effects allow. A flag is right in one way, so that each value of an option rests on a flag
of its own. Records that flags tie together are a *unit*; where they may not choose freely (of copies one stays, a
person has one sex) its *states* say what they may be together. The unit's admissible set is the union over its
states, and holds the values as coded.
"""

from transforms.influence.options.find import find_options

__all__ = ["find_options"]
