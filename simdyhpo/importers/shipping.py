"""A blackbox: a table and the manifest that says how it came to be, both whole or absent."""

from __future__ import annotations

import contextlib
import importlib.metadata
import platform
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from simdyhpo.errors import cant_write
from simdyhpo.files.whole import written_whole
from simdyhpo.tables.blackboxes import BlackboxManifest
from simdyhpo.tables.curves import CurveTable, TableRepairWarning


@contextlib.contextmanager
def repairs_go_to_the_manifest() -> Iterator[None]:
    """No `TableRepairWarning` inside: for makers, which write the count where users can read it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableRepairWarning)
        yield


def library_versions(*distributions: str) -> dict[str, str]:
    """Versions of Python and of installed distributions, by name."""
    versions = {"python": platform.python_version()}
    return versions | {name: importlib.metadata.version(name) for name in distributions}


def table_manifest(  # noqa: PLR0913 - the parts of a manifest, each by name
    table: CurveTable,
    *,
    licence: str,
    citation: str,
    made_by: str,
    versions: Mapping[str, str],
    seeds: Mapping[str, int],
    notes: Iterable[str] = (),
    settings: Mapping[str, Any] | None = None,
    dropped: Mapping[str, int] | None = None,
    asked: Mapping[str, Any] | None = None,
    achieved: Mapping[str, float | None] | None = None,
) -> BlackboxManifest:
    """What is to be said of a table.

    Args:
        table: of which the manifest takes shape, metric, checksum and counts.
        licence: the licence of the curves, as an SPDX identifier where there is one.
        citation: what to cite, in one paragraph.
        made_by: the command that makes the table, relative to the repository's root.
        versions: what computed the curves.
        seeds: every seed that was used, by what it seeds.
        notes: sentences on what a user should know.
        settings: the options with which it was made.
        dropped: how many published curves a filter left out, by reason.
        asked: every parameter of curves that are made by a formula.
        achieved: what was measured on the table of the properties that they name.
    """
    return BlackboxManifest(
        name=table.name,
        kind=table.info.kind,
        configurations=len(table),
        resources=table.max_resource,
        mode=table.mode,
        metric=table.info.metric,
        checksum=table.checksum,
        source=table.info.source,
        licence=licence,
        citation=citation,
        made_by=made_by,
        versions=dict(versions),
        seeds=dict(seeds),
        time_repairs=table.time_repairs,
        non_finite=table.non_finite,
        notes=" ".join(notes),
        settings=dict(settings or {}),
        dropped=dict(dropped or {}),
        seconds=table.info.seconds,
        scores={name: score.mode for name, score in table.scores.items()},
        classes=table.info.classes,
        asked=dict(asked or {}),
        achieved=dict(achieved or {}),
    )


def write_blackbox(
    table: CurveTable,
    manifest: BlackboxManifest,
    table_path: Path,
    manifest_path: Path,
    *,
    pack: bool = False,
) -> None:
    """Write both files; the manifest last, so that where it is, the table is whole.

    `pack`: see `CurveTable.save`.

    Raises:
        OutputError: the folder can't be written.
    """
    with contextlib.suppress(OSError):
        manifest_path.unlink(missing_ok=True)  # what it says is no longer true
    table.save(table_path, pack=pack)
    content = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    try:
        with written_whole(manifest_path) as aside:
            aside.write_bytes(content)
    except OSError as error:
        raise cant_write(manifest_path, error) from None
