"""A study's report as texts and as numbers: in the measure that was asked for, and in the other unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from simdyhpo.analysis.measures import ABSOLUTE, NORMALISED, Measure, in_both_units
from simdyhpo.analysis.verdicts import LEVEL
from simdyhpo.studies.calibrations import with_calibration
from simdyhpo.studies.measured_rows import with_other_units
from simdyhpo.studies.plan import Plan
from simdyhpo.studies.report import report
from simdyhpo.studies.report_numbers import groups_of, plain_group
from simdyhpo.studies.results import collect_measured, results_csv
from simdyhpo.studies.store import Store
from simdyhpo.studies.targets import reached_rows


class WholeReport(msgspec.Struct, frozen=True):
    """What a study's results say.

    Attributes:
        texts: what to write, by the names of the files: report.md and results.csv.
        plain: the report's numbers, for programs.
    """

    texts: Mapping[str, str]
    plain: Mapping[str, Any]


def whole_report(
    plan: Plan,
    store: Store,
    measure: Measure = NORMALISED,
    baseline: str | None = None,
    target: float | None = None,
) -> WholeReport:
    """Compare what is finished of a study.

    Args:
        plan: the study's.
        store: its results.
        measure: what is compared and comes first; the same in the other unit stands beside it. The CSV has
            these and, in any case, both units of what was optimised.
        baseline: label of the variant that the others are compared with; the first if not given.
        target: a regret, in that measure, of which is said when runs reached it.

    Raises:
        OutputError: nothing is finished.
        BoundError: a run is better than hindsight.
        SimdyhpoError: the measure can't be taken on all tables.
    """
    study, both, whom = plan.study, in_both_units(measure), baseline or plan.study.labels[0]
    found = collect_measured(plan, store, list(dict.fromkeys([NORMALISED, ABSOLUTE, *both])))
    base = with_calibration(found[NORMALISED], plan, store)
    shown = {one: found[one].assign(calibration_rms=base["calibration_rms"]) for one in both}
    reached = None if target is None else reached_rows(plan, store, measure, target)
    groups = list(groups_of(study, base, whom, plan.tables, shown, reached))
    text = report(study, base, whom, plan.tables, shown, groups, target)
    plain = {
        "study": study.name,
        "question": study.question,
        "results": str(store.folder),
        "cells": len(study.cells()),
        "done": len(base),
        "budget": study.budget.limits,
        "seeds": list(study.seed_numbers),
        "baseline": whom,
        "level": LEVEL,
        "target": target,
        "groups": [plain_group(group) for group in groups],
    }
    texts = {"report.md": text, "results.csv": results_csv(with_other_units(base, found))}
    return WholeReport(texts, plain)
