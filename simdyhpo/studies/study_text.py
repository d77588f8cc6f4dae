"""A study as the text of a TOML file, from which it can be run again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from simdyhpo.simulation.named_clusters import PRESETS
from simdyhpo.studies.spec import IDEAL, NamedCluster, Study

_LINE = 80
"""Characters above which a list takes a line for each item."""


def study_text(study: Study) -> str:
    """The study with its grids unfolded; what has its default is left out. `load_study` reads it back."""
    fields = {field.name: field for field in msgspec.structs.fields(study)}
    lines = []
    for name, field in fields.items():
        if name == "files":
            continue
        value = _plain(_tables(study) if name == "blackboxes" else getattr(study, name))
        if name == "clusters":
            if list(study.clusters) != [IDEAL]:
                lines.append(f"clusters = {_value([_cluster(one) for one in study.clusters])}")
        elif name != "variants" and value is not None and (field.required or value != _plain(field.default)):
            lines.append(f"{name} = {_value(value)}")
    for variant in study.variants:
        lines += ["", "[[variants]]", f"label = {_value(variant.label)}"]
        lines.append(f"scheduler = {_value(variant.scheduler)}")
        if variant.options:
            lines.append(f"options = {_value(variant.options)}")
    return "\n".join(lines) + "\n"


def _tables(study: Study) -> list[str]:
    """The tables' names, or paths of those that are named by them."""
    return [str(study.file_of(name) or name) for name in study.blackboxes]


def _cluster(named: NamedCluster) -> object:
    """A preset's name; or the name and the settings that differ from the ideal cluster's."""
    if named.name in PRESETS and PRESETS[named.name].canonical() == named.cluster:
        return named.name
    settings, ideal = msgspec.structs.asdict(named.cluster), msgspec.structs.asdict(IDEAL.cluster)
    differ = {name: value for name, value in settings.items() if value != ideal[name]}
    return {"name": named.name, **_plain(differ)}


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON has
    return msgspec.json.decode(msgspec.json.encode(value))


def _value(value: Any) -> str:  # noqa: ANN401 - whatever TOML has
    """A value of TOML. Its strings take all escapes of JSON, its numbers and truth values look alike."""
    if isinstance(value, Mapping):
        pairs = [f"{json.dumps(key)} = {_value(one)}" for key, one in value.items() if one is not None]
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list | tuple):
        items = [_value(one) for one in value]
        if sum(map(len, items)) <= _LINE:
            return f"[{', '.join(items)}]"
        return "[\n" + "".join(f"  {item},\n" for item in items) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # JSON allows it as it is
