"""Settings of schedulers that aren't ours, from what is stored: who only reads runs nobody's code."""

from __future__ import annotations

from typing import Any

import msgspec

from simdyhpo.errors import OutputError
from simdyhpo.studies.spec import Study, Variant
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_plan import plan_names, read_plan


class _Asked(msgspec.Struct):
    options: dict[str, Any]


class _Manifest(msgspec.Struct):
    spec: _Asked


def settled(study: Study, store: Store) -> dict[str, dict[str, Any]]:
    """All settings, defaults included, of variants that need code that isn't ours, by label.

    They stand in the stored plan of the same variant, or in one of its finished cells where the plan is of
    the first release. A variant of which neither knows is left out.

    Raises:
        OutputError: the plan or a cell is damaged.
    """
    own = [variant for variant in study.variants if variant.own]
    if not own or study.name not in plan_names(store.folder):
        return {}
    plan, finished = read_plan(store.folder, study.name), store.finished()
    several = len(plan.study.clusters) > 1
    found = {}
    for variant in own:
        if variant not in plan.study.variants:
            continue
        if variant.label in plan.settings:
            found[variant.label] = plan.settings[variant.label]
            continue
        labels = (
            [f"{variant.label}, {one.name}" for one in plan.study.clusters] if several else [variant.label]
        )
        keys = [cell.key for cell in plan.cells if cell.label in labels and cell.key in finished]
        if keys:
            found[variant.label] = _settings(store, keys[0])
    return found


def unsettled(study: Study, known: dict[str, dict[str, Any]]) -> list[Variant]:
    """Variants that need code that isn't ours, and of which no settings are known."""
    return [variant for variant in study.variants if variant.own and variant.label not in known]


def _settings(store: Store, key: str) -> dict[str, Any]:
    (text,) = store.cells([key])["manifest"]
    try:
        return msgspec.json.decode(text, type=_Manifest).spec.options
    except msgspec.MsgspecError as error:
        raise OutputError(f"{store.folder}: cell {key} has a damaged manifest ({error})") from None
