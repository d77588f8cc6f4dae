"""What a study compares: every variant on every blackbox, cluster and number of workers, for every seed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
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
from simdyhpo.studies.mistakes import StudyError

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z"
StudyName = Annotated[str, msgspec.Meta(pattern=NAME, max_length=100)]
"""Names of studies and blackboxes become names of folders and files."""

Label = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._,:=+ -]*\Z", max_length=200)]
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
        minutes: what its author expects it to take on 2 cores; shown beside what is measured.
        blackboxes: names of shipped tables, of `files`, or of files `NAME.npz` in a folder given later.
        files: where tables lie that are named by their path: the path by name. Left out where there are none.
        variants: what is compared.
        workers: numbers of virtual workers.
        seeds: how many, from 0 on; or which ones.
        budget: of each run.
        sampling: whether a configuration can start more than once.
        clusters: what the workers are like.
    """

    name: StudyName
    question: str = ""
    minutes: Annotated[float, msgspec.Meta(gt=0)] | None = None
    blackboxes: Annotated[Sequence[StudyName], msgspec.Meta(min_length=1)]
    files: Mapping[StudyName, str] | msgspec.UnsetType = msgspec.UNSET
    variants: Annotated[Sequence[Variant], msgspec.Meta(min_length=1)]
    workers: Annotated[Sequence[Annotated[int, msgspec.Meta(ge=1)]], msgspec.Meta(min_length=1)] = (1,)
    seeds: (
        Annotated[int, msgspec.Meta(ge=1)]
        | Annotated[Sequence[Annotated[int, msgspec.Meta(ge=0)]], msgspec.Meta(min_length=1)]
    )
    budget: Budget
    sampling: Sampling = "without-replacement"
    clusters: Annotated[Sequence[NamedCluster], msgspec.Meta(min_length=1)] = (IDEAL,)

    @property
    def labels(self) -> list[str]:
        """Of the variants, in their order."""
        return [variant.label for variant in self.variants]

    @property
    def seed_numbers(self) -> Sequence[int]:
        """Every seed, in the order of the runs."""
        return range(self.seeds) if isinstance(self.seeds, int) else tuple(self.seeds)

    @property
    def seed_words(self) -> str:
        """Which seeds, for readers: "0 to 9", "3, 5"."""
        numbers = self.seed_numbers
        if isinstance(numbers, range) and len(numbers) > 1:
            return f"0 to {numbers[-1]}"
        return ", ".join(map(str, numbers))

    @property
    def cluster_words(self) -> str:
        """Which clusters, for readers; empty if the workers are ideal and nothing else."""
        names = [one.name for one in self.clusters]
        return "" if names == [IDEAL.name] else ", ".join(names)

    def file_of(self, blackbox: str) -> Path | None:
        """Where a table lies that is named by its path; None for the others."""
        found = None if self.files is msgspec.UNSET else self.files.get(blackbox)
        return None if found is None else Path(found)

    def check(self, *, own_code: bool = True) -> None:
        """See that every run can be made.

        Args:
            own_code: whether schedulers and searchers that aren't ours may be imported, to check options.

        Raises:
            SimdyhpoError: something comes twice, the budget is none, or a scheduler or option is unknown.
        """
        labels = self.labels
        for what, keys, names in (
            ("label", (), labels),
            ("blackbox", ("blackboxes",), self.blackboxes),
            ("number of workers", ("workers",), self.workers),
            ("cluster", ("clusters",), [cluster.name for cluster in self.clusters]),
            ("seed", ("seeds",), self.seeds if isinstance(self.seeds, Sequence) else ()),
        ):
            twice = [name for place, name in enumerate(names) if name in names[:place]]
            if twice:
                problem = f"{what} {twice[0]!r} comes twice; leave one out or rename it"
                raise StudyError(f"study {self.name!r}: {problem}", keys, str(twice[0]))
        self.budget.check()
        if max(self.workers) > MOST_WORKERS:
            raise OptionError("workers", max(self.workers), f"a run has at most {MOST_WORKERS:,}")
        axes = (self.blackboxes, self.variants, self.workers, self.clusters)
        count = len(self.seed_numbers) * math.prod(map(len, axes))
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
                self.seed_numbers, self.blackboxes, self.clusters, self.workers, self.variants
            )
        ]
