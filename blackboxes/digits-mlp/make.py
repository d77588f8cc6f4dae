"""Measure the table digits-mlp: `python blackboxes/digits-mlp/make.py --date YYYY-MM-DD`.

Takes about 20 minutes on one core and may be interrupted: what is done is kept in the file `--cache`, and
the next start goes on from there. See README.md beside this file.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import torch
from tqdm import tqdm
from training import EPOCHS, Curve, load_data, train

from simdyhpo.errors import OutputError, SimdyhpoError
from simdyhpo.importers.sampling import Range, sample_configurations
from simdyhpo.importers.shipping import (
    library_versions,
    repairs_go_to_the_manifest,
    table_manifest,
    write_blackbox,
)
from simdyhpo.streams import Streams
from simdyhpo.tables.blackboxes import files_in
from simdyhpo.tables.curves import CurveTable

NAME = "digits-mlp"
CONFIGURATIONS = 320
SEED = 0
RANGES = (
    Range("batch_size", 16, 512, integer=True, log=True),
    Range("learning_rate", 1e-4, 1e-1, log=True),
    Range("max_dropout", 0.0, 1.0),
    Range("max_units", 64, 1024, integer=True, log=True),
    Range("momentum", 0.1, 0.99),
    Range("num_layers", 1, 5, integer=True),
    Range("weight_decay", 1e-5, 1e-1),
)
CITATION = (
    "Data: Alpaydin and Kaynak (1998): Optical Recognition of Handwritten Digits, UCI Machine Learning "
    "Repository, doi:10.24432/C50P49, as shipped with scikit-learn. Search space: Zimmer, Lindauer and "
    "Hutter (2021): Auto-PyTorch, IEEE TPAMI 43(9), 3079-3090."
)
FOLDER = Path(__file__).resolve().parent


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What all curves of one cache file have in common; its first line."""

    seed: int
    epochs: int
    versions: dict[str, str]


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One further line of the cache file."""

    configuration: int
    settings: dict[str, Any]
    curve: Curve


def measure(columns: dict[str, npt.NDArray[Any]], cache: Path, versions: dict[str, str]) -> list[Curve]:
    """Curves of all configurations: those in the cache as they are, the others trained and added to it."""
    known = _read_cache(cache, Settings(seed=SEED, epochs=EPOCHS, versions=versions))
    data = load_data(SEED)
    seeds = Streams(SEED).generator("training").integers(2**63, size=CONFIGURATIONS)
    if len(known) < CONFIGURATIONS:
        train(_row(columns, 0), data, seed=0, epochs=2)  # torch's first steps are slow: not measured
    curves = []
    with cache.open("ab") as file:
        for index in tqdm(range(CONFIGURATIONS), desc=NAME, unit="network"):
            settings = _row(columns, index)
            if index not in known:
                curve = train(settings, data, int(seeds[index]))
                line = Measured(configuration=index, settings=settings, curve=curve)
                file.write(msgspec.json.encode(line) + b"\n")
                file.flush()
                known[index] = line
            if known[index].settings != settings:
                raise OutputError(f"{cache}: holds other configurations; give another --cache")
            curves.append(known[index].curve)
    return curves


def _row(columns: dict[str, npt.NDArray[Any]], index: int) -> dict[str, Any]:
    return {name: column[index].item() for name, column in columns.items()}


def _read_cache(cache: Path, settings: Settings) -> dict[int, Measured]:
    """What an earlier start measured, by configuration; a new file starts with the settings.

    A line that was cut short by an interruption is taken off the file.
    """
    cache.parent.mkdir(parents=True, exist_ok=True)
    text = cache.read_bytes() if cache.exists() else b""
    if not text:
        cache.write_bytes(msgspec.json.encode(settings) + b"\n")
        return {}
    first, *lines = text[: text.rfind(b"\n") + 1].splitlines() or [text]
    try:
        if msgspec.json.decode(first, type=Settings) != settings:
            raise OutputError(f"{cache}: made with other settings or versions; give another --cache")
        measured = [msgspec.json.decode(line, type=Measured) for line in lines]
    except msgspec.MsgspecError as error:
        raise OutputError(f"{cache}: not a cache of this maker ({error})") from None
    cache.write_bytes(b"\n".join([first, *lines]) + b"\n")
    return {one.configuration: one for one in measured}


def make(cache: Path, date: str, processor: str) -> None:
    """Measure what is missing and write the folder's two files."""
    columns = sample_configurations(RANGES, CONFIGURATIONS, SEED)
    versions = library_versions("numpy", "torch", "scikit-learn")
    curves = measure(columns, cache, versions)
    wall = np.array([curve.wall_seconds for curve in curves])
    processor_seconds = np.array([curve.processor_seconds for curve in curves])
    with repairs_go_to_the_manifest():
        table = CurveTable.from_arrays(
            np.array([curve.accuracies for curve in curves], dtype=np.float32),
            wall.astype(np.float32),
            columns,
            mode="max",
            name=NAME,
            log=[one.name for one in RANGES if one.log],
            metric="validation accuracy",
            resource="epoch",
            kind="measured",
            source="Our own trainings of multi-layer perceptrons on scikit-learn's digits. Apache-2.0.",
        )
    share = wall[:, -1].sum() / processor_seconds[:, -1].sum() - 1
    manifest = table_manifest(
        table,
        licence="Apache-2.0",
        citation=CITATION,
        made_by=f"python blackboxes/{NAME}/make.py",
        versions=versions,
        seeds={"configurations": SEED, "training": SEED, "split": SEED},
        notes=[
            f"Made on {date}.",
            (
                "Wall-clock seconds, measured on one thread of a shared machine "
                f"({processor}); over all curves they exceed the thread's processor time by {share:.1%}."
            ),
            "Training and validation count, loading the data doesn't.",
            (
                f"{sum(curve.diverged for curve in curves)} trainings ended with a loss that is not "
                "finite; their accuracy is that of naming every image a 0."
            ),
        ],
    )
    files = files_in(FOLDER / "tables", NAME)
    write_blackbox(table, manifest, files.table, files.manifest)
    print(
        f"{NAME}: best {table.best:.4f}, worst {table.worst:.4f}, "
        f"{wall[:, -1].sum():.0f} s of training, checksum {manifest.checksum}"
    )


def main() -> int:
    """Set torch up for one deterministic thread, then make the table."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "simdyhpo"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=cache / f"{NAME}.jsonl", help="what is done so far")
    parser.add_argument("--date", required=True, help="goes into the manifest, as YYYY-MM-DD")
    parser.add_argument("--processor", default="processor not stated", help="goes into the manifest")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(mode=True)
    torch.set_flush_denormal(True)  # or weights that decay to nearly nothing slow training
    try:
        make(arguments.cache, arguments.date, arguments.processor)
    except SimdyhpoError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
