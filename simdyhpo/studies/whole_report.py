"""A study's report and results as texts: in the measure that was asked for, beside it in the other unit."""

from __future__ import annotations

from collections.abc import Mapping

from simdyhpo.analysis.measures import ABSOLUTE, NORMALISED, Measure, in_both_units
from simdyhpo.studies.calibrations import with_calibration
from simdyhpo.studies.measured_rows import with_other_units
from simdyhpo.studies.plan import Plan
from simdyhpo.studies.report import report
from simdyhpo.studies.results import collect_measured, results_csv
from simdyhpo.studies.store import Store


def report_texts(
    plan: Plan, store: Store, measure: Measure = NORMALISED, baseline: str | None = None
) -> Mapping[str, str]:
    """What to write, by the names of the files: report.md and results.csv.

    Args:
        plan: the study's.
        store: its results.
        measure: what is compared and comes first; the same in the other unit stands beside it. The CSV has
            these and, in any case, both units of what was optimised.
        baseline: label of the variant that the others are compared with; the first if not given.

    Raises:
        OutputError: nothing is finished.
        BoundError: a run is better than hindsight.
        SimdyhpoError: the measure can't be taken on all tables.
    """
    both = in_both_units(measure)
    found = collect_measured(plan, store, list(dict.fromkeys([NORMALISED, ABSOLUTE, *both])))
    base = with_calibration(found[NORMALISED], plan, store)
    shown = {one: found[one].assign(calibration_rms=base["calibration_rms"]) for one in both}
    text = report(plan.study, base, baseline or plan.study.variants[0].label, plan.tables, shown)
    return {"report.md": text, "results.csv": results_csv(with_other_units(base, found))}
