"""The site: `make docs` builds it from the pages beside this file and the docstrings, offline."""

from __future__ import annotations

import re

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

import simdyhpo

project = "simdyhpo"
author = "The simdyhpo authors"
copyright = "2026, The simdyhpo authors"  # noqa: A001 - Sphinx's name for it
version = release = simdyhpo.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3  # links to headings work here as they do in a browser of the repository

html_theme = "furo"
html_title = f"simdyhpo {release}"
html_copy_source = False
html_show_sphinx = False

# --- docstrings -------------------------------------------------------------------------------------------

default_role = "code"  # one backtick in a docstring is code, as in the pages
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 110
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True  # "Attributes:" describes fields: it doesn't list each a second time
napoleon_use_param = False
napoleon_use_rtype = False


def files_of_the_repository(_app: Sphinx, page: str, source: list[str]) -> None:
    """A link from a page to what isn't on the site (`../experiments/...`) becomes that file's name.

    Pictures are no links: Sphinx copies them, wherever in the repository they lie.
    """
    if "/" not in page:
        source[0] = re.sub(r"(?<!!)\[[^\]]+\]\(\.\./([^)#]+)(#[\w-]*)?\)", r"`\1`", source[0])


def setup(app: Sphinx) -> None:
    """What no setting can say."""
    app.connect("source-read", files_of_the_repository)
    app.add_lexer("csv", TextLexer)
