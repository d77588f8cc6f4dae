"""How a study stands, in lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from simdyhpo.studies.damage import REMEDY, DamagedCell
from simdyhpo.studies.estimate import Estimate
from simdyhpo.studies.places import DAMAGED
from simdyhpo.studies.plan import Plan
from simdyhpo.studies.spec import IDEAL
from simdyhpo.studies.store import Store

_ALL = ""
"""No variant's label."""


def overview(plan: Plan, store: Store) -> list[str]:
    """What the study asks for and how much of it is done, a line for each variant."""
    study = plan.study
    seeds = f"seed{'s' * (len(study.seed_numbers) > 1)} {study.seed_words}"
    limits = {name.removeprefix("max_"): limit for name, limit in study.budget.limits.items()}
    budget = ", ".join(f"{limit:,} {name}" for name, limit in limits.items())
    lines = [
        f"{study.name}: {study.question}" if study.question else study.name,
        f"blackboxes: {', '.join(study.blackboxes)}",
        f"workers: {', '.join(map(str, study.workers))}; {seeds}; budget of each cell: {budget}",
        f"results: {store.folder}",
        "",
    ]
    if any(cluster.name != IDEAL.name for cluster in study.clusters):
        lines.insert(-2, f"clusters: {', '.join(cluster.name for cluster in study.clusters)}")
    counts = _counts(plan, store)
    width = max(map(len, [*counts, "all"]))
    for label, (cells, done, bad) in counts.items():
        failed = f", {bad:,} failed" if bad else ""
        lines.append(f"{(label or 'all').ljust(width)}  {done:,} of {cells:,} cells done{failed}")
    return lines


def asked(plan: Plan) -> dict[str, object]:
    """What the study asks for, for programs."""
    study = plan.study
    return {
        "question": study.question,
        "blackboxes": list(study.blackboxes),
        "workers": list(study.workers),
        "seeds": list(study.seed_numbers),
        "clusters": [cluster.name for cluster in study.clusters],
        "budget": study.budget.limits,
        "minutes_by_author": study.minutes,
    }


def standing(plan: Plan, store: Store) -> dict[str, object]:
    """The same for programs: cells, done and failed of each variant and of all together."""
    counts = {
        label: dict(zip(("cells", "done", "failed"), numbers, strict=True))
        for label, numbers in _counts(plan, store).items()
    }
    whole = counts.pop(_ALL)
    return {"study": plan.study.name, "results": str(store.folder), **whole, "variants": counts}


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


def time_left(plan: Plan, expected: Estimate | None) -> list[str]:
    """How long the missing cells would take.

    Args:
        plan: the study's.
        expected: of each missing cell, and of each process; None where it isn't known.
    """
    lines = ["expected for what is missing: not known"]
    if expected is not None:
        one, two = map(duration, expected.on_cores().values())
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


def _counts(plan: Plan, store: Store) -> dict[str, tuple[int, int, int]]:
    """How many cells there are, are done, and failed: by label, and of `_ALL`, where none counts twice."""
    finished, failed = store.finished(), store.failed()
    keys = {
        variant.label: [one.key for one in plan.cells if one.cell.variant.label == variant.label]
        for variant in plan.study.variants
    }
    keys[_ALL] = list(dict.fromkeys(plan.keys))
    return {
        label: (len(mine), sum(key in finished for key in mine), sum(key in failed for key in mine))
        for label, mine in keys.items()
    }
