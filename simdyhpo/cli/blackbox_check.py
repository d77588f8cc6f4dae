"""`simdyhpo blackbox check`: what is in a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simdyhpo.cli import completion
from simdyhpo.cli.asked_lines import asked_lines
from simdyhpo.cli.text import AS_JSON, aligned, print_json, size_text

if TYPE_CHECKING:
    from simdyhpo.analysis.table_report import Spread, TableReport
    from simdyhpo.tables.blackboxes import BlackboxManifest


@click.command("check", short_help="Show what is in a table, and whether it is whole.")
@click.argument("name_or_file", shell_complete=completion.tables)
@AS_JSON
def check(*, name_or_file: str, as_json: bool) -> None:
    """Read a table whole and report on it: a name from `blackbox list`, or a saved table's path.

    Ends with status 1 if the table is whole but doesn't fit the manifest beside it.
    """
    from simdyhpo.analysis.table_report import table_report
    from simdyhpo.tables.blackboxes import find_table, manifest_beside, read_manifest
    from simdyhpo.tables.curves import CurveTable

    path = find_table(name_or_file)
    report = table_report(CurveTable.load(path))
    beside = manifest_beside(path)
    manifest = None if beside is None else read_manifest(beside)
    fits = manifest is None or manifest.checksum == report.checksum
    if as_json:
        _print_json(path, report, manifest, fits=fits)
    else:
        click.echo("\n".join(_lines(path, report, manifest)))
    if not fits:
        click.echo(f"{beside}: its checksum is of another table; make the table again", err=True)
        raise click.exceptions.Exit(1)


def _print_json(path: Path, report: TableReport, manifest: BlackboxManifest | None, *, fits: bool) -> None:
    content = {
        "file": str(path),
        "disk_bytes": path.stat().st_size,
        "report": report,
        "manifest": manifest,
        "manifest_fits": fits,
    }
    print_json(content)


def _lines(path: Path, report: TableReport, manifest: BlackboxManifest | None) -> list[str]:
    size = path.stat().st_size
    labels = f"{report.first_label:g} to {report.last_label:g}"
    repeats = "none" if not report.duplicates else f"{report.duplicates:,} equal an earlier one"
    lengths = (
        "all curves reach the end"
        if not report.ragged
        else f"{report.ragged:,} curves end early; lengths {_said(report.lengths)}"
    )
    final = "no finite value" if report.final is None else _said(report.final)
    lines = [
        f"{report.name}: {report.configurations:,} configurations x {report.resources:,} resources",
        f"  file         {path}",
        (
            f"  size         {size_text(size)} on disk, {size / report.configurations:,.0f} bytes a curve; "
            f"{report.memory_bytes_per_curve:,.0f} bytes a curve in memory"
        ),
        f"  kind         {report.kind}{_WARNINGS.get(report.kind, '')}",
        f"  metric       {report.metric}, {report.mode}",
        f"  values       best {report.best:.6g}, worst {report.worst:.6g}; at the curves' ends {final}",
        f"  not finite   {report.non_finite:,} cells, {report.non_finite_share:.2%}",
        f"  resource     {report.resource}, {labels}; {lengths}",
        f"  time         {_TIMES[report.time]}; {_seconds_words(report, manifest)}",
        f"  seconds      a curve {_said(report.seconds_per_curve)}",
        f"               a resource {_said(report.seconds_per_resource)}; {report.instant_steps:,} take none",
        f"  repairs      {report.time_repairs:,} times ran backwards and are raised when loaded",
        f"  duplicates   {repeats}",
        f"  checksum     {report.checksum}",
    ]
    if report.far_worst is not None:
        lines.append(f"  WARNING      {report.far_worst.words}")
    parts = (_rank_lines(report), _score_lines(report), _asked_lines(manifest), _column_lines(report))
    return [*lines, *(line for part in parts for line in part), "", *_manifest_lines(report, manifest)]


_TIMES = {
    "cumulative": "since training began: who resumes pays for what is new",
    "per-fit": "per fit: each resource is trained from scratch, so who resumes pays for the whole fit",
}
_SECONDS = {
    "measured": "measured",
    "predicted": "PREDICTED by a model, for curves that were measured without",
    "nominal": "nominal: every resource costs the same",
    "synthetic": "made by a formula",
    "unknown": "not said where seconds come from",
}
_WARNINGS = {"surrogate": ": predictions, not measurements", "synthetic": ": made by a formula, not measured"}


def _seconds_words(report: TableReport, manifest: BlackboxManifest | None) -> str:
    """Where seconds come from; of a table that was made before tables said so, what its notes say of them."""
    if report.seconds == "unknown" and manifest is not None:
        sentences = manifest.notes.replace(". ", ".\n").splitlines()
        said = next((one for one in sentences if "seconds" in one.lower()), None)
        if said is not None:
            return said.removesuffix(".")
    return _SECONDS[report.seconds]


def _rank_lines(report: TableReport) -> Iterator[str]:
    if not report.ranks:
        return
    yield f"\nSpearman's rank correlation with resource {report.resources}:"
    header = ("resource", "label", "curves", "rho")
    rows = [
        (str(one.resource), f"{one.label:g}", f"{one.curves:,}", "-" if one.rho is None else f"{one.rho:.3f}")
        for one in report.ranks
    ]
    for line in aligned(header, rows, right=header):
        yield f"  {line}"


def _score_lines(report: TableReport) -> Iterator[str]:
    if not report.scores:
        return
    yield "\nFinal scores, which no scheduler sees:"
    rows = [(one.name, one.mode, f"{one.best:.6g}", f"{one.worst:.6g}") for one in report.scores]
    for line in aligned(("score", "mode", "best", "worst"), rows, right=("best", "worst")):
        yield f"  {line}"


def _asked_lines(manifest: BlackboxManifest | None) -> Iterator[str]:
    if manifest is None or not manifest.achieved:
        return
    yield "\nAsked when it was made, and measured on the table:"
    for line in asked_lines(manifest):
        yield f"  {line}"


def _column_lines(report: TableReport) -> Iterator[str]:
    yield "\nHyperparameters:"
    rows = [
        (
            one.name,
            one.kind + (", log" if one.log else ""),
            f"{one.distinct:,} values" if one.lower is None else f"{one.lower:g} to {one.upper:g}",
            f"{one.inactive:,}" if one.inactive else "",
        )
        for one in report.hyperparameters
    ]
    for line in aligned(("name", "kind", "range", "inactive"), rows, right=("inactive",)):
        yield f"  {line}"


def _manifest_lines(report: TableReport, manifest: BlackboxManifest | None) -> list[str]:
    if manifest is None:
        return [f"Source: {report.source or 'not stated'}", "No manifest beside the file."]
    lines = [f"Source: {manifest.source}", f"Licence: {manifest.licence}", f"Made by: {manifest.made_by}"]
    if manifest.settings:
        lines.append("Options: " + ", ".join(f"{name}={value}" for name, value in manifest.settings.items()))
    if manifest.dropped:
        counts = ", ".join(f"{count:,} with {reason}" for reason, count in manifest.dropped.items())
        lines.append(f"Left out: {counts}")
    return [*lines, f"Notes: {manifest.notes}", f"Cite: {manifest.citation}"]


def _said(spread: Spread) -> str:
    return f"{spread.min:.6g} to {spread.max:.6g}, median {spread.median:.6g}"
