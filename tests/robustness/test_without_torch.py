"""PyTorch is missing or broken: what needs no model never asks for it, and the rest says a line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[2]

BLOCKED = """
import os, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        library, kind = os.environ["BLOCKED"].split()
        if name.partition(".")[0] != library:
            return None
        with open(os.environ["ASKED"], "a") as file:
            file.write(name + "\\\\n")
        if kind == "ModuleNotFoundError":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        import builtins
        raise getattr(builtins, kind)("libsomething.so.12: cannot open it")

sys.meta_path.insert(0, Blocked())
"""
"""Python runs it at its start, also in processes of a pool; it notes who asks for the library."""

NEEDED = "this scheduler's model needs PyTorch, which can't be loaded"
CPU_BUILD = "pip install torch --index-url https://download.pytorch.org/whl/cpu"

STUDY = """
name = "mixed"
blackboxes = ["digits-mlp"]
seeds = 2
budget = { max_epochs = 40 }
[[variants]]
scheduler = "asha"
[[variants]]
scheduler = "dyhpo"
"""

MAIN = "import sys; from simdyhpo.cli.main import main; sys.exit(main())"


@pytest.fixture
def blocked(tmp_path):
    """Run a script where a library can't be imported; `.asked` is who asked for it."""
    (tmp_path / "start").mkdir()
    (tmp_path / "work").mkdir()
    (tmp_path / "start" / "sitecustomize.py").write_text(BLOCKED)

    def carry_out(*words, script=MAIN, library="torch", kind="ModuleNotFoundError"):
        done = subprocess.run(
            [sys.executable, "-c", script, *words],
            cwd=tmp_path / "work",
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(tmp_path / "start"), str(ROOT)]),
                "BLOCKED": f"{library} {kind}",
                "ASKED": str(tmp_path / "asked"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    carry_out.folder = tmp_path / "work"
    carry_out.asked = (tmp_path / "asked").exists
    return carry_out


CORE = """
import simdyhpo
from simdyhpo.cli.main import main

result = simdyhpo.simulate("digits-mlp", "asha", workers=2, max_epochs=30)
result.plot(), result._repr_html_()
simdyhpo.compare(["asha", "sh"], "digits-mlp", seeds=2, max_epochs=30, jobs=1).plot()
for line in (
    "run --blackbox digits-mlp --scheduler dyhpo --option searcher=random --max-epochs 30 --out run",
    "trace explain run --decision 3",
    "report run",
    "scheduler show dyhpo",
    "versus asha sh random --blackbox digits-mlp --seeds 2 --max-epochs 40 --jobs 1 --out versus",
    "sweep reduction_factor --scheduler asha --values 2,3 --blackbox digits-mlp --seeds 2 --max-epochs 30"
    " --jobs 1 --out sweep",
    "golden record asha.jsonl --blackbox digits-mlp --scheduler asha --max-epochs 30",
    "reproduce list",
    "study show quick",
    "blackbox check digits-mlp",
):
    assert main(line.split()) == 0, line
"""


def test_what_needs_no_model_never_asks(blocked):
    done = blocked(script=CORE)
    assert done.returncode == 0, done.stderr
    assert not blocked.asked()
    assert (blocked.folder / "versus" / "regret-epochs.png").stat().st_size


RUN = "run --blackbox digits-mlp --scheduler {} --max-epochs 60 --out {}"


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("ModuleNotFoundError", f"{CPU_BUILD} (No module named 'torch')"),
        ("ImportError", f"{CPU_BUILD} --force-reinstall (libsomething.so.12: cannot open it)"),
        ("OSError", f"{CPU_BUILD} --force-reinstall (libsomething.so.12: cannot open it)"),
        ("RuntimeError", f"{CPU_BUILD} --force-reinstall (libsomething.so.12: cannot open it)"),
    ],
)
def test_who_needs_it_says_how_to_get_it(blocked, kind, hint):
    done = blocked(*RUN.format("dyhpo", "mine").split(), kind=kind)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: {NEEDED}: {hint}\n"
    assert list(blocked.folder.iterdir()) == []


TWICE = """
import simdyhpo
for scheduler in ("dyhpo", "dpl"):
    try:
        simdyhpo.simulate("digits-mlp", scheduler, max_epochs=60)
    except simdyhpo.SimdyhpoError as error:
        print(error)
"""


def test_a_broken_one_says_the_same_again(blocked, tmp_path):
    """Half loaded, the real one would say that it is there already."""
    (tmp_path / "start" / "torch.py").write_text(
        "import sys\nsys.torches = getattr(sys, 'torches', 0) + 1\nraise OSError(f'import {sys.torches}')\n"
    )
    first, second = blocked(script=TWICE, library="nothing").stdout.splitlines()
    assert first == second
    assert "import 1" in first


def test_gpytorch_alone_is_missing(blocked):
    done = blocked(*RUN.format("dyhpo", "mine").split(), library="gpytorch")
    assert done.returncode == 2
    assert "model needs GPyTorch, which can't be loaded: pip install --upgrade gpytorch" in done.stderr
    assert blocked(*RUN.format("dpl", "other").split(), library="gpytorch").returncode == 0


def test_the_rest_of_a_study_completes(blocked):
    (blocked.folder / "mixed.toml").write_text(STUDY)
    done = blocked("study", "run", "mixed.toml", "--out", "results", "--jobs", "1")
    assert done.returncode == 1
    assert "2 cells made" in done.stdout
    assert f"2 x {NEEDED}: {CPU_BUILD}" in done.stderr


def test_the_demo_goes_on_without(blocked):
    done = blocked("demo", "--small", "--out", "demo", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    assert f"warning: the demo goes on without DyHPO: {NEEDED}: {CPU_BUILD}" in done.stderr
    assert "ASHA (promotion)" in done.stdout
    assert "DyHPO " not in done.stdout.replace("* DyHPO on more than one worker", "")
    assert (blocked.folder / "demo" / "anytime.png").stat().st_size
