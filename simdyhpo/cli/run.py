"""`simdyhpo run`: one scheduler on one table, its logs in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simdyhpo.cli.measures import REFERENCE, SCORE, asked_measure
from simdyhpo.cli.simulation import check_budget, simulated, simulation_options

if TYPE_CHECKING:
    from simdyhpo.analysis.measures import Measure
    from simdyhpo.analysis.score_regrets import ScoreRegret
    from simdyhpo.runs.result import RunResult


@click.command(short_help="Simulate one scheduler on one table.")
@simulation_options
@click.option("--out", type=click.Path(path_type=Path), required=True, help="New folder for the run's logs.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@SCORE
@REFERENCE
def run(
    *,
    out: Path,
    as_json: bool,
    score: str | None,
    reference: str,
    **settings: Any,  # noqa: ANN401 - see `simulation_options`
) -> None:
    """Replay a table's learning curves to virtual workers under a scheduler until a budget ends.

    At least one of the --max options is needed. The folder OUT gets decisions.csv, reports.csv,
    manifest.json and timing.json; `simdyhpo trace` reads them.

    Regret is said in both units, normalised by --reference. Where the table has final scores, which no
    scheduler sees, so is the incumbent's regret in each of them, or in --score alone.
    """
    check_budget(settings)
    measure = asked_measure(score, "normalised", reference)
    from simdyhpo.tables.blackboxes import load_blackbox
    from simdyhpo.traces.write import check_free, write_run

    check_free(out)
    table = load_blackbox(settings["blackbox"])
    measure.check({table.name: table})
    result = simulated(settings)
    write_run(result, out)
    click.echo((_as_json if as_json else _as_text)(result, out, measure))


def _regrets(result: RunResult, measure: Measure) -> tuple[float, float]:
    """Absolute and normalised regret of what was optimised; NaN where chance is asked for and not known."""
    import msgspec

    from simdyhpo.analysis.measures import ABSOLUTE

    plain = msgspec.structs.replace(measure, score=None)
    known = plain.known_of(result.table)
    return result.regret_in(ABSOLUTE), result.regret_in(plain) if known else float("nan")


def _scores(result: RunResult, measure: Measure) -> list[ScoreRegret]:
    """Those to be shown: all, or the one that was asked for."""
    return [one for one in result.scores(measure.reference) if measure.score in (None, one.name)]


def _as_json(result: RunResult, out: Path, measure: Measure) -> str:
    """The result on one line; values that are not finite become null."""
    import msgspec

    from simdyhpo.traces.manifest import to_json_line

    absolute, normalised = _regrets(result, measure)
    scores = {one.name: msgspec.structs.asdict(one) for one in _scores(result, measure)}
    return to_json_line(
        {
            "scheduler": result.spec.scheduler,
            "blackbox": result.spec.blackbox["name"],
            "workers": result.spec.workers,
            "seed": result.spec.seed,
            "ended_by": result.ended_by,
            "decisions": len(result.log),
            "epochs": result.epochs,
            "trials": result.trials,
            "simulated_seconds": result.simulated_seconds,
            "best_value": result.best_value,
            "regret": normalised,
            "absolute_regret": absolute,
            "reference": measure.reference,
            "incumbent": result.incumbent,
            "scores": scores,
            "schedule": result.schedule,
            "diagnostics": result.diagnostics,
            "wall_seconds": result.wall_seconds,
            "out": str(out),
            **_on_cluster(result),
        }
    )


def _on_cluster(result: RunResult) -> dict[str, object]:
    """What there is to say of a cluster that is not ideal."""
    import msgspec

    from simdyhpo.simulation.named_clusters import cluster_name

    if isinstance(result.spec.cluster, msgspec.UnsetType):
        return {}
    return {
        "cluster": cluster_name(result.spec.cluster),
        "utilisation": result.accounts.utilisation,
        "failed_trials": result.failed_trials,
    }


def _as_text(result: RunResult, out: Path, measure: Measure) -> str:
    """A summary for a person."""
    import msgspec

    spec, table = result.spec, result.spec.blackbox
    schedule = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in result.schedule.items())
    counts = f"epochs {result.epochs:,}, trials {result.trials:,}, decisions {len(result.log):,}"
    workers = f"{spec.workers:,} worker{'' if spec.workers == 1 else 's'}"
    absolute, normalised = _regrets(result, measure)
    label = measure.unit_words
    best = f"{table['metric']} {result.best_value:.6g}, {label} {normalised:.4f}, absolute {absolute:.4f}"
    lines = [
        f"{spec.scheduler} on {table['name']}, {workers}, seed {spec.seed}",
        f"  ended by    {result.ended_by}{_hint(result)}",
        f"  simulated   {result.simulated_seconds:,.1f} seconds; {counts}",
        f"  schedule    {schedule or 'nothing counted'}",
        f"  best        {best}",
        *_score_lines(result, measure),
        f"  took        {result.wall_seconds:.2f} seconds",
        f"  written to  {out}",
    ]
    if not isinstance(spec.cluster, msgspec.UnsetType):
        lines.insert(-2, f"  workers     {_workers_time(result)}")
    if table["time_repairs"]:
        lines.insert(1, f"  table       {table['time_repairs']:,} times that ran backwards were raised")
    return "\n".join(lines)


def _hint(result: RunResult) -> str:
    """What helps where the table, not the budget, ended the run or held it up."""
    from simdyhpo.analysis.table_ends import ran_out

    if result.spec.sampling != "without-replacement":
        return ""
    count = result.spec.blackbox["configurations"]
    totals = result.accounts.totals_ns
    idle = totals["idle"] / max(sum(totals.values()) - totals["absent"], 1)
    if not ran_out(result.ended_by, result.trials, count, idle):
        return ""
    early = result.ended_by == "exhausted"
    what = "" if early else f"workers were idle {idle:.0%} of their time, since "
    return f": {what}all {count:,} configurations were started; --sampling with-replacement starts them again"


def _score_lines(result: RunResult, measure: Measure) -> list[str]:
    """A line for each final score."""
    from simdyhpo.cli.text import aligned

    scores, label = _scores(result, measure), measure.unit_words
    header = (f"configuration {result.incumbent}", "value", label, "absolute")
    rows = [(one.name, f"{one.value:.6g}", f"{one.normalised:.4f}", f"{one.absolute:.4f}") for one in scores]
    return [f"  {line}" for line in aligned(header, rows, right=header[1:])] if rows else []


def _workers_time(result: RunResult) -> str:
    """Where it went on a cluster, and what was lost."""
    totals = result.accounts.totals_ns
    whole = max(sum(totals.values()), 1)
    shares = ", ".join(f"{name} {total / whole:.1%}" for name, total in totals.items())
    failed = result.failed_trials
    return f"{shares}; {failed:,} trial{'' if failed == 1 else 's'} failed"
