"""The browser's screen and keys. Needs textual: the extra `browse`."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Footer, Input, Static

from simdyhpo.browse.pages import Pages

_PAGE = 20


class Browser(App[None]):
    """Shows one decision at a time.

    Attributes:
        index: of the decision shown.
    """

    CSS = "Input { dock: bottom; display: none; } Input.asked { display: block; }"
    AUTO_FOCUS = ""  # keys belong to the page until the line is asked for
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        ("left", "move(-1)", "back"),
        ("right", "move(1)", "on"),
        ("pageup", f"move({-_PAGE})", f"-{_PAGE}"),
        ("pagedown", f"move({_PAGE})", f"+{_PAGE}"),
        ("home", "show(0)", "first"),
        ("end", "show(-1)", "last"),
        ("n", "next_of('kind')", "same kind"),
        ("t", "next_of('trial')", "same trial"),
        ("slash", "ask", "number or text"),
        ("q", "quit", "quit"),
    ]

    def __init__(self, pages: Pages) -> None:
        super().__init__()
        self.pages = pages
        self.index = 0

    def compose(self) -> ComposeResult:
        """The page, a line for what is looked for, and the keys."""
        with VerticalScroll(can_focus=False):
            yield Static(id="page", markup=False)
        yield Input(placeholder="a decision's number, or words: trial 7, PROMOTE_SH, configuration 12 ...")
        yield Footer()

    def on_mount(self) -> None:
        """Show the first decision."""
        self.action_show(0)

    def action_show(self, index: int) -> None:
        """Show a decision; -1 is the last one."""
        self.index = index if index >= 0 else len(self.pages) - 1
        self.query_one("#page", Static).update("\n".join(self.pages.lines(self.index)))

    def action_move(self, steps: int) -> None:
        """Go on or back, to the last or first one at most."""
        self.action_show(min(max(self.index + steps, 0), len(self.pages) - 1))

    def action_next_of(self, what: str) -> None:
        """Go to the next decision of the same kind or trial."""
        find = self.pages.next_of_kind if what == "kind" else self.pages.next_of_trial
        self._go(find(self.index), f"no later decision of this {what}")

    def action_ask(self) -> None:
        """Ask for a number or words."""
        line = self.query_one(Input)
        line.add_class("asked")
        line.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go where the line says."""
        text = event.value.strip()
        event.input.value = ""
        event.input.remove_class("asked")
        self.set_focus(None)
        if text.isdecimal():
            known = int(text) < len(self.pages)
            self._go(int(text) if known else None, f"decisions are 0 to {len(self.pages) - 1}")
        elif text:
            self._go(self.pages.find(text, self.index), f"no decision says {text!r}")

    def _go(self, index: int | None, otherwise: str) -> None:
        if index is None:
            self.notify(otherwise, severity="warning")
        else:
            self.action_show(index)
