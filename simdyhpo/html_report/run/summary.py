"""What was asked of a run, and what came of it."""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from simdyhpo.html_report.far_worst_notes import far_worst_notes
from simdyhpo.html_report.run.data import RunData
from simdyhpo.html_report.tables import Column, Value, table
from simdyhpo.html_report.templates import Fact, Section, fill
from simdyhpo.html_report.words import regret_words, table_words
from simdyhpo.studies.progress import duration
from simdyhpo.traces.manifest import Fork
from simdyhpo.units import NANOSECONDS

_REGRETS = ("regret", "other_regret")


def facts(data: RunData) -> list[Fact]:
    """The numbers that a reader looks for first."""
    manifest, counts = data.manifest, data.manifest.counts
    last = data.incumbents.iloc[-1:]
    both = [regret_words(float(last[name].sum())) if len(last) else "none" for name in _REGRETS]
    return [
        *map(Fact, both, [f"final {head}" for head in data.regret.heads]),
        Fact(f"{counts.decisions:,}", "decision" if counts.decisions == 1 else "decisions"),
        Fact(f"{counts.epochs:,}", "epoch" if counts.epochs == 1 else "epochs"),
        Fact(f"{counts.trials:,}", "trial" if counts.trials == 1 else "trials"),
        Fact(f"{manifest.spec.workers:,}", "worker" if manifest.spec.workers == 1 else "workers"),
        Fact(duration(manifest.end_ns / NANOSECONDS), "of simulated time"),
    ]


def summary_section(data: RunData) -> Section:
    """The spec in words, the scheduler's own counts, and how the incumbent improved."""
    manifest = data.manifest
    spec, box = manifest.spec, manifest.spec.blackbox
    best = "no finite value was reported" if manifest.best_value is None else f"{manifest.best_value:.6g}"
    pairs = [
        ("table", f"{box['name']}; {table_words(box)}"),
        ("scheduler", spec.scheduler),
        ("seed", str(spec.seed)),
        ("budget", spec.budget.words),
        ("ended by", manifest.ended_by),
        (f"best {box['metric']}", best),
        ("host time", f"{data.wall_seconds:.2f} seconds"),
        *((name.replace("_", " "), f"{count:,}") for name, count in manifest.schedule.items()),
        *((name.replace("_", " "), str(value)) for name, value in manifest.diagnostics.items() if value),
    ]
    fork = manifest.fork
    note = (
        f"A what-if: decision {fork.decision} was given ({fork.instead}) instead of taken."
        if isinstance(fork, Fork)
        else ""
    )
    notes = [one for one in (note, *far_worst_notes([box])) if one]
    body = fill(
        "run_summary.html", notes=notes, pairs=pairs, improvements=_improvements(data), scores=_scores(data),
        measures=data.regret.words,
    )  # fmt: skip
    return Section("summary", "Summary", body)


def _improvements(data: RunData) -> Markup:
    box = data.manifest.spec.blackbox
    columns = [
        Column("epochs", 0), Column("simulated seconds", 3), Column("configuration", 0),
        Column("resource", 0), Column(box["metric"], 6), *(Column(head, 4) for head in data.regret.heads),
    ]  # fmt: skip
    rows: list[list[Value]] = [list(row) for row in data.incumbents.itertuples(index=False, name=None)]
    if not rows:
        return Markup()
    return table("How the incumbent improved; the last row is the end", columns, rows)


def _scores(data: RunData) -> Markup:
    """What the incumbent at the end is worth by other measures."""
    if not data.scores:
        return Markup()
    normalised = msgspec.structs.replace(data.regret.measure, unit="normalised").unit_words
    columns = [Column("score"), Column("value", 6), Column(normalised, 4), Column("absolute regret", 4)]
    rows: list[list[Value]] = [
        [one.name.replace("_", " "), one.value, one.normalised, one.absolute] for one in data.scores
    ]
    return table("Final scores of the last incumbent, which no scheduler sees", columns, rows)
