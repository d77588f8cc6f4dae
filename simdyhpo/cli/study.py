"""`simdyhpo study`: many runs from one file."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simdyhpo.cli.captions import NO_CAPTION, SIZE
from simdyhpo.cli.commands import CommandGroup
from simdyhpo.cli.common_options import TABLES
from simdyhpo.cli.measures import TARGET, asked_measure, measure_options
from simdyhpo.cli.pool_options import pool_options
from simdyhpo.cli.study_export import export
from simdyhpo.cli.study_files import OUT, STUDY_FILE, init, list_studies, show
from simdyhpo.cli.study_pack import pack
from simdyhpo.cli.study_power import power
from simdyhpo.cli.studying import open_study, run_and_say
from simdyhpo.cli.text import AS_JSON, print_json
from simdyhpo.errors import OptionError, cant_write

if TYPE_CHECKING:
    from simdyhpo.studies.pool import Kind


@click.group(cls=CommandGroup)
def study() -> None:
    """Compare many runs: blackboxes x variants x workers x seeds.

    FILE: a TOML file, a shipped study, or the folder of a study's results.
    """


for _command in (export, init, list_studies, pack, power, show):
    study.add_command(_command)


@study.command("check")
@STUDY_FILE
@OUT
@TABLES
@click.option("--no-estimate", is_flag=True, help="Don't measure how long it would take.")
@AS_JSON
def check_study(
    *, file: str, out: Path | None, tables: Path | None, no_estimate: bool, as_json: bool
) -> None:
    """Show what FILE asks for, what is done, and how long the rest would take. Runs nothing to its end."""
    from simdyhpo.own_code import nothing_runs
    from simdyhpo.studies.estimate import estimate_seconds
    from simdyhpo.studies.progress import asked, overview, standing, time_left

    _, plan, store = open_study(file, out, tables)
    lines, expected = overview(plan, store), None
    if not no_estimate and plan.missing(store.finished()):
        if sys.stderr.isatty():
            click.echo("measuring: some twenty seconds where a study has models ...", err=True)
        own = [variant.label for variant in plan.study.variants if variant.own]
        ours = plan.without_own()
        if ours.missing(store.finished()) or not own:
            with nothing_runs():
                expected = estimate_seconds(ours, store)
        lines += ["", *time_left(plan, expected)]
        if own:
            lines.append(f"not counted, since that would run code that isn't ours: {', '.join(own)}")
    if as_json:
        print_json(asked(plan) | standing(plan, store) | {"seconds_left": expected and expected.on_cores()})
    else:
        click.echo("\n".join(lines))


@study.command("run")
@STUDY_FILE
@OUT
@TABLES
@pool_options
@click.option(
    "--shard",
    metavar="I/N",
    help="Only the I-th of N nearly equal shares of the cells; I from 0. For job arrays.",
)
@click.option(
    "--sync", is_flag=True, help="Force each cell to the disk: nothing done is lost in a power cut."
)
def run_study(  # noqa: PLR0913 - one parameter an option
    *,
    file: str,
    out: Path | None,
    tables: Path | None,
    jobs: int | None,
    executor: Kind,
    address: str | None,
    shard: str | None,
    sync: bool,
) -> None:
    """Run the study FILE. Cells whose results are in --out already are not run again.

    Interrupt it at any time and give the same command again: it goes on.
    """
    from simdyhpo.studies.pool import Pool
    from simdyhpo.studies.stored_plan import write_plan

    part = None if shard is None else _shard(shard)
    _, plan, store = open_study(file, out, tables, runs=True)
    store.open()
    write_plan(plan, store.folder)
    run_and_say(plan if part is None else plan.shard(*part), store, Pool(executor, jobs, address), sync=sync)


@study.command("status")
@STUDY_FILE
@OUT
@TABLES
@click.option("--verify", is_flag=True, help="Hold every part of every result against its checksum.")
@AS_JSON
def study_status(*, file: str, out: Path | None, tables: Path | None, verify: bool, as_json: bool) -> None:
    """How far the study FILE is, and what failed.

    Exit status with --verify: 1 if a result is damaged.
    """
    from simdyhpo.studies.progress import damages, failures, overview, set_aside, standing

    _, plan, store = open_study(file, out, tables)
    damaged = store.damage(plan.keys) if verify else []
    if as_json:
        found = [{"path": str(one.path), "problem": one.problem} for one in damaged]
        print_json(standing(plan, store) | ({"damaged": found} if verify else {}))
    else:
        click.echo("\n".join([*overview(plan, store), *failures(plan, store), *set_aside(store)]))
        if verify:
            click.echo("\n".join(damages(damaged)))
    if damaged:
        raise click.exceptions.Exit(1)


@study.command("clean")
@STUDY_FILE
@OUT
@TABLES
@click.option(
    "--stale", is_flag=True, help="Remove results that FILE doesn't ask for (any more). Asks before it does."
)
@click.option("--yes", is_flag=True, help="Don't ask.")
def clean_study(*, file: str, out: Path | None, tables: Path | None, stale: bool, yes: bool) -> None:
    """Remove what died processes left behind in the folder of results, and stale results on demand."""
    from simdyhpo.studies.leftovers import remove_leftovers
    from simdyhpo.studies.stale import asked_by_others

    spec, plan, store = open_study(file, out, tables)
    if stale:
        from simdyhpo.studies.settled import settled, unsettled

        unknown = [variant.label for variant in unsettled(spec, settled(spec, store))]
        if unknown and store.finished():
            raise OptionError(
                "stale",
                True,
                f"which results are those of {', '.join(unknown)} isn't known without running code that "
                "isn't ours; run the study first",
            )
    click.echo(f"{remove_leftovers(store.folder)} abandoned files and folders removed.")
    others = asked_by_others(plan, store) if stale else {}
    old = sorted(store.finished() - set(plan.keys) - set().union(*others.values()))
    for who, keys in others.items():
        if kept := (keys - set(plan.keys)) & store.finished():
            click.echo(f"{len(kept)} results are asked for by {who}, and stay.")
    if not stale:
        old = []
    elif not old:
        click.echo("No result is stale.")
    if old:
        wanted = yes or click.confirm(
            f"{len(old)} of {len(store.finished())} results in {store.folder} are not asked for by "
            f"{plan.study.name!r} as it is now. Remove them?"
        )
        store.remove_all(old if wanted else ())
        click.echo(f"{len(old)} results removed." if wanted else "Nothing removed.")


@study.command("report")
@STUDY_FILE
@OUT
@TABLES
@click.option("--baseline", metavar="LABEL", help="Whom to compare with; default: the first variant.")
@click.option("--save", type=click.Path(path_type=Path), help="Also write report.md and results.csv there.")
@click.option(
    "--figures",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Also draw regret over epochs, over time and by table there: PNG, SVG, PDF.",
)
@click.option(
    "--sweep",
    metavar="OPTION",
    help="Compare the values of this option, with figure and tests; needs --save. As `simdyhpo sweep` does.",
)
@TARGET
@NO_CAPTION
@SIZE
@AS_JSON
@measure_options
def report_study(  # noqa: PLR0913 - one parameter an option
    *,
    file: str,
    out: Path | None,
    tables: Path | None,
    baseline: str | None,
    save: Path | None,
    figures: Path | None,
    sweep: str | None,
    target: float | None,
    no_caption: bool,
    size: tuple[float, float] | None,
    as_json: bool,
    score: str | None,
    unit: str,
    reference: str,
) -> None:
    """Compare what was run so far of the study FILE.

    Differences and tests are of the regret that --score, --unit and --reference ask for; the same in the
    other unit stands beside it. Scores are worked out from the stored results: no cell is run again.
    """
    from simdyhpo.analysis.baseline import known_baseline
    from simdyhpo.studies.whole_report import whole_report

    measure = asked_measure(score, unit, reference)
    spec, plan, store = open_study(file, out, tables)
    if sweep is not None:
        if save is None or baseline is not None or figures is not None:
            raise click.UsageError(
                "--sweep needs --save DIR, has its own figure and no --baseline: it compares with the first"
            )
        from simdyhpo.studies.option_sweep import write_sweep

        if as_json or target is not None:
            raise click.UsageError("--sweep has no --json and no --target; its numbers are in summary.csv")
        text = write_sweep(plan, store, sweep, save, measure, caption=not no_caption, size=size)
        click.echo(text, nl=False)
        return
    whom = known_baseline(baseline, spec.labels, what="variant")
    found = whole_report(plan, store, measure, whom, target)
    if as_json:
        print_json(found.plain)
    else:
        click.echo(found.texts["report.md"], nl=False)
    if save is not None:
        try:
            save.mkdir(parents=True, exist_ok=True)
            for name, text in found.texts.items():
                (save / name).write_text(text, encoding="utf-8")
        except OSError as error:
            raise cant_write(save, error) from None
    if figures is not None:
        from simdyhpo.versus.files import write_figures

        drawn = write_figures(plan, store, figures, measure, captions=not no_caption, size=size)
        click.echo("\n".join(["\nDrawn:", *(f"  {path}" for path in drawn)]), err=as_json)


def _shard(text: str) -> tuple[int, int]:
    """`I/N` as numbers."""
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    number, of = map(int, found.groups()) if found else (0, 0)
    if not number < of:
        raise OptionError("shard", text, "write it as I/N, with I from 0 to N - 1")
    return number, of
