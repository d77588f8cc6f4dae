"""A stored study, opened again from its folder alone."""

from __future__ import annotations

from pathlib import Path

from simdyhpo.errors import OutputError
from simdyhpo.studies.places import results_in
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_plan import plan_names, read_plan
from simdyhpo.versus.comparison import Comparison


def load_study(folder: str | Path, name: str | None = None) -> Comparison:
    """The results of a study as labelled frames, with tests, plots and a report. Nothing is run.

    Args:
        folder: where `simdyhpo study run`, `versus`, `sweep` or `simdyhpo.compare` wrote them: the results'
            folder, or the one that has them in `results`.
        name: which study, if the folder has several.

    Raises:
        OutputError: no study's results are there, or several and none is named.
    """
    place = results_in(Path(folder))
    names = plan_names(place)
    if not names:
        raise OutputError(f"{folder}: holds no study's results; give the folder that it was run into")
    if name is None and len(names) > 1:
        raise OutputError(f"{folder}: holds results of {len(names)} studies; name one: {', '.join(names)}")
    if name is not None and name not in names:
        raise OutputError(f"{folder}: holds no results of study {name!r}, but of {', '.join(names)}")
    return Comparison(Store(place), read_plan(place, name or names[0]))
