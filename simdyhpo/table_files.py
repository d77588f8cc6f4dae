"""Tables on disk: one compressed `.npz` file that holds arrays, meta data and a checksum over its content."""

from __future__ import annotations

import os
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.configurations import Configurations, Hyperparameter
from simdyhpo.curves import CurveTable, TableInfo
from simdyhpo.errors import OutputError, TableError

FORMAT = 1
_COLUMN = "configurations/"


class _Header(msgspec.Struct, kw_only=True):
    """The file's meta data, stored as JSON bytes in the array `header`."""

    format: int
    info: TableInfo
    hyperparameters: list[Hyperparameter]
    checksum: str


def save_table(table: CurveTable, path: Path) -> Path:
    """Write `table` to `path` (`.npz` is added when missing); equal tables give equal bytes.

    Raises:
        OutputError: the folder can't be written.
    """
    path = path if path.suffix == ".npz" else path.with_name(path.name + ".npz")
    header = _Header(
        format=FORMAT,
        info=table.info,
        hyperparameters=list(table.configurations.hyperparameters),
        checksum=table.checksum,
    )
    arrays: dict[str, npt.NDArray[Any]] = {
        "header": np.frombuffer(msgspec.json.encode(header), dtype=np.uint8),
        "values": table.values,
        "elapsed_seconds": table.elapsed_seconds,
        "labels": table.labels,
    }
    arrays |= {_COLUMN + name: column for name, column in table.configurations.columns.items()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=path.name, suffix=".part", dir=path.parent)
    except OSError as error:
        raise OutputError(f"{path}: can't write here ({error.strerror}); choose another folder") from None
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    return path


def load_table(path: Path) -> CurveTable:
    """Read what `save_table` wrote.

    Raises:
        TableError: the file is missing, damaged, truncated or altered.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        header = msgspec.json.decode(arrays["header"].tobytes(), type=_Header)
        columns = {h.name: arrays[_COLUMN + h.name] for h in header.hyperparameters}
        values, elapsed = arrays["values"], arrays["elapsed_seconds"]
    except FileNotFoundError:
        raise TableError(str(path), "there is no such file", "check the path") from None
    except (OSError, ValueError, KeyError, EOFError, AttributeError, zlib.error, zipfile.BadZipFile,
            NotImplementedError, msgspec.MsgspecError) as error:
        raise TableError(
            str(path), f"damaged, truncated or not a saved table ({error})", "get or make the file again"
        ) from None
    if header.format != FORMAT:
        raise TableError(
            str(path), f"written in table format {header.format}", f"this version reads format {FORMAT}"
        )
    configurations = Configurations(header.hyperparameters, columns)
    table = CurveTable(header.info, values, elapsed, configurations, arrays.get("labels"), source=str(path))
    if table.checksum != header.checksum:
        raise TableError(str(path), "its content doesn't match its checksum", "get or make the file again")
    return table
