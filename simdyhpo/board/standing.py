"""Where a scheduler of yours stands on the board: frames, words, plots, a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from simdyhpo.board.standing_frames import StandingFrames
from simdyhpo.cards import card
from simdyhpo.errors import UnknownNameError

if TYPE_CHECKING:
    from simdyhpo.drawing.own_axes import Axes

Kind = Literal["regret", "critical_difference"]


class Standing(StandingFrames):
    """A method's place on the board: frames, and what can be drawn and written of them."""

    def plot(self, kind: Kind = "regret", *, suite: str | None = None, ax: Axes | None = None) -> Axes:
        """Draw where it stands, and return the matplotlib axes.

        Args:
            kind: "regret" (mean normalised regret along the budget, the field behind it) or
                "critical_difference".
            suite: for "regret": on its tables alone.
            ax: axes to draw on; those of a new figure if not given.

        Raises:
            UnknownNameError: there is no such kind, or suite.
            SimdyhpoError: fewer than two methods are ranked.
        """
        from simdyhpo.board.figures import plot_critical_difference, plot_regret

        if kind not in get_args(Kind):
            raise UnknownNameError("plot", str(kind), get_args(Kind))
        if suite is not None and suite not in self.found.suites:
            raise UnknownNameError("suite of the board", suite, self.found.suites)
        if kind == "critical_difference":
            return plot_critical_difference(self.found, self.label, ax)
        return plot_regret(self.found, suite, ax, self.shown)

    def save(self, folder: str | Path) -> list[Path]:
        """Write board.html, one page to read and send, and the figures (PNG, SVG) into `folder`.

        Returns:
            All files written.

        Raises:
            OutputError: the folder can't be written.
        """
        from simdyhpo.board.files import write_standing

        return write_standing(self, Path(folder))

    def report(self) -> str:
        """The page, one HTML file as text; nothing in it is fetched."""
        from simdyhpo.board.page import standing_page

        return standing_page(self)

    def __repr__(self) -> str:
        return f"<Standing {self.words}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: where it stands, and mean regret along the budget."""
        if not self.ranked:
            return card(self.words, {})
        from simdyhpo.drawing.small_picture import small_picture

        rows = [["", "method", "mean rank", "95 % interval"]]
        for row in self.ranking.to_dict("records"):
            interval = "" if row["low"] != row["low"] else f"{row['low']:.2f} to {row['high']:.2f}"
            rows.append([str(row["place"]), row["label"], f"{row['rank']:.2f}", interval])
        return card(self.words, {}, small_picture(lambda axes: self.plot(ax=axes)), rows)
