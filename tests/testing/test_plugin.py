"""The pytest plugin, in a sample project of its own with its own scheduler."""

import importlib
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SCHEDULER = '''
from simdyhpo.schedulers.asha import PromotionASHA


class Cautious(PromotionASHA):
    """ASHA that promotes nobody before so many trials have started."""

    PATIENCE = 10

    def ask(self, now_ns):
        if self._started < self.PATIENCE:
            from simdyhpo.decisions import ScheduleDecision, Start

            return Start(self._candidates.next_random(), 1, ScheduleDecision.START_RANDOM)
        return super().ask(now_ns)
'''
TESTS = """
import pytest
from cautious import Cautious


@pytest.mark.parametrize("workers", [1, 4])
def test_cautious(golden_schedule, workers):
    result = golden_schedule(
        f"cautious-{workers}", "digits-mlp", Cautious, workers=workers, options={"grace_period": 1},
        max_epochs=60,
    )
    assert result.spec.workers == workers
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "cautious.py").write_text(SCHEDULER)
    (tmp_path / "tests" / "test_cautious.py").write_text(TESTS)
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n')
    return tmp_path


def run_tests(project, *words):
    """pytest in a process of its own; only this plugin, as if it were found by its entry point."""
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "simdyhpo.testing.plugin",
        "-p",
        "no:cacheprovider",
        *words,
    ]
    done = subprocess.run(command, check=False, cwd=project, env=environment, capture_output=True, text=True)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_project_of_ones_own(project):
    golden = project / "tests" / "golden"

    status, out = run_tests(project)
    assert status == 1
    assert "cautious-1.jsonl: there is no golden log yet; make it with `pytest --update-golden`" in out
    assert not golden.exists()

    status, out = run_tests(project, "--update-golden")
    assert status == 0
    assert "golden logs written" in out
    assert out.count(": new, ") == 2
    assert {path.name for path in golden.iterdir()} == {"cautious-1.jsonl", "cautious-4.jsonl"}

    assert run_tests(project)[0] == 0
    before = (golden / "cautious-1.jsonl").read_bytes()

    (project / "cautious.py").write_text(SCHEDULER.replace("PATIENCE = 10", "PATIENCE = 12"))
    status, out = run_tests(project)
    assert status == 1
    assert "cautious-1.jsonl: differs (now: this version)" in out
    assert "decision 10, t = " in out
    assert "now START_RANDOM configuration" in out
    assert "--update-golden" in out
    assert "Traceback" not in out
    assert "def _compare" not in out, "the failure is the diff, not our source"
    assert (golden / "cautious-1.jsonl").read_bytes() == before

    status, out = run_tests(project, "--update-golden")
    assert status == 0
    assert "decision 10, t = " in out
    assert (golden / "cautious-1.jsonl").read_bytes() != before
    assert run_tests(project)[0] == 0


def test_bad_names_and_damaged_logs(project):
    test = project / "tests" / "test_cautious.py"
    test.write_text(TESTS.replace('f"cautious-{workers}"', '"../elsewhere"'))
    status, out = run_tests(project, "--update-golden")
    assert status == 1
    assert "is no name for a file" in out
    test.write_text(TESTS)
    run_tests(project, "--update-golden")
    (project / "tests" / "golden" / "cautious-1.jsonl").write_text("{}\n")
    status, out = run_tests(project)
    assert status == 1
    assert "cautious-1.jsonl: no golden log" in out
    assert "1 failed, 1 passed" in out


def test_it_is_found_by_its_entry_point():
    points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["pytest11"]
    plugin = importlib.import_module(points["simdyhpo"])
    assert callable(plugin.pytest_addoption)
    assert hasattr(plugin, "golden_schedule")


def test_projects_that_do_not_use_it_pay_nothing(tmp_path):
    script = (
        "import json, sys, pytest; before = set(sys.modules); import simdyhpo.testing.plugin; "
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    own = [name for name in json.loads(done.stdout) if name.partition(".")[0] not in sys.stdlib_module_names]
    assert own == ["simdyhpo", "simdyhpo.testing", "simdyhpo.testing.plugin"]
