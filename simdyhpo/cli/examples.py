"""What one might type: the examples that each command's `--help` ends with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import click

EXAMPLES: Mapping[str, Sequence[str]] = {
    "run": (
        "--blackbox digits-mlp --scheduler asha --workers 4 --max-epochs 300 --out runs/asha",
        "--blackbox mine.npz --scheduler dyhpo --option probability_sh=0 --max-seconds 3600 --out runs/mine",
        "--blackbox digits-mlp --scheduler my_module:Greedy --max-trials 50 --out runs/greedy --json",
        "--blackbox digits-mlp --scheduler asha --cluster flaky --workers 16 --max-seconds 900 --out runs/f",
    ),
    "versus": (
        "asha dyhpo bohb --blackbox lcbench-covertype,lcbench-christine --seeds 10 --workers 4",
        'asha dyhpo "dyhpo probability_sh=0" --blackbox digits-mlp --seeds 5 --out runs/mine',
    ),
    "board show": ("", "asha bohb dyhpo --suite taskset", "--quick --json"),
    "board run": (
        "my_module:Mine --quick",
        "dyhpo --option probability_sh=0.1 --part eight-workers --out runs/board-dyhpo",
    ),
    "board check": ("--cells 200", "asha bohb --cells 20 --seed 7"),
    "board add": ("runs/lcbench", "pasha --part one-worker --jobs 2"),
    "demo": ("--small", "--out demo-output --jobs 2"),
    "sweep": (
        "probability_sh --values 0,0.25,0.9 --blackbox digits-mlp --seeds 10 --max-epochs 500",
        "reduction_factor --scheduler asha --rival random --values 2,3,4 --blackbox digits-mlp",
    ),
    "report": ("runs/quick --baseline asha", "runs/asha --out asha.html"),
    "reproduce": ("list", "probability_sh --quick", "lcbench --full --cells runs/lcbench --out figures"),
    "compare": ("before after", "before after --level 0.01 --json"),
    "study list": ("",),
    "study init": ("mine.toml",),
    "study show": ("quick",),
    "study check": ("quick", "study.toml --no-estimate"),
    "study run": (
        "quick --jobs 2",
        "study.toml --out results --executor dask --address tcp://host:8786",
        "study.toml --out /shared/results --shard 3/16",
    ),
    "study status": ("study.toml --out results",),
    "study clean": ("study.toml --out results --stale",),
    "study report": ("quick --baseline asha", "study.toml --out results --save report --figures figures"),
    "study pack": ("runs/quick",),
    "study power": ("quick --baseline asha", "lcbench --seeds 3,10 --data-sets 6,12 --json"),
    "study export": ("runs/quick --to csv --save frames", "study.toml --to autorank --save results.csv"),
    "blackbox list": ("", "--json"),
    "blackbox suites": ("",),
    "blackbox fetch": ("lcbench", "taskset --from downloads/taskset"),
    "blackbox make": (
        "lcbench --jobs 2",
        "yahpo-lcbench --task higgs --option metric=val_accuracy",
        "synthetic --option rank_correlation=0.5 --option plateau=0.2",
    ),
    "blackbox import": (
        "runs.csv --out mine.npz --value loss --resource epoch --seconds time --log lr",
        "runs.parquet --out mine.npz --value accuracy --mode max --resource epoch --repeat seed",
        "mlruns --from mlflow --metric val/loss --out mine.npz",
        "optuna.db --from optuna --out mine.npz",
        "lightning_logs --from lightning --metric val_acc --mode max --out mine.npz",
    ),
    "blackbox check": ("digits-mlp", "mine.npz --json"),
    "scheduler list": ("",),
    "scheduler show": ("asha", "hyperband --max-resource 81 --option reduction_factor=4"),
    "trace show": (
        "runs/asha --head 10",
        "runs/asha --trial 12",
        "runs/asha --where decision=PROMOTE_RUNG --where worker=3 --tail 5",
        "runs/asha --format jsonl",
    ),
    "trace explain": ("runs/asha --decision 12", "runs/asha --trial 12"),
    "trace diff": ("runs/before runs/now", "runs/before runs/now --tolerance 1e-6 --json"),
    "trace replay": (
        "runs/asha --verify",
        "runs/asha --until 60",
        "runs/asha --until 60 --instead start:7@1 --out runs/what-if",
    ),
    "trace export": ("runs/asha --perfetto asha.json", "runs/asha --timeline asha.png"),
    "trace calibration": ("runs/dyhpo", "runs/dyhpo --figure calibration.png", "runs/dyhpo --json"),
    "trace browse": ("runs/asha",),
    "golden record": ("asha.jsonl --blackbox digits-mlp --scheduler asha --max-epochs 200",),
    "golden check": ("golden/asha.jsonl golden/sh.jsonl", "golden/dyhpo.jsonl --tolerant"),
    "golden update": ("golden/asha.jsonl",),
}
"""By command, what stands after its name."""


def commands_of(group: click.Group, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command below a group that is no group itself, by its full name."""
    for one, command in group.commands.items():
        full = f"{name} {one}".strip()
        if isinstance(command, click.Group):
            yield from commands_of(command, full)
        else:
            yield full, command


def add_examples(root: click.Group) -> None:
    """End each command's help with its examples."""
    for name, command in commands_of(root):
        shown = [f"  simdyhpo {name} {words}".rstrip() for words in EXAMPLES.get(name, ())]
        if shown:
            command.epilog = "\n".join(["\b", "Examples:", *shown])
