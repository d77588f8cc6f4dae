"""The tables that come with simdyhpo: where they lie and what their manifests say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from simdyhpo.curves import CurveTable
from simdyhpo.errors import TableError, UnknownNameError

_PACKAGE = Path(__file__).parent
_FOLDERS = (_PACKAGE / "shipped", _PACKAGE.parent / "blackboxes")
"""In an installed package, and in a clone of the repository."""


class BlackboxManifest(msgspec.Struct, kw_only=True):
    """What `manifest.json` beside a table says: shape, origin, how it was made."""

    name: str
    kind: str
    configurations: int
    resources: int
    mode: str
    metric: str
    checksum: str
    source: str
    licence: str
    citation: str
    made_by: str
    versions: dict[str, str]
    seeds: dict[str, int]
    time_repairs: int = 0
    non_finite: int = 0
    notes: str = ""


def blackbox_paths() -> dict[str, Path]:
    """Folder of every shipped table, by name."""
    found: dict[str, Path] = {}
    for folder in _FOLDERS:
        for table in sorted(folder.glob("*/table.npz")):
            found.setdefault(table.parent.name, table.parent)
    return dict(sorted(found.items()))


def blackbox_manifest(name: str) -> BlackboxManifest:
    """The manifest of a shipped table.

    Raises:
        UnknownNameError: no table of that name is shipped.
        TableError: its manifest is damaged.
    """
    path = _folder(name) / "manifest.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=BlackboxManifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise TableError(str(path), f"no readable manifest ({error})", "install simdyhpo again") from None


def load_blackbox(name_or_path: str | Path) -> CurveTable:
    """A shipped table by name, or any saved table by path.

    A text that ends in `.npz`, holds a path separator or names an existing file is taken as a path.

    Raises:
        UnknownNameError: no table of that name is shipped.
        TableError: the file is missing, damaged, truncated or altered.
    """
    text = str(name_or_path)
    path = Path(name_or_path)
    if isinstance(name_or_path, Path) or text.endswith(".npz") or len(path.parts) > 1 or path.is_file():
        return CurveTable.load(path)
    return CurveTable.load(_folder(text) / "table.npz")


def describe(table: CurveTable) -> dict[str, Any]:
    """What a run's manifest says of its table."""
    return {
        "name": table.name,
        "checksum": table.checksum,
        "configurations": len(table),
        "max_resource": table.max_resource,
        "mode": table.mode,
        "metric": table.info.metric,
        "resource": table.info.resource,
        "kind": table.info.kind,
        "time": table.info.time,
        "best": table.best,
        "worst": table.worst,
        "time_repairs": table.time_repairs,
        "non_finite": table.non_finite,
        "duplicate_configurations": table.configurations.duplicates,
    }


def _folder(name: str) -> Path:
    paths = blackbox_paths()
    if name not in paths:
        raise UnknownNameError("blackbox", name, paths)
    return paths[name]
