"""Whose code runs: commands that only read run none, and those that must say where it comes from."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[2]
HOSTILE = """
from pathlib import Path
with Path("ran.txt").open("a") as file:
    file.write("ran\\n")
from simdyhpo.schedulers.asha import PromotionASHA
from simdyhpo.searchers.random import RandomSearcher
class Mine(PromotionASHA):
    pass
class Search(RandomSearcher):
    pass
"""
STUDY = """
name = "strange"
blackboxes = ["digits-mlp"]
seeds = 1
budget = { max_epochs = 30 }
[[variants]]
scheduler = "asha"
[[variants]]
label = "mine"
scheduler = "hostile:Mine"
options = { reduction_factor = 2 }
[[variants]]
label = "search"
scheduler = "dyhpo"
options = { searcher = "hostile:Search" }
"""
CODE = "import sys; from simdyhpo.cli.main import main; sys.exit(main())"
READING = [
    "study check study.toml --out results",
    "study check study.toml --out results --no-estimate",
    "study status study.toml --out results",
    "study report study.toml --out results",
    "study report study.toml --out results --save saved",
    "study clean study.toml --out results",
    "study clean study.toml --out results --stale --yes",
    "study list",
    "report results --out page.html",
    "report results --study strange --out page.html",
    "report results --study study.toml --out page.html",
    "report runs/mine --out page.html",
    "compare results results",
    "trace show runs/mine",
    "trace explain runs/mine --decision 3",
    "trace export runs/mine --perfetto p.json",
    "trace diff runs/mine runs/mine",
    "scheduler list",
    "reproduce list",
]
RUNNING = [
    "run --blackbox digits-mlp --scheduler hostile:Mine --max-epochs 5 --out runs/again",
    "trace replay runs/mine --verify",
    "trace replay runs/mine --until 3",
    "golden check log.jsonl",
    "scheduler show hostile:Mine",
    "study run study.toml --out results --jobs 1",
]
NOTE = "note: hostile:Mine is code in the current folder, and runs: "


def python(folder, script, *words, path=str(ROOT)):
    """Python without the current folder on its path, as the installed command has it."""
    return subprocess.run(
        [sys.executable, "-c", script, *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path, "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def simdyhpo(folder, line):
    done = python(folder, CODE, *line.split())
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with everything that own code can leave, made by running it."""
    folder = tmp_path_factory.mktemp("stranger")
    (folder / "hostile.py").write_text(HOSTILE)
    (folder / "study.toml").write_text(STUDY)
    words = "--blackbox digits-mlp --scheduler hostile:Mine --workers 2 --max-epochs 30"
    for line in (
        f"run {words} --out runs/mine",
        f"golden record log.jsonl {words}",
        "study run study.toml --out results --jobs 1",
    ):
        done = simdyhpo(folder, line)
        assert done.returncode == 0, done.stderr
        assert NOTE in done.stderr
    return folder


def test_who_only_reads_runs_nothing(made):
    """All of them in one process, which would import at most once, and is looked at after each."""
    (made / "ran.txt").unlink(missing_ok=True)
    script = (
        "import pathlib, sys\nfrom simdyhpo.cli.main import main\n"
        f"for line in {READING!r}:\n"
        "    assert main(line.split()) == 0, line\n"
        "    assert not pathlib.Path('ran.txt').exists(), line\n"
        "    assert 'hostile' not in sys.modules, line\n"
    )
    done = python(made, script)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("line", RUNNING)
def test_who_runs_says_so(made, line):
    (made / "ran.txt").unlink(missing_ok=True)
    done = simdyhpo(made, line)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(NOTE) == 1
    assert (made / "hostile.py").as_posix() in done.stderr
    assert (made / "ran.txt").exists()


def test_what_lies_in_no_file_is_not_in_the_current_folder(tmp_path):
    """Python's own modules are frozen or built in, and have no path that could be looked at."""
    for name in ("os:system", "sys:exit"):
        shown = simdyhpo(tmp_path, f"scheduler show {name}")
        assert shown.returncode == 2
        assert shown.stderr.startswith("error: ")


