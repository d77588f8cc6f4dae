"""The schedulers of the catalog obey the laws, and what we ask of our own beside."""

from __future__ import annotations

import os

import pytest

from simdyhpo.catalog import SCHEDULERS, SchedulerFactory
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.streams import Streams
from simdyhpo.testing import LAWS, check_scheduler
from simdyhpo.testing.subject import STARTS, Subject
from simdyhpo.testing.tables import noisy, short_curves
from tests.outside.needing import needing
from tests.quick_models import QUICK_MODELS, QUICK_OPTIONS

OPTIONS: dict[str, dict[str, object]] = {
    **QUICK_OPTIONS,
    "optuna-hyperband": {"sampler": "random"},
    "optuna-sh": {"sampler": "random"},
    "smac-hyperband": {"challengers": 10, "local_searches": 1},
}
VARIANTS: dict[str, tuple[str, dict[str, object]]] = {
    **{name: (name, OPTIONS.get(name, {})) for name in SCHEDULERS},
    "hyperband-async-shared": ("hyperband-async", {"rungs": "shared"}),
    "hyperband-async-stopping": ("hyperband-async", {"form": "stopping"}),
    "hyperband-async-stopping-shared": ("hyperband-async", {"form": "stopping", "rungs": "shared"}),
    "hyperband-table": ("hyperband", {"sizes": "table", "overlap": False}),
    "pasha-fixed": ("pasha", {"epsilon": 0}),
    "sh-waiting": ("sh", {"overlap": False}),
}
every_scheduler = pytest.mark.parametrize("variant", needing(VARIANTS, lambda name: VARIANTS[name][0]))

_LONG = {
    "milestones": "the runs of law one-worker, which take long",
    "configurations": "the runs of law one-worker, which take long",
    "workers": "runs to exhaustion with 1,000 workers, minutes with a model",
    "cost": "counting the steps of a model that is trained takes minutes",
}
TAKE_LONG = {
    "dehb-package": {"cost": "counting DEHB's steps takes a minute"},
    **dict.fromkeys([*QUICK_MODELS, "smac-hyperband"], _LONG),
}
"""Laws that hold, and aren't checked each time; `make laws` checks them, too."""
NOT_HELD_TO = {
    "optuna-hyperband": {"cost": "Optuna looks at every trial when one reaches a rung"},
    "optuna-sh": {"cost": "Optuna looks at every trial when one reaches a rung"},
    "smac-hyperband": {"cost": "SMAC looks at every trial for each suggestion; counting that takes hours"},
}
"""Laws that others' packages don't obey, or aren't seen to, and why we can't help it."""
EVERY_LAW = bool(os.environ.get("SIMDYHPO_EVERY_LAW"))
CHOOSE = {"bohb", "dehb", *QUICK_MODELS}
"""Whose models soon choose what starts."""
START_MODEL = ScheduleDecision.START_MODEL


def subject(variant):
    return Subject(SchedulerFactory(*VARIANTS[variant]), "conformance")


@every_scheduler
@pytest.mark.parametrize("law", LAWS)
def test_law(variant, law):
    if law in NOT_HELD_TO.get(variant, {}):
        pytest.skip(NOT_HELD_TO[variant][law])
    if law in TAKE_LONG.get(variant, {}) and not EVERY_LAW:
        pytest.skip(f"{TAKE_LONG[variant][law]}; `make laws` does it")
    check_scheduler(*VARIANTS[variant], [law])


@every_scheduler
def test_other_seeds_give_other_runs(variant):
    first, other = (subject(variant).run(noisy(), workers=3, seed=s, max_epochs=150) for s in (1, 2))
    assert first.starts != other.starts


@every_scheduler
@pytest.mark.parametrize("sampling", ["without-replacement", "with-replacement"])
def test_starts_are_paired(variant, sampling):
    """The k-th start is the k-th of the order from the stream `candidates`, unless a model chose it."""
    of, seed = noisy(), 5
    generator = Streams(seed).generator("candidates")
    if sampling == "without-replacement":
        order = generator.permutation(len(of)).tolist()
    else:
        order = generator.integers(len(of), size=4096).tolist()
    ran = subject(variant).run(of, workers=2, seed=seed, sampling=sampling, max_epochs=150)
    kinds = [row[4] for row in ran.rows if row[4] in STARTS]
    by_model = kinds.index(START_MODEL) if START_MODEL in kinds else len(kinds)
    assert by_model > (0 if variant in CHOOSE else 5) or variant in {"dehb-package", "smac-hyperband"}
    assert ran.starts[:by_model] == order[:by_model]


@every_scheduler
def test_the_summary_counts_every_decision(variant):
    heard = []

    def listen(scheduler, problem):
        heard.append(scheduler)
        return scheduler

    ran = subject(variant).run(noisy(), workers=3, max_epochs=150, wrap=listen)
    assert sum(heard[0].summary().values()) == len(ran.rows)


@every_scheduler
@pytest.mark.parametrize("sampling", ["without-replacement", "with-replacement"])
def test_short_curves(variant, sampling):
    """Curves end anywhere, at rungs and between them."""
    ran = subject(variant).run(short_curves(), workers=3, sampling=sampling, max_epochs=200)
    assert len(ran.rows) >= 30
    decided = {ScheduleDecision(row[4]) for row in ran.rows}
    assert ScheduleDecision.RETRY not in decided
