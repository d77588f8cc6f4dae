"""A study that is asked in one line: variants on tables, with one number of workers, on one cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

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


def one_line_study(  # noqa: PLR0913 - the parts of a study
    name: str,
    variants: Sequence[Variant],
    *,
    blackboxes: Sequence[str],
    budget: Budget,
    workers: int = 1,
    seeds: int | Sequence[int] = 10,
    sampling: Sampling = "without-replacement",
    cluster: Cluster | str | Mapping[str, object] = "ideal",
    own_code: bool = True,
    what: str = "run",
) -> Study:
    """Every variant on every table, seed by seed.

    Args:
        name, variants: of the study.
        blackboxes: names or paths of tables.
        budget: of each run.
        workers: number of virtual workers.
        seeds: how many, or which.
        sampling: whether a configuration may start again.
        cluster: what the workers are like, see `find_cluster`.
        own_code: see `Study.check`.
        what: what was to be done with them, for errors: "compared", say.

    Raises:
        SimdyhpoError: the study can't be run (see `Study.check`), or no table is named.
    """
    if not blackboxes:
        raise SimdyhpoError("no table is named; `simdyhpo blackbox list` shows which there are")
    check_sampling(sampling)
    fields = {
        "name": name,
        **named_tables(blackboxes),
        "variants": variants,
        "workers": [workers],
        "seeds": seeds,
        "budget": budget,
        "sampling": sampling,
        "clusters": [_named_cluster(cluster)],
    }
    try:
        study = msgspec.convert(fields, Study, from_attributes=True)
    except msgspec.ValidationError as error:
        raise SimdyhpoError(f"this can't be {what}: {mistake_of(error)}") from None
    study.check(own_code=own_code)
    return study


def _named_cluster(asked: Cluster | str | Mapping[str, object]) -> NamedCluster:
    """A cluster under the name of its preset, or of its file, or else as `cluster`."""
    cluster = find_cluster(asked)
    name = cluster_name(cluster)
    if name not in PRESETS:
        name = Path(asked).stem if isinstance(asked, str) else "cluster"
    return NamedCluster(name, cluster)
