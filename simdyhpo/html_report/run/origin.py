"""Where a run comes from: its command, its manifest."""

from __future__ import annotations

import msgspec

from simdyhpo.html_report.run.command import run_command
from simdyhpo.html_report.run.data import RunData
from simdyhpo.html_report.templates import Section, fill
from simdyhpo.traces.manifest import to_json


def origin_section(data: RunData) -> Section:
    """All that is needed to make the run, and this file, again."""
    manifest = data.manifest
    body = fill(
        "run_origin.html",
        command="" if manifest.fork is not msgspec.UNSET else run_command(manifest.spec),
        versions=sorted(manifest.versions.items()),
        manifest=to_json(manifest).decode(),
    )
    return Section("origin", "Origin", body)
