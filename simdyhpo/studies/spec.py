"""What a study compares: every variant on every table, with every number of workers, for every seed."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec

from simdyhpo.catalog import SchedulerFactory
from simdyhpo.errors import OutputError, SimdyhpoError
from simdyhpo.simulation.budget import Budget

_Label = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
"""Labels and table names become names of folders."""


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A scheduler with settings.

    Attributes:
        label: its name in folders, tables and figures.
        scheduler: a name, or `module:Class`.
        options: the settings that differ from the defaults.
    """

    label: _Label
    scheduler: str
    options: Mapping[str, Any] = {}


class Study(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A full grid of runs.

    Attributes:
        name: of the study.
        question: what it is to settle, in a sentence.
        tables: names of shipped tables, or of files `NAME.npz` in a folder given when it is run.
        variants: what is compared.
        workers: numbers of virtual workers.
        seeds: seeds 0 to `seeds - 1`.
        budget: of each run.
    """

    name: _Label
    question: str = ""
    tables: Annotated[Sequence[_Label], msgspec.Meta(min_length=1)]
    variants: Annotated[Sequence[Variant], msgspec.Meta(min_length=1)]
    workers: Sequence[Annotated[int, msgspec.Meta(ge=1)]] = (1,)
    seeds: Annotated[int, msgspec.Meta(ge=1)]
    budget: Budget

    def check(self) -> None:
        """See that every run can be made.

        Raises:
            SimdyhpoError: a label comes twice, the budget is none, or a scheduler or option is unknown.
        """
        labels = [variant.label for variant in self.variants]
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            raise SimdyhpoError(f"study {self.name!r}: label {twice[0]!r} comes twice; labels name folders")
        self.budget.check()
        for variant in self.variants:
            SchedulerFactory(variant.scheduler, variant.options)

    def cells(self) -> list[Cell]:
        """All runs, seed by seed: an interrupted study is complete for its first seeds."""
        return [
            Cell(table, variant, workers, seed, self.budget)
            for seed, table, workers, variant in itertools.product(
                range(self.seeds), self.tables, self.workers, self.variants
            )
        ]


class Cell(msgspec.Struct, frozen=True):
    """One run of a study."""

    table: str
    variant: Variant
    workers: int
    seed: int
    budget: Budget

    @property
    def folder(self) -> Path:
        """Where its logs go, below the folder of all runs."""
        return Path(self.table, f"{self.variant.label}-w{self.workers}-s{self.seed}")


def load_study(path: Path) -> Study:
    """Read a study from a TOML file and check it.

    Raises:
        OutputError: the file can't be read.
        SimdyhpoError: it is no study; the text says where.
    """
    try:
        study = msgspec.toml.decode(path.read_bytes(), type=Study)
    except OSError as error:
        raise OutputError(f"{path}: can't be read ({error.strerror}); check the path") from None
    except (msgspec.MsgspecError, ValueError) as error:
        raise SimdyhpoError(f"{path}: not a study ({error}); see experiments/ for examples") from None
    study.check()
    return study
