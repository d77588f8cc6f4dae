"""MLflow: the folder mlruns, or the file mlflow.db."""

from __future__ import annotations

from pathlib import Path

from simdyhpo.errors import TableError
from simdyhpo.importers.logs.asked import Asked
from simdyhpo.importers.logs.mlflow_database import database_runs
from simdyhpo.importers.logs.mlflow_folder import folder_runs
from simdyhpo.importers.logs.mlflow_runs import default_places, mlflow_logs
from simdyhpo.importers.logs.runs import Logs
from simdyhpo.importers.logs.sqlite import is_sqlite


def read_mlflow(place: str, _asked: Asked) -> Logs:
    """The runs of a store.

    Raises:
        TableError: there is none, or it is damaged.
    """
    path = Path(place.removeprefix("sqlite:///").removeprefix("file:"))
    if not path.exists():
        raise TableError(place, "there is no such file or folder", "give the folder mlruns, or mlflow.db")
    if path.is_dir():
        path = default_places(path)
    if path.is_dir():
        return mlflow_logs(str(path), folder_runs(path))
    if not is_sqlite(path):
        raise TableError(str(path), "is no SQLite file", "give the folder mlruns, or mlflow.db")
    return mlflow_logs(str(path), database_runs(path))
