"""The finished cells of a folder, held against their checksums: what every reader of results starts from."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Iterable

import msgspec
import pandas as pd

from simdyhpo.studies.current_marks import with_current_marks
from simdyhpo.studies.damage import DamagedCell, DamagedResults, damage_words
from simdyhpo.studies.store import Store


class FinishedCells(msgspec.Struct, frozen=True, dict=True):
    """Cells that can be reported.

    Attributes:
        store: where they lie.
        stored: one row for each, as it was written, with the columns of `parquet.CELLS`.
        damaged: what is wrong with others, which are left out, or with host seconds, which are NaN then.
    """

    store: Store
    stored: pd.DataFrame
    damaged: list[DamagedCell]

    @functools.cached_property
    def rows(self) -> pd.DataFrame:
        """What is stored, under today's rule for marks."""
        return with_current_marks(self.stored, self.store)

    @functools.cached_property
    def seconds(self) -> pd.Series:
        """Host seconds by key."""
        return self.store.seconds(self.rows["cell"])

    def timed(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Such rows with a further column, seconds_per_decision (host)."""
        seconds = rows["cell"].map(self.seconds).astype("float64")
        return rows.assign(seconds_per_decision=seconds / rows["decisions"].clip(lower=1))

    def named(self, names: pd.DataFrame) -> pd.DataFrame:
        """The rows of some cells under a study's own names, `timed`.

        Args:
            names: the column cell, and those that replace a cell's own: a table may call itself otherwise.
                A cell may have several rows: two labels may mean the same run.
        """
        own = [name for name in self.rows.columns if name == "cell" or name not in names.columns]
        return self.timed(names.merge(self.rows[own], on="cell", how="inner"))


def finished_cells(store: Store, keys: Iterable[str] | None = None) -> FinishedCells:
    """Read what is finished of some cells, or of all in a folder; damage is said in a warning.

    Raises:
        OutputError: the folder can't be read.
    """
    finished = store.finished()
    wanted = sorted(finished) if keys is None else list(dict.fromkeys(keys))
    damaged = store.damage(wanted)
    bad = {one.key for one in damaged if not one.usable}
    if damaged:
        warnings.warn(damage_words(damaged), DamagedResults, stacklevel=2)
    usable = [key for key in wanted if key in finished and key not in bad]
    return FinishedCells(store, store.cells(usable), damaged)
