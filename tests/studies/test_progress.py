"""Estimates and the words in which progress is told."""

import pytest

from simdyhpo.studies.estimate import estimate_seconds
from simdyhpo.studies.files import load_study
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.pool import Pool
from simdyhpo.studies.progress import duration, time_left
from simdyhpo.studies.run import run_study
from simdyhpo.studies.store import Store
from tests.studies.conftest import TEXT


def test_durations():
    assert duration(0) == "0.0 seconds"
    assert duration(119) == "119.0 seconds"
    assert duration(300) == "5.0 minutes"
    assert duration(86_400 * 12.5) == "12.5 days"


class Watch:
    """A stopwatch that moves on a little whenever it is read."""

    def __init__(self, step):
        self.now, self.step = 0.0, step

    def __call__(self):
        self.now += self.step
        return self.now


def test_without_results_a_first_second_is_extrapolated(file, tables, tmp_path):
    plan, store = make_plan(load_study(file), tables), Store(tmp_path / "results")
    found = estimate_seconds(plan, store, Watch(0.3))
    assert set(found) == set(plan.keys)
    # A look after each event, and a second is over after four looks: far less than 30 epochs.
    assert all(3 < seconds < 300 for seconds in found.values())
    quick = estimate_seconds(plan, store, Watch(1e-6))
    assert all(0 < seconds < 0.01 for seconds in quick.values())


def test_with_results_it_is_their_mean(file, tables, tmp_path):
    plan, store = make_plan(load_study(file), tables), Store(tmp_path / "results")
    file.write_text(TEXT.replace("seeds = 2", "seeds = 1"))
    first = make_plan(load_study(file), tables)
    run_study(first, store, Pool("loky", 1))
    found = estimate_seconds(plan, store, Watch(1e9))
    assert set(found) == set(plan.keys) - set(first.keys)
    seconds = store.seconds(plan.keys)
    for planned in plan.cells:
        if planned.key in found:
            kind = (planned.cell.variant.label, planned.cell.workers)
            alike = [
                seconds[other.key]
                for other in plan.cells
                if other.key in seconds.index and (other.cell.variant.label, other.cell.workers) == kind
            ]
            assert found[planned.key] == pytest.approx(sum(alike) / len(alike))
    assert time_left(plan, found)[0].startswith("expected for what is missing: ")
