"""Estimates and the words in which progress is told."""

import numpy as np
import pandas as pd
import pytest

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.runs.front_door import Run
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.studies import estimate
from simdyhpo.studies.conductor import run_study
from simdyhpo.studies.estimate import _Probe, estimate_seconds
from simdyhpo.studies.files import load_study
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.pool import Pool
from simdyhpo.studies.progress import duration, time_left
from simdyhpo.studies.store import Store
from simdyhpo.tables.curves import CurveTable
from tests.making import falling
from tests.studies.conftest import TEXT


def test_durations():
    assert duration(0) == "0.0 seconds"
    assert duration(119) == "119.0 seconds"
    assert duration(300) == "5.0 minutes"
    assert duration(86_400 * 12.5) == "12.5 days"


class Watch:
    """A stopwatch that moves on whenever it is read: as a run reads it, each of its turns takes so long.

    Args:
        step: seconds between two readings.
        start_up: seconds by which it moves on at first, spread over some readings.
    """

    FIRST = range(4, 12)  # a model's library is loaded and used when there is something to fit

    def __init__(self, step, start_up=0.0):
        self.now, self.step, self.start_up = 0.0, step, start_up / len(self.FIRST)
        self.read = 0

    def __call__(self):
        self.now += self.step + self.start_up * (self.read in self.FIRST)
        self.read += 1
        return self.now


def turns(planned, plan):
    """In how many steps a cell is simulated."""
    factory = SchedulerFactory(planned.cell.variant.scheduler, planned.cell.variant.options)
    engine, count = Run(planned.spec, factory, plan.tables[planned.cell.blackbox]).engine, 1
    while engine.step():
        count += 1
    return count


def one_variant(tmp_path, budget, scheduler="one-epoch"):
    path = tmp_path / "one.toml"
    path.write_text(
        f'name = "one"\nblackboxes = ["mine"]\nseeds = 3\nbudget = {{ {budget} }}\n'
        f'[[variants]]\nscheduler = "{scheduler}"\n'
    )
    return path


@pytest.mark.parametrize("scheduler", ["one-epoch", "asha", "random"])
@pytest.mark.parametrize("step", [1e-6, 0.01, 0.1])
@pytest.mark.parametrize("start_up", [0.0, 6.0])
def test_without_results_a_beginning_is_carried_on(tmp_path, scheduler, step, start_up):
    falling(300, 9).save(tmp_path / "tables" / "mine.npz")
    file = one_variant(tmp_path, "max_epochs = 250", scheduler)
    plan, store = make_plan(load_study(file), tmp_path / "tables"), Store(tmp_path / "results")
    found = estimate_seconds(plan, store, Watch(step, start_up))
    assert set(found.seconds) == set(plan.keys)
    expected = step * turns(plan.cells[0], plan)
    assert max(found.seconds.values()) == pytest.approx(expected, rel=0.25)
    # Loading is no part of a cell: with it, each of these would take as long as all of them together.
    assert found.start_up == pytest.approx(start_up, abs=0.01)
    total = sum(found.seconds.values()) + start_up
    assert time_left(plan, found)[0].startswith(
        f"expected for what is missing: {duration(total)} on one core"
    )


