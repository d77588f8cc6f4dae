"""What Keras' `CSVLogger` writes: a file for each run, `epoch` from 0, and a column for each metric."""

from __future__ import annotations

from simdyhpo.importers.logs.asked import Asked
from simdyhpo.importers.logs.csv_folder import FileKind, csv_logs, is_csv
from simdyhpo.importers.logs.runs import Logs

_ADVICE = (
    "Keras logs none: write lr=0.1,units=32.csv for a name, or a JSON, YAML or TOML file of the same name"
)


def read_keras(place: str, asked: Asked) -> Logs:
    """The runs in a folder of such files, or in one.

    Raises:
        TableError: there are none, or one can't be read or has no epochs.
    """
    return csv_logs(place, asked, FileKind(wanted=is_csv, advice=_ADVICE, axis="epoch"))
