"""Running a study: what is done is not done again, and one cell's trouble is no matter of the others."""

import pytest

from simdyhpo.errors import OutputError, TableError, UnknownNameError
from simdyhpo.processes import Ended
from simdyhpo.studies.conductor import run_study
from simdyhpo.studies.files import load_study
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.pool import Pool
from simdyhpo.studies.store import Store
from tests.making import falling
from tests.studies.conftest import CELLS, TEXT, stored

pytestmark = pytest.mark.once

ONE = Pool("loky", 1)


def plan_of(file, tables, change=("", "")):
    file.write_text(TEXT.replace(*change))
    return make_plan(load_study(file), tables)


def with_scheduler(text, options=""):
    return TEXT + f'\n[[variants]]\nlabel = "user"\nscheduler = "{text}"\n{options}\n'


def test_all_is_run_once(file, tables, tmp_path):
    store, plan = Store(tmp_path / "results"), plan_of(file, tables)
    first = plan_of(file, tables, ("seeds = 2", "seeds = 1"))
    assert len(run_study(first, store, ONE).made) == CELLS // 2
    before = stored(store.folder)
    made = run_study(plan, store, ONE).made
    assert sorted(made) == sorted(set(plan.keys) - set(first.keys))
    assert before.items() <= stored(store.folder).items()
    assert run_study(plan, store, ONE) == type(run_study(plan, store, ONE))(CELLS, [], {})
    assert sorted(path.name for path in store.folder.iterdir()) == [
        "cells", "failures", "tables"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "new"),
    [
        (("[2, 4]", "[2, 5]"), CELLS // 3),
        (("max_epochs = 30", "max_epochs = 31"), CELLS),
        (('label = "asha"', 'label = "mine"'), 0),
        (("workers = [1, 2]", "workers = [2, 1, 3]"), CELLS // 2),
        (("seeds = 2", 'seeds = 2\nsampling = "with-replacement"'), CELLS),
        (
            (
                'label = "asha"\nscheduler = "asha"',
                'scheduler = "asha"\noptions = { reduction_factor = 2.0 }',
            ),
            0,
        ),
    ],
)
def test_a_change_runs_only_what_changed(file, tables, tmp_path, change, new):
    store = Store(tmp_path / "results")
    run_study(plan_of(file, tables), store, ONE)
    before = stored(store.folder)
    assert change[0] in TEXT
    assert len(run_study(plan_of(file, tables, change), store, ONE).made) == new
    assert before.items() <= stored(store.folder).items()


def test_a_table_that_changed_is_another_question(file, tables, tmp_path):
    store = Store(tmp_path / "results")
    run_study(plan_of(file, tables), store, ONE)
    falling(41, 9).save(tmp_path / "other" / "mine.npz")
    assert len(run_study(plan_of(file, tmp_path / "other"), store, ONE).made) == CELLS // 2


def test_a_users_scheduler_that_was_edited_is_another_question(file, tables, tmp_path, monkeypatch):
    from simdyhpo.studies import keys

    (tmp_path / "my_scheduler.py").write_text("from simdyhpo.schedulers.asha import PromotionASHA as Mine\n")
    monkeypatch.syspath_prepend(tmp_path)
    file.write_text(with_scheduler("my_scheduler:Mine"))
    before = make_plan(load_study(file), tables)
    keys._source_digest.cache_clear()
    with (tmp_path / "my_scheduler.py").open("a") as module:
        module.write("# edited\n")
    after = make_plan(load_study(file), tables)
    changed = [a.cell.variant.label for a, b in zip(before.cells, after.cells, strict=True) if a.key != b.key]
    assert changed == ["user"] * (CELLS // 3)


def test_tables_that_are_wrong(file, tables, tmp_path):
    with pytest.raises(UnknownNameError, match="did you mean 'digits-mlp'"):
        plan_of(file, tables, ("digits-mlp", "digits-mpl"))
    (tables / "mine.npz").write_bytes(b"PK")
    with pytest.raises(TableError, match=r"mine\.npz"):
        plan_of(file, tables)


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_is_counted_and_the_others_go_on(file, tables, tmp_path, jobs):
    file.write_text(with_scheduler("tests.studies.schedulers:Raising"))
    store, plan = Store(tmp_path / "results"), make_plan(load_study(file), tables)
    summary = run_study(plan, store, Pool("loky", jobs))
    failed = {planned.key for planned in plan.cells if planned.cell.variant.label == "user"}
    assert set(summary.failures) == failed == store.failed()
    assert set(summary.failures.values()) == {"ZeroDivisionError: a bug in a scheduler"}
    assert len(summary.made) == CELLS
    text = (store.folder / "failures" / f"{min(failed)}.txt").read_text()
    assert "in ask" in text  # the traceback, for who has to mend it


def test_a_process_that_dies_once_costs_nothing(file, tables, tmp_path):
    flag = tmp_path / "flag"
    file.write_text(with_scheduler("tests.studies.schedulers:Dying", f'options = {{ flag = "{flag}" }}'))
    store, plan = Store(tmp_path / "results"), make_plan(load_study(file), tables)
    summary = run_study(plan, store, Pool("loky", 2))
    assert flag.exists()
    assert (sorted(summary.made), summary.failures) == (sorted(plan.keys), {})


def test_a_cell_that_kills_every_process_is_given_up(file, tables, tmp_path):
    text = with_scheduler("tests.studies.schedulers:Dying", 'options = { flag = "" }')
    file.write_text(text.replace("seeds = 2", "seeds = 1").replace("workers = [1, 2]", "workers = [1]"))
    store, plan = Store(tmp_path / "results"), make_plan(load_study(file), tables)
    summary = run_study(plan, store, Pool("loky", 2))
    failed = {planned.key for planned in plan.cells if planned.cell.variant.label == "user"}
    assert set(summary.failures) == failed
    assert "died 2 times, perhaps for lack of memory" in min(summary.failures.values())
    assert sorted(summary.made) == sorted(set(plan.keys) - failed)


def test_a_folder_that_cannot_be_written_stops_it(file, tables, tmp_path):
    (tmp_path / "results").write_text("")
    with pytest.raises(OutputError, match="choose another"):
        run_study(plan_of(file, tables), Store(tmp_path / "results"), ONE)


class Garbling(Pool):
    """Does the work, and loses the message that it was done, as a cluster whose machine went away may."""

    def work_through(self, work, tasks, along):
        for ended in super().work_through(work, tasks, along):
            yield Ended(task=ended.task, error=TypeError("cannot unpack non-iterable Outcome object"))


def test_what_was_kept_counts_though_the_message_was_garbled(file, tables, tmp_path):
    store, plan = Store(tmp_path / "results"), plan_of(file, tables)
    summary = run_study(plan, store, Garbling("loky", 1))
    assert (len(summary.made), summary.failures) == (CELLS, {})
