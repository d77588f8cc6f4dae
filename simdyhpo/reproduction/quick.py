"""Small versions of the studies: shipped tables only, few seeds, a short budget. To look at, not to quote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from simdyhpo.simulation.budget import Budget
from simdyhpo.studies.spec import Study

_LCBENCH = ("lcbench-christine", "lcbench-covertype", "lcbench-fashion-mnist")
_TASKSET = (
    "taskset-patch128-lstm128-bs64",
    "taskset-patch32-gru128-bs128",
    "taskset-patch32-vrnn64-relu-avg-bs128",
)


class Quick(msgspec.Struct, frozen=True):
    """What is smaller.

    Attributes:
        blackboxes: shipped ones, in place of the study's.
        seeds: how many.
        max_epochs: of each run.
        workers: in place of the study's, if given.
    """

    blackboxes: Sequence[str]
    seeds: int
    max_epochs: int
    workers: Sequence[int] = ()

    def of(self, study: Study) -> Study:
        """The study made small, under the same variants."""
        return msgspec.structs.replace(
            study,
            blackboxes=tuple(self.blackboxes),
            seeds=self.seeds,
            budget=Budget(max_epochs=self.max_epochs),
            workers=tuple(self.workers) or study.workers,
        )


QUICK: Mapping[str, Quick] = {
    "lcbench": Quick(_LCBENCH, 2, 120),
    "taskset": Quick(_TASKSET, 2, 120),
    "ablation": Quick(_LCBENCH, 1, 100),
    "probability_sh": Quick(_LCBENCH, 1, 80),
    "workers": Quick(_LCBENCH, 1, 80, (1, 4, 16)),
}
"""By study; each takes less than a minute on two cores. Who isn't here needs tables that aren't shipped."""
