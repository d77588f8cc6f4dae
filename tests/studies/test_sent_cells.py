"""Workers that see another machine's files: what they send back is what they would have kept."""

import functools
import pickle
import tempfile

import msgspec
import pytest

from simdyhpo.errors import OutputError
from simdyhpo.processes import Ended
from simdyhpo.studies.checksums import SUMS
from simdyhpo.studies.conductor import run_study
from simdyhpo.studies.files import load_study
from simdyhpo.studies.parts import PARTS, part_file
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.pool import Pool
from simdyhpo.studies.sending import send_back
from simdyhpo.studies.store import Store
from simdyhpo.studies.tables import sent_table, share_table
from simdyhpo.studies.tasks import Task
from simdyhpo.studies.under_way import is_seen, write_asked
from tests.making import falling
from tests.studies.conftest import CELLS, TEXT, stored

pytestmark = pytest.mark.once

SAYS = "they send their results back"


class Elsewhere(Pool):
    """The work of a cluster, in this process, whose machines see no folder of ours, or some of them."""

    far: int = 1

    @property
    def elsewhere(self):
        return True

    def work_through(self, work, tasks, along):
        there = msgspec.structs.replace(
            work.keywords["place"], marks=work.keywords["place"].marks / "nowhere"
        )
        count = 0
        while tasks:
            task = tasks.popleft()
            count += 1
            place = work.keywords["place"] if count % self.far else there
            file = along(task)
            content = () if file is None else (file.read_bytes(),)
            sent = pickle.loads(pickle.dumps((functools.partial(work.func, place=place), task, *content)))
            yield self.ended(task, pickle.loads(pickle.dumps(sent[0](*sent[1:]))))

    def ended(self, task, outcome):
        return Ended(task=task, result=outcome)


class Garbling(Elsewhere):
    """Lets a bit of each decision log flip on its way."""

    def ended(self, task, outcome):
        if outcome.files:
            log = bytearray(outcome.files["decisions.parquet"])
            log[50] ^= 1
            files = {**outcome.files, "decisions.parquet": bytes(log)}
            outcome = msgspec.structs.replace(outcome, files=files)
        return Ended(task=task, result=outcome)


class Deadly(Elsewhere):
    """Whoever works on seed 1 dies."""

    def ended(self, task, outcome):
        if outcome.unseen is None and task.spec.seed == 1:
            return Ended(task=task, error=MemoryError(), died=True)
        return Ended(task=task, result=outcome)


class Forgetful(Elsewhere):
    """As if its processes were on this machine."""

    @property
    def elsewhere(self):
        return False


def plan_of(file, tables, text=TEXT):
    file.write_text(text)
    return make_plan(load_study(file), tables)


def task_of(planned, plan, folder):
    table = share_table(plan.tables[planned.cell.blackbox], folder)
    return Task(key=planned.key, spec=planned.spec, options=planned.cell.variant.options, table=table)


def run(plan, store, pool, **settings):
    with pytest.warns(UserWarning, match=SAYS) as said:
        summary = run_study(plan, store, pool, **settings)
    assert len(said) == 1
    return summary


@pytest.mark.parametrize("far", [1, 3])
def test_what_comes_back_is_what_would_have_been_kept(file, tables, tmp_path, far):
    plan, store, alone = plan_of(file, tables), Store(tmp_path / "results"), Store(tmp_path / "alone")
    run_study(plan, alone, Pool("loky", 1))
    summary = run(plan, store, Elsewhere(far=far))
    assert (len(summary.made), summary.failures, summary.lost) == (CELLS, {}, [])
    assert stored(store.folder) == stored(alone.folder)
    assert store.damage(plan.keys) == []
    for key in plan.keys:
        kept, wanted = (set(one.path(key).parent.iterdir()) for one in (store, alone))
        assert (
            {path.name for path in kept} == {path.name for path in wanted} == {*map(part_file, PARTS), SUMS}
        )
    left = {path.name for path in store.folder.iterdir()}
    assert left == {path.name for path in alone.folder.iterdir()}


def test_a_folder_of_that_name_is_not_enough(tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    asked = write_asked(tmp_path / "here", ["a", "b"])
    assert not is_seen(tmp_path / "there", asked)
    assert write_asked(tmp_path / "there", ["a"]) != asked
    assert not is_seen(tmp_path / "there", asked)
    assert is_seen(tmp_path / "here", asked)


def test_a_failure_there_is_told_here(file, tables, tmp_path):
    text = TEXT + '\n[[variants]]\nlabel = "user"\nscheduler = "tests.studies.schedulers:Raising"\n'
    plan, store = plan_of(file, tables, text), Store(tmp_path / "results")
    summary = run(plan, store, Elsewhere())
    assert set(summary.failures) == store.failed()
    assert set(summary.failures.values()) == {"ZeroDivisionError: a bug in a scheduler"}
    assert (len(summary.made), len(summary.failures)) == (CELLS, CELLS // 3)
    story = (store.folder / "failures" / f"{min(store.failed())}.txt").read_text()
    assert story.startswith("ZeroDivisionError: a bug in a scheduler\n")
    assert "in ask" in story


def test_what_is_damaged_on_its_way_is_not_kept(file, tables, tmp_path):
    plan, store = plan_of(file, tables), Store(tmp_path / "results")
    summary = run(plan, store, Garbling())
    (reason,) = set(summary.failures.values())
    assert reason.startswith("damaged on its way from a worker: decisions.parquet damaged or altered")
    assert (len(summary.failures), store.finished()) == (CELLS, set())
    assert len(run(plan, store, Elsewhere()).made) == CELLS


def test_a_cell_during_which_workers_elsewhere_die_is_given_up(file, tables, tmp_path):
    plan, store = plan_of(file, tables), Store(tmp_path / "results")
    summary = run(plan, store, Deadly(jobs=1))
    dead = {planned.key for planned in plan.cells if planned.spec.seed == 1}
    assert set(summary.failures) == dead
    assert "died 2 times" in min(summary.failures.values())
    assert len(summary.made) == CELLS - len(dead)


def test_who_should_see_the_folder_and_doesnt_ends_the_study(file, tables, tmp_path):
    plan, store = plan_of(file, tables), Store(tmp_path / "results")
    with pytest.raises(OutputError, match="results: can't be written"):
        run_study(plan, store, Forgetful())


def test_what_a_worker_lacks_is_said(file, tables, tmp_path):
    plan = plan_of(file, tables)
    task = task_of(plan.cells[0], plan, tmp_path)
    other = msgspec.structs.replace(task, key="0" * 32)
    outcome = send_back(other, task.table.read_bytes())
    assert outcome.failure.startswith("a worker has another version of simdyhpo or of what asha needs")
    assert outcome.story == f"{outcome.failure}\n"
    own = msgspec.structs.replace(
        task, spec=msgspec.structs.replace(task.spec, scheduler="nowhere_at_all:Mine")
    )
    outcome = send_back(own, task.table.read_bytes())
    assert outcome.failure.startswith("scheduler 'nowhere_at_all:Mine' can't be loaded (No module named")


def test_a_table_that_was_sent_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    table = falling(31, 7)
    file = share_table(table, tmp_path)
    sent = sent_table(file.name, file.read_bytes())
    assert list((tmp_path / "temporary").iterdir()) == []
    file.unlink()
    assert sent.checksum == table.checksum
    assert (sent.values == table.values).all()
    assert sent_table(file.name, b"") is sent
