"""From finished cells to what the board keeps of them."""

from __future__ import annotations

import msgspec

from simdyhpo.board.marks import cell_marks, span
from simdyhpo.board.results import Kept
from simdyhpo.studies.damage import DamagedCell
from simdyhpo.studies.plan import Plan, PlannedCell
from simdyhpo.studies.store import Store


class Gathered(msgspec.Struct, frozen=True):
    """What a store has of a plan.

    Attributes:
        kept: of each finished cell.
        damaged: what is wrong with others.
    """

    kept: list[Kept]
    damaged: list[DamagedCell]


def gathered(plan: Plan, store: Store) -> Gathered:
    """Read what is finished of a plan; what is damaged is left out.

    Raises:
        OutputError: the folder can't be read.
    """
    finished = store.finished()
    there = [planned for planned in plan.cells if planned.key in finished]
    places = {key: place for place, key in enumerate(store.in_order(dict.fromkeys(one.key for one in there)))}
    kept, damaged = [], []
    for planned in sorted(there, key=lambda one: places[one.key]):
        try:
            kept.append(_kept(planned, store))
        except DamagedCell as one:
            damaged.append(one)
    return Gathered(kept, damaged)


def _kept(planned: PlannedCell, store: Store) -> Kept:
    reports = store.table(planned.key, "reports", ("time_ns", "value"))
    time_ns, values = (reports[name].to_numpy() for name in ("time_ns", "value"))
    cell = planned.cell
    return Kept(
        cell=planned.key,
        method=cell.variant.label,
        scheduler=cell.variant.scheduler,
        blackbox=cell.blackbox,
        workers=cell.workers,
        seed=cell.seed,
        behaviour=planned.spec.behaviour,  # it is part of the key
        span=span(planned.spec),
        marks=cell_marks(time_ns, values, planned.spec),
    )
