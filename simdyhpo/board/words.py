"""The board in lines of text and plain values: who stands where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simdyhpo.analysis.scales import Unit
from simdyhpo.board.ranking import SHOWN, Ranking


def head_words(found: Ranking) -> str:
    """Which board, which part, which cells, and how many methods stand there."""
    ranked, rest = len(found.labels), len(found.left_out)
    more = f", {rest} more {'has' if rest == 1 else 'have'} only some of these cells" if rest else ""
    return (
        f"board {found.board.version}, {found.part.name}: {found.part.title}; {found.grid.words}; "
        f"{ranked} method{'s' * (ranked != 1)} ranked{more}"
    )


def table_rows(found: Ranking, unit: Unit = "normalised") -> tuple[list[str], list[list[str]]]:
    """The heads and rows of the board's table, the best first."""
    regrets = found.regrets().set_index(["label", "suite", "mark"])[unit]
    head = ["", "method", "rank", "95 % interval", "anytime rank", "best on"]
    head += [f"{suite} {found.part.at(mark)}" for suite in found.suites for mark in SHOWN]
    rows = []
    for row in found.frame.to_dict("records"):
        interval = "" if row["low"] != row["low"] else f"{row['low']:.2f} to {row['high']:.2f}"
        cells = [
            str(row["place"]),
            row["label"],
            f"{row['rank']:.2f}",
            interval,
            f"{row['anytime_rank']:.2f}",
        ]
        cells.append(str(row["best_on"]))
        cells += [f"{regrets[row['label'], suite, mark]:.4f}" for suite in found.suites for mark in SHOWN]
        rows.append(cells)
    return head, rows


def rest_words(found: Ranking) -> Iterator[str]:
    """Who isn't ranked, and why."""
    if found.left_out:
        some = ", ".join(f"{label} ({cells:,})" for label, cells in found.left_out.items())
        yield f"not ranked, since they lack some of the {found.grid.size:,} cells: {some}"


def plain(found: Ranking) -> dict[str, Any]:
    """The same for programs."""
    frame, regrets = found.frame, found.regrets()
    return {
        "board": found.board.version,
        "part": found.part.name,
        "tables": list(found.grid.tables),
        "seeds": found.grid.seeds,
        "methods": frame.astype(object).where(frame.notna(), None).to_dict("records"),
        "about": {label: found.board.about(label) for label in found.labels},
        "regrets": regrets.to_dict("records"),
        "not_ranked": found.left_out,
    }