def test_results_of_own_schedulers_are_found_without_them(made):
    status = simdyhpo(made, "study status study.toml --out results")
    for label in ("asha", "mine", "search", "all"):
        assert f"{label.ljust(6)}  " in status.stdout
    assert "0 of" not in status.stdout
    assert status.stderr == ""
    assert "mine" in simdyhpo(made, "study report study.toml --out results").stdout
    assert "No result is stale" in simdyhpo(made, "study clean study.toml --out results --stale --yes").stdout


def test_before_anything_ran(made):
    """Nothing is known of them then, and that is said; what could be theirs is not removed."""
    for line in ("study check study.toml --out empty", "study status study.toml --out empty"):
        (made / "ran.txt").unlink(missing_ok=True)
        done = simdyhpo(made, line)
        assert done.returncode == 0
        assert "note: mine needs code that isn't ours, which isn't run to read results" in done.stderr
        assert "mine    0 of 1 cells done" in done.stdout
        assert not (made / "ran.txt").exists()
    assert (
        "not counted, since that would run code that isn't ours: mine, search"
        in simdyhpo(made, "study check study.toml --out empty").stdout
    )


def test_how_long_own_code_takes_is_not_known(made, tmp_path):
    """Where nothing else is missing, that isn't no time at all."""
    (made / "alone.toml").write_text(STUDY.replace('scheduler = "asha"', 'scheduler = "hostile:Mine"', 1))
    shown = simdyhpo(made, "study check alone.toml --out none").stdout
    assert "expected for what is missing: not known\n" in shown
    assert "0.0 seconds" not in shown
    assert '"seconds_left":null' in simdyhpo(made, "study check alone.toml --out none --json").stdout


def test_stale_results_of_unknown_owners_stay(made, tmp_path):
    (made / "other.toml").write_text(STUDY.replace("reduction_factor = 2", "reduction_factor = 3"))
    before = sorted((made / "results").rglob("*"))
    done = simdyhpo(made, "study clean other.toml --out results --stale --yes")
    assert done.returncode == 2
    assert "which results are those of mine isn't known" in done.stderr
    assert sorted((made / "results").rglob("*")) == before


def test_installed_modules_go_first_and_need_no_note(made, tmp_path):
    """A module of the same name in the current folder doesn't get in the way."""
    installed = tmp_path / "site"
    installed.mkdir()
    (installed / "hostile.py").write_text("from simdyhpo.schedulers.asha import PromotionASHA as Mine\n")
    (made / "ran.txt").unlink(missing_ok=True)
    done = python(made, CODE, "scheduler", "show", "hostile:Mine", path=f"{ROOT}{os.pathsep}{installed}")
    assert (done.returncode, done.stderr) == (0, "")
    assert not (made / "ran.txt").exists()


@pytest.mark.parametrize("installed", [True, False])
def test_what_is_installed_needs_no_note_where_its_source_lies(made, installed):
    """An editable installation is on Python's path from anywhere; `python -m` puts this folder first."""
    put = "append(" if installed else "insert(0, "
    first = f"import sys; sys.path.{put}{str(made)!r})\n"
    unsafe = "PYTHONSAFEPATH"
    done = subprocess.run(
        [sys.executable, "-c", first + CODE, "scheduler", "show", "hostile:Mine"],
        cwd=made,
        env={name: value for name, value in os.environ.items() if name != unsafe} | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(NOTE) == (not installed)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("raise RuntimeError('mine')", "error: RuntimeError: mine (scheduler 'broken:Mine' raised it when"),
        ("import nowhere_at_all", "error: ModuleNotFoundError: No module named 'nowhere_at_all' (scheduler"),
        ("raise SystemExit(0)", "error: SystemExit: 0 (scheduler 'broken:Mine' raised it when its module"),
        ("def f(:", "error: SyntaxError: invalid syntax"),
        ("raise AttributeError('mine')", "error: AttributeError: mine (scheduler"),
    ],
)
def test_a_module_that_can_not_be_imported(tmp_path, text, says):
    (tmp_path / "broken.py").write_text(text)
    done = python(tmp_path, CODE, "scheduler", "show", "broken:Mine")
    assert done.returncode == 3
    assert done.stderr.splitlines()[-1].startswith(says)
