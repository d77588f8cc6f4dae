"""A progress bar for a person who waits at a terminal; nothing for anyone else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[float], None] | None]:
    """What to call with the share that is done, in [0, 1]; None when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    with tqdm(
        total=100, desc=label, unit="%", leave=False, bar_format="{desc} {percentage:3.0f}%|{bar}| {elapsed}"
    ) as bar:

        def show(share: float) -> None:
            bar.update(100 * share - bar.n)

        yield show
