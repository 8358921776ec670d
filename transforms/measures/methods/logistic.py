"""Logistic regression on cells of grouped records: expected deaths, and how well the model tells and calibrates.

A cell is a combination of factors with a number of records (trials) and of those with the event. The design is
sparse, one column a level, so that a hundred thousand cells with some hundred levels fit in about a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse, special
from scipy.linalg import cho_factor, cho_solve

from transforms.measures.methods.arrays import Floats, checked

# Penalty on half the sum of squared coefficients (not on the intercept). It keeps a level without events, whose
# coefficient has no finite maximum, at about -15, and moves other coefficients by a share of about RIDGE / events.
RIDGE = 1e-4
MOST_ITERATIONS = 50
# Newton steps end when no coefficient moves by more than this.
TOLERANCE = 1e-8


@dataclass(frozen=True)
class Design:
    """A design matrix, cells by terms, and the terms' names: `intercept`, `factor=level`, and continuous terms."""

    matrix: sparse.csr_matrix
    names: tuple[str, ...]


def design(factors: Mapping[str, ArrayLike], continuous: Mapping[str, ArrayLike] | None = None) -> Design:
    """Factors (a text or integer level a cell) and continuous terms as a design matrix with an intercept.

    Each factor's first level in sorted order is its reference. A continuous term is standardised by nothing: give
    age as (age - 60) / 10, say, and its square as a term of its own. ValueError: a null level or value, unequal
    lengths.
    """
    continuous = continuous or {}
    lengths = {name: len(np.asarray(values)) for name, values in {**factors, **continuous}.items()}
    if len(set(lengths.values())) != 1:
        raise ValueError(f"design: expected terms of equal length; got {lengths or 'no terms'}")
    cells = next(iter(lengths.values()))
    blocks, names = [sparse.csr_matrix(np.ones((cells, 1)))], ["intercept"]
    for name, values in factors.items():
        column = np.asarray(values)
        if any(level is None or level != level for level in column.tolist()):
            raise ValueError(f"{name}: null levels; name the unknown level, e.g. 'unknown'")
        levels, code = np.unique(column.astype(str) if column.dtype.kind == "O" else column, return_inverse=True)
        shown = np.flatnonzero(code > 0)
        blocks.append(
            sparse.csr_matrix((np.ones(shown.size), (shown, code[shown] - 1)), shape=(cells, len(levels) - 1))
        )
        names += [f"{name}={level}" for level in levels[1:].tolist()]
    for name, values in continuous.items():
        column = np.asarray(values, dtype=np.float64)
        if not np.isfinite(column).all():
            raise ValueError(f"{name}: null or infinite values; leave these cells out, or make the term a factor")
        blocks.append(sparse.csr_matrix(column[:, None]))
        names.append(name)
    return Design(sparse.hstack(blocks, format="csr"), tuple(names))


@dataclass(frozen=True, kw_only=True)
class LogisticModel:
    """A fitted model: one coefficient and standard error a term, one probability a cell.

    `converged` is false when the steps did not end (the figures are then not to be used). `separated` names the
    levels with no event or with nothing but events: the ridge alone holds their coefficients. `c_statistic` is null
    when all or none of the records have the event.
    """

    names: tuple[str, ...]
    coefficients: Floats
    standard_errors: Floats
    probability: Floats
    converged: bool
    iterations: int
    separated: tuple[str, ...]
    ridge: float
    deviance: float
    c_statistic: float | None


