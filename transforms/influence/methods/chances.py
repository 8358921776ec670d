"""How likely the flags of a rule are right: Beta distributions, learnt from reviews, and draws from them.

The chance of a rule is the share of its flagged records that are wrong. It is not known; what is believed of it is a
Beta distribution, which reviews turn into another: after c flags found right and r found wrong, Beta(a, b) becomes
Beta(a + c, b + r) (Gelman and others, Bayesian Data Analysis, 3rd edition, section 2.4; recalled).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from transforms.measures.methods.arrays import Floats, one_of


@dataclass(frozen=True)
class Beta:
    """A Beta distribution of a chance; `alpha + beta` is the number of reviews that it weighs as much as."""

    alpha: float
    beta: float

    @property
    def mean(self) -> float:
        return self.alpha / (self.alpha + self.beta)

    def limits(self, confidence: float = 0.95) -> tuple[float, float]:
        """Between which the chance lies with this probability, as likely below as above."""
        outside = (1 - confidence) / 2
        low, high = special.betaincinv(self.alpha, self.beta, [outside, 1 - outside])
        return float(low), float(high)


# Judgements, not measurements, and each light, so that ten reviews already outweigh it.
_PRIORS = {
    # The record cannot be as it is written: no such code, a stay that is there twice. What remains is the chance that
    # the rule misreads the extract (a national code, an agreed exception): 90 %, 95 times in 100 between 66 and 99.7 %.
    "blocks": Beta(9, 1),
    # Two parts of the record, or two records, contradict each other, but either may be right, and rare things happen:
    # even odds, 95 times in 100 between 9 and 91 %.
    "warns": Beta(2, 2),
    # The record is only unusual, so hardly likelier to be wrong than another: about a quarter of coded diagnoses are
    # (mean predictive value 0.76 in 101 studies: Prins and Hasman, Methods Inf Med 2013, 52:3-17): 95 times in 100
    # between 1 and 71 %.
    "informs": Beta(1, 3),
}


def prior(severity: str) -> Beta:
    """What is believed of the chance of a rule of this severity before any of its flags has been reviewed."""
    return _PRIORS[one_of("severity", severity, tuple(_PRIORS))]


def update(belief: Beta, confirmed: float, rejected: float) -> Beta:
    """The belief after reviews of flags drawn at random: `confirmed` were right (the record was wrong), others not.

    Reviews of records that a worklist chose for their influence are no random sample of their rule and do not belong
    here, unless each is weighted by the inverse of its chance of being chosen; then the numbers need not be whole.
    """
    if not (confirmed >= 0 and rejected >= 0):
        raise ValueError(f"reviews: expected numbers of 0 or more; got {confirmed} confirmed and {rejected} rejected")
    return Beta(belief.alpha + confirmed, belief.beta + rejected)


def draw(rules: Sequence[str], beliefs: Sequence[Beta], *, draws: int = 400, seed: int = 0) -> Floats:
    """Chances drawn from the beliefs, one row a rule and one column a draw, common to all figures.

    Stratified: the quantiles at the middles of `draws` equal shares of probability, in random order (Latin hypercube:
    McKay, Beckman and Conover, Technometrics 1979, 21:239-245), so that each rule's draws have its mean and spread to
    within rounding. The order depends on the seed and the rule's name alone: another rule that comes or goes leaves
    it as it is.
    """
    middles = (np.arange(draws) + 0.5) / draws
    shares = np.stack([generator(seed, f"rule {rule}").permutation(middles) for rule in rules] or [middles[:0]])
    alpha, beta = (np.array([getattr(belief, name) for belief in beliefs]) for name in ("alpha", "beta"))
    if len(alpha) != len(rules):
        raise ValueError(f"beliefs: expected {len(rules)}, one a rule; got {len(alpha)}")
    return special.betaincinv(alpha[:, None], beta[:, None], shares) if len(rules) else np.empty((0, draws))


def largest(chances: Floats, group: ArrayLike, rule: ArrayLike) -> Floats:
    """Chances of records that several rules flag: in each draw the largest of the rules of a group.

    `group` and `rule` list the members: groups are numbered from 0, in ascending order, none empty; `rule` is a row
    of `chances`. One row a group.
    """
    groups, rules = np.asarray(group, dtype=np.int64), np.asarray(rule, dtype=np.int64)
    if not len(groups):
        return chances[:0]
    steps = np.diff(groups)
    if groups[0] != 0 or ((steps != 0) & (steps != 1)).any():
        raise ValueError("group: expected numbers from 0 in ascending order, without gaps")
    return np.maximum.reduceat(chances[rules], np.flatnonzero(np.append(True, steps == 1)), axis=0)


def generator(seed: int, purpose: str) -> np.random.Generator:
    """A stream of random numbers of its own for each purpose, the same on every machine."""
    key = hashlib.sha256(f"{seed} {purpose}".encode()).digest()[:16]
    return np.random.Generator(np.random.Philox(key=int.from_bytes(key, "little")))
