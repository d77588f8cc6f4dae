"""What `manifest.json` beside a run's logs says: all that was asked, what came of it, and how to check it."""

from __future__ import annotations

import functools
import math
import platform
from collections.abc import Mapping
from importlib import metadata
from typing import Annotated, Any, Literal

import msgspec

import simdyhpo
from simdyhpo.catalog.entries import own_package
from simdyhpo.loaded_arithmetic import arithmetic
from simdyhpo.runs.front_door import MOST_WORKERS
from simdyhpo.runs.result import RunResult
from simdyhpo.runs.spec import RunSpec
from simdyhpo.scheduler_counts import Count, Diagnostic
from simdyhpo.simulation.simulation import EndedBy

FORMAT = 1

DECISIONS = "decisions.csv"
REPORTS = "reports.csv"
SEGMENTS = "segments.csv"
ABSENCES = "absences.csv"
TIMING = "timing.json"
MANIFEST = "manifest.json"
RUN_FILES = (DECISIONS, REPORTS, TIMING, MANIFEST)
"""The manifest comes last: a folder that holds one holds the whole run."""
CLUSTER_FILES = (SEGMENTS, ABSENCES)
"""What a run on a cluster that is not ideal has beside; for others, they follow from the decisions."""

AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]

_LIBRARIES = ("numpy", "torch", "gpytorch")


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How much happened: decisions made, epochs (reports) received, trials started."""

    decisions: int
    epochs: int
    trials: int


class OnCluster(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run's workers and their faults.

    Attributes:
        deterministic: False where decisions cost what they took on the host: no other run is equal.
        busy_ns, idle_ns, lost_ns, overhead_ns, absent_ns: see `simdyhpo.simulation.ledger.Accounts`; summed
            over all workers.
        utilisation: busy time as a share of the time that workers were there; None for a run of no length.
        failed_trials: trials that were interrupted once too often.
    """

    deterministic: bool
    busy_ns: int
    idle_ns: int
    lost_ns: int
    overhead_ns: int
    absent_ns: int
    utilisation: float | None
    failed_trials: int


class Fork(msgspec.Struct, frozen=True, kw_only=True):
    """What sets a run apart from the run of its spec: one decision was given.

    Attributes:
        decision: its number.
        instead: what was decided there, e.g. "promote:12".
        of: SHA-256 of the decisions of the run that was left there, as its own manifest has it.
    """

    decision: int
    instead: str
    of: str


