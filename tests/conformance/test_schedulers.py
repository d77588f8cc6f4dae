"""The schedulers of the catalog obey the laws, and what we ask of our own beside."""

from __future__ import annotations

import pytest

from simdyhpo.catalog import SCHEDULERS, SchedulerFactory
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.streams import Streams
from simdyhpo.testing import LAWS, check_scheduler
from simdyhpo.testing.subject import STARTS, Subject
from simdyhpo.testing.tables import noisy, short_curves

VARIANTS: dict[str, tuple[str, dict[str, object]]] = {
    **{name: (name, {}) for name in SCHEDULERS if name not in ("dyhpo", "mobster")},
    "dyhpo": ("dyhpo", {"searcher": "random"}),
    "hyperband-async-shared": ("hyperband-async", {"rungs": "shared"}),
    "hyperband-async-stopping": ("hyperband-async", {"form": "stopping"}),
    "hyperband-async-stopping-shared": ("hyperband-async", {"form": "stopping", "rungs": "shared"}),
    "hyperband-table": ("hyperband", {"sizes": "table", "overlap": False}),
    "mobster": ("mobster", {"initial_random": 32, "candidates": 2, "training_rows": 4, "steps": 1}),
    "pasha-fixed": ("pasha", {"epsilon": 0}),
    "sh-waiting": ("sh", {"overlap": False}),
}
MODEL_BASED = {"bohb", "dehb", "mobster"}
SOME_LAWS = ("exhaustion", "wall-time", "random-starts")
"""Of a Gaussian process, which takes minutes for all; the rungs below it are ASHA's."""
every_scheduler = pytest.mark.parametrize("variant", VARIANTS)


def subject(variant):
    return Subject(SchedulerFactory(*VARIANTS[variant]), "conformance")


@pytest.mark.parametrize(
    ("variant", "law"), [(v, law) for v in VARIANTS for law in (SOME_LAWS if v == "mobster" else LAWS)]
)
def test_law(variant, law):
    check_scheduler(*VARIANTS[variant], [law])


@every_scheduler
def test_other_seeds_give_other_runs(variant):
    first, other = (subject(variant).run(noisy(), workers=3, seed=s, max_epochs=150) for s in (1, 2))
    assert first.starts != other.starts


@every_scheduler
@pytest.mark.parametrize("sampling", ["without-replacement", "with-replacement"])
def test_starts_are_paired(variant, sampling):
    """The k-th start is the k-th of the order from the stream `candidates`, whatever its kind is called.

    Who has a model starts at random before it has one, and then the next ones of the order at times.
    """
    of, seed = noisy(), 5
    generator = Streams(seed).generator("candidates")
    if sampling == "without-replacement":
        order = generator.permutation(len(of)).tolist()
    else:
        order = generator.integers(len(of), size=4096).tolist()
    ran = subject(variant).run(of, workers=2, seed=seed, sampling=sampling, max_epochs=150)
    started = ran.starts
    assert len(started) > 5
    if variant in MODEL_BASED:
        chosen = [row[4] for row in ran.rows if row[4] in STARTS]
        started = started[: chosen.index(ScheduleDecision.START_MODEL)]
        assert len(started) > 3
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
