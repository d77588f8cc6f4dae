"""What a study's results can be handed on as: names and words, for the command and its page."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class ExportKind(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of `EXPORTS`.

    Attributes:
        writer: what writes it, `module:function` in `simdyhpo.versus`; loaded when it is needed.
        what: what is written, in a few words.
    """

    writer: str
    what: str


EXPORTS: Mapping[str, ExportKind] = {
    "autorank": ExportKind(
        writer="exports:write_autorank",
        what="one CSV: a row for each table, a column for each method, the final regret (mean over seeds)",
    ),
    "csv": ExportKind(
        writer="exports:write_csv",
        what="a folder: cells.csv, decisions.csv, reports.csv, incumbents.csv",
    ),
    "duckdb": ExportKind(
        writer="exports:write_duckdb",
        what="one database with the same four as tables",
    ),
    "iohanalyzer": ExportKind(
        writer="exports:write_iohanalyzer",
        what="one CSV: a row for each improvement, for IOHanalyzer's custom CSV format",
    ),
}
