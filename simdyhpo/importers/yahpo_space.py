"""A YAHPO scenario's search space, read from its `config_space.json` and `encoding.json`.

Read by ourselves: YAHPO Gym needs an old ConfigSpace, and that an old numpy.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.errors import TableError, one_line
from simdyhpo.files.bounded import read_bounded
from simdyhpo.files.limits import SETTINGS_BYTES
from simdyhpo.importers.sampling import INACTIVE, Choice, Condition, Range
from simdyhpo.importers.scenarios import Scenario

_NOT_ACTIVE = "#na#"
"""The encoding's word for a category that is not active."""


class Space(msgspec.Struct, frozen=True):
    """A scenario's search space.

    Attributes:
        parameters: the hyperparameters, without the task and the fidelities, in the file's order.
        conditions: when which of them are active.
        tasks: ids.
        encoding: the model's number of every category, by hyperparameter.
    """

    parameters: tuple[Range | Choice, ...]
    conditions: tuple[Condition, ...]
    tasks: tuple[str, ...]
    encoding: Mapping[str, Mapping[str, int]]

    def encoded(self, name: str, column: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
        """Shape (n,): the model's numbers of the categories in `column`."""
        codes = {**self.encoding[name], INACTIVE: self.encoding[name][_NOT_ACTIVE]}
        return np.array([codes[category] for category in column.tolist()], dtype=np.int32)

    def numbers(self, column: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        """Shape (n,): a numeric column as the model takes it, where inactive is 0."""
        return np.nan_to_num(column.astype(np.float64), nan=0.0).astype(np.float32)


class _Float(msgspec.Struct, tag="uniform_float", tag_field="type"):
    name: str
    lower: float
    upper: float
    log: bool


class _Int(msgspec.Struct, tag="uniform_int", tag_field="type"):
    name: str
    lower: int
    upper: int
    log: bool


class _Categorical(msgspec.Struct, tag="categorical", tag_field="type"):
    name: str
    choices: list[str]


class _Equals(msgspec.Struct, tag="EQ", tag_field="type"):
    child: str
    parent: str
    value: str


class _In(msgspec.Struct, tag="IN", tag_field="type"):
    child: str
    parent: str
    values: list[str]


class _SpaceFile(msgspec.Struct):
    """ConfigSpace's JSON, as far as the scenarios use it."""

    hyperparameters: list[_Float | _Int | _Categorical]
    conditions: list[_Equals | _In]


def read_space(folder: Path, scenario: Scenario) -> Space:
    """The space in the scenario's folder.

    Raises:
        TableError: a file is missing, damaged, or not of this scenario.
    """
    file = _read(folder / "config_space.json", _SpaceFile)
    encoding = _read(folder / "encoding.json", dict[str, dict[str, int]])
    known = {one.name: one for one in file.hyperparameters}
    wanted = {*scenario.categorical, *scenario.numeric}
    task = known.get(scenario.instance)
    if set(known) != wanted or not isinstance(task, _Categorical):
        odd = sorted(set(known) ^ wanted) or [scenario.instance]
        raise _other(folder, f"hyperparameters differ in {', '.join(map(repr, odd))}")
    apart = {scenario.instance, scenario.fidelity, *scenario.fixed}
    parameters = tuple(_parameter(one) for one in file.hyperparameters if one.name not in apart)
    for one in (*parameters, Choice(scenario.instance, tuple(task.choices))):
        if isinstance(one, Choice) and not {*one.choices, _NOT_ACTIVE} <= set(encoding.get(one.name, {})):
            raise _other(folder, f"the encoding lacks categories of {one.name!r}")
    conditions = tuple(
        Condition(one.child, one.parent, (one.value,) if isinstance(one, _Equals) else tuple(one.values))
        for one in file.conditions
    )
    for condition in conditions:
        if not {condition.child, condition.parent} <= wanted - apart:
            raise _other(folder, f"a condition names {condition.child!r} and {condition.parent!r}")
    return Space(parameters, conditions, tuple(task.choices), encoding)


def _parameter(one: _Float | _Int | _Categorical) -> Range | Choice:
    if isinstance(one, _Categorical):
        return Choice(one.name, tuple(one.choices))
    return Range(one.name, one.lower, one.upper, integer=isinstance(one, _Int), log=one.log)


def _read(path: Path, kind: Any) -> Any:  # noqa: ANN401 - a type, and a value of it
    try:
        return msgspec.json.decode(read_bounded(path, SETTINGS_BYTES), type=kind)
    except FileNotFoundError:
        remedy = f"give the folder of YAHPO's data that holds {path.parent.name}/"
        raise TableError(str(path), "there is no such file", remedy) from None
    except (OSError, msgspec.MsgspecError) as error:
        raise TableError(str(path), f"unusable ({one_line(error)})", "get YAHPO's data again") from None


def _other(folder: Path, problem: str) -> TableError:
    return TableError(str(folder), f"not the data of this scenario: {problem}", "get YAHPO's data again")
