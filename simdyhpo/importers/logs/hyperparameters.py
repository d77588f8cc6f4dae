"""Hyperparameters beside a run's log: in a JSON, YAML or TOML file, or in a name, `lr=0.1,units=32`."""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from simdyhpo.errors import OutputError, TableError, one_line
from simdyhpo.files.bounded import read_bounded_text
from simdyhpo.files.limits import MAX_COLUMNS, SETTINGS_BYTES
from simdyhpo.outside.packages import package

ENDINGS = (".json", ".yaml", ".yml", ".toml")
FILES = ("hparams", "hyperparameters", "params", "parameters", "config")
"""What a file of hyperparameters is called beside a run's log: any of these, with any of those endings."""


def beside(path: Path) -> dict[str, Any]:
    """The hyperparameters of the run whose log is the file `path`; empty if there are none.

    The first that is there of: a settings file of the same name (`run1.json` for `run1.csv`); one of `FILES`
    in the same folder; pairs in the name of the file, then of its folder.

    Raises:
        TableError: the file or the name can't be read.
    """
    stem = stem_of(path)
    named = [path.with_name(stem + ending) for ending in ENDINGS]
    for file in (*named, *_settings_in(path.parent)):
        if file.is_file():
            return read_settings(file)
    return in_name(path, stem) or in_name(path, path.absolute().parent.name)


def in_folder(folder: Path) -> dict[str, Any]:
    """The hyperparameters of the run whose files lie in a folder: in one of `FILES`, or in the folder's name.

    Raises:
        TableError: the file or the name can't be read.
    """
    for file in _settings_in(folder):
        if file.is_file():
            return read_settings(file)
    return in_name(folder, folder.absolute().name)


def _settings_in(folder: Path) -> list[Path]:
    return [folder / (name + ending) for name in FILES for ending in ENDINGS]


def stem_of(path: Path) -> str:
    """A file's name without `.csv`, `.csv.gz` and the like; what stands behind a decimal point stays."""
    return re.sub(r"\.(csv|tsv|parquet|pq)(\.\w+)?$", "", path.name, flags=re.IGNORECASE)


def in_name(path: Path, name: str) -> dict[str, Any]:
    """The pairs in a name, `lr=0.1,units=32`, also with semicolons, ampersands or blanks between.

    Raises:
        TableError: pieces of it are no pairs, so that nobody knows where a value ends.
    """
    if "=" not in name:
        return {}
    pairs = [piece.partition("=") for piece in re.split(r"[,;&\s]+", name.strip()) if piece]
    for key, equals, value in pairs:
        if not (key and equals and value) or "=" in value:
            problem = f"nobody can tell where hyperparameters begin and end in {name!r}"
            raise TableError(str(path), problem, "write them as lr=0.1,units=32, with commas between")
    return {key: value for key, _, value in pairs}


def read_settings(path: Path) -> dict[str, Any]:
    """The settings in a JSON, YAML or TOML file, flat. No code in it is run.

    Raises:
        TableError: it can't be read, or holds no settings by name.
        SimdyhpoError: it is YAML, and PyYAML isn't installed.
    """
    yaml = package("yaml", "logs", "reading YAML") if path.suffix in (".yaml", ".yml") else None
    try:
        text = read_bounded_text(path, SETTINGS_BYTES)
        if yaml is not None:
            found = yaml.load(text, Loader=_plain_loader(yaml))
        else:
            found = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (ValueError, OSError, RecursionError, OutputError) as error:
        raise _unreadable(path, error) from None
    except Exception as error:
        if yaml is not None and isinstance(error, yaml.YAMLError):
            raise _unreadable(path, error) from None
        raise
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise TableError(str(path), "holds no settings by name", "write it as NAME: VALUE")
    return flat(str(path), found)


def flat(where: str, settings: Mapping[Any, Any]) -> dict[str, Any]:
    """Nested settings under names with dots between; lists as JSON text; what is empty is left out.

    Raises:
        TableError: there are too many, or they are nested without end.
    """
    found = {}
    try:
        for name, value in _leaves(settings):
            found[name] = value
            if len(found) > MAX_COLUMNS:
                problem = f"holds more than {MAX_COLUMNS:,} settings"
                raise TableError(where, problem, "leave out what is no hyperparameter")
    except RecursionError:
        raise TableError(where, "its settings are nested without end", "write them flat") from None
    return found


def _leaves(settings: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", leaf) for inner, leaf in _leaves(value))
        elif isinstance(value, list | tuple):
            yield str(name), json.dumps(value, default=str)
        elif isinstance(value, float) and math.isnan(value):
            yield str(name), None
        else:
            yield str(name), value


def _unreadable(path: Path, error: Exception) -> TableError:
    return TableError(str(path), f"can't be read ({one_line(error)})", "correct or remove it")


def _plain_loader(yaml: Any) -> Any:  # noqa: ANN401 - a module, and a class of it
    """A loader that makes plain values of everything, also of tags that ask for somebody's class."""

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        pass

    def plain(loader: Any, _tag: str, node: Any) -> Any:  # noqa: ANN401 - PyYAML has no types
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_scalar(node)

    Loader.add_multi_constructor("", plain)
    return Loader
