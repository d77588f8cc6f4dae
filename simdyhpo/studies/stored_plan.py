"""A plan beside its results: what was asked, so that a folder can be understood without tables or study file.

plans/NAME.json   the study NAME as it was last run, and the key of each of its cells

`sha256` in it is the SHA-256 of the file itself with 64 zeros in its place. Files of version 0.1.0 have none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from simdyhpo.errors import OutputError, SimdyhpoError, cant_write, other_format
from simdyhpo.files.bounded import read_bounded
from simdyhpo.files.limits import PLAN_BYTES
from simdyhpo.files.whole import written_whole
from simdyhpo.studies.checksums import digest
from simdyhpo.studies.places import PLANS
from simdyhpo.studies.plan import Plan
from simdyhpo.studies.spec import Study
from simdyhpo.traces.manifest import to_json

FORMAT = 2
"""Of the file: the first had no checksum."""

_BLANK = "0" * 64
_AGAIN = "run the study again, which writes it anew, or give its file with --study"


class AskedCell(msgspec.Struct, frozen=True, array_like=True):
    """One cell under the study's own names, and the key of its result."""

    key: str
    blackbox: str
    label: str
    workers: int
    seed: int


class StoredPlan(msgspec.Struct, frozen=True):
    """What a study asked for when it was last run.

    Attributes:
        study: the study, its grids unfolded.
        cells: in the order in which they are run.
        settings: all settings, defaults included, of variants that need code that isn't ours, by label.
    """

    study: Study
    cells: list[AskedCell]
    settings: dict[str, dict[str, Any]] = {}


class _PlanFile(msgspec.Struct, frozen=True, kw_only=True):
    """A stored plan as it is written: `StoredPlan`, with the format and the checksum before it."""

    format: int = 1
    sha256: str = ""
    study: Study
    cells: list[AskedCell]
    settings: dict[str, dict[str, Any]] = {}


def label_parts(study: Study) -> dict[str, tuple[str, str]]:
    """A variant's label and its cluster's name, by what a stored plan calls the two.

    On several clusters that is both, as `asha, flaky`; else the label alone.
    """
    several = len(study.clusters) > 1
    return {
        f"{variant.label}, {one.name}" if several else variant.label: (variant.label, one.name)
        for variant in study.variants
        for one in study.clusters
    }


def stored_plan(plan: Plan) -> StoredPlan:
    """What is kept of a plan."""
    labels = {told: label for label, told in label_parts(plan.study).items()}
    cells = [
        AskedCell(
            p.key,
            p.cell.blackbox,
            labels[p.cell.variant.label, p.cell.cluster.name],
            p.cell.workers,
            p.cell.seed,
        )
        for p in plan.cells
    ]
    own = {p.cell.variant.label: dict(p.spec.options) for p in plan.cells if p.cell.variant.own}
    return StoredPlan(plan.study, cells, own)


def write_plan(plan: Plan, folder: Path) -> None:
    """Keep a whole plan in `folder`; that of an earlier run of the same study is replaced.

    Raises:
        OutputError: the folder can't be written.
    """
    path, kept = folder / PLANS / f"{plan.study.name}.json", stored_plan(plan)
    blank = to_json(
        _PlanFile(format=FORMAT, sha256=_BLANK, study=kept.study, cells=kept.cells, settings=kept.settings)
    )
    content = blank.replace(_BLANK.encode(), digest(blank).encode(), 1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as aside:
            aside.write_bytes(content)
    except OSError as error:
        raise cant_write(folder, error) from None


def plan_names(folder: Path) -> list[str]:
    """Names of the studies whose plans are in `folder`, sorted."""
    return sorted(path.stem for path in (folder / PLANS).glob("[!.]*.json"))


class _Format(msgspec.Struct):
    """What a plan of any format has; the first had none."""

    format: int = 1


def read_plan(folder: Path, name: str) -> StoredPlan:
    """The plan of the study `name` in `folder`.

    Raises:
        OutputError: there is none, or it is damaged.
    """
    path = folder / PLANS / f"{name}.json"
    try:
        content = read_bounded(path, PLAN_BYTES)
        stated = msgspec.json.decode(content, type=_Format).format
        found = msgspec.json.decode(content, type=_PlanFile) if stated <= FORMAT else None
    except OSError as error:
        raise OutputError(f"{path}: can't be read ({error.strerror}); {_AGAIN}") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, SimdyhpoError) as error:
        raise OutputError(f"{path}: damaged ({error}); {_AGAIN}") from None
    if found is None:
        raise OutputError(f"{path}: {other_format(stated, FORMAT, _AGAIN)}")
    if found.format == FORMAT and not _as_written(content, found.sha256):
        raise OutputError(f"{path}: damaged or altered since it was written; {_AGAIN}")
    if len({(cell.blackbox, cell.label, cell.workers, cell.seed) for cell in found.cells}) < len(found.cells):
        raise OutputError(f"{path}: damaged (it has a cell twice); {_AGAIN}")
    return StoredPlan(found.study, found.cells, found.settings)


def _as_written(content: bytes, sha256: str) -> bool:
    """Whether a file is the one whose checksum is in it."""
    return digest(content.replace(sha256.encode(), _BLANK.encode(), 1)) == sha256
