"""From a folder of results to the text of one HTML file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simdyhpo.analysis.measures import NORMALISED, Measure
from simdyhpo.errors import OptionError, OutputError, cant_write
from simdyhpo.files.whole import written_whole
from simdyhpo.html_report.run.report import run_report
from simdyhpo.html_report.study.data import plan_or_none, read_study
from simdyhpo.html_report.study.report import study_report
from simdyhpo.html_report.templates import GENERATOR
from simdyhpo.studies.places import is_cell, is_results
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_cell import open_cell
from simdyhpo.studies.stored_plan import StoredPlan, plan_names, read_plan
from simdyhpo.traces.manifest import RUN_FILES
from simdyhpo.traces.read import read_run

_HEAD = 2000
"""Within so many characters, a report says that it is one."""


def html_report(
    place: Path,
    plan: StoredPlan | None = None,
    progress: Callable[[float], None] | None = None,
    measure: Measure = NORMALISED,
    baseline: str | None = None,
) -> str:
    """A page about what lies at `place`; the same bytes for the same files.

    Args:
        place: a folder of a study's results, the folder of a run, or a study's cell (cells/KEY).
        plan: what the study asked for, where the folder doesn't say or another one is meant.
        progress: called now and then with the share that is done.
        measure: of regret; the other unit stands beside it.
        baseline: the method that a study's others are compared with; the first if not given.

    Raises:
        UnknownNameError: the study has no such method.
        OutputError: nothing of that kind is there, or a file is missing, damaged or altered.
        BoundError: a run is better than hindsight.
        SimdyhpoError: the measure can't be taken on all tables, or needs one that isn't here.
    """
    if baseline is not None and not is_results(place):
        raise OptionError(
            "baseline", baseline, f"{place} holds no study's results: a run is compared with nobody"
        )
    if is_cell(place):
        return run_report(open_cell(place), measure)
    if not place.is_dir():
        raise OutputError(f"{place}: there is no such folder; give that of a study's results, or of a run")
    if not is_results(place):
        if not any((place / name).exists() for name in RUN_FILES):
            raise OutputError(f"{place}: holds neither a study's results nor a run; check the folder")
        return run_report(read_run(place), measure)
    if plan is None and (name := plan_or_none(place, plan_names(place))):
        plan = read_plan(place, name)
    store = Store(place)
    return study_report(read_study(store, plan, progress, measure, baseline))


def write_report(text: str, path: Path) -> None:
    """Write a page; in place of another report, but never of anything else.

    Raises:
        OutputError: something else is there, or the file can't be written.
    """
    try:
        if path.exists() and not _is_report(path):
            raise OutputError(f"{path}: is there and no report, so it is left as it is; choose another name")
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as aside:
            aside.write_text(text, encoding="utf-8")
    except OSError as error:
        raise cant_write(path, error) from None


def _is_report(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        return f'<meta name="generator" content="{GENERATOR}">' in file.read(_HEAD)
