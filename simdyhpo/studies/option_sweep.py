"""The sweep of one option: the study behind it, and what is written of its results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import pandas as pd

from simdyhpo.analysis.marks import FLOOR, SHARES
from simdyhpo.analysis.measures import ABSOLUTE, NORMALISED, Measure, in_both_units
from simdyhpo.analysis.sweep import sweep_by_blackbox, sweep_summary
from simdyhpo.analysis.sweep_tables import sweep_blackbox_table, sweep_shares_table, sweep_table
from simdyhpo.analysis.verdicts import LEVEL, nothing_shown
from simdyhpo.drawing.canvas import save_figure
from simdyhpo.drawing.sweep import sweep_figure
from simdyhpo.errors import SimdyhpoError, cant_write
from simdyhpo.studies.bound import study_bounds
from simdyhpo.studies.exhausted import exhausted_lines
from simdyhpo.studies.far_worst_lines import far_worst_lines
from simdyhpo.studies.files import VariantGrid
from simdyhpo.studies.measured_rows import with_other_units
from simdyhpo.studies.one_line import Asked, one_line_study
from simdyhpo.studies.plan import Plan
from simdyhpo.studies.results import collect_measured, results_csv
from simdyhpo.studies.spec import Study, Variant
from simdyhpo.studies.store import Store


def sweep_study(
    option: str,
    values: Sequence[Any],
    *,
    scheduler: str = "dyhpo",
    options: Mapping[str, Any] | None = None,
    rival: str | None = "asha",
    **asked: Unpack[Asked],
) -> Study:
    """A study with one variant for each value of an option, and a rival.

    Args:
        option, values: what is swept.
        scheduler, options: whose option it is, and its other settings.
        rival: a scheduler beside it, if any.
        asked: see `Asked`.

    Raises:
        SimdyhpoError: the study can't be run (see `Study.check`), or there are fewer than two values.
    """
    grid = VariantGrid(scheduler=scheduler, options=options or {}, grid={option: values})
    rivals = [] if rival is None else [Variant(rival.rpartition(":")[2], rival)]
    study = one_line_study(option, [*grid.variants(), *rivals], "swept", **asked)
    swept_labels(study, option)
    return study


def swept_labels(study: Study, option: str) -> tuple[dict[Any, str], str | None]:
    """Which label has which value of the option, and the label of the rival (the first that has none).

    Raises:
        SimdyhpoError: fewer than two variants set the option, or two set the same value.
    """
    labels: dict[Any, str] = {}
    rivals = []
    for variant in study.variants:
        if option not in variant.options:
            rivals.append(variant.label)
        elif labels.setdefault(variant.options[option], variant.label) != variant.label:
            raise SimdyhpoError(
                f"study {study.name!r}: {option} is {variant.options[option]!r} in two variants, which "
                "differ in something else"
            )
    if len(labels) < 2:
        raise SimdyhpoError(
            f"study {study.name!r}: no two variants have different values of {option!r}; give two at least"
        )
    return labels, rivals[0] if rivals else None


def write_sweep(  # noqa: PLR0913 - what is written of what, where
    plan: Plan,
    store: Store,
    option: str,
    folder: Path,
    measure: Measure = NORMALISED,
    *,
    caption: bool = True,
    size: tuple[float, float] | None = None,
) -> str:
    """Write sweep.png, sweep.svg, sweep.pdf, report.md, summary.csv and results.csv into `folder`.

    Args:
        plan, store: the study and its results.
        option: which is swept.
        folder: where to write.
        measure: of the regret that is compared and drawn; the report has the other unit, too.
        caption: whether the figure has it inside; else sweep.md has it.
        size: width and height of the figure in inches; its own if not given.

    Returns:
        The report.

    Raises:
        SimdyhpoError: the study is no sweep of this option; see `swept_labels`.
        OutputError: no result is there, or the folder can't be written.
    """
    labels, rival = swept_labels(plan.study, option)
    both = in_both_units(measure)
    found = collect_measured(plan, store, list(dict.fromkeys([NORMALISED, ABSOLUTE, *both])))
    parts = {one: _Part(found[one], labels, rival) for one in both}
    summary, by_blackbox = parts[measure].summary, parts[measure].by_blackbox
    text = "\n".join(_report(plan, option, found[NORMALISED], parts)) + "\n"
    csv = results_csv(with_other_units(found[NORMALISED], found))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.md").write_text(text, encoding="utf-8")
        (folder / "summary.csv").write_text(
            summary.to_csv(index=False, lineterminator="\n"), encoding="utf-8"
        )
        (folder / "results.csv").write_text(csv, encoding="utf-8")
    except OSError as error:
        raise cant_write(folder, error) from None
    note = f"{_workers(plan.study)}; each run trains {plan.study.budget.words}."
    figure = sweep_figure(
        summary, by_blackbox, option=option, note=note, label=measure.label(_metrics(plan)),
        about=measure.words(_metrics(plan)), titled=False,
    )  # fmt: skip
    save_figure(figure, folder, "sweep", ("png", "svg", "pdf"), caption=caption, size=size)
    return text


def _metrics(plan: Plan) -> list[str]:
    return [table.info.metric for table in plan.tables.values()]


class _Part:
    """A sweep's numbers in one measure."""

    def __init__(self, rows: pd.DataFrame, labels: dict[Any, str], rival: str | None) -> None:
        self.summary = sweep_summary(rows, labels, rival)
        self.by_blackbox = sweep_by_blackbox(rows, labels, rival)


