"""What the maker of a suite hands over: a table, and what its manifest has to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from simdyhpo.tables.curves import CurveTable


class MadeTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table with its origin; see `simdyhpo.importers.shipping.table_manifest` for the parts."""

    table: CurveTable
    licence: str
    citation: str
    versions: Mapping[str, str]
    notes: tuple[str, ...]
    seeds: Mapping[str, int] = {}
    dropped: Mapping[str, int] = {}
    asked: Mapping[str, Any] = {}
    achieved: Mapping[str, float | None] = {}
