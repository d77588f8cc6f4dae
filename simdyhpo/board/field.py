"""Who is on the board: the kept cells of many methods side by side, and which of them can be ranked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from simdyhpo.board.definition import MARKS, SHIPPED, Board, Grid, Part
from simdyhpo.board.results import Kept, method_files, read_kept
from simdyhpo.errors import UnknownNameError
from simdyhpo.runs.spec import behaviour_of

Floats = npt.NDArray[np.float64]


class Field(msgspec.Struct, frozen=True):
    """Cells of several methods in one part.

    Attributes:
        rows: one row for each cell: cell (its key), label (the method), scheduler, blackbox, workers, seed,
            behaviour, span, today (whether it is of today's behaviour).
        marks: (cells, `MARKS`) regrets, normalised by the table's worst, in the order of the rows.
    """

    rows: pd.DataFrame
    marks: Floats

    @property
    def labels(self) -> list[str]:
        """The methods, as they come."""
        return list(dict.fromkeys(self.rows["label"]))

    def on(self, grid: Grid) -> Field:
        """The cells of a grid alone."""
        inside = self.rows["blackbox"].isin(grid.tables) & (self.rows["seed"] < grid.seeds)
        return self._some(inside.to_numpy())

    def of(self, labels: Sequence[str]) -> Field:
        """The cells of some methods alone."""
        return self._some(self.rows["label"].isin(labels).to_numpy())

    def absolute(self) -> Floats:
        """(cells, `MARKS`): regrets in each table's own unit."""
        found: Floats = self.marks * self.rows["span"].to_numpy()[:, None]
        return found

    def cells_of(self) -> dict[str, int]:
        """How many cells each method has, of today's behaviour."""
        today = self.rows["today"].groupby(self.rows["label"]).sum()
        return {label: int(today[label]) for label in self.labels}

    def complete(self, grid: Grid) -> list[str]:
        """The methods that have every cell of a grid; only they are ranked, all on the same cells."""
        return [label for label, cells in self.on(grid).cells_of().items() if cells == grid.size]

    def _some(self, which: npt.NDArray[np.bool_]) -> Field:
        return Field(self.rows[which].reset_index(drop=True), self.marks[which])


def field_of(kept: Iterable[Kept], options: Mapping[str, Mapping[str, Any]] | None = None) -> Field:
    """Kept cells as a frame and an array.

    Args:
        kept: the cells.
        options: by method: what of its scheduler's settings isn't the default.
    """
    cells, settings = list(kept), options or {}
    names = ["cell", "method", "scheduler", "blackbox", "workers", "seed", "behaviour", "span"]
    rows = pd.DataFrame([[getattr(one, name) for name in names] for one in cells], columns=names)
    rows["today"] = [
        one.behaviour == behaviour_of(one.scheduler, settings.get(one.method, {})) for one in cells
    ]
    marks = np.array([one.marks for one in cells], dtype=np.float64).reshape(-1, MARKS)
    return Field(rows.rename(columns={"method": "label"}), marks)


def read_field(board: Board, part: Part, names: Sequence[str] = (), folder: Path = SHIPPED) -> Field:
    """What a board's folder holds.

    Args:
        board, part: whose.
        names: of some methods, or paths of such files, as `board run` writes them; all of the folder if none.
        folder: of the board.

    Raises:
        UnknownNameError: a method has no results there.
        BoardVersionError: a file is of another version of the board.
        OutputError: a file is damaged.
    """
    there, found = method_files(folder, part), {}
    options = {label: variant.options for label, variant in board.entries.items()}
    for name in names or there:
        if name in there:
            found[name] = read_kept(there[name], board, part, name)
        elif name.endswith(".parquet"):
            kept = read_kept(Path(name), board, part)
            label = next((one.method for one in kept), name)
            if label in found or label in there:
                renamed = f"{label} ({name})"
                options[renamed] = options.get(label, {})
                label = renamed
            found[label] = [msgspec.structs.replace(one, method=label) for one in kept]
        else:
            raise UnknownNameError(
                "method of the board", name, there, "or give a file that `board run` wrote"
            )
    order = {label: place for place, label in enumerate(board.entries)}
    labels = sorted(found, key=lambda label: order.get(label, len(order)))
    return field_of((cell for label in labels for cell in found[label]), options)
