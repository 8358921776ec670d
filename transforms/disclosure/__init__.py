"""Disclosure control: which figures a release may show, and the relation that shows them."""

from transforms.disclosure.suppression import HIDDEN, apply, released

__all__ = ["HIDDEN", "apply", "released"]
