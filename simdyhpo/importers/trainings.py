"""The reports of a long table, sorted into trainings and checked, and one curve made of a configuration's."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.errors import TableError, UnknownNameError, exact
from simdyhpo.hyperparameters.column_checks import Place
from simdyhpo.streams import Streams

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MEAN, FIRST, SAMPLED = "mean", "first", "sampled"
"""What `choose` knows beside the name of one repeat."""


class Reports(msgspec.Struct, frozen=True):
    """One report an entry, sorted by configuration, repeat and resource.

    A training is one repeat of one configuration.

    Attributes:
        row: in the long table.
        configuration: 0..n-1.
        training: 0.., rising.
        resource: 0..R-1, the position among the distinct values.
        value, seconds: what was reported.
    """

    row: Ints
    configuration: Ints
    training: Ints
    resource: Ints
    value: Floats
    seconds: Floats

    def __len__(self) -> int:
        return len(self.row)

    def select(self, chosen: npt.NDArray[np.bool_]) -> Reports:
        """Only some of them."""
        return Reports(*(getattr(self, name)[chosen] for name in self.__struct_fields__))


class Curves(msgspec.Struct, frozen=True):
    """One curve for each configuration; (n, R) arrays, NaN after a curve's end."""

    value: Floats
    seconds: Floats
    notes: tuple[str, ...]


def sorted_reports(
    configuration: Ints, repeat: Ints, resource: Ints, value: Floats, seconds: Floats
) -> Reports:
    """Sort the rows of a long table; `repeat` tells the trainings of a configuration apart."""
    order = np.lexsort((resource, repeat, configuration))
    pairs = np.stack([configuration[order], repeat[order]], axis=1)
    starts = np.r_[True, (pairs[1:] != pairs[:-1]).any(axis=1)]
    training = np.cumsum(starts) - 1
    return Reports(order, configuration[order], training, resource[order], value[order], seconds[order])


def check_reports(  # noqa: PLR0913 - the parts of an error
    where: str, reports: Reports, labels: Floats, resource: str, advice: str, place: Place
) -> None:
    """Every training reports each resource up to its end once.

    Args:
        where: named in errors.
        reports: sorted.
        labels: the resources' values.
        resource: what the resource's column is called.
        advice: what might help where it isn't so.
        place: what a row is called.

    Raises:
        TableError: two rows report the same, or one is missing.
    """
    same = reports.training[1:] == reports.training[:-1]
    step = reports.resource[1:] - reports.resource[:-1]
    doubled = np.flatnonzero(same & (step == 0))
    if doubled.size:
        first, second = sorted((int(reports.row[doubled[0]]), int(reports.row[doubled[0] + 1])))
        point = labels[reports.resource[doubled[0]]]
        raise TableError(
            where,
            f"{place(first)} and {place(second)} both report {resource} {exact(point)} of one configuration",
            f"remove one, or name the column that tells repeated trainings apart; {advice}",
        )
    expected = np.where(np.r_[False, same], np.r_[0, reports.resource[:-1]] + 1, 0)
    holes = np.flatnonzero(reports.resource != expected)
    if holes.size:
        row, point = int(reports.row[holes[0]]), labels[expected[holes[0]]]
        found = labels[reports.resource[holes[0]]]
        rounding = "they differ by rounding: write one of them; " if np.isclose(found, point, 1e-9, 0) else ""
        raise TableError(
            where,
            f"{place(row)} reports {resource} {exact(found)}, but its curve has no report at {resource} "
            f"{exact(point)}",
            f"{rounding}give every {resource} up to a curve's end; {advice}",
        )


def check_times(where: str, reports: Reports, resource: str) -> None:
    """Cumulative times never run backwards.

    Raises:
        TableError: one does.
    """
    same = reports.training[1:] == reports.training[:-1]
    falls = np.flatnonzero(same & (reports.seconds[1:] < reports.seconds[:-1]))
    if falls.size:
        place = falls[0]
        before, after = exact(reports.seconds[place]), exact(reports.seconds[place + 1])
        raise TableError(
            where,
            f"row {int(reports.row[place + 1]) + 1}: time falls from {before} to {after} seconds as "
            f"{resource} rises (and {falls.size - 1:,} more)",
            "correct it, have such times raised (--repair-time, repair_time=True), or say that seconds are "
            "per-step or per-fit (--seconds-are, seconds_are=)",
        )


