"""Figures that count patients, each once however many records of theirs are in a cell."""
