"""The warehouse as a whole: its tables, and the identities it must satisfy before it is published."""

from transforms.warehouse.identities import Broken, BrokenIdentity, verify
from transforms.warehouse.tables import SCHEMAS, create, lacking, uncommented

__all__ = ["SCHEMAS", "Broken", "BrokenIdentity", "create", "lacking", "uncommented", "verify"]
