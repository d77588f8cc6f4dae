"""What a notebook shows of an object: a heading, key numbers, perhaps rows and a small picture."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape

_CELL = "padding:0.1em 0.8em 0.1em 0;text-align:left;border:none"


def card(title: str, facts: Mapping[str, str], picture: str = "", rows: Sequence[Sequence[str]] = ()) -> str:
    """HTML that needs no style sheet and fetches nothing, for `_repr_html_`.

    Args:
        title: what it is.
        facts: key numbers by their names, as texts.
        picture: an SVG image's text; none if empty.
        rows: of a table, its head first; none if empty.
    """
    lines = [f"<b>{escape(title)}</b>"]
    if facts:
        lines.append(_table([[name, value] for name, value in facts.items()]))
    if rows:
        lines.append(_table(rows, head=True))
    words = f'<div style="display:inline-block;vertical-align:top;margin-right:1.5em">{"".join(lines)}</div>'
    return f'<div style="overflow-x:auto">{words}{_image(picture, title) if picture else ""}</div>'


def _table(rows: Sequence[Sequence[str]], *, head: bool = False) -> str:
    texts = []
    for place, row in enumerate(rows):
        tag = "th" if head and place == 0 else "td"
        cells = "".join(f'<{tag} style="{_CELL}">{escape(cell)}</{tag}>' for cell in row)
        texts.append(f"<tr>{cells}</tr>")
    return f'<table style="border:none;margin:0.3em 0">{"".join(texts)}</table>'


def _image(svg: str, title: str) -> str:
    source = base64.b64encode(svg.encode()).decode()
    return (
        f'<img alt="{escape(title)}" src="data:image/svg+xml;base64,{source}" '
        'style="background:white;max-width:100%">'
    )
