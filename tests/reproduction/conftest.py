"""The command line, as the tests of the shell have it."""

from tests.cli.conftest import command

__all__ = ["command"]