def _report(plan: Plan, option: str, rows: pd.DataFrame, parts: Mapping[Measure, _Part]) -> list[str]:
    """The report's lines; `rows` are normalised by the worst, the first of `parts` is what is compared."""
    study, metrics = plan.study, _metrics(plan)
    first = next(iter(parts))
    summary = parts[first].summary
    tables: list[str] = []
    for measure, part in parts.items():
        tables += ["", f"## {_title(measure.label(metrics))}", "", *sweep_table(part.summary, option)]
        tables += ["", measure.words(metrics)]
    ends: list[str] = []
    for measure, part in parts.items():
        ends += ["", f"## Final {measure.label(metrics)}, by blackbox", ""]
        ends += sweep_blackbox_table(part.by_blackbox, option)
    return [
        f"# {option}",
        "",
        *([study.question, ""] if study.question else []),
        f"{len(rows)} of {len(study.cells())} cells: {', '.join(study.blackboxes)}; {_workers(study)};",
        f"{len(study.seed_numbers)} seeds; each run trains {study.budget.words}.",
        "",
        *_verdicts(summary),
        *_bound(plan, rows, first),
        *far_worst_lines(plan.tables.values()),
        *exhausted_lines(study, rows, plan.tables),
        *tables,
        "",
        "In brackets: 95 % bootstrap interval of the mean over runs.",
        "Differences are those of the logarithm of the final regret (base",
        f"10; below {FLOOR:g} counts as {FLOOR:g}), paired by blackbox and seed; negative is better.",
        "p: Wilcoxon's signed-rank test, two-sided, with Holm's correction within its column.",
        "",
        "## Decisions",
        "",
        *sweep_shares_table(summary, option),
        *ends,
    ]


def _title(text: str) -> str:
    return text[0].upper() + text[1:]


def _bound(plan: Plan, rows: pd.DataFrame, measure: Measure) -> list[str]:
    """What no value of the option could have beaten."""
    bounds = study_bounds(plan.study, rows, plan.tables, measure)
    if not bounds:
        return []
    bound = np.min(list(bounds.values()), axis=0)
    marks = ", ".join(f"{regret:.4f} at {share:.0%}" for regret, share in zip(bound, SHARES, strict=True))
    return ["", f"Hindsight bound, {measure.label(_metrics(plan))}: {marks} of the budget."]


def _verdicts(summary: pd.DataFrame) -> list[str]:
    """What the tests say, in a sentence each."""
    values = summary[~summary["rival"]]
    known = values.dropna(subset="regret")
    lines = ["No value has a finished run yet."]
    if not known.empty:
        lines = [f"The lowest mean regret is that of {known.loc[known['regret'].idxmin(), 'value']}."]
    first = values.iloc[0]
    lines.append(_verdict(values.iloc[1:], "first", f"the value {first['value']}", first["runs"]))
    if summary["rival"].any():
        rival = summary[summary["rival"]].iloc[0]
        lines.append(_verdict(values, "rival", f"`{rival['value']}`", rival["runs"]))
    return lines


def _verdict(values: pd.DataFrame, family: str, whom: str, runs: int) -> str:
    sure = values[values[f"p_{family}_holm"] < LEVEL]
    if sure.empty:
        pairs = int(values[f"pairs_{family}"].sum())
        return nothing_shown(values[f"p_least_{family}_holm"], whom, runs=runs, pairs=pairs)
    better = list(sure[sure[f"difference_{family}"] < 0]["value"])
    worse = list(sure[sure[f"difference_{family}"] > 0]["value"])
    parts = [f"{', '.join(names)} {word}" for names, word in ((better, "better"), (worse, "worse")) if names]
    if len(sure) < len(values):
        parts.append("the others are undecided")
    return f"At the level of {LEVEL:.0%}, compared with {whom}: {'; '.join(parts)}."


def _workers(study: Study) -> str:
    counts = ", ".join(map(str, study.workers))
    crowd = f"{counts} worker" if counts == "1" else f"{counts} workers"
    return f"{crowd} on {study.cluster_words}" if study.cluster_words else crowd
