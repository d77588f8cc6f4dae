"""Syne Tune's simulator on the same table, in an environment of its own that is made and thrown away here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from functools import partial
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
        rows = [(FORMS[form], f"{workers:,}", str(speed)) for (form, workers), speed in self.speeds.items()]
        return Section("The reference", ("scheduler", "workers", "reports/s"), rows, self.note)


def measure(sizes: Sizes, environment: Path | None) -> Reference:
    """Reports per CPU second of the reference's ASHA, by form and workers.

    Args:
        sizes: at which numbers of workers, how long and how often.
        environment: a folder to make the environment in, or to use again; none: a temporary one.
    """
    if not sizes.reference_workers:
        return Reference("The reference was left out: this is the smoke test.")
    with tempfile.TemporaryDirectory() as scratch:
        home = environment or Path(scratch) / "environment"
        try:
            python = _installed(home)
        except (OSError, subprocess.CalledProcessError) as error:
            return Reference(f"The reference could not be installed: {_last_line(error)}")
        # It writes every experiment to disk: there, and not into the user's home.
        variables = os.environ | {"SYNETUNE_FOLDER": f"{scratch}/experiments", "OMP_NUM_THREADS": "1"}
        one_run = partial(_reports_per_second, python, variables, reports=sizes.reference_reports)
        speeds = {
            (form, workers): Figure.of([one_run(form, workers) for _ in range(sizes.repeats)])
            for form in FORMS
            for workers in sizes.reference_workers
        }
    note = (
        "The reference is Syne Tune 0.13.0 with its simulator backend on the same table, "
        f"{sizes.reference_reports:,} reports a run; the tuning loop alone is timed, in CPU time."
    )
    return Reference(note, speeds)


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
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=variables)
    measured = json.loads(done.stdout.splitlines()[-1])
    return float(measured["reports"] / measured["cpu_seconds"])


def _last_line(error: Exception) -> str:
    said = getattr(error, "stderr", None) or str(error)
    text = said.decode() if isinstance(said, bytes) else said
    return text.strip().splitlines()[-1]
