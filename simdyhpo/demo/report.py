"""What the demo prints: lines of text from the summary."""

from __future__ import annotations

from collections.abc import Sequence

from simdyhpo.demo.summary import Cell
from simdyhpo.drawing.style import line_styles
from simdyhpo.studies.progress import duration

_INDENT = "  "


def regret_lines(cells: Sequence[Cell]) -> list[str]:
    """The table of final mean regret: a block for each table, a column for each number of workers."""
    workers = sorted({cell.workers for cell in cells})
    titles = _titles(cells)
    width = len(_INDENT) + max(map(len, titles.values()))
    seeds = len(cells[0].seeds)
    lines = [
        f"Normalised regret after {cells[0].max_epochs} epochs (0: the table's best value, 1: its worst):",
        f"mean over {seeds} seeds [95 % bootstrap interval of the mean]" if seeds > 1 else "one seed",
    ]
    for table in dict.fromkeys(cell.table for cell in cells):
        heads = [_plural(count, "worker") + ("*" if count > 1 else "") for count in workers]
        lines += ["", _row(table.ljust(width), heads)]
        for name, title in titles.items():
            row = {cell.workers: cell for cell in cells if (cell.table, cell.scheduler) == (table, name)}
            texts = [_regret(row[count]) if count in row else "" for count in workers]
            lines.append(_row((_INDENT + title).ljust(width), texts))
    if workers[-1] > 1:
        lines += ["", "* DyHPO on more than one worker is our extension; the paper has one worker."]
    return lines


def decision_lines(cells: Sequence[Cell]) -> list[str]:
    """The share of each kind of decision, a line for each scheduler."""
    titles = _titles(cells)
    width = len(_INDENT) + max(map(len, titles.values()))
    lines = ["Share of each decision, over all of a scheduler's runs:"]
    for name, title in titles.items():
        counts: dict[str, int] = {}
        for cell in cells:
            if cell.scheduler == name:
                counts = {kind: counts.get(kind, 0) + count for kind, count in cell.decisions.items()}
        total = sum(counts.values())
        shares = ", ".join(f"{kind} {100 * count / total:.1f} %" for kind, count in counts.items() if count)
        lines.append(f"{(_INDENT + title).ljust(width)}  {shares}")
    return lines


def replay_line(cells: Sequence[Cell], wall_seconds: float, jobs: int) -> str:
    """How much simulated time was replayed in how much host time."""
    simulated = sum(cell.simulated_seconds for cell in cells)
    runs = sum(len(cell.seeds) for cell in cells)
    epochs = sum(cell.epochs for cell in cells)
    return (
        f"Replayed {duration(simulated)} of simulated time in {duration(wall_seconds)}: "
        f"{runs} runs, {epochs:,} epochs, {_plural(jobs, 'process', 'processes')}."
    )


def _titles(cells: Sequence[Cell]) -> dict[str, str]:
    """Every scheduler's name in legends, by label, in the order of the cells."""
    return {
        name: style.title for name, style in line_styles(dict.fromkeys(c.scheduler for c in cells)).items()
    }


def _row(head: str, texts: Sequence[str]) -> str:
    """A line of the table: columns as wide as a mean with its interval."""
    return "  ".join([head, *(text.ljust(24) for text in texts)]).rstrip()


def _regret(cell: Cell) -> str:
    if len(cell.seeds) == 1:
        return f"{cell.regret:.4f}"
    return f"{cell.regret:.4f} [{cell.regret_low:.4f}, {cell.regret_high:.4f}]"


def _plural(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
