"""Schedulers that tests let stand on the board."""

from simdyhpo.schedulers.random_search import RandomSearch


class Fine(RandomSearch):
    """Random search under another name."""


class Boastful(RandomSearch):
    """Breaks a law: what it says of itself can't be stored."""

    def summary(self):
        return {"quality": "high"}


class Choosy(RandomSearch):
    """Fails where values are minimised, after a while."""

    def __init__(self, problem, options):
        super().__init__(problem, options)
        self.told = 0
        self.fails = problem.mode == "min" and problem.max_resource == 50

    def tell(self, event):
        self.told += 1
        if self.fails and self.told > 1:
            raise RuntimeError("minima are not for me")
        super().tell(event)
