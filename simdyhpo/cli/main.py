"""The command `simdyhpo`: what every command shares, from threads to error lines and exit statuses."""

from __future__ import annotations

import io
import os
import select
import sys
import warnings
from collections.abc import Sequence
from typing import TextIO

import click

import simdyhpo
from simdyhpo.arithmetic import ONE_THREAD, use_portable
from simdyhpo.blame import blamed
from simdyhpo.cli.blackbox import blackbox
from simdyhpo.cli.board import board
from simdyhpo.cli.commands import CommandGroup
from simdyhpo.cli.compare import compare
from simdyhpo.cli.demo import demo
from simdyhpo.cli.examples import add_examples
from simdyhpo.cli.golden import golden
from simdyhpo.cli.own_traceback import show_own_traceback
from simdyhpo.cli.report import report
from simdyhpo.cli.reproduce import reproduce
from simdyhpo.cli.run import run
from simdyhpo.cli.scheduler import scheduler
from simdyhpo.cli.study import study
from simdyhpo.cli.sweep import sweep
from simdyhpo.cli.trace import trace
from simdyhpo.cli.usage import words_of
from simdyhpo.cli.versus import versus
from simdyhpo.errors import SimdyhpoError, one_line

_COMPLETE = "_SIMDYHPO_COMPLETE"
"""Set by a shell: "bash_source" asks for its script, "bash_complete" for the words that fit."""

BAD_INPUT = 2
OWN_CODE_RAISED = 3
INTERRUPTED = 130


@click.group(
    cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(simdyhpo.__version__, prog_name="simdyhpo")
def root() -> None:
    """Replay learning curves to many virtual workers, and see how schedulers decide."""


for _command in (
    run, versus, board, demo, study, sweep, report, reproduce, blackbox, scheduler, trace, golden, compare,
):  # fmt: skip
    root.add_command(_command)
add_examples(root)


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command line and return its exit status.

    0; 1 where the answer is no; 2 for bad input; 3 when a scheduler, or other code of the user's, raised an
    exception; 130 when interrupted.

    Bad input gives one line on stderr; the user's own code gets its traceback, too. A reader that closes the
    pipe early (`| head`) gets what it wanted: nothing is said.
    """
    _settle_arithmetic()
    _print_whatever_comes()
    try:
        with warnings.catch_warnings():
            # What the package warns of is always shown, whatever filters the environment sets.
            warnings.simplefilter("default", UserWarning)
            warnings.showwarning = _show_warning
            status = _carry_out(sys.argv[1:] if arguments is None else arguments)
            sys.stdout.flush()
    except SimdyhpoError as error:
        _say("error", str(error))
        return BAD_INPUT
    except KeyboardInterrupt:
        _say("error", "interrupted; no run was left half written")
        return INTERRUPTED
    except BaseException as error:
        meant = _status_of(error)
        if meant is None:
            raise
        return meant
    return status


def _status_of(error: BaseException) -> int | None:
    """What an exception means that is no error of ours, said on stderr; None if it means a fault of ours."""
    if (whose := blamed(error)) is not None:
        show_own_traceback(error)
        _say("error", f"{type(error).__name__}: {one_line(error)} ({whose})")
        return OWN_CODE_RAISED
    if isinstance(error, click.ClickException):
        _say("error", words_of(error))
        return BAD_INPUT
    if isinstance(error, BrokenPipeError) and _reader_is_gone():
        # Python flushes stdout once more when it ends: that must not fail a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if isinstance(error, UnicodeEncodeError) and error.encoding == sys.getfilesystemencoding():
        _say("error", f"{error}: this locale lacks a letter of a name; use one with UTF-8 (LC_ALL=C.UTF-8)")
        return BAD_INPUT
    return None


def _reader_is_gone() -> bool:
    """Whether stdout is a pipe that nobody reads any more."""
    try:
        ends = select.poll()
        ends.register(sys.stdout.fileno(), 0)
        return any(happened & (select.POLLERR | select.POLLHUP) for _, happened in ends.poll(0))
    except (AttributeError, OSError):  # no poll here, or no file
        return False


def _carry_out(arguments: Sequence[str]) -> int:
    """Run the command without click's own handling of errors, which takes several lines."""
    if os.environ.get(_COMPLETE):
        from click.shell_completion import shell_complete

        return shell_complete(root, {}, "simdyhpo", _COMPLETE, os.environ[_COMPLETE])
    try:
        with root.make_context("simdyhpo", list(arguments)) as context:
            root.invoke(context)
    except click.exceptions.Exit as ended:
        if blamed(ended) is not None:
            raise  # a scheduler's that is a command of its own, too
        return ended.exit_code
    return 0


def _settle_arithmetic() -> None:
    """One BLAS and torch thread for each run, always: more would change sums, and so decisions.

    And the code that processors have in common. Takes effect only before numpy is imported, which no module
    of the command line does by itself.
    """
    os.environ.update(ONE_THREAD)
    use_portable()


def _print_whatever_comes() -> None:
    """Where a terminal can't show a letter, as in an ASCII locale, show its code instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _show_warning(  # noqa: PLR0913 - the signature that `warnings` calls
    message: Warning | str,
    category: type[Warning],  # noqa: ARG001
    filename: str,  # noqa: ARG001
    lineno: int,  # noqa: ARG001
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    _say("warning", str(message))


def _say(kind: str, text: str) -> None:
    """One line on stderr."""
    click.echo(f"{kind}: {' '.join(text.split())}", err=True)
