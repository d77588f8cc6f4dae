"""What makes arrays a table of learning curves: what it says, shapes, labels, times that never run back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from simdyhpo.errors import TableError, exact
from simdyhpo.files.limits import MAX_VALUE
from simdyhpo.hyperparameters.column_checks import check_text
from simdyhpo.tables.files import Origin, Seconds, TableInfo, Time
from simdyhpo.tables.final_scores import FinalScore, Mode
from simdyhpo.units import MAX_SECONDS, NANOSECONDS


def floats(where: str, what: str, array: npt.ArrayLike) -> npt.NDArray[Any]:
    """A private floating-point copy of `array`; float32 stays float32, so that files stay small."""
    try:
        raw = np.asarray(array)
        return np.array(raw, dtype=raw.dtype if raw.dtype in (np.float32, np.float64) else np.float64)
    except (TypeError, ValueError) as error:
        problem = f"{what} holds something that is no number ({error})"
        raise TableError(where, problem, "give floats") from None


def check_info(where: str, info: TableInfo) -> None:
    """Raise a `TableError` if a table says of itself what no table can be."""
    check_text(where, "it is called", info.name)
    for what, said, kinds in (
        ("mode", info.mode, Mode),
        ("kind", info.kind, Origin),
        ("time", info.time, Time),
        ("seconds", info.seconds, Seconds),
    ):
        if said not in get_args(kinds):
            known = " or ".join(map(repr, get_args(kinds)))
            raise TableError(where, f"{what} is {said!r}", f"use {known}")
    if info.classes < 0 or info.classes == 1:
        raise TableError(
            where, f"it has {info.classes!r} classes", "give 2 or more, or 0 where there are none"
        )


def check_shapes(
    where: str, values: npt.NDArray[Any], elapsed: npt.NDArray[Any], configurations: int
) -> None:
    """Raise a `TableError` if there isn't one value and one time for each configuration and resource."""
    if values.ndim != 2 or 0 in values.shape:
        raise TableError(where, f"values has shape {values.shape}", "give (configurations, resources)")
    if elapsed.shape != values.shape:
        raise TableError(
            where, f"elapsed_seconds has shape {elapsed.shape}, values {values.shape}", "make them equal"
        )
    if configurations != values.shape[0]:
        raise TableError(
            where, f"{configurations} configurations for {values.shape[0]} curves", "give one row a curve"
        )


def check_values(where: str, values: npt.NDArray[Any], exists: npt.NDArray[np.bool_]) -> None:
    """Raise a `TableError` unless a value is finite, and no finite one is too large to reckon with."""
    present = np.isfinite(values) & exists
    if not present.any():
        raise TableError(where, "no value is finite", "a table needs at least one learning curve")
    huge = np.argwhere(present & (np.abs(values) > np.float64(MAX_VALUE)))  # float32 can't hold it
    if huge.size:
        row, column = (int(i) for i in huge[0])
        raise TableError(
            where,
            f"configuration {row} has the value {exact(values[row, column])} at resource {column + 1}, "
            f"beyond {MAX_VALUE:g}",
            "give nan or inf where training diverged",
        )


def check_labels(where: str, labels: npt.NDArray[Any], resources: int) -> None:
    """Raise a `TableError` if the labels aren't a rising number for each resource."""
    if labels.shape != (resources,):
        raise TableError(where, f"{labels.size} labels for {resources} resources", "give one each")
    if labels.dtype.kind not in "iuf" or not np.isfinite(labels).all() or (np.diff(labels) <= 0).any():
        raise TableError(where, f"labels are {labels.tolist()}", "give rising numbers")


def check_scores(where: str, scores: Mapping[str, FinalScore], configurations: int) -> None:
    """Raise a `TableError` if a score has no direction, no finite number, or not one a configuration."""
    for name, score in scores.items():
        if score.mode not in get_args(Mode):
            raise TableError(where, f"score {name!r} has mode {score.mode!r}", "use 'min' or 'max'")
        if score.values.shape != (configurations,):
            raise TableError(
                where,
                f"score {name!r} has shape {score.values.shape} for {configurations} configurations",
                "give one number each",
            )
        if not np.isfinite(score.values).any():
            raise TableError(where, f"no value of score {name!r} is finite", "leave the score out")


def clean_time(
    where: str, elapsed: npt.NDArray[Any], *, per_fit: bool
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]:
    """Lengths, rounded and monotone times in nanoseconds, and the number of times raised.

    Times per fit may fall from one fit to the next; it is their sum that mustn't pass the limit.

    Raises:
        TableError: a time is missing inside a curve, negative or too long, or a curve has none.
    """
    exists = ~np.isnan(elapsed)
    lengths = exists.sum(axis=1)
    holes = exists != (np.arange(elapsed.shape[1])[None, :] < lengths[:, None])
    if holes.any():
        row, column = (int(i) for i in np.argwhere(holes)[0])
        raise TableError(
            where,
            f"configuration {row} has no time around resource {column + 1}, inside its curve",
            "give every time up to the curve's end",
        )
    if not lengths.all():
        problem = f"configuration {int(np.argmin(lengths))} has no times at all"
        raise TableError(where, problem, "leave it out or give its times")
    seconds = np.where(exists, elapsed, 0.0).astype(np.float64)
    bad = (seconds < 0) | ((np.cumsum(seconds, axis=1) if per_fit else seconds) > MAX_SECONDS)
    if bad.any():
        row, column = (int(i) for i in np.argwhere(bad)[0])
        raise TableError(
            where,
            f"configuration {row} takes {exact(seconds[row, column])} seconds to resource {column + 1}",
            f"times must lie between 0 and {MAX_SECONDS:g}",
        )
    rounded = np.rint(seconds * NANOSECONDS).astype(np.int64)
    if per_fit:
        return lengths.astype(np.int64), np.cumsum(rounded, axis=1), 0
    monotone = np.maximum.accumulate(rounded, axis=1)
    repairs = int(((monotone > rounded) & exists).sum())
    return lengths.astype(np.int64), monotone, repairs
