"""The sources of logs that `simdyhpo blackbox import --from` knows: one literal dictionary.

The command's choices and the page on it come from here.
"""

from __future__ import annotations

from collections.abc import Mapping

from simdyhpo.importers.logs.source import Source

LONG = "long"
"""What is read where no source is named."""

_BESIDE = "a JSON, YAML or TOML file beside each, or its name, `lr=0.1,units=32`"

SOURCES: Mapping[str, Source] = {
    "csv-folder": Source(
        reader="csv_folder:read_csv_folder",
        path="a folder with one CSV file for each run",
        hyperparameters=_BESIDE,
    ),
    "keras": Source(
        reader="keras_csv:read_keras",
        path="a folder of files that Keras' `CSVLogger` wrote",
        hyperparameters=_BESIDE,
    ),
    "lightning": Source(
        reader="lightning_csv:read_lightning",
        path="a folder of runs that Lightning's `CSVLogger` wrote, as `lightning_logs`",
        hyperparameters="`hparams.yaml`, as `save_hyperparameters` writes it",
        extra="logs",
    ),
    LONG: Source(
        reader="long_source:read_long_source",
        path="a CSV or Parquet file, one row for each report",
        hyperparameters="all columns without another part",
        seconds="the column `--seconds`",
    ),
    "mlflow": Source(
        reader="mlflow_store:read_mlflow",
        path="the folder `mlruns`, or the file `mlflow.db`",
        hyperparameters="the runs' parameters",
        seconds="since the run's start",
        extra="logs",
    ),
    "optuna": Source(
        reader="optuna_storage:read_optuna",
        path="an SQLite or journal file, or a database's address",
        hyperparameters="what was suggested",
        seconds="equal parts of a trial's duration",
        extra="logs",
    ),
    "tensorboard": Source(
        reader="tensorboard_runs:read_tensorboard",
        path="a folder of event files",
        hyperparameters=f"the hparams plugin's; else {_BESIDE}",
        seconds="since the first event",
        extra="logs",
    ),
    "wandb": Source(
        reader="wandb_source:read_wandb",
        path="a folder of offline runs, as `wandb`, or of CSV exports (a chart's, and the table of runs)",
        hyperparameters="the runs' `config`; with exports, columns of the table of runs",
        seconds="the runtime (offline runs)",
        extra="wandb",
    ),
    "wide": Source(
        reader="wide_table:read_wide",
        path="a CSV or Parquet file, one row for each run, one column for each step",
        hyperparameters="the other columns",
    ),
}
