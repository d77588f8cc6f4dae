"""Small golden runs: one of every scheduler in the catalogue, and some that tell rules apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.errors import SimdyhpoError
from simdyhpo.golden import TOLERANCE, Check, compare_with
from simdyhpo.golden.text import read_golden
from simdyhpo.loaded_arithmetic import arithmetic
from simdyhpo.rebuilding.again import run_again
from simdyhpo.runs.front_door import simulate
from simdyhpo.runs.result import RunResult
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.tables.curves import CurveTable
from simdyhpo.traces.manifest import versions
from tests.golden.runs import control

LEARNING = {"dpl-learning", "dyhpo-learning", "hyper-tune"}
"""Runs whose models learn at the usual rate. Adam divides gradients by their size: while there are few
observations, and gradients are as small as their rounding, every step makes that rounding larger, and within
a dozen decisions another candidate wins. At a thousandth of the rate the same code, step for step, agrees
between kinds of processors to a millionth: so do the runs of the same names in the catalogue. `hyper-tune`
has no such setting."""


_SOURCE = {"probability_sh": 0.25, "safeguard": False}
"""DyHPO as Syne Tune documents it."""


def _but_for(scheduler: str, *beginnings: str) -> dict[str, Any]:
    """A catalogue run's options but for those whose names begin so."""
    options = SCHEDULERS[scheduler].golden["options"]
    return {name: value for name, value in options.items() if not name.startswith(beginnings)}


TOLERANCES = {"dpl": 1e-3}
"""Where `TOLERANCE` is too little: networks in single precision."""

FOLDER = Path(__file__).parent / "small"

_USUAL: Mapping[str, Any] = MappingProxyType({"table": "digits-mlp", "workers": 2, "max_decisions": 40})

RULES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "asha-ties": {"scheduler": "asha", "table": "uneven-min", "workers": 3},
        "asha-ties-max": {"scheduler": "asha", "table": "uneven-max", "workers": 3},
        "asha-linear": {
            "scheduler": "asha",
            "table": "uneven-max",
            "options": {"grace_period": 2, "rung_increment": 3},
        },
        "asha-rounded-levels": {"scheduler": "asha", "table": "long", "options": {"reduction_factor": 2.5}},
        "asha-fits": {"scheduler": "asha", "table": "fits", "workers": 2},
        "asha-seconds": {
            "scheduler": "asha",
            "table": "long",
            "workers": 2,
            "max_seconds": 70.29,
        },
        "asha-epochs": {"scheduler": "asha", "table": "uneven-min", "workers": 4, "max_epochs": 45},
        "asha-trials": {"scheduler": "asha", "table": "uneven-min", "workers": 3, "max_trials": 12},
        "asha-decisions": {"scheduler": "asha", "table": "long", "workers": 3, "max_decisions": 12},
        "asha-replacing": {
            "scheduler": "asha",
            "table": "uneven-max",
            "workers": 2,
            "sampling": "with-replacement",
            "max_epochs": 60,
        },
        "dpl-learning": {"scheduler": "dpl", **_USUAL, "options": _but_for("dpl", "learning_rate")},
        "dyhpo-learning": {
            "scheduler": "dyhpo",
            **_USUAL,
            "options": _but_for("dyhpo", "learning_rate", "safeguard") | _SOURCE,
        },
        "dyhpo-unguarded": {
            "scheduler": "dyhpo",
            **_USUAL,
            "options": _but_for("dyhpo", "safeguard") | _SOURCE,
        },
        "stopping": {"scheduler": "asha-stopping", "table": "uneven-min", "workers": 3},
        "stopping-max": {"scheduler": "asha-stopping", "table": "uneven-max", "workers": 2},
        "brackets": {
            "scheduler": "hyperband-async",
            "table": "long",
            "workers": 2,
            "options": {"rungs": "shared"},
            "max_epochs": 200,
        },
        "control-half": {
            "scheduler": "dyhpo",
            "table": "uneven-min",
            "workers": 3,
            "options": control(0.5),
            "max_epochs": 400,  # to the last configuration
        },
        "control-max": {
            "scheduler": "dyhpo",
            "table": "uneven-max",
            "options": control(0.75),
        },
        "control-never": {
            "scheduler": "dyhpo",
            "table": "uneven-min",
            "workers": 2,
            "options": control(0.0),
            "max_epochs": 60,
        },
        "control-few": {
            "scheduler": "dyhpo",
            "table": "few",
            "workers": 3,
            "options": control(0.5),
        },
        "ties-one-worker": {"scheduler": "asha", "table": "level", "max_epochs": 60},
        "zero-seconds": {"scheduler": "asha", "table": "instant", "workers": 4},
        "control-edge": {
            "scheduler": "dyhpo",
            "table": "uneven-min",
            "workers": 3,
            # The coin of one decision in "control-half", where the rule would promote.
            "options": control(0.45187210452527315),
        },
        "asha-top-level": {
            "scheduler": "asha",
            "table": "uneven-min",
            "workers": 2,
            "options": {"reduction_factor": 2.0},  # levels 1, 2, 4, 8 below 9
        },
        "surface": {"scheduler": "tests.golden.seen:Surface", "table": "uneven-min", "workers": 2},
        "surface-level": {"scheduler": "tests.golden.seen:Surface", "table": "level", "max_epochs": 60},
        "scored": {
            "scheduler": "tests.golden.seen:Scored",
            "table": "uneven-min",
            "workers": 3,
            "max_epochs": 90,
        },
        "scored-max": {
            "scheduler": "tests.golden.seen:Scored",
            "table": "uneven-max",
            "workers": 2,
            "max_epochs": 60,
        },
    }
)
"""Runs in which a changed rule shows, by name; tests/mutations/ changes the rules."""


