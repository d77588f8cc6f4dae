"""What two specs ask differently, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from simdyhpo.runs.spec import RunSpec
from simdyhpo.simulation.cluster import Cluster

_SHOWN = 12  # characters of a checksum: enough to tell two apart


def spec_differences(before: RunSpec, now: RunSpec) -> list[str]:
    """One line for each setting that differs; none if the specs ask for the same run."""
    told = _flat(before), _flat(now)
    names = dict.fromkeys([*told[0], *told[1]])
    return [
        f"{name}: {told[0].get(name, 'not set')}, now {told[1].get(name, 'not set')}"
        for name in names
        if told[0].get(name) != told[1].get(name)
    ]


def mapping_differences(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """One line for each entry of both that differs, e.g. the versions of libraries."""
    return [
        f"{name}: {before[name]}, now {now[name]}"
        for name in before
        if now.get(name, before[name]) != before[name]
    ]


def _flat(spec: RunSpec) -> dict[str, str]:
    """Every setting by its name; a table is its name and its checksum, the rest follows from them."""
    table = spec.blackbox
    told = {
        "table": f"{table.get('name')!r}",
        "table checksum": str(table.get("checksum"))[:_SHOWN],
        "scheduler": f"{spec.scheduler!r}",
    }
    told |= {f"option {name}": repr(value) for name, value in _options(spec.options).items()}
    told |= {"workers": str(spec.workers), "seed": str(spec.seed), "sampling": spec.sampling}
    if isinstance(spec.cluster, Cluster):
        told |= {f"cluster {name}": repr(value) for name, value in msgspec.to_builtins(spec.cluster).items()}
    limits = msgspec.structs.asdict(spec.budget)
    return told | {f"budget {name}": str(limit) for name, limit in limits.items() if limit is not None}


def _options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of settings, as those of a searcher, beside the others."""
    flat: dict[str, Any] = {}
    for name, value in options.items():
        flat |= _options(value) if isinstance(value, dict) else {name: value}
    return flat
