"""The configurations of a table: typed columns, and their encoding as features for surrogates."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.errors import TableError
from simdyhpo.hyperparameters.column_checks import Column, check_logarithms
from simdyhpo.hyperparameters.columns import read_column
from simdyhpo.read_only import lock, locked_copy

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["numeric", "categorical"]


class Hyperparameter(msgspec.Struct, frozen=True):
    """One column of a table's configurations.

    Attributes:
        name: the column's name.
        kind: "numeric" (floats and integers; NaN means inactive) or "categorical" (anything else).
        log: whether the column was sampled, and is compared, on a log scale.
    """

    name: str
    kind: Kind
    log: bool = False


class ColumnWarning(UserWarning):
    """A column of hyperparameters was taken for something that its giver may not have meant."""


class Configurations:
    """n configurations as columns of equal length; row i is configuration i.

    Invariants: numeric columns are float64 or int64 arrays, categorical ones are arrays of str. Nothing in it
    can be written into: all runs on a table share it.
    """

    def __init__(
        self, hyperparameters: Sequence[Hyperparameter], columns: Mapping[str, npt.NDArray[Any]]
    ) -> None:
        self.hyperparameters = tuple(hyperparameters)
        self._columns = {name: locked_copy(column) for name, column in columns.items()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Pickles forget that an array is read-only."""
        self.__dict__.update(state)
        for column in self._columns.values():
            lock(column)

    @classmethod
    def from_columns(
        cls, frame: pd.DataFrame | Mapping[str, Sequence[object]], *, log: Collection[str], source: str
    ) -> Configurations:
        """Read columns from a DataFrame (or any mapping of columns).

        Args:
            frame: one row per configuration.
            log: names of the columns on a log scale; their values must be positive.
            source: named in errors.

        Raises:
            TableError: columns differ in length or share a name; a column can't be kept, see
                `simdyhpo.hyperparameters.columns`; a name in `log` is no column, is not numeric, or has
                values that are not positive.

        Warns:
            ColumnWarning: what looks like numbers is kept as text, or a word is read as inactive.
        """
        named = {str(name): name for name in frame}
        if len(named) < len(list(frame)):
            raise TableError(source, "two hyperparameters have the same name", "give each its own")
        columns = {text: read_column(source, text, frame[name]) for text, name in named.items()}
        for column in columns.values():
            for note in column.notes:
                warnings.warn(f"{source}: {note}", ColumnWarning, stacklevel=3)
        return cls.from_read(columns, log=log, source=source)

    @classmethod
    def from_read(cls, columns: Mapping[str, Column], *, log: Collection[str], source: str) -> Configurations:
        """`from_columns` of columns that were read already; their notes are the caller's."""
        for name in sorted(set(log) - set(columns)):
            raise TableError(
                source, f"log names {name!r}, which is no column", f"columns are {list(columns)}"
            )
        lengths = {name: len(column.array) for name, column in columns.items()}
        if len(set(lengths.values())) > 1:
            raise TableError(source, f"hyperparameters differ in length: {lengths}", "give one value a curve")
        for name in log:
            check_logarithms(source, name, columns[name])
        hyperparameters = [
            Hyperparameter(name, "numeric" if column.numeric else "categorical", name in log)
            for name, column in columns.items()
        ]
        return cls(hyperparameters, {name: column.array for name, column in columns.items()})

    @property
    def columns(self) -> Mapping[str, npt.NDArray[Any]]:
        """The column of each hyperparameter, shape (n,)."""
        return MappingProxyType(self._columns)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()))) if self._columns else 0

    def frame(self) -> pd.DataFrame:
        """The configurations as a DataFrame, one row each."""
        import pandas as pd

        return pd.DataFrame(self._columns)

    def row(self, configuration: int) -> dict[str, Any]:
        """One configuration as plain Python values."""
        return {name: column[configuration].item() for name, column in self.columns.items()}

    @functools.cached_property
    def duplicates(self) -> int:
        """How many configurations equal one with a lower id."""
        keys = [np.unique(column, return_inverse=True)[1].ravel() for column in self.columns.values()]
        if not keys:
            return 0
        return len(self) - len(np.unique(np.stack(keys, axis=1), axis=0))

    def features(self) -> npt.NDArray[np.float64]:
        """The configurations as numbers in [0, 1], shape (n, d).

        Numbers are log-scaled where declared, then min-max scaled over the table; categories are one-hot; an
        inactive (NaN) number is 0, with a column of flags beside it.
        """
        blocks: list[npt.NDArray[np.float64]] = []
        for hyperparameter in self.hyperparameters:
            column = self.columns[hyperparameter.name]
            if hyperparameter.kind == "categorical":
                categories = np.unique(column)
                blocks.extend((column == category).astype(np.float64) for category in categories)
                continue
            number = column.astype(np.float64)
            inactive = np.isnan(number)
            if hyperparameter.log:
                number = np.log(number)
            active = number[~inactive]
            low, high = (active.min(), active.max()) if active.size else (0.0, 0.0)
            scaled = (number - low) / (high - low) if high > low else np.zeros_like(number)
            blocks.append(np.where(inactive, 0.0, scaled))
            if inactive.any():
                blocks.append(inactive.astype(np.float64))
        return np.stack(blocks, axis=1) if blocks else np.zeros((len(self), 0))
