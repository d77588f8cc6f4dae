"""`simdyhpo run`: one scheduler on one table, its logs in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from simdyhpo.runs import RunResult


@click.command(short_help="Simulate one scheduler on one table.")
@click.option(
    "--blackbox", required=True, help="A name from `simdyhpo blackbox list`, or a saved table's path."
)
@click.option("--scheduler", required=True, help="A name from `simdyhpo scheduler list`, or module:Class.")
@click.option(
    "--option", "options", multiple=True, metavar="NAME=VALUE", help="A scheduler's setting; repeatable."
)
@click.option("--workers", type=int, default=1, show_default=True, help="Number of virtual workers.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seeds every random stream.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="New folder for the run's logs.")
@click.option("--max-epochs", type=int, help="End with this many reports.")
@click.option("--max-seconds", type=float, help="End at this simulated time.")
@click.option("--max-trials", type=int, help="Start no more than this many trials.")
@click.option("--max-decisions", type=int, help="Make no more than this many decisions.")
@click.option(
    "--sampling",
    default="without-replacement",
    show_default=True,
    help="without-replacement, or with-replacement: a configuration may start again as a new trial.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def run(  # noqa: PLR0913 - one argument for each option of the command
    *,
    blackbox: str,
    scheduler: str,
    options: tuple[str, ...],
    workers: int,
    seed: int,
    out: Path,
    max_epochs: int | None,
    max_seconds: float | None,
    max_trials: int | None,
    max_decisions: int | None,
    sampling: Any,  # noqa: ANN401 - `simulate` checks it, and offers the nearest name
    as_json: bool,
) -> None:
    """Replay a table's learning curves to virtual workers under a scheduler until a budget ends.

    At least one of the --max options is needed. The folder OUT gets decisions.csv, reports.csv,
    manifest.json and timing.json; `simdyhpo trace` reads them.
    """
    if max_epochs is max_seconds is max_trials is max_decisions is None:
        raise click.UsageError(
            "no budget: give at least one of --max-epochs, --max-seconds, --max-trials, --max-decisions"
        )
    from simdyhpo.blackboxes import load_blackbox
    from simdyhpo.cli.lookup import find_own_modules
    from simdyhpo.cli.progress import progress_bar
    from simdyhpo.options import parse_pairs
    from simdyhpo.runs import simulate
    from simdyhpo.traces.write import check_free, write_run

    settings = parse_pairs(options)
    check_free(out)
    find_own_modules(scheduler)
    table = load_blackbox(blackbox)
    with progress_bar(f"{scheduler} on {table.name}") as progress:
        result = simulate(
            table,
            scheduler,
            workers=workers,
            seed=seed,
            max_epochs=max_epochs,
            max_seconds=max_seconds,
            max_trials=max_trials,
            max_decisions=max_decisions,
            options=settings,
            sampling=sampling,
            progress=progress,
        )
    write_run(result, out)
    click.echo(_as_json(result, out) if as_json else _as_text(result, out))


def _as_json(result: RunResult, out: Path) -> str:
    """The result on one line; values that are not finite become null."""
    from simdyhpo.traces.manifest import to_json_line

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
            "regret": result.regret,
            "schedule": result.schedule,
            "diagnostics": result.diagnostics,
            "wall_seconds": result.wall_seconds,
            "out": str(out),
        }
    )


def _as_text(result: RunResult, out: Path) -> str:
    """A summary for a person."""
    spec, table = result.spec, result.spec.blackbox
    schedule = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in result.schedule.items())
    counts = f"epochs {result.epochs:,}, trials {result.trials:,}, decisions {len(result.log):,}"
    workers = f"{spec.workers:,} worker{'' if spec.workers == 1 else 's'}"
    best = f"{table['metric']} {result.best_value:.6g}, normalised regret {result.regret:.4f}"
    lines = [
        f"{spec.scheduler} on {table['name']}, {workers}, seed {spec.seed}",
        f"  ended by    {result.ended_by}",
        f"  simulated   {result.simulated_seconds:,.1f} seconds; {counts}",
        f"  schedule    {schedule or 'nothing counted'}",
        f"  best        {best}",
        f"  took        {result.wall_seconds:.2f} seconds",
        f"  written to  {out}",
    ]
    if table["time_repairs"]:
        lines.insert(1, f"  table       {table['time_repairs']:,} times that ran backwards were raised")
    return "\n".join(lines)
