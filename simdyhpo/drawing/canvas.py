"""From a figure to bytes and files, the same bytes each time."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import matplotlib as mpl
from matplotlib.figure import Figure

from simdyhpo.drawing.caption import take_off_caption
from simdyhpo.drawing.fitting import fit
from simdyhpo.drawing.small_svg import small_svg
from simdyhpo.drawing.style import DOTS_PER_INCH, RC
from simdyhpo.errors import OptionError, cant_write

__all__ = ["Figure", "Format", "house_style", "render", "save_figure", "save_figure_as"]

Format = Literal["png", "svg", "pdf"]


@contextlib.contextmanager
def house_style() -> Iterator[None]:
    """Our settings, whatever the user's are, while a figure is drawn or rendered; theirs again afterwards."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(RC)
        yield


def render(figure: Figure, kind: Format) -> bytes:
    """The figure as a file's content; equal figures give equal bytes (no date, no version, no random id).

    pyplot has no part in it: nothing is registered, no window system is asked for. What writes a format is
    loaded when one is written: PDF's takes a third of a second.
    """
    buffer = io.BytesIO()
    with house_style():
        if kind == "png":
            from matplotlib.backends.backend_agg import FigureCanvasAgg

            FigureCanvasAgg(figure)
            figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
        elif kind == "pdf":
            from matplotlib.backends.backend_pdf import FigureCanvasPdf

            FigureCanvasPdf(figure)
            nothing = {"Creator": None, "Producer": None, "CreationDate": None}
            figure.savefig(buffer, format="pdf", metadata=nothing)
        else:
            from matplotlib.backends.backend_svg import FigureCanvasSVG

            FigureCanvasSVG(figure)
            figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    content = buffer.getvalue()
    return small_svg(content) if kind == "svg" else content


def save_figure(  # noqa: PLR0913 - what, where, and how
    figure: Figure,
    folder: Path,
    stem: str,
    formats: Sequence[Format] = ("png", "svg"),
    *,
    caption: bool = True,
    size: tuple[float, float] | None = None,
) -> tuple[Path, ...]:
    """Write `<stem>.png` and `<stem>.svg` (or other formats) into `folder` and return their paths.

    Args:
        figure, folder, stem, formats: what to write, where, as what.
        caption: whether the caption is part of the picture; else it is taken off, and `<stem>.md` has it.
        size: width and height in inches; its own if not given.

    Raises:
        OutputError: the folder can't be written.
    """
    paths = []
    words = "" if caption else take_off_caption(figure)
    if size is not None:
        with house_style():
            fit(figure, size, stem)
    try:
        for kind in formats:
            path = folder / f"{stem}.{kind}"
            path.write_bytes(render(figure, kind))
            paths.append(path)
        if words:
            paths.append(folder / f"{stem}.md")
            paths[-1].write_text(f"{words}\n", encoding="utf-8")
    except OSError as error:
        raise cant_write(folder, error) from None
    return tuple(paths)


def save_figure_as(figure: Figure, path: Path) -> None:
    """Write a figure to one file, whose name says in which format: .png, .svg or .pdf.

    Raises:
        OptionError: the name says something else.
        OutputError: the file can't be written.
    """
    kinds: dict[str, Format] = {".png": "png", ".svg": "svg", ".pdf": "pdf"}
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        raise OptionError("file", str(path), f"let its name end in one of {', '.join(kinds)}")
    try:
        path.write_bytes(render(figure, kind))
    except OSError as error:
        raise cant_write(path, error) from None
