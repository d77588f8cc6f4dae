"""What is raised when a scheduler breaks a law."""

from __future__ import annotations

from simdyhpo.errors import SimdyhpoError


class LawBroken(SimdyhpoError, AssertionError):  # noqa: N818 - it says what happened
    """A scheduler broke a law. An `AssertionError`, too, so that a test that calls a check simply fails.

    Attributes:
        law: its name in `LAWS`.
        table: name of the small table on which it happened.
        seed: the run's seed.
        message: what happened, in one line.
    """

    def __init__(self, law: str, table: str, seed: int, message: str) -> None:
        self.law = law
        self.table = table
        self.seed = seed
        self.message = message
        super().__init__(f"law {law!r} is broken on table {table!r} with seed {seed}: {message}")
