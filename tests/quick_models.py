"""Settings with which schedulers that train models are quick, and with models so small as to be poor."""

from __future__ import annotations

QUICK_MODELS: dict[str, dict[str, object]] = {
    "dpl": {
        "members": 2,
        "units": 4,
        "scratch_steps": 2,
        "refine_steps": 1,
        "restart_steps": 2,
        "candidates": 10,
    },
    "freeze-thaw": {
        "steps": 1,
        "training_rows": 8,
        "refit": "growth",
        "refit_growth": 9,
        "candidates": 5,
        "initial_random": 3,
    },
    "mobster": {"steps": 1, "training_rows": 8, "candidates": 5, "initial_random": 3},
}
QUICK_OPTIONS: dict[str, dict[str, object]] = {**QUICK_MODELS, "dyhpo": {"searcher": "random"}}
