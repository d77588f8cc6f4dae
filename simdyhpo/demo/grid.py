"""What the demo runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simdyhpo.simulation.budget import Budget
from simdyhpo.studies.spec import Study, Variant


def label_of(scheduler: str, options: Mapping[str, Any]) -> str:
    """A scheduler's name in folders, tables and figures; unguarded, DyHPO's says `probability_sh`."""
    probability = options.get("probability_sh")
    return scheduler if probability is None or options.get("safeguard") else f"{scheduler}-p{probability:g}"


def variant(scheduler: str, **options: float | str) -> Variant:
    """A variant under its usual label."""
    return Variant(label_of(scheduler, options), scheduler, options)


VARIANTS = (
    variant("dyhpo"),
    variant("dyhpo", probability_sh=0.25, safeguard=False),
    variant("asha"),
    variant("asha-stopping"),
    variant("random"),
)
FULL = Study(
    name="demo",
    blackboxes=("lcbench-fashion-mnist", "lcbench-covertype"),
    variants=VARIANTS,
    workers=(1, 4),
    seeds=5,
    budget=Budget(max_epochs=300),
)
SMALL = Study(
    name="demo-small",
    blackboxes=("digits-mlp",),
    variants=VARIANTS,
    workers=(1, 4),
    seeds=1,
    budget=Budget(max_epochs=60),
)
