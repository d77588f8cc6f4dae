"""Where the numbers come from: commands, study file, versions, tables."""

from __future__ import annotations

import json

import msgspec
from markupsafe import Markup

from simdyhpo.html_report.study.data import StudyData
from simdyhpo.html_report.tables import Column, Value, table
from simdyhpo.html_report.templates import Section, fill
from simdyhpo.studies.study_text import study_text


class _Versions(msgspec.Struct):
    """What is needed of every run's manifest."""

    versions: dict[str, str]


def origin_section(data: StudyData) -> Section:
    """All that is needed to make the results, and this file, again."""
    name = f"{data.name}.toml" if data.study is not None else "STUDY"
    commands = [f"simdyhpo study run {name} --out RESULTS", "simdyhpo report RESULTS"]
    if data.study is None:
        commands[1] += " --study STUDY"
    versions: dict[str, set[str]] = {}
    for text in data.rows["manifest"]:
        for library, version in msgspec.json.decode(text, type=_Versions).versions.items():
            versions.setdefault(library, set()).add(version)
    behaviours = sorted(data.rows["behaviour"].unique())
    body = fill(
        "study_origin.html",
        commands=commands,
        text="" if data.study is None else study_text(data.study),
        file=name,
        versions=[(library, ", ".join(sorted(found))) for library, found in sorted(versions.items())],
        behaviours=", ".join(map(str, behaviours)),
        methods=_methods(data),
        tables=_tables(data),
    )
    return Section("origin", "Origin", body)


def _methods(data: StudyData) -> list[tuple[str, str, str]]:
    """Label, scheduler, and every option as JSON."""
    found: dict[str, tuple[str, str, str]] = {}
    for label, scheduler, options in zip(
        data.rows["label"], data.rows["scheduler"], data.rows["options"], strict=True
    ):
        found.setdefault(label, (label, scheduler, json.dumps(json.loads(options), indent=2)))
    return [found[label] for label in data.labels if label in found]


def _tables(data: StudyData) -> Markup:
    rows: dict[str, list[Value]] = {}
    firsts = data.rows.drop_duplicates("blackbox")
    for blackbox, text in zip(firsts["blackbox"], firsts["manifest"], strict=True):
        box = json.loads(text)["spec"]["blackbox"]
        rows[blackbox] = [
                blackbox, box["kind"], box["configurations"], box["max_resource"], box["metric"], box["mode"],
                box["best"], box["worst"], box["time_repairs"], box.get("seconds", "unknown"),
                box["checksum"][:16],
        ]  # fmt: skip
    columns = [
        Column("data set"), Column("kind"), Column("configurations", 0), Column("resources", 0),
        Column("metric"), Column("mode"), Column("best", 5), Column("worst", 5), Column("times repaired", 0),
        Column("seconds"), Column("SHA-256 (begin)"),
    ]  # fmt: skip
    if not rows:
        return Markup()
    return table("Tables", columns, [rows[name] for name in data.blackboxes if name in rows])