def fit_logistic(
    terms: Design,
    events: ArrayLike,
    trials: ArrayLike,
    *,
    ridge: float = RIDGE,
    most_iterations: int = MOST_ITERATIONS,
) -> LogisticModel:
    """Maximum (penalised) likelihood by Newton steps, which are iteratively reweighted least squares.

    `events` and `trials` are one number a cell; cells without trials get a probability and no say. The penalty
    ridge/2 sum b², intercept left out, is stated in the result; as the intercept is free of it, the fitted events add
    up to the observed ones. Steps that lower the penalised likelihood are halved. Standard errors are from the
    inverse of the penalised information. Deterministic: the same cells in the same order give the same bytes.

    McCullagh and Nelder, Generalized Linear Models, 2nd ed., 1989, ch. 4; ridge: le Cessie and van Houwelingen,
    Applied Statistics 1992; 41: 191-201 (both recalled). ValueError: null or negative counts, more events than
    trials, no events or nothing but events in all.
    """
    y, n = checked("events", events), checked("trials", trials)
    x = terms.matrix
    if y.shape != n.shape or y.shape != (x.shape[0],):
        raise ValueError(f"events and trials: expected one of each for {x.shape[0]} cells")
    if (y > n).any():
        raise ValueError(f"events: more than trials in {int((y > n).sum())} cells")
    if not 0 < y.sum() < n.sum():
        raise ValueError("events: all records or none have the event; there is nothing to model")
    penalty = np.full(x.shape[1], float(ridge))
    penalty[0] = 0.0
    transposed = x.T.tocsr()
    beta = np.zeros(x.shape[1])
    beta[0] = special.logit(y.sum() / n.sum())
    best = _penalised(x @ beta, beta, y, n, penalty)
    converged, iterations = False, 0
    while not converged and iterations < most_iterations:
        iterations += 1
        mean = special.expit(x @ beta)
        information = _information(x, transposed, n * mean * (1 - mean), penalty)
        step = cho_solve(cho_factor(information), transposed @ (y - n * mean) - penalty * beta)
        for _ in range(30):
            likelihood = _penalised(x @ (beta + step), beta + step, y, n, penalty)
            if likelihood >= best - 1e-10 * abs(best):
                break
            step = step / 2
        beta, best = beta + step, likelihood
        converged = bool(np.abs(step).max() < TOLERANCE)
    probability = special.expit(x @ beta)
    covariance = np.linalg.inv(_information(x, transposed, n * probability * (1 - probability), penalty))
    levels = np.array(["=" in name for name in terms.names])
    with_event, without = transposed @ y, transposed @ (n - y)
    alone = levels & ((with_event == 0) | (without == 0))
    return LogisticModel(
        names=terms.names,
        coefficients=beta,
        standard_errors=np.sqrt(np.diag(covariance)),
        probability=probability,
        converged=converged,
        iterations=iterations,
        separated=tuple(name for name, held in zip(terms.names, alone, strict=True) if held),
        ridge=float(ridge),
        deviance=_deviance(y, n, probability),
        c_statistic=c_statistic(probability, y, n),
    )


def c_statistic(probability: ArrayLike, events: ArrayLike, trials: ArrayLike) -> float | None:
    """The area under the ROC curve of grouped records: the share of (event, no event) pairs ranked rightly, ties half.

    None when there is no such pair. Hanley and McNeil, Radiology 1982; 143: 29-36 (recalled).
    """
    p, y, n = checked("probability", probability), checked("events", events), checked("trials", trials)
    _, place = np.unique(p, return_inverse=True)
    with_event = np.bincount(place, weights=y)
    without = np.bincount(place, weights=n - y)
    pairs = with_event.sum() * without.sum()
    if pairs == 0:
        return None
    below = np.cumsum(without) - without
    return float((with_event * (below + without / 2)).sum() / pairs)


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Observed and expected events by group of rising risk, and the trials in each."""

    trials: Floats
    observed: Floats
    expected: Floats


def calibration(probability: ArrayLike, events: ArrayLike, trials: ArrayLike, *, groups: int = 10) -> Calibration:
    """Observed against expected events in groups of about equal numbers of records, by rising probability.

    A cell is never split: it goes into the group in which its middle record lies, so that groups may differ in size,
    and with few cells some may be empty.
    """
    p, y, n = checked("probability", probability), checked("events", events), checked("trials", trials)
    levels, place = np.unique(p, return_inverse=True)
    level_trials = np.bincount(place, weights=n, minlength=levels.size)
    middle = np.cumsum(level_trials) - level_trials / 2
    group = np.minimum((middle / max(level_trials.sum(), 1.0) * groups).astype(np.intp), groups - 1)[place]
    return Calibration(
        trials=np.bincount(group, weights=n, minlength=groups),
        observed=np.bincount(group, weights=y, minlength=groups),
        expected=np.bincount(group, weights=n * p, minlength=groups),
    )


def _information(x: sparse.csr_matrix, transposed: sparse.csr_matrix, weight: Floats, penalty: Floats) -> NDArray:
    return (transposed @ x.multiply(weight[:, None]).tocsr()).toarray() + np.diag(penalty + 1e-12)


def _penalised(linear: Floats, beta: Floats, y: Floats, n: Floats, penalty: Floats) -> float:
    # ln(1 + exp) by logaddexp, which neither over- nor underflows.
    return float((y * linear - n * np.logaddexp(0.0, linear)).sum() - (penalty * beta**2).sum() / 2)


def _deviance(y: Floats, n: Floats, probability: Floats) -> float:
    fitted = n * probability
    return float(
        2
        * (
            special.xlogy(y, y)
            - special.xlogy(y, fitted)
            + special.xlogy(n - y, n - y)
            - special.xlogy(n - y, n - fitted)
        ).sum()
    )
