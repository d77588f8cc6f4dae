"""Tables on disk: one compressed `.npz` file of arrays, meta data and a checksum over the content."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.errors import TableError, cant_write, one_line, other_format
from simdyhpo.files.whole import written_whole
from simdyhpo.hyperparameters.column_checks import check_numbers
from simdyhpo.hyperparameters.configurations import Configurations, Hyperparameter
from simdyhpo.tables.final_scores import FinalScore, Mode
from simdyhpo.tables.members import check_members, header_bytes, opened
from simdyhpo.tables.packed_floats import packed, unpacked

FORMAT = 2
"""The newest. A table that needs nothing of it (packed numbers, scores, an origin of seconds, synthetic
curves) is written in format 1, so that older versions read it, too."""
_ARRAYS = ("values", "elapsed_seconds", "labels")
_COLUMN, _SCORE = "configurations/", "scores/"

Origin = Literal["measured", "surrogate", "synthetic", "unknown"]
Time = Literal["cumulative", "per-fit"]
Seconds = Literal["measured", "predicted", "nominal", "synthetic", "unknown"]

_FLOATS = ("<f4", "<f8", ">f4", ">f8")
_COLUMN_NUMBERS = ("<i8", "<f8", ">i8", ">f8")

LISTS = (".csv", ".parquet")
"""How the names of files end that can become tables."""

_DAMAGE = (
    OSError, ValueError, KeyError, TypeError, EOFError, RuntimeError, MemoryError, zlib.error,
    zipfile.BadZipFile, msgspec.MsgspecError,
)  # fmt: skip
"""What numpy, zipfile and msgspec raise on bytes that no saved table has."""


_LATER = ("time", "seconds", "classes")


class TableInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a table says of itself.

    Attributes:
        name: the benchmark's name.
        mode: whether the metric is minimised or maximised.
        metric: the metric's name and unit, for labels.
        resource: what one step of the resource is, for labels.
        kind: "measured", "surrogate" (predictions of a model), "synthetic" (made by a formula) or "unknown".
        source: where the curves come from, with attribution and licence.
        time: "cumulative": seconds since training began, as of epochs; who resumes pays for what is new.
            "per-fit": seconds of a fit from scratch with that much resource, as of training-set sizes; who
            resumes pays for the whole fit, and between two milestones nothing is reported.
        seconds: where they come from: "measured" with the curves, "predicted" by a model for curves that were
            measured without them, "nominal" (every resource costs the same), "synthetic" (made by a formula),
            or "unknown".
        classes: how many classes the task has that the curves come from; 0 where it has none, or it isn't
            known. It changes no run, so it is no part of a table's checksum.
    """

    name: str
    mode: Mode
    metric: str = "metric"
    resource: str = "epoch"
    kind: Origin = "unknown"
    source: str = ""
    time: Time = "cumulative"
    seconds: Seconds = "unknown"
    classes: Annotated[int, msgspec.Meta(ge=0)] = 0

    def fields(self) -> dict[str, str | int]:
        """By name, for files.

        `_LATER` came after the first tables, whose bytes stay: each is left out where it says what they mean.
        """
        defaults = {field.name: field.default for field in msgspec.structs.fields(type(self))}
        named: dict[str, str | int] = msgspec.structs.asdict(self)
        return {name: said for name, said in named.items() if name not in _LATER or said != defaults[name]}

    def checked_fields(self) -> dict[str, str | int]:
        """By name, what a checksum is taken of: all that can change a run or what is said of it."""
        return {name: said for name, said in self.fields().items() if name != "classes"}


class TableContent(msgspec.Struct, frozen=True):
    """The parts of a table that its file holds; see `CurveTable`."""

    info: TableInfo
    configurations: Configurations
    values: npt.NDArray[Any]
    elapsed_seconds: npt.NDArray[Any]
    labels: npt.NDArray[Any]
    scores: Mapping[str, FinalScore]
    checksum: str


class _Version(msgspec.Struct):
    """The part of a header that every format has."""

    format: int


class _Score(msgspec.Struct):
    """What a header says of a final score."""

    name: str
    mode: Mode


class _Header(msgspec.Struct, kw_only=True):
    """The file's meta data, stored as JSON bytes in the array `header`."""

    format: int
    info: TableInfo
    hyperparameters: list[Hyperparameter]
    checksum: str
    scores: list[_Score] = []


