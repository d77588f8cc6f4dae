"""Syne Tune's simulator on the same table, in an environment of its own that is made and thrown away here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.replay import FORMS, Speeds
from benchmarks.report import Section
from benchmarks.sizes import Sizes

REQUIREMENTS = (
    "syne-tune==0.13.0",
    "numpy==1.26.4",
    "autograd",
    "pandas<3",
    "scikit-learn",
    "scipy",
    "sortedcontainers==2.4.0",
)
_DRIVER = Path(__file__).with_name("reference_driver.py")


@dataclass
class Reference:
    """What was measured, and a sentence on how, or why nothing was."""

    note: str
    speeds: Speeds = field(default_factory=dict)

    def section(self) -> Section:
        """Reports per second by form and workers; nothing but the note if nothing was measured."""
        columns = ("scheduler", "workers", "reports/s")
        rows = [(FORMS[form], f"{workers:,}", str(speed)) for (form, workers), speed in self.speeds.items()]
        return Section("The reference: Syne Tune's ASHA", columns, rows, self.note)


def measure(sizes: Sizes, environment: Path | None) -> Reference:
    """Reports per CPU second of the reference's ASHA, by form and workers.

    Args:
        sizes: at which numbers of workers, how long and how often.
        environment: a folder to make the environment in, or to use again; none: a temporary one.
    """
    if not sizes.reference:
        return Reference("The reference was left out: this is the smoke test.")
    with tempfile.TemporaryDirectory() as scratch:
        home = environment or Path(scratch) / "environment"
        try:
            python = _installed(home)
        except (OSError, subprocess.CalledProcessError) as error:
            return Reference(
                f"The reference is missing here, since it could not be installed: {_last_line(error)}"
            )
        # It writes every experiment to disk: there, and not into the user's home.
        variables = os.environ | {"SYNETUNE_FOLDER": f"{scratch}/experiments", "OMP_NUM_THREADS": "1"}
        speeds = {}
        for form in FORMS:
            for workers, reports in sizes.reference:
                runs = [
                    _reports_per_second(python, variables, form, workers, reports)
                    for _ in range(sizes.repeats)
                ]
                speeds[form, workers] = Figure.of(runs)
    return Reference(_note(sizes), speeds)


def _note(sizes: Sizes) -> str:
    lengths = ", ".join(f"{reports:,}" for _, reports in sizes.reference)
    return (
        f"Syne Tune 0.13.0 with its simulator backend on the table below, {lengths} reports a run; the "
        "tuning loop alone, in CPU time. It visits every running trial in every turn."
    )


def _installed(home: Path) -> Path:
    """The interpreter of an environment that holds the reference."""
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, capture_output=True)
    install = [str(python), "-m", "pip", "install", "--quiet", *REQUIREMENTS]
    subprocess.run(install, check=True, capture_output=True, text=True)
    return python


def _reports_per_second(
    python: Path, variables: dict[str, str], form: str, workers: int, reports: int
) -> float:
    command = [str(python), str(_DRIVER), form, str(workers), str(reports)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    if done.returncode:
        raise RuntimeError(f"the reference failed with {form}, {workers} workers: {done.stderr[-2000:]}")
    measured = json.loads(done.stdout.splitlines()[-1])
    return float(measured["reports"] / measured["cpu_seconds"])


def _last_line(error: Exception) -> str:
    said = getattr(error, "stderr", None) or str(error)
    text = said.decode() if isinstance(said, bytes) else said
    return text.strip().splitlines()[-1]
