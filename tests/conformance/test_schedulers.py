"""The schedulers of the catalog obey the laws, and what we ask of our own beside."""

from __future__ import annotations

from itertools import product

import pytest

from simdyhpo.catalog import SCHEDULERS, SchedulerFactory
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.streams import Streams
from simdyhpo.testing import LAWS, check_scheduler
from simdyhpo.testing.subject import Subject
from simdyhpo.testing.tables import noisy, short_curves

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
}
MODELS = {*QUICK_MODELS, "ifbo"}
"""`ifbo` needs weights, see tests/surrogates/test_prior_fitted.py; the rest is `freeze-thaw`'s."""
VARIANTS: dict[str, tuple[str, dict[str, object]]] = {
    **{name: (name, {}) for name in SCHEDULERS if name not in {"dyhpo", *MODELS}},
    **{name: (name, options) for name, options in QUICK_MODELS.items()},
    "dyhpo": ("dyhpo", {"searcher": "random"}),
    "hyperband-async-shared": ("hyperband-async", {"rungs": "shared"}),
    "hyperband-async-stopping": ("hyperband-async", {"form": "stopping"}),
    "hyperband-async-stopping-shared": ("hyperband-async", {"form": "stopping", "rungs": "shared"}),
    "hyperband-table": ("hyperband", {"sizes": "table", "overlap": False}),
    "pasha-fixed": ("pasha", {"epsilon": 0}),
    "sh-waiting": ("sh", {"overlap": False}),
}
every_scheduler = pytest.mark.parametrize("variant", VARIANTS)


def subject(variant):
    return Subject(SchedulerFactory(*VARIANTS[variant]), "conformance")


def law_of(variant, law):
    """The same runs as for `one-worker`, again: with a model they take a while."""
    again = variant in MODELS and law in {"milestones", "configurations"}
    return pytest.param(variant, law, marks=[pytest.mark.slow] if again else [])


@pytest.mark.parametrize(("variant", "law"), [law_of(*case) for case in product(VARIANTS, LAWS)])
def test_law(variant, law):
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
    started = ran.starts
    if (
        variant in MODELS
    ):  # what a model chose is its own; it looks at the order only before it knows anything
        decided = [ScheduleDecision(row[4]) for row in ran.rows]
        at_random = decided.count(ScheduleDecision.START_RANDOM)
        assert at_random >= QUICK_MODELS[variant].get("initial_random", 1)
        started = ran.starts[:at_random]
        assert ScheduleDecision.START_RANDOM not in decided[at_random:]
    else:
        assert len(started) > 5
    assert started == order[: len(started)]


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
