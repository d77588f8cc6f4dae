"""The same code on every processor: what is asked for, and what the loaded libraries say they have."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from simdyhpo import arithmetic
from simdyhpo.arithmetic import NUMPY_SWITCH, ONE_THREAD, portable_variables, use_portable
from simdyhpo.loaded_arithmetic import wide_loops
from tests.switches import without_switches

common = pytest.mark.skipif(not portable_variables(), reason="this processor lacks the common code")
with_torch = pytest.mark.skipif(find_spec("torch") is None, reason="torch isn't there")
WIDE = "avx512f" in arithmetic._instructions()

USE = "import torch; torch.eye(40, dtype=torch.float64) @ torch.eye(40, dtype=torch.float64); "
"""From here on torch keeps to one code."""
ASKED = "from simdyhpo.loaded_arithmetic import arithmetic; print(arithmetic())"


def said(code, *options, **variables):
    """What a process of its own prints, begun without our switches but with these variables."""
    run = subprocess.run(
        [sys.executable, *options, "-c", code],
        env=without_switches() | ONE_THREAD | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


@pytest.fixture
def processor(tmp_path, monkeypatch):
    """Make this machine one whose processor has the given flags."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "", "", "", "x86_64")))
    monkeypatch.setattr(arithmetic, "_CPUINFO", tmp_path / "cpuinfo")

    def has(flags):
        (tmp_path / "cpuinfo").write_text(f"processor\t: 0\nflags\t\t: fpu {flags} sse\n\nprocessor\t: 1\n")

    return has


def test_nothing_is_asked_of_a_processor_that_lacks_it(processor, monkeypatch):
    """OpenBLAS would do as it is told, and die."""
    assert portable_variables() == {}  # the file isn't there
    processor("avx fma")
    assert portable_variables() == {}
    processor("avx avx2 fma")
    assert portable_variables()["OPENBLAS_CORETYPE"] == "Haswell"
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "", "", "", "aarch64")))
    assert portable_variables() == {}


def test_numpy_leaves_wider_vectors_alone(processor):
    """By the names that this numpy has for them, all of them: it would warn of others."""
    core = np._core if hasattr(np, "_core") else np.core
    wider = {
        name for name in core._multiarray_umath.__cpu_dispatch__ if name.startswith(("AVX512", "X86_V4"))
    }
    processor("avx2 fma")
    assert NUMPY_SWITCH not in portable_variables()
    processor("avx2 fma avx512f")
    asked = portable_variables()[NUMPY_SWITCH]
    assert set(asked.split()) == wider
    said("import numpy", "-W", "error", NPY_DISABLE_CPU_FEATURES=asked)


def test_what_is_set_stays(monkeypatch):
    monkeypatch.setenv("MKL_CBWR", "AUTO")
    use_portable()
    assert os.environ["MKL_CBWR"] == "AUTO"


@common
def test_the_first_name_that_is_used_asks():
    """Not the package itself: pytest imports it everywhere, for its plugin."""
    code = (
        "import os, simdyhpo; print(os.environ.get('MKL_CBWR')); simdyhpo.{}; print(os.environ['MKL_CBWR'])"
    )
    for name in ("simulate", "board", "list_schedulers"):
        assert said(code.format(name)).split() == ["None", "COMPATIBLE"]


@common
@with_torch
@pytest.mark.parametrize(
    ("before", "after", "variables", "found"),
    [
        ("", "", {}, "portable"),
        ("", "import numpy, scipy.linalg; " + USE, {}, "portable"),
        ("import torch; ", USE, {}, "native" if WIDE else "portable"),
        ("import numpy; ", USE, {}, "native" if WIDE else "portable"),
        (USE, USE, {}, "native"),
        ("", USE, {"MKL_CBWR": "AVX2"}, "native"),
        ("", USE, {"ATEN_CPU_CAPABILITY": "default"}, "native"),
        ("import numpy; ", "import os; os.environ.update(was); ", {"OPENBLAS_CORETYPE": "Nehalem"}, "native"),
        (USE, "import os; os.environ.update(was); ", {"MKL_CBWR": "AVX2"}, "native"),
    ],
)
def test_loaded_libraries_are_asked(before, after, variables, found):
    """Not the variables alone: they may have come too late, or be others' by now."""
    ask_for = "from simdyhpo.arithmetic import portable_variables, use_portable; use_portable(); "
    code = before + ask_for + "was = portable_variables(); " + after + ASKED
    assert said(code, **variables) == found


def test_numpy_is_asked_for_what_its_loops_use(monkeypatch):
    """A processor has single instructions that no switch hides, and that no loop is made for by itself."""
    loops = (np._core if hasattr(np, "_core") else np.core)._multiarray_umath
    wide = {name for name in loops.__cpu_dispatch__ if name.startswith(("AVX512", "X86_V4"))}
    narrow = {name: there and name not in wide for name, there in loops.__cpu_features__.items()}
    monkeypatch.setattr(loops, "__cpu_features__", narrow | {"AVX512VL": True})
    assert wide_loops(loops) == set()
    for name in sorted(wide):
        monkeypatch.setattr(loops, "__cpu_features__", narrow | {name: True})
        assert wide_loops(loops) == {name}


@common
@with_torch
def test_a_manifest_says_it_of_models_alone(tmp_path):
    for number, (scheduler, variables, found) in enumerate(
        [("mobster", {}, "portable"), ("mobster", {"MKL_CBWR": "AUTO"}, "native"), ("asha", {}, None)]
    ):
        folder = tmp_path / str(number)
        words = ["run", "--blackbox", "digits-mlp", "--scheduler", scheduler]
        words += ["--max-decisions", "30", "--out", str(folder)]
        said(f"from simdyhpo.cli.main import main; assert not main({words})", **variables)
        assert json.loads((folder / "manifest.json").read_text())["versions"].get("arithmetic") == found
