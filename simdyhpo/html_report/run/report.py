"""A run's report: its sections in their order."""

from __future__ import annotations

from collections.abc import Callable

from simdyhpo.analysis.measures import NORMALISED, Measure
from simdyhpo.html_report.run.cluster import cluster_section
from simdyhpo.html_report.run.data import RunData, read_run_data
from simdyhpo.html_report.run.decisions import decisions_section
from simdyhpo.html_report.run.figures import figures_section
from simdyhpo.html_report.run.origin import origin_section
from simdyhpo.html_report.run.summary import facts, summary_section
from simdyhpo.html_report.templates import Section, page
from simdyhpo.traces.stored_run import StoredRun

SECTIONS: tuple[Callable[[RunData], Section | None], ...] = (
    summary_section,
    figures_section,
    decisions_section,
    cluster_section,
    origin_section,
)
"""A section that has nothing to show is left out."""


def run_report(run: StoredRun, measure: Measure = NORMALISED) -> str:
    """The page about a run.

    Raises:
        OutputError: a file is missing, damaged or altered.
        SimdyhpoError: the measure can't be taken on the run's table.
    """
    data = read_run_data(run, measure)
    spec = data.manifest.spec
    title = f"{spec.scheduler} on {spec.blackbox['name']}"
    sections = [made for section in SECTIONS if (made := section(data)) is not None]
    return page(title, "", f"Run, seed {spec.seed}", facts(data), sections)
