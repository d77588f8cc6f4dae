"""Which result answers which question: a cell's key is a hash of all that decides how it goes."""

from __future__ import annotations

import functools
import hashlib

import msgspec

from simdyhpo.catalog.entries import SCHEDULERS, own_package
from simdyhpo.own_code import is_own
from simdyhpo.runs.spec import RunSpec
from simdyhpo.studies.own_sources import sources_digest
from simdyhpo.traces.manifest import package_version

FORMAT = 1
"""Version of the stored files' layout."""


def cell_key(spec: RunSpec) -> str:
    """32 hexadecimal digits of SHA-256 over the spec (with the table's checksum), and over versions.

    The versions are those of the spec's behaviour and of the stored layout. For a user's own scheduler or
    searcher (`module:Class`), the text of its module and of what that imports from its own package counts,
    too, and for a scheduler of another project its package's version: who changes them gets new results,
    not old ones.
    """
    question: dict[str, object] = {
        "spec": spec,
        "behaviour": spec.behaviour,
        "format": FORMAT,
        "source": _source(spec.scheduler),
    }
    searcher = str(spec.options.get("searcher"))
    if is_own(searcher):
        question["searcher_source"] = _source_digest(searcher)
    return hashlib.sha256(msgspec.json.encode(question, order="sorted")).hexdigest()[:32]


def _source(scheduler: str) -> str | None:
    package = own_package(scheduler)
    if package is not None:
        return package_version(package)
    return None if scheduler in SCHEDULERS else _source_digest(scheduler)


_source_digest = functools.cache(sources_digest)
