"""TensorBoard's event files, through TensorBoard itself: scalars, and the hyperparameters of its plugin."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from simdyhpo.errors import TableError, one_line
from simdyhpo.files.limits import LOG_FILE_BYTES
from simdyhpo.outside.packages import package

_HPARAMS = "hparams"
_FRAME = 16
"""Bytes around each record: its length, and two checksums."""


class Events(msgspec.Struct, kw_only=True):
    """What the event files of one folder hold.

    Attributes:
        scalars: by tag, (step, value, wall time) in the order of the files.
        hyperparameters: None if the plugin was not used.
        start: the earliest wall time.
        cut: files that end in the middle, or are damaged.
    """

    scalars: dict[str, list[tuple[float, float, float]]]
    hyperparameters: Mapping[str, Any] | None = None
    start: float = float("inf")
    cut: list[str]


def folder_events(files: list[Path]) -> Events:
    """The events in a folder's files, oldest file first.

    Raises:
        TableError: a file is no event file, or larger than `LOG_FILE_BYTES`.
        SimdyhpoError: TensorBoard isn't installed.
    """
    found = Events(scalars={}, cut=[])
    for path in files:
        records = _records(path)
        count = 0
        for event in _events(path):
            count += 1
            found.start = min(found.start, event.wall_time)
            if event.WhichOneof("what") == "summary":
                _take(path, event, found)
        if records is None or count < records:
            found.cut.append(path.name)
        if not count:
            raise TableError(str(path), "holds no event that can be read", "get it again, or remove it")
    return found


def _events(path: Path) -> Iterator[Any]:
    module = package(
        "tensorboard.backend.event_processing.event_file_loader", "logs", "reading TensorBoard's event files"
    )
    try:
        yield from module.EventFileLoader(str(path)).Load()
    except TableError:
        raise
    except Exception as error:  # noqa: BLE001 - protobuf's and TensorBoard's own
        raise TableError(
            str(path), f"is no readable event file ({one_line(error)})", "get it again"
        ) from None


def _take(path: Path, event: Any, found: Events) -> None:  # noqa: ANN401 - a protobuf message
    """What a summary says."""
    tensor_util = package("tensorboard.util.tensor_util", "logs")
    for value in event.summary.value:
        plugin = value.metadata.plugin_data
        if plugin.plugin_name == _HPARAMS:
            found.hyperparameters = _hyperparameters(plugin.content) or found.hyperparameters
        elif plugin.plugin_name == "scalars" or value.HasField("simple_value"):
            try:
                number = float(tensor_util.make_ndarray(value.tensor).item())
            except (ValueError, TypeError) as error:
                problem = f"{value.tag!r} is no single number ({one_line(error)})"
                raise TableError(str(path), problem, "log it as a scalar") from None
            found.scalars.setdefault(value.tag, []).append((event.step, number, event.wall_time))


def _hyperparameters(content: bytes) -> Mapping[str, Any] | None:
    """What `add_hparams` or the plugin's `hparams` wrote at the start of a session."""
    messages = package("tensorboard.plugins.hparams.plugin_data_pb2", "logs")
    data = messages.HParamsPluginData.FromString(content)
    if not data.HasField("session_start_info"):
        return None
    return {
        name: getattr(value, kind) if (kind := value.WhichOneof("kind")) not in (None, "null_value") else None
        for name, value in sorted(data.session_start_info.hparams.items())
    }


def _records(path: Path) -> int | None:
    """How many records a file has; None if it ends in the middle of one.

    TensorBoard itself takes what is there, and doesn't say that something is missing.
    """
    size = path.stat().st_size
    if size > LOG_FILE_BYTES:
        raise TableError(str(path), f"is larger than {LOG_FILE_BYTES:,} bytes", "log less in one file")
    count = place = 0
    with path.open("rb") as file:
        while place + _FRAME <= size:
            file.seek(place)
            (length,) = struct.unpack("<Q", file.read(8))
            place += length + _FRAME
            count += 1
    return count if place == size else None
