"""One explorer in JupyterLab or in a page of the book."""

from __future__ import annotations

from typing import Any

import traitlets

from casework.explorers.front_end import library_text, module_text, mount_html, style_text
from casework.explorers.views import view
from casework.widgets.readable import ReadableWidget


class Explorer(ReadableWidget):
    """Draws one view of the table of trials. JavaScript writes no trait: a filter is never an answer.

    In JupyterLab the front end asks for the drawing library when it is first needed, and gets it from this
    package's environment; where it is not installed the table stands alone.
    """

    _esm = module_text()
    _css = style_text()

    state = traitlets.Dict().tag(sync=True)

    def __init__(self, state: dict[str, Any]) -> None:
        super().__init__(state=state)
        self.on_msg(self._on_message)

    def _on_message(self, _: Any, message: dict[str, Any], __: Any) -> None:
        if message == {"ask": "library"}:
            try:
                self.send({"library": library_text()})
            except ImportError:
                self.send({"library": ""})

    def page_html(self) -> str:
        return mount_html(dict(self.state))


def explorer(name: str) -> Explorer:
    """An explorer of the trials: `"forest"`, `"absolute"`, `"course"` or `"blinding"`."""
    return Explorer(view(name))