@cache
def table(name: str) -> CurveTable:
    """One of the tables below, or one that is shipped."""
    return _TABLES[name]() if name in _TABLES else load_blackbox(name)


def _uneven(mode: str) -> CurveTable:
    """Few values, so ties; whole seconds, so events at one instant; curves that diverge or end early."""
    number, level = np.arange(30)[:, None], np.arange(1, 10)[None, :]
    values = (2 + (number * 7) % 5 + (number * level) % 3) / 10 + 1 / (1 + level // 3)
    values[4, 2:], values[11, 0], values[17, 0] = math.inf, math.nan, -math.inf
    seconds = (1 + number % 3) * level.astype(float)
    seconds[6] = np.maximum(level - 2, 0)  # its first two epochs take no time
    for row, end in ((3, 3), (9, 5), (21, 1)):
        seconds[row, end:] = math.nan
    signed = values if mode == "min" else -values
    same = {"x": [int(row) // 2 for row in range(30)]}  # pairs that a model can't tell apart
    return CurveTable.from_arrays(signed, seconds, same, mode=mode, name=f"uneven-{mode}")


def _long() -> CurveTable:
    number, level = np.arange(40)[:, None], np.arange(1, 31)[None, :]
    values = (number * 11 % 40) / 40 + 1 / level
    seconds = level * (1 + (number * 7 % 10) / 100)
    return CurveTable.from_arrays(values, seconds, {"x": list(range(40))}, mode="min", name="long")


def _few() -> CurveTable:
    """Fewer configurations than workers, so that some wait."""
    values = [[1 / level + row for level in range(1, 13)] for row in (0.5, 0.25, 0.75, 0.375)]
    seconds = [[float(level * rate) for level in range(1, 13)] for rate in (1, 2, 3, 4)]
    return CurveTable.from_arrays(values, seconds, {"x": [0, 1, 2, 3]}, mode="min", name="few")


def _level() -> CurveTable:
    """Values that are all the same, and such that a third and two thirds of them add up to less."""
    values = np.full((25, 11), 0.11)
    seconds = np.tile(np.arange(1.0, 12.0), (25, 1))
    return CurveTable.from_arrays(values, seconds, {"x": list(range(25))}, mode="min", name="level")


def _instant() -> CurveTable:
    """First epochs that take no time."""
    number, level = np.arange(30)[:, None], np.arange(1, 10)[None, :]
    values = (number * 11 % 30) / 30 + 1 / level
    seconds = np.maximum(level - 1, 0) * (1.0 + number % 3)
    return CurveTable.from_arrays(values, seconds, {"x": list(range(30))}, mode="min", name="instant")


def _fits() -> CurveTable:
    number, level = np.arange(20)[:, None], np.arange(1, 10)[None, :]
    values = (number * 7 % 20) / 20 + 1 / level
    seconds = level * (1.0 + number % 3)
    return CurveTable.from_arrays(
        values, seconds, {"x": list(range(20))}, mode="min", name="fits", time="per-fit"
    )


_TABLES: Mapping[str, Callable[[], CurveTable]] = MappingProxyType(
    {
        "uneven-min": lambda: _uneven("min"),
        "uneven-max": lambda: _uneven("max"),
        "long": _long,
        "fits": _fits,
        "few": _few,
        "level": _level,
        "instant": _instant,
    }
)


def names() -> list[str]:
    """Of all small golden runs."""
    return [*sorted(SCHEDULERS), *RULES]


def path(name: str) -> Path:
    return FOLDER / f"{name}.jsonl"


def settings_of(name: str) -> dict[str, Any]:
    """What a run is made with: its table, its scheduler, and what `simulate` takes."""
    known = {"scheduler": name, **_USUAL, **SCHEDULERS[name].golden} if name in SCHEDULERS else RULES[name]
    settings = dict(known)
    if not any(key.startswith("max_") for key in settings):
        settings["max_epochs"] = 110
    return settings


def make(name: str) -> RunResult:
    """Make one of the runs from its settings."""
    settings = settings_of(name)
    return simulate(table(settings.pop("table")), settings.pop("scheduler"), **settings)


def check(name: str) -> Check:
    """Make the run of a golden log again: exact where models round as they did, to a tolerance elsewhere."""
    tolerant = read_golden(path(name)).versions and not rounds_the_same(name)
    return check_within(name, TOLERANCES.get(name, TOLERANCE) if tolerant else 0.0)


def check_within(name: str, tolerance: float) -> Check:
    """Make the run of a golden log again and compare."""
    log = read_golden(path(name))
    again = table(log.spec.blackbox["name"])
    return compare_with(path(name), run_again(log.spec, again), again, tolerance=tolerance)


def rounds_the_same(name: str) -> bool:
    """Whether library versions and arithmetic are those that recorded a golden log with scores."""
    log = read_golden(path(name))
    ours = {"simdyhpo": ""}  # what our own version changed is what is looked for
    now = versions(log.spec.scheduler) | {"arithmetic": arithmetic()}
    return log.versions.get("arithmetic") == "portable" and {**log.versions, **ours} == {**now, **ours}


def missing_extra(name: str) -> str | None:
    """Why a scheduler of the catalogue can't be used here: a library that only an extra brings."""
    try:
        simulate(table("uneven-min"), name, max_decisions=1)
    except SimdyhpoError as error:
        if "install" in str(error) or "can't be loaded" in str(error):
            return str(error)
    return None
