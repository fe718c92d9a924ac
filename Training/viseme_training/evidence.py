"""What gathered agreement is worth: how much likelier it is with a voice's own lips than with others' (logarithm)."""

import numpy as np
from scipy.optimize import minimize

from viseme_training import moments

SECONDS = (1, 2, 3, 5, 10)


class Evidence:
    """LLR = (slope * score + intercept) * t / (1 + t / saturation), t seconds of lip frames that count.

    Seconds that follow each other are not independent, so that evidence grows ever more slowly.
    """

    def __init__(self, slope=0.0, intercept=0.0, saturation=1.0):
        self.slope, self.intercept, self.saturation = slope, intercept, saturation

    def __call__(self, score, seconds):
        """Natural logarithm of the ratio of likelihoods."""
        return (self.slope * score + self.intercept) * seconds / (1 + seconds / self.saturation)

    def fit(self, scores, seconds, right):
        """Takes the values under which the ratio is worth most as evidence: both kinds weigh the same."""
        weight = np.where(right, 0.5 / right.mean(), 0.5 / (1 - right.mean()))
        sign = np.where(right, 1.0, -1.0)

        def cost(values):
            self.slope, self.intercept, self.saturation = values[0], values[1], float(np.exp(values[2]))
            return float((weight * np.logaddexp(0, -sign * self(scores, seconds))).mean())

        best = minimize(cost, [10.0, -1.0, 1.0], method="Nelder-Mead", options={"maxiter": 4000, "maxfev": 4000})
        return cost(best.x)


def trials(found, generator, draws=3):
    """(scores, seconds, right) of parts of Vectors with their own lips and with those of other parts."""
    rows = []
    for seconds in SECONDS:
        parts = [p for p in moments.joined(found, 25 * seconds) if p.shown.float().mean() > 0.6]
        for i, part in enumerate(parts):
            rows += [(part.score(), seconds, True)] * draws
            others = [o for j, o in enumerate(parts) if j != i]
            for j in generator.permutation(len(others))[:draws]:
                rows.append((part.score(others[j]), seconds, False))
    scores, times, right = (np.array(column) for column in zip(*rows))
    return scores, times, right.astype(bool)
