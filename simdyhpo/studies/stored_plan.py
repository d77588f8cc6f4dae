"""A plan beside its results: what was asked, so that a folder can be understood without tables or study file.

plans/NAME.json   the study NAME as it was last run, and the key of each of its cells
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from simdyhpo.errors import OutputError
from simdyhpo.studies.plan import Plan
from simdyhpo.studies.spec import Study
from simdyhpo.traces.manifest import to_json
from simdyhpo.whole_files import written_whole

PLANS = "plans"
"""The folder's name below that of the results."""


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
    """

    study: Study
    cells: list[AskedCell]


def stored_plan(plan: Plan) -> StoredPlan:
    """What is kept of a plan."""
    several = len(plan.study.clusters) > 1
    cells = [
        AskedCell(
            p.key,
            p.cell.blackbox,
            f"{p.cell.variant.label}, {p.cell.cluster.name}" if several else p.cell.variant.label,
            p.cell.workers,
            p.cell.seed,
        )
        for p in plan.cells
    ]
    return StoredPlan(plan.study, cells)


def write_plan(plan: Plan, folder: Path) -> None:
    """Keep a whole plan in `folder`; that of an earlier run of the same study is replaced.

    Raises:
        OutputError: the folder can't be written.
    """
    path = folder / PLANS / f"{plan.study.name}.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as aside:
            aside.write_bytes(to_json(stored_plan(plan)))
    except OSError as error:
        raise OutputError(
            f"{folder}: can't be written ({error.strerror or error}); make room or choose another folder"
        ) from None


def plan_names(folder: Path) -> list[str]:
    """Names of the studies whose plans are in `folder`, sorted."""
    return sorted(path.stem for path in (folder / PLANS).glob("[!.]*.json"))


def read_plan(folder: Path, name: str) -> StoredPlan:
    """The plan of the study `name` in `folder`.

    Raises:
        OutputError: there is none, or it is damaged.
    """
    path = folder / PLANS / f"{name}.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=StoredPlan)
    except OSError as error:
        raise OutputError(f"{path}: can't be read ({error.strerror}); run the study again") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise OutputError(f"{path}: damaged ({error}); remove it and run the study again") from None
