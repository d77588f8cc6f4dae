"""A source of logs: what it is, in words, and what reads it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from simdyhpo.importers.logs.asked import Asked
    from simdyhpo.importers.logs.runs import Logs
    from simdyhpo.importers.long_table import LongImport

    Reader = Callable[[str, Asked], Logs | LongImport]
    """What reads the logs at a place (a path, or an address where the source has such): into runs, or into a
    table at once where it is one already. Raises `SimdyhpoError` where something is missing or damaged."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of `simdyhpo.importers.logs.sources.SOURCES`: all that commands and docs know of a source.

    Attributes:
        reader: where the `Reader` lives, `module:function` below `simdyhpo.importers.logs`. It is loaded when
            it is needed, so that commands start quickly.
        path: what is given as the path, in a few words.
        hyperparameters: where they come from.
        seconds: where times come from; empty if the source has none.
        extra: what simdyhpo is installed with to read it; empty if nothing is needed.
    """

    reader: str
    path: str
    hyperparameters: str
    seconds: str = ""
    extra: str = ""

    def load(self) -> Reader:
        """What reads it."""
        module, _, name = self.reader.partition(":")
        found: Reader = getattr(importlib.import_module(f"{__package__}.{module}"), name)
        return found

    def table(self, place: str, asked: Asked) -> LongImport:
        """The table in what lies at a place, and what is to be said of it.

        Raises:
            TableError: something is missing, damaged, or can't be meant.
            UnknownNameError: something that is asked for by name isn't there.
            SimdyhpoError: a package is missing, or something has to be said.
        """
        from simdyhpo.importers.logs.as_table import logs_as_table
        from simdyhpo.importers.logs.runs import Logs

        read = self.load()(place, asked)
        return logs_as_table(read, asked) if isinstance(read, Logs) else read
