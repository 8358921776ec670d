"""Landing: files become rows of text, each file version once, the faulty rows too; nothing here is ever rewritten."""

from transforms.landing.outcome import FAULTS, Batch, Ingested, Refusal, Refused
from transforms.landing.read import read_one, role_of
from transforms.landing.register import register
from transforms.landing.store import UnknownBatch, ingest, withdraw

__all__ = [
    "FAULTS",
    "Batch",
    "Ingested",
    "Refusal",
    "Refused",
    "UnknownBatch",
    "ingest",
    "read_one",
    "register",
    "role_of",
    "withdraw",
]
