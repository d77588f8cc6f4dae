"""A comparison in one line: the study behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from simdyhpo.candidates import Sampling, check_sampling
from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.errors import SimdyhpoError
from simdyhpo.options import parse_pairs
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.named_clusters import PRESETS, cluster_name, find_cluster
from simdyhpo.studies.mistakes import mistake_of
from simdyhpo.studies.spec import NamedCluster, Study, Variant
from simdyhpo.studies.tables import named_tables
from simdyhpo.tables.blackboxes import blackbox_files

EPOCHS = 1000
"""The budget of a run, if none is given."""


def budget_of(max_epochs: int | None, max_seconds: float | None) -> Budget:
    """The budget of each run: what is given, or `EPOCHS`."""
    if max_epochs is None and max_seconds is None:
        max_epochs = EPOCHS
    return Budget(max_epochs=max_epochs, max_seconds=max_seconds)


def contender(text: str) -> Variant:
    """A scheduler as one writes it on a line: its name, then its settings, e.g. `dyhpo probability_sh=0`.

    Raises:
        OptionError: a setting isn't written as NAME=VALUE, or comes twice.
        SimdyhpoError: the text is empty, or a setting or a table alone.
    """
    name, *settings = text.split() or [""]
    if not name:
        raise SimdyhpoError("a scheduler's name is empty; leave it out, or write one")
    if "=" in name:
        raise SimdyhpoError(
            f'{name!r} is no scheduler; a setting stands with its scheduler in quotes: "NAME {name}"'
        )
    if name not in SCHEDULERS and name in blackbox_files():
        raise SimdyhpoError(
            f"{name!r} is a table, no scheduler; tables go together, with commas: --blackbox A,{name}"
        )
    label = " ".join([name.rpartition(":")[2], *settings])
    return Variant(label, name, parse_pairs(settings))


def versus_study(  # noqa: PLR0913 - the parts of a study
    contenders: Sequence[Variant],
    *,
    blackboxes: Sequence[str],
    budget: Budget,
    workers: int = 1,
    seeds: int | Sequence[int] = 10,
    sampling: Sampling = "without-replacement",
    cluster: Cluster | str | Mapping[str, object] = "ideal",
    name: str = "versus",
    own_code: bool = True,
) -> Study:
    """Every contender on every table, seed by seed.

    Args:
        contenders: at least two.
        blackboxes: names or paths of tables.
        budget: of each run.
        workers: number of virtual workers.
        seeds: how many, or which.
        sampling: whether a configuration may start again.
        cluster: what the workers are like, see `find_cluster`.
        name: of the study.
        own_code: see `Study.check`.

    Raises:
        SimdyhpoError: there are fewer than two contenders, or the study can't be run (see `Study.check`).
    """
    if len(contenders) < 2:
        raise SimdyhpoError("one scheduler alone compares with nothing; name at least two")
    if not blackboxes:
        raise SimdyhpoError("no table is named; `simdyhpo blackbox list` shows which there are")
    check_sampling(sampling)
    fields = {
        "name": name,
        **named_tables(blackboxes),
        "variants": contenders,
        "workers": [workers],
        "seeds": seeds,
        "budget": budget,
        "sampling": sampling,
        "clusters": [_named_cluster(cluster)],
    }
    try:
        study = msgspec.convert(fields, Study, from_attributes=True)
    except msgspec.ValidationError as error:
        raise SimdyhpoError(f"this can't be compared: {mistake_of(error)}") from None
    study.check(own_code=own_code)
    return study


def _named_cluster(asked: Cluster | str | Mapping[str, object]) -> NamedCluster:
    """A cluster under the name of its preset, or of its file, or else as `cluster`."""
    cluster = find_cluster(asked)
    name = cluster_name(cluster)
    if name not in PRESETS:
        name = Path(asked).stem if isinstance(asked, str) else "cluster"
    return NamedCluster(name, cluster)
