"""A group of commands that answers an unknown name with the nearest ones, and no name with its help."""

from __future__ import annotations

import click

from simdyhpo.errors import UnknownNameError


class CommandGroup(click.Group):
    """click's group, alike in all its versions."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Without arguments, show the help: that is no mistake. When a shell completes, only look."""
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command.

        Raises:
            UnknownNameError: there is none of that name.
        """
        unknown = not args[0].startswith("-") and self.get_command(ctx, args[0]) is None
        if unknown and not ctx.resilient_parsing:
            raise UnknownNameError("command", args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)