class RunManifest(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest of one run. It holds nothing of the host: no name, path, date or host seconds.

    Attributes:
        format: version of the layout of a run's folder.
        spec: what was asked.
        ended_by: "budget" or "exhausted".
        end_ns: simulated time at the end, nanoseconds.
        counts: how much happened.
        best_value: the incumbent at the end, in the table's unit; None if no finite value was reported.
        regret: its normalised regret, None likewise.
        schedule: the scheduler's own counts.
        diagnostics: its counts of numerical trouble and effort.
        versions: of Python, simdyhpo and the libraries that can change a number. Where a model decided, also
            "arithmetic": see `simdyhpo.loaded_arithmetic`.
        checksums: SHA-256 of the run's logs, by file name.
        fork: in a what-if alone: where it left the run that its spec gives.
        on_cluster: of a run on a cluster that is not ideal.
    """

    format: int
    spec: RunSpec
    ended_by: EndedBy
    end_ns: int
    counts: Counts
    best_value: float | None
    regret: float | None
    schedule: dict[str, Count]
    diagnostics: dict[str, Diagnostic]
    versions: dict[str, str]
    checksums: dict[str, str]
    fork: Fork | msgspec.UnsetType = msgspec.UNSET
    on_cluster: OnCluster | msgspec.UnsetType = msgspec.UNSET


class TableFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What `RunSpec.blackbox` says of the table, see `simdyhpo.tables.blackboxes.describe`."""

    name: str
    checksum: str
    configurations: AtLeastOne
    max_resource: AtLeastOne
    mode: Literal["min", "max"]
    metric: str
    resource: str
    kind: str
    time: str
    best: float | None
    worst: float | None
    time_repairs: int
    non_finite: int
    duplicate_configurations: int


def manifest_from_json(content: bytes | str) -> RunManifest:
    """A manifest read back, the entries that readers rely on checked.

    Raises:
        msgspec.MsgspecError, UnicodeDecodeError: it is no manifest, or an entry is missing or can't be.
    """
    manifest = msgspec.json.decode(content, type=RunManifest)
    spec, counts = manifest.spec, manifest.counts
    facts = msgspec.convert(spec.blackbox, TableFacts)
    if facts.best is None or facts.worst is None:
        if manifest.best_value is not None:
            raise msgspec.ValidationError("a table without finite values gave a run an incumbent")
        spec.blackbox.update(best=math.nan, worst=math.nan)
    if not 1 <= spec.workers <= MOST_WORKERS or spec.seed < 0:
        raise msgspec.ValidationError(f"no run has {spec.workers} workers and seed {spec.seed}")
    if min(manifest.end_ns, counts.decisions, counts.epochs, counts.trials) < 0:
        raise msgspec.ValidationError("a count or the time at the end is negative")
    return manifest


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """What `timing.json` says: host seconds, kept apart because they differ each time.

    Attributes:
        wall_seconds: what the simulation alone took.
    """

    wall_seconds: float


def manifest_of(
    result: RunResult, checksums: Mapping[str, str], fork: Fork | msgspec.UnsetType = msgspec.UNSET
) -> RunManifest:
    """The manifest of a finished run, or of a what-if, whose logs have these checksums."""
    return RunManifest(
        format=FORMAT,
        spec=result.spec,
        ended_by=result.ended_by,
        end_ns=result.end_ns,
        counts=Counts(decisions=len(result.log), epochs=result.epochs, trials=result.trials),
        best_value=result.best_value,
        regret=result.regret,
        schedule=result.schedule,
        diagnostics=dict(result.diagnostics),
        versions=versions_of(result),
        checksums=dict(checksums),
        fork=fork,
        on_cluster=_on_cluster(result),
    )


def _on_cluster(result: RunResult) -> OnCluster | msgspec.UnsetType:
    cluster = result.spec.cluster
    if isinstance(cluster, msgspec.UnsetType):
        return msgspec.UNSET
    return OnCluster(
        deterministic=cluster.deterministic,
        utilisation=result.accounts.utilisation,
        failed_trials=result.failed_trials,
        **{f"{name}_ns": total for name, total in result.accounts.totals_ns.items()},
    )


def to_json(message: object) -> bytes:
    """Readable JSON that ends in a newline; values that are not finite become null."""
    return msgspec.json.format(msgspec.json.encode(message, enc_hook=_plain_number), indent=2) + b"\n"


def to_json_line(message: object) -> str:
    """JSON on one line without its newline; values that are not finite become null."""
    return msgspec.json.encode(message, enc_hook=_plain_number).decode()


def _plain_number(value: Any) -> object:  # noqa: ANN401 - whatever msgspec doesn't know
    """A numpy scalar as the Python number it stands for."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{value!r} can't be written as JSON")


def versions_of(result: RunResult) -> dict[str, str]:
    """What a run was made with, as far as that can change it: rounding changes what models decide alone."""
    found = versions(result.spec.scheduler)
    return found | {"arithmetic": arithmetic()} if decided_by_model(result) else found


def decided_by_model(result: RunResult) -> bool:
    """Whether decisions may depend on rounding: they have scores, or are those of another project."""
    if own_package(result.spec.scheduler) is not None:
        return True
    return any(not math.isnan(reason.score) for reason in result.log.reasons.values())


@functools.cache
def versions(scheduler: str = "") -> dict[str, str]:
    """Versions by name, read without importing anything; what isn't installed is left out.

    Args:
        scheduler: one whose own package counts, too, if it is from outside.
    """
    found = {"python": platform.python_version(), "simdyhpo": simdyhpo.__version__}
    own = own_package(scheduler)
    for library in (*_LIBRARIES, *([own] if own else [])):
        version = package_version(library)
        if version is not None:
            found[library] = version
    return found


def package_version(name: str) -> str | None:
    """The version of an installed package; None if it isn't."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
