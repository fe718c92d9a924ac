"""When to stop: train at a steady rate while held-out spans gain, then cool down."""

import copy
import time


class StopRule:
    """The learning rate's scale over a training, its end, and the best state on the way.

    The scale rises over the first 30 steps and stays at 1 until the watched loss has not fallen by
    `least` of itself in `patience` looks, or `1 - cooldown` of the minutes are gone; then it falls to
    nothing in `cooldown` of the time that was spent.
    """

    def __init__(self, minutes, patience=4, least=0.01, cooldown=0.25, clock=time.monotonic):
        self.limit, self.patience, self.least, self.cooldown = 60 * minutes, patience, least, cooldown
        self.clock, self.began = clock, clock()
        self.looks, self.best, self.fallen, self.kept = 0, float("inf"), 0, None
        self.cooling = None

    @property
    def spent(self):
        return self.clock() - self.began

    def scale(self, step):
        """Of the learning rate at a step."""
        if self.cooling is None and self.spent >= (1 - self.cooldown) * self.limit:
            self.cool()
        if self.cooling is None:
            return min((step + 1) / 30, 1.0)
        begin, end = self.cooling
        return max((end - self.spent) / max(end - begin, 1e-9), 0.02)

    def cool(self):
        if self.cooling is None:
            spent = self.spent
            self.cooling = (spent, min(spent * (1 + self.cooldown / (1 - self.cooldown)), max(self.limit, spent)))

    @property
    def is_over(self):
        return self.cooling is not None and self.spent >= self.cooling[1]

    def look(self, loss, state):
        """Takes in the watched loss, and keeps the best state."""
        self.looks += 1
        if loss < self.best * (1 - self.least):
            self.fallen = self.looks
        if loss < self.best:
            self.best, self.kept = loss, copy.deepcopy(state)
        if self.looks - self.fallen >= self.patience:
            self.cool()
