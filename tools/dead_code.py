"""Code that nothing uses: vulture on the package, with what it can't see counted as used.

`python tools/dead_code.py`. Used are, besides what other code names: what a "module:Class" in a string names,
and what `USED_FROM_OUTSIDE` lists with its reason. A name there that is gone or used is an error, too.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from vulture import Vulture

from simdyhpo.simulation.costs import Costs

ROOT = Path(__file__).parents[1]
LOOKED_AT = ["simdyhpo", "benchmarks", "blackboxes", "plots"]

USED_FROM_OUTSIDE = {
    "Python calls them": ["__call__", "__getattr__", "__dir__", "showwarning"],
    "pytest calls them": ["pytest_addoption", "pytest_terminal_summary", "golden_schedule"],
    "torch calls it": ["forward"],
    "textual calls and reads them": [
        "AUTO_FOCUS",
        "BINDINGS",
        "CSS",
        "ENABLE_COMMAND_PALETTE",
        "action_ask",
        "action_move",
        "action_next_of",
        "compose",
        "on_input_submitted",
        "on_mount",
    ],
    "notebooks call them": ["_repr_html_", "_repr_markdown_"],
    "tqdm reads it": ["monitor_interval"],
    "Syne Tune reads it": ["time_keeper"],
    "loky reads it": ["_MAX_MEMORY_LEAK_SIZE"],
    "Optuna reads them": ["param_distribution", "search_space"],
    "templates read it": ["link"],
    "set for onnxruntime and numpy to read": ["inter_op_num_threads", "intra_op_num_threads", "writeable"],
    "the signature that `warnings` calls": ["filename", "lineno"],
    "the surface of Syne Tune's rung systems": [
        "DyHPORungSystem",
        "StoppingRungSystem",
        "ignore_data",
        "milestone_reached",
        "next_milestone",
        "on_task_add",
        "on_task_remove",
        "on_task_report",
        "on_task_schedule",
        "schedule_records",
        "summary_schedule_keys",
        "summary_schedule_records",
        "support_early_checkpoint_removal",
        "task_continues",
    ],
    "for users: the public interface": [
        "ExplainedSearcher",
        "expected_best",
        "expected_improvement",
        "pairwise_p",
        "synthetic_table",
        "table_from_long",
    ],
    "facts of the catalogue for tests and tables": ["chooses", "lacks"],
    "keys and columns of files": [
        "duplicate_configurations",
        "idle_ns",
        "overhead_ns",
    ],
    "costs of a cluster, read by name": [
        f"{name}_seconds" for name in Costs.__struct_fields__ if name != "checkpoint_every"
    ],
    "tests compare with it": ["taskset_table"],
    "a stream's readers call them": ["readable", "readinto"],
}


def named_in_strings() -> set[str]:
    """`Class` of every "module:Class" in the package."""
    names = set()
    for path in (ROOT / "simdyhpo").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and ":" in node.value:
                names.add(node.value.rpartition(":")[2])
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[-1], ast.Constant):
                names.add(str(node.values[-1].value).rpartition(":")[2])
    return names


def main() -> int:
    """Print what is unused; exit status 1 if there is something."""
    vulture = Vulture(ignore_decorators=["@*.command", "@*.command.*", "@click.*"])
    vulture.scavenge([str(ROOT / folder) for folder in LOOKED_AT])
    found = {item.name: item for item in vulture.get_unused_code(min_confidence=60)}
    listed = {name for names in USED_FROM_OUTSIDE.values() for name in names}
    used = listed | named_in_strings()
    dead = [item for name, item in found.items() if name not in used]
    for item in dead:
        print(f"{item.filename.relative_to(ROOT)}:{item.first_lineno}: {item.typ} {item.name!r} is unused")
    stale = sorted(listed - set(found))
    for name in stale:
        print(f"tools/dead_code.py: {name!r} is listed, but is used or gone")
    return 1 if dead or stale else 0


if __name__ == "__main__":
    sys.exit(main())
