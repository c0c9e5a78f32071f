"""The panel of an answer sheet: who answers, what is open, the file to download and to resume from."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from casework.widgets.front_end import module_text, mount_html, style_text


class Panel(anywidget.AnyWidget):
    """Shows one answer sheet. `response` is what the trainee asks of it: `{"trainee": id}` or `{"resume": text}`."""

    _esm = module_text("panel")
    _css = style_text("panel")

    assignment = traitlets.Unicode().tag(sync=True)
    edition = traitlets.Unicode().tag(sync=True)
    document = traitlets.Dict().tag(sync=True)
    items = traitlets.List().tag(sync=True)
    unanswered = traitlets.List().tag(sync=True)
    unrated = traitlets.Int().tag(sync=True)  # how many unscored ones are open
    notice = traitlets.Unicode().tag(sync=True)
    response = traitlets.Dict(None, allow_none=True).tag(sync=True)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        state = {"kind": "panel", "assignment": self.assignment, "edition": self.edition}
        data["text/html"] = mount_html(
            state, "Your answers are kept on this page, in this browser. To hand in, download them as a file.", [])
        return data, metadata
