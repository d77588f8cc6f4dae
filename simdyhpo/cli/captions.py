"""The option that takes captions off figures."""

import click

NO_CAPTION = click.option(
    "--no-caption", is_flag=True, help="Figures without small print; it stands beside each, in FIGURE.md."
)
