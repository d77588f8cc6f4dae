"""W&B: a folder of offline runs, one of their files, or CSV exports."""

from __future__ import annotations

from pathlib import Path

from simdyhpo.errors import TableError
from simdyhpo.importers.logs.asked import Asked
from simdyhpo.importers.logs.csv_folder import is_csv
from simdyhpo.importers.logs.runs import Logs
from simdyhpo.importers.logs.walking import files_below
from simdyhpo.importers.logs.wandb_exports import export_logs
from simdyhpo.importers.logs.wandb_offline import offline_logs

_ENDING = ".wandb"


def read_wandb(place: str, _asked: Asked) -> Logs:
    """The runs of a folder.

    Raises:
        TableError: it holds neither offline runs nor exports, or one is damaged.
        SimdyhpoError: offline runs are there, and wandb isn't installed.
    """
    path = Path(place)
    files = (
        [path] if path.is_file() else files_below(path, lambda name: name.endswith(_ENDING) or is_csv(name))
    )
    offline = [file for file in files if file.name.endswith(_ENDING)]
    if offline:
        return offline_logs(place, offline)
    if not files:
        problem = "holds neither offline runs (run-*.wandb) nor CSV exports"
        raise TableError(place, problem, "give the folder wandb, or export a chart and the table of runs")
    return export_logs(place, files)
