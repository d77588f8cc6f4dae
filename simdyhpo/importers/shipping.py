"""A blackbox's folder: the table and the manifest that says how it came to be."""

from __future__ import annotations

import importlib.metadata
import platform
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from simdyhpo.blackboxes import BlackboxManifest
from simdyhpo.curves import CurveTable, TableRepairWarning


@contextmanager
def repairs_go_to_the_manifest() -> Iterator[None]:
    """No `TableRepairWarning` inside: for makers, which write the count where users can read it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableRepairWarning)
        yield


def library_versions(*distributions: str) -> dict[str, str]:
    """Versions of Python and of installed distributions, by name."""
    versions = {"python": platform.python_version()}
    return versions | {name: importlib.metadata.version(name) for name in distributions}


def write_blackbox(  # noqa: PLR0913 - the parts of a manifest, each by name
    folder: Path,
    table: CurveTable,
    *,
    licence: str,
    citation: str,
    made_by: str,
    versions: dict[str, str],
    seeds: dict[str, int],
    notes: Iterable[str] = (),
) -> BlackboxManifest:
    """Write `table.npz` and `manifest.json` into `folder`, which is made when missing.

    Args:
        folder: the blackbox's folder; its two files are replaced.
        table: what to ship.
        licence: the licence of the curves, as an SPDX identifier where there is one.
        citation: what to cite, in one paragraph.
        made_by: the command that makes the table, relative to the repository's root.
        versions: what computed the curves.
        seeds: every seed that was used, by what it seeds.
        notes: sentences on what a user should know.

    Raises:
        OutputError: the folder can't be written.
    """
    manifest = BlackboxManifest(
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
        versions=versions,
        seeds=seeds,
        time_repairs=table.time_repairs,
        non_finite=table.non_finite,
        notes=" ".join(notes),
    )
    table.save(folder / "table.npz")
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    (folder / "manifest.json").write_bytes(text + b"\n")
    return manifest
