"""A study that is asked in one line: variants on tables, with one number of workers, on one cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Required, TypedDict, Unpack

import msgspec

from simdyhpo.candidates import Sampling, check_sampling
from simdyhpo.errors import SimdyhpoError
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.named_clusters import PRESETS, cluster_name, find_cluster
from simdyhpo.studies.mistakes import mistake_of
from simdyhpo.studies.spec import NamedCluster, Study, Variant
from simdyhpo.studies.tables import named_tables

EPOCHS = 1000
"""The budget of a run, if none is given."""


def budget_of(max_epochs: int | None, max_seconds: float | None) -> Budget:
    """The budget of each run: what is given, or `EPOCHS`."""
    if max_epochs is None and max_seconds is None:
        max_epochs = EPOCHS
    return Budget(max_epochs=max_epochs, max_seconds=max_seconds)


class Asked(TypedDict, total=False):
    """What is asked beside the variants.

    Attributes:
        blackboxes: names or paths of tables.
        budget: of each run.
        workers: number of virtual workers; default: 1.
        seeds: how many, or which; default: 10.
        sampling: whether a configuration may start again; default: "without-replacement".
        cluster: what the workers are like, see `find_cluster`; default: "ideal".
        own_code: see `Study.check`; default: True.
    """

    blackboxes: Required[Sequence[str]]
    budget: Required[Budget]
    workers: int
    seeds: int | Sequence[int]
    sampling: Sampling
    cluster: Cluster | str | Mapping[str, object]
    own_code: bool


def one_line_study(name: str, variants: Sequence[Variant], what: str, **asked: Unpack[Asked]) -> Study:
    """Every variant on every table, seed by seed.

    Args:
        name, variants: of the study.
        what: what was to be done with them, for errors: "compared", say.
        asked: see `Asked`.

    Raises:
        SimdyhpoError: the study can't be run (see `Study.check`), or no table is named.
    """
    if not asked["blackboxes"]:
        raise SimdyhpoError("no table is named; `simdyhpo blackbox list` shows which there are")
    sampling = asked.get("sampling", "without-replacement")
    check_sampling(sampling)
    fields = {
        "name": name,
        **named_tables(asked["blackboxes"]),
        "variants": variants,
        "workers": [asked.get("workers", 1)],
        "seeds": asked.get("seeds", 10),
        "budget": asked["budget"],
        "sampling": sampling,
        "clusters": [_named_cluster(asked.get("cluster", "ideal"))],
    }
    try:
        study = msgspec.convert(fields, Study, from_attributes=True)
    except msgspec.ValidationError as error:
        raise SimdyhpoError(f"this can't be {what}: {mistake_of(error)}") from None
    study.check(own_code=asked.get("own_code", True))
    return study


def _named_cluster(asked: Cluster | str | Mapping[str, object]) -> NamedCluster:
    """A cluster under the name of its preset, or of its file, or else as `cluster`."""
    cluster = find_cluster(asked)
    name = cluster_name(cluster)
    if name not in PRESETS:
        name = Path(asked).stem if isinstance(asked, str) else "cluster"
    return NamedCluster(name, cluster)
