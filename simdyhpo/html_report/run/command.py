"""The command that makes a run."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from simdyhpo.runs.spec import RunSpec


def run_command(spec: RunSpec) -> str:
    """`simdyhpo run` with every setting, a line for each; made again, the run has the same decisions."""
    words = [
        f"simdyhpo run --blackbox {shlex.quote(spec.blackbox['name'])}",
        f"--scheduler {shlex.quote(spec.scheduler)}",
        *(f"--option {shlex.quote(f'{name}={value}')}" for name, value in _options(spec.options)),
        f"--workers {spec.workers} --seed {spec.seed} --sampling {spec.sampling}",
    ]
    limits = {name: getattr(spec.budget, name) for name in spec.budget.__struct_fields__}
    words += [f"--{name.replace('_', '-')} {limit}" for name, limit in limits.items() if limit is not None]
    return " \\\n  ".join([*words, "--out RUN"])


def _options(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """As they are given to `--option`: those of a searcher beside those of its scheduler."""
    for name, value in options.items():
        if isinstance(value, Mapping):
            yield from _options(value)
        elif value is None:
            yield name, "none"
        else:
            yield name, value if isinstance(value, str) else json.dumps(value)
