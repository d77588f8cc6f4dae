"""How a study stands, in lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from simdyhpo.studies.damage import REMEDY, DamagedCell
from simdyhpo.studies.estimate import Estimate
from simdyhpo.studies.places import DAMAGED
from simdyhpo.studies.plan import Plan
from simdyhpo.studies.spec import IDEAL
from simdyhpo.studies.store import Store


def overview(plan: Plan, store: Store) -> list[str]:
    """What the study asks for and how much of it is done, a line for each variant."""
    study, finished, failed = plan.study, store.finished(), store.failed()
    seeds = f"seed{'s' * (len(study.seed_numbers) > 1)} {study.seed_words}"
    limits = {
        name.removeprefix("max_"): getattr(study.budget, name) for name in study.budget.__struct_fields__
    }
    budget = ", ".join(f"{limit:,} {name}" for name, limit in limits.items() if limit is not None)
    lines = [
        f"{study.name}: {study.question}" if study.question else study.name,
        f"blackboxes: {', '.join(study.blackboxes)}",
        f"workers: {', '.join(map(str, study.workers))}; {seeds}; budget of each cell: {budget}",
        f"results: {store.folder}",
        "",
    ]
    if any(cluster.name != IDEAL.name for cluster in study.clusters):
        lines.insert(-2, f"clusters: {', '.join(cluster.name for cluster in study.clusters)}")
    labels = [variant.label for variant in study.variants]
    width = max(map(len, [*labels, "all"]))
    for label in labels:
        keys = [planned.key for planned in plan.cells if planned.cell.variant.label == label]
        lines.append(f"{label.ljust(width)}  {_counts(keys, finished, failed)}")
    lines.append(f"{'all'.ljust(width)}  {_counts(list(dict.fromkeys(plan.keys)), finished, failed)}")
    return lines


def failures(plan: Plan, store: Store) -> list[str]:
    """Where to read why cells failed."""
    failed = sorted(store.failed() & set(plan.keys))
    if not failed:
        return []
    return ["", "why cells failed:", *(f"  {store.folder / 'failures' / f'{key}.txt'}" for key in failed)]


def set_aside(store: Store) -> list[str]:
    """How many damaged cells lie aside."""
    count = len(store.set_aside())
    return ["", f"damaged cells set aside: {count:,}, in {store.folder / DAMAGED}"] if count else []


def damages(damaged: Sequence[DamagedCell]) -> list[str]:
    """What was found when all parts were checked."""
    if not damaged:
        return ["", "checked: every result is as it was written"]
    return ["", "damaged:", *(f"  {one.path}: {one.problem}" for one in damaged), REMEDY]


def time_left(plan: Plan, expected: Estimate) -> list[str]:
    """How long the missing cells would take.

    Args:
        plan: the study's.
        expected: of each missing cell, and of each process.
    """
    total, start_up = sum(expected.seconds.values()), expected.start_up
    one, two = (duration(total / cores + start_up) for cores in (1, 2))
    lines = [f"expected for what is missing: {one} on one core, {two} on two"]
    if plan.study.minutes is not None:
        lines.append(f"the whole study, as its author says: {plan.study.minutes:g} minutes on 2 cores")
    return lines


def duration(seconds: float) -> str:
    """A length of time in the largest unit of which there are at least two, or in seconds."""
    for name, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.1f} {name}"
    return f"{seconds:.1f} seconds"


def _counts(keys: list[str], finished: set[str], failed: set[str]) -> str:
    done = sum(key in finished for key in keys)
    bad = sum(key in failed for key in keys)
    return f"{done:,} of {len(keys):,} cells done" + (f", {bad:,} failed" if bad else "")
