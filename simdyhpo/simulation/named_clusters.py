"""Clusters by name, and from what a user writes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from simdyhpo.errors import OptionError, OutputError, SimdyhpoError, UnknownNameError, not_toml
from simdyhpo.files.bounded import read_bounded_text
from simdyhpo.files.limits import SETTINGS_BYTES
from simdyhpo.options import build_options
from simdyhpo.simulation.cluster import Cluster

PRESETS: Mapping[str, Cluster] = {
    "ideal": Cluster(),
    "spot-instances": Cluster(
        start_seconds=5.0,
        save_seconds=1.0,
        load_seconds=2.0,
        preemption_every_seconds=120.0,
        preemption_seconds=40.0,
        preemption_share=0.15,
        retries=20,
    ),
    "mixed-gpus": Cluster(speeds=(1.0, 1.0, 0.6, 0.35), jitter=0.05),
    "flaky": Cluster(
        start_seconds=2.0,
        save_seconds=1.0,
        load_seconds=2.0,
        checkpoint_every=5,
        jitter=0.1,
        straggler_share=0.05,
        straggler_slowdown=4.0,
        crashes_per_hour=6.0,
        repair_seconds=60.0,
    ),
    "syne-tune": Cluster(start_seconds=0.05, report_seconds=0.05, completion_seconds=0.05, stop_seconds=0.05),
}
"""Rates and costs are ours, on the scale of tables whose epochs take half a minute; those of `syne-tune` are
its simulator's defaults."""


def find_cluster(asked: Cluster | str | Mapping[str, object]) -> Cluster:
    """The cluster that is meant, checked.

    Args:
        asked: a `Cluster`; the name of a preset; the path of a TOML file (its name ends in .toml) that has
            the settings at its top or in a table `[cluster]`; or settings by name. Settings may begin with
            `preset`, from which the others depart, and may name a `recorded_file` of seconds, one a line.

    Raises:
        UnknownNameError, OptionError: a name or a setting is unknown, or a value can't be meant.
        OutputError, SimdyhpoError: a file can't be read.
    """
    if isinstance(asked, str):
        if asked.endswith(".toml"):
            return _from_file(Path(asked))
        if asked not in PRESETS:
            raise UnknownNameError("cluster", asked, PRESETS, "or give a file that ends in .toml")
        return PRESETS[asked].canonical()
    return cluster_from(msgspec.structs.asdict(asked) if isinstance(asked, Cluster) else asked, Path())


def cluster_name(cluster: Cluster | msgspec.UnsetType) -> str:
    """The name of a canonical cluster: the preset that it is, or else its settings as JSON."""
    if isinstance(cluster, msgspec.UnsetType):
        return "ideal"
    names = [name for name, preset in PRESETS.items() if preset == cluster]
    return names[0] if names else msgspec.json.encode(cluster).decode()


def cluster_from(settings: Mapping[str, object], folder: Path) -> Cluster:
    """As `find_cluster`, from settings that were found in a file in `folder`.

    Raises:
        UnknownNameError, OptionError, OutputError: as there.
    """
    cluster = _from_settings(settings, folder)
    cluster.check()
    return cluster.canonical()


def _from_file(path: Path) -> Cluster:
    try:
        content = tomllib.loads(read_bounded_text(path, SETTINGS_BYTES))
    except OSError as error:
        raise OutputError(f"{path}: can't be read ({error.strerror}); check the path") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise not_toml(path, error) from None
    settings = content.get("cluster", content)
    try:
        if not isinstance(settings, dict):
            raise OptionError("cluster", settings, "write it as a table, [cluster]")
        return cluster_from(settings, path.parent)
    except SimdyhpoError as error:
        raise SimdyhpoError(f"{path}: {error}") from None


def _from_settings(settings: Mapping[str, object], folder: Path) -> Cluster:
    given = dict(settings)
    preset = given.pop("preset", "ideal")
    if preset not in PRESETS:
        raise UnknownNameError("cluster", str(preset), PRESETS)
    if "recorded_file" in given:
        given["recorded_seconds"] = _recorded(folder / str(given.pop("recorded_file")))
    base = msgspec.to_builtins(PRESETS[str(preset)])
    return build_options(Cluster, base | given, also_known=("preset", "recorded_file"))


def _recorded(path: Path) -> list[float]:
    """Seconds for each decision, one a line."""
    try:
        return [float(line) for line in read_bounded_text(path, SETTINGS_BYTES).split()]
    except OSError as error:
        raise OutputError(f"{path}: can't be read ({error.strerror}); check the path") from None
    except ValueError as error:
        raise OptionError("recorded_file", str(path), f"it should hold a number a line ({error})") from None
