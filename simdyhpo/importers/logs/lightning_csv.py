"""What Lightning's `CSVLogger` writes: for each run a folder with metrics.csv and hparams.yaml."""

from __future__ import annotations

from pathlib import Path

import msgspec

from simdyhpo.errors import TableError
from simdyhpo.importers.logs.asked import Asked
from simdyhpo.importers.logs.csv_folder import FileKind, csv_logs
from simdyhpo.importers.logs.runs import Logs, Run

_FILE = "metrics.csv"


def read_lightning(place: str, asked: Asked) -> Logs:
    """The runs below a folder such as `lightning_logs`.

    Curves lie along epochs, from 0, where a metric has one value for each, else along steps.

    Raises:
        TableError: there are none, or one can't be read.
    """
    path = Path(place)
    if path.is_file() and path.name != _FILE:
        raise TableError(place, f"is no {_FILE} of Lightning's", "give the folder of its runs")
    advice = "call self.save_hyperparameters() in the module, so that hparams.yaml has them"
    logs = csv_logs(place, asked, FileKind(wanted=_FILE.__eq__, advice=advice, what=_FILE, axis="step"))
    runs = [_named(run) for run in logs.runs]
    return msgspec.structs.replace(logs, runs=runs, prefers="epoch")


def _named(run: Run) -> Run:
    """A run is its folder."""
    return msgspec.structs.replace(run, name=run.name.removesuffix(f"/{_FILE}"))