def write_table_file(content: TableContent, path: Path, *, pack: bool = False) -> Path:
    """Write a table to `path` (`.npz` is added when missing); equal content gives equal bytes.

    Args:
        content: the table.
        path: the file.
        pack: hold values and seconds in the smallest form (`simdyhpo.tables.packed_floats`), a third smaller,
            rather than as arrays that anyone can read.

    Raises:
        OutputError: the folder can't be written.
    """
    path = path if path.suffix == ".npz" else path.with_name(path.name + ".npz")
    header = {
        "format": FORMAT if pack or content.scores or _later(content.info) else 1,
        "info": content.info.fields(),
        "hyperparameters": content.configurations.hyperparameters,
        "checksum": content.checksum,
    }
    if content.scores:
        header["scores"] = [_Score(score.name, score.mode) for score in content.scores.values()]
    arrays: dict[str, Any] = {
        "header": np.frombuffer(msgspec.json.encode(header), dtype=np.uint8),
        "values": packed(content.values) if pack else content.values,
        "elapsed_seconds": _small_seconds(content.elapsed_seconds) if pack else content.elapsed_seconds,
        "labels": content.labels,
    }
    arrays |= {_COLUMN + name: column for name, column in content.configurations.columns.items()}
    arrays |= {_SCORE + name: score.values for name, score in content.scores.items()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as aside, aside.open("wb") as file:
            np.savez_compressed(file, **arrays)
    except OSError as error:
        raise cant_write(path, error) from None
    return path


def read_table_file(path: Path) -> TableContent:
    """Read what `write_table_file` wrote. The checksum is not compared here.

    Raises:
        TableError: the file is missing, damaged, truncated or of another format.
    """
    try:
        with opened(path) as archive:
            raw = header_bytes(archive)
            version = msgspec.json.decode(raw, type=_Version).format
            if version not in (1, FORMAT):
                raise TableError(
                    str(path), *other_format(version, FORMAT, "make the table again").split("; ")
                )
            header = msgspec.json.decode(raw, type=_Header)
            names = [*_ARRAYS, *(_COLUMN + h.name for h in header.hyperparameters)]
            names += [_SCORE + s.name for s in header.scores]
            check_members(archive, names)
            arrays = {name: archive[name] for name in names}
        columns = {h.name: arrays[_COLUMN + h.name] for h in header.hyperparameters}
        values, labels = _whole(arrays["values"]), arrays["labels"]
        elapsed = _all_seconds(arrays["elapsed_seconds"], values)
        _check_types(values, elapsed, labels)
        _check_columns(str(path), header.hyperparameters, columns, len(values))
        configurations = Configurations(header.hyperparameters, columns)
        scores = {s.name: FinalScore(s.name, s.mode, arrays[_SCORE + s.name]) for s in header.scores}
    except FileNotFoundError:
        raise TableError(str(path), "there is no such file", "check the path") from None
    except _DAMAGE as error:
        if path.suffix.lower() in LISTS:
            problem, remedy = (
                "a list of values, not yet a table",
                "`simdyhpo blackbox import` makes one of it",
            )
            raise TableError(str(path), problem, remedy) from None
        problem = f"damaged, truncated or not a saved table ({type(error).__name__}: {one_line(error)})"
        raise TableError(str(path), problem, "get or make the file again") from None
    return TableContent(header.info, configurations, values, elapsed, labels, scores, header.checksum)


def stored_checksum(path: Path) -> str:
    """The checksum that a table's file states, without reading its curves.

    Raises:
        TableError: there is no such file, or it is damaged.
    """
    try:
        with opened(path) as archive:
            return msgspec.json.decode(header_bytes(archive), type=_Header).checksum
    except _DAMAGE as error:
        problem = f"missing, damaged or not a saved table ({type(error).__name__}: {one_line(error)})"
        raise TableError(str(path), problem, "get or make the file again") from None


def _later(info: TableInfo) -> bool:
    """Whether it says something for which format 1 has no word."""
    return info.seconds != "unknown" or info.kind == "synthetic"


def _small_seconds(elapsed: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Where every resource of a configuration costs the same, one column says it all."""
    step = elapsed[:, :1]
    return step if np.array_equal(_in_equal_steps(step, elapsed.shape[1]), elapsed) else packed(elapsed)


def _all_seconds(stored: npt.NDArray[Any], values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if stored.ndim == 2 and stored.shape[1] == 1 != values.shape[1]:
        return _in_equal_steps(stored, values.shape[1])
    return _whole(stored)


def _in_equal_steps(step: npt.NDArray[Any], resources: int) -> npt.NDArray[Any]:
    steps: npt.NDArray[Any] = step * np.arange(1, resources + 1, dtype=step.dtype)
    return steps


def _whole(stored: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Numbers as they are, as format 1 has them, or packed."""
    return unpacked(stored) if stored.dtype == np.uint8 else stored


def _check_types(values: npt.NDArray[Any], elapsed: npt.NDArray[Any], labels: npt.NDArray[Any]) -> None:
    """Values and times are matrices of floats, labels a row of numbers: whatever else is no saved table.

    Raises:
        TypeError: it isn't so.
    """
    for name, array in (("values", values), ("elapsed_seconds", elapsed)):
        if array.ndim != 2 or array.dtype.str not in _FLOATS:
            raise TypeError(f"{name} is {array.ndim}-dimensional, of {array.dtype}")
    if labels.ndim != 1 or labels.dtype.kind not in "iuf":
        raise TypeError(f"labels are {labels.ndim}-dimensional, of {labels.dtype}")


def _check_columns(
    where: str, hyperparameters: list[Hyperparameter], columns: dict[str, npt.NDArray[Any]], count: int
) -> None:
    """As many columns as hyperparameters, as long as there are curves, numeric or text as stated.

    Raises:
        TypeError: it isn't so.
        TableError: numbers are infinite, or span too far.
    """
    if len(columns) != len(hyperparameters):
        raise TypeError("two hyperparameters share a name")
    for one in hyperparameters:
        column = columns[one.name]
        fits = column.dtype.kind == "U" if one.kind == "categorical" else column.dtype.str in _COLUMN_NUMBERS
        if not fits or column.shape != (count,):
            raise TypeError(f"{one.name} has shape {column.shape}, of {column.dtype}")
        if one.log and (one.kind == "categorical" or bool((column <= 0).any())):
            raise TypeError(f"{one.name} has values without a logarithm")
        if one.kind == "numeric":
            check_numbers(where, one.name, column)
