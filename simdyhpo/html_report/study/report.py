"""A study's report: its sections in their order."""

from __future__ import annotations

from collections.abc import Callable

from simdyhpo.html_report.study.cluster import cluster_section
from simdyhpo.html_report.study.data import StudyData
from simdyhpo.html_report.study.data_sets import data_sets_section
from simdyhpo.html_report.study.decisions import decisions_section
from simdyhpo.html_report.study.failures import failures_section
from simdyhpo.html_report.study.figures import figures_section
from simdyhpo.html_report.study.origin import origin_section
from simdyhpo.html_report.study.runs import runs_section
from simdyhpo.html_report.study.summary import facts, summary_section
from simdyhpo.html_report.templates import Section, page

SECTIONS: tuple[Callable[[StudyData], Section | None], ...] = (
    summary_section,
    figures_section,
    data_sets_section,
    decisions_section,
    cluster_section,
    runs_section,
    failures_section,
    origin_section,
)
"""A section that has nothing to show is left out."""


def study_report(data: StudyData) -> str:
    """The page about a study."""
    sections = [made for section in SECTIONS if (made := section(data)) is not None]
    question = "" if data.study is None else data.study.question
    return page(data.name, question, "Study", facts(data), sections)
