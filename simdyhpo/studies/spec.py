"""What a study compares: every variant on every blackbox, cluster and number of workers, for every seed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec

from simdyhpo.candidates import Sampling
from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.errors import OptionError, SimdyhpoError
from simdyhpo.files.limits import STUDY_CELLS
from simdyhpo.own_code import has_own
from simdyhpo.runs.front_door import MOST_WORKERS
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.cluster import Cluster

StudyName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z", max_length=100)]
"""Names of studies and blackboxes become names of folders and files."""

Label = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._,=+ -]*\Z", max_length=200)]
"""Labels are shown in tables and figures, so they stay on one line."""


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A scheduler with settings.

    Attributes:
        label: its name in tables and figures.
        scheduler: a name, or `module:Class`.
        options: the settings that differ from the defaults.
    """

    label: Label
    scheduler: str
    options: Mapping[str, Any] = {}

    @property
    def own(self) -> bool:
        """Whether it needs code that isn't ours."""
        return has_own(self.scheduler, self.options)


class NamedCluster(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cluster on which runs are made.

    Attributes:
        name: in tables and figures.
        cluster: a canonical one.
    """

    name: Label
    cluster: Cluster


IDEAL = NamedCluster("ideal", Cluster())


class Cell(msgspec.Struct, frozen=True):
    """One run of a study."""

    blackbox: str
    variant: Variant
    workers: int
    seed: int
    budget: Budget
    sampling: Sampling = "without-replacement"
    cluster: NamedCluster = IDEAL


class Study(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A full grid of runs.

    Attributes:
        name: of the study.
        question: what it is to settle, in a sentence.
        minutes: what it is expected to take on 2 cores.
        blackboxes: names of shipped tables, or of files `NAME.npz` in a folder given when it is run.
        variants: what is compared.
        workers: numbers of virtual workers.
        seeds: seeds 0 to `seeds - 1`.
        budget: of each run.
        sampling: whether a configuration can start more than once.
        clusters: what the workers are like.
    """

    name: StudyName
    question: str = ""
    minutes: Annotated[float, msgspec.Meta(gt=0)] | None = None
    blackboxes: Annotated[Sequence[StudyName], msgspec.Meta(min_length=1)]
    variants: Annotated[Sequence[Variant], msgspec.Meta(min_length=1)]
    workers: Annotated[Sequence[Annotated[int, msgspec.Meta(ge=1)]], msgspec.Meta(min_length=1)] = (1,)
    seeds: Annotated[int, msgspec.Meta(ge=1)]
    budget: Budget
    sampling: Sampling = "without-replacement"
    clusters: Annotated[Sequence[NamedCluster], msgspec.Meta(min_length=1)] = (IDEAL,)

    def check(self, *, own_code: bool = True) -> None:
        """See that every run can be made.

        Args:
            own_code: whether schedulers and searchers that aren't ours may be imported, to check options.

        Raises:
            SimdyhpoError: something comes twice, the budget is none, or a scheduler or option is unknown.
        """
        labels = [variant.label for variant in self.variants]
        for what, names in (
            ("label", labels),
            ("blackbox", self.blackboxes),
            ("number of workers", self.workers),
            ("cluster", [cluster.name for cluster in self.clusters]),
        ):
            twice = [name for place, name in enumerate(names) if name in names[:place]]
            if twice:
                raise SimdyhpoError(
                    f"study {self.name!r}: {what} {twice[0]!r} comes twice; leave one out or rename it"
                )
        self.budget.check()
        if max(self.workers) > MOST_WORKERS:
            raise OptionError("workers", max(self.workers), f"a run has at most {MOST_WORKERS:,}")
        axes = (self.blackboxes, self.variants, self.workers, self.clusters)
        count = self.seeds * math.prod(map(len, axes))
        if count > STUDY_CELLS:
            raise SimdyhpoError(
                f"study {self.name!r} asks for {count:,} runs, more than {STUDY_CELLS:,}; "
                "take fewer seeds, or split it"
            )
        for variant in self.variants:
            if own_code or not variant.own:
                SchedulerFactory(variant.scheduler, variant.options)

    def cells(self) -> list[Cell]:
        """All runs, seed by seed: an interrupted study is complete for its first seeds."""
        return [
            Cell(blackbox, variant, workers, seed, self.budget, self.sampling, cluster)
            for seed, blackbox, cluster, workers, variant in itertools.product(
                range(self.seeds), self.blackboxes, self.clusters, self.workers, self.variants
            )
        ]