def test_loading_counts_once_for_all_variants_of_a_scheduler(tmp_path):
    """So only the first of them is begun twice: where there are eight, that took most of the time."""
    falling(300, 9).save(tmp_path / "tables" / "mine.npz")
    file = one_variant(tmp_path, "max_epochs = 250", "asha")
    file.write_text(file.read_text() + "grid = { reduction_factor = [2, 3, 4, 5] }\n")
    plan, store = make_plan(load_study(file), tmp_path / "tables"), Store(tmp_path / "results")
    begun = []

    class Noting(_Probe):
        def __init__(self, planned, *rest):
            begun.append(planned.cell.variant.label)
            super().__init__(planned, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(estimate, "_Probe", Noting)
        found = estimate_seconds(plan, store, Watch(0.01, 6.0))
    assert found.start_up == pytest.approx(6.0, abs=0.01)
    assert sorted(begun) == sorted([begun[0], *(variant.label for variant in plan.study.variants)])


def test_a_budget_of_seconds_goes_further_on_a_fast_table(tmp_path):
    (tmp_path / "tables").mkdir()
    for name, pace in (("slow", 64.0), ("fast", 1.0), ("like", 1.1)):
        values = 1 / np.arange(1.0, 11.0) + np.linspace(0, 1, 400)[:, None]
        seconds = np.tile(pace * np.arange(1, 11), (400, 1))
        columns = pd.DataFrame({"x": np.linspace(0, 1, 400)})
        CurveTable.from_arrays(values, seconds, columns, mode="min", name=name).save(
            tmp_path / "tables" / f"{name}.npz"
        )
    file = one_variant(tmp_path, "max_seconds = 320")
    file.write_text(file.read_text().replace('["mine"]', '["slow", "fast", "like"]'))
    plan, store = make_plan(load_study(file), tmp_path / "tables"), Store(tmp_path / "results")
    seconds = estimate_seconds(plan, store, Watch(0.01)).seconds
    slow, fast, like = (seconds[planned.key] for planned in plan.cells[:3])
    assert fast > 30 * slow
    assert like == fast


def _kind(planned):
    """The two tables aren't of one size."""
    return planned.cell.variant.label, planned.cell.workers, planned.cell.blackbox


def test_with_results_it_is_their_mean(file, tables, tmp_path):
    plan, store = make_plan(load_study(file), tables), Store(tmp_path / "results")
    file.write_text(TEXT.replace("seeds = 2", "seeds = 1"))
    first = make_plan(load_study(file), tables)
    run_study(first, store, Pool("loky", 1))
    found = estimate_seconds(plan, store, Watch(1e9))
    assert set(found.seconds) == set(plan.keys) - set(first.keys)
    assert not found.start_up
    seconds = store.seconds(plan.keys)
    for planned in plan.cells:
        if planned.key in found.seconds:
            kind = _kind(planned)
            alike = [
                seconds[other.key]
                for other in plan.cells
                if other.key in seconds.index and _kind(other) == kind
            ]
            assert found.seconds[planned.key] == pytest.approx(sum(alike) / len(alike))
    assert time_left(plan, found)[0].startswith("expected for what is missing: ")


def test_a_run_of_next_to_no_time_is_run_again(tmp_path):
    """A single one of milliseconds was off by up to 34 times: an interruption is no part of it."""
    falling(12, 4).save(tmp_path / "tables" / "mine.npz")
    file = one_variant(tmp_path, "max_epochs = 20", "random")
    plan, store = make_plan(load_study(file), tmp_path / "tables"), Store(tmp_path / "results")
    watch = Watch(1e-4, 0.0)
    quiet = estimate_seconds(plan, store, watch).seconds[plan.keys[0]]
    jumps = Watch(1e-4, 0.0)
    jumps.FIRST, jumps.start_up = range(60, 61), 0.04  # within the first run to its end, not the beginning
    assert estimate_seconds(plan, store, jumps).seconds[plan.keys[0]] == pytest.approx(quiet)
    assert jumps.now > watch.now


def test_all_probes_together_have_an_end(tmp_path):
    """Whatever a decision costs, and however many kinds there are."""
    falling(300, 9).save(tmp_path / "tables" / "mine.npz")
    file = one_variant(tmp_path, "max_epochs = 250", "asha")
    file.write_text(file.read_text() + f"grid = {{ reduction_factor = {list(range(2, 18))} }}\n")
    plan, store = make_plan(load_study(file), tmp_path / "tables"), Store(tmp_path / "results")
    watch = Watch(1.0)
    estimate_seconds(plan, store, watch)
    assert watch.now < 130  # which counts twice: it moves on whenever it is read


def test_tables_of_nearly_one_size_are_alike():
    likeness = [
        estimate._likeness(falling(count, 4), Cluster(), Budget(max_epochs=9)) for count in (40, 60, 70)
    ]
    assert likeness[0] == likeness[1] != likeness[2]


def test_clusters_are_alike_unless_they_are_much_slower():
    """Where the budget is in seconds: what goes wrong takes part of the time only."""
    table, seconds = falling(40, 4), Budget(max_seconds=9)
    found = [estimate._likeness(table, Cluster(speeds=speeds), seconds) for speeds in ((), (1, 0.9), (0.1,))]
    assert found[0] == found[1] != found[2]
    assert estimate._likeness(table, Cluster(speeds=(0.1,)), Budget(max_epochs=9)) == found[0][:3]
