"""A widget that leaves readable HTML where no kernel and no script is."""

from __future__ import annotations

from typing import Any

import anywidget
from IPython.display import DisplayHandle, display

_ONE_OF_TWO = (
    "<style>"
    ".jp-OutputArea-child:has(.cw-saved):has(+ .jp-OutputArea-child .jp-OutputArea-output > .lm-Widget > *),"
    ".jp-OutputArea-child:has(.cw-saved) + .jp-OutputArea-child:not(:has(.jp-OutputArea-output > .lm-Widget > *))"
    "{display:none}</style>"
)
"""Of the words and the view that follow each other in a notebook, the view is shown where it lives, else the words."""


class ReadableWidget(anywidget.AnyWidget):
    """A widget that can be read without its view: in a saved notebook, in print, and by the book's own host.

    A notebook prefers a view to HTML in one and the same output, even a view whose kernel is gone ("model not found").
    So it gets two outputs: what is to be read, which follows each change of a trait in `told`, and the view.
    """

    told: tuple[str, ...] = ()

    def page_html(self) -> str:
        """What a page without a kernel shows."""
        raise NotImplementedError

    def saved_html(self) -> str:
        """What a saved notebook shows that is not running: in an element of the class `cw-saved`."""
        return f'<div class="cw-saved">{self.page_html()}</div>'

    def _ipython_display_(self) -> None:
        words = display(self._words(), raw=True, display_id=True)  # type: ignore[no-untyped-call]
        view, metadata = self._view()
        display({**view, "text/html": ""}, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]
        if self.told and isinstance(words, DisplayHandle):
            self.observe(lambda _: words.update(self._words(), raw=True), list(self.told))  # type: ignore[no-untyped-call]

    def _words(self) -> dict[str, str]:
        return {"text/html": _ONE_OF_TWO + self.saved_html()}

    def _view(self) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle: Any = super()._repr_mimebundle_() or {}
        return bundle if isinstance(bundle, tuple) else (bundle, {})

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """All in one output, for a page that is made of it."""
        view, metadata = self._view()
        return {**view, "text/html": self.page_html()}, metadata