def summed_times(reports: Reports) -> Reports:
    """Seconds from one report to the next, summed up along each training."""
    import pandas as pd

    seconds = pd.Series(reports.seconds).groupby(reports.training).cumsum().to_numpy()
    return msgspec.structs.replace(reports, seconds=seconds)


def choose(where: str, reports: Reports, names: list[str], repeats: str, seed: int) -> tuple[Reports, str]:
    """The trainings that make the curves, and a sentence on it.

    Args:
        where: named in errors.
        reports: sorted and checked.
        names: (trainings,) what the column of repeats says of each; empty without such a column.
        repeats: "mean" takes all; "first" the one that appears first in each configuration; "sampled" one at
            random in each; anything else is the name of one repeat.
        seed: of the random choice.

    Raises:
        UnknownNameError: no repeat has that name.
        TableError: a configuration lacks that repeat.
    """
    if not names:
        return reports, ""
    starts = np.flatnonzero(np.r_[True, reports.training[1:] != reports.training[:-1]])
    owner = reports.configuration[starts]
    count = int(owner[-1]) + 1
    per_configuration = np.bincount(owner, minlength=count)
    crowd = f"{len(starts):,} trainings of {count:,} configurations"
    if repeats == MEAN:
        if len(starts) == count:
            return reports, ""
        return reports, f"Values and seconds are means over repeats: {crowd}."
    first_row = np.minimum.reduceat(reports.row, starts)
    by_appearance = np.lexsort((first_row, owner))
    begins = np.r_[0, np.cumsum(per_configuration)[:-1]]
    if repeats == FIRST:
        chosen, said = by_appearance[begins], "the first repeat of each is kept"
    elif repeats == SAMPLED:
        uniforms = Streams(seed).generator("repeats").random(count)
        chosen = by_appearance[begins + (uniforms * per_configuration).astype(np.int64)]
        said = f"one repeat of each is kept, drawn at random with seed {seed}"
    else:
        named = np.array([name == repeats for name in names])
        if not named.any():
            raise UnknownNameError("repeat", repeats, {MEAN, FIRST, SAMPLED, *names[:1000]})
        lacking = np.flatnonzero(np.bincount(owner[named], minlength=count) == 0)
        if lacking.size:
            row = int(first_row[by_appearance[begins[lacking[0]]]])
            raise TableError(
                where,
                f"{lacking.size:,} configurations, that of row {row + 1} first, have no repeat {repeats!r}",
                "choose another, or mean, first or sampled",
            )
        chosen, said = np.flatnonzero(named), f"repeat {repeats!r} of each is kept"
    kept = np.zeros(len(starts), dtype=np.bool_)
    kept[chosen] = True
    return reports.select(kept[reports.training]), f"Of {crowd}, {said}."


def mean_curves(reports: Reports, configurations: int, width: int) -> Curves:
    """Means over each configuration's trainings, as far as all of them go.

    Args:
        reports: sorted and checked.
        configurations: n.
        width: R.
    """
    starts = np.flatnonzero(np.r_[True, reports.training[1:] != reports.training[:-1]])
    lengths = np.diff(np.r_[starts, len(reports)])
    common = np.full(configurations, width)
    np.minimum.at(common, reports.configuration[starts], lengths)
    kept = reports.select(reports.resource < common[reports.configuration])
    cell = kept.configuration * width + kept.resource
    size = configurations * width
    count = np.bincount(cell, minlength=size)
    with np.errstate(invalid="ignore"):  # a cell without a report is 0 / 0: NaN, as it should be
        value = np.bincount(cell, weights=kept.value, minlength=size) / count
        seconds = np.bincount(cell, weights=kept.seconds, minlength=size) / count
    left_out = len(reports) - len(kept)
    notes = (f"{left_out:,} reports past the end of the shortest repeat are left out.",) if left_out else ()
    shape = (configurations, width)
    return Curves(value.reshape(shape), seconds.reshape(shape), notes)
