"""ASHA, in either form, whose new configurations somebody else chooses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

from simdyhpo.protocols import Chooser, Problem
from simdyhpo.scheduler_defaults import PassThrough
from simdyhpo.schedulers.asha import ASHAOptions, PromotionASHA, StoppingASHA
from simdyhpo.searchers.starts import Starts


class ChoosingASHAOptions(ASHAOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of ASHA, and which of its forms it is.

    Attributes:
        form: whether trials pause at rungs and are promoted, or run on unless stopped.
    """

    form: Literal["promotion", "stopping"] = "promotion"


class CountingChooser(Chooser, Protocol):
    """A chooser that counts whom it started."""

    @property
    def starts(self) -> Starts:
        """Counts of starts."""
        ...


class ChoosingASHA(PassThrough):
    """ASHA (Li et al. 2020) whose rungs promote, or stop, as ever; what starts, the chooser says."""

    def __init__(self, problem: Problem, options: ChoosingASHAOptions, chooser: CountingChooser) -> None:
        self._chooser = chooser
        kind = PromotionASHA if options.form == "promotion" else StoppingASHA
        super().__init__(kind(problem, options, chooser))

    def summary(self) -> Mapping[str, int]:
        """ASHA's counts, with both kinds of starts apart."""
        return self._chooser.starts.split(super().summary())

    def diagnostics(self) -> Mapping[str, int | float]:
        """What the model counts."""
        return self._chooser.diagnostics()
